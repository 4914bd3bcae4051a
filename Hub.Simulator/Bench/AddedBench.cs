using System;
using System.Collections.Generic;
using Hub.Core.Configuration;
using Hub.Core.Printers;

namespace Hub.Simulator.Bench;

/// <summary>`bench cloud.added`: what hub and cloud add to the time of a command, on its way to the printer and from the printer's report to the answer.</summary>
internal static class AddedBench
{
    /// <summary>The name to give: it is not among those that run without a name.</summary>
    public const string Group = CloudBench.Group + ".added";

    private const double MaxMedianMs = 20;
    private const double MaxP99Ms = 100;
    private const double Median = 0.5;
    private const double P99 = 0.99;

    public static IEnumerable<Benchmark> Create() => Create(AddedRun.Measure);

    /// <summary>All benchmarks of one run, which is made when the first of them is measured.</summary>
    internal static IEnumerable<Benchmark> Create(Func<AddedFigures> measure)
    {
        Lazy<AddedFigures> run = new(measure);
        foreach (string type in (string[])[PrinterTypes.Moonraker, PrinterTypes.OctoPrint])
        {
            Benchmark One(string name, string unit, double target, Func<AddedTimes, double[]> times, double share) => new(
                Group + "." + type + "." + name,
                unit,
                BenchGoal.AtMost,
                target,
                () => new Measured(ChangeLoop.At(times(run.Value.Systems[type]), share), run.Value.Systems[type].Commands),
                "the same bytes by bare HTTP, there and back",
                () => Measured.Reference(ChangeLoop.At(run.Value.Bare, share))) { Rounds = 1, WarmUps = 0 };

            yield return One("command.median", "ms, REST request to printer", MaxMedianMs, times => times.ToPrinter, Median);
            yield return One("command.p99", "ms, REST request to printer", MaxP99Ms, times => times.ToPrinter, P99);
            yield return One("answer.median", "ms, proving report to REST answer", MaxMedianMs, times => times.ToAnswer, Median);
            yield return One("answer.p99", "ms, proving report to REST answer", MaxP99Ms, times => times.ToAnswer, P99);
        }
    }
}
