namespace Hub.Core.Printers.PrusaLink;

/// <summary>
/// Remembers the job at work, and notes when an error or an outage ended it: PrusaLink is IDLE then, as if nothing had
/// been printed. A decision without I/O. Thread: one owner.
/// </summary>
internal sealed class PrusaLinkLostJob
{
    /// <summary>A job with more left than passed and this much has not come to its end, in ms.</summary>
    private const int EndSlackMs = 15000;

    /// <summary>Percent below which a job whose time left is not known does not come to its end in a short outage.</summary>
    private const double NearlyComplete = 90;

    /// <summary>Longest outage that is short, in ms.</summary>
    private const int ShortOutageMs = 120000;

    private bool _hadJob;
    private bool _wasAway;
    private int _seenId = -1;
    private string? _seenName;
    private double _seenProgress;
    private int _seenLeft;
    private long _seenMs;

    /// <summary>What happened to the last job, or null when nothing did.</summary>
    public string? Failure { get; private set; }

    /// <summary>That job's name, or null when it is not known.</summary>
    public string? FailedJob { get; private set; }

    /// <summary>The link was down: a job that is gone now may have been lost.</summary>
    public void NoteOutage() => _wasAway = true;

    /// <summary>A newer job has ended well since: the failure is no longer shown.</summary>
    public void Forget() => Failure = null;

    /// <summary>
    /// A job that an error ended has failed, and is shown as failed until the next one begins: after the error PrusaLink is IDLE,
    /// as if nothing had been printed. Gives the state.
    /// </summary>
    public PrinterState Step(PrusaLinkReport report, long nowMs)
    {
        PrinterState state = report.State;
        switch (state)
        {
            case PrinterState.Error:
                if (_hadJob)
                {
                    FailedJob = _seenName;
                    Failure = "the print failed" + (report.Trouble == null ? ", the printer reported an error" : ": " + report.Trouble) + "; check the printer";
                    _hadJob = false;
                }

                return state;
            case PrinterState.Cancelled:
            case PrinterState.Finished:
            case PrinterState.Idle:
                if (state == PrinterState.Idle && IsLost(report, nowMs))
                {
                    FailedJob = _seenName;
                    Failure = "the print was lost" + At() + ": the printer, or the server in front of it, restarted; check the printer";
                }

                // After an error the one on a Pi may pass through STOPPED, though nothing was stopped.
                if (Failure != null && report.JobId < 0)
                {
                    return PrinterState.Error;
                }

                _hadJob = false;
                if (state == PrinterState.Idle)
                {
                    report.ForgetName();
                }

                return state;
            case PrinterState.Busy:
            case PrinterState.Unknown:
            case PrinterState.Offline:
                return state;
            default:
                Failure = null;
                _hadJob = report.JobId >= 0;
                NoteJob(report, nowMs);
                return state;
        }
    }

    /// <summary>Notes what is known of the job at work, for the case that it is gone after an outage.</summary>
    private void NoteJob(PrusaLinkReport report, long nowMs)
    {
        _seenName = report.JobName ?? (report.JobId == _seenId ? _seenName : null);
        _seenId = report.JobId;
        _seenProgress = report.Progress;
        _seenLeft = report.TimeRemaining;
        _seenMs = nowMs;
        _wasAway = false;
    }

    /// <summary>
    /// True when the job was at work before an outage, is gone after it, and cannot have reached its end in between: the one on a Pi
    /// sends the file line by line, so its restart ends the job, as a power cut may in a printer.
    /// </summary>
    private bool IsLost(PrusaLinkReport report, long nowMs)
    {
        long passedMs = nowMs - _seenMs;
        return _wasAway && _hadJob && report.JobId < 0
            && (_seenLeft >= 0 ? _seenLeft * 1000L > passedMs + EndSlackMs : !(NearlyComplete <= _seenProgress) && passedMs < ShortOutageMs);
    }

    private string At() => double.IsNaN(_seenProgress) ? "" : " at " + ((int)_seenProgress).ToString() + " %";
}
