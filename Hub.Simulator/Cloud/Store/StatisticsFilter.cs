using System;

namespace Hub.Simulator.Cloud.Store;

/// <summary>Which jobs figures are wanted of.</summary>
internal sealed record StatisticsFilter
{
    /// <summary>From this time on, in Unix ms.</summary>
    public required long FromMs { get; init; }

    /// <summary>Before this time, in Unix ms. What lies after now does not count.</summary>
    public required long ToMs { get; init; }

    /// <summary>Where the days begin and end.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>One hub, or null for all.</summary>
    public string? HubId { get; init; }

    /// <summary>One printer, by its id on the wire, or null for all.</summary>
    public string? PrinterId { get; init; }
}
