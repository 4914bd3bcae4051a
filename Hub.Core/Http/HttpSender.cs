using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Streams;
using Hub.Core.Text;

namespace Hub.Core.Http;

/// <summary>
/// Sends one request through a window of one pool buffer, and checks for an early answer while it sends. Thread: one owner.
/// </summary>
internal sealed class HttpSender
{
    /// <summary>Longest time for <see cref="PaceBytes"/>: a slower transfer would occupy its worker for ever.</summary>
    private const int PaceTimeoutMs = 60000;

    /// <summary>So often, in bytes, the pace of a window and an early answer are checked if the peer accepts the window in pieces.</summary>
    private const int PaceBytes = 16 * 1024;

    private static readonly byte[] s_none = new byte[0];

    private readonly IHal _hal;
    private readonly HttpConnection _connection;
    private readonly ByteChannel _channel;
    private readonly HttpEarlyAnswer _answer;
    private readonly HttpRequestHead _head;
    private readonly SourceWait _wait;
    private readonly byte[] _oneByte = new byte[1];
    private int _writeTimeoutMs;
    private CancellationToken _cancel;
    private IHttpBody? _body;

    /// <summary>Bytes of the body that were sent; negative while the head is.</summary>
    private long _sent;

    internal HttpSender(IHal hal, HttpOrigin origin, HttpConnection connection, HttpResponseCodec codec)
    {
        _hal = hal;
        _connection = connection;
        _channel = connection.Channel;
        _answer = new HttpEarlyAnswer(hal, connection, codec);
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
        _body = request.Body;
        byte[] window = RentWindow();
        try
        {
            int headLength = _head.Write(request, window);
            if (!_channel.IsOpen)
            {
                // Buffers are scarce on the board: none is held during a dial.
                _hal.Buffers.Return(window);
                window = s_none;
                _connection.Open(connectTimeoutMs);
                window = RentWindow();
                headLength = _head.Write(request, window);
            }

            // The buffer for the answer to an irrevocable request is rented before the request leaves.
            if (!request.IsRepeatable)
            {
                _channel.RentInput();
            }

            _sent = -headLength;
            return _body == null ? WriteWindow(window, headLength) : SendWithBody(window, headLength, _body);
        }
        finally
        {
            _body = null;
            if (window.Length > 0)
            {
                _hal.Buffers.Return(window);
            }
        }
    }

    private byte[] RentWindow() => WindowBuffer.Rent(_hal.Buffers, _body == null ? 0 : _body.Length);

    private bool SendWithBody(byte[] window, int headLength, IHttpBody body)
    {
        long left = body.Length;
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

            if (left == 0)
            {
                return true;
            }

            if (_answer.IsHere(0))
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
            return _answer.IsHere(0);
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
        int pacedOffset = 0;
        long beginMs = _hal.Clock.NowMs;
        long pacedMs = beginMs;
        while (offset < count)
        {
            _channel.ThrowIfCancelled(_cancel);
            if (_hal.Clock.NowMs - pacedMs >= PaceTimeoutMs)
            {
                throw _channel.Failed(ErrorCode.Timeout, "accepts the request too slowly: less than " + Math.Min(count, PaceBytes).ToString() + " bytes in " + Ascii.Duration(PaceTimeoutMs));
            }

            int taken = WriteOrFindAnswer(window, offset, count - offset);
            offset += taken;
            NoteSent(taken);
            bool isPaced = offset < count && offset - pacedOffset >= PaceBytes;
            if (isPaced)
            {
                pacedOffset = offset;
                pacedMs = _hal.Clock.NowMs;
            }

            if ((taken == 0 || isPaced) && (_answer.IsKnown || _answer.IsHere(0)))
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

    private void NoteSent(int count)
    {
        _sent += count;
        if (count > 0 && _sent > 0)
        {
            _body?.OnSent(_sent);
        }
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

        if (!_answer.FindAfterLoss(_cancel))
        {
            throw loss;
        }

        return 0;
    }
}
