namespace Hub.Core.Jobs;

/// <summary>What the record and the log say once the printer has shown the job of a pending start. Pure. Thread: any.</summary>
internal static class StartedJob
{
    /// <summary>
    /// Records the job as started by the command. Nothing is left to do where <see cref="JobTracker"/> has seen it begin; one that the tracker took for
    /// another's, because of its name, gets the command. Else the printer showed it in another way than by a report of it.
    /// </summary>
    /// <param name="record">The printer's record, which still has the pending start where it was stored.</param>
    /// <param name="events">Takes the event.</param>
    /// <param name="start">The start.</param>
    /// <param name="job">The job's name as the printer shows it, or null.</param>
    /// <param name="jobKey">Its key, or null.</param>
    public static void Record(JobRecord record, JobEvents events, PendingStart start, string? job, string? jobKey)
    {
        PendingStart? stored = record.PendingStart;
        if (stored != null && stored.JobId != 0)
        {
            return;
        }

        if (record.HasJob && record.JobStartedMs >= start.SentMs)
        {
            record.JobCommandId = start.CommandId;
            return;
        }

        JobEvent item = events.Add(record, JobEventKind.Started);
        item.Job = job ?? start.File;
        item.CommandId = start.CommandId;
        item.JobId = item.Id;
        record.JobId = item.Id;
        record.JobName = item.Job;
        record.JobKey = jobKey;
        record.JobStartedMs = events.TimeMs;
        record.JobCommandId = start.CommandId;
        record.Bed = BedState.Unknown;
        record.BedEventId = item.Id;
        record.BedJob = null;
    }
}
