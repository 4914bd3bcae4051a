namespace Hub.Simulator.Cloud.Store;

/// <summary>Temperatures of a printer in °C at one time, or their average over a span; null for what is not known.</summary>
internal sealed record TemperatureSample
{
    /// <summary>When, or the begin of the span, in Unix ms.</summary>
    public long TimeMs { get; init; }

    /// <summary>The nozzle's.</summary>
    public double? Nozzle { get; init; }

    /// <summary>What the nozzle is to reach.</summary>
    public double? NozzleTarget { get; init; }

    /// <summary>The bed's.</summary>
    public double? Bed { get; init; }

    /// <summary>What the bed is to reach.</summary>
    public double? BedTarget { get; init; }

    /// <summary>The chamber's.</summary>
    public double? Chamber { get; init; }
}
