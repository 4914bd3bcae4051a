using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Streams;
using Hub.Core.Text;

namespace Hub.Core.Ftp;

/// <summary>The data connection of one upload. Thread: one owner.</summary>
internal sealed class FtpData
{
    /// <summary>The slowest accepted pace in bytes per ms: an A1 receives 50 to 100 KB/s.</summary>
    private const int MinBytesPerMs = 25;

    private const int MinTransferMs = 600000;

    private readonly IHal _hal;
    private readonly FtpsOptions _options;
    private readonly FtpControl _control;
    private readonly ByteChannel _channel;
    private readonly SourceWait _wait;
    private IUploadProgress? _progress;
    private long _length;
    private long _sent;

    /// <summary>Makes it closed.</summary>
    internal FtpData(IHal hal, FtpsOptions options, FtpControl control)
    {
        _hal = hal;
        _options = options;
        _control = control;
        _wait = new SourceWait(hal.Clock);
        _channel = new ByteChannel(hal, control.Place, "the transfer with " + control.Place)
        {
            WriteLoss = "broke the data connection",
            StaysOpen = true,
        };
    }

    /// <summary>Dials, always the host of the control connection. Errors: those of <see cref="ISocketFactory"/>.</summary>
    internal void Open(int port)
    {
        try
        {
            _channel.Open(_hal.Sockets.ConnectTcp(_options.Host, port, _options.ConnectTimeoutMs));
        }
        catch (HubException error)
        {
            throw new HubException(error.Code, "no data connection: " + error.Message, error);
        }
    }

    /// <summary>Begins TLS with the session of the control connection. Errors: those of <see cref="ISocketFactory"/>.</summary>
    internal void Encrypt(CancellationToken cancel) =>
        _channel.Open(_hal.Sockets.StartTls(_channel.Detach(), _options.Host, _options.DataTls ?? _options.Tls, _options.ConnectTimeoutMs, cancel));

    /// <summary>
    /// Sends the file through a window of one pool buffer. Errors: <see cref="ErrorCode.Timeout"/>, <see cref="ErrorCode.ConnectionLost"/>,
    /// <see cref="ErrorCode.SourceChanged"/>, <see cref="ErrorCode.Cancelled"/> and those of the source.
    /// </summary>
    /// <returns>False when a reply came before the end; it is then the control connection's last.</returns>
    internal bool Send(IUploadSource source, IUploadProgress? progress, CancellationToken cancel)
    {
        CheckedSource file = new CheckedSource(source);
        _progress = progress;
        _length = file.Length;
        _sent = 0;
        long untilMs = _hal.Clock.NowMs + MaxTransferMs(_length);
        byte[] window = WindowBuffer.Rent(_hal.Buffers, _length);
        try
        {
            while (true)
            {
                _channel.ThrowIfCancelled(cancel);
                ThrowIfLate(untilMs);
                long sinceMs = _hal.Clock.NowMs;
                int count = file.Read(window, 0, window.Length, ByteChannel.SliceMs);

                // The source's time is not the server's.
                untilMs += _hal.Clock.NowMs - sinceMs;
                _wait.Note(count);
                if (count == 0)
                {
                    return true;
                }

                if (count == SourceRead.NothingYet)
                {
                    if (IsAnswered(cancel))
                    {
                        return false;
                    }

                    continue;
                }

                if (!SendWindow(window, count, untilMs, cancel))
                {
                    return false;
                }
            }
        }
        finally
        {
            _hal.Buffers.Return(window);
        }
    }

    /// <summary>Closes, which is the end of the file for the server; its close_notify is not awaited, as some A1 mini never send it.</summary>
    internal void Finish() => _channel.Close();

    /// <summary>Breaks off, so that the server does not mistake half a file for a whole one, where the machine allows it.</summary>
    internal void Abort() => _channel.Abort();

    /// <summary>Adds to an error that the file's source was waited for when it came, if it was.</summary>
    internal HubException Explain(HubException error) => _wait.Explain(error);

    /// <summary>How long a server may take for a file, in ms: at least 10 minutes.</summary>
    internal static long MaxTransferMs(long length)
    {
        long timeMs = length / MinBytesPerMs;
        return timeMs > MinTransferMs ? timeMs : MinTransferMs;
    }

    private bool SendWindow(byte[] window, int count, long untilMs, CancellationToken cancel)
    {
        int offset = 0;
        long beginMs = _hal.Clock.NowMs;
        while (true)
        {
            int taken = _channel.Write(window, offset, count - offset, ByteChannel.SliceMs);
            offset += taken;
            NoteSent(taken);
            if (offset == count)
            {
                return true;
            }

            _channel.ThrowIfCancelled(cancel);
            if (taken == 0 && IsAnswered(cancel))
            {
                return false;
            }

            if (_channel.StalledMs(beginMs) >= _options.StallTimeoutMs)
            {
                throw new HubException(ErrorCode.Timeout, _control.Place + " accepted no data of the file for " + Ascii.Duration(_options.StallTimeoutMs));
            }

            ThrowIfLate(untilMs);
        }
    }

    /// <summary>The file is complete only once the server confirms it: 226.</summary>
    private void NoteSent(int count)
    {
        _sent += count;
        if (count > 0)
        {
            _progress?.Report(_sent < _length ? _sent : _length - 1, _length);
        }
    }

    /// <summary>True once the server's final reply is there, before the end of the file.</summary>
    private bool IsAnswered(CancellationToken cancel) => _control.TryReadReply(0, cancel) && _control.Code / 100 != 1;

    private void ThrowIfLate(long untilMs)
    {
        if (_hal.Clock.NowMs >= untilMs)
        {
            throw new HubException(ErrorCode.Timeout, _control.Place + " accepts the file too slowly: less than 25 KB/s");
        }
    }
}
