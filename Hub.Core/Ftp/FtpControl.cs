using System;
using System.Text;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Text;

namespace Hub.Core.Ftp;

/// <summary>The control connection: commands out, replies in. Any error but a refusal closes it. Thread: one owner.</summary>
internal sealed class FtpControl
{
    /// <summary>Longest single wait, so that a cancellation is seen soon.</summary>
    internal const int WaitSliceMs = 100;

    private const int InputBytes = 512;

    private readonly IHal _hal;
    private readonly FtpsOptions _options;
    private readonly FtpReplyCodec _codec = new FtpReplyCodec();
    private readonly byte[] _input = new byte[InputBytes];
    private int _inputOffset;
    private int _inputCount;
    private IByteStream? _stream;

    /// <summary>Makes it closed.</summary>
    internal FtpControl(IHal hal, FtpsOptions options)
    {
        _hal = hal;
        _options = options;
        Place = options.Host + ":" + options.Port.ToString();
    }

    internal bool IsOpen => _stream != null;

    /// <summary>What the last handshake showed.</summary>
    internal TlsPeer? Peer { get; private set; }

    /// <summary>Code of the last reply.</summary>
    internal int Code => _codec.Code;

    /// <summary>Text of the last reply.</summary>
    internal string Text => _codec.Text;

    /// <summary>No wait goes beyond this time of the clock.</summary>
    internal long LimitMs { get; set; } = long.MaxValue;

    /// <summary>Whom it is connected to, for people.</summary>
    internal string Place { get; }

    /// <summary>Dials; what the server says first is the next reply. Errors: those of <see cref="ISocketFactory"/>.</summary>
    internal void Open(CancellationToken cancel)
    {
        Close();
        _codec.Reset();
        _inputCount = 0;
        ThrowIfCancelled(cancel);
        IByteStream tcp = _hal.Sockets.ConnectTcp(_options.Host, _options.Port, Limited(_options.ConnectTimeoutMs));
        _stream = _hal.Sockets.StartTls(tcp, _options.Host, _options.Tls, Limited(_options.ConnectTimeoutMs), cancel);
        Peer = _stream.Peer;
    }

    /// <summary>Sends a command and reads its reply. Errors: those of <see cref="Send"/> and <see cref="ReadReply"/>.</summary>
    /// <returns>The reply's code.</returns>
    internal int Command(string verb, string argument, CancellationToken cancel)
    {
        Send(verb, argument, cancel);
        return ReadReply(_options.ReplyTimeoutMs, cancel);
    }

    /// <summary>Sends a command. Errors: <see cref="ErrorCode.ConnectionLost"/>, <see cref="ErrorCode.Timeout"/>, <see cref="ErrorCode.Cancelled"/>.</summary>
    internal void Send(string verb, string argument, CancellationToken cancel)
    {
        byte[] line = Encoding.UTF8.GetBytes(argument.Length == 0 ? verb + "\r\n" : verb + " " + argument + "\r\n");
        long untilMs = _hal.Clock.NowMs + Limited(_options.ReplyTimeoutMs);
        int offset = 0;
        while (offset < line.Length)
        {
            ThrowIfCancelled(cancel);
            offset += Write(line, offset);
            if (offset < line.Length && _hal.Clock.NowMs >= untilMs)
            {
                throw Broken(ErrorCode.Timeout, "accepts no commands", null);
            }
        }
    }

    /// <summary>
    /// Waits for the next reply. Errors: <see cref="ErrorCode.Timeout"/>, <see cref="ErrorCode.ConnectionLost"/>,
    /// <see cref="ErrorCode.BadResponse"/>, <see cref="ErrorCode.Cancelled"/> (which leaves the connection open).
    /// </summary>
    /// <returns>The reply's code.</returns>
    internal int ReadReply(int timeoutMs, CancellationToken cancel)
    {
        if (!TryReadReply(timeoutMs, cancel))
        {
            throw Broken(ErrorCode.Timeout, "did not answer in " + Ascii.Duration(timeoutMs), null);
        }

        return Code;
    }

    /// <summary>The same without an error when no reply was complete in time; what came of one is kept.</summary>
    internal bool TryReadReply(int timeoutMs, CancellationToken cancel)
    {
        long leftMs = Limited(timeoutMs);
        long untilMs = _hal.Clock.NowMs + leftMs;
        do
        {
            ThrowIfCancelled(cancel);
            if (Parse() || (Fill(Math.Min((int)leftMs, WaitSliceMs)) && Parse()))
            {
                return true;
            }

            leftMs = untilMs - _hal.Clock.NowMs;
        }
        while (leftMs > 0);

        return false;
    }

    /// <summary>Closes at once.</summary>
    internal void Close()
    {
        IByteStream? stream = _stream;
        _stream = null;
        stream?.Dispose();
    }

    internal void ThrowIfCancelled(CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested)
        {
            throw new HubException(ErrorCode.Cancelled, "the transfer with " + Place + " was cancelled");
        }
    }

    private int Limited(int timeoutMs)
    {
        long leftMs = LimitMs - _hal.Clock.NowMs;
        return leftMs >= timeoutMs ? timeoutMs : Math.Max((int)leftMs, 1);
    }

    private bool Parse()
    {
        if (_inputCount == 0)
        {
            return false;
        }

        HubException failure;
        try
        {
            bool isComplete = _codec.Next(_input, _inputOffset, _inputCount);
            _inputOffset += _codec.Consumed;
            _inputCount -= _codec.Consumed;
            return isComplete;
        }
        catch (HubException e)
        {
            failure = e;
        }

        Close();
        throw failure;
    }

    /// <returns>False when nothing came in this time.</returns>
    private bool Fill(int timeoutMs)
    {
        if (_stream == null)
        {
            throw new HubException(ErrorCode.ConnectionLost, "the connection to " + Place + " is closed");
        }

        int read;
        try
        {
            read = _stream.Read(_input, 0, _input.Length, timeoutMs);
        }
        catch (HubException error) when (error.Code == ErrorCode.ConnectionLost)
        {
            throw Broken(ErrorCode.ConnectionLost, "broke the connection before it answered", error);
        }

        if (read == 0)
        {
            throw Broken(ErrorCode.ConnectionLost, _codec.IsInReply ? "closed the connection in the middle of its answer" : "closed the connection", null);
        }

        _inputOffset = 0;
        _inputCount = Math.Max(read, 0);
        return read > 0;
    }

    private int Write(byte[] line, int offset)
    {
        if (_stream == null)
        {
            throw new HubException(ErrorCode.ConnectionLost, "the connection to " + Place + " is closed");
        }

        try
        {
            return _stream.Write(line, offset, line.Length - offset, WaitSliceMs);
        }
        catch (HubException error) when (error.Code == ErrorCode.ConnectionLost)
        {
            throw Broken(ErrorCode.ConnectionLost, "broke the connection", error);
        }
    }

    private HubException Broken(ErrorCode code, string what, HubException? cause)
    {
        Close();
        string message = Place + " " + what;
        return cause == null ? new HubException(code, message) : new HubException(code, message, cause);
    }
}
