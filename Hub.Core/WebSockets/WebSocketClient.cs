using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Streams;

namespace Hub.Core.WebSockets;

/// <summary>
/// A WebSocket to one server (RFC 6455, version 13, no extensions, so no compression). It answers pings and
/// closes by itself, but only while <see cref="Receive"/> runs: its owner must call it often. Thread: one
/// owner for all members; sending from a second thread is not possible yet. While it sends it does not read,
/// so a peer that stops reading until it is read ends in a <see cref="ErrorCode.Timeout"/>.
/// </summary>
/// <remarks>
/// After warm-up neither receiving nor sending allocates; an idle connection holds no buffer of the pool. Every
/// error closes the connection, except a cancellation between messages: <see cref="Close"/> can then still send a close.
/// </remarks>
public sealed class WebSocketClient : IDisposable
{
    /// <summary>Longest message that is received unless another limit is given: 256 KiB.</summary>
    public const int DefaultMaxMessageBytes = 256 * 1024;

    private const int MaxAnswerToCloseMs = 1000;

    /// <summary>Most frames without a message that are dealt with in a row, so that the owner has its turn in between.</summary>
    private const int EventsPerTurn = 16;

    private static readonly byte[] s_none = new byte[0];

    private readonly IHal _hal;
    private readonly TlsOptions? _tls;
    private readonly WebSocketCodec _codec;
    private readonly ByteChannel _channel;
    private readonly WebSocketSender _sender;
    private readonly byte[] _closeCode = new byte[2];
    private CancellationToken _cancel;
    private bool _hasSentClose;

    /// <summary>Makes a client that receives messages of up to <see cref="DefaultMaxMessageBytes"/>; nothing is opened yet.</summary>
    /// <param name="hal">Clock, sockets, buffers, entropy and SHA-1.</param>
    /// <param name="origin">The server; https stands for wss.</param>
    /// <param name="tls">Whom to trust with https; null for the system's certificates.</param>
    public WebSocketClient(IHal hal, HttpOrigin origin, TlsOptions? tls)
        : this(hal, origin, tls, DefaultMaxMessageBytes)
    {
    }

    /// <summary>Makes a client; nothing is opened yet.</summary>
    /// <param name="hal">Clock, sockets, buffers, entropy and SHA-1.</param>
    /// <param name="origin">The server; https stands for wss.</param>
    /// <param name="tls">Whom to trust with https; null for the system's certificates.</param>
    /// <param name="maxMessageBytes">Longest message that is received; a longer one closes the connection, or see <see cref="SkipsLongMessages"/>.</param>
    public WebSocketClient(IHal hal, HttpOrigin origin, TlsOptions? tls, int maxMessageBytes)
    {
        _hal = hal;
        _tls = tls;
        Origin = origin;
        _codec = new WebSocketCodec(origin.HostAndPort, maxMessageBytes);
        _channel = new ByteChannel(hal, origin.HostAndPort, "the WebSocket to " + origin.HostAndPort)
        {
            ReadLoss = "broke the WebSocket connection",
            WriteLoss = "broke the WebSocket connection",
        };
        _sender = new WebSocketSender(hal, _channel);
    }

    /// <summary>Where it connects to.</summary>
    public HttpOrigin Origin { get; }

    /// <summary>For resolution, connect and TLS handshake, in ms (default 5000).</summary>
    public int ConnectTimeoutMs { get; set; } = 5000;

    /// <summary>For the server's answer to the opening request, in ms (default 10000).</summary>
    public int HandshakeTimeoutMs { get; set; } = 10000;

    /// <summary>For the opening request and pongs, in ms (default 5000). <see cref="Receive"/> may last that much longer.</summary>
    public int WriteTimeoutMs { get; set; } = 5000;

    /// <summary>True from a successful <see cref="Connect"/> until an error, the peer's close or its own.</summary>
    public bool IsOpen => _channel.IsOpen;

    /// <summary>The address that the connection leads to: 4 or 16 bytes, the caller's; null where that is not known.</summary>
    internal byte[]? RemoteAddress => _channel.RemoteAddress;

    /// <summary>What the TLS handshake of the present or last connection showed; null on plain TCP.</summary>
    public TlsPeer? Peer => _channel.Peer;

    /// <summary>
    /// True to skip a message longer than the limit: <see cref="Receive"/> then returns its beginning, up to 256 bytes,
    /// with <see cref="IsCut"/> set. False (default) to close the connection.
    /// </summary>
    public bool SkipsLongMessages
    {
        get => _codec.SkipsLongMessages;
        set => _codec.SkipsLongMessages = value;
    }

    /// <summary>True when only the beginning of the last message was kept, because it was longer than the limit; it may end inside a character.</summary>
    public bool IsCut { get; private set; }

    /// <summary>
    /// True for a connection that brings files: where the machine has large buffers (<see cref="ILargeBuffers"/>), it reads through one, and a
    /// binary message that came in one piece is not copied, see <see cref="MessageOffset"/>. False by default. To be set before <see cref="Connect"/>.
    /// </summary>
    public bool BringsFiles
    {
        get => _codec.KeepsBinaryInPlace;
        set
        {
            _codec.KeepsBinaryInPlace = value;
            _channel.HasLargeWindow = value;
        }
    }

    /// <summary>
    /// The buffer with the message of the last <see cref="Receive"/> that returned true. It stays the
    /// client's and is overwritten by its next call. It grows from 4 KiB to the size that the peer's messages need, up to the limit.
    /// </summary>
    public byte[] Message => _codec.Message;

    /// <summary>Where in <see cref="Message"/> the message begins: 0, unless it <see cref="BringsFiles"/> and the message is binary.</summary>
    public int MessageOffset => _codec.MessageOffset;

    /// <summary>Bytes of that message.</summary>
    public int MessageLength => _codec.MessageLength;

    /// <summary>True when it is text, which is valid UTF-8 then; false when it is binary.</summary>
    public bool IsText => _codec.IsText;

    /// <summary>When bytes last arrived, as <see cref="IClock.NowMs"/>; the time of <see cref="Connect"/> before the first.</summary>
    public long LastReceivedMs => _channel.LastReadMs;

    /// <summary>When a pong last arrived, as <see cref="IClock.NowMs"/>; -1 before the first of this connection.</summary>
    public long LastPongMs { get; private set; } = -1;

    /// <summary>
    /// Why the last connection ended: the peer's code, <see cref="WebSocketCloseCodes.NoCode"/> when its close named
    /// none, <see cref="WebSocketCloseCodes.Abnormal"/> when an error ended it without a close; 0 before.
    /// </summary>
    public int CloseCode { get; private set; }

    /// <summary>The peer's reason for <see cref="CloseCode"/>: at most 100 characters, with dots for anything but printable ASCII.</summary>
    public string CloseReason { get; private set; } = "";

    /// <summary>
    /// Opens the connection; an open one is closed first. Errors: those of <see cref="ISocketFactory"/>,
    /// <see cref="ErrorCode.Timeout"/>, <see cref="ErrorCode.ConnectionLost"/>, <see cref="ErrorCode.Cancelled"/>,
    /// <see cref="ErrorCode.BadResponse"/> (no HTTP, a wrong handshake, or a 2xx). A status other than 101 gives
    /// <see cref="ErrorCode.AuthRejected"/> (401, 403), <see cref="ErrorCode.NotFound"/> (404, 410),
    /// <see cref="ErrorCode.Throttled"/> (429), <see cref="ErrorCode.Redirected"/>, <see cref="ErrorCode.Refused"/> or
    /// <see cref="ErrorCode.ServerError"/>, with <see cref="HubException.HttpStatus"/> and the beginning of the server's words.
    /// </summary>
    /// <param name="request">A GET with the path and the caller's headers, used once; the handshake's headers are added to it.</param>
    /// <param name="cancel">For the whole life of the connection; seen within 100 ms.</param>
    public void Connect(HttpRequest request, CancellationToken cancel)
    {
        if (request.Method != "GET" || request.Body != null)
        {
            throw new ArgumentException("a WebSocket opens with a GET without a body");
        }

        Dispose();
        _cancel = cancel;
        _hasSentClose = false;
        CloseCode = 0;
        CloseReason = "";
        LastPongMs = -1;
        _codec.Start();
        Open(request);
    }

    /// <summary>
    /// Waits for a message; 0 only checks. Pings are answered and pongs noted in the meantime. Errors:
    /// <see cref="ErrorCode.ConnectionLost"/> (with <see cref="CloseCode"/> when the peer closed),
    /// <see cref="ErrorCode.BadResponse"/>, <see cref="ErrorCode.Timeout"/> (a pong could not be sent), <see cref="ErrorCode.Cancelled"/>.
    /// </summary>
    /// <returns>False when no message was complete within <paramref name="timeoutMs"/>; the part that arrived is kept for the next call.</returns>
    public bool Receive(int timeoutMs)
    {
        long untilMs = _hal.Clock.NowMs + timeoutMs;
        long leftMs = timeoutMs;
        do
        {
            ThrowIfUnusable();
            if (Step(ByteChannel.Slice(leftMs)))
            {
                return true;
            }

            leftMs = untilMs - _hal.Clock.NowMs;
        }
        while (leftMs > 0);

        return false;
    }

    /// <summary>Waits, once and for at most this time, until <see cref="Receive"/> has something to do. Errors: <see cref="ErrorCode.ConnectionLost"/>.</summary>
    public void WaitForInput(int timeoutMs)
    {
        ThrowIfUnusable();
        if (_channel.InputCount == 0)
        {
            _channel.WaitReadable(timeoutMs);
        }
    }

    /// <summary>
    /// Has the event set, once, when <see cref="Receive"/> has something to do, at once if it has now; false where the machine's connections
    /// cannot: the owner then waits in <see cref="Receive"/>. Throws nothing.
    /// </summary>
    /// <param name="arrived">Set from any thread, perhaps for nothing; see <see cref="IReadSignal"/>.</param>
    public bool TrySignal(AutoResetEvent arrived)
    {
        bool can = _channel.TrySignal(arrived);
        if (can && _channel.InputCount > 0)
        {
            arrived.Set();
        }

        return can;
    }

    /// <summary>
    /// Sends a text message; the caller's bytes must be UTF-8 and are not changed. Errors: <see cref="ErrorCode.Timeout"/>
    /// (the peer did not accept all of it within <paramref name="timeoutMs"/>), <see cref="ErrorCode.ConnectionLost"/>, <see cref="ErrorCode.Cancelled"/>.
    /// </summary>
    public void SendText(byte[] buffer, int offset, int count, int timeoutMs) => Send(WebSocketFrame.Text, buffer, offset, count, timeoutMs);

    /// <summary>Sends a binary message. Errors: those of <see cref="SendText"/>.</summary>
    public void SendBinary(byte[] buffer, int offset, int count, int timeoutMs) => Send(WebSocketFrame.Binary, buffer, offset, count, timeoutMs);

    /// <summary>Sends an empty ping; <see cref="LastPongMs"/> shows the answer. Errors: those of <see cref="SendText"/>.</summary>
    public void SendPing(int timeoutMs) => Send(WebSocketFrame.Ping, s_none, 0, 0, timeoutMs);

    /// <summary>
    /// Sends a close (code 1000), waits at most <paramref name="timeoutMs"/> for the peer's, as some servers
    /// never answer it, and closes. Messages that arrive in the meantime are dropped. After a cancellation it does not wait. Throws nothing.
    /// </summary>
    public void Close(int timeoutMs)
    {
        if (!_channel.IsOpen)
        {
            return;
        }

        long untilMs = _hal.Clock.NowMs + timeoutMs;
        try
        {
            SendClose(WebSocketCloseCodes.Normal, timeoutMs);
            while (_hal.Clock.NowMs < untilMs && !_cancel.IsCancellationRequested)
            {
                Step(ByteChannel.Slice(untilMs - _hal.Clock.NowMs));
            }
        }
        catch (HubException)
        {
            // The peer's close arrives as an error, as does a close that cannot be sent; either way this is the end.
        }

        _channel.Close();
    }

    /// <summary>Closes at once, without sending a close.</summary>
    public void Dispose() => _channel.Close();

    private void Open(HttpRequest request)
    {
        HttpClient http = new HttpClient(_hal, Origin, _tls)
        {
            ConnectTimeoutMs = ConnectTimeoutMs,
            ReadTimeoutMs = HandshakeTimeoutMs,
            TotalTimeoutMs = HandshakeTimeoutMs,
            WriteTimeoutMs = WriteTimeoutMs,
        };
        try
        {
            new WebSocketHandshake(_hal, http).Open(request, _channel, _cancel);
        }
        finally
        {
            http.Dispose();
        }
    }

    /// <summary>Processes the bytes that are there, or that arrive in this time, up to the next message.</summary>
    /// <returns>True when a message is complete.</returns>
    private bool Step(int waitMs)
    {
        Exception failure;
        try
        {
            return TakeEvents() || (_channel.InputCount == 0 && Fill(waitMs) && TakeEvents());
        }
        catch (Exception error)
        {
            // Thrown below: nanoCLR forgets which exception it was once closing has caught another.
            failure = error;
        }

        BreakOff();
        throw failure;
    }

    private bool Fill(int waitMs)
    {
        int read = _channel.Fill(waitMs);
        if (read == 0)
        {
            throw Lost("ended the WebSocket connection without a close");
        }

        if (read < 0)
        {
            _channel.ReleaseEmptyInput();
        }

        return read > 0;
    }

    /// <summary>Stops after <see cref="EventsPerTurn"/>, whatever is left: a window holds thousands of pings, and each wants an answer.</summary>
    private bool TakeEvents()
    {
        for (int i = 0; i < EventsPerTurn && _channel.InputCount > 0; i++)
        {
            switch (Parse())
            {
                case WebSocketEvent.Message:
                    IsCut = false;
                    return true;
                case WebSocketEvent.Skipped:
                    IsCut = true;
                    return true;
                case WebSocketEvent.Ping:
                    AnswerPing();
                    break;
                case WebSocketEvent.Pong:
                    LastPongMs = _hal.Clock.NowMs;
                    break;
                case WebSocketEvent.Close:
                    throw ClosedByPeer();
                default:
                    break;
            }
        }

        return false;
    }

    private WebSocketEvent Parse()
    {
        WebSocketEvent found = _codec.Next(_channel.Input, _channel.InputOffset, _channel.InputCount);
        _channel.Take(_codec.Consumed);
        if (!_codec.IsInPlace)
        {
            _channel.ReleaseEmptyInput();
        }

        return found;
    }

    private void AnswerPing()
    {
        // Nothing may follow a close (RFC 6455 section 5.5.1).
        if (!_hasSentClose)
        {
            _sender.Send(WebSocketFrame.Pong, _codec.Control, 0, _codec.ControlLength, WriteTimeoutMs, _cancel);
        }
    }

    private HubException ClosedByPeer()
    {
        CloseCode = _codec.CloseCode;
        CloseReason = _codec.CloseReason;
        TrySendClose(CloseCode);
        if (CloseCode == WebSocketCloseCodes.NoCode)
        {
            return Lost("closed the WebSocket");
        }

        string what = "closed the WebSocket with code " + CloseCode.ToString();
        return Lost(CloseReason.Length == 0 ? what : what + ": " + CloseReason);
    }

    /// <summary>Ends the connection after an error; a peer that broke the protocol gets the code of the rule it broke (RFC 6455 section 7.1.7).</summary>
    private void BreakOff()
    {
        if (_codec.FailCode != 0)
        {
            TrySendClose(_codec.FailCode);
        }

        if (CloseCode == 0)
        {
            CloseCode = WebSocketCloseCodes.Abnormal;
        }

        _channel.Close();
    }

    private void TrySendClose(int code)
    {
        try
        {
            if (!_hasSentClose)
            {
                SendClose(code, Math.Min(WriteTimeoutMs, MaxAnswerToCloseMs));
            }
        }
        catch (HubException)
        {
            // The connection ends anyway, and the reason is known already.
        }
    }

    /// <summary>Works after a cancellation too, which is one reason to close.</summary>
    private void SendClose(int code, int timeoutMs)
    {
        _hasSentClose = true;
        _closeCode[0] = (byte)(code >> 8);
        _closeCode[1] = (byte)code;
        int count = code == WebSocketCloseCodes.NoCode ? 0 : 2;
        int waitMs = _cancel.IsCancellationRequested ? 0 : timeoutMs;
        _sender.Send(WebSocketFrame.Close, _closeCode, 0, count, waitMs, CancellationToken.None);
    }

    private void Send(int opcode, byte[] buffer, int offset, int count, int timeoutMs)
    {
        ThrowIfUnusable();
        Exception failure;
        try
        {
            _sender.Send(opcode, buffer, offset, count, timeoutMs, _cancel);
            return;
        }
        catch (Exception error)
        {
            // Thrown below: nanoCLR forgets which exception it was once closing has caught another.
            failure = error;
        }

        BreakOff();
        throw failure;
    }

    private void ThrowIfUnusable()
    {
        if (!_channel.IsOpen)
        {
            throw Lost("has no open WebSocket with the hub");
        }

        _channel.ThrowIfCancelled(_cancel);
    }

    private HubException Lost(string what) => new HubException(ErrorCode.ConnectionLost, Origin.HostAndPort + " " + what);
}
