using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Configuration;
using Hub.Core.Discovery;
using Hub.Core.Printers;
using Hub.Hal.Desktop;
using Hub.Simulator.Control;
using Hub.Simulator.Hosting;
using Hub.Simulator.Radio;
using Hub.Simulator.Terminal;
using Hub.Simulator.Virtual;

namespace Hub.Simulator.Cli;

/// <summary>Without a verb: a hub, virtual printers and a cloud in one process.</summary>
internal static class DemoVerb
{
    /// <summary>A job heats for 20 s: a pause that somebody tries at once takes hold before its command gives up, after 30 s.</summary>
    private const double Speed = 2;

    public static void Fill(RootCommand root, VerbConsole console)
    {
        Option<bool> demo = new("--demo") { Description = "Start a print job on a virtual printer" };
        Option<double> speed = FleetVerb.SpeedOption(Speed);
        Option<int> port = CloudPort.Option();
        Option<double?> duration = GlobalOptions.For();
        FollowFlags follow = new();
        Option<bool> boardLimits = GlobalOptions.BoardLimits();
        RadioFlags radio = new();
        CliApp.Fill(root, [demo, speed, port, follow.NoDiscovery, follow.Interface, duration, boardLimits, .. radio.All], console, context =>
            RunAsync(context, context.Get(demo), context.Get(speed), context.Get(port), follow, radio, duration, context.Get(boardLimits)), isHosted: false);
    }

    private static async Task<int> RunAsync(CliContext context, bool demo, double speed, int port, FollowFlags follow, RadioFlags radio, Option<double?> duration, bool isWithinBoardLimits)
    {
        SimulatedNetwork[]? networks = radio.Networks(context);
        using TemporaryFolder temporary = new();
        string folder = context.IsFolderGiven ? context.Folder : temporary.Path;
        using IDisposable held = DataFolder.LockForRun(folder);
        using CancellationTokenSource stop = context.StopAfter(duration);
        await using LocalCloud cloud = await LocalCloud.StartAsync(context, folder, port);
        await using Fleet fleet = await Fleet.StartAsync(FleetOptions.OneOfEach with { Speed = speed, SsdpPort = SsdpMessage.BambuPort, MdnsPort = MdnsTypes.Port });
        if (demo)
        {
            fleet.StartDemoJob(0);
        }

        using HubSession session = context.OpenToRun(folder, isWithinBoardLimits, networks);
        await using RadioServer? pages = await radio.StartAsync(context, session);
        List<string> added = Add(fleet, session.Config, isWithinBoardLimits);
        try
        {
            session.Hub.Start(follow.Read(context));
            session.Hub.StartCloud(cloud.HubUrl);
            using ControlServer? control = ControlServer.Start(folder, session, new HostedVerbRunner());
            await HubView.ShowAsync(context.Output, session.Hub, $"Hub with {fleet.Printers.Count} virtual printer(s), cloud on {cloud.Url} - Ctrl+C stops", stop.Token);
        }
        finally
        {
            session.Hub.StopFollowing();
            added.ForEach(id => Remove(id, session.Config));
        }

        return ExitCodes.Done;
    }

    private static void Remove(string id, ConfigManager config)
    {
        // It may have been removed by a user.
        if (config.Find(id) != null)
        {
            config.Remove(id);
        }
    }

    /// <summary>
    /// Adds the virtual printers to the configuration, so that other verbs reach them while the hub runs. A printer of
    /// the user's own is never replaced; an entry left by a killed run is.
    /// </summary>
    private static List<string> Add(Fleet fleet, ConfigManager config, bool isWithinBoardLimits)
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

            PrinterConfig entry = isWithinBoardLimits ? printer.ToBoardConfig() : printer.ToConfig();
            entry.Id = present == null ? printer.Id : config.NextId(printer.Type);
            config.Add(entry);
            ids.Add(entry.Id);
        }

        return ids;
    }
}
