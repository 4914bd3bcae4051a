using Hub.Core.Printers;

namespace Hub.Core.Tunnel;

/// <summary>The cloud's names for printer systems (connection_type). Pure. Thread: any.</summary>
internal static class CloudTypes
{
    public const string Bambu = "bambu";
    public const string Prusa = "prusa";
    public const string OctoPrint = "octoprint";
    public const string Klipper = "klipper";

    /// <summary>The hub's type, or null for one that the hub cannot run. Without a name the cloud means bambu.</summary>
    public static string? TypeOf(string? name) => name switch
    {
        null => PrinterTypes.Bambu,
        Bambu => PrinterTypes.Bambu,
        Prusa => PrinterTypes.PrusaLink,
        OctoPrint => PrinterTypes.OctoPrint,
        Klipper => PrinterTypes.Moonraker,
        _ => null,
    };

    /// <summary>The cloud's name for one of the hub's types.</summary>
    public static string NameOf(string type) => type switch
    {
        PrinterTypes.Bambu => Bambu,
        PrinterTypes.PrusaLink => Prusa,
        PrinterTypes.OctoPrint => OctoPrint,
        PrinterTypes.Moonraker => Klipper,
        _ => "other",
    };
}
