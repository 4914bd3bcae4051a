using Hub.Core.Json;

namespace Hub.Core.Printers.Bambu;

/// <summary>
/// Members of "print" that the hub reads: those of a status come first, then those of answers (docs/bambu.md).
/// </summary>
internal static class BambuPrintKeys
{
    // the job
    public const int GcodeState = 0;
    public const int StgCur = 1;
    public const int PrintType = 2;
    public const int McPercent = 3;
    public const int McRemainingTime = 4;
    public const int LayerNum = 5;
    public const int TotalLayerNum = 6;
    public const int SubtaskName = 7;
    public const int GcodeFile = 8;
    public const int TaskId = 9;
    public const int SubtaskId = 10;
    public const int FailReason = 11;

    // temperatures
    public const int NozzleTemper = 12;
    public const int NozzleTargetTemper = 13;
    public const int BedTemper = 14;
    public const int BedTargetTemper = 15;
    public const int ChamberTemper = 16;

    // faults and functions
    public const int PrintError = 17;
    public const int Hms = 18;
    public const int Fun = 19;

    // objects
    public const int Device = 20;
    public const int ThreeD = 21;
    public const int Info = 22;
    public const int Ams = 23;

    // 1 marks a report of changes, 0 a full one
    public const int Msg = 24;

    // filament; these do not show whether a report is full
    public const int HomeFlag = 25;
    public const int VtTray = 26;
    public const int VirSlot = 27;

    // answers: all from here on
    public const int Command = 28;
    public const int SequenceId = 29;
    public const int Result = 30;
    public const int Reason = 31;
    public const int ErrCode = 32;

    private const int Count = 33;

    /// <summary>The table: a name's index is its constant.</summary>
    public static readonly JsonNames Names = new JsonNames(All());

    private static string[] All()
    {
        // One statement for each constant: JsonNames refuses a table with a gap.
        string[] names = new string[Count];
        names[GcodeState] = "gcode_state";
        names[StgCur] = "stg_cur";
        names[PrintType] = "print_type";
        names[McPercent] = "mc_percent";
        names[McRemainingTime] = "mc_remaining_time";
        names[LayerNum] = "layer_num";
        names[TotalLayerNum] = "total_layer_num";
        names[SubtaskName] = "subtask_name";
        names[GcodeFile] = "gcode_file";
        names[TaskId] = "task_id";
        names[SubtaskId] = "subtask_id";
        names[FailReason] = "fail_reason";
        names[NozzleTemper] = "nozzle_temper";
        names[NozzleTargetTemper] = "nozzle_target_temper";
        names[BedTemper] = "bed_temper";
        names[BedTargetTemper] = "bed_target_temper";
        names[ChamberTemper] = "chamber_temper";
        names[PrintError] = "print_error";
        names[Hms] = "hms";
        names[Fun] = "fun";
        names[Device] = "device";
        names[ThreeD] = "3D";
        names[Info] = "info";
        names[Ams] = "ams";
        names[Msg] = "msg";
        names[HomeFlag] = "home_flag";
        names[VtTray] = "vt_tray";
        names[VirSlot] = "vir_slot";
        names[Command] = "command";
        names[SequenceId] = "sequence_id";
        names[Result] = "result";
        names[Reason] = "reason";
        names[ErrCode] = "err_code";
        return names;
    }
}
