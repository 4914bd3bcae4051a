using System.CommandLine;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core;
using Hub.Core.Errors;
using Hub.Hal.Desktop;
using Hub.Simulator.Control;
using Hub.Simulator.Hosting;
using Hub.Simulator.Radio;
using Hub.Simulator.Terminal;

namespace Hub.Simulator.Cli;

/// <summary>run</summary>
internal static class RunVerb
{
    public static Command Create(VerbConsole console)
    {
        Option<double?> duration = GlobalOptions.For();
        Option<string?> cloud = new("--cloud")
        {
            Description = "Cloud to connect to instead of the one in cloud.json: its address (wss://…), 'local' for a cloud in this process, or 'none'",
            HelpName = "URL|local|none",
        };
        Option<int> port = CloudPort.Option();
        FollowFlags follow = new();
        Option<bool> boardLimits = GlobalOptions.BoardLimits();
        RadioFlags radio = new();
        return CliApp.Verb("run", "Run the hub with the configured printers", [duration, cloud, port, follow.NoDiscovery, follow.Interface, boardLimits, .. radio.All], console, context =>
            RunAsync(context, duration, follow, radio, context.Get(cloud), context.Get(port), context.Get(boardLimits)), isHosted: false);
    }

    private static async Task<int> RunAsync(CliContext context, Option<double?> duration, FollowFlags follow, RadioFlags radio, string? cloud, int port, bool isWithinBoardLimits)
    {
        SimulatedNetwork[]? networks = radio.Networks(context);
        using HeldFolder held = DataFolder.LockForRun(context.Folder);
        using CancellationTokenSource stop = context.StopAfter(duration);

        // Before the hub, which ends before it.
        await using LocalCloud? local = cloud == "local" ? await LocalCloud.StartAsync(context, context.Folder, port) : null;
        using HubSession session = context.OpenToRun(context.Folder, isWithinBoardLimits, networks);
        await using RadioServer? pages = await radio.StartAsync(context, session);
        session.Hub.Start(follow.Read(context));
        if (cloud != "none")
        {
            StartCloud(session.Hub, local?.HubUrl ?? cloud);
        }

        using ControlServer? control = ControlServer.Start(context.Folder, session, new HostedVerbRunner());
        Task watch = held.WatchAsync(stop);
        try
        {
            await HubView.ShowAsync(context.Output, session.Hub, $"Hub on {context.Folder}{(local == null ? "" : ", cloud on " + local.Url)} - Ctrl+C stops", stop.Token);
        }
        finally
        {
            await stop.CancelAsync();
            await watch;
        }

        held.ThrowIfLost();
        return ExitCodes.Done;
    }

    private static void StartCloud(FarmHub hub, string? url)
    {
        try
        {
            hub.StartCloud(url);
        }
        catch (HubException e) when (url != null && e.Code == ErrorCode.ConfigInvalid)
        {
            throw VerbException.Usage("--cloud: " + e.Message);
        }
    }
}
