using Hub.Core.Printers;

namespace Hub.Core.Tunnel;

/// <summary>A printer's status in the six words that the cloud knows. Pure. Thread: any.</summary>
internal static class CloudStatus
{
    /// <summary>
    /// The cloud's word: idle, printing, paused, offline or error. Its sixth, maintenance, is a person's decision, which no report may
    /// overwrite. A printer that is busy without a job is printing: it cannot start another print.
    /// </summary>
    public static string Word(PrinterStatus status)
    {
        switch (status.State)
        {
            case PrinterState.Idle:
            case PrinterState.Finished:
            case PrinterState.Cancelled:
                return "idle";
            case PrinterState.Busy:
            case PrinterState.Preparing:
            case PrinterState.Printing:
            case PrinterState.Pausing:
            case PrinterState.Resuming:
            case PrinterState.Cancelling:
                return "printing";
            case PrinterState.Paused:
                return "paused";
            case PrinterState.Attention:
                return status.Job != null ? "paused" : "error";
            case PrinterState.Error:
                return "error";
            default:
                return "offline";
        }
    }

    /// <summary>
    /// True when progress, time and layers belong to a running job. Any progress moves the newest job of the cloud's database to printing, so
    /// that of a print that is over would spoil the next one.
    /// </summary>
    public static bool HasProgress(PrinterStatus status) =>
        PrinterStates.HasJob(status.State) || (status.State == PrinterState.Attention && status.Job != null);
}
