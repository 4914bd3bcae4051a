using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Configuration;
using Hub.Core.Discovery;
using Hub.Core.Printers;
using Hub.Simulator.Control;
using Hub.Simulator.Hosting;
using Hub.Simulator.Terminal;
using Hub.Simulator.Virtual;

namespace Hub.Simulator.Cli;

/// <summary>No verb: a hub and virtual printers in one process.</summary>
internal static class DemoVerb
{
    public static void Fill(RootCommand root, VerbConsole console)
    {
        Option<bool> demo = new("--demo") { Description = "Start a job on a virtual printer (without a verb)" };
        Option<double> speed = FleetVerb.SpeedOption();
        Option<int> port = new("--port") { Description = "Port of the local dashboard, which comes with a later version", DefaultValueFactory = _ => 5080 };
        Option<double?> duration = GlobalOptions.For();
        FollowFlags follow = new();
        Option<bool> boardLimits = GlobalOptions.BoardLimits();
        CliApp.Fill(root, [demo, speed, port, follow.NoDiscovery, follow.Interface, duration, boardLimits], console, context =>
            RunAsync(context, context.Get(demo), context.Get(speed), follow, duration, context.Get(boardLimits)), isHosted: false);
    }

    private static async Task<int> RunAsync(CliContext context, bool demo, double speed, FollowFlags follow, Option<double?> duration, bool isWithinBoardLimits)
    {
        using TemporaryFolder temporary = new();
        string folder = context.IsFolderGiven ? context.Folder : temporary.Path;
        using IDisposable held = DataFolder.LockForRun(folder);
        using CancellationTokenSource stop = context.StopAfter(duration);
        await using Fleet fleet = await Fleet.StartAsync(FleetOptions.OneOfEach with { Speed = speed, SsdpPort = SsdpMessage.BambuPort, MdnsPort = MdnsTypes.Port });
        if (demo)
        {
            fleet.StartDemoJob(0);
        }

        using HubSession session = context.OpenToRun(folder, isWithinBoardLimits);
        List<string> added = Add(fleet, session.Config);
        try
        {
            session.StartAll(follow.Read(context));
            using ControlServer? control = ControlServer.Start(folder, session, new VerbRunner());
            await HubView.ShowAsync(context.Output, session.Snapshot, $"Hub with {fleet.Printers.Count} virtual printer(s) - Ctrl+C stops", stop.Token);
        }
        finally
        {
            session.Unfollow();
            added.ForEach(id => Remove(id, session.Config));
        }

        return ExitCodes.Done;
    }

    private static void Remove(string id, ConfigManager config)
    {
        // Somebody may have removed it meanwhile.
        if (config.Find(id) != null)
        {
            config.Remove(id);
        }
    }

    /// <summary>
    /// Puts the virtual printers into the configuration, so that the other verbs reach them meanwhile. A printer of
    /// the user's own is never replaced; what a run that was killed left behind is.
    /// </summary>
    private static List<string> Add(Fleet fleet, ConfigManager config)
    {
        List<string> ids = [];
        foreach (VirtualPrinter printer in fleet.Printers)
        {
            PrinterConfig? present = config.Find(printer.Id);
            if (present != null && present.Name == printer.Name)
            {
                config.Remove(printer.Id);
                present = null;
            }

            PrinterConfig entry = printer.ToConfig();
            entry.Id = present == null ? printer.Id : config.NextId(printer.Type);
            config.Add(entry);
            ids.Add(entry.Id);
        }

        return ids;
    }
}
