using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Hub.Simulator.Bench;

/// <summary>`bench fleet`: the cost of one hub with many printing printers of all systems, and how soon it shows their changes.</summary>
internal static class FleetBench
{
    /// <summary>The name to give: a run takes minutes.</summary>
    public const string Group = "fleet";

    public const int DefaultSeconds = 300;

    /// <summary>The default of poll_ms.</summary>
    private const double PollMs = 2000;
    private const double MaxCpu = 60;
    private const double MaxMedianMs = 50;
    private const double MaxP99Ms = 250;

    /// <summary>From this number of printers on, the larger memory limit applies.</summary>
    private const int ManyPrinters = 21;
    private const double MaxMiB = 150;
    private const double MaxMiBOfFew = 64;
    private static readonly int[] s_sizes = [10, 50, 200];

    public static IEnumerable<Benchmark> Create(int? printers, int seconds) =>
        (printers is { } one ? [one] : s_sizes).SelectMany(count => CreateOne(count, seconds));

    private static IEnumerable<Benchmark> CreateOne(int count, int seconds)
    {
        Lazy<FleetFigures> run = new(() => FleetRun.Measure(count, seconds));
        string prefix = Group + "." + count.ToString(CultureInfo.InvariantCulture) + ".";
        yield return Once(prefix + "cpu", "% of a core", MaxCpu, () => run.Value.HubCpu, "the virtual printers and this measurement", () => run.Value.FleetCpu);
        yield return Once(prefix + "memory", "MiB private", count < ManyPrinters ? MaxMiBOfFew : MaxMiB, () => run.Value.HubMiB, "the hub without printers", () => run.Value.EmptyHubMiB);
        yield return Once(prefix + "push.median", "ms, change to snapshot", MaxMedianMs, () => At(run.Value.Pushed, 0.5), "one byte there and back over TCP", () => At(run.Value.Echo, 0.5));
        yield return Once(prefix + "push.p99", "ms, change to snapshot", MaxP99Ms, () => At(run.Value.Pushed, 0.99), "one byte there and back over TCP", () => At(run.Value.Echo, 0.99));
        yield return Once(prefix + "polled.median", "ms, poll interval (2 s) included", PollMs + MaxMedianMs, () => At(run.Value.Polled, 0.5), "one byte there and back over TCP", () => At(run.Value.Echo, 0.5));
        yield return Once(prefix + "polled.p99", "ms, poll interval (2 s) included", PollMs + MaxP99Ms, () => At(run.Value.Polled, 0.99), "one byte there and back over TCP", () => At(run.Value.Echo, 0.99));
        yield return Once(prefix + "missed", "changes not shown within 5 s", 0, () => run.Value.Missed, "changes that were shown", () => run.Value.Pushed.Length + run.Value.Polled.Length);
    }

    private static Benchmark Once(string name, string unit, double target, Func<double> hub, string peer, Func<double> peerRun) =>
        new(name, unit, BenchGoal.AtMost, target, hub, peer, peerRun) { Rounds = 1, WarmUps = 0 };

    private static double At(double[] sorted, double share) =>
        sorted.Length == 0 ? double.PositiveInfinity : sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * share)];
}
