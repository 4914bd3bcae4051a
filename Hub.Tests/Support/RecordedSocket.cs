using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using Hub.Core.Hal;
using Hub.Tests.Portable;

namespace Hub.Tests.Support;

/// <summary>
/// A recorded WebSocket (Recordings/README.md), replayed on a driven clock to a client that asks in its own way: a question
/// gets the next recorded answer to its method, or the last one if none follows. What the server sent unasked arrives at its
/// recorded time, and the recording pauses at a print start until the client starts that file.
/// </summary>
internal sealed class RecordedSocket : ISocketFactory, IByteStream
{
    private const string StartMethod = "printer.print.start";
    private const string Opened =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    private readonly ManualClock _clock;
    private List<JsonObject> _entries;
    private readonly Dictionary<string, JsonObject> _answers = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> _methods = [];
    private readonly Dictionary<int, int> _startIds = [];
    private readonly List<byte> _written = [];
    private readonly Queue<byte> _output = new();
    private bool _isOpened;
    private bool _isEnded;
    private string? _klippy;
    private int _next;
    private long _zeroMs;

    /// <param name="clock">Driven by the replay.</param>
    /// <param name="system">Folder of the recording.</param>
    /// <param name="name">The recording.</param>
    /// <param name="opening">The recording that contains the link's opening, if <paramref name="name"/> does not begin with it.</param>
    public RecordedSocket(ManualClock clock, string system, string name, string? opening = null)
    {
        _clock = clock;
        _entries = Read(system, opening ?? name);
        Open();
        if (opening != null)
        {
            _entries = Read(system, name);
            _next = 0;
            LoadMethods();
        }
    }

    public bool IsDone => _next == _entries.Count;

    /// <summary>The file that the recording's client starts now, or null.</summary>
    public string? StartFile => !IsDone && IsStart(_entries[_next]) ? (string)_entries[_next]["frame"]!["params"]!["filename"]! : null;

    public TlsPeer? Peer => null;

    public bool HasRootStore => true;

    public bool ShowsCertificates => true;

    public int MaxSockets => 1;

    public int OpenSockets { get; private set; }

    public bool CanReuseTlsSession => false;

    public IByteStream ConnectTcp(string host, int port, int timeoutMs)
    {
        if (_isEnded)
        {
            while (!IsUpgrade(_entries[_next++]))
            {
                // The server is not there yet.
            }

            LoadMethods();
            _isEnded = false;
            _isOpened = false;
            _output.Clear();
        }

        _zeroMs = _clock.NowMs - AtMs(_entries[Math.Max(_next - 1, 0)]);
        OpenSockets = 1;
        return this;
    }

    public IByteStream ConnectTls(string host, int port, TlsOptions options, int timeoutMs) => throw new NotSupportedException();

    public IByteStream StartTls(IByteStream tcp, string host, TlsOptions options, int timeoutMs, CancellationToken cancel) => throw new NotSupportedException();

    public IUdpSocket OpenUdp(int localPort, string? localAddress) => throw new NotSupportedException();

    public IDisposable HoldTls() => throw new NotSupportedException();

    public bool WaitReadable(int timeoutMs)
    {
        long untilMs = _clock.NowMs + timeoutMs;
        while (_output.Count == 0 && !IsDone && !_isEnded && StartFile == null && _zeroMs + AtMs(_entries[_next]) <= untilMs)
        {
            _clock.Advance(Math.Max(0, _zeroMs + AtMs(_entries[_next]) - _clock.NowMs));
            Show(_entries[_next++]);
        }

        if (_output.Count == 0 && !_isEnded)
        {
            _clock.Advance(untilMs - _clock.NowMs);
        }

        return _output.Count > 0 || _isEnded;
    }

    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        int read = 0;
        while (read < count && WaitReadable(timeoutMs) && _output.TryDequeue(out byte value))
        {
            buffer[offset + read++] = value;
            timeoutMs = 0;
        }

        return read == 0 && !_isEnded ? -1 : read;
    }

    public int Write(byte[] buffer, int offset, int count, int timeoutMs)
    {
        _written.AddRange(buffer.AsSpan(offset, count));
        if (!_isOpened)
        {
            _isOpened = Encoding.UTF8.GetString(_written.ToArray()).EndsWith("\r\n\r\n", StringComparison.Ordinal);
            if (_isOpened)
            {
                _written.Clear();
                Send(Encoding.UTF8.GetBytes(Opened));
            }

            return count;
        }

        while (TakeFrame() is { } text)
        {
            if (text.Length > 0)
            {
                Answer(JsonNode.Parse(text)!.AsObject());
            }
        }

        return count;
    }

    public void Dispose() => OpenSockets = 0;

    private static bool IsStart(JsonObject entry) => (string?)entry["ws"] == "sent" && (string?)entry["frame"]?["method"] == StartMethod;

    private static long AtMs(JsonObject entry) => (long)((double)entry["t"]! * 1000);

    private static bool IsUpgrade(JsonObject entry) => (string?)entry["path"] == "/websocket" && (int?)entry["status"] == 101;

    private static List<JsonObject> Read(string system, string name) =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Recordings", system, name + ".jsonl"))
            .Where(line => line.Length > 0).Select(line => JsonNode.Parse(line)!.AsObject())];

    /// <summary>Up to the subscription's answer it is the recording's client that opens its link; ours does that in its own order.</summary>
    private void Open()
    {
        LoadMethods();
        while (!_answers.ContainsKey("printer.objects.subscribe"))
        {
            NoteAnswer(_entries[_next++]);
        }
    }

    /// <summary>Ids begin anew with each connection.</summary>
    private void LoadMethods()
    {
        _methods.Clear();
        foreach (JsonObject entry in _entries.Skip(_next).TakeWhile(e => e["close"] == null))
        {
            if ((string?)entry["ws"] == "sent" && entry["frame"]?["id"] is { } id)
            {
                _methods[(int)id] = (string)entry["frame"]!["method"]!;
            }
        }
    }

    /// <summary>The next answer to a method on this connection, or the last one.</summary>
    private JsonObject? AnswerTo(string method)
    {
        if (_klippy == "disconnected" && method.StartsWith("printer.", StringComparison.Ordinal))
        {
            return Error(503, "Klippy Host not connected");
        }

        foreach (JsonObject entry in _entries.Skip(_next).TakeWhile(e => e["close"] == null))
        {
            if (IsAnswer(entry, out string? answered) && answered == method)
            {
                return entry["frame"]!.DeepClone().AsObject();
            }
        }

        return _answers.TryGetValue(method, out JsonObject? last) ? last.DeepClone().AsObject() : null;
    }

    private bool IsAnswer(JsonObject entry, out string? method)
    {
        method = null;
        return (string?)entry["ws"] == "received" && entry["frame"]?["id"] is { } id && _methods.TryGetValue((int)id, out method);
    }

    private static JsonObject Error(int code, string message) =>
        new() { ["jsonrpc"] = "2.0", ["error"] = new JsonObject { ["code"] = code, ["message"] = message } };

    /// <summary>The text of the next whole frame of the client, "" for another kind; null when none is whole.</summary>
    private string? TakeFrame()
    {
        if (_written.Count < 2)
        {
            return null;
        }

        int size = _written[1] & 0x7F;
        int head = size == 126 ? 8 : 6;
        size = size == 126 && _written.Count > 3 ? (_written[2] << 8) | _written[3] : size;
        if (_written.Count < head + size)
        {
            return null;
        }

        byte[] frame = [.. _written.Take(head + size)];
        _written.RemoveRange(0, head + size);
        byte[] payload = [.. frame.Skip(head).Select((b, i) => (byte)(b ^ frame[head - 4 + (i & 3)]))];
        return (frame[0] & 0x0F) == 1 ? Encoding.UTF8.GetString(payload) : "";
    }

    private void Answer(JsonObject request)
    {
        string method = (string)request["method"]!;
        if (method == StartMethod)
        {
            JsonObject sent = _entries[_next++];
            _startIds[(int)sent["frame"]!["id"]!] = (int)request["id"]!;
            _zeroMs = _clock.NowMs - AtMs(sent);
            return;
        }

        JsonObject answer = AnswerTo(method) ?? Error(-32601, "not in the recording");
        if (method == "server.info" && _klippy != null)
        {
            // What the server has told by itself is newer than what the recording's client was told.
            answer["result"]!["klippy_state"] = _klippy;
        }

        answer["id"] = (int)request["id"]!;
        Send(answer);
    }

    private void Show(JsonObject entry)
    {
        NoteAnswer(entry);
        if ((string?)entry["ws"] == "received" && entry["close"] != null)
        {
            _isEnded = true;
            _klippy = null;
            return;
        }

        if ((string?)entry["ws"] != "received" || entry["frame"] is not JsonObject frame)
        {
            return;
        }

        if ((string?)frame["method"] is { } told && told.StartsWith("notify_klippy_", StringComparison.Ordinal))
        {
            _klippy = told["notify_klippy_".Length..];
        }

        if (frame["id"] == null)
        {
            Send(frame);
        }
        else if (_startIds.TryGetValue((int)frame["id"]!, out int id))
        {
            JsonObject answer = frame.DeepClone().AsObject();
            answer["id"] = id;
            Send(answer);
        }
    }

    private void NoteAnswer(JsonObject entry)
    {
        if (IsAnswer(entry, out string? method))
        {
            _answers[method!] = entry["frame"]!.AsObject();
            _klippy = method == "server.info" ? null : _klippy;
        }
    }

    private void Send(JsonObject message) => Send(WebSocketBytes.Frame(0x81, message.ToJsonString()));

    private void Send(byte[] bytes)
    {
        foreach (byte value in bytes)
        {
            _output.Enqueue(value);
        }
    }
}
