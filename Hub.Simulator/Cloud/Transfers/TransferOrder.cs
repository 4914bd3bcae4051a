namespace Hub.Simulator.Cloud.Transfers;

/// <summary>What somebody wants to have sent to a printer. Checked by <see cref="TransferRules"/>.</summary>
internal sealed record TransferOrder
{
    /// <summary>The hub.</summary>
    public required string HubId { get; init; }

    /// <summary>The printer's id in the hub, for people.</summary>
    public required string PrinterId { get; init; }

    /// <summary>The printer's name on the wire.</summary>
    public required string WireId { get; init; }

    /// <summary>The file's name at the printer.</summary>
    public required string FileName { get; init; }

    /// <summary>Its bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Its SHA-256 in hex, or null.</summary>
    public string? Sha256 { get; init; }

    /// <summary>True to print it.</summary>
    public bool Start { get; init; }

    /// <summary>When it is too late to start it, in Unix ms; null for the hub's own limit.</summary>
    public long? ExpiresAt { get; init; }

    /// <summary>Bambu: the plate of a 3mf project, from 1; null for the first.</summary>
    public int? Plate { get; init; }

    /// <summary>Bambu: the AMS slots of the file's filaments, as print --ams has them; null for none.</summary>
    public string? Filaments { get; init; }
}
