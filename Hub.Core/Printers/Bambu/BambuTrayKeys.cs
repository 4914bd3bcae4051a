using Hub.Core.Json;

namespace Hub.Core.Printers.Bambu;

/// <summary>Member names of print.ams, of its units and their trays, and of the external spools (docs/bambu.md).</summary>
internal static class BambuTrayKeys
{
    // print.ams
    public const int Ams = 0;
    public const int AmsExistBits = 1;
    public const int TrayExistBits = 2;
    public const int TrayNow = 3;
    public const int PowerOnFlag = 4;

    // a unit
    public const int Id = 5;
    public const int Info = 6;
    public const int Tray = 7;

    // a tray; it has an id, too
    public const int State = 8;
    public const int TrayType = 9;
    public const int TrayColor = 10;
    public const int Cols = 11;
    public const int Remain = 12;
    public const int TagUid = 13;

    private const int Count = 14;

    /// <summary>The table: a name's index is its constant.</summary>
    public static readonly JsonNames Names = new JsonNames(All());

    private static string[] All()
    {
        // One statement for each constant: JsonNames refuses a table with a gap.
        string[] names = new string[Count];
        names[Ams] = "ams";
        names[AmsExistBits] = "ams_exist_bits";
        names[TrayExistBits] = "tray_exist_bits";
        names[TrayNow] = "tray_now";
        names[PowerOnFlag] = "power_on_flag";
        names[Id] = "id";
        names[Info] = "info";
        names[Tray] = "tray";
        names[State] = "state";
        names[TrayType] = "tray_type";
        names[TrayColor] = "tray_color";
        names[Cols] = "cols";
        names[Remain] = "remain";
        names[TagUid] = "tag_uid";
        return names;
    }
}
