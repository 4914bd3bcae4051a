namespace Hub.Core.Jobs;

/// <summary>What the job log holds at one moment. Immutable.</summary>
public sealed class JobLogCounts
{
    /// <summary>Makes the counts.</summary>
    public JobLogCounts(long firstId, long lastId, long ackedId, long dropped)
    {
        FirstId = firstId;
        LastId = lastId;
        AckedId = ackedId;
        Dropped = dropped;
    }

    /// <summary>The oldest event that is kept; one above <see cref="LastId"/> when there is none.</summary>
    public long FirstId { get; }

    /// <summary>The newest event; 0 before the first.</summary>
    public long LastId { get; }

    /// <summary>The event up to which all are acknowledged.</summary>
    public long AckedId { get; }

    /// <summary>Events that had to go before they were acknowledged.</summary>
    public long Dropped { get; }
}
