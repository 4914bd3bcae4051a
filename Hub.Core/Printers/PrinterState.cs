namespace Hub.Core.Printers;

/// <summary>Unified state of a printer (docs/status.md); names in <see cref="PrinterStates.Name"/>.</summary>
public enum PrinterState
{
    /// <summary>No full report yet.</summary>
    Unknown = 0,

    /// <summary>No link, or its server has no link to the machine.</summary>
    Offline = 1,

    /// <summary>Ready for a print.</summary>
    Idle = 2,

    /// <summary>Occupied without a print job (self-test, load, preheat).</summary>
    Busy = 3,

    /// <summary>A job was accepted and heats, levels or is made ready.</summary>
    Preparing = 4,

    /// <summary>Printing.</summary>
    Printing = 5,

    /// <summary>On the way to paused.</summary>
    Pausing = 6,

    /// <summary>Paused.</summary>
    Paused = 7,

    /// <summary>On the way back to printing.</summary>
    Resuming = 8,

    /// <summary>On the way to cancelled.</summary>
    Cancelling = 9,

    /// <summary>The last job ended well.</summary>
    Finished = 10,

    /// <summary>The last job was cancelled.</summary>
    Cancelled = 11,

    /// <summary>Waits for a person (runout, door, prompt).</summary>
    Attention = 12,

    /// <summary>Faulty.</summary>
    Error = 13,
}

/// <summary>Names and groups of <see cref="PrinterState"/>. Thread: any.</summary>
public static class PrinterStates
{
    /// <summary>The word used on the command line and the wire (docs/status.md).</summary>
    public static string Name(PrinterState state) => state switch
    {
        PrinterState.Offline => "offline",
        PrinterState.Idle => "idle",
        PrinterState.Busy => "busy",
        PrinterState.Preparing => "preparing",
        PrinterState.Printing => "printing",
        PrinterState.Pausing => "pausing",
        PrinterState.Paused => "paused",
        PrinterState.Resuming => "resuming",
        PrinterState.Cancelling => "cancelling",
        PrinterState.Finished => "finished",
        PrinterState.Cancelled => "cancelled",
        PrinterState.Attention => "attention",
        PrinterState.Error => "error",
        _ => "unknown",
    };

    /// <summary>True while a job occupies the printer.</summary>
    public static bool HasJob(PrinterState state) =>
        state >= PrinterState.Preparing && state <= PrinterState.Cancelling;

    /// <summary>True while nothing happens without a command or a person: no job, no fault.</summary>
    public static bool IsAtRest(PrinterState state) =>
        state == PrinterState.Idle || state == PrinterState.Finished || state == PrinterState.Cancelled;

    /// <summary>True when a print may be asked for.</summary>
    /// <param name="state">The printer's state.</param>
    /// <param name="errorCode">Its error's code: the last job's failure, shown until the next start, is no obstacle.</param>
    public static bool CanStart(PrinterState state, string? errorCode) =>
        IsAtRest(state) || (state == PrinterState.Error && PrinterErrorCodes.IsOfLastPrint(errorCode));
}
