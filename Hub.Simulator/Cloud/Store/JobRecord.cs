namespace Hub.Simulator.Cloud.Store;

/// <summary>What became of one job, made from its events.</summary>
internal sealed record JobRecord
{
    /// <summary>The hub.</summary>
    public required string HubId { get; init; }

    /// <summary>The id of the hub's log.</summary>
    public required string LogId { get; init; }

    /// <summary>The event id of its start; of its failure when it never started.</summary>
    public required long JobId { get; init; }

    /// <summary>The printer's id on the wire.</summary>
    public required string PrinterId { get; init; }

    /// <summary>Its name, or null.</summary>
    public string? Name { get; init; }

    /// <summary>The command that started it, or null.</summary>
    public string? CommandId { get; init; }

    /// <summary>False for a start that did not come about.</summary>
    public bool WasStarted { get; init; }

    /// <summary>When it started, in Unix ms; null when that is not known.</summary>
    public long? StartedMs { get; init; }

    /// <summary>True when <see cref="StartedMs"/> or <see cref="EndedMs"/> is an estimate: the hub's clock was not set.</summary>
    public bool IsEstimated { get; init; }

    /// <summary>When its end was seen, in Unix ms; null while it runs.</summary>
    public long? EndedMs { get; init; }

    /// <summary>running, finished, cancelled, failed or ended.</summary>
    public required string Outcome { get; init; }

    /// <summary>The error's code, or null.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>One line on its end, or null.</summary>
    public string? Cause { get; init; }

    /// <summary>How long it took, in ms; null when its begin or end was not seen.</summary>
    public long? DurationMs { get; init; }

    /// <summary>When the bed was clear again, in Unix ms: reported clear, or the next job began; null while that did not happen.</summary>
    public long? ClearedMs { get; init; }
}
