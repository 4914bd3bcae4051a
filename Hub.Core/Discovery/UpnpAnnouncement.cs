using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Http;
using Hub.Core.Printers;
using Hub.Core.Text;

namespace Hub.Core.Discovery;

/// <summary>
/// SSDP messages of OctoPrint (its discovery plugin, 1.10.3) and of Moonraker ([zeroconf] enable_ssdp, 0.10): each is known by
/// where its description is. Thread: any.
/// </summary>
internal static class UpnpAnnouncement
{
    /// <summary>Where OctoPrint describes itself, below its own path.</summary>
    public const string OctoPrintPath = "/plugin/discovery/discovery.xml";

    /// <summary>Where Moonraker describes itself, below its own path.</summary>
    public const string MoonrakerPath = "/server/zeroconf/ssdp";

    private const string UuidPrefix = "uuid:";

    /// <summary>The server of a message, to be probed, or null when it speaks of none. The address is the sender's, as for Bambu printers.</summary>
    public static DiscoveredPrinter? Read(SsdpMessage message, string sender)
    {
        string? location = message.Location;
        if (message.Kind == SsdpKind.Search || message.IsGoodbye || location == null || !Ipv4.IsUnicast(sender))
        {
            return null;
        }

        return location.EndsWith(OctoPrintPath)
            ? Read(message, sender, PrinterTypes.OctoPrint, location.Substring(0, location.Length - OctoPrintPath.Length))
            : location.EndsWith(MoonrakerPath)
                ? Read(message, sender, PrinterTypes.Moonraker, location.Substring(0, location.Length - MoonrakerPath.Length))
                : null;
    }

    /// <summary>"uuid:U::upnp:rootdevice" and "uuid:U" give U.</summary>
    public static string? Uuid(string? usn)
    {
        if (usn == null || !usn.StartsWith(UuidPrefix))
        {
            return null;
        }

        // In "uuid::x" the two colons begin within the prefix: there is no U.
        int end = usn.IndexOf("::");
        if (end < 0)
        {
            end = usn.Length;
        }

        return end > UuidPrefix.Length ? usn.Substring(UuidPrefix.Length, end - UuidPrefix.Length) : null;
    }

    /// <summary>Moonraker writes its UUID with dashes here and without them in mDNS.</summary>
    private static string? WithoutDashes(string? uuid)
    {
        if (uuid == null)
        {
            return null;
        }

        string plain = "";
        string[] parts = uuid.Split('-');
        for (int i = 0; i < parts.Length; i++)
        {
            plain += parts[i];
        }

        return plain;
    }

    private static DiscoveredPrinter? Read(SsdpMessage message, string sender, string type, string url)
    {
        try
        {
            HttpOrigin origin = HttpOrigin.Parse(url);
            return new DiscoveredPrinter
            {
                Type = type,
                Address = sender,
                Port = origin.Port,
                IsTls = origin.IsTls,
                Path = origin.BasePath.Length > 0 ? origin.BasePath : null,
                Identity = type == PrinterTypes.Moonraker ? WithoutDashes(Uuid(message.Usn)) : Uuid(message.Usn),
            };
        }
        catch (HubException)
        {
            return null;
        }
    }
}
