using Hub.Core.Json;

namespace Hub.Core.Printers.Moonraker;

/// <summary>
/// Member names in Moonraker's messages (moonraker docs/external_api) and in Klipper's status objects (klipper
/// docs/Status_Reference.md).
/// </summary>
internal static class MoonrakerKeys
{
    // the envelope
    public const int Id = 0;
    public const int Method = 1;
    public const int Params = 2;
    public const int Result = 3;
    public const int Error = 4;
    public const int Code = 5;
    public const int Message = 6;

    // webhooks
    public const int State = 7;
    public const int StateMessage = 8;

    // print_stats; its state and message are above
    public const int Filename = 9;
    public const int PrintDuration = 10;
    public const int FilamentUsed = 11;
    public const int Info = 12;
    public const int TotalDuration = 13;
    public const int TotalLayer = 14;
    public const int CurrentLayer = 15;

    // virtual_sdcard and display_status
    public const int Progress = 16;

    // heaters and toolhead
    public const int Temperature = 17;
    public const int Target = 18;
    public const int Extruder = 19;

    // queries and the history
    public const int Status = 20;
    public const int Jobs = 21;
    public const int JobId = 22;

    private const int Count = 23;

    /// <summary>The table: a name's index is its constant.</summary>
    public static readonly JsonNames Names = new JsonNames(All());

    private static string[] All()
    {
        // One statement for each constant: JsonNames refuses a table with a gap.
        string[] names = new string[Count];
        names[Id] = "id";
        names[Method] = "method";
        names[Params] = "params";
        names[Result] = "result";
        names[Error] = "error";
        names[Code] = "code";
        names[Message] = "message";
        names[State] = "state";
        names[StateMessage] = "state_message";
        names[Filename] = "filename";
        names[PrintDuration] = "print_duration";
        names[FilamentUsed] = "filament_used";
        names[Info] = "info";
        names[TotalDuration] = "total_duration";
        names[TotalLayer] = "total_layer";
        names[CurrentLayer] = "current_layer";
        names[Progress] = "progress";
        names[Temperature] = "temperature";
        names[Target] = "target";
        names[Extruder] = "extruder";
        names[Status] = "status";
        names[Jobs] = "jobs";
        names[JobId] = "job_id";
        return names;
    }
}
