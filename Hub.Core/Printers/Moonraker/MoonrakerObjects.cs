using Hub.Core.Json;

namespace Hub.Core.Printers.Moonraker;

/// <summary>
/// Names of the status objects that every printer may have (klipper docs/Status_Reference.md); extruders and chamber are the
/// printer's own.
/// </summary>
internal static class MoonrakerObjects
{
    // each with members of its own
    public const int Webhooks = 0;
    public const int PrintStats = 1;
    public const int VirtualSdcard = 2;
    public const int DisplayStatus = 3;
    public const int HeaterBed = 4;
    public const int Toolhead = 5;

    /// <summary>A multi-material unit. The last: it is asked for only where Klipper lists it.</summary>
    public const int Mmu = 6;

    private const int Count = 7;

    /// <summary>The table: a name's index is its constant.</summary>
    public static readonly JsonNames Names = new JsonNames(All());

    /// <summary>The names, each at its constant.</summary>
    public static string[] All()
    {
        // One statement for each constant: JsonNames refuses a table with a gap.
        string[] names = new string[Count];
        names[Webhooks] = "webhooks";
        names[PrintStats] = "print_stats";
        names[VirtualSdcard] = "virtual_sdcard";
        names[DisplayStatus] = "display_status";
        names[HeaterBed] = "heater_bed";
        names[Toolhead] = "toolhead";
        names[Mmu] = "mmu";
        return names;
    }
}
