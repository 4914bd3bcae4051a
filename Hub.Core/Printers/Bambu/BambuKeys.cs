using Hub.Core.Json;

namespace Hub.Core.Printers.Bambu;

/// <summary>
/// Member names of a report outside the first level of "print" (docs/bambu.md).
/// </summary>
internal static class BambuKeys
{
    // roots
    public const int Print = 0;
    public const int System = 1;
    public const int Info = 2;

    // hms
    public const int Attr = 3;
    public const int Code = 4;

    // device
    public const int Bed = 5;
    public const int Ctc = 6;
    public const int Extruder = 7;
    public const int Temp = 8;
    public const int State = 9;
    public const int Id = 10;
    public const int Snow = 19;

    // info: the answer to get_version
    public const int Command = 11;
    public const int Module = 12;
    public const int SequenceId = 13;
    public const int Name = 14;
    public const int SwVer = 15;
    public const int ProductName = 16;
    public const int ProjectName = 17;
    public const int HwVer = 18;

    private const int Count = 20;

    /// <summary>The table: a name's index is its constant.</summary>
    public static readonly JsonNames Names = new JsonNames(All());

    private static string[] All()
    {
        // One statement for each constant: JsonNames refuses a table with a gap.
        string[] names = new string[Count];
        names[Print] = "print";
        names[System] = "system";
        names[Info] = "info";
        names[Attr] = "attr";
        names[Code] = "code";
        names[Bed] = "bed";
        names[Ctc] = "ctc";
        names[Extruder] = "extruder";
        names[Temp] = "temp";
        names[State] = "state";
        names[Id] = "id";
        names[Snow] = "snow";
        names[Command] = "command";
        names[Module] = "module";
        names[SequenceId] = "sequence_id";
        names[Name] = "name";
        names[SwVer] = "sw_ver";
        names[ProductName] = "product_name";
        names[ProjectName] = "project_name";
        names[HwVer] = "hw_ver";
        return names;
    }
}
