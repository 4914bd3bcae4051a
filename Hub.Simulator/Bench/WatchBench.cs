using System;
using Hub.Simulator.Virtual;

namespace Hub.Simulator.Bench;

/// <summary>The cost of one hub that watches many printers of one system; each bed's target changes repeatedly, and the hub must show it.</summary>
internal static class WatchBench
{
    private const int SettleMs = 10_000;
    private const int Seconds = 20;

    /// <summary>Jobs run ten times faster than real ones: they heat for 4 s and print for 3 minutes.</summary>
    private const double Speed = 10;

    /// <summary>
    /// Idle printers that are polled, printing ones that push changes four times a second, and ones that
    /// send their full report once a second in any state (X1 family).
    /// </summary>
    public static Benchmark[] All() =>
    [
        Create("idle.octoprint20.cpu", new FleetOptions { OctoPrint = 20, Speed = Speed }, isPrinting: false, limitPercent: 5),
        Create("push.moonraker50.cpu", new FleetOptions { Moonraker = 50, Speed = Speed }, isPrinting: true, limitPercent: 25),
        Create("push.bambu50.cpu", new FleetOptions { Bambu = 50, BambuModel = "X1C", Speed = Speed }, isPrinting: false, limitPercent: 15),
    ];

    private static Benchmark Create(string name, FleetOptions options, bool isPrinting, double limitPercent)
    {
        Lazy<FleetFigures> run = new(() => FleetRun.Measure(options, isPrinting, SettleMs, Seconds));
        return new Benchmark(
            name,
            "% of a core",
            BenchGoal.AtMost,
            limitPercent,
            () => new Measured(run.Value.HubCpu, run.Value.Changes),
            "the virtual printers and this measurement",
            () => Measured.Reference(run.Value.FleetCpu))
        {
            Rounds = 1,
            WarmUps = 0,
        };
    }
}
