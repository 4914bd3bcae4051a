namespace Hub.Core.Printers.Moonraker;

/// <summary>
/// Decides from Klipper's print_stats and Moonraker's history whether the file that was started is being, or has been, printed.
/// A short job goes from complete to complete within one update, so the state alone proves nothing; but its name or its
/// durations are new (klippy/extras/print_stats.py, set_current_file and note_start). A decision without I/O. Thread: the worker.
/// </summary>
internal sealed class MoonrakerStart
{
    private string? _path;
    private string? _formerFile;
    private string? _formerMessage;
    private KlipperPrint _formerPrint;
    private double _formerTotal;
    private double _formerPrinted;
    private bool _hadHistory;
    private string? _formerJobId;

    /// <summary>True when a history answered before the start, so that a newer job shows in it.</summary>
    public bool HasHistory => _hadHistory;

    /// <summary>A start is about to be sent.</summary>
    /// <param name="path">The file, as print_stats will name it.</param>
    /// <param name="report">What Klipper shows now.</param>
    /// <param name="last">The newest job of the history.</param>
    public void Begin(string path, MoonrakerReport report, MoonrakerLastJob last)
    {
        _path = path.StartsWith("/") ? path.Substring(1) : path;
        _formerFile = report.FileName;
        _formerMessage = report.PrintMessage;
        _formerPrint = report.Print;
        _formerTotal = report.TotalDuration;
        _formerPrinted = report.PrintDuration;
        _hadHistory = last.IsKnown;
        _formerJobId = last.Id;
    }

    /// <summary>Judges what Klipper shows.</summary>
    public void Judge(MoonrakerReport report, StartEvidence start, string? words)
    {
        if (!start.IsOpen)
        {
            return;
        }

        if (report.Klippy == KlippyState.Shutdown || report.Klippy == KlippyState.Error)
        {
            start.Fail(StartEvidence.FailureOf(null, words));
        }
        else if (report.Klippy == KlippyState.Ready && report.FileName == _path)
        {
            JudgeOurs(report, start, words);
        }
    }

    /// <summary>Judges by the newest job of the history, when Klipper shows nothing of ours.</summary>
    public void Judge(MoonrakerLastJob last, StartEvidence start)
    {
        if (_hadHistory && last.IsKnown && last.Id != null && last.Id != _formerJobId && last.FileName == _path)
        {
            start.Shown();
        }
    }

    /// <summary>print_stats stands still after a job's end, so any other value is that of another job.</summary>
    private bool IsAnotherRun(MoonrakerReport report) =>
        _formerFile != _path || report.Print != _formerPrint || report.PrintMessage != _formerMessage
        || IsChanged(_formerTotal, report.TotalDuration) || IsChanged(_formerPrinted, report.PrintDuration);

    private void JudgeOurs(MoonrakerReport report, StartEvidence start, string? words)
    {
        switch (report.Print)
        {
            case KlipperPrint.Printing:
            case KlipperPrint.Paused:
                bool wasRunning = _formerFile == _path && (_formerPrint == KlipperPrint.Printing || _formerPrint == KlipperPrint.Paused);
                if (!wasRunning || report.TotalDuration < _formerTotal)
                {
                    start.Shown();
                }

                break;
            case KlipperPrint.Complete:
                if (IsAnotherRun(report))
                {
                    start.Shown();
                }

                break;
            case KlipperPrint.Cancelled:
            case KlipperPrint.Error:
                if (IsAnotherRun(report))
                {
                    JudgeEnd(report.Print == KlipperPrint.Error || words != null, start, words);
                }

                break;
            default:
                // The file is loaded, and about to be read.
                break;
        }
    }

    /// <summary>A job that an error in its G-code ended, whether Klipper calls it error or cancelled, is no good start.</summary>
    private static void JudgeEnd(bool isFailed, StartEvidence start, string? words)
    {
        if (isFailed)
        {
            start.Fail(StartEvidence.FailureOf(PrinterErrorCodes.PrintFailed, words));
        }
        else
        {
            start.Shown();
        }
    }

    private static bool IsChanged(double former, double now) => !double.IsNaN(former) && !double.IsNaN(now) && former != now;
}
