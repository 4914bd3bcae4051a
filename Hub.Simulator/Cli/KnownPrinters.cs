using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Hub.Core.Configuration;
using Hub.Core.Discovery;
using Hub.Core.Http;
using Hub.Core.Printers;
using Hub.Core.Systems;

namespace Hub.Simulator.Cli;

/// <summary>The configured printers, to compare with those found. Their host names are resolved while the search runs.</summary>
internal sealed class KnownPrinters
{
    private static readonly TimeSpan s_lookUpTime = TimeSpan.FromSeconds(2);

    private readonly List<(PrinterConfig Config, HttpOrigin? Origin, Task<string[]> Addresses)> _printers = [];

    public KnownPrinters(IEnumerable<PrinterConfig> printers)
    {
        foreach (PrinterConfig printer in printers)
        {
            HttpOrigin? origin = printer.Url == null ? null : HttpOrigin.Parse(printer.Url);
            _printers.Add((printer, origin, LookUpAsync(origin?.Host ?? printer.Host ?? "")));
        }
    }

    /// <summary>The configured printer that was found, or null; <paramref name="oldAddress"/> is its configured address if it has moved.</summary>
    public PrinterConfig? Find(DiscoveredPrinter found, out string? oldAddress)
    {
        oldAddress = null;
        foreach ((PrinterConfig config, HttpOrigin? origin, Task<string[]> addresses) in _printers)
        {
            bool isThere = addresses.Result.Contains(found.Address);
            if (!PrinterSystems.HasUrl(found.Type) || !PrinterSystems.HasUrl(config.Type))
            {
                if (ConfiguredMatch.IsSameSerial(config, found))
                {
                    oldAddress = isThere ? null : config.Host;
                    return config;
                }
            }
            else if (isThere && origin != null && ConfiguredMatch.IsSameServer(config, origin, found))
            {
                return config;
            }
        }

        return null;
    }

    private static async Task<string[]> LookUpAsync(string host)
    {
        try
        {
            IPAddress[] addresses = await Task.Run(() => Dns.GetHostAddressesAsync(host, AddressFamily.InterNetwork)).WaitAsync(s_lookUpTime);
            return [.. addresses.Select(a => a.ToString())];
        }
        catch (Exception e) when (e is SocketException or TimeoutException or ArgumentException)
        {
            return [host];
        }
    }
}
