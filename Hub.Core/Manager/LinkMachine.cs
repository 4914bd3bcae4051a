namespace Hub.Core.Manager;

/// <summary>
/// Decides when a printer's worker connects and polls: full-jitter backoff from 1 s to 60 s, reset
/// after a stable minute; no retries after a refusal; offline after 60 s without an answer (design §3).
/// Pure: time and randomness come in as arguments. Thread: one owner.
/// </summary>
public sealed class LinkMachine
{
    /// <summary>First step of the backoff, in ms.</summary>
    public const int FirstBackoffMs = 1000;

    /// <summary>Longest backoff, in ms.</summary>
    public const int MaxBackoffMs = 60000;

    /// <summary>Time online after which the backoff starts over, in ms.</summary>
    public const int StableMs = 60000;

    /// <summary>Silence after which the last known state counts no more, in ms.</summary>
    public const int StaleMs = 60000;

    private readonly int _pollMs;
    private readonly int _staleMs;
    private int _failures;
    private long _onlineSinceMs;
    private long _lastReportMs;
    private long _notBeforeMs;
    private bool _hasReport;

    /// <summary>Makes a machine that wants to connect at once, or one that never will.</summary>
    public LinkMachine(long nowMs, int pollMs, bool isEnabled)
        : this(nowMs, pollMs, isEnabled, StaleMs)
    {
    }

    /// <summary>The same for a printer whose reports grow stale after another time than <see cref="StaleMs"/>.</summary>
    public LinkMachine(long nowMs, int pollMs, bool isEnabled, int staleMs)
    {
        _pollMs = pollMs;
        _staleMs = staleMs;
        State = isEnabled ? LinkState.Waiting : LinkState.Disabled;
        DueMs = isEnabled ? nowMs : long.MaxValue;
    }

    /// <summary>Where the link stands.</summary>
    public LinkState State { get; private set; }

    /// <summary>When the next connect (waiting) or poll (online) is due; <see cref="long.MaxValue"/> for never.</summary>
    public long DueMs { get; private set; }

    /// <summary>The last failure, <see cref="ErrorCode.None"/> while online.</summary>
    public ErrorCode LastError { get; private set; }

    /// <summary>Connect succeeded: poll at once.</summary>
    public void Connected(long nowMs)
    {
        State = LinkState.Online;
        LastError = ErrorCode.None;
        _onlineSinceMs = nowMs;
        DueMs = nowMs;
    }

    /// <summary>A report came.</summary>
    public void Reported(long nowMs)
    {
        _hasReport = true;
        _lastReportMs = nowMs;
        DueMs = nowMs + _pollMs;
        if (nowMs - _onlineSinceMs >= StableMs)
        {
            _failures = 0;
        }
    }

    /// <summary>A push client waited for reports: it does so again at once. What counts as old is told by the time it last heard of the printer.</summary>
    public void Waited(long nowMs, long lastReportMs)
    {
        Reported(nowMs);
        _lastReportMs = lastReportMs;
        DueMs = nowMs;
    }

    /// <summary>Connect or poll failed.</summary>
    /// <param name="nowMs">Now.</param>
    /// <param name="error">Why.</param>
    /// <param name="retryAfterMs">Wait the peer asked for, or 0; at most the longest backoff is granted.</param>
    /// <param name="random">0 up to, not including, 1.</param>
    public void Failed(long nowMs, ErrorCode error, int retryAfterMs, double random)
    {
        LastError = error;
        if (ErrorCodes.EndsLink(error))
        {
            State = LinkState.Refused;
            DueMs = long.MaxValue;
            return;
        }

        State = LinkState.Waiting;
        int delayMs = (int)(BackoffCeilingMs() * random);
        int namedMs = retryAfterMs < MaxBackoffMs ? retryAfterMs : MaxBackoffMs;
        _notBeforeMs = nowMs + namedMs;
        DueMs = nowMs + (delayMs > namedMs ? delayMs : namedMs);
        _failures++;
    }

    /// <summary>Somebody asks for something: a waiting link tries now (unless the peer named a wait), a link that is up polls now.</summary>
    public void Wanted(long nowMs)
    {
        long wantedMs = State == LinkState.Waiting && _notBeforeMs > nowMs ? _notBeforeMs : nowMs;
        if (DueMs > wantedMs && (State == LinkState.Waiting || State == LinkState.Online))
        {
            DueMs = wantedMs;
        }
    }

    /// <summary>Polls sooner than usual while a command waits for its proof.</summary>
    public void PollWithin(long nowMs, int milliseconds)
    {
        if (State == LinkState.Online && DueMs > nowMs + milliseconds)
        {
            DueMs = nowMs + milliseconds;
        }
    }

    /// <summary>True when what was last reported is too old to be shown as the printer's state.</summary>
    public bool IsStale(long nowMs) => State != LinkState.Online && (!_hasReport || nowMs - _lastReportMs >= _staleMs);

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
