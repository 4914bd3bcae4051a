using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
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

namespace Hub.Simulator.Cli;

/// <summary>discover</summary>
internal static class DiscoverVerb
{
    private const int ProgressMs = 200;
    private const int LeaseMs = 10_000;

    public static Command Create(VerbConsole console)
    {
        DiscoverFlags flags = new();
        return CliApp.Verb(
            "discover",
            "Search the network for printers and show how to add them",
            flags.All,
            console,
            context => Run(context, flags.Read(context)));
    }

    private static int Run(CliContext context, DiscoveryOptions options)
    {
        using HubSession session = context.OpenSession();
        KnownPrinters known = new(session.Config.Printers);
        if (options.Interfaces.Length == 0)
        {
            options.ForMs = 0;
        }

        PrinterDiscovery discovery = session.Hub.Search(options);
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
            context.Console.Error.WriteLine($"more than {DiscoveryTable.MaxPrinters} printers were announced, and the rest was left out: search one network with --interface, or probe addresses with --for 0.1 --probe");
        }

        FoundPrinter[] found = Compare(discovery.Table.ToArray(), known, session.Config);
        if (context.Json)
        {
            DiscoverOutput.WriteJson(context.Console.Out, found);
        }
        else
        {
            DiscoverOutput.Show(context, found, options.Targets != null);
        }

        // If nothing could be searched, an empty list says nothing about the network.
        bool isFailed = found.Length == 0 && options.Targets == null && discovery.Problems.Length >= options.Interfaces.Length * (1 + options.SsdpPorts.Length);
        return isFailed ? ExitCodes.Failed : ExitCodes.Done;
    }

    /// <summary>In a hub with few sockets, a search waits for its turn.</summary>
    private static SocketLease Lease(CliContext context, HubSession session)
    {
        try
        {
            return SearchSockets.Lease(session.Hub.Sockets, session.Hub.Hal.Clock, LeaseMs, context.Cancel);
        }
        catch (HubException e)
        {
            context.ThrowIfStopped();
            throw VerbException.Of(e.Code, e.Message);
        }
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

    /// <summary>An id that is neither configured nor suggested for another printer.</summary>
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
            string probed = options.Targets == null ? "" : $", {discovery.ProbedAddresses} of {options.Targets.Count} addresses probed";
            string line = $"searching{where}: {discovery.Table.Count} found{probed}";
            int width = Math.Max(1, context.Console.Ansi.Profile.Width - 1);
            context.Console.Out.Write("\r" + (line.Length > width ? line[..width] : line) + "\u001b[K");
        }

        context.Console.Out.Write("\r\u001b[K");
    }
}
