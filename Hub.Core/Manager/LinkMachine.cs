using Hub.Core.Errors;
using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <summary>
/// Decides when a printer's worker connects and polls, and what its link is called: full-jitter backoff from 1 s to 60 s,
/// reset after a stable minute; no retries after a refusal; degraded while it is silent or broken, but its last report is
/// young; offline after 60 s without one. Pure: time and randomness come in as arguments. Thread: one owner.
/// </summary>
public sealed class LinkMachine
{
    /// <summary>First step of the backoff, in ms.</summary>
    public const int FirstBackoffMs = 1000;

    /// <summary>Longest backoff, in ms.</summary>
    public const int MaxBackoffMs = 60000;

    /// <summary>Time online after which the backoff starts over, in ms.</summary>
    public const int StableMs = 60000;

    /// <summary>A poll that takes longer than this is late, in ms.</summary>
    public const int LateMs = 10000;

    /// <summary>A link without a socket asks again after this time when it was not told that one is free, in ms.</summary>
    public const int SocketRetryMs = 5000;

    private readonly int _staleMs;
    private int _failures;
    private long _triedMs;
    private long _openedMs;
    private long _steadyMs;
    private long _lastReportMs;
    private long _notBeforeMs;
    private bool _hasReport;
    private bool _isFresh;

    /// <summary>Makes a machine that wants to connect at once, or one that never will.</summary>
    public LinkMachine(long nowMs, int pollMs, bool isEnabled)
        : this(nowMs, pollMs, isEnabled, Staleness.DefaultMs)
    {
    }

    /// <summary>The same for a printer whose reports grow stale after another time than <see cref="Staleness.DefaultMs"/>.</summary>
    public LinkMachine(long nowMs, int pollMs, bool isEnabled, int staleMs)
    {
        PollMs = pollMs;
        _staleMs = staleMs;
        QuietMs = SilenceMs;
        State = isEnabled ? LinkState.Waiting : LinkState.Disabled;
        DueMs = isEnabled ? nowMs : long.MaxValue;
    }

    /// <summary>Where the link stands.</summary>
    public LinkState State { get; private set; }

    /// <summary>True between a connect that succeeded and a failure: commands may be sent, polls are due. Apart from <see cref="State"/>: an open link may be silent.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>True while nothing but a free socket is missing.</summary>
    public bool WaitsForSocket { get; private set; }

    /// <summary>Time between two polls, in ms.</summary>
    public int PollMs { get; private set; }

    /// <summary>When the next connect (while not open) or poll (while open) is due; <see cref="long.MaxValue"/> for never.</summary>
    public long DueMs { get; private set; }

    /// <summary>When the printer was last heard of, a connect counting as such; -1 for never.</summary>
    public long HeardMs
    {
        get
        {
            long reportMs = _hasReport ? _lastReportMs : -1;
            return IsOpen && _openedMs > reportMs ? _openedMs : reportMs;
        }
    }

    /// <summary>Silence after which an open link is degraded, in ms.</summary>
    public int QuietMs { get; private set; }

    /// <summary>Push clients ask a quiet printer after half of the stale time (an idle Moonraker says nothing by itself); the rest is for its answer.</summary>
    private int SilenceMs => _staleMs * 2 / 3;

    /// <summary>The last failure, <see cref="ErrorCode.None"/> while the link is open.</summary>
    public ErrorCode LastError { get; private set; }

    /// <summary>What a link is called when it has been silent for so long, as far as time alone decides it. Thread: any.</summary>
    public static LinkState Aged(LinkState state, long silentMs, int quietMs, int staleMs)
    {
        if (state == LinkState.Online && silentMs > quietMs)
        {
            state = LinkState.Degraded;
        }

        return state == LinkState.Degraded && silentMs >= staleMs ? LinkState.Waiting : state;
    }

    /// <summary>How many tries have begun.</summary>
    public int Tries { get; private set; }

    /// <summary>A try begins. Nothing happens to a link that is open, disabled or refused.</summary>
    public void Connecting(long nowMs)
    {
        if (IsOpen || (State != LinkState.Waiting && State != LinkState.Degraded))
        {
            return;
        }

        Tries++;
        _triedMs = nowMs;
        _isFresh = false;
        WaitsForSocket = false;
        DueMs = long.MaxValue;
        State = LinkState.Connecting;
    }

    /// <summary>Connect succeeded: poll at once.</summary>
    public void Connected(long nowMs)
    {
        if (IsOpen || IsAtRest)
        {
            return;
        }

        if (State != LinkState.Connecting)
        {
            _triedMs = nowMs;
            _isFresh = false;
        }

        IsOpen = true;
        WaitsForSocket = false;
        LastError = ErrorCode.None;
        _openedMs = nowMs;
        _steadyMs = nowMs;
        DueMs = nowMs;
        State = LinkState.Online;
    }

    /// <summary>A polled printer answered.</summary>
    public void Reported(long nowMs)
    {
        if (!IsOpen)
        {
            return;
        }

        // A poll that is asked for half a minute after the last one is not late for that.
        long lateMs = (long)PollMs + LateMs;
        int silenceMs = SilenceMs;
        _isFresh = true;
        Heard(nowMs, nowMs, lateMs > silenceMs ? (int)lateMs : silenceMs);
        DueMs = nowMs + PollMs;
    }

    /// <summary>A push client waited for reports: it does so again at once. How old its data is follows from the time of the last report.</summary>
    public void Waited(long nowMs, long lastReportMs)
    {
        if (!IsOpen)
        {
            return;
        }

        // A report of before the try may be of the same millisecond as the try.
        _isFresh |= lastReportMs >= _triedMs && (!_hasReport || lastReportMs != _lastReportMs);
        Heard(nowMs, lastReportMs, SilenceMs);
        DueMs = nowMs;
    }

    /// <summary>
    /// The next report of an open link wakes its owner, who then calls <see cref="Wanted"/>: it need not be polled before, or until this
    /// time has passed.
    /// </summary>
    public void Rest(long nowMs, int milliseconds)
    {
        if (IsOpen && DueMs <= nowMs)
        {
            DueMs = nowMs + milliseconds;
        }
    }

    /// <summary>Connect or poll failed.</summary>
    /// <param name="nowMs">Now.</param>
    /// <param name="error">Why.</param>
    /// <param name="retryAfterMs">Wait the peer asked for, or 0; at most the longest backoff is granted.</param>
    /// <param name="random">0 up to, not including, 1.</param>
    public void Failed(long nowMs, ErrorCode error, int retryAfterMs, double random)
    {
        if (IsAtRest)
        {
            return;
        }

        IsOpen = false;
        WaitsForSocket = false;
        LastError = error;
        if (ErrorCodes.EndsLink(error))
        {
            DueMs = long.MaxValue;
            State = LinkState.Refused;
            return;
        }

        int delayMs = (int)(BackoffCeilingMs() * random);
        int namedMs = retryAfterMs < MaxBackoffMs ? retryAfterMs : MaxBackoffMs;
        _notBeforeMs = nowMs + namedMs;
        DueMs = nowMs + (delayMs > namedMs ? delayMs : namedMs);
        _failures++;
        State = Broken(nowMs);
    }

    /// <summary>
    /// The hub has no socket for what was due: no failure, and no step of the backoff. An open link stays open, and is asked
    /// again after <see cref="SocketRetryMs"/> or <see cref="SocketFree"/>, until its last report is stale.
    /// </summary>
    public void NoSocket(long nowMs)
    {
        if (IsAtRest)
        {
            return;
        }

        WaitsForSocket = true;
        DueMs = nowMs + SocketRetryMs;
        if (IsOpen && !IsSilent(nowMs))
        {
            Tick(nowMs);
            return;
        }

        IsOpen = false;
        LastError = ErrorCode.OutOfSockets;
        State = Broken(nowMs);
    }

    /// <summary>A socket is free: a link that waits for one tries now.</summary>
    public void SocketFree(long nowMs)
    {
        if (WaitsForSocket)
        {
            Wanted(nowMs);
        }
    }

    /// <summary>Something is asked of the printer: a link that waits tries now (unless the peer named a wait), a link that is open polls now.</summary>
    public void Wanted(long nowMs)
    {
        if (IsAtRest || State == LinkState.Connecting)
        {
            return;
        }

        long wantedMs = !IsOpen && _notBeforeMs > nowMs ? _notBeforeMs : nowMs;
        if (DueMs > wantedMs)
        {
            DueMs = wantedMs;
        }
    }

    /// <summary>A try is asked for at once, of a refused link too. The backoff starts over.</summary>
    public void Retry(long nowMs)
    {
        if (!IsOpen)
        {
            _failures = 0;
        }

        if (State == LinkState.Refused)
        {
            DueMs = nowMs;
            State = LinkState.Waiting;
        }

        Wanted(nowMs);
    }

    /// <summary>Polls by another interval from now on.</summary>
    public void PollEvery(long nowMs, int pollMs)
    {
        if (PollMs != pollMs)
        {
            PollMs = pollMs;
            PollWithin(nowMs, pollMs);
        }
    }

    /// <summary>Polls sooner than usual while a command waits for its proof.</summary>
    public void PollWithin(long nowMs, int milliseconds)
    {
        if (IsOpen && DueMs > nowMs + milliseconds)
        {
            DueMs = nowMs + milliseconds;
        }
    }

    /// <summary>Takes the steps that time alone asks for.</summary>
    public void Tick(long nowMs)
    {
        if (State == LinkState.Online && nowMs - HeardMs > QuietMs)
        {
            State = LinkState.Degraded;
        }
        else if (State == LinkState.Degraded && !IsOpen && IsStale(nowMs))
        {
            State = LinkState.Waiting;
        }
    }

    /// <summary>When <see cref="Tick"/> or what is due has to be checked again; <see cref="long.MaxValue"/> for never.</summary>
    public long WakeMs
    {
        get
        {
            long tickMs = State switch
            {
                LinkState.Online => HeardMs + QuietMs + 1,
                LinkState.Degraded when !IsOpen => HeardMs + _staleMs,
                _ => long.MaxValue,
            };
            return tickMs < DueMs ? tickMs : DueMs;
        }
    }

    /// <summary>True when an open link brought nothing for so long that it must be broken: the owner closes it and calls <see cref="Failed"/>.</summary>
    public bool IsSilent(long nowMs) => IsOpen && nowMs - HeardMs >= _staleMs;

    /// <summary>True when the link is open and has brought a report since it was last begun: what is known is not of a time before it.</summary>
    public bool IsFresh => IsOpen && _isFresh;

    /// <summary>True when what was last reported is too old to be shown as the printer's state.</summary>
    public bool IsStale(long nowMs) => !IsOpen && !IsYoung(nowMs);

    private bool IsAtRest => State == LinkState.Disabled || State == LinkState.Refused;

    private bool IsYoung(long nowMs) => _hasReport && nowMs - _lastReportMs < _staleMs;

    private LinkState Broken(long nowMs) => IsYoung(nowMs) ? LinkState.Degraded : LinkState.Waiting;

    private void Heard(long nowMs, long reportMs, int quietMs)
    {
        WaitsForSocket = false;
        if (reportMs >= 0)
        {
            _hasReport = true;
            _lastReportMs = reportMs;
        }

        QuietMs = quietMs < _staleMs ? quietMs : _staleMs - 1;
        if (nowMs - HeardMs > QuietMs)
        {
            Tick(nowMs);
            return;
        }

        if (State == LinkState.Degraded)
        {
            _steadyMs = nowMs;
            State = LinkState.Online;
        }
        else if (nowMs - _steadyMs >= StableMs)
        {
            _failures = 0;
        }
    }

    private int BackoffCeilingMs()
    {
        int ceiling = FirstBackoffMs;
        for (int i = 0; i < _failures && ceiling < MaxBackoffMs; i++)
        {
            ceiling *= 2;
        }

        return ceiling < MaxBackoffMs ? ceiling : MaxBackoffMs;
    }
}
