using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Manager;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Support;

/// <summary>
/// Waits for other threads, processes and servers. Returns as soon as the event has happened; the limit measures nothing and
/// only ends a test that would hang, so it is far above what the busiest machine needs. See docs/testing.md.
/// </summary>
internal static class Patience
{
    /// <summary>Time after which something never happens, in ms.</summary>
    public const int LimitMs = 60_000;

    /// <summary>Upper bound for something that must not wait: what it must not wait for lasts <see cref="LimitMs"/> or longer.</summary>
    public const int AtOnceMs = LimitMs / 2;

    private const int LookMs = 5;

    /// <summary>Waits until the condition holds.</summary>
    /// <param name="condition">Checked on this thread, repeatedly.</param>
    /// <param name="what">What the test waits for, for the failure message.</param>
    /// <param name="details">Helps to understand why it does not happen: a log, a status.</param>
    public static void Until(Func<bool> condition, string what, Func<string>? details = null)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!condition())
        {
            Check(watch, what, details);
            Thread.Sleep(LookMs);
        }
    }

    /// <summary>The same for tests that are tasks.</summary>
    public static async Task UntilAsync(Func<bool> condition, string what, Func<string>? details = null)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!condition())
        {
            Check(watch, what, details);
            await Task.Delay(LookMs);
        }
    }

    /// <summary>The same for conditions that are tasks.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what, Func<string>? details = null)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!await condition())
        {
            Check(watch, what, details);
            await Task.Delay(LookMs);
        }
    }

    /// <summary>Waits for a command's end.</summary>
    public static PrinterCommand Ended(PrinterCommand command, Func<string>? details = null)
    {
        Until(() => command.IsFinished, "the end of a command: " + command.Verb, details);
        return command;
    }

    /// <summary>Waits for an upload's end.</summary>
    public static Transfer Ended(Transfer transfer, Func<string>? details = null)
    {
        Until(() => transfer.IsFinished, "the end of the upload of " + transfer.Name, details);
        return transfer;
    }

    /// <summary>Waits for a thread's end.</summary>
    public static void Join(Thread thread, string what) => Assert.IsTrue(thread.Join(LimitMs), "waited " + LimitMs + " ms for: " + what);

    private static void Check(Stopwatch watch, string what, Func<string>? details)
    {
        if (watch.ElapsedMilliseconds > LimitMs)
        {
            Assert.Fail("waited " + LimitMs + " ms for: " + what + (details == null ? "" : "\n" + details()));
        }
    }
}
