namespace Hub.Simulator.Cloud.Store;

/// <summary>Which part of the history is wanted; a null takes all.</summary>
internal sealed record HistoryFilter
{
    /// <summary>Most rows of one answer.</summary>
    public const int MaxLimit = 1000;

    /// <summary>One hub.</summary>
    public string? HubId { get; init; }

    /// <summary>One printer, by its id on the wire.</summary>
    public string? PrinterId { get; init; }

    /// <summary>The kind of events, or the outcome of jobs.</summary>
    public string? Kind { get; init; }

    /// <summary>From this time on, in Unix ms.</summary>
    public long? FromMs { get; init; }

    /// <summary>Before this time, in Unix ms.</summary>
    public long? ToMs { get; init; }

    /// <summary>Most rows, 1 to <see cref="MaxLimit"/>: the newest.</summary>
    public int Limit { get; init; } = 100;
}
