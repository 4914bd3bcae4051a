namespace Hub.Core.Jobs;

/// <summary>What the job log holds at one moment. Immutable.</summary>
public sealed class JobLogCounts
{
    /// <summary>Makes the counts.</summary>
    public JobLogCounts(string? logId, long firstId, long lastId, long ackedId, long dropped)
    {
        LogId = logId;
        FirstId = firstId;
        LastId = lastId;
        AckedId = ackedId;
        Dropped = dropped;
    }

    /// <summary>
    /// Which log it is: another one begins, at event 1, when the storage was reset or lost. Null before its first event, and for one that was begun
    /// by a version without ids.
    /// </summary>
    public string? LogId { get; }

    /// <summary>The oldest event that is kept; one above <see cref="LastId"/> when there is none.</summary>
    public long FirstId { get; }

    /// <summary>The newest event; 0 before the first.</summary>
    public long LastId { get; }

    /// <summary>The event up to which all are acknowledged.</summary>
    public long AckedId { get; }

    /// <summary>Events that had to go before they were acknowledged.</summary>
    public long Dropped { get; }
}
