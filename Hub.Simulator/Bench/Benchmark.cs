using System;

namespace Hub.Simulator.Bench;

/// <summary>How a benchmark's figure is judged.</summary>
internal enum BenchGoal
{
    /// <summary>Higher is better; the figure must be at least the target times that of the peer, which does the same work.</summary>
    RatioToPeer,

    /// <summary>Lower is better; the figure must not exceed the target. The peer is only there to compare with.</summary>
    AtMost,
}

/// <summary>
/// One measurement and its peer's. Each call of <see cref="Hub"/> or <see cref="PeerRun"/> measures once and returns a
/// figure in <see cref="Unit"/> with the work behind it.
/// </summary>
internal sealed record Benchmark(
    string Name,
    string Unit,
    BenchGoal Goal,
    double Target,
    Func<Measured> Hub,
    string Peer,
    Func<Measured> PeerRun)
{
    /// <summary>Measurements that count, hub and peer alternately; the median of them is kept.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Warm-up measurements, for the JIT and the caches.</summary>
    public int WarmUps { get; init; } = 5;

    /// <summary>Why it cannot run on this machine, or null.</summary>
    public string? LeftOut { get; init; }
}

/// <summary>The median figures of a benchmark and the work of one measurement; the ratio is NaN when the peer's figure is 0.</summary>
/// <param name="Benchmark">What was measured.</param>
/// <param name="Figure">The hub's figure; NaN when there is none.</param>
/// <param name="PeerFigure">The peer's.</param>
/// <param name="Work">The work behind the last of the hub's measurements.</param>
/// <param name="Problem">Why the figure is worth nothing, or null.</param>
internal sealed record BenchResult(Benchmark Benchmark, double Figure, double PeerFigure, Work Work, string? Problem)
{
    public double Ratio => PeerFigure == 0 ? double.NaN : Figure / PeerFigure;

    public bool Pass => Problem == null && (Benchmark.Goal == BenchGoal.RatioToPeer
        ? Ratio >= Benchmark.Target
        : Figure <= Benchmark.Target);
}
