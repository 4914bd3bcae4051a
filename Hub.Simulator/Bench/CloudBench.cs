using System;
using System.Collections.Generic;

namespace Hub.Simulator.Bench;

/// <summary>`bench cloud`: the cost of one cloud with many hubs, and how soon a change at a hub is shown to a dashboard.</summary>
internal static class CloudBench
{
    /// <summary>The name to give: a run takes minutes.</summary>
    public const string Group = "cloud";

    public const int DefaultHubs = 50;

    public const int DefaultPrinters = 20;

    private const double MaxCpu = 60;
    private const double MaxMiB = 250;
    private const double MaxP99Ms = 250;

    /// <summary>The limits of one hub with many printers are tighter.</summary>
    private const double MaxMedianOfOneMs = 20;
    private const double MaxP99OfOneMs = 100;

    public static IEnumerable<Benchmark> Create(int hubs, int printers, int seconds) => Create(hubs, printers, () => CloudRun.Measure(hubs, printers, seconds));

    /// <summary>All benchmarks of one run, which is made when the first of them is measured.</summary>
    internal static IEnumerable<Benchmark> Create(int hubs, int printers, Func<CloudFigures> measure)
    {
        Lazy<CloudFigures> run = new(measure);
        Benchmark One(string name, string unit, double target, Func<double> cloud, string peer, Func<double> peerRun) =>
            new(name, unit, BenchGoal.AtMost, target, () => new Measured(cloud(), run.Value.Changes), peer, () => Measured.Reference(peerRun())) { Rounds = 1, WarmUps = 0 };

        string prefix = FormattableString.Invariant($"{Group}.{hubs}x{printers}.");
        yield return One(prefix + "cpu", "% of a core", MaxCpu, () => run.Value.CloudCpu, "all hubs and this measurement", () => run.Value.HubsCpu);
        yield return One(prefix + "memory", "MiB private", MaxMiB, () => run.Value.CloudMiB, "the cloud without hubs", () => run.Value.EmptyMiB);
        yield return One(prefix + "median", "ms, hub to dashboard", MaxMedianOfOneMs, () => ChangeLoop.At(run.Value.Shown, 0.5), "one byte there and back over TCP", () => ChangeLoop.At(run.Value.Echo, 0.5));
        yield return One(prefix + "p99", "ms, hub to dashboard", hubs == 1 ? MaxP99OfOneMs : MaxP99Ms, () => ChangeLoop.At(run.Value.Shown, 0.99), "one byte there and back over TCP", () => ChangeLoop.At(run.Value.Echo, 0.99));
        yield return One(prefix + "missed", "changes not shown within 5 s", 0, () => run.Value.Missed, "changes that were shown", () => run.Value.Shown.Length);
    }
}
