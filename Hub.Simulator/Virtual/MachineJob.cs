using System;

namespace Hub.Simulator.Virtual;

/// <summary>A file as the printer prints it.</summary>
public sealed record MachineJob
{
    /// <summary>Path inside the storage, with '/'.</summary>
    public required string Path { get; init; }

    public required long SizeBytes { get; init; }

    public DateTimeOffset Date { get; init; }

    /// <summary>The slicer's estimate in seconds, or null when the file has none.</summary>
    public double? EstimateSeconds { get; init; }

    public double NozzleTarget { get; init; } = 215;

    public double BedTarget { get; init; } = 60;

    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}
