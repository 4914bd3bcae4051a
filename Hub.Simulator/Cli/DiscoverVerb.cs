using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Configuration;
using Hub.Core.Discovery;
using Hub.Core.Errors;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Text;
using Hub.Simulator.Hosting;
using Hub.Simulator.Terminal;
using Spectre.Console;

namespace Hub.Simulator.Cli;

/// <summary>discover</summary>
internal static class DiscoverVerb
{
    private const double DefaultSeconds = 5;
    private const int Parallelism = 32;
    private const int MaxInterfaces = 8;
    private const int ProgressMs = 200;
    private const int LeaseMs = 10_000;

    public static Command Create(VerbConsole console)
    {
        Option<string[]> interfaces = new("--interface") { Description = "IPv4 address of this machine where to search; repeatable (default: every network but loopback)", HelpName = "ADDRESS", DefaultValueFactory = _ => [] };
        Option<double?> duration = GlobalOptions.For();
        duration.Description = $"How long to listen (default: {DefaultSeconds})";
        Option<string[]> probe = new("--probe")
        {
            Description = "Also ask each address of a network (192.168.1.0/24), a range (192.168.1.10-40), or one address; at most 1024",
            HelpName = "ADDRESSES",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        Option<string?> ports = new("--ports") { Description = "Ports that --probe tries (default: 80,5000,7125,8080 and 8883, where Bambus are)", HelpName = "PORT,PORT" };
        Option<string?> mdnsPort = new("--mdns-port") { Description = "UDP port of mDNS, for tests", HelpName = "PORT", Hidden = true };
        Option<string?> ssdpPort = new("--ssdp-port") { Description = "UDP port of SSDP, for tests", HelpName = "PORT", Hidden = true };
        return CliApp.Verb(
            "discover",
            "Look for printers on the network, and show how to add them",
            [interfaces, duration, probe, ports, mdnsPort, ssdpPort],
            console,
            context =>
            {
                DiscoveryOptions options = new()
                {
                    ForMs = (int)Math.Max(1, (context.Get(duration) ?? DefaultSeconds) * 1000),
                    Targets = Targets(context.Get(probe)!),
                    Parallelism = Parallelism,
                };
                options.ProbePorts = Ports("--ports", context.Get(ports)) ?? options.ProbePorts;
                options.MdnsPort = Ports("--mdns-port", context.Get(mdnsPort))?[0] ?? options.MdnsPort;
                options.SsdpPorts = Ports("--ssdp-port", context.Get(ssdpPort)) ?? options.SsdpPorts;
                options.Interfaces = Interfaces(context.Get(interfaces)!, options.Targets != null);
                return Run(context, options);
            });
    }

    private static int Run(CliContext context, DiscoveryOptions options)
    {
        using HubSession session = context.OpenSession();
        KnownPrinters known = new(session.Config.Printers);
        if (options.Interfaces.Length == 0)
        {
            options.ForMs = 0;
        }

        PrinterDiscovery discovery = new(session.Hal, options, session.Log);
        using SocketLease? lease = discovery.IsOneByOne && session.IsHosted ? Lease(context, session) : null;
        Task search = Task.Factory.StartNew(() => discovery.Run(context.Cancel), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        ShowProgress(context, options, discovery, search);
        search.GetAwaiter().GetResult();
        context.ThrowIfStopped();
        foreach (string problem in discovery.Problems)
        {
            context.Console.Error.WriteLine(OneLine.Of(problem));
        }

        if (discovery.Table.Dropped > 0)
        {
            context.Console.Error.WriteLine($"more was announced than the list of {DiscoveryTable.MaxPrinters} holds, and the rest was left out: search where there is less with --interface, or ask addresses with --for 0.1 --probe");
        }

        FoundPrinter[] found = Compare(discovery.Table.ToArray(), known, session.Config);
        if (context.Json)
        {
            WriteJson(context.Console.Out, found);
        }
        else
        {
            Show(context, found, options);
        }

        // Where nothing could be searched at all, an empty list says nothing about the network.
        bool isFailed = found.Length == 0 && options.Targets == null && discovery.Problems.Length >= options.Interfaces.Length * (1 + options.SsdpPorts.Length);
        return isFailed ? ExitCodes.Failed : ExitCodes.Done;
    }

    /// <summary>In a hub with few sockets, those that are kept for uploads, so that no printer loses its own: an upload waits for the end.</summary>
    private static SocketLease Lease(CliContext context, HubSession session)
    {
        SocketLease lease = session.Hub.Sockets.Lease(SocketUse.Transfer, PrinterDiscovery.SocketsOneByOne, null);
        long startMs = session.Hal.Clock.NowMs;
        lease.TryTake();
        while (!lease.IsHeld)
        {
            bool isStopped = context.Cancel.WaitHandle.WaitOne(ProgressMs);
            if (isStopped || session.Hal.Clock.NowMs - startMs > LeaseMs)
            {
                string reason = lease.Reason ?? "no sockets are free";
                lease.Dispose();
                context.ThrowIfStopped();
                throw VerbException.Of(ErrorCode.OutOfSockets, "the hub cannot search now: " + reason + "; try again later");
            }
        }

        return lease;
    }

    private static FoundPrinter[] Compare(DiscoveredPrinter[] printers, KnownPrinters known, ConfigManager config)
    {
        HashSet<string> ids = [];
        List<FoundPrinter> found = [];
        foreach (DiscoveredPrinter printer in printers)
        {
            PrinterConfig? configured = known.Find(printer, out string? oldAddress);
            found.Add(new FoundPrinter(printer, configured?.Id, oldAddress, configured == null ? NextId(printer.Type, config, ids) : null));
        }

        return [.. found];
    }

    /// <summary>An id that is neither configured nor suggested for another one.</summary>
    private static string NextId(string type, ConfigManager config, HashSet<string> ids)
    {
        string first = config.NextId(type);
        int dash = first.LastIndexOf('-') + 1;
        int number = int.Parse(first.AsSpan(dash), CultureInfo.InvariantCulture);
        string id = first;
        while (config.Find(id) != null || !ids.Add(id))
        {
            number++;
            id = first[..dash] + number.ToString(CultureInfo.InvariantCulture);
        }

        return id;
    }

    private static void WriteJson(TextWriter output, FoundPrinter[] found) =>
        JsonOutput.Write(output, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("printers");
            foreach (FoundPrinter printer in found)
            {
                printer.Write(json);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });

    private static void Show(CliContext context, FoundPrinter[] found, DiscoveryOptions options)
    {
        if (found.Length == 0)
        {
            context.Say(options.Targets == null
                ? "no printers found: many Moonrakers do not announce themselves (try --probe 192.168.1.0/24), announcements do not cross VLANs, and Bambu printers need LAN mode"
                : "no printers found: check that the addresses are right, that the printers are on, and that no firewall is between them and this machine");
            return;
        }

        TextTable table = new(
            new TextColumn("TYPE"), new TextColumn("ADDRESS", 15), new TextColumn("NAME", 16), new TextColumn("SERIAL"),
            new TextColumn("MODEL", 6, IsOptional: true), new TextColumn("VERSION", 6, IsOptional: true), new TextColumn("CONFIGURED AS", 8), new TextColumn("NOTE"));
        foreach (FoundPrinter printer in found)
        {
            bool isMoved = printer.OldAddress != null;
            table.Add(
                new TextCell(printer.Type),
                new TextCell(printer.Place),
                new TextCell(printer.Name ?? ""),
                new TextCell(printer.Serial ?? ""),
                new TextCell(printer.Model ?? ""),
                new TextCell(printer.Version ?? ""),
                isMoved ? new TextCell($"{printer.ConfiguredId} at {printer.OldAddress}", new Style(Color.Yellow)) : new TextCell(printer.ConfiguredId ?? "", new Style(Color.Green)),
                printer.IsSilent ? new TextCell("does not answer as " + printer.Type, new Style(Color.Yellow)) : new TextCell(""));
        }

        IAnsiConsole ansi = context.Console.Ansi;
        ansi.Write(table.Render(ansi.Profile.Width, ansi.Profile.Capabilities.Unicode));
        ansi.WriteLine();
        ShowCommands(context, found);
    }

    /// <summary>Written past the terminal's width: a line to paste must stay one line.</summary>
    private static void ShowCommands(CliContext context, FoundPrinter[] found)
    {
        TextWriter output = context.Console.Out;
        foreach (FoundPrinter moved in found.Where(f => f.OldAddress != null))
        {
            output.WriteLine();
            output.WriteLine($"{moved.ConfiguredId} has moved from {moved.OldAddress}; 'printers edit {moved.ConfiguredId} --host {moved.Place.Split(':')[0]}' follows it");
        }

        FoundPrinter[] added = [.. found.Where(f => f.AddCommand != null)];
        if (added.Length == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine(Instructions(added));
        foreach (FoundPrinter printer in added)
        {
            output.WriteLine(Program() + printer.AddCommand + DataFlag(context));
        }
    }

    private static string Instructions(FoundPrinter[] added)
    {
        List<string> notes = [];
        if (added.Any(f => f.Login == PrinterLogin.ApiKey))
        {
            notes.Add("KEY is PrusaLink's API key or password");
        }

        if (added.Any(f => f.Login == PrinterLogin.AccessCode))
        {
            notes.Add("CODE is shown on the printer's screen in LAN mode");
        }

        if (added.Any(f => f.HasOwnPorts))
        {
            notes.Add("virtual Bambus also want the --ca FILE that 'fleet --bambu-ca FILE' writes");
        }

        return "To add " + (added.Length == 1 ? "it" : "them") + (notes.Count == 0 ? ":" : " (" + string.Join("; ", notes) + "):");
    }

    /// <summary>How this program is started from where the user is.</summary>
    private static string Program() =>
        File.Exists(Path.Combine("Hub.Simulator", "Hub.Simulator.csproj")) ? "dotnet run --project Hub.Simulator -- " : "Hub.Simulator ";

    private static string DataFlag(CliContext context)
    {
        if (!context.IsFolderGiven)
        {
            return "";
        }

        string folder = Path.GetFullPath(context.Folder);
        return " --data " + (ForeignText.IsPlain(folder) ? folder : OperatingSystem.IsWindows() ? "\"" + folder + "\"" : "'" + folder.Replace("'", "'\\''", StringComparison.Ordinal) + "'");
    }

    private static void ShowProgress(CliContext context, DiscoveryOptions options, PrinterDiscovery discovery, Task search)
    {
        if (context.Json || !context.Console.CanRedraw)
        {
            search.Wait();
            return;
        }

        string where = options.Interfaces.Length > 0 ? " on " + string.Join(", ", options.Interfaces) : "";
        while (!search.Wait(ProgressMs))
        {
            string probed = options.Targets == null ? "" : $", {discovery.ProbedAddresses} of {options.Targets.Count} addresses asked";
            string line = $"searching{where}: {discovery.Table.Count} found{probed}";
            int width = Math.Max(1, context.Console.Ansi.Profile.Width - 1);
            context.Console.Out.Write("\r" + (line.Length > width ? line[..width] : line) + "\u001b[K");
        }

        context.Console.Out.Write("\r\u001b[K");
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
            throw VerbException.Usage($"{flag} must be ports from 1 to 65535 with commas between them, at most 16");
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
                : throw VerbException.Of(ErrorCode.ConnectFailed, "this machine has no network to search: connect it, or use --interface 127.0.0.1 for a fleet on this machine");
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
                throw VerbException.Usage($"--interface: '{OneLine.Of(text)}' is no IPv4 address of this machine (there are: {there})");
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
