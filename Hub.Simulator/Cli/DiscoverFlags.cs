using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Hub.Core.Discovery;
using Hub.Core.Errors;
using Hub.Core.Text;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>The flags of "discover": where to search, and how long.</summary>
internal sealed class DiscoverFlags
{
    private const double DefaultSeconds = 5;
    private const int Parallelism = 32;
    private const int MaxInterfaces = 8;

    private readonly Option<string[]> _interfaces = new("--interface") { Description = "IPv4 address of an interface to search on; repeatable (default: all but loopback)", HelpName = "ADDRESS", DefaultValueFactory = _ => [] };
    private readonly Option<double?> _duration = GlobalOptions.For();
    private readonly Option<string[]> _probe = new("--probe")
    {
        Description = "Also probe each address of a network (192.168.1.0/24), of a range (192.168.1.10-40) or a single address; at most 1024",
        HelpName = "ADDRESSES",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };
    private readonly Option<string?> _ports = new("--ports") { Description = "Ports that --probe tries (default: 80,5000,7125,8080 and, for Bambu printers, 8883)", HelpName = "PORT,PORT" };
    private readonly Option<string?> _mdnsPort = new("--mdns-port") { Description = "UDP port of mDNS, for tests", HelpName = "PORT", Hidden = true };
    private readonly Option<string?> _ssdpPort = new("--ssdp-port") { Description = "UDP port of SSDP, for tests", HelpName = "PORT", Hidden = true };

    public DiscoverFlags()
    {
        _duration.Description = $"How long to listen (default: {DefaultSeconds})";
    }

    public IEnumerable<Option> All => [_interfaces, _duration, _probe, _ports, _mdnsPort, _ssdpPort];

    /// <summary>What they ask for. Errors: wrong usage; connect_failed on a machine without a network.</summary>
    public DiscoveryOptions Read(CliContext context)
    {
        DiscoveryOptions options = new()
        {
            ForMs = (int)Math.Max(1, (context.Get(_duration) ?? DefaultSeconds) * 1000),
            Targets = Targets(context.Get(_probe)!),
            Parallelism = Parallelism,
        };
        options.ProbePorts = Ports("--ports", context.Get(_ports)) ?? options.ProbePorts;
        options.MdnsPort = Ports("--mdns-port", context.Get(_mdnsPort))?[0] ?? options.MdnsPort;
        options.SsdpPorts = Ports("--ssdp-port", context.Get(_ssdpPort)) ?? options.SsdpPorts;
        options.Interfaces = Interfaces(context.Get(_interfaces)!, options.Targets != null);
        return options;
    }

    private static ProbeTargets? Targets(string[] texts)
    {
        if (texts.Length == 0)
        {
            return null;
        }

        ProbeTargets targets = new();
        foreach (string text in texts.SelectMany(t => t.Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            try
            {
                targets.Add(text.Trim());
            }
            catch (HubException e)
            {
                throw VerbException.Usage("--probe: " + e.Message);
            }
        }

        return targets;
    }

    private static int[]? Ports(string flag, string? text)
    {
        if (text == null)
        {
            return null;
        }

        string[] parts = text.Split(',');
        if (parts.Length > 16 || !parts.All(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and <= 65535))
        {
            throw VerbException.Usage($"{flag} must be up to 16 comma-separated ports from 1 to 65535");
        }

        return [.. parts.Select(p => int.Parse(p, CultureInfo.InvariantCulture)).Distinct()];
    }

    private static string[] Interfaces(string[] wanted, bool isProbing)
    {
        IPAddress[] own = OwnAddresses();
        if (wanted.Length == 0)
        {
            string[] all = [.. own.Where(a => !IPAddress.IsLoopback(a)).Select(a => a.ToString()).Take(MaxInterfaces)];
            return all.Length > 0 || isProbing
                ? all
                : throw VerbException.Of(ErrorCode.ConnectFailed, "this machine has no network to search: connect it, or use --interface 127.0.0.1 for virtual printers on this machine");
        }

        if (wanted.Length > MaxInterfaces)
        {
            throw VerbException.Usage($"--interface can be given {MaxInterfaces} times at most");
        }

        foreach (string text in wanted)
        {
            if (!Ipv4.IsAddress(text) || !IPAddress.TryParse(text, out IPAddress? address) || !(own.Contains(address) || IPAddress.IsLoopback(address)))
            {
                string there = string.Join(", ", own.Select(a => a.ToString()));
                throw VerbException.Usage($"--interface: '{OneLine.Of(text)}' is not an IPv4 address of this machine (it has {there})");
            }
        }

        return [.. wanted.Distinct()];
    }

    private static IPAddress[] OwnAddresses() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(i => i.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Select(a => a.Address)
            .Where(a => a.AddressFamily == AddressFamily.InterNetwork)
            .Distinct(),
    ];
}
