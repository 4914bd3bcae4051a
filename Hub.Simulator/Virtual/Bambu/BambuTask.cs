namespace Hub.Simulator.Virtual.Bambu;

/// <summary>What a start command said about the job; the printer repeats it in its reports.</summary>
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

    /// <summary>use_ams: filament is changed in mid-print.</summary>
    public bool UsesAms { get; init; }
}
