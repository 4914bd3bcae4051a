using System;
using System.Text;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Streams;
using Hub.Core.Text;

namespace Hub.Core.Ftp;

/// <summary>The control connection: commands out, replies in. Any error but a refusal closes it. Thread: one owner.</summary>
internal sealed class FtpControl
{
    private const int InputBytes = 512;

    private readonly IHal _hal;
    private readonly FtpsOptions _options;
    private readonly FtpReplyCodec _codec = new FtpReplyCodec();
    private readonly ByteChannel _channel;

    /// <summary>Makes it closed.</summary>
    internal FtpControl(IHal hal, FtpsOptions options)
    {
        _hal = hal;
        _options = options;
        string place = options.Host + ":" + options.Port.ToString();

        // Replies must be readable while uploads hold every buffer of the pool.
        _channel = new ByteChannel(hal, place, "the transfer with " + place, new byte[InputBytes])
        {
            ReadLoss = "broke the connection before it answered",
        };
    }

    internal bool IsOpen => _channel.IsOpen;

    /// <summary>What the last handshake showed.</summary>
    internal TlsPeer? Peer => _channel.Peer;

    /// <summary>Code of the last reply.</summary>
    internal int Code => _codec.Code;

    /// <summary>Text of the last reply.</summary>
    internal string Text => _codec.Text;

    /// <summary>No wait lasts beyond this time of the clock.</summary>
    internal long LimitMs { get; set; } = long.MaxValue;

    /// <summary>The server's host and port, for messages.</summary>
    internal string Place => _channel.Place;

    /// <summary>Dials; the server's greeting is the next reply. Errors: those of <see cref="ISocketFactory"/>.</summary>
    internal void Open(CancellationToken cancel)
    {
        Close();
        _codec.Reset();
        ThrowIfCancelled(cancel);
        IByteStream tcp = _hal.Sockets.ConnectTcp(_options.Host, _options.Port, Limited(_options.ConnectTimeoutMs));
        _channel.Open(_hal.Sockets.StartTls(tcp, _options.Host, _options.Tls, Limited(_options.ConnectTimeoutMs), cancel));
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
        _channel.Send(line, line.Length, false, _hal.Clock.NowMs + Limited(_options.ReplyTimeoutMs), "accepts no commands", cancel);
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
            throw _channel.Failed(ErrorCode.Timeout, "did not answer in " + Ascii.Duration(timeoutMs));
        }

        return Code;
    }

    /// <summary>The same without an error when no reply was complete in time; the part that arrived is kept.</summary>
    internal bool TryReadReply(int timeoutMs, CancellationToken cancel)
    {
        long leftMs = Limited(timeoutMs);
        long untilMs = _hal.Clock.NowMs + leftMs;
        do
        {
            ThrowIfCancelled(cancel);
            if (Parse() || (Fill(ByteChannel.Slice(leftMs)) && Parse()))
            {
                return true;
            }

            leftMs = untilMs - _hal.Clock.NowMs;
        }
        while (leftMs > 0);

        return false;
    }

    /// <summary>Closes at once.</summary>
    internal void Close() => _channel.Close();

    internal void ThrowIfCancelled(CancellationToken cancel) => _channel.ThrowIfCancelled(cancel);

    private int Limited(int timeoutMs)
    {
        long leftMs = LimitMs - _hal.Clock.NowMs;
        return leftMs >= timeoutMs ? timeoutMs : Math.Max((int)leftMs, 1);
    }

    private bool Parse()
    {
        if (_channel.InputCount == 0)
        {
            return false;
        }

        HubException failure;
        try
        {
            bool isComplete = _codec.Next(_channel.Input, _channel.InputOffset, _channel.InputCount);
            _channel.Take(_codec.Consumed);
            return isComplete;
        }
        catch (HubException e)
        {
            failure = e;
        }

        Close();
        throw failure;
    }

    /// <returns>False when nothing arrived in this time.</returns>
    private bool Fill(int timeoutMs)
    {
        int read = _channel.Fill(timeoutMs);
        if (read == 0)
        {
            throw _channel.Failed(ErrorCode.ConnectionLost, _codec.IsInReply ? "closed the connection in the middle of its answer" : "closed the connection");
        }

        return read > 0;
    }
}
