using Hub.Core.Printers;

namespace Hub.Core.Jobs;

/// <summary>What a report says about the printer's job.</summary>
internal enum JobPhase
{
    /// <summary>Nothing: no link, or work without a job.</summary>
    Silent,

    /// <summary>There is no job.</summary>
    Rest,

    /// <summary>A job runs.</summary>
    Running,

    /// <summary>The last job ended, with an outcome.</summary>
    Over,
}

/// <summary>The phase of a status. Pure. Thread: any.</summary>
internal static class JobPhases
{
    /// <summary>What a report says about the printer's job.</summary>
    /// <param name="status">The report.</param>
    /// <param name="hasJob">True when a job is known to run: a fault of the printer then ends it.</param>
    /// <param name="outcome">How it ended, for <see cref="JobPhase.Over"/>.</param>
    public static JobPhase Of(PrinterStatus status, bool hasJob, out JobEventKind outcome)
    {
        outcome = JobEventKind.Ended;
        switch (status.State)
        {
            case PrinterState.Idle:
                return JobPhase.Rest;
            case PrinterState.Finished:
                outcome = JobEventKind.Finished;
                return JobPhase.Over;
            case PrinterState.Cancelled:
                outcome = JobEventKind.Cancelled;
                return JobPhase.Over;
            case PrinterState.Attention:
                return status.JobKey != null ? JobPhase.Running : JobPhase.Silent;
            case PrinterState.Error:
                outcome = JobEventKind.Failed;
                return hasJob || PrinterErrorCodes.IsOfLastPrint(status.ErrorCode) ? JobPhase.Over : JobPhase.Silent;
            case PrinterState.Offline:
                // OctoPrint names the job that ended when it lost its printer.
                outcome = JobEventKind.Failed;
                return status.ErrorCode == PrinterErrorCodes.PrintFailed ? JobPhase.Over : JobPhase.Silent;
            default:
                return PrinterStates.HasJob(status.State) ? JobPhase.Running : JobPhase.Silent;
        }
    }
}
