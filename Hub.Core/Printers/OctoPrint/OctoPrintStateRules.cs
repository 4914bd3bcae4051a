namespace Hub.Core.Printers.OctoPrint;

/// <summary>
/// Turns the flags of OctoPrint, or of a server that imitates its API, into the unified state. OctoPrint knows neither "preparing" nor "finished": it returns to
/// Operational (printer/standard.py), so both follow from what came before. A decision without I/O: tests drive it with
/// reports. docs/octoprint-prusalink.md has the source of each rule. Thread: one owner.
/// </summary>
internal sealed class OctoPrintStateRules
{
    /// <summary>A heater this far below its target is still heating; real ones swing by 1 to 2 °C around it.</summary>
    private const double HeatingGap = 3;

    /// <summary>Percent of the file within which start G-code waits for the heaters.</summary>
    private const double StartupCompletion = 1;

    /// <summary>Percent of the file that no job reaches without printing.</summary>
    private const double SurelyPrinting = 10;

    /// <summary>Percent at which only the end of the job is left.</summary>
    private const double SurelyComplete = 99.9;

    /// <summary>Percent from which the time left counts loosely: a slicer's settings at the end of the file take no time to print.</summary>
    private const double NearlyComplete = 90;

    /// <summary>This much more time left is tolerated near the end, in ms.</summary>
    private const int NearlyCompleteMs = 180000;

    /// <summary>A job that was last seen longer ago was not watched to its end, in ms.</summary>
    private const int WatchedMs = 15000;

    /// <summary>Percent from which a job whose file is gone and whose time was up is believed to have ended well.</summary>
    private const double HalfComplete = 50;

    /// <summary>A hot printer whose job shows no progress is printing after this time, as with prints from SD without M27.</summary>
    private const int HotMs = 10000;

    /// <summary>A job without heaters that does not move counts as printing after this time, in ms.</summary>
    private const int ColdMs = 60000;

    /// <summary>Heaters that gained nothing for this time are as warm as they get, in ms: because of an offset, a defect, a draught.</summary>
    private const int StalledMs = 180000;

    /// <summary>What heaters must gain together to count as heating, in °C.</summary>
    private const double Gain = 1;

    /// <summary>A job with no more left than passed since it was seen, and this much, has come to its end; in ms.</summary>
    private const int EndSlackMs = 5000;

    /// <summary>Seconds that a job's own clock may go back without being another job's.</summary>
    private const int ClockSlackSeconds = 2;

    private string? _keyPath;
    private string? _key;
    private int _jobNumber;
    private string? _expectedPath;
    private bool _isWatching;
    private bool _jobRan;
    private bool _jobPrinted;
    private bool _wasComplete;
    private bool _wasOver;
    private bool _wasUnseen;
    private string? _jobPath;
    private string? _jobName;
    private double _lastCompletion = double.NaN;
    private int _lastPrintTime = -1;
    private int _lastTimeLeft = -1;
    private long _lastMs;
    private long _movedMs;
    private long _gainedMs;
    private long _hotMs = -1;
    private double _warmth = double.NaN;
    private PrinterState _ended = PrinterState.Idle;
    private string? _endPath;
    private bool _endWasFull;
    private bool _endIsSuspect;
    private bool _endedWithLink;

    /// <summary>True for a server that drops the file of every job that ended, however it did: then a file that is gone says nothing.</summary>
    public bool DropsFiles { get; set; }

    /// <summary>Name of the job that the state is about, or null.</summary>
    public string? JobName { get; private set; }

    /// <summary>Why the last job failed, until the next one begins; else null.</summary>
    public string? Failure { get; private set; }

    /// <summary>
    /// The state that this report shows. <paramref name="needsSecondLook"/> is set when a job seems to have
    /// ended early although nothing cancelled it: the two requests of a round may lie on both sides of a
    /// change, so the caller asks again before it believes that.
    /// </summary>
    /// <param name="report">What was reported.</param>
    /// <param name="nowMs">Monotonic time.</param>
    /// <param name="needsSecondLook">See above.</param>
    public PrinterState Step(OctoPrintReport report, long nowMs, out bool needsSecondLook)
    {
        needsSecondLook = false;
        PrinterState state;
        if (report.NeedsPerson)
        {
            state = PrinterState.Attention;
        }
        else if (!report.IsPrinterLinked || report.ClosedOrError || report.Error)
        {
            LoseLink(report);
            state = Unlinked(report);
        }
        else if (IsRunning(report))
        {
            state = Run(report, nowMs);
        }
        else if (!report.HasFlags)
        {
            state = PrinterState.Unknown;
        }
        else if (!report.Operational)
        {
            // Flags without information: a link that is being set up.
            state = PrinterState.Offline;
        }
        else if (report.IsNotReady && !DropsFiles)
        {
            // Busy without a job of its own: it is sending a file to the printer's card, and refuses starts.
            state = PrinterState.Busy;
        }
        else
        {
            state = Ended(report, nowMs, out needsSecondLook);
        }

        bool isAboutJob = _jobRan || Failure != null || state == PrinterState.Finished || state == PrinterState.Cancelled;
        JobName = isAboutJob ? _jobName : null;
        return state;
    }

    /// <summary>The link to the server was down: it may have restarted, and a restart ends the job.</summary>
    public void NoteOutage() => _wasUnseen = true;

    /// <summary>Fills in what identifies the job that the state is about. OctoPrint has no ids for jobs: the file is all that remains after a restart.</summary>
    public void FillKey(PrinterStatus status)
    {
        status.JobKey = JobName == null ? null : _key;
        status.JobNumber = _jobNumber;
    }

    /// <summary>A job that was never seen has ended: that of the selected file.</summary>
    public void NoteFinished(OctoPrintReport report) => NoteEnd(PrinterState.Finished, report);

    /// <summary>A job of this file was running when another process saw the printer last.</summary>
    public void Expect(string path) => _expectedPath = path;

    private void NoteEnd(PrinterState end, OctoPrintReport report)
    {
        ForgetJob();
        NoteNewJob(report);
        _jobName = report.FileName;
        JobName = _jobName;
        End(end, report);
    }

    /// <summary>
    /// The job that was expected is not running: OctoPrint keeps the file of a job that ended, and how far it got, until it restarts or another
    /// file is selected. Where it does not show that, nothing is claimed.
    /// </summary>
    private void JudgeExpected(OctoPrintReport report)
    {
        if (report.FilePath == _expectedPath && !double.IsNaN(report.Completion))
        {
            NoteEnd(100 <= report.Completion ? PrinterState.Finished : PrinterState.Cancelled, report);
        }

        _expectedPath = null;
    }

    private static PrinterState Unlinked(OctoPrintReport report)
    {
        // After M112 /api/printer answers 409 and only the text of /api/job has the error (recorded with 1.10.3).
        // Before OctoPrint 1.4 that is "Offline (Error: …)".
        string? text = report.JobStateText;
        bool isError = report.Error || StartsWith(text, "Offline after error") || StartsWith(text, "Offline (Error") || StartsWith(text, "Error");
        return isError ? PrinterState.Error : PrinterState.Offline;
    }

    private static bool StartsWith(string? text, string start) => text != null && text.StartsWith(start);

    private static bool IsRunning(OctoPrintReport report) =>
        report.Cancelling || report.Pausing || report.Resuming || report.Paused || report.Printing || report.Finishing;

    private static bool IsCold(OctoPrintReport report) => !(0 < report.NozzleTarget) && !(0 < report.BedTarget);

    private static bool IsHeating(OctoPrintReport report) =>
        HeatingGap < report.NozzleTarget - report.Nozzle || HeatingGap < report.BedTarget - report.Bed;

    /// <summary>Hot, and past the moment between the start and the first heating command, when no heater has a target yet.</summary>
    private static bool IsUnderWay(OctoPrintReport report) =>
        !IsHeating(report) && (!IsCold(report) || SurelyPrinting <= report.Completion);

    private PrinterState Run(OctoPrintReport report, long nowMs)
    {
        bool isFirst = !_jobRan || IsAnotherJob(report);
        if (isFirst)
        {
            // A job that followed another one began while the hub was watching.
            _isWatching |= _jobRan;
            ForgetJob();
            NoteNewJob(report);
            Failure = null;
            _endedWithLink = false;
            _movedMs = _gainedMs = nowMs;
        }

        _expectedPath = null;
        Watch(report, nowMs);
        PrinterState running = Running(report, nowMs, isFirst);
        _jobPrinted |= running == PrinterState.Printing && (IsUnderWay(report) || nowMs - _movedMs >= ColdMs || nowMs - _gainedMs >= StalledMs);
        _jobRan = true;
        _jobPath = report.FilePath;
        _jobName = report.FileName;
        _lastCompletion = report.Completion;
        _lastPrintTime = report.PrintTime;
        _lastTimeLeft = report.PrintTimeLeft;
        _lastMs = nowMs;
        _wasComplete |= report.Finishing || (SurelyComplete <= report.Completion && !report.IsOver);
        _wasOver = report.IsOver;
        _wasUnseen = false;
        _ended = running == PrinterState.Cancelling ? PrinterState.Cancelled : PrinterState.Idle;
        _endIsSuspect = false;
        return running;
    }

    private void NoteNewJob(OctoPrintReport report)
    {
        _jobNumber++;
        if (_key == null || report.FilePath != _keyPath)
        {
            _keyPath = report.FilePath;
            _key = JobKeys.Timed(_keyPath ?? "", 0);
        }
    }

    /// <summary>Between two polls the former job may have ended and the next one begun.</summary>
    private bool IsAnotherJob(OctoPrintReport report) =>
        report.FilePath != _jobPath
        || (report.PrintTime >= 0 && report.PrintTime < _lastPrintTime - ClockSlackSeconds)
        || report.Completion < _lastCompletion - StartupCompletion;

    /// <summary>Notes when the position in the file moved, the heaters gained, and they were hot.</summary>
    private void Watch(OctoPrintReport report, long nowMs)
    {
        if (report.Completion != _lastCompletion && !double.IsNaN(report.Completion))
        {
            _movedMs = nowMs;
        }

        double warmth = (double.IsNaN(report.Nozzle) ? 0 : report.Nozzle) + (double.IsNaN(report.Bed) ? 0 : report.Bed);
        if (!IsHeating(report) || double.IsNaN(_warmth) || _warmth + Gain < warmth)
        {
            _gainedMs = nowMs;
            _warmth = warmth;
        }

        bool isHot = !IsHeating(report) && !IsCold(report);
        _hotMs = isHot ? (_hotMs < 0 ? nowMs : _hotMs) : -1;
    }

    /// <summary>
    /// The flag "printing" stays set while pausing, resuming, cancelling and finishing (OctoPrint 1.10.3), so
    /// the special flags come first.
    /// </summary>
    private PrinterState Running(OctoPrintReport report, long nowMs, bool isFirst)
    {
        if (report.Cancelling)
        {
            return PrinterState.Cancelling;
        }

        if (report.Pausing)
        {
            return PrinterState.Pausing;
        }

        if (report.Resuming)
        {
            return PrinterState.Resuming;
        }

        if (report.Paused)
        {
            return PrinterState.Paused;
        }

        return !_jobPrinted && !report.Finishing && IsGettingReady(report, nowMs, isFirst) ? PrinterState.Preparing : PrinterState.Printing;
    }

    /// <summary>
    /// No progress yet (state "Starting"), or start G-code that waits for a heater: the position in the file then
    /// stands still, wherever a slicer's long header has put it. Right after a start no heater may have a target yet.
    /// None of that is assumed for ever: some jobs never show a progress, and some printers no heaters.
    /// </summary>
    private bool IsGettingReady(OctoPrintReport report, long nowMs, bool isFirst)
    {
        bool hasNoProgress = double.IsNaN(report.Completion);
        bool standsStill = hasNoProgress || (isFirst ? _isWatching : report.Completion == _lastCompletion);
        if (IsHeating(report))
        {
            return nowMs - _gainedMs < StalledMs && (standsStill || report.Completion < StartupCompletion);
        }

        if (IsCold(report))
        {
            return standsStill && nowMs - _movedMs < ColdMs;
        }

        // Hot when the hub connected: it has been printing for long.
        return hasNoProgress && _isWatching && nowMs - _hotMs < HotMs;
    }

    /// <summary>OctoPrint lost its printer, and with it the job.</summary>
    private void LoseLink(OctoPrintReport report)
    {
        if (!_jobRan || DropsFiles)
        {
            // Whatever is reported next is not the end that was seen before.
            if (Failure == null && !_endedWithLink)
            {
                ForgetJob();
            }

            return;
        }

        bool wasCancelled = _ended == PrinterState.Cancelled;
        bool wasComplete = _wasComplete;
        // A lost serial line is reported as "SerialTimeoutException: ", with nothing after it.
        // The printer's own words come first, so that a narrow table shows them.
        string words = report.JobErrorText == null ? "" : report.JobErrorText.Trim().TrimEnd(':') + ": ";
        Fail(wasCancelled || wasComplete ? null : words + "OctoPrint lost the connection to its printer" + At() + ", and the print failed; check the printer");
        if (wasCancelled || wasComplete)
        {
            // Many users switch the printer off at the end of a job.
            _ended = wasComplete ? PrinterState.Finished : PrinterState.Cancelled;
            _endPath = report.FilePath;
            _endWasFull = false;
            _endedWithLink = true;
        }
    }

    private void Fail(string? reason)
    {
        ForgetJob();
        Failure = reason;
        _ended = reason == null ? PrinterState.Idle : PrinterState.Error;
    }

    private string At() => double.IsNaN(_lastCompletion) || _wasOver ? "" : " at " + ((int)_lastCompletion).ToString() + " %";

    private PrinterState Ended(OctoPrintReport report, long nowMs, out bool needsSecondLook)
    {
        needsSecondLook = false;
        bool isFirst = !_isWatching && !_jobRan && _ended == PrinterState.Idle;
        _isWatching = true;
        if (_expectedPath != null)
        {
            JudgeExpected(report);
        }
        else if (isFirst && report.FilePath != null && 100 <= report.Completion)
        {
            // Printed before the hub connected: OctoPrint keeps the file and its completion until another file is selected.
            NoteEnd(PrinterState.Finished, report);
        }

        if (_jobRan)
        {
            return EndJob(report, nowMs, out needsSecondLook);
        }

        if (_ended == PrinterState.Finished && report.FilePath == null)
        {
            // Deleted afterwards.
            _endPath = null;
            _endWasFull = false;
        }
        else if (_ended == PrinterState.Finished && (report.FilePath != _endPath || (_endWasFull && !(100 <= report.Completion))))
        {
            // Another file was selected.
            _ended = PrinterState.Idle;
        }

        return _ended;
    }

    private PrinterState EndJob(OctoPrintReport report, long nowMs, out bool needsSecondLook)
    {
        needsSecondLook = false;
        bool isSame = report.FilePath == _jobPath;
        bool isGone = report.FilePath == null && _jobPath != null;
        if (isSame && 100 <= report.Completion)
        {
            return End(PrinterState.Finished, report);
        }

        if (_ended == PrinterState.Cancelled)
        {
            return End(PrinterState.Cancelled, report);
        }

        if (_wasComplete || (isGone && !DropsFiles && ((_wasOver && !_wasUnseen) || IsTimeUp(nowMs))))
        {
            // A plugin deleted the file, or selected the next one, the moment the job was done.
            return End(PrinterState.Finished, report);
        }

        if (!_endIsSuspect)
        {
            _endIsSuspect = true;
            needsSecondLook = true;
            return PrinterState.Printing;
        }

        if (isSame)
        {
            return End(PrinterState.Cancelled, report);
        }

        // OctoPrint keeps the file of a cancelled job; without a cause, only a lost printer removes it.
        Fail(isGone && !DropsFiles ? "OctoPrint dropped the job" + At() + ", and the print failed: it was restarted, its printer was away for a moment, or a plugin removed the file; check the printer" : null);
        return _ended;
    }

    /// <summary>
    /// True when the job has probably ended since it was last seen. The time left alone proves nothing: it is often 0 from the beginning.
    /// Never after a lost link: OctoPrint keeps the file of a finished job unless a plugin deletes it, and every restart
    /// forgets it.
    /// </summary>
    private bool IsTimeUp(long nowMs)
    {
        long passedMs = nowMs - _lastMs;
        if (_wasUnseen)
        {
            return false;
        }

        if (HalfComplete <= _lastCompletion && _lastTimeLeft >= 0 && _lastTimeLeft * 1000L <= passedMs + EndSlackMs)
        {
            return true;
        }

        if (passedMs > WatchedMs || !(NearlyComplete <= _lastCompletion))
        {
            return false;
        }

        double left = _lastTimeLeft;
        if (_lastTimeLeft < 0 && _lastPrintTime > 0)
        {
            // Assumes the same time per percent as so far.
            left = _lastPrintTime * (100 - _lastCompletion) / _lastCompletion;
        }

        return left * 1000 <= passedMs + NearlyCompleteMs;
    }

    private PrinterState End(PrinterState end, OctoPrintReport report)
    {
        ForgetJob();
        _ended = end;
        _endPath = report.FilePath;
        _endWasFull = 100 <= report.Completion;
        return end;
    }

    /// <summary>Forgets the running job except its name, which is kept while its end is shown.</summary>
    private void ForgetJob()
    {
        _jobRan = false;
        _jobPrinted = false;
        _wasComplete = false;
        _wasOver = false;
        _wasUnseen = false;
        _jobPath = null;
        _lastCompletion = double.NaN;
        _lastPrintTime = -1;
        _lastTimeLeft = -1;
        _hotMs = -1;
        _warmth = double.NaN;
        _endIsSuspect = false;
        _ended = PrinterState.Idle;
    }
}
