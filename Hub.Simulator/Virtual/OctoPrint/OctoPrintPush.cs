using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Simulator.Virtual.OctoPrint;

/// <summary>One client of /sockjs/websocket (docs/api/push.rst): raw JSON messages without SockJS framing.</summary>
internal sealed class OctoPrintPush(VirtualOctoPrint printer, WebSocket socket, string remoteAddress) : IDisposable
{
    private const int TickMs = 100;
    private const int BaseIntervalMs = 500;

    private readonly SemaphoreSlim _sending = new(1, 1);
    private int _throttle = 1;
    private bool _isAuthenticated;
    private bool _wantsState = true;
    private HashSet<string>? _wantedEvents;
    private long _seen;

    public async Task RunAsync(CancellationToken stop)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _seen = printer.Events.Last;
        printer.Events.Add("ClientOpened", new JsonObject { ["remoteAddress"] = remoteAddress });
        Task push = Task.CompletedTask;
        try
        {
            await SendAsync(OctoPrintTexts.ConnectedMessage(), end.Token).ConfigureAwait(false);
            push = PushAsync(end.Token);
            await ReceiveAsync(end.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The client is gone.
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await push.ConfigureAwait(false);
            printer.Events.Add("ClientClosed", new JsonObject { ["remoteAddress"] = remoteAddress });
        }
    }

    public void Dispose() => _sending.Dispose();

    private Task ReceiveAsync(CancellationToken stop) => TextMessages.ReceiveAsync(socket, text => TakeAsync(text, stop), stop);

    private async Task TakeAsync(string text, CancellationToken stop)
    {
        JsonObject? message;
        try
        {
            message = JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            // OctoPrint ignores messages that it cannot read.
            return;
        }

        if (message?["auth"] is JsonValue auth && auth.TryGetValue(out string? credentials))
        {
            if (printer.Sessions.IsSession(credentials))
            {
                await WelcomeAsync(stop).ConfigureAwait(false);
            }
            else
            {
                Volatile.Write(ref _isAuthenticated, false);
                await SendAsync(new JsonObject { ["reauthRequired"] = new JsonObject { ["reason"] = "stale" } }, stop).ConfigureAwait(false);
            }
        }
        else if (message?["throttle"] is JsonValue throttle && throttle.TryGetValue(out int factor) && factor >= 1)
        {
            Volatile.Write(ref _throttle, factor);
        }
        else if (message?["subscribe"] is JsonObject subscribe)
        {
            Volatile.Write(ref _wantsState, subscribe["state"] is JsonObject || IsTrue(subscribe["state"]));
            Volatile.Write(ref _wantedEvents, subscribe["events"] switch
            {
                JsonArray names => [.. names.Select(n => n?.ToString() ?? "")],
                JsonNode all when IsTrue(all) => null,
                _ => [],
            });
        }
    }

    private static bool IsTrue(JsonNode? node) => node is JsonValue value && value.TryGetValue(out bool isTrue) && isTrue;

    private async Task WelcomeAsync(CancellationToken stop)
    {
        if (Volatile.Read(ref _wantsState))
        {
            JsonObject data = Data();
            data["logs"] = new JsonArray();
            data["messages"] = new JsonArray();
            await SendAsync(new JsonObject { ["history"] = data }, stop).ConfigureAwait(false);
        }

        await SendAsync(new JsonObject { ["timelapse"] = null }, stop).ConfigureAwait(false);
        printer.Events.Add("ClientAuthed", new JsonObject { ["username"] = OctoPrintTexts.UserName, ["remoteAddress"] = remoteAddress });
        Volatile.Write(ref _isAuthenticated, true);
    }

    private async Task PushAsync(CancellationToken stop)
    {
        try
        {
            long lastCurrent = Stopwatch.GetTimestamp();
            while (true)
            {
                await Task.Delay(TickMs, stop).ConfigureAwait(false);
                if (!Volatile.Read(ref _isAuthenticated))
                {
                    continue;
                }

                JsonObject data = Data();
                await SendEventsAsync(stop).ConfigureAwait(false);
                if (Volatile.Read(ref _wantsState) && Stopwatch.GetElapsedTime(lastCurrent).TotalMilliseconds >= (BaseIntervalMs * Volatile.Read(ref _throttle)) - (TickMs / 2))
                {
                    lastCurrent = Stopwatch.GetTimestamp();
                    data["busyFiles"] = new JsonArray();
                    data["markings"] = new JsonArray();
                    data["logs"] = new JsonArray();
                    data["messages"] = new JsonArray();
                    await SendAsync(new JsonObject { ["current"] = data }, stop).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The client is gone.
        }
    }

    private async Task SendEventsAsync(CancellationToken stop)
    {
        HashSet<string>? wanted = Volatile.Read(ref _wantedEvents);
        foreach ((long number, string type, string json) in printer.Events.Since(_seen))
        {
            _seen = number;
            if (wanted == null || wanted.Contains(type))
            {
                await SendTextAsync(json, stop).ConfigureAwait(false);
            }
        }
    }

    private JsonObject Data()
    {
        MachineSnapshot machine = printer.Machine.Read();
        DateTimeOffset now = printer.Time.GetUtcNow();
        return new JsonObject
        {
            ["state"] = OctoPrintState.State(machine),
            ["job"] = OctoPrintState.Job(machine),
            ["currentZ"] = machine.Completion > 0 ? 0.2 : null,
            ["progress"] = OctoPrintState.Progress(machine),
            ["offsets"] = new JsonObject(),
            ["resends"] = new JsonObject { ["count"] = 0, ["transmitted"] = 8, ["ratio"] = 0 },
            ["serverTime"] = now.ToUnixTimeMilliseconds() / 1000.0,
            ["temps"] = machine.Link == MachineLink.Online ? new JsonArray(OctoPrintState.TemperatureSample(machine, now)) : [],
        };
    }

    private Task SendAsync(JsonObject message, CancellationToken stop) => SendTextAsync(message.ToJsonString(), stop);

    private async Task SendTextAsync(string text, CancellationToken stop)
    {
        await _sending.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, stop).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }
}
