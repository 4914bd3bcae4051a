using Hub.Core.Json;

namespace Hub.Core.Printers.PrusaLink;

/// <summary>
/// The words of printer.state (Prusa-Link-Web spec/openapi.yaml).
/// </summary>
internal static class PrusaLinkStates
{
    // in the order of the specification
    public const int Idle = 0;
    public const int Ready = 1;
    public const int Busy = 2;
    public const int Printing = 3;
    public const int Paused = 4;
    public const int Finished = 5;
    public const int Stopped = 6;
    public const int Error = 7;
    public const int Attention = 8;

    private const int Count = 9;

    /// <summary>The table: a name's index is its constant.</summary>
    public static readonly JsonNames Names = new JsonNames(All());

    private static string[] All()
    {
        // One statement for each constant: JsonNames refuses a table with a gap.
        string[] names = new string[Count];
        names[Idle] = "IDLE";
        names[Ready] = "READY";
        names[Busy] = "BUSY";
        names[Printing] = "PRINTING";
        names[Paused] = "PAUSED";
        names[Finished] = "FINISHED";
        names[Stopped] = "STOPPED";
        names[Error] = "ERROR";
        names[Attention] = "ATTENTION";
        return names;
    }
}
