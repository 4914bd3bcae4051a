using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;

namespace Hub.Simulator.Bench;

/// <summary>What a run showed; times in ms, shortest first, memory in MiB, CPU in percent of one core.</summary>
internal sealed record CloudFigures(double CloudCpu, double HubsCpu, double CloudMiB, double EmptyMiB, double[] Shown, int Missed, double[] Echo)
{
    /// <summary>The work behind all figures.</summary>
    public required Work Changes { get; init; }
}

/// <summary>
/// A cloud in a process of its own and whole hubs with <see cref="MemoryPrinter"/>s in this one: every bed's target changes repeatedly, and
/// a subscriber of the cloud says when it sees each.
/// </summary>
internal static class CloudRun
{
    private const int ConnectMs = 120_000;
    private const int SettleMs = 10_000;
    private const int Echoes = 500;
    private const double LeastShown = 0.9;

    public static CloudFigures Measure(int hubs, int printers, int seconds)
    {
        using CloudProcess cloud = new();
        double emptyMiB = cloud.PrivateMiB;
        MemoryFarm[] farms = [.. Enumerable.Range(0, hubs).Select(number => new MemoryFarm(number, printers, cloud.HubUrl))];
        try
        {
            ChangeLoop.WaitFor(ConnectMs, () => farms.All(farm => farm.IsOnline && farm.Printers.Count() == printers), () => $"{farms.Count(farm => farm.IsOnline)} of {hubs} hubs are connected");
            return Measure(cloud, emptyMiB, farms.SelectMany(farm => farm.Printers).Select((pair, i) => (pair.Key, Changing: new ChangingPrinter(pair.Value.SetBedTarget, i))).ToDictionary(pair => pair.Key, pair => pair.Changing), seconds);
        }
        finally
        {
            Array.ForEach(farms, farm => farm.Dispose());
        }
    }

    private static CloudFigures Measure(CloudProcess cloud, double emptyMiB, Dictionary<string, ChangingPrinter> printers, int seconds)
    {
        using CloudSubscriber subscriber = new(cloud.Address, (id, target, timestamp) => printers[id].Seen(target, timestamp));
        using CancellationTokenSource stop = new();
        Thread changer = new(() => ChangeLoop.Run([.. printers.Values], stop.Token));
        changer.Start();
        Thread.Sleep(SettleMs);
        foreach (ChangingPrinter printer in printers.Values)
        {
            printer.Reset();
        }

        TimeSpan cloudBefore = cloud.CpuTime;
        TimeSpan hubsBefore = Process.GetCurrentProcess().TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        Thread.Sleep(seconds * 500);
        double[] echo = LoopbackEcho.Milliseconds(Echoes, pauseMs: 10);
        TimeSpan left = TimeSpan.FromSeconds(seconds) - Stopwatch.GetElapsedTime(start);
        Thread.Sleep(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        double passed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double cloudCpu = 100 * (cloud.CpuTime - cloudBefore).TotalSeconds / passed;
        double hubsCpu = 100 * (Process.GetCurrentProcess().TotalProcessorTime - hubsBefore).TotalSeconds / passed;
        double cloudMiB = cloud.PrivateMiB;
        stop.Cancel();
        changer.Join();
        double[] shown = [.. printers.Values.SelectMany(printer => printer.Milliseconds).Order()];
        double changes = printers.Count * passed * 1000 / ChangeLoop.EveryMs;
        return new CloudFigures(cloudCpu, hubsCpu, cloudMiB, emptyMiB, shown, printers.Values.Sum(printer => printer.Missed), echo)
        {
            Changes = new Work("changes shown by the cloud", shown.Length, (long)(LeastShown * changes)),
        };
    }
}
