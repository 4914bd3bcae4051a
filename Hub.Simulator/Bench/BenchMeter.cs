using System;
using System.Collections.Generic;

namespace Hub.Simulator.Bench;

/// <summary>Measures a benchmark and its peer alternately and checks the work behind every figure.</summary>
/// <param name="memoryBytesPerSecond">What this machine's memory can copy.</param>
internal sealed class BenchMeter(double memoryBytesPerSecond)
{
    /// <summary>Measures one. A benchmark that throws fails with the reason, and the others still run.</summary>
    public BenchResult Measure(Benchmark benchmark)
    {
        List<Measured> hub = [];
        List<Measured> peer = [];
        string? problem = null;
        try
        {
            for (int i = -benchmark.WarmUps; i < benchmark.Rounds && problem == null; i++)
            {
                Measured one = benchmark.Hub();
                Measured other = benchmark.PeerRun();
                problem = Problem(benchmark, one, other);
                if (i >= 0 || problem != null)
                {
                    hub.Add(one);
                    peer.Add(other);
                }
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            problem = e.Message;
        }

        return new BenchResult(benchmark, Median(hub), Median(peer), hub.Count > 0 ? hub[^1].Work : Work.None, problem);
    }

    private static double Median(List<Measured> measured)
    {
        if (measured.Count == 0)
        {
            return double.NaN;
        }

        measured.Sort((a, b) => a.Figure.CompareTo(b.Figure));
        return measured[measured.Count / 2].Figure;
    }

    private string? Problem(Benchmark benchmark, Measured hub, Measured peer)
    {
        if (benchmark.Goal == BenchGoal.AtMost)
        {
            return hub.Work.Problem(memoryBytesPerSecond);
        }

        return SpeedProblem(hub.Work)
            ?? (SpeedProblem(peer.Work) is { } problem ? "the peer: " + problem : null);
    }

    private string? SpeedProblem(Work work) =>
        work.Problem(memoryBytesPerSecond) ?? (work.Bytes > 0 && work.Seconds > 0 ? null : "a speed needs the bytes and the time behind it");
}
