using System.Collections;

namespace Hub.Core.Jobs;

/// <summary>What is known of one printer's job, bed and start. Thread: one owner; stored by <see cref="JobStore"/>.</summary>
public sealed class JobRecord
{
    /// <summary>Which printer it is: its type with its serial number or URL. An id is only a name for it.</summary>
    public string Place { get; set; } = "";

    /// <summary>The printer's id when the record was stored.</summary>
    public string PrinterId { get; set; } = "";

    /// <summary>The running job: the id of its started event; 0 for none.</summary>
    public long JobId { get; set; }

    /// <summary>Name of the running job, or null.</summary>
    public string? JobName { get; set; }

    /// <summary>Its <see cref="Printers.PrinterStatus.JobKey"/>, or null.</summary>
    public string? JobKey { get; set; }

    /// <summary>When it started.</summary>
    public JobMoment JobStarted { get; set; } = JobMoment.Unknown;

    /// <summary>The command that started it, or null.</summary>
    public string? JobCommandId { get; set; }

    /// <summary>The key of the last job that ended, or null.</summary>
    public string? LastKey { get; set; }

    /// <summary>When it ended, in Unix ms (UTC); 0 when that is not known.</summary>
    public long LastEndedMs { get; set; }

    /// <summary>The bed.</summary>
    public BedState Bed { get; set; }

    /// <summary>The event that made the bed so; 0 for none.</summary>
    public long BedEventId { get; set; }

    /// <summary>The job that lies on the bed, or null.</summary>
    public string? BedJob { get; set; }

    /// <summary>
    /// The end of a job that the printer showed when it was heard last, and whose job is accounted for; <see cref="ShownEnd.None"/> after a report
    /// without one, and in records of the first format.
    /// </summary>
    internal ShownEnd End { get; set; } = ShownEnd.None;

    /// <summary>The fault that the printer shows and that is recorded, or null.</summary>
    public string? ShownError { get; set; }

    /// <summary>What the printer waits for a person for and that is recorded, or null.</summary>
    public string? ShownAttention { get; set; }

    /// <summary>The last event of this printer; 0 for none.</summary>
    public long LastEventId { get; set; }

    /// <summary>The start whose outcome is not known yet, or null.</summary>
    public PendingStart? PendingStart { get; set; }

    /// <summary>True while a job runs.</summary>
    public bool HasJob => JobId != 0;

    /// <summary>Under which key it is stored; not part of what is stored.</summary>
    internal string StoreKey { get; set; } = "";

    /// <summary>
    /// Events (<see cref="JobEvent"/>) that were to be appended to the log when this was stored. A hub that is killed between the two
    /// writes appends them when it opens the record.
    /// </summary>
    internal ArrayList Outbox { get; } = new ArrayList();

    /// <summary>A job runs from this event on. What lies on the bed is not known while it does.</summary>
    /// <param name="started">The event.</param>
    /// <param name="key">The job's <see cref="Printers.PrinterStatus.JobKey"/>, or null.</param>
    /// <param name="startedAt">When it started.</param>
    internal void BeginJob(JobEvent started, string? key, JobMoment startedAt)
    {
        PendingStart?.NoteJob(started.Job);
        started.JobId = started.Id;
        JobId = started.Id;
        JobName = started.Job;
        JobKey = key;
        JobStarted = startedAt;
        JobCommandId = started.CommandId;
        Bed = BedState.Unknown;
        BedEventId = started.Id;
        BedJob = null;
    }
}
