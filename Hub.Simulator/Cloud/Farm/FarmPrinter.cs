using System;

namespace Hub.Simulator.Cloud.Farm;

/// <summary>What the cloud knows of one printer. A new object for every change: readers keep theirs as long as they like.</summary>
internal sealed class FarmPrinter
{
    /// <summary>The hub that has it.</summary>
    public required string HubId { get; init; }

    /// <summary>Its name on the wire: the serial number for Bambu, otherwise the id.</summary>
    public required string WireId { get; init; }

    /// <summary>Its id in the hub; the wire's where the hub does not name it.</summary>
    public required string Id { get; init; }

    /// <summary>The name that people gave it, or null.</summary>
    public string? Name { get; init; }

    /// <summary>Its system, as in printers.json, or null.</summary>
    public string? Type { get; init; }

    /// <summary>False for one that is switched off in the hub.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>True while the hub reaches it and the cloud reaches the hub.</summary>
    public bool IsConnected { get; init; }

    /// <summary>Its state (docs/status.md); offline while its hub is.</summary>
    public string State { get; init; } = "unknown";

    /// <summary>The whole status as one JSON object, with hub_id: what GET /api/printers shows.</summary>
    public ReadOnlyMemory<byte> Json { get; init; }

    /// <summary>The newest message of the hub as it came, or empty: what <see cref="Json"/> is made from.</summary>
    public ReadOnlyMemory<byte> Report { get; init; }
}
