using System;
using System.Diagnostics;
using System.Threading;

namespace Hub.Tests.Support;

/// <summary>
/// Measures how long something took, minus the delay caused by the machine's other work: for assertions that something was
/// quick. On an idle machine it is a stopwatch. A background thread sleeps in short steps; by as much as it oversleeps, work
/// that passes through several threads is late as well.
/// </summary>
internal sealed class FairWatch
{
    private const int StepMs = 5;

    /// <summary>Oversleeping that is no sign of load, in ms.</summary>
    private const int UsualMs = 1;

    /// <summary>The number of threads that the measured work passes through, each of which may oversleep.</summary>
    private const int Hops = 4;

    private static readonly object s_gate = new();
    private static long s_lostTicks;
    private static bool s_isRunning;

    private readonly long _startTicks;
    private readonly long _lostTicks;

    private FairWatch()
    {
        lock (s_gate)
        {
            if (!s_isRunning)
            {
                s_isRunning = true;
                new Thread(Watch) { IsBackground = true, Name = "how busy the machine is" }.Start();
            }
        }

        _lostTicks = Interlocked.Read(ref s_lostTicks);
        _startTicks = Stopwatch.GetTimestamp();
    }

    /// <summary>Time since the start, minus the lost time; never below 0.</summary>
    public long ElapsedMilliseconds
    {
        get
        {
            long tookTicks = Stopwatch.GetTimestamp() - _startTicks;
            long lostTicks = Hops * (Interlocked.Read(ref s_lostTicks) - _lostTicks);
            return tookTicks <= lostTicks ? 0 : (tookTicks - lostTicks) * 1000 / Stopwatch.Frequency;
        }
    }

    /// <summary>Total time since the start: for lower bounds.</summary>
    public long WallMilliseconds => (Stopwatch.GetTimestamp() - _startTicks) * 1000 / Stopwatch.Frequency;

    /// <summary>Time since a later moment (of <see cref="Stopwatch.GetTimestamp"/>), minus what was lost since the start.</summary>
    public double MillisecondsSince(long timestamp)
    {
        long lostTicks = Hops * (Interlocked.Read(ref s_lostTicks) - _lostTicks);
        return Math.Max(0, Stopwatch.GetTimestamp() - timestamp - lostTicks) * 1000.0 / Stopwatch.Frequency;
    }

    public static FairWatch StartNew() => new();

    private static void Watch()
    {
        long stepTicks = (StepMs + UsualMs) * Stopwatch.Frequency / 1000;
        while (true)
        {
            long beforeTicks = Stopwatch.GetTimestamp();
            Thread.Sleep(StepMs);
            long lateTicks = Stopwatch.GetTimestamp() - beforeTicks - stepTicks;
            if (lateTicks > 0)
            {
                Interlocked.Add(ref s_lostTicks, lateTicks);
            }
        }
    }
}
