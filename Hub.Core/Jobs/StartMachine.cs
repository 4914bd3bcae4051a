using Hub.Core.Errors;
using Hub.Core.Printers;

namespace Hub.Core.Jobs;

/// <summary>
/// One pending start from its acceptance to its one outcome: until when it may be sent, and how long its job is waited for. Each
/// member is a step(event, now). Times come twice: monotonic ms, and UTC as Unix ms (0: the clock is not set), as neither alone
/// counts a laptop's sleep and survives a clock that is set. Pure. Thread: one owner at a time.
/// </summary>
internal sealed class StartMachine
{
    /// <summary>How long a start without a limit of its own may wait for its transfer to begin, in ms.</summary>
    public const int ValidMs = 300000;

    /// <summary>
    /// How long the job of a start that was sent is waited for at least, in ms: an H2D Pro takes 80 to 210 s from project_file to
    /// PREPARE, and a second start ends the first job on an A1 mini (maziggy/bambuddy services/print_scheduler.py and its issue 2598).
    /// </summary>
    public const int NotShownMs = 300000;

    /// <summary>How long a start whose time is over already is kept for the printer's first report, in ms.</summary>
    public const int FirstReportMs = 60000;

    private const long None = -1;

    private readonly StartWatch _watch = new StartWatch();
    private long _limitMs;
    private long _limitUtcMs;
    private long _transferMs = None;
    private long _transferUtcMs;
    private long _shownByMs;
    private bool _isLate;
    private bool _isReported;

    private StartMachine(PendingStart start)
    {
        Start = start;
    }

    /// <summary>What is stored of it.</summary>
    public PendingStart Start { get; }

    /// <summary>Its outcome; <see cref="StartOutcome.None"/> while it is pending. It never changes again.</summary>
    public StartOutcome Outcome { get; private set; }

    /// <summary>Why it failed; null unless it did.</summary>
    public HubException? Error { get; private set; }

    /// <summary>True while it has no outcome.</summary>
    public bool IsOpen => Outcome == StartOutcome.None;

    /// <summary>True while its file is being transferred.</summary>
    public bool IsInTransfer => _transferMs != None;

    /// <summary>True while a start that another owner sent waits for the printer's next report, or for an end that may be its own to stand.</summary>
    public bool MayBeSettled => IsOpen && Start.Phase == StartPhase.Sent && (!_isReported || _watch.IsUndecided);

    /// <summary>When time alone changes something next, in monotonic ms; <see cref="long.MaxValue"/> for never.</summary>
    public long DueMs => !IsOpen || IsInTransfer ? long.MaxValue : Start.Phase == StartPhase.Sent ? _shownByMs : _limitMs;

    /// <summary>A start is received. It has failed at once when its limit has passed, or when the clock cannot say so.</summary>
    public static StartMachine Receive(PendingStart start, long nowMs, long utcMs)
    {
        StartMachine machine = new StartMachine(start);
        start.Phase = StartPhase.Waiting;
        start.ReceivedMs = utcMs;
        if (start.ExpiresAtMs <= 0)
        {
            machine._limitMs = nowMs + ValidMs;
            machine._limitUtcMs = utcMs > 0 ? utcMs + ValidMs : 0;
        }
        else if (utcMs <= 0)
        {
            machine.Fail(new HubException(ErrorCode.Expired, "the start has a time limit and the hub's clock is not set: nothing was printed"));
        }
        else
        {
            machine._limitMs = nowMs + (start.ExpiresAtMs - utcMs);
            machine._limitUtcMs = start.ExpiresAtMs;
            machine.Tick(nowMs, utcMs);
        }

        return machine;
    }

    /// <summary>The owner of a stored start is gone. What was not sent has failed; what was sent is watched for the rest of its time.</summary>
    public static StartMachine OwnerLost(PendingStart start, long nowMs, long utcMs)
    {
        StartMachine machine = new StartMachine(start);
        if (start.Phase != StartPhase.Sent)
        {
            machine.Fail(new HubException(ErrorCode.HubStopped, "the hub stopped before the start was sent: nothing was printed"));
            return machine;
        }

        long agoMs = utcMs > 0 && start.SentMs > 0 ? utcMs - start.SentMs : 0;
        machine._isLate = agoMs >= NotShownMs;
        machine._shownByMs = nowMs + (machine._isLate ? FirstReportMs : agoMs > 0 ? NotShownMs - agoMs : NotShownMs);
        return machine;
    }

    /// <summary>Nobody will ask the printer any more: one that was sent and whose time is over has failed.</summary>
    public void EndIfOver()
    {
        if (_isLate)
        {
            Fail(NotShown());
        }
    }

    /// <summary>The transfer of its file is about to begin, whose time does not count. False: too late, it has failed.</summary>
    public bool TransferBegins(long nowMs, long utcMs)
    {
        Tick(nowMs, utcMs);
        if (!IsOpen || Start.Phase != StartPhase.Waiting)
        {
            return false;
        }

        _transferMs = nowMs;
        _transferUtcMs = utcMs;
        return true;
    }

    /// <summary>The file is on the printer: the limit moves by the transfer's length.</summary>
    public void TransferEnds(long nowMs, long utcMs)
    {
        if (!IsInTransfer)
        {
            return;
        }

        _limitMs += nowMs - _transferMs;
        _limitUtcMs += _limitUtcMs > 0 && _transferUtcMs > 0 && utcMs > _transferUtcMs ? utcMs - _transferUtcMs : 0;
        _transferMs = None;
    }

    /// <summary>It is about to be sent; it counts as sent from here on. False: too late, it has failed.</summary>
    /// <param name="status">What the printer shows before.</param>
    /// <param name="waitMs">How long its asker waits for the job; no second start follows within that time.</param>
    /// <param name="nowMs">Monotonic time.</param>
    /// <param name="utcMs">UTC.</param>
    public bool Sending(PrinterStatus status, long waitMs, long nowMs, long utcMs)
    {
        TransferEnds(nowMs, utcMs);
        Tick(nowMs, utcMs);
        if (!IsOpen || Start.Phase != StartPhase.Waiting)
        {
            return false;
        }

        Start.NoteSent(status, utcMs);
        _shownByMs = nowMs + (waitMs > NotShownMs ? waitMs : NotShownMs);
        return true;
    }

    /// <summary>The printer did not accept it, or it never left: it had no effect and waits again.</summary>
    public void NotActed()
    {
        if (IsOpen)
        {
            Start.Phase = StartPhase.Waiting;
        }
    }

    /// <summary>Time passed. True when that gave it its outcome.</summary>
    public bool Tick(long nowMs, long utcMs)
    {
        if (!IsOpen || IsInTransfer)
        {
            return false;
        }

        if (Start.Phase == StartPhase.Sent)
        {
            // One that comes from before a restart is not given up before the printer was asked.
            bool isOver = nowMs >= _shownByMs || (_isLate && _isReported && !_watch.IsUndecided);
            return isOver && Fail(NotShown());
        }

        bool isExpired = nowMs >= _limitMs || (_limitUtcMs > 0 && utcMs >= _limitUtcMs);
        return isExpired && Fail(TooLate());
    }

    /// <summary>A fresh report of the printer, for a start that another owner sent. True when it gave the outcome.</summary>
    public bool Reported(PrinterStatus status, long nowMs, long utcMs)
    {
        if (!IsOpen || Start.Phase != StartPhase.Sent || !StartWatch.IsNews(status))
        {
            return false;
        }

        _isReported = true;
        switch (_watch.Judge(Start, status, nowMs))
        {
            case StartVerdict.Shown:
                return Shown();
            case StartVerdict.Failed:
                return Fail(StartEvidence.FailureOf(status));
            default:
                return Tick(nowMs, utcMs);
        }
    }

    /// <summary>The printer showed the job. True when that is its outcome.</summary>
    public bool Shown()
    {
        if (!IsOpen)
        {
            return false;
        }

        Outcome = StartOutcome.Started;
        return true;
    }

    /// <summary>It failed: refused, given up, or shown by the printer. True when that is its outcome.</summary>
    public bool Fail(HubException error)
    {
        if (!IsOpen)
        {
            return false;
        }

        _transferMs = None;
        Outcome = StartOutcome.Failed;
        Error = error;
        return true;
    }

    /// <summary>The outcome of a start whose job was not seen in all its time.</summary>
    public static HubException NotShown() => new HubException(
        ErrorCode.StartNotShown, "the start was sent and the printer never showed the job: check the printer before you start the file again");

    private HubException TooLate() => new HubException(
        ErrorCode.Expired,
        Start.ExpiresAtMs > 0
            ? "the start was not sent before its time limit: nothing was printed"
            : "the start waited longer than 5 minutes before it could be sent: nothing was printed");
}
