namespace Hub.Core.Printers.OctoPrint;

/// <summary>
/// Turns OctoPrint's flags into the unified state (facts A0). OctoPrint knows no "finished": it goes back to
/// Operational, so the end of a job is told by what came before. A decision without I/O: tests drive it
/// with reports. Thread: one owner.
/// </summary>
internal sealed class OctoPrintStateRules
{
    /// <summary>A heater this far below its target is still heating; real ones swing by 1 to 2 °C around it.</summary>
    private const double HeatingGap = 3;

    /// <summary>Percent of the file within which start G-code waits for the heaters.</summary>
    private const double StartupCompletion = 1;

    /// <summary>Percent of the file that nobody reaches without printing.</summary>
    private const double SurelyPrinting = 10;

    private bool _isWatching;
    private bool _jobRan;
    private string? _jobPath;
    private double _lastCompletion = double.NaN;
    private bool _jobPrinted;
    private PrinterState _ended = PrinterState.Idle;
    private bool _endIsSuspect;

    /// <summary>
    /// The state that this report shows. <paramref name="needsSecondLook"/> is set when a job seems to have
    /// ended early although nothing cancelled it: the two requests of a round may lie on both sides of a
    /// change, so the caller asks again before it believes that.
    /// </summary>
    public PrinterState Step(OctoPrintReport report, out bool needsSecondLook)
    {
        needsSecondLook = false;
        if (!report.IsPrinterLinked || report.ClosedOrError || report.Error)
        {
            // OctoPrint drops the job with the link: whatever comes back is not its end.
            ForgetJob();
            return Unlinked(report);
        }

        PrinterState running = Running(report);
        if (running != PrinterState.Idle)
        {
            _jobPrinted |= running == PrinterState.Printing && IsUnderWay(report);
            _jobRan = true;
            _jobPath = report.FilePath;
            _lastCompletion = report.Completion;
            _ended = running == PrinterState.Cancelling ? PrinterState.Cancelled : PrinterState.Idle;
            _endIsSuspect = false;
            return running;
        }

        if (!report.Operational)
        {
            // Flags that say nothing at all: a link that is being set up.
            return PrinterState.Offline;
        }

        return Ended(report, out needsSecondLook);
    }

    private static PrinterState Unlinked(OctoPrintReport report)
    {
        // After M112 /api/printer answers 409 and only the text of /api/job tells the error (facts F).
        bool isError = report.Error || StartsWith(report.JobStateText, "Offline after error") || StartsWith(report.JobStateText, "Error");
        return isError ? PrinterState.Error : PrinterState.Offline;
    }

    private static bool StartsWith(string? text, string start) => text != null && text.StartsWith(start);

    /// <summary>
    /// The flag "printing" stays set while pausing, resuming, cancelling and finishing (OctoPrint 1.10.3), so
    /// the special flags come first.
    /// </summary>
    private PrinterState Running(OctoPrintReport report)
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

        if (report.Printing || report.Finishing)
        {
            return !_jobPrinted && IsGettingReady(report) ? PrinterState.Preparing : PrinterState.Printing;
        }

        return PrinterState.Idle;
    }

    /// <summary>
    /// No progress yet (state "Starting"), or start G-code that waits for a heater: the position in the file then
    /// stands still, wherever a slicer's long header has put it. Right after a start no heater may have a target yet.
    /// </summary>
    private bool IsGettingReady(OctoPrintReport report)
    {
        bool hasJustBegun = !_jobRan && _isWatching;
        bool standsStill = hasJustBegun || report.Completion == _lastCompletion;
        return double.IsNaN(report.Completion)
            || (IsHeating(report) && (standsStill || report.Completion < StartupCompletion))
            || (IsCold(report) && standsStill);
    }

    private static bool IsCold(OctoPrintReport report) => !(report.NozzleTarget > 0) && !(report.BedTarget > 0);

    private static bool IsHeating(OctoPrintReport report) =>
        report.NozzleTarget - report.Nozzle > HeatingGap || report.BedTarget - report.Bed > HeatingGap;

    /// <summary>Hot, and past the moment between the start and the first heating command, when no heater has a target yet.</summary>
    private static bool IsUnderWay(OctoPrintReport report) =>
        !IsHeating(report) && (!IsCold(report) || report.Completion >= SurelyPrinting);

    private PrinterState Ended(OctoPrintReport report, out bool needsSecondLook)
    {
        needsSecondLook = false;
        _isWatching = true;
        if (_jobRan && report.FilePath != _jobPath)
        {
            // The end was missed, and what is selected now says nothing about it.
            ForgetJob();
        }
        else if (_jobRan)
        {
            bool isComplete = report.Completion >= 100;
            if (!isComplete && _ended != PrinterState.Cancelled && !_endIsSuspect)
            {
                _endIsSuspect = true;
                needsSecondLook = true;
                return PrinterState.Printing;
            }

            ForgetJob();
            _ended = isComplete ? PrinterState.Finished : PrinterState.Cancelled;
        }
        else if (_ended == PrinterState.Finished && !(report.Completion >= 100))
        {
            // Another file was selected.
            _ended = PrinterState.Idle;
        }

        return _ended;
    }

    private void ForgetJob()
    {
        _jobRan = false;
        _jobPrinted = false;
        _jobPath = null;
        _lastCompletion = double.NaN;
        _endIsSuspect = false;
        _ended = PrinterState.Idle;
    }
}
