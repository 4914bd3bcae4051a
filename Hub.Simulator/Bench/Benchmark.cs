using System;

namespace Hub.Simulator.Bench;

/// <summary>How a benchmark's figure is judged.</summary>
internal enum BenchGoal
{
    /// <summary>Higher is better; the figure must be at least the target times the peer's.</summary>
    RatioToPeer,

    /// <summary>Lower is better; the figure must not exceed the target.</summary>
    AtMost,
}

/// <summary>
/// One measurement and its peer's. Each call of <see cref="Hub"/> or <see cref="PeerRun"/> measures for
/// about <see cref="BenchClock.RoundMs"/> and returns a figure in <see cref="Unit"/>.
/// </summary>
internal sealed record Benchmark(
    string Name,
    string Unit,
    BenchGoal Goal,
    double Target,
    Func<double> Hub,
    string Peer,
    Func<double> PeerRun)
{
    /// <summary>Measurements that count; the best of them is kept.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Warm-up measurements, for the JIT and the caches.</summary>
    public int WarmUps { get; init; } = 5;

    /// <summary>Why it cannot run on this machine, or null.</summary>
    public string? LeftOut { get; init; }
}

/// <summary>The best figures of a benchmark; the ratio is NaN when the peer's is 0.</summary>
internal sealed record BenchResult(Benchmark Benchmark, double Figure, double PeerFigure)
{
    public double Ratio => PeerFigure == 0 ? double.NaN : Figure / PeerFigure;

    public bool Pass => Benchmark.Goal == BenchGoal.RatioToPeer
        ? Ratio >= Benchmark.Target
        : Figure <= Benchmark.Target;
}
