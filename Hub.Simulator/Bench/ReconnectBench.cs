using System;
using System.Collections.Generic;

namespace Hub.Simulator.Bench;

/// <summary>`bench cloud.reconnect`: how soon hubs are back after their cloud was away.</summary>
internal static class ReconnectBench
{
    /// <summary>The name to give: it is not among those that run without a name.</summary>
    public const string Group = CloudBench.Group + ".reconnect";

    public const int DefaultHubs = 5;

    /// <summary>After outages of up to <see cref="ReconnectRun.LongestShort"/> s.</summary>
    private const double MaxMedian = 5;

    /// <summary>After any outage.</summary>
    private const double MaxLongest = 60;

    public static IEnumerable<Benchmark> Create(int? hubs, int? seconds) =>
        Create(seconds is null or <= ReconnectRun.LongestShort, () => ReconnectRun.Measure(hubs ?? DefaultHubs, ReconnectRun.Lengths(seconds)));

    /// <summary>All benchmarks of one run, which is made when the first of them is measured.</summary>
    internal static IEnumerable<Benchmark> Create(bool areShort, Func<ReconnectFigures> measure)
    {
        Lazy<ReconnectFigures> run = new(measure);
        Benchmark One(string name, string unit, double target, Func<ReconnectFigures, double> figure, string peer, Func<ReconnectFigures, double> peerFigure) =>
            new(Group + "." + name, unit, BenchGoal.AtMost, target, () => new Measured(figure(run.Value), run.Value.Reconnects), peer, () => Measured.Reference(peerFigure(run.Value))) { Rounds = 1, WarmUps = 0 };

        yield return One("median", "s, return to statuses", areShort ? MaxMedian : MaxLongest, figures => ChangeLoop.At(figures.Back, 0.5), "a bare request at once", figures => ChangeLoop.At(figures.Bare, 0.5));
        yield return One("longest", "s, return to statuses", MaxLongest, figures => ChangeLoop.At(figures.Back, 1), "the longest outage", figures => ChangeLoop.At(figures.Lengths, 1));
    }
}
