using Hub.Core.Json;

namespace Hub.Core.Printers.Moonraker;

/// <summary>
/// Member names of Moonraker's spoolman component (moonraker <c>components/spoolman.py</c>, docs/external_api/integrations.md) and of a
/// spool in Spoolman (Donkie/Spoolman <c>spoolman/api/v1/models.py</c>).
/// </summary>
internal static class MoonrakerSpoolKeys
{
    // status and notifications
    public const int SpoolId = 0;
    public const int SpoolmanConnected = 1;

    // the proxy's answer
    public const int Response = 2;
    public const int Error = 3;
    public const int StatusCode = 4;

    // a spool
    public const int Id = 5;
    public const int Filament = 6;
    public const int RemainingWeight = 7;
    public const int InitialWeight = 8;

    // its filament
    public const int Material = 9;
    public const int ColorHex = 10;
    public const int MultiColorHexes = 11;
    public const int Weight = 12;

    private const int Count = 13;

    /// <summary>The table: a name's index is its constant.</summary>
    public static readonly JsonNames Names = new JsonNames(All());

    private static string[] All()
    {
        // One statement for each constant: JsonNames refuses a table with a gap.
        string[] names = new string[Count];
        names[SpoolId] = "spool_id";
        names[SpoolmanConnected] = "spoolman_connected";
        names[Response] = "response";
        names[Error] = "error";
        names[StatusCode] = "status_code";
        names[Id] = "id";
        names[Filament] = "filament";
        names[RemainingWeight] = "remaining_weight";
        names[InitialWeight] = "initial_weight";
        names[Material] = "material";
        names[ColorHex] = "color_hex";
        names[MultiColorHexes] = "multi_color_hexes";
        names[Weight] = "weight";
        return names;
    }
}
