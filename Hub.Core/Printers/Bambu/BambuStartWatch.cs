namespace Hub.Core.Printers.Bambu;

/// <summary>
/// Searches the reports for the job that was started, or for the reason why it was not. gcode_state alone proves nothing: a
/// P2S shows the new name under the old FINISH for seconds, an H2D Pro takes 80 to 210 s to PREPARE, and a refused file shows
/// as an error beside an old state (docs/bambu.md, Starting a print). Outlives a lost session. Pure. Thread: one owner.
/// </summary>
internal sealed class BambuStartWatch
{
    /// <summary>Silence, or a session lost for that long, in which a whole job may have passed, in ms.</summary>
    public const int BlindMs = 60000;

    /// <summary>How long FINISH must stand under our name, while reports keep coming, before it counts, in ms.</summary>
    public const int StandMs = 20000;

    /// <summary>How long a job that has neither name nor id must run before it counts as ours, in ms.</summary>
    public const int NamelessMs = 10000;

    private const long NotNoted = -1;

    private const uint ModuleOfBoard = 0x05;
    private const uint KindOfPrompt = 0xC000;

    private readonly BambuHms _hms = new BambuHms();
    private readonly BambuStartedJob _job = new BambuStartedJob();
    private BambuPhase _phase;
    private uint _printError;
    private uint _failReason;
    private double _percent;
    private int _layers;
    private bool _isCut;
    private bool _wasCut;
    private bool _wasBlind;
    private bool _wasOther;
    private bool _hasWorked;
    private bool _hasMoved;
    private long _reasonUntilMs;
    private long _newsMs;
    private long _endMs;
    private long _workMs;
    private int _reports;

    /// <summary>Where it stands.</summary>
    public BambuStartOutcome Outcome { get; private set; }

    /// <summary>True until the job or a reason against it was shown.</summary>
    public bool IsOpen => Outcome == BambuStartOutcome.Open;

    /// <summary>The print_error that came instead of the job; 0 when the printer gave none.</summary>
    public uint Error { get; private set; }

    /// <summary>The health message that came instead of the job.</summary>
    public uint HmsAttribute { get; private set; }

    /// <summary>Goes with <see cref="HmsAttribute"/>.</summary>
    public uint HmsCode { get; private set; }

    /// <summary>What was shown before: an end that stands from then is not the new job's.</summary>
    public PrinterStatus Before { get; } = new PrinterStatus();

    /// <summary>A start is about to be sent.</summary>
    /// <param name="jobId">The id that it gives the job, 0 for none.</param>
    /// <param name="name">The name that it gives the job.</param>
    /// <param name="file">The file.</param>
    /// <param name="values">What the printer says now.</param>
    /// <param name="status">What is shown of that.</param>
    /// <param name="isReasonDue">True when the former job's FAILED is so young that its reason may still come.</param>
    /// <param name="nowMs">Monotonic time.</param>
    public void Begin(long jobId, string name, string file, BambuValues values, PrinterStatus status, bool isReasonDue, long nowMs)
    {
        _reasonUntilMs = isReasonDue ? nowMs + BambuJobWatch.ReasonMs : NotNoted;
        _job.Begin(jobId, name, file, values.JobName);
        _phase = values.Phase;
        _printError = values.PrintError;
        _failReason = values.FailReason;
        _percent = values.Percent;
        _layers = values.TotalLayers;
        _hms.CopyFrom(values.Hms);
        _isCut = _wasCut = _wasBlind = _wasOther = _hasWorked = _hasMoved = false;
        _newsMs = nowMs;
        _endMs = _workMs = NotNoted;
        _reports = 0;
        Error = HmsAttribute = HmsCode = 0;
        Before.CopyFrom(status);
        Outcome = BambuStartOutcome.Open;
    }

    /// <summary>The start was not sent, or is no longer waited for.</summary>
    public void End() => Outcome = BambuStartOutcome.None;

    /// <summary>The session is lost.</summary>
    public void NoteOutage() => _isCut = true;

    /// <summary>Something came that was not read.</summary>
    public void Heard(long nowMs) => _newsMs = nowMs;

    /// <summary>A report was merged.</summary>
    public void Reported(BambuValues values, long nowMs)
    {
        if (!IsOpen || !values.IsFull)
        {
            return;
        }

        _wasBlind |= nowMs - _newsMs >= BlindMs;
        _wasCut |= _isCut;
        _isCut = false;
        _newsMs = nowMs;
        _reports++;
        _wasOther |= values.Phase != _phase;
        _hasMoved |= values.Percent != _percent && 0 < values.Percent && values.Percent < 100;
        if (BambuStateRules.HasJob(values.Phase))
        {
            JudgeWork(values, nowMs);
        }
        else
        {
            _workMs = NotNoted;
            JudgeEnd(values, nowMs);
        }

        // A code that went away and comes back is a new one.
        _printError = values.PrintError;
        _hms.CopyFrom(values.Hms);
    }

    /// <summary>Time passed without a report.</summary>
    public void Step(BambuValues values, long nowMs)
    {
        if (IsOpen && values.IsFull && _endMs != NotNoted && values.Phase == BambuPhase.Failed)
        {
            JudgeFailed(values, nowMs);
        }
        else if (IsOpen && values.IsFull && _workMs != NotNoted && BambuStateRules.HasJob(values.Phase))
        {
            // A P1 that has nothing to report says nothing: the next report may be a minute away.
            JudgeWork(values, nowMs);
        }
    }

    /// <summary>True while an end must not be shown as the new job's: it stood there before, or nothing proves that it is its own.</summary>
    public bool HoldsEnd(BambuPhase phase) => IsOpen && !_hasWorked && (phase == BambuPhase.Finish || phase == BambuPhase.Failed);

    private void JudgeWork(BambuValues values, long nowMs)
    {
        // A job that is not ours: its end is its own.
        _hasWorked = true;
        _workMs = _workMs == NotNoted ? nowMs : _workMs;
        _endMs = NotNoted;
        if (_job.IsNamedBy(values))
        {
            Outcome = BambuStartOutcome.Shown;
        }
        else if (IsNew(values.PrintError) && (values.PrintError >> 24) == ModuleOfBoard)
        {
            Fail(values.PrintError);
        }
        else if (values.JobName == null && values.GcodeFile == null && values.TaskId <= 0 && !BambuStateRules.IsOwnWork(values) && nowMs - _workMs >= NamelessMs)
        {
            Outcome = BambuStartOutcome.Shown;
        }
    }

    private void JudgeEnd(BambuValues values, long nowMs)
    {
        if (IsNewCancel(values, nowMs))
        {
            Outcome = BambuStartOutcome.Cancelled;
            return;
        }

        if (IsNew(values.PrintError))
        {
            Fail(values.PrintError);
            return;
        }

        for (int i = 0; i < values.Hms.Count; i++)
        {
            uint attribute = values.Hms.Attribute(i);
            uint code = values.Hms.Code(i);
            if (IsAgainstStart(attribute, code) && !_hms.Has(attribute, code))
            {
                HmsAttribute = attribute;
                HmsCode = code;
                Outcome = BambuStartOutcome.FailedByMessage;
                return;
            }
        }

        if (values.Phase == BambuPhase.Idle || (!_job.IsNamedBy(values) && !_wasOther))
        {
            _endMs = NotNoted;
            return;
        }

        if (_endMs == NotNoted)
        {
            _endMs = nowMs;
            _reports = 0;
        }

        if (values.Phase == BambuPhase.Failed)
        {
            JudgeFailed(values, nowMs);
        }
        else
        {
            JudgeFinish(values, nowMs);
        }
    }

    /// <summary>FAILED that was not there before: its reason may follow.</summary>
    private void JudgeFailed(BambuValues values, long nowMs)
    {
        if (!_wasOther && !_wasBlind)
        {
            return;
        }

        bool isCancel = BambuStateRules.IsCancel(values.PrintError) || BambuStateRules.IsCancel(values.FailReason);
        if (isCancel && _job.IsNamedBy(values) && (values.FailReason != _failReason || BambuStateRules.IsCancel(values.PrintError)))
        {
            Outcome = BambuStartOutcome.Cancelled;
        }
        else if (values.FailReason != 0 && values.FailReason != _failReason && !isCancel)
        {
            Fail(values.FailReason);
        }
        else if (nowMs - _endMs >= BambuJobWatch.ReasonMs)
        {
            if (isCancel)
            {
                Outcome = BambuStartOutcome.Cancelled;
            }
            else
            {
                Fail(BambuNotices.IsHidden(values.PrintError) ? 0 : values.PrintError);
            }
        }
    }

    /// <summary>
    /// FINISH is ours when the printer could have printed it unseen and shows what a whole print leaves, and only after it stood
    /// for a while: a P2S shows the new name under the old FINISH before it begins, and the numbers may be reset in between.
    /// </summary>
    private void JudgeFinish(BambuValues values, long nowMs)
    {
        bool isLastLayer = values.TotalLayers > 0 && values.Layer == values.TotalLayers;
        bool isOwn = _wasOther || _hasMoved || (isLastLayer && values.TotalLayers != _layers);
        bool isWhole = values.Percent == 100 || isLastLayer;
        if (!_job.IsNamedBy(values) || !isWhole || (!isOwn && !_wasBlind))
        {
            return;
        }

        bool hasStood = nowMs - _endMs >= StandMs && _reports >= 2;
        if (hasStood || ((_wasBlind || _wasCut) && isOwn))
        {
            Outcome = BambuStartOutcome.Shown;
        }
    }

    private void Fail(uint error)
    {
        Error = error;
        Outcome = BambuStartOutcome.Failed;
    }

    /// <summary>A cancel that shows now is that of the started job, unless it is the reason of a FAILED that was there before or that is judged below.</summary>
    private bool IsNewCancel(BambuValues values, long nowMs) =>
        values.PrintError != _printError
        && (values.PrintError == BambuStateRules.CancelledEarly
            || (values.PrintError == BambuStateRules.CancelledByUser && nowMs >= _reasonUntilMs && (values.Phase != BambuPhase.Failed || !_wasOther)));

    /// <summary>A print_error that was not there before and speaks against a start.</summary>
    private bool IsNew(uint error)
    {
        if (error != _printError && BambuErrors.IsSigning(error))
        {
            return true;
        }

        if (error == 0 || error == _printError || BambuNotices.IsHidden(error) || BambuStateRules.IsCancel(error) || BambuStateRules.IsWantedPause(error) || BambuErrors.IsOfOthers(error))
        {
            return false;
        }

        // 0xC000 and up are prompts: those of the board are about the card and the job, but for the drying of filament.
        bool isPrompt = (error & 0xF000) == KindOfPrompt;
        return !isPrompt || ((error >> 24) == ModuleOfBoard && error != 0x0500C032 && (error < 0x0500C04A || error > 0x0500C04F));
    }

    /// <summary>
    /// Health messages about the job itself, the file, a refused command or a printer that stands still; all others may come at any time,
    /// fatal ones too: most of those are about accessories (texts: ha-bambulab, pybambu/hms_error_text).
    /// </summary>
    private static bool IsAgainstStart(uint attribute, uint code)
    {
        switch (attribute)
        {
            case BambuTexts.SigningAttribute:
                return code == BambuTexts.SigningCode;
            case 0x05000400:
                return code == 0x00010001 || code == 0x00010003 || code == 0x00010004 || code == 0x00010051 || code == 0x00010052;
            case 0x05000300:
                return code == 0x00010001 || code == 0x00010002 || code == 0x00010006 || code == 0x00010008 || code == 0x00010024 || code == 0x00010025 || code == 0x0002000D || code == 0x00020020;
            default:
                return false;
        }
    }
}
