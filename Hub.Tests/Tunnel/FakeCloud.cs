using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Tunnel;

/// <summary>
/// A strict server of the AutoPrintFarm hub protocol (rnlschnell/AutoPrintFarm, cloud/src/durable-objects/hub-connection.ts), which behaves as
/// that worker was seen to (docs/tunnel.md): one session for all connections of a hub, which a new connection and the end of any connection
/// take away; commands go to the newest connection; a close is never answered. It checks every message and notes what breaks the protocol.
/// </summary>
internal sealed class FakeCloud : IDisposable
{
    private static readonly string[] s_types = ["hub_hello", "printer_status", "file_progress", "command_ack", "printer_discovered"];
    private static readonly string[] s_words = ["idle", "printing", "paused", "maintenance", "offline", "error"];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private static readonly string[] s_stages = ["downloading", "uploading", "complete", "failed", "cancelled"];

    private readonly Dictionary<uint, StreamSender> _senders = [];
    private readonly List<JsonElement> _received = [];
    private readonly List<string> _violations = [];
    private readonly ConcurrentDictionary<string, FakeCloudSession> _sessions = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private Connection? _current;
    private int _connections;
    private int _hellos;
    private int _refused;
    private int _ended;
    private int _taken;
    private int _dropAfter;

    private readonly X509Certificate2? _certificate;

    /// <summary>Starts it.</summary>
    /// <param name="certificate">What it shows over TLS; null for plain TCP.</param>
    public FakeCloud(X509Certificate2? certificate = null)
    {
        _certificate = certificate;
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    public string Url => (_certificate == null ? "ws" : "wss") + "://127.0.0.1:" + ((IPEndPoint)_listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

    /// <summary>Answers the upgrade with this status: 404 for an unknown hub, 403 for one that nobody has claimed. 0 accepts it.</summary>
    public int RefuseWith { get; set; }

    /// <summary>What hub_welcome announces; null as the base cloud.</summary>
    public string[]? Capabilities { get; set; }

    /// <summary>The account in a welcome; one that follows <see cref="ForgetSession"/> lacks it.</summary>
    public string TenantId { get; set; } = "tenant-1";

    /// <summary>True to leave hellos unanswered.</summary>
    public bool IsMute { get; set; }

    /// <summary>True to stop reading, so that pings are not answered either.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>True to welcome only a hub that signs with <see cref="Secret"/>; others stay connected and unwelcomed, to be claimed.</summary>
    public bool OnlyClaimed { get; set; }

    /// <summary>The hub's secret here, or null.</summary>
    public string? Secret { get; set; }

    /// <summary>The first message with this text is not received: the connection is lost there, or its session forgotten.</summary>
    public (string Text, bool IsForgotten)? Loses { get; set; }

    /// <summary>Resets the connection once it has received so many more messages; 0 for never.</summary>
    public int DropAfter
    {
        get => Volatile.Read(ref _dropAfter);
        set => Volatile.Write(ref _dropAfter, value);
    }

    /// <summary>True to send every text message twice.</summary>
    public bool SendsTwice { get; set; }

    /// <summary>Connections that were upgraded.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Connections that have ended.</summary>
    public int Ended => Volatile.Read(ref _ended);

    /// <summary>Messages that were dealt with, also those that were refused.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Upgrades that were refused.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>Hellos that were accepted.</summary>
    public int Hellos => Volatile.Read(ref _hellos);

    /// <summary>All messages of all connections.</summary>
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

    public JsonElement[] Of(string type) => [.. Received.Where(m => Text(m, "type") == type)];

    /// <summary>The acks of a command.</summary>
    public JsonElement[] Acks(string commandId) => [.. Of("command_ack").Where(m => Text(m, "command_id") == commandId)];

    /// <summary>The last status of a printer, or null.</summary>
    public JsonElement? StatusOf(string printerId)
    {
        JsonElement[] all = [.. Of("printer_status").Where(m => Text(m, "printer_id") == printerId)];
        return all.Length == 0 ? null : all[^1];
    }

    /// <summary>Whether the last hello shows this code.</summary>
    public bool ShowsCode(string code) =>
        Of("hub_hello") is [.., JsonElement hello] && Text(hello, "claim") == Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(code)));

    public static string? Text(JsonElement message, string name) =>
        message.ValueKind == JsonValueKind.Object && message.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Sends JSON, or whatever else, to the newest connection.</summary>
    public void Send(string text)
    {
        for (int i = 0; i < (SendsTwice ? 2 : 1); i++)
        {
            _current!.Send(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);
        }
    }

    public void SendBinary(ArraySegment<byte> data) => _current!.Send(data, WebSocketMessageType.Binary);

    /// <summary>Sends a command and waits for its ack.</summary>
    public JsonElement Ask(string commandId, string json)
    {
        int before = Acks(commandId).Length;
        Send(json);
        Patience.Until(() => Acks(commandId).Length > before, "the ack of " + commandId);
        return Acks(commandId)[^1];
    }

    /// <summary>The connection is gone without a word.</summary>
    public void Drop() => _current!.Drop();

    /// <summary>Closes with a code, as the cloud does for 4001, 4002 and 4003.</summary>
    public void Close(int code, string reason) => _current!.Close(code, reason);

    /// <summary>An older connection of the hub closed late, and the cloud forgets the session of this one.</summary>
    public void ForgetSession() => _current!.Session.Forget();

    /// <summary>Notes what is wrong with a hub's message, as if it had arrived.</summary>
    public void Judge(JsonElement message) => Check(message, Text(message, "type")!, message.GetRawText());

    public void AssertNoViolations()
    {
        lock (_violations)
        {
            Assert.IsEmpty(_violations, string.Join("\n", _violations));
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _current?.Drop();
        _accepting.Wait(Patience.LimitMs);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                client.NoDelay = true;
                _ = Task.Run(() => ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            Stream stream = await OpenAsync(client);
            string head = await ReadHeadAsync(stream);
            if (RefuseWith != 0 || !head.Contains("\r\nUpgrade: websocket\r\n", StringComparison.Ordinal) || !head.StartsWith("GET /ws/hub/", StringComparison.Ordinal))
            {
                if (RefuseWith == 0)
                {
                    Violate("upgrade: " + head);
                }

                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {(RefuseWith == 0 ? 426 : RefuseWith)} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
                client.Dispose();
                Interlocked.Increment(ref _refused);
                return;
            }

            string hubId = head["GET /ws/hub/".Length..head.IndexOf(' ', 4)];
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {AcceptOf(head)}\r\n\r\n"));
            WebSocket socket = WebSocket.CreateFromStream(stream, isServer: true, subProtocol: null, Timeout.InfiniteTimeSpan);
            Connection connection = new(client, socket, hubId, _sessions.GetOrAdd(hubId, _ => new FakeCloudSession()));
            connection.Session.Upgraded();
            _current = connection;
            Interlocked.Increment(ref _connections);
            try
            {
                await ReadAsync(connection);
            }
            finally
            {
                connection.End();
                Interlocked.Increment(ref _ended);
            }
        }
        catch (Exception e) when (e is IOException or AuthenticationException or WebSocketException or ObjectDisposedException or OperationCanceledException or SocketException)
        {
            client.Dispose();
        }
    }

    private async Task<Stream> OpenAsync(TcpClient client)
    {
        if (_certificate == null)
        {
            return client.GetStream();
        }

        SslStream tls = new(client.GetStream());
        await tls.AuthenticateAsServerAsync(_certificate);
        return tls;
    }

    private static async Task<string> ReadHeadAsync(Stream stream)
    {
        byte[] one = new byte[1];
        StringBuilder head = new();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one) == 1)
        {
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    private static string AcceptOf(string head)
    {
        const string Name = "Sec-WebSocket-Key: ";
        int start = head.IndexOf(Name, StringComparison.Ordinal) + Name.Length;
        string key = head[start..head.IndexOf('\r', start)];
#pragma warning disable CA5350 // RFC 6455 wants SHA-1.
        return Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
    }

    private async Task ReadAsync(Connection connection)
    {
        byte[] buffer = new byte[1024 * 1024];
        while (true)
        {
            int length = 0;
            WebSocketReceiveResult part;
            do
            {
                while (IsDeaf)
                {
                    await Task.Delay(5, _stop.Token);
                }

                part = await connection.Socket.ReceiveAsync(new ArraySegment<byte>(buffer, length, buffer.Length - length), _stop.Token);
                length += part.Count;
            }
            while (!part.EndOfMessage);

            if (part.MessageType == WebSocketMessageType.Close)
            {
                // Never answered; the TCP connection stays until the hub ends it.
                return;
            }

            Take(connection, Encoding.UTF8.GetString(buffer, 0, length), part.MessageType);
            Interlocked.Increment(ref _taken);
            if (DropAfter > 0 && Interlocked.Decrement(ref _dropAfter) == 0)
            {
                connection.Drop();
            }
        }
    }

    private void Take(Connection connection, string text, WebSocketMessageType kind)
    {
        JsonElement message;
        try
        {
            message = JsonDocument.Parse(text).RootElement;
        }
        catch (JsonException)
        {
            Violate("no JSON: " + text);
            connection.SendError("INVALID_MESSAGE", "Failed to parse message");
            return;
        }

        connection.Session.Restore();
        if (Loses is { } loss && text.Contains(loss.Text, StringComparison.Ordinal))
        {
            Loses = null;
            connection.Session.Forget();
            if (!loss.IsForgotten)
            {
                connection.Drop();
                return;
            }
        }

        string? type = Text(message, "type");
        if (kind != WebSocketMessageType.Text || type == null)
        {
            Violate("no message: " + text);
        }

        if (type == "hub_hello")
        {
            Greet(connection, message);
        }
        else if (Capabilities == null && type != null && !s_types.Contains(type))
        {
            Violate("unknown message: " + text);
            connection.SendError("UNKNOWN_MESSAGE_TYPE", "Unknown message type");
            return;
        }
        else if (!connection.Session.IsAuthenticated && type != "command_ack")
        {
            connection.SendError("NOT_AUTHENTICATED", "Hub not authenticated");
            return;
        }
        else
        {
            Check(message, type!, text);
        }

        lock (_received)
        {
            _received.Add(message);
        }
    }

    private void Greet(Connection connection, JsonElement hello)
    {
        if (Text(hello, "hub_id") != connection.HubId || Text(hello, "firmware_version") == null)
        {
            Violate("hello: " + hello);
            connection.SendError("HUB_ID_MISMATCH", "Hub ID does not match");
            connection.Close(4003, "Hub ID mismatch");
            return;
        }

        if (IsMute || (OnlyClaimed && !IsSigned(hello, connection.HubId)))
        {
            return;
        }

        string capabilities = Capabilities == null ? "" : ",\"capabilities\":" + JsonSerializer.Serialize(Capabilities);
        string tenant = connection.Session.Greet() ? ",\"tenant_id\":\"" + TenantId + "\"" : "";
        connection.Send($"{{\"type\":\"hub_welcome\",\"hub_id\":\"{connection.HubId}\",\"hub_name\":null{tenant},\"server_time\":1700000000000{capabilities}}}");
        Interlocked.Increment(ref _hellos);
    }

    private void Check(JsonElement message, string type, string text)
    {
        string[]? known = type switch
        {
            "printer_status" =>
            [
                "type", "printer_id", "status", "is_connected", "progress_percentage", "remaining_time_seconds", "current_layer", "total_layers",
                "temperatures", "error_code", "error_message", Has("status_details") ? "details" : "type",
            ],
            "file_progress" when Has("file_stream") => ["type", "printer_id", "job_id", "stage", "progress_percentage", "error", "error_code", "started"],
            "file_progress" => ["type", "printer_id", "job_id", "stage", "progress_percentage", "error"],
            "file_credit" when Has("file_stream") => ["type", "stream_id", "bytes"],
            "file_cancel" when Has("file_stream") => ["type", "stream_id", "error"],
            "command_ack" => ["type", "command_id", "success", "error"],
            "printer_discovered" => ["type", "printers"],
            "job_event" when Has("job_event") => null,
            "response" when Has("requests") => null,
            "hub_health" when Has("hub_health") => null,
            "printer_list" when Has("printer_list") => null,
            _ => [],
        };
        if (known != null && message.EnumerateObject().Any(m => !known.Contains(m.Name)))
        {
            Violate("unknown message or field: " + text);
        }

        string status = Text(message, "status") ?? "";
        if (type == "printer_status" && (!s_words.Contains(status) || Text(message, "printer_id") == null))
        {
            Violate("status: " + text);
        }

        if (type == "printer_status" && status is not "printing" and not "paused" && message.TryGetProperty("progress_percentage", out _))
        {
            Violate("progress without a job: " + text);
        }

        if (type == "file_progress" && Array.IndexOf(s_stages, Text(message, "stage")) is var stage && (stage < 0 || (stage == s_stages.Length - 1 && !Has("file_stream"))))
        {
            Violate("stage: " + text);
        }

        if (type is "file_credit" or "file_cancel" && Sender(message) is { } sender && sender.Take(type, message) is { } wrong)
        {
            Violate(wrong + ": " + text);
        }

        if (type == "printer_discovered" && message.GetProperty("printers").EnumerateArray().Any(IsBadFind))
        {
            Violate("a printer that was found: " + text);
        }

        if (type == "command_ack" && (Text(message, "command_id") == null || (!message.GetProperty("success").GetBoolean() && Text(message, "error") == null)))
        {
            Violate("ack: " + text);
        }
    }

    /// <summary>It lacks what configure_printer needs to add it.</summary>
    private static bool IsBadFind(JsonElement printer) =>
        Text(printer, "serial_number") is not { Length: > 0 and <= 40 } id || id.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_'))
        || Text(printer, "ip_address") == null || Text(printer, "model") == null
        || printer.EnumerateObject().Any(m => m.Name is not ("serial_number" or "ip_address" or "model" or "name" or "connection_type"));

    private bool IsSigned(JsonElement hello, string hubId) =>
        Secret != null && hello.TryGetProperty("auth", out JsonElement auth)
        && Text(auth, "signature") == Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(hubId + ":" + Text(auth, "timestamp"))));

    /// <summary>Sends of this id are checked from now on; a later one of the same id takes its place.</summary>
    public void Register(StreamSender sender)
    {
        lock (_senders)
        {
            _senders[sender.Id] = sender;
        }
    }

    private StreamSender? Sender(JsonElement message)
    {
        lock (_senders)
        {
            return _senders.GetValueOrDefault(message.GetProperty("stream_id").GetUInt32());
        }
    }

    private bool Has(string capability) => Capabilities?.Contains(capability) == true;

    private void Violate(string what)
    {
        lock (_violations)
        {
            _violations.Add(what);
        }
    }

    private sealed class Connection(TcpClient client, WebSocket socket, string hubId, FakeCloudSession session)
    {
        private readonly object _sending = new();
        private int _isOver;

        public WebSocket Socket { get; } = socket;

        public string HubId { get; } = hubId;

        public FakeCloudSession Session { get; } = session;

        public void Send(string text) => Send(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

        public void SendError(string code, string message) => Send($"{{\"type\":\"error\",\"code\":\"{code}\",\"message\":\"{message}\",\"timestamp\":1}}");

        public void Send(ArraySegment<byte> data, WebSocketMessageType kind)
        {
            lock (_sending)
            {
                Socket.SendAsync(data, kind, true, CancellationToken.None).Wait(Patience.LimitMs);
            }
        }

        public void Close(int code, string reason)
        {
            End();
            lock (_sending)
            {
                Socket.CloseOutputAsync((WebSocketCloseStatus)code, reason, CancellationToken.None).Wait(Patience.LimitMs);
            }
        }

        /// <summary>Resets the connection, unless it is gone already.</summary>
        public void Drop()
        {
            End();
            client.Client?.Close(0);
        }

        /// <summary>It has ended, and with it the hub's session, also where a newer connection has it.</summary>
        public void End()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
            {
                Session.Forget();
            }
        }
    }
}
