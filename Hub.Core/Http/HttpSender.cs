using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Streams;
using Hub.Core.Text;

namespace Hub.Core.Http;

/// <summary>
/// Sends one request through a window of one pool buffer, and checks for an early answer while it sends: a
/// server that refuses an upload (401, 403, 413) says so at once and may then close. Thread: one owner.
/// </summary>
internal sealed class HttpSender
{
    /// <summary>How long an answer is awaited after the peer broke the connection in the middle of a request.</summary>
    private const int AnswerAfterLossMs = 1000;

    /// <summary>Longest time for one window: a slower transfer would occupy its worker for ever.</summary>
    private const int WindowTimeoutMs = 60000;

    private static readonly byte[] s_none = new byte[0];

    private readonly IHal _hal;
    private readonly HttpConnection _connection;
    private readonly ByteChannel _channel;
    private readonly HttpResponseCodec _codec;
    private readonly HttpRequestHead _head;
    private readonly SourceWait _wait;
    private readonly byte[] _oneByte = new byte[1];
    private int _writeTimeoutMs;
    private CancellationToken _cancel;

    internal HttpSender(IHal hal, HttpOrigin origin, HttpConnection connection, HttpResponseCodec codec)
    {
        _hal = hal;
        _connection = connection;
        _channel = connection.Channel;
        _codec = codec;
        _head = new HttpRequestHead(origin);
        _wait = new SourceWait(hal.Clock);
    }

    /// <summary>True while the body's own source is read, and after it failed: its errors are not the connection's.</summary>
    internal bool IsReadingSource { get; private set; }

    /// <summary>Opens the connection unless it is open, and sends.</summary>
    /// <returns>True when the whole request went out, false when an answer ended it before.</returns>
    internal bool Send(HttpRequest request, int connectTimeoutMs, int writeTimeoutMs, CancellationToken cancel)
    {
        _writeTimeoutMs = writeTimeoutMs;
        _cancel = cancel;
        IsReadingSource = false;
        _wait.Note(0);
        _channel.ThrowIfCancelled(cancel);
        byte[] window = _hal.Buffers.Rent();
        try
        {
            int headLength = _head.Write(request, window);
            if (!_channel.IsOpen)
            {
                // Buffers are scarce on the board: none is held during a dial.
                _hal.Buffers.Return(window);
                window = s_none;
                _connection.Open(connectTimeoutMs);
                window = _hal.Buffers.Rent();
                headLength = _head.Write(request, window);
            }

            // The buffer for the answer to an irrevocable request is rented before the request leaves.
            if (!request.IsRepeatable)
            {
                _channel.RentInput();
            }

            return request.Body == null ? WriteWindow(window, headLength) : SendWithBody(window, headLength, request.Body);
        }
        finally
        {
            if (window.Length > 0)
            {
                _hal.Buffers.Return(window);
            }
        }
    }

    private bool SendWithBody(byte[] window, int headLength, IHttpBody body)
    {
        long length = body.Length;
        long left = length;
        int used = headLength;
        while (true)
        {
            int read = ReadSource(body, window, used, left);
            if (read == SourceRead.NothingYet)
            {
                // The head leaves alone: a server that refuses the upload answers while its source is waited for.
                if (!WriteWindow(window, used) || IsAnsweredDuringWait())
                {
                    return false;
                }

                used = 0;
                continue;
            }

            left -= read;
            if ((left == 0 && !AwaitEnd(body)) || !WriteWindow(window, used + read))
            {
                return false;
            }

            body.OnSent(length - left);
            if (left == 0)
            {
                return true;
            }

            if (IsAnswered(0))
            {
                return false;
            }

            used = 0;
        }
    }

    /// <summary>Reads the next piece; does not wait for it while the request's head has not left. Errors: <see cref="ErrorCode.SourceChanged"/>.</summary>
    private int ReadSource(IHttpBody body, byte[] window, int offset, long left)
    {
        int wanted = Ascii.Least(window.Length - offset, left);
        int read = wanted > 0 ? ReadBody(body, window, offset, wanted, offset > 0 ? 0 : ByteChannel.SliceMs) : 0;
        if (wanted > 0 && read != SourceRead.NothingYet && (read <= 0 || read > wanted))
        {
            throw new HubException(ErrorCode.SourceChanged, "the data ended " + left.ToString() + " bytes early: it changed while it was sent, send it again");
        }

        return read;
    }

    /// <summary>
    /// Checks, before the last piece is sent, that no more follows, so that no request of a wrong length is ever completed.
    /// Errors: <see cref="ErrorCode.SourceChanged"/>.
    /// </summary>
    /// <returns>False when an answer came first.</returns>
    private bool AwaitEnd(IHttpBody body)
    {
        int read = ReadBody(body, _oneByte, 0, 1, ByteChannel.SliceMs);
        while (read == SourceRead.NothingYet)
        {
            if (IsAnsweredDuringWait())
            {
                return false;
            }

            read = ReadBody(body, _oneByte, 0, 1, ByteChannel.SliceMs);
        }

        return read == 0
            ? true
            : throw new HubException(ErrorCode.SourceChanged, "the data is longer than announced: it changed while it was sent, send it again");
    }

    private int ReadBody(IHttpBody body, byte[] buffer, int offset, int count, int timeoutMs)
    {
        IsReadingSource = true;
        int read = body.Read(buffer, offset, count, timeoutMs);
        IsReadingSource = false;
        _wait.Note(read);
        return read;
    }

    /// <summary>Checks between two waits for the source whether the server has answered. A server that closes then has often waited too long itself.</summary>
    private bool IsAnsweredDuringWait()
    {
        _channel.ThrowIfCancelled(_cancel);
        HubException loss;
        try
        {
            return IsAnswered(0);
        }
        catch (HubException error)
        {
            loss = error;
        }

        throw _wait.Explain(loss);
    }

    /// <summary>Writes a window, in as many writes as the peer needs; a peer that accepts it byte by byte is too slow to wait for.</summary>
    /// <returns>True when all of it went out, false when an answer came instead.</returns>
    private bool WriteWindow(byte[] window, int count)
    {
        int offset = 0;
        long beginMs = _hal.Clock.NowMs;
        while (offset < count)
        {
            _channel.ThrowIfCancelled(_cancel);
            if (_hal.Clock.NowMs - beginMs >= WindowTimeoutMs)
            {
                throw _channel.Failed(ErrorCode.Timeout, "accepts the request too slowly: less than " + count.ToString() + " bytes in " + Ascii.Duration(WindowTimeoutMs));
            }

            int taken = WriteOrFindAnswer(window, offset, count - offset);
            offset += taken;
            if (taken == 0 && (_codec.HasHead || IsAnswered(0)))
            {
                return false;
            }

            if (taken == 0 && _channel.StalledMs(beginMs) >= _writeTimeoutMs)
            {
                throw _channel.Failed(ErrorCode.Timeout, "accepted nothing of the request for " + Ascii.Duration(_writeTimeoutMs));
            }
        }

        return true;
    }

    /// <summary>Writes; when the peer broke the connection, its answer may still be there to be read.</summary>
    /// <returns>Bytes accepted; 0 when none were in this time, or when the answer was found.</returns>
    private int WriteOrFindAnswer(byte[] window, int offset, int count)
    {
        HubException loss;
        try
        {
            return _channel.Write(window, offset, count, ByteChannel.SliceMs);
        }
        catch (HubException error)
        {
            // Thrown below: nanoCLR forgets which exception it was once another was caught in between.
            loss = error;
        }

        if (!FindAnswerAfterLoss())
        {
            throw loss;
        }

        return 0;
    }

    private bool FindAnswerAfterLoss()
    {
        long untilMs = _hal.Clock.NowMs + AnswerAfterLossMs;
        try
        {
            bool isAnswered = IsAnswered(ByteChannel.SliceMs);
            while (!isAnswered && _hal.Clock.NowMs < untilMs)
            {
                _channel.ThrowIfCancelled(_cancel);
                isAnswered = IsAnswered(ByteChannel.SliceMs);
            }

            return isAnswered;
        }
        catch (HubException error)
        {
            // No filter: see docs/board.md.
            if (error.Code != ErrorCode.ConnectionLost)
            {
                throw;
            }

            return false;
        }
    }

    /// <summary>Checks whether the final answer's head has arrived; interim answers do not count.</summary>
    private bool IsAnswered(int timeoutMs)
    {
        int read = _channel.Fill(timeoutMs);
        if (read == 0)
        {
            _connection.TakeEnd();
        }

        if (read > 0)
        {
            _connection.Parse(0);
        }

        return _codec.HasHead;
    }
}
