using Hub.Core.Printers;

namespace Hub.Core.Jobs;

/// <summary>
/// Turns a printer's reports into events of its jobs: a step from what is recorded to what a report shows, without I/O. <see cref="Judge"/> decides
/// and allocates nothing; <see cref="Apply"/> carries the decision out. docs/jobs.md has the rules. Thread: one owner.
/// </summary>
internal sealed class JobTracker
{
    /// <summary>It is not known which of the printer's jobs the record is about: their keys decide.</summary>
    public const int UnknownNumber = -1;

    /// <summary>A report may be older than the end that another process has recorded since, by this much, in ms.</summary>
    private const int LagMs = 10000;

    private const string SeenLate = "it was running already when the hub saw it first";
    private const string SeenOver = "it began and ended while the hub did not see it";
    private const string RecordedLate = "the hub could not record its begin at once: the storage had failed";
    private const string NoLongerShown = "the printer shows no job any more, and the hub did not see its end";
    private const string Overtaken = "the printer shows another job, and the hub did not see the end of this one";

    private readonly LateJob _late = new LateJob();
    private bool _endsOpen;
    private JobEventKind _openOutcome;
    private bool _starts;
    private bool _endsShown;
    private JobEventKind _shownOutcome;
    private bool _isRefined;
    private bool _isKeyRefined;
    private ShownEnd? _newEnd;
    private bool _marksBed;
    private ShownEnd? _shownEnd;
    private ShownEnd? _judgedEnd;
    private ShownEnd? _heardEnd;
    private string? _shownName;
    private string? _shownKey;
    private string? _comparedKey;
    private string? _comparedShown;
    private bool _isBetter;
    private string? _error;
    private string? _attention;
    private bool _isErrorNews;
    private bool _isAttentionNews;
    private bool _isWatched;

    /// <summary>True when the last report says something about the printer's job, and is not older than the record.</summary>
    public bool HasSpoken { get; private set; }

    /// <summary>Judges a report. True when the record changes.</summary>
    /// <param name="record">What is recorded.</param>
    /// <param name="status">What the printer reports.</param>
    /// <param name="number">The number of the job that the record is about, by <see cref="PrinterStatus.JobNumber"/>, or <see cref="UnknownNumber"/>.</param>
    /// <param name="isWatched">True when the printer was seen shortly before: what it shows now has happened now.</param>
    /// <param name="nowMs">Now in Unix ms (UTC), 0 when it is not known.</param>
    public bool Judge(JobRecord record, PrinterStatus status, int number, bool isWatched, long nowMs)
    {
        _endsOpen = _starts = _endsShown = _isRefined = _isKeyRefined = false;
        _isWatched = isWatched;
        JobPhase phase = JobPhases.Of(status, record.HasJob, out JobEventKind outcome);
        HasSpoken = phase != JobPhase.Silent;
        _newEnd = _judgedEnd = null;
        _marksBed = false;
        switch (phase)
        {
            case JobPhase.Running:
                JudgeRunning(record, status, number, nowMs);
                break;
            case JobPhase.Over:
                JudgeOver(record, status, number, outcome);
                JudgeBed(record, status, number, outcome);
                break;
            case JobPhase.Rest:
                _endsOpen = record.HasJob;
                _openOutcome = JobEventKind.Ended;
                _newEnd = (_endsOpen || _heardEnd != null) && record.End.Kind != 0 ? ShownEnd.None : null;
                break;
            default:
                break;
        }

        JudgeTroubles(record, status);
        return _endsOpen || _starts || _isRefined || _newEnd != null || _error != record.ShownError || _attention != record.ShownAttention;
    }

    /// <summary>The last judged report is recorded, or had no news: it is what this process heard of the printer last.</summary>
    public void Heard()
    {
        _heardEnd = _judgedEnd;
        _late.Forget();
    }

    /// <summary>The last judged report has news that cannot be recorded now: its events get the present time later.</summary>
    public void NoteLate(PrinterStatus status, JobRecord record, JobMoment now) => _late.Note(status, JobPhases.Of(status, record.HasJob, out _), now);

    /// <summary>Carries out what the last <see cref="Judge"/> of the same record and report decided.</summary>
    public void Apply(JobRecord record, PrinterStatus status, JobEvents events)
    {
        if (_endsOpen)
        {
            End(record, _openOutcome, status, !_starts, events);
        }

        if (_starts)
        {
            Start(record, status, events);
        }

        if (_endsShown)
        {
            End(record, _shownOutcome, status, true, events);
        }

        if (_isRefined)
        {
            record.JobKey = _isKeyRefined ? status.JobKey : record.JobKey;
            record.JobName = record.JobName ?? status.Job;
        }

        if (_newEnd != null)
        {
            ApplyBed(record, status);
        }

        if (_isAttentionNews)
        {
            Trouble(record, JobEventKind.Attention, status, events);
        }

        if (_isErrorNews)
        {
            Trouble(record, JobEventKind.Error, status, events);
        }

        record.ShownError = _error;
        record.ShownAttention = _attention;
    }

    private static bool IsSameJob(string? recordedKey, PrinterStatus status, int number) =>
        number == UnknownNumber ? JobKeys.AreSame(recordedKey, status.JobKey) : status.JobNumber == number;

    /// <summary>Compares two keys once: a report without news allocates nothing.</summary>
    private bool IsBetterKey(string? recorded, string? shown)
    {
        if (!ReferenceEquals(recorded, _comparedKey) || !ReferenceEquals(shown, _comparedShown))
        {
            _comparedKey = recorded;
            _comparedShown = shown;
            _isBetter = JobKeys.IsBetter(recorded, shown);
        }

        return _isBetter;
    }

    private void JudgeRunning(JobRecord record, PrinterStatus status, int number, long nowMs)
    {
        if (record.HasJob)
        {
            if (IsSameJob(record.JobKey, status, number))
            {
                _isKeyRefined = (number != UnknownNumber || record.JobKey == null) && IsBetterKey(record.JobKey, status.JobKey);
                _isRefined = _isKeyRefined || (record.JobName == null && status.Job != null);
                return;
            }

            _endsOpen = true;
            _openOutcome = JobEventKind.Ended;
            _starts = true;
            return;
        }

        bool isKnown = number != UnknownNumber && status.JobNumber == number;
        if (isKnown && status.State == PrinterState.Cancelling)
        {
            // The end of the job that ended.
            return;
        }

        if (number == UnknownNumber && IsOlderThan(record, status, nowMs))
        {
            HasSpoken = false;
            return;
        }

        _starts = true;
    }

    /// <summary>True when another process has just recorded the end of the job that this report still shows.</summary>
    private static bool IsOlderThan(JobRecord record, PrinterStatus status, long nowMs) =>
        record.LastEndedMs != 0 && nowMs != 0 && nowMs - record.LastEndedMs < LagMs && nowMs >= record.LastEndedMs
        && record.LastKey != null && status.JobKey != null && JobKeys.AreSame(record.LastKey, status.JobKey);

    private void JudgeOver(JobRecord record, PrinterStatus status, int number, JobEventKind outcome)
    {
        if (record.HasJob)
        {
            _endsOpen = true;
            if (status.JobNumber == 0 || IsSameJob(record.JobKey, status, number))
            {
                _openOutcome = outcome;
                return;
            }

            _openOutcome = JobEventKind.Ended;
            _starts = true;
        }
        else if (number != UnknownNumber)
        {
            // A job shorter than the time between two reports.
            _starts = status.JobNumber != 0 && status.JobNumber != number;
        }
        else
        {
            // Printed while the hub did not see the printer; what an unknown printer shows of its past is no news. The end of a job that was just
            // started may be an old one under the new name (StartWatch).
            _starts = record.LastKey != null && status.JobKey != null && !JobKeys.AreSame(record.LastKey, status.JobKey)
                && (record.PendingStart == null || !record.PendingStart.MayBe(status.Job));
        }

        _endsShown = _starts;
        _shownOutcome = outcome;
    }

    /// <summary>
    /// What an end that is shown means for the bed. The end of a recorded job was accounted for with it; another one, shown by a printer that was not
    /// watched, is that of a job which the hub did not see.
    /// </summary>
    private void JudgeBed(JobRecord record, PrinterStatus status, int number, JobEventKind outcome)
    {
        if (_shownEnd == null || _shownEnd.Kind != (int)outcome || !ReferenceEquals(_shownName, status.Job) || !ReferenceEquals(_shownKey, status.JobKey))
        {
            _shownEnd = ShownEnd.Of(outcome, status);
            _shownName = status.Job;
            _shownKey = status.JobKey;
        }

        _judgedEnd = _shownEnd;
        bool isStill = _heardEnd != null && number != UnknownNumber && status.JobNumber == number && _heardEnd.IsSame(_shownEnd);
        if (_endsOpen || _starts)
        {
            _newEnd = _shownEnd;
        }
        else if (!isStill && !record.End.IsSame(_shownEnd))
        {
            _newEnd = _shownEnd;
            _marksBed = !_isWatched;
        }
    }

    private void ApplyBed(JobRecord record, PrinterStatus status)
    {
        record.End = _newEnd!;
        if (_marksBed && record.Bed != BedState.Occupied)
        {
            record.Bed = BedState.Occupied;
            record.BedEventId = 0;
            record.BedJob = status.Job;
        }
    }

    /// <summary>
    /// A fault and a request for a person are one event for as long as they are shown. The fault that ended a job is that job's: its end says it. An old
    /// job's failure is no news.
    /// </summary>
    private void JudgeTroubles(JobRecord record, PrinterStatus status)
    {
        _error = record.ShownError;
        _attention = record.ShownAttention;
        _isErrorNews = _isAttentionNews = false;
        if (status.State == PrinterState.Unknown || status.State == PrinterState.Offline || status.State == PrinterState.Busy)
        {
            return;
        }

        _error = status.State == PrinterState.Error ? status.ErrorCode ?? PrinterErrorCodes.Fault : null;
        _isErrorNews = _error != null && _error != record.ShownError && !_endsOpen && !_endsShown && !PrinterErrorCodes.IsOfLastPrint(_error);
        _attention = status.State == PrinterState.Attention ? status.ErrorCode ?? PrinterErrorCodes.Attention : null;
        _isAttentionNews = _attention != null && _attention != record.ShownAttention;
    }

    private void Start(JobRecord record, PrinterStatus status, JobEvents events)
    {
        JobEvent started = events.Add(record, JobEventKind.Started);
        PendingStart? pending = record.PendingStart;
        started.Job = status.Job;
        if (pending != null && pending.MayBe(status.Job))
        {
            // This event is its outcome: nothing is pending any more, whatever becomes of the hub now.
            started.CommandId = pending.CommandId;
            record.PendingStart = null;
        }

        JobMoment? late = _late.Began(status.JobNumber);
        JobMoment began = late ?? events.Now;
        started.SeenAt(began);
        bool isBeginSeen = _isWatched && (late != null || !_endsShown);
        started.Cause = _endsShown ? (late != null ? RecordedLate : SeenOver) : isBeginSeen ? null : SeenLate;
        record.BeginJob(started, status.JobKey, isBeginSeen ? began : JobMoment.Unknown);
    }

    /// <summary>Ends the running job. What is on the bed stays there, whatever the outcome.</summary>
    private void End(JobRecord record, JobEventKind outcome, PrinterStatus status, bool isOfReport, JobEvents events)
    {
        JobEvent ended = events.Add(record, outcome);
        PrinterStatus? shown = isOfReport ? status : null;
        JobMoment at = (shown == null ? _late.Began(status.JobNumber) : _late.Ended(status.JobNumber)) ?? events.Now;
        ended.SeenAt(at);
        ended.JobId = record.JobId;
        ended.Job = (outcome == JobEventKind.Ended ? null : shown?.Job) ?? record.JobName;
        ended.CommandId = record.JobCommandId;
        if (outcome == JobEventKind.Ended)
        {
            ended.Cause = shown == null ? Overtaken : NoLongerShown;
        }
        else if (outcome == JobEventKind.Failed && shown != null)
        {
            ended.Code = shown.ErrorCode;
            ended.Cause = shown.ErrorMessage;
        }

        bool isTimed = _isWatched && outcome != JobEventKind.Ended && record.JobStarted.IsKnown;
        ended.DurationMs = isTimed ? at.MsSince(record.JobStarted) : JobEvent.UnknownMs;
        record.LastKey = record.JobKey ?? record.LastKey;
        record.LastEndedMs = ended.TimeMs;
        record.Bed = BedState.Occupied;
        record.BedEventId = ended.Id;
        record.BedJob = ended.Job;
        record.JobId = 0;
        record.JobName = record.JobKey = record.JobCommandId = null;
        record.JobStarted = JobMoment.Unknown;
    }

    private static void Trouble(JobRecord record, JobEventKind kind, PrinterStatus status, JobEvents events)
    {
        JobEvent item = events.Add(record, kind);
        item.JobId = record.JobId;
        item.Job = record.JobName;
        item.CommandId = record.JobCommandId;
        item.Code = status.ErrorCode ?? (kind == JobEventKind.Error ? PrinterErrorCodes.Fault : PrinterErrorCodes.Attention);
        item.Cause = status.ErrorMessage;
    }
}
