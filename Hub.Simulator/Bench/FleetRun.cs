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
    double HubCpu, double FleetCpu, double HubMiB, double EmptyHubMiB, double[] Pushed, double[] Polled, int Missed, double[] Echo);

/// <summary>
/// A hub in a process of its own (`run`), with the virtual printers of all systems in this one: all print, and every bed's
/// target changes repeatedly. The hub's view is read from `status --follow` on its control socket.
/// </summary>
internal static class FleetRun
{
    /// <summary>Jobs run three times faster than real ones: heating ends before the measurement, and no job ends during it.</summary>
    private const double Speed = 3;
    private const int SettleMs = 20_000;
    private const int EmptyHubMs = 5_000;
    private const int ConnectMs = 90_000;
    private const int ChangeEveryMs = 5_000;
    private const int Echoes = 500;

    public static FleetFigures Measure(int printers, int seconds)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-bench-");
        try
        {
            double emptyMiB = EmptyHub(Path.Combine(folder.FullName, "empty"));
            Fleet fleet = Fleet.StartAsync(Mixed(printers)).GetAwaiter().GetResult();
            try
            {
                return Measure(fleet, Path.Combine(folder.FullName, "data"), seconds, emptyMiB);
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

    private static FleetOptions Mixed(int printers) => new()
    {
        OctoPrint = (printers + 3) / 4,
        PrusaLink = (printers + 2) / 4,
        Moonraker = (printers + 1) / 4,
        Bambu = printers / 4,
        Speed = Speed,
    };

    private static double EmptyHub(string data)
    {
        using HubProcess hub = new("run", "--data", data, "--cloud", "none");
        Thread.Sleep(EmptyHubMs);
        return hub.PrivateMiB;
    }

    private static FleetFigures Measure(Fleet fleet, string data, int seconds, double emptyMiB)
    {
        Dictionary<string, ChangingPrinter> printers = fleet.Printers
            .Select((printer, i) => (printer.Id, Changing: new ChangingPrinter(printer, i)))
            .ToDictionary(pair => pair.Id, pair => pair.Changing);
        for (int i = 0; i < fleet.Printers.Count; i++)
        {
            fleet.StartDemoJob(i);
        }

        FleetConfig.Import(fleet.PrintersJson(), data);
        ConcurrentDictionary<string, bool> connected = [];
        using HubProcess hub = new("run", "--data", data, "--cloud", "none");
        hub.WaitForFile(Path.Combine(data, DataFolder.SocketFile));
        using HubProcess follower = new(line => Read(line, printers, connected), ["status", "--follow", "--json", "--data", data]);
        WaitFor(() => connected.Count == printers.Count, () => $"the hub reached {connected.Count} of {printers.Count} printers: {hub.LastError} {follower.LastError}");
        using CancellationTokenSource stop = new();
        Thread changer = new(() => ChangeAll([.. printers.Values], stop.Token));
        changer.Start();
        Thread.Sleep(SettleMs);

        foreach (ChangingPrinter printer in printers.Values)
        {
            printer.Reset();
        }

        TimeSpan hubBefore = hub.CpuTime;
        TimeSpan fleetBefore = Process.GetCurrentProcess().TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        Thread.Sleep(seconds * 500);
        double[] echo = LoopbackEcho.Milliseconds(Echoes, pauseMs: 10);
        TimeSpan left = TimeSpan.FromSeconds(seconds) - Stopwatch.GetElapsedTime(start);
        Thread.Sleep(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        double passed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double hubCpu = 100 * (hub.CpuTime - hubBefore).TotalSeconds / passed;
        double fleetCpu = 100 * (Process.GetCurrentProcess().TotalProcessorTime - fleetBefore).TotalSeconds / passed;
        double hubMiB = hub.PrivateMiB;
        stop.Cancel();
        changer.Join();
        return new FleetFigures(
            hubCpu, fleetCpu, hubMiB, emptyMiB,
            Times(printers.Values.Where(printer => printer.IsPushed)),
            Times(printers.Values.Where(printer => !printer.IsPushed)),
            printers.Values.Sum(printer => printer.Missed),
            echo);
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

        using JsonDocument document = JsonDocument.Parse(line);
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

    /// <summary>Each printer once in every <see cref="ChangeEveryMs"/>, one after the other.</summary>
    private static void ChangeAll(ChangingPrinter[] printers, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        for (long change = 0; !stop.IsCancellationRequested; change++)
        {
            TimeSpan due = TimeSpan.FromMilliseconds((double)change * ChangeEveryMs / printers.Length);
            TimeSpan wait = due - Stopwatch.GetElapsedTime(start);
            if (wait > TimeSpan.Zero && stop.WaitHandle.WaitOne(wait))
            {
                return;
            }

            printers[change % printers.Length].Change();
        }
    }

    private static void WaitFor(Func<bool> isTrue, Func<string> problem)
    {
        long start = Stopwatch.GetTimestamp();
        while (!isTrue())
        {
            if (Stopwatch.GetElapsedTime(start).TotalMilliseconds > ConnectMs)
            {
                throw new InvalidOperationException(problem());
            }

            Thread.Sleep(100);
        }
    }
}
