using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Streams;
using Hub.Core.Text;

namespace Hub.Core.Http;

/// <summary>
/// HTTP/1.1 to one server over at most one connection, kept open between requests. No redirects, no
/// cookies, no Expect, no decompression. Thread: one owner.
/// </summary>
public sealed class HttpClient : IDisposable
{
    /// <summary>Most of an unwanted body that is read to keep a connection.</summary>
    private const int MaxDrainBytes = 64 * 1024;

    /// <summary>Longest silence while an unwanted body is read to keep a connection.</summary>
    private const int DrainTimeoutMs = 1000;

    private const long NoLimit = long.MaxValue;

    private readonly IHal _hal;
    private readonly HttpResponseCodec _codec;
    private readonly HttpConnection _connection;
    private readonly ByteChannel _channel;
    private readonly HttpSender _sender;
    private readonly byte[] _oneByte = new byte[1];
    private HttpResponse? _response;
    private CancellationToken _cancel;
    private bool _isRequestWhole;
    private bool _isBodyDone;
    private long _answerSinceMs;

    /// <summary>Makes a client; nothing is opened before the first request.</summary>
    /// <param name="hal">Clock, sockets and buffers.</param>
    /// <param name="origin">The server.</param>
    /// <param name="tls">Whom to trust with https; null for the system's certificates. Not used with http.</param>
    public HttpClient(IHal hal, HttpOrigin origin, TlsOptions? tls)
    {
        _hal = hal;
        Origin = origin;
        _codec = new HttpResponseCodec(origin.HostAndPort);
        _connection = new HttpConnection(hal, origin, tls, _codec);
        _channel = _connection.Channel;
        _sender = new HttpSender(hal, origin, _connection, _codec);
    }

    /// <summary>Where it sends to.</summary>
    public HttpOrigin Origin { get; }

    /// <summary>For resolution, connect and handshake, in ms (default 5000).</summary>
    public int ConnectTimeoutMs { get; set; } = 5000;

    /// <summary>Longest silence while an answer is awaited or read, in ms (default 10000).</summary>
    public int ReadTimeoutMs { get; set; } = 10000;

    /// <summary>Longest time in which the peer accepts no byte of a request, in ms (default 15000).</summary>
    public int WriteTimeoutMs { get; set; } = 15000;

    /// <summary>
    /// Longest time from the end of the sending to the end of the answer, however slowly it arrives, in ms
    /// (default 30000); 0 for none, which a long download needs.
    /// </summary>
    public int TotalTimeoutMs { get; set; } = 30000;

    /// <summary>Why it must not connect to a private address; null (default) when it may. See <see cref="PrivateAddress"/>.</summary>
    internal string? PrivateRefusal
    {
        get => _connection.PrivateRefusal;
        set => _connection.PrivateRefusal = value;
    }

    /// <summary>What the TLS handshake of the present or last connection showed; null on plain TCP.</summary>
    public TlsPeer? Peer => _channel.Peer;

    /// <summary>
    /// Sends a request and reads the head of the answer. An answer that arrives while the body is still
    /// being sent ends the sending. The response is valid until the next call on this client.
    /// Errors: those of <see cref="ISocketFactory"/>, <see cref="ErrorCode.Timeout"/>,
    /// <see cref="ErrorCode.ConnectionLost"/>, <see cref="ErrorCode.BadResponse"/>,
    /// <see cref="ErrorCode.SourceChanged"/>, <see cref="ErrorCode.Cancelled"/>. Every error closes the connection.
    /// </summary>
    public HttpResponse Send(HttpRequest request, CancellationToken cancel)
    {
        _cancel = cancel;
        bool isReused = KeepConnectionFor(request);
        return TryExchange(request, isReused) ?? TryExchange(request, false)!;
    }

    /// <summary>Closes the connection; the next request opens another.</summary>
    public void Close()
    {
        ForgetResponse();
        _channel.Close();
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    internal bool ResponseHeaderLists(string lowerName, string lowerWord) => _codec.HeaderLists(lowerName, lowerWord);

    /// <summary>After an answer of 101: gives the connection to another protocol, with the bytes that arrived after the answer.</summary>
    internal void MoveUpgraded(ByteChannel to)
    {
        ForgetResponse();
        _channel.MoveTo(to);
    }

    internal string? ResponseHeader(string name) => _codec.Header(name);

    internal string[] ResponseHeaders(string name) => _codec.Headers(name);

    internal int ReadBody(byte[] buffer, int offset, int count) => ReadBodyUntil(buffer, offset, count, NoLimit);

    internal int TryReadBody(byte[] buffer, int offset, int count, int timeoutMs) =>
        ReadBodyUntil(buffer, offset, count, _hal.Clock.NowMs + timeoutMs);

    internal int ReadWholeBody(byte[] buffer)
    {
        int total = 0;
        int read;
        do
        {
            read = ReadBody(buffer, total, buffer.Length - total);
            total += read;
        }
        while (read > 0);

        // A full buffer may be the whole body or the beginning of a longer one.
        if (total == buffer.Length && ReadBody(_oneByte, 0, 1) > 0)
        {
            Close();
            throw _channel.Failed(ErrorCode.BadResponse, "sends an answer of more than " + buffer.Length.ToString() + " bytes");
        }

        return total;
    }

    internal void DrainBody()
    {
        if (_isBodyDone)
        {
            return;
        }

        int readTimeoutMs = ReadTimeoutMs;
        try
        {
            if (IsWorthKeeping() && _codec.ContentLength <= MaxDrainBytes)
            {
                ReadTimeoutMs = Math.Min(readTimeoutMs, DrainTimeoutMs);
                SkipBody();
            }
        }
        catch (HubException)
        {
            // This body is not needed; the connection is closed and nothing else follows.
        }
        finally
        {
            ReadTimeoutMs = readTimeoutMs;
        }

        if (!_isBodyDone)
        {
            FinishAnswer(false);
        }
    }

    /// <summary>Closes a connection that this request may not or cannot use.</summary>
    /// <returns>True when a kept connection stays.</returns>
    private bool KeepConnectionFor(HttpRequest request)
    {
        ForgetResponse();
        TakeBufferedEnd();
        bool isKept = _channel.IsOpen && _isBodyDone && request.IsRepeatable && _channel.IsQuiet();
        if (!isKept)
        {
            _channel.Close();
        }

        return isKept;
    }

    /// <summary>A reader that stopped with the last chunk's data left the end marker, which usually arrived with it.</summary>
    private void TakeBufferedEnd()
    {
        try
        {
            if (_channel.IsOpen && !_isBodyDone && _connection.Parse(0) == HttpCodecEvent.End)
            {
                FinishAnswer(true);
            }
        }
        catch (HubException)
        {
            // A caller that did not read that far has no use for the error; the connection is closed.
        }
    }

    /// <summary>Sends the request and reads the head of its answer; every failure closes the connection.</summary>
    /// <returns>Null when a kept connection was stale and the request may be sent again.</returns>
    private HttpResponse? TryExchange(HttpRequest request, bool isReused)
    {
        Exception failure;
        try
        {
            return Exchange(request);
        }
        catch (Exception e)
        {
            failure = e;
        }

        Close();
        if (failure is not HubException error)
        {
            throw failure;
        }

        if (isReused && MayRepeat(request, error))
        {
            return null;
        }

        throw WithDoubt(request, error);
    }

    private HttpResponse Exchange(HttpRequest request)
    {
        _isBodyDone = false;
        _isRequestWhole = false;
        if (request.IsUpgrade)
        {
            _codec.StartUpgrade();
        }
        else
        {
            _codec.Start(request.Method == "HEAD");
        }

        _isRequestWhole = _sender.Send(request, ConnectTimeoutMs, WriteTimeoutMs, _cancel);
        _answerSinceMs = _hal.Clock.NowMs;
        while (!_codec.HasHead)
        {
            AwaitInput(NoLimit);
            _connection.Parse(0);
        }

        HttpResponse response = new HttpResponse(this, _codec.Status, _codec.ContentLength, _isRequestWhole);
        _response = response;
        NoticeEnd();
        return response;
    }

    /// <summary>
    /// A kept connection that the server has closed shows as a loss before the first byte of the
    /// answer (RFC 9110 section 9.2.2 allows idempotent requests to be repeated).
    /// </summary>
    private bool MayRepeat(HttpRequest request, HubException error) =>
        error.Code == ErrorCode.ConnectionLost
        && !_sender.IsReadingSource
        && !_codec.HasStarted
        && request.IsRepeatable
        && (request.Body == null || request.Body.TryRewind());

    /// <summary>
    /// Marks the error of a request that must not run twice and may have run. A request that went out in part
    /// has not: its length was announced, so the server knows that it is cut off.
    /// </summary>
    private HubException WithDoubt(HttpRequest request, HubException error)
    {
        if (!_isRequestWhole || request.IsRepeatable)
        {
            return error;
        }

        bool isAnswerMissing = error.Code == ErrorCode.ConnectionLost || error.Code == ErrorCode.Timeout || error.Code == ErrorCode.Cancelled;
        HubException doubtful = error.Reworded(isAnswerMissing ? error.Message + "; the printer may or may not have acted" : error.Message);
        doubtful.MayHaveActed = true;
        return doubtful;
    }

    private int ReadBodyUntil(byte[] buffer, int offset, int count, long untilMs)
    {
        Exception failure;
        try
        {
            return ReadSomeBody(buffer, offset, count, untilMs);
        }
        catch (Exception e)
        {
            failure = e;
        }

        Close();
        throw failure;
    }

    /// <returns>Bytes read, 0 at the end, <see cref="SourceRead.NothingYet"/> when none came until then.</returns>
    private int ReadSomeBody(byte[] buffer, int offset, int count, long untilMs)
    {
        while (!_isBodyDone && count > 0)
        {
            HttpCodecEvent found = _connection.Parse(count);
            if (found == HttpCodecEvent.Body)
            {
                int read = _codec.BodyCount;
                Array.Copy(_channel.Input, _codec.BodyOffset, buffer, offset, read);
                NoticeEnd();
                return read;
            }

            if (found == HttpCodecEvent.End)
            {
                FinishAnswer(true);
            }
            else if (!AwaitInput(untilMs))
            {
                return SourceRead.NothingYet;
            }
        }

        return 0;
    }

    /// <summary>Reads and discards the body, up to a limit.</summary>
    private void SkipBody()
    {
        byte[] waste = _hal.Buffers.Rent();
        try
        {
            int left = MaxDrainBytes;
            while (!_isBodyDone && left > 0)
            {
                left -= ReadSomeBody(waste, 0, Math.Min(waste.Length, left), NoLimit);
            }
        }
        finally
        {
            _hal.Buffers.Return(waste);
        }
    }

    /// <summary>Ends an answer of known length with its last byte: a reader that knows the length need not read on to the end.</summary>
    private void NoticeEnd()
    {
        if (_codec.IsComplete)
        {
            FinishAnswer(true);
        }
    }

    private void FinishAnswer(bool isWhole)
    {
        _isBodyDone = true;
        if (isWhole && IsWorthKeeping() && _channel.InputCount == 0)
        {
            _channel.ReleaseInput();
        }
        else
        {
            _channel.Close();
        }
    }

    /// <summary>True when another request may follow this answer on the same connection.</summary>
    private bool IsWorthKeeping() => _isRequestWhole && _codec.KeepsConnection;

    /// <summary>Waits for more of the answer or for its end; false when neither came until then, which is the caller's to judge.</summary>
    private bool AwaitInput(long untilMs)
    {
        long sinceMs = _hal.Clock.NowMs;
        int read;
        do
        {
            _channel.ThrowIfCancelled(_cancel);
            read = _channel.Fill(ByteChannel.Slice(untilMs == NoLimit ? WaitLeftMs(sinceMs) : untilMs - _hal.Clock.NowMs));
            if (read < 0 && _hal.Clock.NowMs >= untilMs)
            {
                return false;
            }
        }
        while (read < 0);

        if (read == 0)
        {
            _connection.TakeEnd();
        }

        return true;
    }

    private int WaitLeftMs(long sinceMs)
    {
        long nowMs = _hal.Clock.NowMs;
        long silenceLeftMs = sinceMs + ReadTimeoutMs - nowMs;
        if (silenceLeftMs <= 0)
        {
            string what = _codec.HasStarted ? "fell silent in the middle of its answer for " : "did not answer within ";
            throw _channel.Failed(ErrorCode.Timeout, what + Ascii.Duration(ReadTimeoutMs));
        }

        long totalLeftMs = TotalTimeoutMs > 0 ? _answerSinceMs + TotalTimeoutMs - nowMs : silenceLeftMs;
        if (totalLeftMs <= 0)
        {
            throw _channel.Failed(ErrorCode.Timeout, "did not complete its answer within " + Ascii.Duration(TotalTimeoutMs));
        }

        return (int)(totalLeftMs < silenceLeftMs ? totalLeftMs : silenceLeftMs);
    }

    private void ForgetResponse()
    {
        _response?.Invalidate();
        _response = null;
    }
}
