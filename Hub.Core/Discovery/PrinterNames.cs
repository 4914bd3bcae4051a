namespace Hub.Core.Discovery;

/// <summary>Names that servers give themselves, for people. Thread: any.</summary>
internal static class PrinterNames
{
    private const string OctoPrint = "OctoPrint instance ";
    private const string Moonraker = "Moonraker";

    /// <summary>
    /// The part that distinguishes one printer from the next: OctoPrint instance "Mk3 left", OctoPrint instance on octopi,
    /// PrusaLink at mk3, Moonraker-cf69394c @ voron (zeroconf.py: the first 8 digits of its UUID).
    /// </summary>
    internal static string Short(string name)
    {
        if (name.StartsWith(OctoPrint + "\"") && name.EndsWith("\"") && name.Length > OctoPrint.Length + 2)
        {
            return name.Substring(OctoPrint.Length + 1, name.Length - OctoPrint.Length - 2);
        }

        return After(name, OctoPrint + "on ") ?? After(name, "PrusaLink at ") ?? OfMoonraker(name) ?? name;
    }

    private static string? OfMoonraker(string name)
    {
        int at = name.IndexOf(" @ ");
        bool isWhole = name.StartsWith(Moonraker) && (at == Moonraker.Length || (at == Moonraker.Length + 9 && name[Moonraker.Length] == '-'));
        return isWhole && name.Length > at + 3 ? name.Substring(at + 3) : null;
    }

    private static string? After(string name, string start) =>
        name.StartsWith(start) && name.Length > start.Length ? name.Substring(start.Length) : null;
}
