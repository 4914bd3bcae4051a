using System;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading;

namespace Hub.Simulator.Bench;

/// <summary>
/// The peer of a Moonraker client: accepts one websocket on a thread of its own, answers a client's requests
/// until it has subscribed, and then sends given updates at once.
/// </summary>
internal sealed class ScriptedMoonraker : IDisposable
{
    private const int PatienceMs = 10_000;
    private const string AcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ManualResetEventSlim _isSubscribed = new();
    private WebSocket? _socket;

    public ScriptedMoonraker()
    {
        _listener.Start();
        new Thread(Serve) { IsBackground = true }.Start();
    }

    public string Url => "http://127.0.0.1:" + ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Bytes of an update with this bed target, like those that Moonraker sends during a print.</summary>
    public static byte[] Update(int bedTarget) => Encoding.UTF8.GetBytes(
        "{\"jsonrpc\": \"2.0\", \"method\": \"notify_status_update\", \"params\": [{\"extruder\": {\"temperature\": "
        + (200 + (bedTarget % 10)) + ".25}, \"heater_bed\": {\"temperature\": 60." + (bedTarget % 10) + ", \"target\": " + bedTarget
        + "}, \"print_stats\": {\"total_duration\": 1234.5678, \"print_duration\": 1200.1, \"filament_used\": 345.678}, "
        + "\"virtual_sdcard\": {\"progress\": 0.4567, \"file_position\": 1234567}}, 6118.932863144]}");

    public void WaitUntilSubscribed()
    {
        if (!_isSubscribed.Wait(PatienceMs))
        {
            throw new InvalidOperationException("the client did not subscribe");
        }
    }

    public void Send(byte[] message) => _socket!.SendAsync(message, WebSocketMessageType.Text, true, CancellationToken.None).GetAwaiter().GetResult();

    public void Dispose()
    {
        _listener.Dispose();
        _socket?.Dispose();
    }

    private void Serve()
    {
        try
        {
            NetworkStream stream = new(_listener.AcceptSocket(), ownsSocket: true);
            stream.Socket.NoDelay = true;
            AcceptUpgrade(stream);
            _socket = WebSocket.CreateFromStream(stream, isServer: true, null, Timeout.InfiniteTimeSpan);
            byte[] request = new byte[64 * 1024];
            while (true)
            {
                ValueWebSocketReceiveResult received = _socket.ReceiveAsync(request.AsMemory(), CancellationToken.None).AsTask().GetAwaiter().GetResult();
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                Answer(request.AsMemory(0, received.Count));
            }
        }
        catch (Exception e) when (e is SocketException or WebSocketException or ObjectDisposedException or System.IO.IOException)
        {
            // The client or the benchmark is done.
        }
    }

    private static void AcceptUpgrade(NetworkStream stream)
    {
        StringBuilder head = new();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            int read = stream.ReadByte();
            head.Append(read >= 0 ? (char)read : throw new System.IO.IOException("no request"));
        }

        const string Name = "Sec-WebSocket-Key: ";
        string text = head.ToString();
        int start = text.IndexOf(Name, StringComparison.OrdinalIgnoreCase) + Name.Length;
        string key = text[start..text.IndexOf('\r', start)];
#pragma warning disable CA5350 // RFC 6455 requires SHA-1.
        string accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + AcceptSuffix)));
#pragma warning restore CA5350
        stream.Write(Encoding.ASCII.GetBytes(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept + "\r\n\r\n"));
    }

    private void Answer(ReadOnlyMemory<byte> request)
    {
        using JsonDocument document = JsonDocument.Parse(request);
        string method = document.RootElement.GetProperty("method").GetString()!;
        string result = method switch
        {
            "server.info" => "{\"klippy_connected\": true, \"klippy_state\": \"ready\"}",
            "printer.objects.list" => "{\"objects\": [\"webhooks\", \"print_stats\", \"extruder\", \"heater_bed\"]}",
            "printer.objects.subscribe" =>
                "{\"eventtime\": 1.5, \"status\": {\"webhooks\": {\"state\": \"ready\"}, \"print_stats\": {\"state\": \"standby\", \"filename\": \"\"}}}",
            _ => "{}",
        };
        Send(Encoding.UTF8.GetBytes("{\"jsonrpc\": \"2.0\", \"result\": " + result + ", \"id\": " + document.RootElement.GetProperty("id").GetInt32() + "}"));
        if (method == "printer.objects.subscribe")
        {
            _isSubscribed.Set();
        }
    }
}
