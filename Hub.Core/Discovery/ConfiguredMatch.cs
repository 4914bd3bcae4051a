using Hub.Core.Http;
using Hub.Core.Printers;
using Hub.Core.Systems;

namespace Hub.Core.Discovery;

/// <summary>Compares found printers with the configured ones. Pure. Thread: any.</summary>
public static class ConfiguredMatch
{
    private const int HttpPort = 80;
    private const int HttpsPort = 443;

    /// <summary>True when a found printer is this configured one by its serial number, wherever either is.</summary>
    public static bool IsSameSerial(PrinterConfig config, DiscoveredPrinter found)
    {
        if (found.Type != config.Type || found.Serial == null || config.Serial == null)
        {
            return false;
        }

        string one = config.Serial.ToUpper();
        string other = found.Serial.ToUpper();
        return one == other;
    }

    /// <summary>
    /// True when a found server is the one of a configured printer at the same address. A server may also be reached through a proxy on
    /// port 80 or 443 of its machine.
    /// </summary>
    public static bool IsSameServer(PrinterConfig config, HttpOrigin origin, DiscoveredPrinter found) =>
        (origin.Port == found.Port && origin.BasePath == (found.Path ?? ""))
        || (config.Type == found.Type && (IsUsual(origin.Port) || IsUsual(found.Port)));

    /// <summary>The configured printer that was found, or null. Host names are not resolved: a printer that is configured by one is found only by its serial number.</summary>
    public static PrinterConfig? Find(PrinterConfig[] printers, DiscoveredPrinter found)
    {
        for (int i = 0; i < printers.Length; i++)
        {
            bool isIt = PrinterSystems.HasUrl(found.Type) && PrinterSystems.HasUrl(printers[i].Type)
                ? IsAtItsAddress(printers[i], found)
                : IsSameSerial(printers[i], found);
            if (isIt)
            {
                return printers[i];
            }
        }

        return null;
    }

    private static bool IsAtItsAddress(PrinterConfig config, DiscoveredPrinter found)
    {
        HttpOrigin origin = HttpOrigin.Parse(config.Url!);
        return origin.Host == found.Address && IsSameServer(config, origin, found);
    }

    private static bool IsUsual(int port) => port == HttpPort || port == HttpsPort;
}
