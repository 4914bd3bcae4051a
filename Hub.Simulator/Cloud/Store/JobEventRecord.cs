namespace Hub.Simulator.Cloud.Store;

/// <summary>A <c>job_event</c> of a hub, as docs/tunnel.md describes it.</summary>
internal sealed record JobEventRecord
{
    /// <summary>The place in the store's own order, set by the store.</summary>
    public long Seq { get; init; }

    /// <summary>The hub, set by the store.</summary>
    public string HubId { get; init; } = "";

    /// <summary>The id of the hub's log; empty for a hub that names none.</summary>
    public string LogId { get; init; } = "";

    /// <summary>The id in that log.</summary>
    public required long EventId { get; init; }

    /// <summary>The printer's id on the wire.</summary>
    public required string PrinterId { get; init; }

    /// <summary>started, finished, cancelled, failed, ended, error, attention, bed_cleared, or a word of a later hub.</summary>
    public required string Kind { get; init; }

    /// <summary>When it happened, in Unix ms; null when the hub's clock was not set.</summary>
    public long? TimeMs { get; init; }

    /// <summary>How long ago it happened when it was sent, in ms, where the hub knows no more; null otherwise.</summary>
    public long? AgeMs { get; init; }

    /// <summary>The boot of the hub that <see cref="UptimeMs"/> counts from, where its clock was not set; null otherwise.</summary>
    public long? Boot { get; init; }

    /// <summary>The hub's uptime then, in ms, where its clock was not set; null otherwise.</summary>
    public long? UptimeMs { get; init; }

    /// <summary>When it happened as far as can be said, in Unix ms, set by the store: an estimate where <see cref="TimeMs"/> is null.</summary>
    public long AtMs { get; init; }

    /// <summary>When it came to the cloud, in Unix ms, set by the store.</summary>
    public long ReceivedMs { get; init; }

    /// <summary>The event id of the job's start; null when it belongs to no job.</summary>
    public long? JobId { get; init; }

    /// <summary>The job's name, or null.</summary>
    public string? Job { get; init; }

    /// <summary>The command that caused it, or null.</summary>
    public string? CommandId { get; init; }

    /// <summary>The error's code, or null.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The error's words, or null.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>How long the job took, in ms; null when that is not known.</summary>
    public long? DurationMs { get; init; }
}
