namespace Hub.Core.Printers.Bambu;

/// <summary>Turns a printer's values into the unified state (facts A0, A4). Pure. Thread: any.</summary>
internal static class BambuStateRules
{
    /// <summary>0300_400C: the job was cancelled.</summary>
    public const uint CancelledByUser = 0x0300400C;

    /// <summary>0500_400E: the job was cancelled before it began.</summary>
    public const uint CancelledEarly = 0x0500400E;

    private const uint PausedByUser = 0x03008001;
    private const uint PausedByFile = 0x03008013;

    private const int NoStage = -1;
    private const int NoStageOfP1 = 255;
    private const int StagePrinting = 0;
    private const int TypeIdle = 0;

    /// <summary>The dummy that P1 and A1 report for the chamber they do not measure.</summary>
    private const double DummyChamber = 5;

    /// <summary>The state; <see cref="PrinterState.Unknown"/> before the first full report.</summary>
    public static PrinterState Of(BambuValues values)
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
                return PrinterState.Preparing;
            case BambuPhase.Running:
                return IsWorkingStage(values.Stage) ? PrinterState.Preparing : PrinterState.Printing;
            case BambuPhase.Pause:
                return NeedsPerson(values) ? PrinterState.Attention : PrinterState.Paused;
            case BambuPhase.Finish:
                return PrinterState.Finished;
            case BambuPhase.Failed:
                return OfFailed(values);
            default:
                return PrinterState.Unknown;
        }
    }

    /// <summary>True for the errors that stand for a cancelled job.</summary>
    public static bool IsCancel(uint printError) => printError == CancelledByUser || printError == CancelledEarly;

    /// <summary>True while the printer takes a new print: any other time it answers 0500_4004, and an A1 mini even dropped its job (bambuddy 2598).</summary>
    public static bool TakesPrint(BambuPhase phase) =>
        phase == BambuPhase.Idle || phase == BambuPhase.Finish || phase == BambuPhase.Failed;

    /// <summary>True while a job is loaded.</summary>
    public static bool HasJob(BambuPhase phase) => phase >= BambuPhase.Prepare && phase <= BambuPhase.Pause;

    /// <summary>True for a pause that waits for a person at the printer: its error, a new message or its stage says so.</summary>
    public static bool NeedsPerson(BambuValues values)
    {
        uint error = values.PresentError;
        bool isHarmless = error == 0 || error == PausedByUser || error == PausedByFile || IsCancel(error);
        return !isHarmless || BambuTexts.OfPauseStage(values.Stage) != null || values.Hms.HasNewTrouble(values.HmsBeforePause);
    }

    /// <summary>The chamber's temperature or NaN: P1 and A1 report a dummy for it.</summary>
    public static double Chamber(BambuValues values, BambuModel model)
    {
        if (!double.IsNaN(values.DeviceChamber))
        {
            return values.DeviceChamber;
        }

        return model.HasDummyChamber || (!model.IsKnown && values.PlainChamber == DummyChamber) ? double.NaN : values.PlainChamber;
    }

    /// <summary>A print that failed stays FAILED; after a restart of the printer nothing is left of it but the word (edge-agent).</summary>
    private static PrinterState OfFailed(BambuValues values)
    {
        if (IsCancel(values.PrintError))
        {
            return PrinterState.Cancelled;
        }

        return values.PrintType == TypeIdle && values.TaskId == 0 && values.Hms.Count == 0 ? PrinterState.Idle : PrinterState.Error;
    }

    /// <summary>True while it heats, levels, calibrates or changes filament.</summary>
    private static bool IsWorkingStage(int stage) => stage != StagePrinting && stage != NoStage && stage != NoStageOfP1;
}
