namespace Hub.Core.Printers.Bambu;

/// <summary>
/// What must be remembered of the current job to read its reports: what the former one left, whether it was
/// cancelled, and since when it has been over. Survives a lost session. Pure. Thread: one owner.
/// </summary>
internal sealed class BambuJobWatch
{
    /// <summary>
    /// FAILED comes before its reason: on a P2S 4.6 s before 0300_400C, which distinguishes a cancelled job from a failed one
    /// (docs/bambu.md). Until then nothing is claimed, in ms.
    /// </summary>
    public const int ReasonMs = 8000;

    /// <summary>How long after the hub's own stop or pause an end or a pause counts as its outcome, in ms.</summary>
    public const int OwnMs = 120000;

    /// <summary>How long before a pause a health message may have come to be its reason, in ms: P1 and A1 report one change at a time.</summary>
    public const int PauseReasonMs = 30000;

    private const int NotNoted = -1;

    private readonly BambuHms _hmsBefore = new BambuHms();
    private readonly BambuHms _hms = new BambuHms();

    private bool _isKnown;
    private bool _isBlind;
    private bool _hasJob;
    private bool _isCancelSeen;
    private bool _isPauseOurs;
    private long _stopMs = NotNoted;
    private long _pauseMs = NotNoted;
    private long _pausedMs = NotNoted;
    private long _workMs = NotNoted;
    private long _failedMs = NotNoted;

    // The last report.
    private BambuPhase _phase;
    private string? _name;
    private string? _endName;
    private string? _file;
    private bool _isNameStale;
    private long _taskId = -1;
    private long _subtaskId = -1;
    private uint _printError;
    private double _percent = double.NaN;
    private int _minutes = -1;
    private int _layer = -1;
    private int _layers = -1;

    // What the former job left; NaN or the least number if nothing.
    private uint _staleError;
    private uint _unclearError;
    private uint _staleFailReason;
    private double _stalePercent = double.NaN;
    private int _staleMinutes = int.MinValue;
    private int _staleLayer = int.MinValue;
    private int _staleLayers = int.MinValue;

    /// <summary>Progress of the present job, or NaN.</summary>
    public double Percent => _percent == _stalePercent ? double.NaN : _percent;

    /// <summary>Minutes left of the present job, or -1.</summary>
    public int RemainingMinutes => _minutes == _staleMinutes ? -1 : _minutes;

    /// <summary>Layer of the present job, or -1.</summary>
    public int Layer => _layer == _staleLayer ? -1 : _layer;

    /// <summary>Layers of the present job, or -1.</summary>
    public int TotalLayers => _layers == _staleLayers ? -1 : _layers;

    /// <summary>
    /// The job's name for people, or null. FINISH and FAILED keep the name they came with: a P2S shows the next job's name some
    /// seconds before it begins. A plain file started under the former job's name only has its file name: gcode_file gives none.
    /// </summary>
    public string? Name => _isNameStale ? null : _phase == BambuPhase.Finish || _phase == BambuPhase.Failed ? _endName : _name;

    /// <summary>Counts the jobs that were seen at work, and ended ones that were not.</summary>
    public int Number { get; private set; }

    /// <summary>True once the job is past its preparation.</summary>
    public bool HasProgress => 0 < Percent || Layer > 0;

    /// <summary>The session is lost: what comes next may be of another job.</summary>
    public void NoteOutage() => _isBlind = true;

    /// <summary>The hub is about to send a stop.</summary>
    public void StopSent(long nowMs) => _stopMs = nowMs;

    /// <summary>The stop was refused.</summary>
    public void StopRefused() => _stopMs = NotNoted;

    /// <summary>The hub is about to send a pause.</summary>
    public void PauseSent(long nowMs) => _pauseMs = nowMs;

    /// <summary>The pause was refused.</summary>
    public void PauseRefused() => _pauseMs = NotNoted;

    /// <summary>A report was merged.</summary>
    /// <param name="values">All that is known after it.</param>
    /// <param name="isPartial">True when it contained only changes.</param>
    /// <param name="nowMs">Monotonic time.</param>
    public void Reported(BambuValues values, bool isPartial, long nowMs)
    {
        if (!values.IsFull)
        {
            return;
        }

        bool isWork = BambuStateRules.HasJob(values.Phase);
        bool wasWork = BambuStateRules.HasJob(_phase);
        if (isWork && (!_isKnown || !wasWork || (_isBlind && IsOther(values))))
        {
            Begin(values, isPartial);
        }
        else if (isWork)
        {
            Freshen(values, isPartial);
        }

        bool isEnd = values.Phase == BambuPhase.Finish || values.Phase == BambuPhase.Failed;
        if (isEnd && (!_isKnown || (_isBlind && IsOther(values))))
        {
            Number++;
        }

        _staleError = values.PrintError == _staleError ? _staleError : 0;
        _unclearError = values.PrintError == _unclearError ? _unclearError : 0;
        _isCancelSeen |= (isWork || values.Phase == BambuPhase.Failed) && _hasJob && ShowsCancel(values);
        if (values.Phase == BambuPhase.Finish)
        {
            NoteFinish(values, wasWork && _isKnown, nowMs);
        }
        else if (values.Phase != BambuPhase.Failed)
        {
            _failedMs = NotNoted;
        }
        else if (wasWork && _isKnown)
        {
            _failedMs = nowMs;
            bool isStopOurs = _stopMs != NotNoted && nowMs - _stopMs <= OwnMs;
            _isCancelSeen |= isStopOurs;
            _stopMs = NotNoted;
        }

        if (values.Phase == BambuPhase.Failed && isPartial && values.HasCome(BambuValues.CameFailReason))
        {
            _staleFailReason = 0;
        }

        NotePause(values, nowMs);
        Remember(values);
    }

    /// <summary>
    /// What FINISH means: the code of a cancelled job is not one of a finished job (ha-bambulab reports a cancel for it in any
    /// gcode_state). The hub's own stop proves nothing here: it may have come too late.
    /// </summary>
    public PrinterState Finish => _isCancelSeen ? PrinterState.Cancelled : PrinterState.Finished;

    /// <summary>True while the reason of a FAILED may still come.</summary>
    public bool IsReasonDue(long nowMs) => _phase == BambuPhase.Failed && IsWaiting(nowMs);

    /// <summary>What FAILED means.</summary>
    public PrinterState End(BambuValues values, long nowMs)
    {
        if (_isCancelSeen || (!_hasJob && BambuStateRules.IsCancel(values.PrintError)))
        {
            return PrinterState.Cancelled;
        }

        if (ShownError(values, nowMs) != 0)
        {
            return PrinterState.Error;
        }

        bool isWaiting = IsWaiting(nowMs);
        uint reason = values.FailReason;
        if (reason != 0 && (!isWaiting || reason != _staleFailReason))
        {
            return BambuStateRules.IsCancel(reason) ? PrinterState.Cancelled : PrinterState.Error;
        }

        if (isWaiting)
        {
            return PrinterState.Cancelling;
        }

        if (BambuStateRules.IsCancel(values.PrintError))
        {
            return PrinterState.Cancelled;
        }

        // After a restart of the printer, nothing but the word is left of a job that the hub did not see (pybambu/tests/P1P.json).
        return !_hasJob && values.IsTypeIdle && values.TaskId == 0 && values.Hms.Gravest() < 0 ? PrinterState.Idle : PrinterState.Error;
    }

    /// <summary>
    /// The current print_error, for people; 0 for none. One that was there before the job began belongs to the
    /// former job, until it changes or until nothing else explains an end.
    /// </summary>
    public uint ShownError(BambuValues values, long nowMs)
    {
        uint error = values.PrintError;
        if (error == 0 || BambuStateRules.IsCancel(error) || BambuNotices.IsHidden(error))
        {
            return 0;
        }

        return error == _staleError && (values.Phase != BambuPhase.Failed || IsWaiting(nowMs)) ? 0 : error;
    }

    /// <summary>True for a pause that waits for a person at the printer: its stage, its error or a new message say so.</summary>
    public bool NeedsPerson(BambuValues values)
    {
        if (BambuStages.PauseReason(values.Stage) != null)
        {
            return true;
        }

        // A requested pause took effect, whatever messages and old errors are shown beside it.
        uint error = ShownError(values, 0);
        bool isWanted = BambuStateRules.IsWantedPause(error) || _isPauseOurs || BambuStages.IsWantedPause(values.Stage);
        bool isReason = !BambuStateRules.IsWantedPause(error) && (!isWanted || (error != _unclearError && !BambuErrors.IsOfOthers(error)));
        if (error != 0 && isReason)
        {
            return true;
        }

        long sinceMs = _pausedMs - PauseReasonMs;
        return !isWanted && _hms.HasNewTrouble(_hmsBefore, sinceMs > _workMs ? sinceMs : _workMs);
    }

    private void Begin(BambuValues values, bool isPartial)
    {
        bool isFirst = !_isKnown;
        Number++;
        _hasJob = true;
        _isCancelSeen = false;
        _isPauseOurs = false;
        _stopMs = NotNoted;
        _isNameStale = !isFirst && values.JobName != null && values.JobName == _name && values.GcodeFile != _file && IsPlain(values.GcodeFile);
        _staleFailReason = values.FailReason;
        _staleError = !isFirst && values.PrintError == _printError ? values.PrintError : 0;

        // A job that is seen running for the first time may show an error of its own or of a former one: not the reason for a requested pause.
        _unclearError = isFirst && values.Phase != BambuPhase.Pause ? values.PrintError : 0;
        bool isSeamless = !isFirst && !_isBlind;
        _stalePercent = isSeamless && 0 < values.Percent && values.Percent == _percent && !HasOwn(values, isPartial, BambuValues.CamePercent) ? _percent : double.NaN;
        _staleMinutes = isSeamless && values.RemainingMinutes == _minutes && !HasOwn(values, isPartial, BambuValues.CameMinutes) ? _minutes : int.MinValue;
        _staleLayer = isSeamless && values.Layer == _layer && !HasOwn(values, isPartial, BambuValues.CameLayer) ? _layer : int.MinValue;
        _staleLayers = isSeamless && values.TotalLayers == _layers && !HasOwn(values, isPartial, BambuValues.CameLayers) ? _layers : int.MinValue;
    }

    /// <summary>A value of the former job ends when another comes, or the same one in a report of changes.</summary>
    private void Freshen(BambuValues values, bool isPartial)
    {
        if (values.Percent != _stalePercent || HasOwn(values, isPartial, BambuValues.CamePercent))
        {
            _stalePercent = double.NaN;
        }

        if (values.Layer != _staleLayer || HasOwn(values, isPartial, BambuValues.CameLayer))
        {
            bool isNews = _staleLayer != int.MinValue;
            _staleLayer = int.MinValue;
            _staleLayers = isNews ? int.MinValue : _staleLayers;
        }

        if (values.TotalLayers != _staleLayers || HasOwn(values, isPartial, BambuValues.CameLayers))
        {
            _staleLayers = int.MinValue;
        }

        if (values.RemainingMinutes != _staleMinutes || HasOwn(values, isPartial, BambuValues.CameMinutes))
        {
            _staleMinutes = int.MinValue;
        }
    }

    private static bool HasOwn(BambuValues values, bool isPartial, int field) => isPartial && values.HasCome(field);

    private bool IsOther(BambuValues values) =>
        (values.TaskId > 0 && _taskId > 0 && values.TaskId != _taskId)
        || (values.SubtaskId > 0 && _subtaskId > 0 && values.SubtaskId != _subtaskId)
        || (values.JobName != null && _name != null && values.JobName != _name);

    private bool ShowsCancel(BambuValues values)
    {
        if (BambuStateRules.IsCancel(values.PrintError) && values.PrintError != _staleError)
        {
            return true;
        }

        for (int i = 0; i < values.Hms.Count; i++)
        {
            uint attribute = values.Hms.Attribute(i);
            uint code = values.Hms.Code(i);
            if (BambuStateRules.IsCancelEcho(attribute, code) && !_hmsBefore.Has(attribute, code))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A cancel that shows under an old FINISH is that of the next job, which ended before it began; only the job's own code may follow within seconds.</summary>
    private void NoteFinish(BambuValues values, bool isEnd, long nowMs)
    {
        _isCancelSeen &= !_isBlind || !IsOther(values);
        if (isEnd)
        {
            _failedMs = nowMs;
            _isCancelSeen |= ShowsCancel(values);
            return;
        }

        bool isNewCode = values.PrintError == BambuStateRules.CancelledByUser && values.PrintError != _printError;
        _isCancelSeen |= isNewCode && (!_isKnown || _isBlind || IsWaiting(nowMs));
    }

    private void NotePause(BambuValues values, long nowMs)
    {
        _hms.Follow(values.Hms, nowMs);
        bool wasPause = _isKnown && _phase == BambuPhase.Pause;
        if (values.Phase != BambuPhase.Pause)
        {
            // What is listed when the job begins or continues is not the reason for its next pause.
            bool isRunning = _isKnown && !wasPause && BambuStateRules.HasJob(_phase) && BambuStateRules.HasJob(values.Phase);
            _workMs = isRunning ? _workMs : nowMs;
            _hmsBefore.CopyFrom(values.Hms);
            _isPauseOurs = false;
        }
        else if (!wasPause)
        {
            _pausedMs = nowMs;
            _isPauseOurs = _pauseMs != NotNoted && nowMs - _pauseMs <= OwnMs;
            _pauseMs = NotNoted;
        }
    }

    private void Remember(BambuValues values)
    {
        if (_isBlind || values.Phase != _phase || _endName == null)
        {
            _endName = values.JobName;
        }

        _isNameStale &= values.JobName == _name || !BambuStateRules.HasJob(values.Phase);
        _file = values.GcodeFile;
        _isKnown = true;
        _isBlind = false;
        _hasJob &= values.Phase != BambuPhase.Idle;
        _phase = values.Phase;
        _name = values.JobName;
        _taskId = values.TaskId;
        _subtaskId = values.SubtaskId;
        _printError = values.PrintError;
        _percent = values.Percent;
        _minutes = values.RemainingMinutes;
        _layer = values.Layer;
        _layers = values.TotalLayers;
        if (!BambuStateRules.HasJob(values.Phase))
        {
            _stalePercent = double.NaN;
            _staleMinutes = _staleLayer = _staleLayers = int.MinValue;
        }
    }

    /// <summary>True for a G-code file of its own, not the plate of a project.</summary>
    private static bool IsPlain(string? path)
    {
        string file = path == null ? "" : path.Substring(path.LastIndexOf('/') + 1).ToLower();
        return file.EndsWith(".gcode") && !file.StartsWith("plate_");
    }

    private bool IsWaiting(long nowMs) => _failedMs != NotNoted && nowMs - _failedMs < ReasonMs;
}
