using Hub.Core.Errors;
using Hub.Core.Printers;

namespace Hub.Core.Jobs;

/// <summary>
/// Whether a print may be started on the bed: not by the cloud or the queue after a job that had begun ended, whatever its outcome, until a person
/// reported the bed clear or started a job at the printer. Pure. Thread: any.
/// </summary>
public static class BedRule
{
    /// <summary>Why a start that needs a clear bed is refused where the rule is in force, or null.</summary>
    public static HubException? Refusal(string printerId, JobRecord record) =>
        record.Bed == BedState.Occupied ? new HubException(ErrorCode.BedNotClear, Words(printerId, record)) : null;

    /// <summary>What a status shows of the bed: nothing when the rule is switched off.</summary>
    public static BedState Shown(PrinterConfig printer, BedState bed) => printer.RequireClearBed ? bed : BedState.Unknown;

    /// <summary>A person reports that the bed is clear. Errors: <see cref="ErrorCode.WrongState"/> while a job runs.</summary>
    /// <returns>False when it was known already.</returns>
    public static bool Clear(JobRecord record, JobEvents events)
    {
        if (record.HasJob)
        {
            throw new HubException(ErrorCode.WrongState, "there is no bed to clear while " + NameOf(record.JobName) + " is being printed");
        }

        if (record.Bed == BedState.Clear)
        {
            return false;
        }

        JobEvent cleared = events.Add(record, JobEventKind.BedCleared);
        cleared.Job = record.BedJob;
        record.Bed = BedState.Clear;
        record.BedEventId = cleared.Id;
        record.BedJob = null;
        return true;
    }

    private static string Words(string printerId, JobRecord record) =>
        "the bed was not reported clear after " + NameOf(record.BedJob) + ": clear it, then run 'clear-bed " + printerId + "'";

    private static string NameOf(string? job) => job == null ? "the last job" : "'" + job + "'";
}
