namespace Hub.Simulator.Cloud.Store;

/// <summary>The last state of a transfer.</summary>
internal sealed record TransferRecord
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The hub.</summary>
    public required string HubId { get; init; }

    /// <summary>The printer's id on the wire.</summary>
    public required string PrinterId { get; init; }

    /// <summary>The id of its job on the wire, or null.</summary>
    public string? JobId { get; init; }

    /// <summary>The file's name.</summary>
    public required string FileName { get; init; }

    /// <summary>The file's size in bytes.</summary>
    public long SizeBytes { get; init; }

    /// <summary>downloading, uploading, complete, failed or cancelled.</summary>
    public required string Stage { get; init; }

    /// <summary>0 to 100.</summary>
    public int ProgressPercentage { get; init; }

    /// <summary>One line on its failure, or null.</summary>
    public string? Error { get; init; }

    /// <summary>The error's code, or null.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>True when the print was shown to have started.</summary>
    public bool IsStarted { get; init; }

    /// <summary>When it was asked for, in Unix ms.</summary>
    public long CreatedMs { get; init; }

    /// <summary>When this was its state, in Unix ms.</summary>
    public long UpdatedMs { get; init; }
}
