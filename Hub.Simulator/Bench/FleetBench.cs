using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Hub.Simulator.Virtual;

namespace Hub.Simulator.Bench;

/// <summary>`bench fleet`: the cost of one hub with many printing printers of all systems, and how soon it shows their changes.</summary>
internal static class FleetBench
{
    /// <summary>The name to give: a run takes minutes.</summary>
    public const string Group = "fleet";

    public const int DefaultSeconds = 300;

    /// <summary>The default of poll_ms.</summary>
    private const double PollMs = 2000;
    private const double MaxMedianMs = 50;
    private const double MaxP99Ms = 250;

    /// <summary>From this number of printers on, the limits of a thousand apply.</summary>
    private const int ManyPrinters = 201;
    private const double MaxCpu = 10;
    private const double MaxCpuOfMany = 60;
    private const double MaxMiB = 60;
    private const double MaxMiBOfMany = 250;

    /// <summary>Jobs run three times faster than real ones: heating ends before the measurement, and no job ends during it.</summary>
    private const double Speed = 3;
    private const int SettleMs = 20_000;
    private static readonly int[] s_sizes = [10, 50, 200];

    public static IEnumerable<Benchmark> Create(int? printers, int seconds) =>
        (printers is { } one ? [one] : s_sizes).SelectMany(count => Create(count, () => FleetRun.Measure(Mixed(count), isPrinting: true, SettleMs, seconds)));

    /// <summary>All benchmarks of one run, which is made when the first of them is measured.</summary>
    internal static IEnumerable<Benchmark> Create(int count, Func<FleetFigures> measure)
    {
        Lazy<FleetFigures> run = new(measure);
        Benchmark One(string name, string unit, double target, Func<double> hub, string peer, Func<double> peerRun) =>
            new(name, unit, BenchGoal.AtMost, target, () => new Measured(hub(), run.Value.Changes), peer, () => Measured.Reference(peerRun())) { Rounds = 1, WarmUps = 0 };

        string prefix = Group + "." + count.ToString(CultureInfo.InvariantCulture) + ".";
        yield return One(prefix + "cpu", "% of a core", count < ManyPrinters ? MaxCpu : MaxCpuOfMany, () => run.Value.HubCpu, "the virtual printers and this measurement", () => run.Value.FleetCpu);
        yield return One(prefix + "memory", "MiB private", count < ManyPrinters ? MaxMiB : MaxMiBOfMany, () => run.Value.HubMiB, "the hub without printers", FleetRun.EmptyHubMiB);
        yield return One(prefix + "push.median", "ms, change to snapshot", MaxMedianMs, () => ChangeLoop.At(run.Value.Pushed, 0.5), "one byte there and back over TCP", () => ChangeLoop.At(run.Value.Echo, 0.5));
        yield return One(prefix + "push.p99", "ms, change to snapshot", MaxP99Ms, () => ChangeLoop.At(run.Value.Pushed, 0.99), "one byte there and back over TCP", () => ChangeLoop.At(run.Value.Echo, 0.99));
        yield return One(prefix + "polled.median", "ms, poll interval (2 s) included", PollMs + MaxMedianMs, () => ChangeLoop.At(run.Value.Polled, 0.5), "one byte there and back over TCP", () => ChangeLoop.At(run.Value.Echo, 0.5));
        yield return One(prefix + "polled.p99", "ms, poll interval (2 s) included", PollMs + MaxP99Ms, () => ChangeLoop.At(run.Value.Polled, 0.99), "one byte there and back over TCP", () => ChangeLoop.At(run.Value.Echo, 0.99));
        yield return One(prefix + "missed", "changes not shown within 5 s", 0, () => run.Value.Missed, "changes that were shown", () => run.Value.Pushed.Length + run.Value.Polled.Length);
    }

    private static FleetOptions Mixed(int printers) => new()
    {
        OctoPrint = (printers + 3) / 4,
        PrusaLink = (printers + 2) / 4,
        Moonraker = (printers + 1) / 4,
        Bambu = printers / 4,
        Speed = Speed,
    };
}
