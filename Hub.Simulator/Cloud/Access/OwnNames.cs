using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Hub.Simulator.Cloud.Access;

/// <summary>Names and addresses under which other machines reach this one. Thread: any.</summary>
internal static class OwnNames
{
    /// <summary>All of them at this moment, loopback included, the given ones first.</summary>
    public static string[] All(IReadOnlyCollection<string> given, IPAddress listen)
    {
        List<string> names = [.. given, .. Addresses(listen).Select(a => a.ToString())];
        string machine = Dns.GetHostName().ToLowerInvariant();
        if (Uri.CheckHostName(machine) == UriHostNameType.Dns)
        {
            names.Add(machine);
            if (!machine.Contains('.', StringComparison.Ordinal))
            {
                // mDNS (RFC 6762).
                names.Add(machine + ".local");
            }
        }

        return [.. names.Concat(["localhost", "127.0.0.1", "::1"]).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>The addresses at which other machines reach a server that listens there, the likeliest first. Without those that are good on one link only.</summary>
    public static IPAddress[] Addresses(IPAddress listen)
    {
        if (!listen.Equals(IPAddress.Any) && !listen.Equals(IPAddress.IPv6Any))
        {
            return [listen];
        }

        return [.. NetworkInterface.GetAllNetworkInterfaces()
            .Where(i => i.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown && i.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .Select(i => i.GetIPProperties())
            .OrderByDescending(p => p.GatewayAddresses.Count)
            .SelectMany(p => p.UnicastAddresses.Select(a => a.Address))
            .Where(a => listen.AddressFamily == AddressFamily.InterNetworkV6 || a.AddressFamily == AddressFamily.InterNetwork)
            .Where(a => !a.IsIPv6LinkLocal && !IPAddress.IsLoopback(a))];
    }
}
