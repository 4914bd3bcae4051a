namespace Hub.Core.Discovery;

/// <summary>Names that servers give themselves, for people. Thread: any.</summary>
internal static class PrinterNames
{
    private const string OctoPrint = "OctoPrint instance ";

    /// <summary>
    /// The part that tells one printer from the next: OctoPrint instance "Mk3 left", OctoPrint instance on octopi,
    /// PrusaLink at mk3, Moonraker @ voron.
    /// </summary>
    internal static string Short(string name)
    {
        if (name.StartsWith(OctoPrint + "\"") && name.EndsWith("\"") && name.Length > OctoPrint.Length + 2)
        {
            return name.Substring(OctoPrint.Length + 1, name.Length - OctoPrint.Length - 2);
        }

        return After(name, OctoPrint + "on ") ?? After(name, "PrusaLink at ") ?? After(name, "Moonraker @ ") ?? name;
    }

    private static string? After(string name, string start) =>
        name.StartsWith(start) && name.Length > start.Length ? name.Substring(start.Length) : null;
}
