using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using Hub.Simulator.Hosting;
using Hub.Simulator.Virtual;

namespace Hub.Simulator.Bench;

/// <summary>What a run showed; times in ms, shortest first, memory in MiB, CPU in percent of one core.</summary>
internal sealed record FleetFigures(
    double HubCpu, double FleetCpu, double HubMiB, double[] Pushed, double[] Polled, int Missed, double[] Echo)
{
    /// <summary>The work behind all figures: without it the hub did nothing and costs nothing.</summary>
    public required Work Changes { get; init; }
}

/// <summary>
/// A hub in a process of its own (`run`), with the virtual printers in this one: every bed's target changes repeatedly. The hub's view is read from `status --follow` on its control socket.
/// </summary>
internal static class FleetRun
{
    private const int EmptyHubMs = 5_000;
    private const int ConnectMs = 90_000;


    /// <summary>Measures one hub.</summary>
    /// <param name="options">Its printers.</param>
    /// <param name="isPrinting">True for a job on each.</param>
    /// <param name="settleMs">Time before the measurement, in ms.</param>
    /// <param name="seconds">Length of the measurement.</param>
    public static FleetFigures Measure(FleetOptions options, bool isPrinting, int settleMs, int seconds)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-bench-");
        try
        {
            Fleet fleet = Fleet.StartAsync(options).GetAwaiter().GetResult();
            try
            {
                for (int i = 0; isPrinting && i < fleet.Printers.Count; i++)
                {
                    fleet.StartDemoJob(i);
                }

                return Measure(fleet, Path.Combine(folder.FullName, "data"), settleMs, seconds);
            }
            finally
            {
                fleet.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Private memory of a hub without printers, in MiB.</summary>
    public static double EmptyHubMiB()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-bench-");
        try
        {
            using HubProcess hub = new("run", "--data", folder.FullName, "--cloud", "none");
            Thread.Sleep(EmptyHubMs);
            return hub.PrivateMiB;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static FleetFigures Measure(Fleet fleet, string data, int settleMs, int seconds)
    {
        Dictionary<string, ChangingPrinter> printers = fleet.Printers
            .Select((printer, i) => (printer.Id, Changing: new ChangingPrinter(printer, i)))
            .ToDictionary(pair => pair.Id, pair => pair.Changing);
        FleetConfig.Import(fleet.PrintersJson(), data);
        ConcurrentDictionary<string, bool> connected = [];
        using HubProcess hub = new("run", "--data", data, "--cloud", "none");
        hub.WaitForFile(Path.Combine(data, DataFolder.SocketFile));
        using HubProcess follower = new(line => Read(line, printers, connected), ["status", "--follow", "--json", "--data", data]);
        ChangeLoop.WaitFor(ConnectMs, () => connected.Count == printers.Count, () => $"the hub reached {connected.Count} of {printers.Count} printers: {hub.LastError} {follower.LastError}");
        ChangeCost cost = ChangeLoop.Measure(hub, [.. printers.Values], settleMs, seconds);
        double[] pushed = Times(printers.Values.Where(printer => printer.IsPushed));
        double[] polled = Times(printers.Values.Where(printer => !printer.IsPushed));
        return new FleetFigures(
            cost.Cpu, cost.OwnCpu, cost.MiB, pushed, polled, printers.Values.Sum(printer => printer.Missed), cost.Echo)
        {
            Changes = new Work("changes shown by the hub", pushed.Length + polled.Length, cost.LeastShown),
        };
    }

    private static double[] Times(IEnumerable<ChangingPrinter> printers) => [.. printers.SelectMany(printer => printer.Milliseconds).Order()];

    /// <summary>A line of `status --follow --json`: the status of one printer that changed.</summary>
    private static void Read(string line, Dictionary<string, ChangingPrinter> printers, ConcurrentDictionary<string, bool> connected)
    {
        long now = Stopwatch.GetTimestamp();
        if (line.Length == 0)
        {
            return;
        }

        using JsonDocument? document = TryParse(line);
        if (document == null)
        {
            return;
        }

        JsonElement status = document.RootElement;
        string id = status.GetProperty("id").GetString()!;
        if (status.GetProperty("connected").GetBoolean())
        {
            connected[id] = true;
        }

        if (printers.TryGetValue(id, out ChangingPrinter? printer)
            && status.TryGetProperty("temperatures", out JsonElement temperatures) && temperatures.TryGetProperty("bed_target", out JsonElement target))
        {
            printer.Seen(target.GetDouble(), now);
        }
    }

    /// <summary>Null for the last line of a process that was ended while it wrote; a change in it is not counted as shown.</summary>
    private static JsonDocument? TryParse(string line)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
