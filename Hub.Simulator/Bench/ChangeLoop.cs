using System;
using System.Diagnostics;
using System.Threading;

namespace Hub.Simulator.Bench;

/// <summary>What a process cost while its printers changed: CPU in percent of one core, memory in MiB, times in ms, shortest first.</summary>
/// <param name="Cpu">CPU of the process.</param>
/// <param name="OwnCpu">CPU of this process, which changes the printers.</param>
/// <param name="MiB">Private memory of the process at the end.</param>
/// <param name="Echo">The machine's own round trips meanwhile.</param>
/// <param name="LeastShown">How many of the changes must be shown for the figures to count.</param>
internal sealed record ChangeCost(double Cpu, double OwnCpu, double MiB, double[] Echo, long LeastShown);

/// <summary>Changes the bed targets of many printers, and measures what that costs another process.</summary>
internal static class ChangeLoop
{
    /// <summary>How often each printer changes, in ms.</summary>
    private const int EveryMs = 5_000;

    private const int Echoes = 500;

    /// <summary>How many of the changes must be shown for the figures to count; those that are missing are a figure of their own.</summary>
    private const double LeastShown = 0.9;

    /// <summary>Changes the printers, and measures after a while. Their times count from the begin of the measurement.</summary>
    /// <param name="process">What is measured.</param>
    /// <param name="printers">What changes.</param>
    /// <param name="settleMs">Time before the measurement, in ms.</param>
    /// <param name="seconds">Length of the measurement.</param>
    public static ChangeCost Measure(HubProcess process, ChangingPrinter[] printers, int settleMs, int seconds)
    {
        using CancellationTokenSource stop = new();
        Thread changer = new(() => Run(printers, stop.Token));
        changer.Start();
        Thread.Sleep(settleMs);
        Array.ForEach(printers, printer => printer.Reset());

        TimeSpan before = process.CpuTime;
        TimeSpan ownBefore = Process.GetCurrentProcess().TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        Thread.Sleep(seconds * 500);
        double[] echo = LoopbackEcho.Milliseconds(Echoes, pauseMs: 10);
        TimeSpan left = TimeSpan.FromSeconds(seconds) - Stopwatch.GetElapsedTime(start);
        Thread.Sleep(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        double passed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double cpu = 100 * (process.CpuTime - before).TotalSeconds / passed;
        double ownCpu = 100 * (Process.GetCurrentProcess().TotalProcessorTime - ownBefore).TotalSeconds / passed;
        double mib = process.PrivateMiB;
        stop.Cancel();
        changer.Join();
        return new ChangeCost(cpu, ownCpu, mib, echo, (long)(LeastShown * printers.Length * passed * 1000 / EveryMs));
    }

    /// <summary>The time below which a share of sorted times lies; infinite when there are none.</summary>
    public static double At(double[] sorted, double share) =>
        sorted.Length == 0 ? double.PositiveInfinity : sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * share)];

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

    /// <summary>Each printer once in every <see cref="EveryMs"/>, one after the other, until it is stopped.</summary>
    private static void Run(ChangingPrinter[] printers, CancellationToken stop)
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
}
