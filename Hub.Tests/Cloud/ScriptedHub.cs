using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Cloud;
using Hub.Tests.Support;

namespace Hub.Tests.Cloud;

/// <summary>A hub that does what the test says: it connects to a cloud, keeps what it receives, and sends what it is given.</summary>
internal sealed class ScriptedHub : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly List<JsonElement> _received = [];
    private readonly SemaphoreSlim _sending = new(1, 1);
    private Task _reading = Task.CompletedTask;

    private ScriptedHub(string id)
    {
        Id = id;
    }

    public string Id { get; }

    /// <summary>Called on the reading task with each binary frame's stream id and payload.</summary>
    public Func<uint, ReadOnlyMemory<byte>, Task>? OnFile { get; set; }

    /// <summary>Called on the reading task with each message.</summary>
    public Func<JsonElement, Task>? OnMessage { get; set; }

    /// <summary>How the connection was closed; 0 while it is open, 1006 when it broke.</summary>
    public int CloseCode { get; private set; }

    public JsonElement[] Received
    {
        get
        {
            lock (_received)
            {
                return [.. _received];
            }
        }
    }

    /// <summary>Connects without a word.</summary>
    public static async Task<ScriptedHub> ConnectAsync(CloudServer cloud, string id)
    {
        ScriptedHub hub = new(id);
        await hub._socket.ConnectAsync(new UriBuilder(cloud.Address) { Scheme = "ws", Path = "/ws/hub/" + id }.Uri, CancellationToken.None);
        hub._reading = Task.Run(hub.ReadAsync);
        return hub;
    }

    /// <summary>Connects and waits for the welcome.</summary>
    public static async Task<ScriptedHub> WelcomedAsync(CloudServer cloud, string id, params string[] capabilities)
    {
        ScriptedHub hub = await ConnectAsync(cloud, id);
        await hub.SendAsync(new { type = "hub_hello", hub_id = id, firmware_version = "1.0", protocol = 2, capabilities });
        await hub.ReceivedAsync("hub_welcome");
        return hub;
    }

    public static string? Text(JsonElement message, string name) => message.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    public JsonElement[] Of(string type) => [.. Received.Where(m => Text(m, "type") == type)];

    /// <summary>Waits for a message of a type; the newest one.</summary>
    public async Task<JsonElement> ReceivedAsync(string type, int count = 1)
    {
        await Patience.UntilAsync(() => Of(type).Length >= count, type, () => string.Join("\n", Received.Select(m => m.ToString())));
        return Of(type)[^1];
    }

    public Task SendAsync(object message) => SendTextAsync(JsonSerializer.Serialize(message));

    public async Task SendTextAsync(string text) => await SendBytesAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public async Task SendBytesAsync(byte[] bytes, WebSocketMessageType kind)
    {
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(bytes, kind, true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Sends a status; with details as the extended protocol, else the base one.</summary>
    public Task StatusAsync(string printerId, string status, object? details = null) =>
        SendAsync(details == null
            ? new { type = "printer_status", printer_id = printerId, status, is_connected = true, progress_percentage = 5 }
            : new { type = "printer_status", printer_id = printerId, status, is_connected = true, details });

    public async Task ClosedAsync() => await Patience.UntilAsync(() => CloseCode != 0, "the close");

    /// <summary>Drops the connection without a close.</summary>
    public void Drop() => _socket.Abort();

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _reading;
        _socket.Dispose();
        _sending.Dispose();
    }

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[128 * 1024];
        try
        {
            while (true)
            {
                int length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await _socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                    length += part.Count;
                }
                while (!part.EndOfMessage);

                if (part.MessageType == WebSocketMessageType.Close)
                {
                    CloseCode = (int)_socket.CloseStatus!;
                    return;
                }

                await TakeAsync(buffer.AsMemory(0, length), part.MessageType);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            CloseCode = 1006;
        }
    }

    private async Task TakeAsync(ReadOnlyMemory<byte> data, WebSocketMessageType kind)
    {
        if (kind == WebSocketMessageType.Binary)
        {
            uint stream = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(data.Span[1..]);
            await (OnFile?.Invoke(stream, data[5..]) ?? Task.CompletedTask);
            return;
        }

        JsonElement message = JsonDocument.Parse(data.ToArray()).RootElement;
        lock (_received)
        {
            _received.Add(message);
        }

        await (OnMessage?.Invoke(message) ?? Task.CompletedTask);
    }
}
