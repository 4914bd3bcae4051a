namespace Hub.Core.Jobs;

/// <summary>How much the job log keeps. Immutable; thread: any.</summary>
public sealed class JobLogSize
{
    /// <summary>The board's: 129 segments of about 3 KiB, each stored twice.</summary>
    public static readonly JobLogSize Board = new JobLogSize(4096, 32);

    /// <summary>The laptop's: 257 segments of about 25 KiB.</summary>
    public static readonly JobLogSize Laptop = new JobLogSize(65536, 256);

    /// <summary>Makes a size.</summary>
    public JobLogSize(int events, int segmentEvents)
    {
        Events = events;
        SegmentEvents = segmentEvents;
    }

    /// <summary>Events that are kept at least.</summary>
    public int Events { get; }

    /// <summary>Events in one segment, which each append rewrites.</summary>
    public int SegmentEvents { get; }
}
