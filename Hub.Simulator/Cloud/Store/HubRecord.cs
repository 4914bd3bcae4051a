using Hub.Core.Hal;

namespace Hub.Simulator.Cloud.Store;

/// <summary>A hub that this cloud knows.</summary>
internal sealed record HubRecord
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its name, or null.</summary>
    public string? Name { get; init; }

    /// <summary>The secret that its hello is signed with; null for a hub that was not claimed.</summary>
    public Secret? Secret { get; init; }

    /// <summary>When it was first seen, in Unix ms.</summary>
    public long FirstSeenMs { get; init; }

    /// <summary>When it was last seen, in Unix ms.</summary>
    public long LastSeenMs { get; init; }

    /// <summary>When it was claimed, in Unix ms; null when it was not.</summary>
    public long? ClaimedMs { get; init; }
}
