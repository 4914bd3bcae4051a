using System;
using System.Collections.Generic;
using System.Linq;

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

    public static CloudFigures Measure(int hubs, int printers, int seconds)
    {
        using CloudProcess cloud = new();
        double emptyMiB = cloud.Process.PrivateMiB;
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
        ChangeCost cost = ChangeLoop.Measure(cloud.Process, [.. printers.Values], SettleMs, seconds);
        double[] shown = [.. printers.Values.SelectMany(printer => printer.Milliseconds).Order()];
        return new CloudFigures(cost.Cpu, cost.OwnCpu, cost.MiB, emptyMiB, shown, printers.Values.Sum(printer => printer.Missed), cost.Echo)
        {
            Changes = new Work("changes shown by the cloud", shown.Length, cost.LeastShown),
        };
    }
}
