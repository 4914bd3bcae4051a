using Hub.Core.Json;

namespace Hub.Core.Printers.PrusaLink;

/// <summary>
/// Member names in PrusaLink's answers (Prusa-Link-Web spec/openapi.yaml).
/// </summary>
internal static class PrusaLinkKeys
{
    // /api/v1/status
    public const int Printer = 0;
    public const int Job = 1;
    public const int Transfer = 2;
    public const int Storage = 3;
    public const int State = 4;
    public const int TempNozzle = 5;
    public const int TargetNozzle = 6;
    public const int TempBed = 7;
    public const int TargetBed = 8;
    public const int StatusPrinter = 9;
    public const int Ok = 10;
    public const int Message = 11;

    // its job, and /api/v1/job
    public const int Id = 12;
    public const int Progress = 13;
    public const int TimeRemaining = 14;
    public const int File = 15;
    public const int DisplayName = 16;
    public const int Name = 17;

    // storages
    public const int Path = 18;
    public const int ReadOnly = 19;
    public const int Available = 20;

    private const int Count = 21;

    /// <summary>The table: a name's index is its constant.</summary>
    public static readonly JsonNames Names = new JsonNames(All());

    private static string[] All()
    {
        // One statement for each constant: JsonNames refuses a table with a gap.
        string[] names = new string[Count];
        names[Printer] = "printer";
        names[Job] = "job";
        names[Transfer] = "transfer";
        names[Storage] = "storage";
        names[State] = "state";
        names[TempNozzle] = "temp_nozzle";
        names[TargetNozzle] = "target_nozzle";
        names[TempBed] = "temp_bed";
        names[TargetBed] = "target_bed";
        names[StatusPrinter] = "status_printer";
        names[Ok] = "ok";
        names[Message] = "message";
        names[Id] = "id";
        names[Progress] = "progress";
        names[TimeRemaining] = "time_remaining";
        names[File] = "file";
        names[DisplayName] = "display_name";
        names[Name] = "name";
        names[Path] = "path";
        names[ReadOnly] = "read_only";
        names[Available] = "available";
        return names;
    }
}
