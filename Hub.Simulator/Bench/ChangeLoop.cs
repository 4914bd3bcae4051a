using System;
using System.Diagnostics;
using System.Threading;

namespace Hub.Simulator.Bench;

/// <summary>Changes the bed targets of many printers for as long as a measurement lasts.</summary>
internal static class ChangeLoop
{
    /// <summary>How often each printer changes, in ms.</summary>
    public const int EveryMs = 5_000;

    /// <summary>Each printer once in every <see cref="EveryMs"/>, one after the other, until it is stopped.</summary>
    public static void Run(ChangingPrinter[] printers, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        for (long change = 0; !stop.IsCancellationRequested; change++)
        {
            TimeSpan due = TimeSpan.FromMilliseconds((double)change * EveryMs / printers.Length);
            TimeSpan wait = due - Stopwatch.GetElapsedTime(start);
            if (wait > TimeSpan.Zero && stop.WaitHandle.WaitOne(wait))
            {
                return;
            }

            printers[change % printers.Length].Change();
        }
    }

    /// <summary>Waits until all is ready for a measurement.</summary>
    /// <exception cref="InvalidOperationException">It is not in time; the text is the problem's.</exception>
    public static void WaitFor(int limitMs, Func<bool> isTrue, Func<string> problem)
    {
        long start = Stopwatch.GetTimestamp();
        while (!isTrue())
        {
            if (Stopwatch.GetElapsedTime(start).TotalMilliseconds > limitMs)
            {
                throw new InvalidOperationException(problem());
            }

            Thread.Sleep(100);
        }
    }
}
