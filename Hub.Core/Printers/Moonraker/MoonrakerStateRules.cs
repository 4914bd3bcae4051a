namespace Hub.Core.Printers.Moonraker;

/// <summary>Turns Klipper's words into the unified state (facts A0). A decision without I/O. Thread: one owner.</summary>
internal sealed class MoonrakerStateRules
{
    /// <summary>A heater this far below its target is still heating; real ones swing by 1 to 2 °C around it.</summary>
    private const double HeatingGap = 3;

    private bool _hasPrinted;

    /// <summary>
    /// The state that this report shows. Klipper's own state comes first: after a shutdown print_stats goes on
    /// saying "paused" or "printing" (facts F).
    /// </summary>
    public PrinterState Step(MoonrakerReport report)
    {
        switch (report.Klippy)
        {
            case KlippyState.Ready:
                break;
            case KlippyState.Shutdown:
            case KlippyState.Error:
                _hasPrinted = false;
                return PrinterState.Error;
            default:
                _hasPrinted = false;
                return PrinterState.Offline;
        }

        PrinterState state = OfPrint(report);
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

    private PrinterState OfPrint(MoonrakerReport report) => report.Print switch
    {
        KlipperPrint.Standby => PrinterState.Idle,
        KlipperPrint.Printing => !_hasPrinted && IsGettingReady(report) ? PrinterState.Preparing : PrinterState.Printing,
        KlipperPrint.Paused => PrinterState.Paused,
        KlipperPrint.Complete => PrinterState.Finished,
        KlipperPrint.Cancelled => PrinterState.Cancelled,
        KlipperPrint.Error => PrinterState.Error,
        _ => PrinterState.Unknown,
    };

    /// <summary>
    /// Nothing was extruded yet, and a heater is on its way or the file was not touched. The share of the file tells
    /// little: thumbnails at its beginning count as read at once.
    /// </summary>
    private static bool IsGettingReady(MoonrakerReport report) =>
        !(report.FilamentUsed > 0)
        && (!(report.FileProgress > 0)
            || report.NozzleTarget - report.Nozzle > HeatingGap
            || report.BedTarget - report.Bed > HeatingGap);
}
