using Hub.Core.Json;

namespace Hub.Core.Printers.OctoPrint;

/// <summary>
/// Member names in OctoPrint's answers (OctoPrint docs/api/printer.rst, job.rst, datamodel.rst) and in those of servers that
/// imitate them.
/// </summary>
internal static class OctoPrintKeys
{
    // /api/printer
    public const int Temperature = 0;
    public const int State = 1;
    public const int Telemetry = 2;
    public const int Text = 3;
    public const int Flags = 4;
    public const int Bed = 5;
    public const int Chamber = 6;
    public const int Actual = 7;
    public const int Target = 8;

    // its flags; the last two are Buddy's and newer OctoPrints'
    public const int Operational = 9;
    public const int Printing = 10;
    public const int Paused = 11;
    public const int Pausing = 12;
    public const int Resuming = 13;
    public const int Cancelling = 14;
    public const int Finishing = 15;
    public const int Error = 16;
    public const int ClosedOrError = 17;
    public const int LinkState = 18;
    public const int Ready = 19;

    // its telemetry, which only Buddy has
    public const int TempNozzle = 20;

    // /api/job
    public const int Job = 21;
    public const int Progress = 22;
    public const int File = 23;
    public const int LastPrintTime = 24;
    public const int Display = 25;
    public const int Name = 26;
    public const int Path = 27;
    public const int Completion = 28;
    public const int PrintTimeLeft = 29;
    public const int PrintTime = 30;

    private const int Count = 31;

    /// <summary>The table: a name's index is its constant.</summary>
    public static readonly JsonNames Names = new JsonNames(All());

    private static string[] All()
    {
        // One statement for each constant: JsonNames refuses a table with a gap.
        string[] names = new string[Count];
        names[Temperature] = "temperature";
        names[State] = "state";
        names[Telemetry] = "telemetry";
        names[Text] = "text";
        names[Flags] = "flags";
        names[Bed] = "bed";
        names[Chamber] = "chamber";
        names[Actual] = "actual";
        names[Target] = "target";
        names[Operational] = "operational";
        names[Printing] = "printing";
        names[Paused] = "paused";
        names[Pausing] = "pausing";
        names[Resuming] = "resuming";
        names[Cancelling] = "cancelling";
        names[Finishing] = "finishing";
        names[Error] = "error";
        names[ClosedOrError] = "closedOrError";
        names[LinkState] = "link_state";
        names[Ready] = "ready";
        names[TempNozzle] = "temp-nozzle";
        names[Job] = "job";
        names[Progress] = "progress";
        names[File] = "file";
        names[LastPrintTime] = "lastPrintTime";
        names[Display] = "display";
        names[Name] = "name";
        names[Path] = "path";
        names[Completion] = "completion";
        names[PrintTimeLeft] = "printTimeLeft";
        names[PrintTime] = "printTime";
        return names;
    }
}
