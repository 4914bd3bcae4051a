using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Core.Ftp;

/// <summary>
/// Whether an upload whose bytes were all sent is complete: the stored size decides, whatever the server replied. A1 mini and H2D
/// were seen to store every byte and never send 226, X1C and P2S to send 426 for a complete file (bambuddy issue 1417, ha-bambulab
/// issue 1674); and a 226 alone proves no length (ha-bambulab compares SIZE after every upload, <c>pybambu/models.py</c>). Thread: one owner.
/// </summary>
internal sealed class FtpProof
{
    /// <summary>The card may still be written: a growing size is asked for again; one that has not changed for this long is final.</summary>
    private const int StillMs = 3000;

    /// <summary>The same after the server's confirmation, which makes a complete file likely: the directory may be updated late.</summary>
    private const int ConfirmedStillMs = 10000;

    /// <summary>How long a growing size is followed.</summary>
    private const int GrowthMs = 60000;

    /// <summary>How long a confirmed upload waits for the answer to SIZE: without one the confirmation counts.</summary>
    private const int ConfirmedReplyMs = 5000;

    private const int AskAgainMs = 1000;
    private const int SliceMs = 100;
    private const int NoSuchFile = 550;
    private const long NotThere = -2;
    private const long NotKnown = -1;

    private readonly IHal _hal;
    private readonly FtpsClient _client;
    private readonly FtpControl _control;
    private readonly FtpsOptions _options;
    private readonly FtpStore _store;
    private readonly string _path;
    private readonly CancellationToken _cancel;
    private long _size = NotKnown;

    /// <summary>Prepares it.</summary>
    internal FtpProof(IHal hal, FtpsClient client, FtpControl control, FtpsOptions options, FtpStore store, string path, CancellationToken cancel)
    {
        _hal = hal;
        _client = client;
        _control = control;
        _options = options;
        _store = store;
        _path = path;
        _cancel = cancel;
    }

    /// <summary>True when the server could not be asked, or gave no size: the file's length is not known.</summary>
    internal bool IsUnknown => _size == NotKnown;

    /// <summary>True when the stored size is known and is not the file's.</summary>
    internal bool IsOther => _size >= 0 && _size != _store.Length;

    /// <summary>The last size in bytes that was not the file's; negative when there was none.</summary>
    internal long OtherSize { get; private set; } = NotKnown;

    /// <summary>
    /// Asks until the size is the file's or will not become it. Over the same connection first, as a late confirmation arrives
    /// there, then over a new one. Where the server confirmed the upload and gives no size at all, the confirmation counts.
    /// Errors: <see cref="ErrorCode.Cancelled"/> alone.
    /// </summary>
    /// <returns>True when the file is whole.</returns>
    internal bool IsWhole()
    {
        long untilMs = _hal.Clock.NowMs + GrowthMs;
        long stillSinceMs = _hal.Clock.NowMs;
        long last = NotKnown;
        while (true)
        {
            _size = Ask();
            if (_size == _store.Length)
            {
                return true;
            }

            long nowMs = _hal.Clock.NowMs;
            if (_size != last)
            {
                last = _size;
                stillSinceMs = nowMs;
            }

            if (IsOther)
            {
                OtherSize = _size;
            }

            if (nowMs - stillSinceMs >= MaxStillMs() || nowMs >= untilMs)
            {
                return _store.IsConfirmed && OtherSize < 0;
            }

            Pause();
        }
    }

    /// <summary>How long the last answer must remain the same before it is final.</summary>
    private int MaxStillMs()
    {
        if (IsUnknown)
        {
            return 0;
        }

        if (_store.IsConfirmed)
        {
            return IsOther ? ConfirmedStillMs : StillMs;
        }

        return _size >= 0 && _size < _store.Length ? StillMs : 0;
    }

    private long Ask()
    {
        long size = NotKnown;
        if (_control.IsOpen && TryAsk(out size))
        {
            return size;
        }

        // A confirmed upload is not worth another login, unless its size was already seen to be wrong.
        return (!_store.IsConfirmed || OtherSize >= 0) && TryReopen() && TryAsk(out size) ? size : NotKnown;
    }

    /// <returns>False when the connection gave no answer; it is closed then.</returns>
    private bool TryAsk(out long size)
    {
        size = NotKnown;
        try
        {
            _control.Send("SIZE", _path, _cancel);
            int code = ReadReply();
            while (_store.FinalCode == 0 && IsOfStore(code))
            {
                _store.NoteLateReply(code);
                code = ReadReply();
            }

            _store.IsSettled = true;
            size = code == FtpSize.Code ? FtpSize.Of(_control.Text) : code == NoSuchFile ? NotThere : NotKnown;
            return true;
        }
        catch (HubException error)
        {
            if (error.Code == ErrorCode.Cancelled)
            {
                throw;
            }

            return false;
        }
    }

    private int ReadReply() =>
        _control.ReadReply(_store.IsConfirmed ? Math.Min(ConfirmedReplyMs, _options.ReplyTimeoutMs) : _options.ReplyTimeoutMs, _cancel);

    /// <summary>A reply that cannot answer SIZE answers STOR, which was sent before.</summary>
    private static bool IsOfStore(int code) => code != FtpSize.Code && (code / 100 <= 2 || code / 100 == 4 || code == 552);

    private bool TryReopen()
    {
        _control.Close();
        _store.IsSettled = true;
        try
        {
            _client.Connect(_cancel);

            // In the other type a server refuses SIZE, or counts line ends differently.
            return _control.Command("TYPE", "I", _cancel) / 100 == 2;
        }
        catch (HubException error)
        {
            if (error.Code == ErrorCode.Cancelled)
            {
                throw;
            }

            return false;
        }
    }

    private void Pause()
    {
        for (int passed = 0; passed < AskAgainMs; passed += SliceMs)
        {
            _control.ThrowIfCancelled(_cancel);
            _hal.Clock.Sleep(SliceMs);
        }
    }
}
