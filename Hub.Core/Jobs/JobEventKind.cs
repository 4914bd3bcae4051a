namespace Hub.Core.Jobs;

/// <summary>What happened to a job or its printer. The numbers are stored: never change one.</summary>
public enum JobEventKind
{
    /// <summary>A job began: prepares or prints.</summary>
    Started = 1,

    /// <summary>The job ended well.</summary>
    Finished = 2,

    /// <summary>The job was cancelled, at the printer or by a command.</summary>
    Cancelled = 3,

    /// <summary>The job ended with an error, or a start did not come about.</summary>
    Failed = 4,

    /// <summary>The job is over, but its end was not seen: its outcome is not known.</summary>
    Ended = 5,

    /// <summary>The printer reports a fault.</summary>
    Error = 6,

    /// <summary>The printer waits for a person.</summary>
    Attention = 7,

    /// <summary>A person reported that the bed is clear.</summary>
    BedCleared = 8,
}

/// <summary>Names and groups of <see cref="JobEventKind"/>. Thread: any.</summary>
public static class JobEventKinds
{
    /// <summary>The word used on the command line and the wire.</summary>
    public static string Name(JobEventKind kind) => kind switch
    {
        JobEventKind.Started => "started",
        JobEventKind.Finished => "finished",
        JobEventKind.Cancelled => "cancelled",
        JobEventKind.Failed => "failed",
        JobEventKind.Ended => "ended",
        JobEventKind.Error => "error",
        JobEventKind.Attention => "attention",
        JobEventKind.BedCleared => "bed_cleared",
        _ => "unknown",
    };

    /// <summary>True for the kinds that end a job.</summary>
    public static bool IsEnd(JobEventKind kind) => kind >= JobEventKind.Finished && kind <= JobEventKind.Ended;
}
