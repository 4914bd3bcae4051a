namespace Hub.Core.Jobs;

/// <summary>What the record and the log say once the printer has shown the job of a pending start. Pure. Thread: any.</summary>
internal static class StartedJob
{
    /// <summary>
    /// Records the job as started by the command. One that was recorded as running before it was known as ours keeps its id: the
    /// event then only adds the command.
    /// </summary>
    public static void Record(JobRecord record, JobEvents events, PendingStart start, string? job, string? jobKey)
    {
        JobEvent item = events.Add(record, JobEventKind.Started);
        item.Job = job ?? start.File;
        item.CommandId = start.CommandId;
        bool isKnown = record.HasJob && record.JobStartedMs >= start.SentMs;
        item.JobId = isKnown ? record.JobId : item.Id;
        record.JobCommandId = start.CommandId;
        if (!isKnown)
        {
            record.JobId = item.Id;
            record.JobName = item.Job;
            record.JobKey = jobKey;
            record.JobStartedMs = events.TimeMs;
        }
    }
}
