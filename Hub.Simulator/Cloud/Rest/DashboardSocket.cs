using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Errors;
using Hub.Simulator.Cloud.Farm;
using Hub.Simulator.Cloud.Json;
using Hub.Simulator.Cloud.Transfers;
using Hub.Simulator.Cloud.Hubs;
using Microsoft.AspNetCore.Http;

namespace Hub.Simulator.Cloud.Rest;

/// <summary>
/// GET /ws/dashboard: a snapshot of hubs and printers, and then what changes. Changes that come faster than a subscriber reads are coalesced:
/// the newest state of each counts. Thread: any.
/// </summary>
internal sealed class DashboardSocket(FarmPicture farm, HubRegistry hubs, HubRoutes hubItems, TransferBook transfers, Func<HttpContext, Task<bool>> stillAllows, TimeProvider clock)
{
    private const int MaxSubscribers = 256;
    private const int IgnoredBytes = 1024;

    /// <summary>A subscriber that does not read for so long is dropped.</summary>
    private static readonly TimeSpan s_sendTime = TimeSpan.FromSeconds(30);

    /// <summary>How often it is checked whether a subscriber's session is over.</summary>
    private static readonly TimeSpan s_checkTime = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan s_closeTime = TimeSpan.FromSeconds(1);

    private int _subscribers;

    /// <summary>Serves a subscriber until it leaves.</summary>
    /// <exception cref="CloudException">426 or 503.</exception>
    public async Task HandleAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            throw new CloudException(StatusCodes.Status426UpgradeRequired, "upgrade_required", "This address is for WebSockets.");
        }

        if (Interlocked.Increment(ref _subscribers) > MaxSubscribers)
        {
            Interlocked.Decrement(ref _subscribers);
            throw new CloudException(StatusCodes.Status503ServiceUnavailable, "too_many_subscribers", "Too many dashboards are open: close one.");
        }

        try
        {
            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
            using CancellationTokenSource left = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            using CancellationTokenSource writing = CancellationTokenSource.CreateLinkedTokenSource(left.Token);
            Task reading = ReadAsync(socket, left);
            Task<bool> watching = WatchAsync(context, writing);
            await WriteAsync(socket, writing.Token);
            await writing.CancelAsync();
            if (await watching)
            {
                await CloseAsync(socket);

                // Its own close comes first: a connection that is dropped before it may take ours with it.
                await Task.WhenAny(reading, Task.Delay(s_closeTime, CancellationToken.None));
            }

            await left.CancelAsync();
            await reading;
        }
        finally
        {
            Interlocked.Decrement(ref _subscribers);
        }
    }

    /// <summary>Waits until the subscriber's session is over, and ends the writing then.</summary>
    /// <returns>False when the writing ended before.</returns>
    private async Task<bool> WatchAsync(HttpContext context, CancellationTokenSource writing)
    {
        try
        {
            do
            {
                await Task.Delay(s_checkTime, clock, writing.Token);
            }
            while (await stillAllows(context));
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        await writing.CancelAsync();
        return true;
    }

    private static async Task CloseAsync(WebSocket socket)
    {
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.PolicyViolation, "the session is over: log in again", CancellationToken.None).WaitAsync(s_closeTime);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or TimeoutException or ObjectDisposedException or InvalidOperationException)
        {
            // It is gone, or does not read.
        }
    }

    /// <summary>What a subscriber says means nothing; its close does.</summary>
    private static async Task ReadAsync(WebSocket socket, CancellationTokenSource left)
    {
        byte[] buffer = new byte[IgnoredBytes];
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), left.Token)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // It is gone.
        }

        await left.CancelAsync();
    }

    private async Task WriteAsync(WebSocket socket, CancellationToken left)
    {
        try
        {
            using FarmSubscription subscription = farm.Subscribe();
            ArrayBufferWriter<byte> buffer = new(16 * 1024);
            WriteSnapshot(buffer);
            while (true)
            {
                using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(left);
                late.CancelAfter(s_sendTime);
                await socket.SendAsync(buffer.WrittenMemory, WebSocketMessageType.Text, true, late.Token);
                FarmChanges changes;
                do
                {
                    await subscription.WaitAsync(left);
                    changes = subscription.Take();
                }
                while (changes.IsEmpty);

                buffer.ResetWrittenCount();
                WriteChanges(buffer, changes);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // It is gone, or does not read.
        }
    }

    private void WriteSnapshot(ArrayBufferWriter<byte> buffer)
    {
        using Utf8JsonWriter json = new(buffer, WireJson.Options);
        json.WriteStartObject();
        json.WriteString("type", "snapshot");
        WriteHubs(json);
        WritePrinters(json, farm.Printers());
        WriteTransfers(json, transfers.OpenIds());
        json.WriteEndObject();
    }

    private void WriteChanges(ArrayBufferWriter<byte> buffer, FarmChanges changes)
    {
        using Utf8JsonWriter json = new(buffer, WireJson.Options);
        json.WriteStartObject();
        json.WriteString("type", "changes");
        if (changes.Hubs)
        {
            WriteHubs(json);
        }

        if (changes.Printers.Length > 0)
        {
            FarmPrinter?[] printers = [.. changes.Printers.Select(farm.Get)];
            WritePrinters(json, printers.OfType<FarmPrinter>());
            json.WriteStartArray("removed");
            for (int i = 0; i < printers.Length; i++)
            {
                if (printers[i] == null)
                {
                    json.WriteStartObject();
                    json.WriteString("hub_id", changes.Printers[i].HubId);
                    json.WriteString("printer_id", changes.Printers[i].WireId);
                    json.WriteEndObject();
                }
            }

            json.WriteEndArray();
        }

        if (changes.Transfers.Length > 0)
        {
            WriteTransfers(json, changes.Transfers);
        }

        json.WriteEndObject();
    }

    private void WriteHubs(Utf8JsonWriter json)
    {
        json.WritePropertyName("hubs");
        JsonSerializer.Serialize(json, [.. hubs.All.Select(hubItems.ItemOf)], RestJson.Default.HubItemArray);
    }

    private static void WritePrinters(Utf8JsonWriter json, IEnumerable<FarmPrinter> printers)
    {
        json.WriteStartArray("printers");
        foreach (FarmPrinter printer in printers)
        {
            json.WriteRawValue(printer.Json.Span, skipInputValidation: true);
        }

        json.WriteEndArray();
    }

    private void WriteTransfers(Utf8JsonWriter json, IEnumerable<string> ids)
    {
        json.WritePropertyName("transfers");
        JsonSerializer.Serialize(json, [.. ids.Select(transfers.Open).OfType<FileTransfer>().Select(t => TransferRoutes.ItemOf(TransferBook.RecordOf(t)))], RestJson.Default.TransferItemArray);
    }
}
