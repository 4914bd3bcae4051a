using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Hub.Simulator.Bench;

/// <summary>Times and counts work that is repeated.</summary>
internal static class BenchClock
{
    /// <summary>How long one measurement takes.</summary>
    public const int RoundMs = 60;

    private const int Batch = 50;
    private const double BytesPerMegabyte = 1e6;

    /// <summary>Megabytes per second that some work reads, computed from what it counts.</summary>
    /// <param name="what">What one run counts, in the plural.</param>
    /// <param name="expected">How many that must be in each run.</param>
    /// <param name="bytes">Bytes that a run reads if it counts all of them.</param>
    /// <param name="work">One run; returns what it counted.</param>
    public static Measured Speed(string what, long expected, int bytes, Func<long> work)
    {
        long runs = 0;
        long done = 0;
        long start = Stopwatch.GetTimestamp();
        TimeSpan elapsed;
        do
        {
            for (int i = 0; i < Batch; i++)
            {
                done += work();
            }

            runs += Batch;
            elapsed = Stopwatch.GetElapsedTime(start);
        }
        while (elapsed.TotalMilliseconds < RoundMs);

        Work counted = new(what, done, runs * expected)
        {
            Bytes = expected > 0 ? (double)done / expected * bytes : 0,
            Seconds = elapsed.TotalSeconds,
        };
        return Measured.Speed(counted, BytesPerMegabyte);
    }

    /// <summary>Bytes that one run allocates on this thread, on average.</summary>
    /// <param name="what">What one run counts, in the plural.</param>
    /// <param name="expected">How many that must be in each run.</param>
    /// <param name="work">One run; returns what it counted.</param>
    public static Measured Allocated(string what, long expected, Func<long> work)
    {
        long done = work();
        double bytes = AllocatedBytes(work, ref done);
        return new Measured(bytes / Batch, new Work(what, done, (Batch + 1) * expected));
    }

    /// <summary>Apart, so that the objects of the result are not among them.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long AllocatedBytes(Func<long> work, ref long done)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Batch; i++)
        {
            done += work();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
