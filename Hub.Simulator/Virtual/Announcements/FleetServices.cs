using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Text;
using Hub.Simulator.Virtual.Moonraker;
using Hub.Simulator.Virtual.OctoPrint;
using Hub.Simulator.Virtual.PrusaLink;

namespace Hub.Simulator.Virtual.Announcements;

/// <summary>What a real printer of the system announces by mDNS, with the virtual printer's port.</summary>
internal static class FleetServices
{
    /// <summary>Name of the machine that all of them run on.</summary>
    public const string Host = "virtual-printers.local";

    private const string HostLabel = "virtual-printers";

    public static IEnumerable<MdnsService> Of(VirtualPrinter printer) => printer switch
    {
        VirtualOctoPrint => OfOctoPrint(printer),
        VirtualMoonraker => OfMoonraker(printer),
        VirtualPrusaLink prusa => OfPrusaLink(prusa),
        _ => [],
    };

    /// <summary>The UUID of an installation: the same each time a fleet has the same printer on the same port.</summary>
    public static Guid Uuid(VirtualPrinter printer) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"virtual {printer.Type} {printer.Id} {printer.Port}")).AsSpan(0, 16));

    /// <summary>How OctoPrint's discovery plugin names an instance (1.10.3). The port distinguishes two fleets of one machine.</summary>
    public static string OctoPrintName(VirtualPrinter printer) => $"OctoPrint instance \"{printer.Name} on {printer.Port}\"";

    /// <summary>OctoPrint 1.10.3, plugins/discovery.</summary>
    private static IEnumerable<MdnsService> OfOctoPrint(VirtualPrinter printer)
    {
        string name = OctoPrintName(printer);
        yield return Service("_octoprint._tcp", name, printer.Port, "path=/", "version=" + OctoPrintTexts.Version, "api=0.1", "uuid=" + Uuid(printer));
        yield return Service("_http._tcp", name, printer.Port, "path=/");
    }

    /// <summary>Moonraker 0.10, components/zeroconf.py.</summary>
    private static IEnumerable<MdnsService> OfMoonraker(VirtualPrinter printer)
    {
        string uuid = Uuid(printer).ToString("N");
        yield return Service(
            "_moonraker._tcp", $"Moonraker-{uuid[..8]} @ {HostLabel}", printer.Port, "uuid=" + uuid, "https_port=", "version=" + MoonrakerMethods.Version, "route_prefix=");
    }

    /// <summary>
    /// Prusa-Link 0.8.1, service_discovery.py: the last one is for old slicers. What Buddy announces has
    /// not been checked with a real printer; here it is _prusalink and _http only.
    /// </summary>
    private static IEnumerable<MdnsService> OfPrusaLink(VirtualPrusaLink printer)
    {
        string name = printer.IsPython ? $"PrusaLink at {HostLabel}:{printer.Port}" : $"PrusaLink {printer.Port}";
        yield return Service("_prusalink._tcp", name, printer.Port, "path=/");
        yield return Service("_http._tcp", name, printer.Port, "path=/");
        if (printer.IsPython)
        {
            yield return Service("_octoprint._tcp", name, printer.Port, "path=/");
        }
    }

    private static MdnsService Service(string type, string name, int port, params string[] txt)
    {
        string full = type + ".local";
        string label = name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(".", "\\.", StringComparison.Ordinal);
        return new MdnsService(full, label + "." + full, port, txt);
    }
}
