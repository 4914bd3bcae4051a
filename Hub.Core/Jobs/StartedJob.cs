namespace Hub.Core.Jobs;

/// <summary>What the record and the log say once the printer has shown the job of a pending start. Pure. Thread: any.</summary>
internal static class StartedJob
{
    /// <summary>
    /// Records the job as started by the command, where <see cref="JobTracker"/> has not. One that the tracker took for another's, because of its name,
    /// keeps its id: this second event of its start only adds the command. Else the printer showed it in another way than by a report of it.
    /// </summary>
    /// <param name="record">The printer's record.</param>
    /// <param name="events">Takes the event.</param>
    /// <param name="start">The start.</param>
    /// <param name="job">The job's name, safe to show.</param>
    /// <param name="jobKey">Its key, or null.</param>
    public static void Record(JobRecord record, JobEvents events, PendingStart start, string job, string? jobKey)
    {
        JobEvent item = events.Add(record, JobEventKind.Started);
        item.Job = job;
        item.CommandId = start.CommandId;
        if (record.HasJob && record.JobStarted.TimeMs >= start.SentMs)
        {
            item.JobId = record.JobId;
            record.JobCommandId = start.CommandId;
            return;
        }

        record.BeginJob(item, jobKey, events.Now);
    }
}
