namespace Hub.Core.Printers.Bambu;

/// <summary>
/// What a printer's reports said so far, merged. A value that is not known is NaN, -1 or null. Thread: one owner.
/// </summary>
internal sealed class BambuValues
{
    /// <summary>True once a full report came: before that nothing is shown.</summary>
    public bool IsFull { get; set; }

    public BambuPhase Phase { get; set; }

    /// <summary>Number of the stage in pybambu's table; -1 (X1), 255 (P1) and 0 (A1, and while printing) are none.</summary>
    public int Stage { get; set; } = -1;

    /// <summary>print_type: 0 idle, 1 local, 2 cloud, 3 system, -1 another word or none.</summary>
    public int PrintType { get; set; } = -1;

    /// <summary>0 to 100, or NaN.</summary>
    public double Percent { get; set; } = double.NaN;

    /// <summary>Minutes, or -1.</summary>
    public int RemainingMinutes { get; set; } = -1;

    public int Layer { get; set; } = -1;

    public int TotalLayers { get; set; } = -1;

    public double Nozzle { get; set; } = double.NaN;

    public double NozzleTarget { get; set; } = double.NaN;

    public double Bed { get; set; } = double.NaN;

    public double BedTarget { get; set; } = double.NaN;

    /// <summary>chamber_temper: real on X1, a dummy on P1 and A1.</summary>
    public double PlainChamber { get; set; } = double.NaN;

    /// <summary>device.ctc or print.info: real wherever it comes.</summary>
    public double DeviceChamber { get; set; } = double.NaN;

    /// <summary>Name of the job for people (subtask_name).</summary>
    public string? JobName { get; set; }

    public string? GcodeFile { get; set; }

    /// <summary>Numeric id of the task, 0 for none, -1 when not known.</summary>
    public long TaskId { get; set; } = -1;

    public long SubtaskId { get; set; } = -1;

    /// <summary>print_error as it came, 0 for none.</summary>
    public uint PrintError { get; set; }

    /// <summary>The print_error of an earlier job that a new one began with, 0 for none.</summary>
    public uint StaleError { get; set; }

    /// <summary>Filament changers that the printer reports, see <see cref="BambuUnits"/>; 0 for none, -1 when not known.</summary>
    public int Units { get; set; } = -1;

    /// <summary>True when bit 29 of "fun" says that commands must be signed.</summary>
    public bool NeedsSigning { get; set; }

    public BambuHms Hms { get; } = new BambuHms();

    /// <summary>The messages of the last report before the pause: what is new since may be its reason.</summary>
    public BambuHms HmsBeforePause { get; } = new BambuHms();

    /// <summary>The print_error that belongs to the present job, 0 for none.</summary>
    public uint PresentError => PrintError == StaleError ? 0 : PrintError;

    /// <summary>Overwrites every value; allocates nothing.</summary>
    public void CopyFrom(BambuValues other)
    {
        IsFull = other.IsFull;
        Phase = other.Phase;
        Stage = other.Stage;
        PrintType = other.PrintType;
        Percent = other.Percent;
        RemainingMinutes = other.RemainingMinutes;
        Layer = other.Layer;
        TotalLayers = other.TotalLayers;
        Nozzle = other.Nozzle;
        NozzleTarget = other.NozzleTarget;
        Bed = other.Bed;
        BedTarget = other.BedTarget;
        PlainChamber = other.PlainChamber;
        DeviceChamber = other.DeviceChamber;
        JobName = other.JobName;
        GcodeFile = other.GcodeFile;
        TaskId = other.TaskId;
        SubtaskId = other.SubtaskId;
        PrintError = other.PrintError;
        StaleError = other.StaleError;
        NeedsSigning = other.NeedsSigning;
        Units = other.Units;
        Hms.CopyFrom(other.Hms);
        HmsBeforePause.CopyFrom(other.HmsBeforePause);
    }
}
