using System;
using System.Buffers;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Simulator.Bench;

/// <summary>A reader of a cloud's /ws/dashboard. Thread: one task of its own.</summary>
internal sealed class CloudSubscriber : IDisposable
{
    private const int BufferBytes = 256 * 1024;

    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Action<string, double, long> _shown;
    private readonly Task _reading;

    /// <summary>Connects and reads until it is disposed.</summary>
    /// <param name="cloud">The cloud's address.</param>
    /// <param name="shown">Called with the printer's id, its bed target and the time (Stopwatch) at which the message was there.</param>
    public CloudSubscriber(Uri cloud, Action<string, double, long> shown)
    {
        _shown = shown;
        _socket.ConnectAsync(new Uri("ws://" + cloud.Authority + "/ws/dashboard"), _stop.Token).GetAwaiter().GetResult();
        _reading = Task.Run(ReadAsync);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _reading.GetAwaiter().GetResult();
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task ReadAsync()
    {
        ArrayBufferWriter<byte> message = new(BufferBytes);
        try
        {
            while (true)
            {
                ValueWebSocketReceiveResult got = await _socket.ReceiveAsync(message.GetMemory(BufferBytes / 2), _stop.Token);
                message.Advance(got.Count);
                if (got.EndOfMessage)
                {
                    Take(message.WrittenMemory, Stopwatch.GetTimestamp());
                    message.ResetWrittenCount();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It is disposed.
        }
    }

    private void Take(ReadOnlyMemory<byte> message, long timestamp)
    {
        using JsonDocument document = JsonDocument.Parse(message);
        if (!document.RootElement.TryGetProperty("printers", out JsonElement printers))
        {
            return;
        }

        foreach (JsonElement printer in printers.EnumerateArray())
        {
            if (printer.TryGetProperty("temperatures", out JsonElement temperatures) && temperatures.TryGetProperty("bed_target", out JsonElement target))
            {
                _shown(printer.GetProperty("id").GetString()!, target.GetDouble(), timestamp);
            }
        }
    }
}
