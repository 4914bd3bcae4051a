using Hub.Core.Configuration;
using Hub.Core.Http;

namespace Hub.Core.Discovery;

/// <summary>What OctoPrint's SSDP message says (its discovery plugin, 1.10.3). Thread: any.</summary>
internal static class OctoPrintAnnouncement
{
    /// <summary>Where OctoPrint describes itself, below its own path.</summary>
    public const string DescriptionPath = "/plugin/discovery/discovery.xml";

    private const string UuidPrefix = "uuid:";

    /// <summary>The server of a message, to be probed, or null when it speaks of none. The address is the sender's, as for Bambu printers.</summary>
    public static DiscoveredPrinter? Read(SsdpMessage message, string sender)
    {
        string? location = message.Location;
        if (message.Kind == SsdpKind.Search || message.IsGoodbye || location == null || !location.EndsWith(DescriptionPath) || !Ipv4.IsUnicast(sender))
        {
            return null;
        }

        HttpOrigin origin;
        try
        {
            origin = HttpOrigin.Parse(location.Substring(0, location.Length - DescriptionPath.Length));
        }
        catch (HubException)
        {
            return null;
        }

        return new DiscoveredPrinter
        {
            Type = PrinterTypes.OctoPrint,
            Address = sender,
            Port = origin.Port,
            IsTls = origin.IsTls,
            Path = origin.BasePath.Length > 0 ? origin.BasePath : null,
            Identity = Uuid(message.Usn),
        };
    }

    /// <summary>"uuid:U::upnp:rootdevice" and "uuid:U" give U.</summary>
    public static string? Uuid(string? usn)
    {
        if (usn == null || !usn.StartsWith(UuidPrefix))
        {
            return null;
        }

        int end = usn.IndexOf("::");
        string uuid = end < 0 ? usn.Substring(UuidPrefix.Length) : usn.Substring(UuidPrefix.Length, end - UuidPrefix.Length);
        return uuid.Length > 0 ? uuid : null;
    }
}
