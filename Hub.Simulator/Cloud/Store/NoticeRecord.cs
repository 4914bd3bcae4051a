namespace Hub.Simulator.Cloud.Store;

/// <summary>Something that webhooks are to report: a job event, or a printer that needs a person.</summary>
internal sealed record NoticeRecord
{
    /// <summary>Its place in the order, set by the store; never used again.</summary>
    public long Seq { get; init; }

    /// <summary>When it happened, in Unix ms.</summary>
    public required long AtMs { get; init; }

    /// <summary>The kind of the job event, or one of the kinds of printers that need a person.</summary>
    public required string Kind { get; init; }

    /// <summary>The hub.</summary>
    public required string HubId { get; init; }

    /// <summary>The printer's id on the wire.</summary>
    public required string PrinterId { get; init; }

    /// <summary>The job's name, or null.</summary>
    public string? Job { get; init; }

    /// <summary>The error's code, or null.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>One line on the cause, or null.</summary>
    public string? Message { get; init; }

    /// <summary>How long the job took, in ms; null when that is not known.</summary>
    public long? DurationMs { get; init; }
}
