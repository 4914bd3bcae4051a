namespace Hub.Simulator.Virtual;

/// <summary>The printer at one moment. Seconds are the job's own: at speed 60 they run 60 times as fast.</summary>
public sealed record MachineSnapshot
{
    public required MachineLink Link { get; init; }

    public required MachineState State { get; init; }

    public required JobResult Result { get; init; }

    /// <summary>Why the link failed, else null.</summary>
    public string? Error { get; init; }

    public MachineJob? Job { get; init; }

    /// <summary>0 to 100, null without a started job and after a cancelled one.</summary>
    public double? Completion { get; init; }

    public double PrintTimeSeconds { get; init; }

    public double TimeLeftSeconds { get; init; }

    /// <summary>Seconds since the last job was finished or cancelled (real ones); infinite before the first.</summary>
    public double EndedSeconds { get; init; }

    /// <summary>Seconds since the link came up (real ones).</summary>
    public double OnlineSeconds { get; init; }

    public double Nozzle { get; init; }

    public double NozzleTarget { get; init; }

    public double Bed { get; init; }

    public double BedTarget { get; init; }

    public double FanPercent { get; init; }

    /// <summary>A job is loaded and has not ended.</summary>
    public bool IsActive => State != MachineState.Idle;

    /// <summary>A job is active and not paused.</summary>
    public bool IsPrinting => IsActive && State != MachineState.Paused;
}
