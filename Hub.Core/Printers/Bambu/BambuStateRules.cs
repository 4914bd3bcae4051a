namespace Hub.Core.Printers.Bambu;

/// <summary>Turns a printer's values into the unified state (docs/bambu.md). Pure. Thread: any.</summary>
internal static class BambuStateRules
{
    /// <summary>0300_400C: the job was cancelled.</summary>
    public const uint CancelledByUser = 0x0300400C;

    /// <summary>0500_400E: the job was cancelled before it began.</summary>
    public const uint CancelledEarly = 0x0500400E;

    private const uint PausedByUser = 0x03008001;
    private const uint PausedByFile = 0x03008013;

    /// <summary>The dummy that P1 and A1 report for the chamber they do not measure.</summary>
    private const double DummyChamber = 5;

    /// <summary>The state; <see cref="PrinterState.Unknown"/> before the first full report.</summary>
    public static PrinterState Of(BambuValues values, BambuJobWatch job, long nowMs)
    {
        if (!values.IsFull)
        {
            return PrinterState.Unknown;
        }

        switch (values.Phase)
        {
            case BambuPhase.Idle:
                return PrinterState.Idle;
            case BambuPhase.Prepare:
            case BambuPhase.Slicing:
            case BambuPhase.Init:
                return IsOwnWork(values) ? PrinterState.Busy : PrinterState.Preparing;
            case BambuPhase.Running:
                return IsOwnWork(values) ? PrinterState.Busy
                    : BambuStages.IsWork(values.Stage) && !job.HasProgress ? PrinterState.Preparing : PrinterState.Printing;
            case BambuPhase.Pause:
                return job.NeedsPerson(values) ? PrinterState.Attention : PrinterState.Paused;
            case BambuPhase.Finish:
                return job.Finish;
            case BambuPhase.Failed:
                return job.End(values, nowMs);
            default:
                return PrinterState.Unknown;
        }
    }

    /// <summary>True for the errors that stand for a cancelled job.</summary>
    public static bool IsCancel(uint printError) => printError == CancelledByUser || printError == CancelledEarly;

    /// <summary>True for a health message that repeats one of them (bambuddy, services/bambu_mqtt.py).</summary>
    public static bool IsCancelEcho(uint attribute, uint code) => IsCancel((attribute & 0xFFFF0000) | (code & 0xFFFF));

    /// <summary>True for the errors that stand for a pause that was asked for.</summary>
    public static bool IsWantedPause(uint printError) => printError == PausedByUser || printError == PausedByFile;

    /// <summary>True while the printer accepts a new print: at any other time it answers 0500_4004, and an A1 mini even dropped its job (bambuddy 2598).</summary>
    public static bool TakesPrint(BambuPhase phase) =>
        phase == BambuPhase.Idle || phase == BambuPhase.Finish || phase == BambuPhase.Failed;

    /// <summary>True while a job is loaded.</summary>
    public static bool HasJob(BambuPhase phase) => phase >= BambuPhase.Prepare && phase <= BambuPhase.Pause;

    /// <summary>True for work that is not a print: a calibration begun at the screen runs a file below /usr/ (bambuddy, main.py).</summary>
    public static bool IsOwnWork(BambuValues values) =>
        values.GcodeFile != null ? values.IsOwnFile : values.IsTypeSystem && values.JobName == null;

    /// <summary>The chamber's temperature or NaN: P1 and A1 report a dummy for it.</summary>
    public static double Chamber(BambuValues values, BambuModel model)
    {
        if (!double.IsNaN(values.DeviceChamber))
        {
            return values.DeviceChamber;
        }

        return model.HasDummyChamber || (!model.IsKnown && values.PlainChamber == DummyChamber) ? double.NaN : values.PlainChamber;
    }
}
