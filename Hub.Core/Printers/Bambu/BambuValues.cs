namespace Hub.Core.Printers.Bambu;

/// <summary>
/// What a printer's reports said so far, merged. A value that is not known is NaN, -1 or null. Thread: one owner.
/// </summary>
internal sealed class BambuValues
{
    /// <summary>Most nozzles a printer may have.</summary>
    public const int MaxExtruders = 4;

    /// <summary>Bit of <see cref="Came"/>.</summary>
    public const int CamePercent = 1;

    /// <summary>Bit of <see cref="Came"/>.</summary>
    public const int CameMinutes = 2;

    /// <summary>Bit of <see cref="Came"/>.</summary>
    public const int CameLayer = 4;

    /// <summary>Bit of <see cref="Came"/>.</summary>
    public const int CameLayers = 8;

    /// <summary>Bit of <see cref="Came"/>.</summary>
    public const int CameFailReason = 16;

    /// <summary>Values of <see cref="PrintType"/>.</summary>
    public const int TypeIdle = 0;

    /// <summary>Started from a card or by a program on the LAN.</summary>
    public const int TypeLocal = 1;

    /// <summary>Started through Bambu's cloud.</summary>
    public const int TypeCloud = 2;

    /// <summary>A calibration or another job of the firmware itself.</summary>
    public const int TypeSystem = 3;

    /// <summary>How many there are.</summary>
    public const int TypeCount = 4;

    private readonly long[] _extruders = { -1, -1, -1, -1 };

    /// <summary>What of the job stood in the last report.</summary>
    public int Came { get; set; }

    /// <summary>True once a full report came: before that nothing is shown.</summary>
    public bool IsFull { get; set; }

    public BambuPhase Phase { get; set; }

    /// <summary>Number of the stage in pybambu's table; -1 (X1), 255 (P1) and 0 (A1, and while printing) are none.</summary>
    public int Stage { get; set; } = -1;

    /// <summary>print_type: <see cref="TypeIdle"/> to <see cref="TypeSystem"/>, or -1 for another word or none.</summary>
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

    public string? GcodeFile
    {
        get;
        set
        {
            if (!ReferenceEquals(field, value))
            {
                field = value;
                IsOwnFile = value != null && value.StartsWith("/usr/");
            }
        }
    }

    /// <summary>True for a file of the firmware's own. Judged once for each name: on the board a literal and StartsWith allocate.</summary>
    public bool IsOwnFile { get; private set; }

    /// <summary>Numeric id of the task, 0 for none, -1 when not known.</summary>
    public long TaskId { get; set; } = -1;

    public long SubtaskId { get; set; } = -1;

    /// <summary>print_error as it came, 0 for none.</summary>
    public uint PrintError { get; set; }

    /// <summary>fail_reason: the print_error that ended the job; says something in FAILED alone. 0 for none.</summary>
    public uint FailReason { get; set; }

    /// <summary>Filament changers that the printer reports, see <see cref="BambuUnits"/>; 0 for none, -1 when not known.</summary>
    public int Units { get; set; } = -1;

    /// <summary>The slots for filament. Shared with the values before while no report changes them.</summary>
    public BambuTrays Trays { get; set; } = new BambuTrays();

    /// <summary>True when bit 29 of "fun" says that commands must be signed.</summary>
    public bool NeedsSigning { get; set; }

    public BambuHms Hms { get; } = new BambuHms();

    /// <summary>True when print_type is idle.</summary>
    public bool IsTypeIdle => PrintType == TypeIdle;

    /// <summary>True when print_type is system: the printer's own work.</summary>
    public bool IsTypeSystem => PrintType == TypeSystem;

    /// <summary>Nozzles that device.extruder lists; 0 where there is none.</summary>
    public int Extruders
    {
        get
        {
            int count = 0;
            for (int i = 0; i < MaxExtruders; i++)
            {
                count = _extruders[i] >= 0 ? i + 1 : count;
            }

            return count;
        }
    }

    /// <summary>The nozzle that device.extruder.state selects, or -1.</summary>
    public int Selected { get; set; } = -1;

    /// <summary>The packed temperature of a nozzle, current and target (16 bits each), or -1.</summary>
    public long Extruder(int id) => _extruders[id];

    /// <summary>Sets the packed temperature of a nozzle.</summary>
    public void SetExtruder(int id, long packed) => _extruders[id] = packed;

    /// <summary>True when the last report had this field.</summary>
    /// <param name="field">One of the bits of <see cref="Came"/>.</param>
    public bool HasCome(int field) => (Came & field) != 0;

    /// <summary>Overwrites every value; allocates nothing.</summary>
    public void CopyFrom(BambuValues other)
    {
        Came = other.Came;
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
        FailReason = other.FailReason;
        Selected = other.Selected;
        NeedsSigning = other.NeedsSigning;
        Units = other.Units;
        Trays = other.Trays;
        Hms.CopyFrom(other.Hms);
        for (int i = 0; i < MaxExtruders; i++)
        {
            _extruders[i] = other._extruders[i];
        }
    }
}
