using System;
using System.Diagnostics;

namespace Hub.Simulator.Bench;

/// <summary>Times and counts work.</summary>
internal static class BenchClock
{
    /// <summary>How long one measurement takes.</summary>
    public const int RoundMs = 60;

    private const int Batch = 50;

    /// <summary>Runs per second of some work.</summary>
    public static double RunsPerSecond(Action work)
    {
        long runs = 0;
        long start = Stopwatch.GetTimestamp();
        TimeSpan elapsed;
        do
        {
            for (int i = 0; i < Batch; i++)
            {
                work();
            }

            runs += Batch;
            elapsed = Stopwatch.GetElapsedTime(start);
        }
        while (elapsed.TotalMilliseconds < RoundMs);

        return runs / elapsed.TotalSeconds;
    }

    /// <summary>Bytes that one run allocates on this thread, on average.</summary>
    public static double AllocatedBytes(Action work)
    {
        work();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Batch; i++)
        {
            work();
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Batch;
    }
}
