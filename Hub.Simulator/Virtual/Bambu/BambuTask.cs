namespace Hub.Simulator.Virtual.Bambu;

/// <summary>What a start command said about the job; repeated in the printer's reports.</summary>
internal sealed record BambuTask
{
    public static readonly BambuTask None = new();

    public string GcodeFile { get; init; } = "";

    public string SubtaskName { get; init; } = "";

    public string ProjectId { get; init; } = "0";

    public string ProfileId { get; init; } = "0";

    public string TaskId { get; init; } = "0";

    public string SubtaskId { get; init; } = "0";

    /// <summary>print_type</summary>
    public string Type { get; init; } = "idle";

    /// <summary>use_ams: filament changes during the print.</summary>
    public bool UsesAms { get; init; }

    /// <summary>The slot of the first filament: that of an AMS, or 254 or 255 for an external spool. Changes of filament are not simulated.</summary>
    public int Slot { get; init; } = 255;
}
