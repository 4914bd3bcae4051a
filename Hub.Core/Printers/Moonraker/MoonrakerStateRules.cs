namespace Hub.Core.Printers.Moonraker;

/// <summary>
/// Turns Klipper's words into the unified state, and remembers the job that Klipper forgets when it goes down.
/// A decision without I/O. Thread: one owner.
/// </summary>
internal sealed class MoonrakerStateRules
{
    /// <summary>A heater this far below its target is still heating; real ones swing by 1 to 2 °C around it.</summary>
    private const double HeatingGap = 3;

    /// <summary>Longest time that a job counts as being prepared, in seconds of its own clock: heat soaks last half an hour.</summary>
    private const double LongestReadySeconds = 40 * 60;

    /// <summary>The same for a job that neither heats nor reads its file.</summary>
    private const double LongestIdleSeconds = 5 * 60;

    /// <summary>A job that is cancelled so soon after an error on the console was cancelled for it, in ms: the macro in on_error_gcode parks the head first.</summary>
    private const int ErrorToCancelMs = 5000;

    /// <summary>An end that is reset within this time was reset by a macro of the job, not by a person who has seen it, in ms.</summary>
    private const int EndToResetMs = 5000;

    private string? _expected;
    private string? _endPath;
    private string? _shownEnd;
    private double _shownTotal;
    private double _shownPrinted;
    private long _endMs;
    private bool _hasPrinted;
    private bool _wasAway;
    private bool _wasCutOff;
    private double _jobProgress;
    private double _jobPrinted;
    private long _jobSeenMs;
    private double _jobTotal;
    private long _jobSinceMs;
    private bool _wasEarly;
    private bool _isEndGood;
    private bool _isCancelAsked;
    private KlipperPrint _print;

    /// <summary>Path of the job that Klipper showed as running last, until its end is seen; else null.</summary>
    public string? Job { get; private set; }

    /// <summary>Counts the jobs that Klipper has shown, running or ended.</summary>
    public int JobNumber { get; private set; }

    /// <summary>Path of a job that vanished without a reason: the history may have one. Null without.</summary>
    public string? Vanished { get; private set; }

    /// <summary>
    /// Path of a job whose end Klipper no longer shows, until the next job or file; else null. SDCARD_RESET_FILE in PRINT_END or
    /// CANCEL_PRINT resets it at once (marcolivierarsenault/moonraker-home-assistant issue 744).
    /// </summary>
    public string? Ended { get; private set; }

    /// <summary>Path of the job that was lost with Klipper, until another one begins; else null.</summary>
    public string? Lost { get; private set; }

    /// <summary>
    /// Klipper's error that ended the job that it shows as cancelled; else null. With on_error_gcode: CANCEL_PRINT, as in
    /// Mainsail's and Fluidd's configurations, print_stats never says error (seen with Klipper 0.13).
    /// </summary>
    public string? Broken { get; private set; }

    /// <summary>Why it was lost, one sentence; null when no reason is known.</summary>
    public string? LostBecause { get; private set; }

    /// <summary>
    /// The state that this report shows. Klipper's own state comes first: after a shutdown print_stats continues
    /// to say "paused" or "printing" (seen with Klipper 0.13).
    /// </summary>
    /// <param name="report">What is known.</param>
    /// <param name="nowMs">Monotonic time in ms, for what stands still without saying so.</param>
    public PrinterState Step(MoonrakerReport report, long nowMs)
    {
        switch (report.Klippy)
        {
            case KlippyState.Ready:
                break;
            case KlippyState.Shutdown:
            case KlippyState.Error:
                // Klipper resumes no job after it, whatever print_stats says.
                if (Job != null)
                {
                    Lose(report.KlippyMessage);
                }

                _hasPrinted = false;
                Ended = null;
                return PrinterState.Error;
            default:
                // A restarting Moonraker says startup while Klipper keeps printing: only print_stats counts then.
                _wasAway |= report.Klippy != KlippyState.Unknown;
                Ended = null;
                return PrinterState.Offline;
        }

        NoteJob(report, nowMs);
        PrinterState state = OfPrint(report, nowMs);
        if (!PrinterStates.HasJob(state))
        {
            _hasPrinted = false;
        }
        else if (state == PrinterState.Printing)
        {
            _hasPrinted = true;
        }

        return state;
    }

    /// <summary>The connection was lost: the hub did not see what happened until the next report.</summary>
    public void NoteOutage() => _wasCutOff = Job != null;

    /// <summary>A job of this file was running when another process saw the printer last.</summary>
    public void Expect(string path) => _expected = path;

    /// <summary>The hub itself cancels the job.</summary>
    public void NoteCancel() => _isCancelAsked = true;

    /// <summary>
    /// Applies what the history says of the job that vanished. Without one (Moonraker keeps it only with [history]) a job that
    /// cannot have come to its end while the connection was lost went down with the machine: Klipper shows an end until it is reset.
    /// </summary>
    public void Judge(MoonrakerLastJob last)
    {
        bool isTold = last.IsKnown && last.Id != null;
        if (Vanished != null && (isTold ? last.FileName == Vanished && last.IsBroken : _wasEarly))
        {
            Lost = Vanished;
            LostBecause = null;
        }
        else if (isTold && last.FileName == Vanished && (last.Status == "completed" || last.Status == "cancelled"))
        {
            Ended = Vanished;
            _isEndGood = last.Status == "completed";
        }

        Vanished = null;
    }

    /// <summary>The lost job was acknowledged.</summary>
    public void ForgetLost()
    {
        Forget();
        _endPath = null;
    }

    private void Forget() => Lost = LostBecause = Vanished = Broken = Ended = null;

    private void NoteJob(MoonrakerReport report, long nowMs)
    {
        bool wasAway = _wasAway;
        KlipperPrint former = _print;
        _wasAway = false;
        _print = report.Print;
        string? expected = report.Print == KlipperPrint.Unknown ? _expected : null;
        NotePrint(report, nowMs, former, wasAway);
        _expected = expected;
    }

    private void NotePrint(MoonrakerReport report, long nowMs, KlipperPrint former, bool wasAway)
    {
        bool wasCutOff = _wasCutOff;
        _wasCutOff = false;
        switch (report.Print)
        {
            case KlipperPrint.Printing:
            case KlipperPrint.Paused:
                if (Job == null || Job != (report.FileName ?? "") || report.TotalDuration < _jobTotal)
                {
                    _hasPrinted = false;
                    _isCancelAsked = false;
                    _jobSinceMs = nowMs;
                    JobNumber++;
                }

                Job = report.FileName ?? "";
                _shownEnd = null;
                _jobTotal = report.TotalDuration;
                _jobProgress = report.FileProgress;
                _jobPrinted = report.PrintDuration;
                _jobSeenMs = nowMs;
                Forget();
                break;
            case KlipperPrint.Standby:
                if (Job == null && _expected != null)
                {
                    // Klipper shows nothing of it any more: the history may know its end.
                    Vanished = _expected;
                    _wasEarly = false;
                }
                else if (Job != null && wasAway)
                {
                    Lose(null);
                }
                else if (Job != null)
                {
                    Vanished = Job;
                    _wasEarly = wasCutOff && IsTooEarlyForTheEnd(nowMs);
                }

                Job = null;
                Broken = null;
                if (_endPath != null && nowMs - _endMs <= EndToResetMs)
                {
                    Ended = _endPath;
                }

                _endPath = null;
                if (report.FileName != null)
                {
                    Ended = null;
                }

                break;
            case KlipperPrint.Unknown:
                break;
            case KlipperPrint.Cancelled:
                NoteUnseenJob(report);
                if (former != KlipperPrint.Cancelled)
                {
                    Forget();
                    bool isError = report.ConsoleError != null && nowMs - report.ConsoleErrorMs <= ErrorToCancelMs && !_isCancelAsked;
                    Broken = isError ? report.ConsoleError : null;
                    NoteEnd(former, report, nowMs, false);
                }

                Job = null;
                _isCancelAsked = false;
                break;
            default:
                NoteUnseenJob(report);
                Job = null;
                Forget();
                if (former != report.Print)
                {
                    NoteEnd(former, report, nowMs, report.Print == KlipperPrint.Complete);
                }

                break;
        }
    }

    /// <summary>
    /// Counts a job that ended without having been seen at work: print_stats stands still after a job's end, so another file or another duration
    /// is that of another job (klippy/extras/print_stats.py).
    /// </summary>
    private void NoteUnseenJob(MoonrakerReport report)
    {
        if (Job == null
            && (_shownEnd == null || _shownEnd != (report.FileName ?? "") || IsOther(_shownTotal, report.TotalDuration) || IsOther(_shownPrinted, report.PrintDuration)))
        {
            JobNumber++;
        }

        _shownEnd = report.FileName ?? "";
        _shownTotal = report.TotalDuration;
        _shownPrinted = report.PrintDuration;
    }

    private static bool IsOther(double former, double now) => !double.IsNaN(former) && !double.IsNaN(now) && former != now;

    /// <summary>Keeps an end that began just now, unless it was an error, whose words a message would lack.</summary>
    private void NoteEnd(KlipperPrint former, MoonrakerReport report, long nowMs, bool isGood)
    {
        bool isKept = former != KlipperPrint.Unknown && report.Print != KlipperPrint.Error && Broken == null;
        _endPath = isKept ? report.FileName : null;
        _endMs = nowMs;
        _isEndGood = isGood;
    }

    /// <summary>True when the job as it was seen last has not had the time to come to its end.</summary>
    private bool IsTooEarlyForTheEnd(long nowMs)
    {
        double secondsLeft = 0 < _jobProgress && 0 < _jobPrinted ? _jobPrinted * (1 - _jobProgress) / _jobProgress : double.NaN;
        return !(secondsLeft / 2 <= (nowMs - _jobSeenMs) / 1000.0);
    }

    private void Lose(string? words)
    {
        Lost = Job;
        LostBecause = words;
        Job = null;
    }

    private PrinterState OfStandby()
    {
        if (Lost != null)
        {
            return PrinterState.Error;
        }

        return Ended == null ? PrinterState.Idle : _isEndGood ? PrinterState.Finished : PrinterState.Cancelled;
    }

    private PrinterState OfPrint(MoonrakerReport report, long nowMs) => report.Print switch
    {
        KlipperPrint.Standby => OfStandby(),
        KlipperPrint.Printing => !_hasPrinted && IsGettingReady(report, nowMs) ? PrinterState.Preparing : PrinterState.Printing,
        KlipperPrint.Paused => PrinterState.Paused,
        KlipperPrint.Complete => PrinterState.Finished,
        KlipperPrint.Cancelled => Broken == null ? PrinterState.Cancelled : PrinterState.Error,
        KlipperPrint.Error => PrinterState.Error,
        _ => PrinterState.Unknown,
    };

    /// <summary>
    /// Nothing was extruded yet (filament_used is above 0 and print_duration runs from then on), and a heater is warming up
    /// or the file was not touched. The share of the file proves little: thumbnails at its beginning count as read at once.
    /// A printer that reports none of this, or has been like this for long, is printing, as Klipper says.
    /// </summary>
    private bool IsGettingReady(MoonrakerReport report, long nowMs)
    {
        if (0 < report.FilamentUsed || 0 < report.PrintDuration)
        {
            return false;
        }

        double seconds = double.IsNaN(report.TotalDuration) ? (nowMs - _jobSinceMs) / 1000 : report.TotalDuration;
        bool isHeating = HeatingGap < report.NozzleTarget - report.Nozzle || HeatingGap < report.BedTarget - report.Bed;
        return isHeating ? seconds < LongestReadySeconds : report.FileProgress == 0 && seconds < LongestIdleSeconds;
    }
}
