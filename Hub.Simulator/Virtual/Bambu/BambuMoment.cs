namespace Hub.Simulator.Virtual.Bambu;

/// <summary>The print at one moment, in Bambu's words.</summary>
internal sealed record BambuMoment
{
    public required MachineSnapshot Machine { get; init; }

    /// <summary>gcode_state</summary>
    public required string State { get; init; }

    /// <summary>stg_cur</summary>
    public required int Stage { get; init; }

    /// <summary>gcode_file_prepare_percent</summary>
    public required int PreparePercent { get; init; }

    /// <summary>mc_percent</summary>
    public required int Percent { get; init; }

    /// <summary>mc_remaining_time, minutes.</summary>
    public required int RemainingMinutes { get; init; }

    public required int Layer { get; init; }

    public required int Layers { get; init; }

    public required int PrintError { get; init; }

    /// <summary>fail_reason: the code that ended the last job that failed; stays until the next one.</summary>
    public required int FailReason { get; init; }

    /// <summary>A command was refused because it was not signed.</summary>
    public required bool HasSignatureFault { get; init; }

    public required BambuTask Task { get; init; }

    /// <summary>The slot that is printed from; null without a job.</summary>
    public int? LoadedSlot => Machine.IsActive ? Task.Slot : null;
}
