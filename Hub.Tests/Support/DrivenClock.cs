using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using Hub.Core.Hal;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Support;

/// <summary>
/// A clock for code with its own threads. It stands still until the test moves it, so no deadline expires by accident,
/// however slow the machine is. <see cref="PassUntil"/> moves it from one due time to the next, each time when all threads
/// wait for it: what they do, and when, is the same in every run.
/// </summary>
internal sealed class DrivenClock : IClock
{
    /// <summary>Most driven time that <see cref="PassUntil"/> lets pass, in ms.</summary>
    private const long LongestMs = 60 * 60 * 1000;

    private readonly object _gate = new();
    private readonly Dictionary<Thread, Sleeper> _sleepers = [];
    private readonly Func<int> _workers;
    private Thread _driver = Thread.CurrentThread;
    private long _nowMs = 10_000_000;

    /// <summary>Makes a clock that the current thread drives.</summary>
    /// <param name="workers">How many threads wait on it when they are idle. Those that hang elsewhere: <see cref="Hanging"/>.</param>
    public DrivenClock(Func<int> workers)
    {
        _workers = workers;
    }

    /// <inheritdoc/>
    public long NowMs => Interlocked.Read(ref _nowMs);

    /// <inheritdoc/>
    public DateTime UtcNow => new DateTime(2026, 1, 1).AddMilliseconds(NowMs);

    /// <inheritdoc/>
    public bool IsUtcSynced { get; set; } = true;

    /// <summary>How many of the workers hang elsewhere and never come to rest on this clock.</summary>
    public int Hanging { get; set; }

    /// <summary>The number of threads that wait on it now.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _sleepers.Values.Count(s => s.IsParked);
            }
        }
    }

    /// <inheritdoc/>
    public void Sleep(int milliseconds)
    {
        using ManualResetEvent never = new(false);
        Wait(never, milliseconds);
    }

    /// <summary>On the test's thread, time passes while it waits; on other threads, it stands still until the test moves it.</summary>
    public bool Wait(WaitHandle handle, int milliseconds)
    {
        if (Thread.CurrentThread == _driver)
        {
            return Drive(() => handle.WaitOne(0), NowMs + milliseconds, "an event");
        }

        Sleeper sleeper = Park(handle, milliseconds);
        while (true)
        {
            // An event that is set takes precedence over a poke: a thread that answers a poke is idle.
            bool isSet = WaitHandle.WaitAny(sleeper.Handles) == 0;
            lock (_gate)
            {
                sleeper.Answered = sleeper.Asked;
                if (isSet || sleeper.DueMs <= _nowMs)
                {
                    sleeper.IsParked = false;
                    return isSet;
                }
            }
        }
    }

    /// <summary>
    /// Moves the clock, whatever the threads are doing. A thread that is about to wait calculates its due time from the moved clock, too
    /// late: <see cref="Settle"/> before it where a thread must notice.
    /// </summary>
    public void Pass(long milliseconds)
    {
        lock (_gate)
        {
            Move(_nowMs + milliseconds);
        }
    }

    /// <summary>Lets time pass until the condition holds; only the threads that wait on this clock may bring it about.</summary>
    public void PassUntil(Func<bool> condition, string what)
    {
        _driver = Thread.CurrentThread;
        Assert.IsTrue(Drive(condition, NowMs + LongestMs, what), "an hour of driven time went by without: " + what);
    }

    /// <summary>Lets this much time pass, including everything that is due in it.</summary>
    public void PassThrough(int milliseconds)
    {
        _driver = Thread.CurrentThread;
        Drive(() => false, NowMs + milliseconds, "the threads' rest");
    }

    /// <summary>Waits until all threads wait on this clock: they have done what they were asked to. No time passes.</summary>
    public void Settle()
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!IsQuiet())
        {
            Rest(watch, "the threads' rest");
        }
    }

    private bool Drive(Func<bool> condition, long untilMs, string what)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (true)
        {
            if (condition())
            {
                return true;
            }

            if (!IsQuiet())
            {
                Rest(watch, what);
                continue;
            }

            // What they did before they came to rest.
            if (condition())
            {
                return true;
            }

            if (NowMs >= untilMs)
            {
                return false;
            }

            watch.Restart();
            MoveToNext(untilMs);
        }
    }

    private static void Rest(Stopwatch watch, string what)
    {
        Assert.IsLessThan(Patience.LimitMs, watch.ElapsedMilliseconds, "the threads never come to rest, waiting for: " + what);
        Thread.Sleep(watch.ElapsedMilliseconds > 20 ? 1 : 0);
    }

    /// <summary>Whether all threads wait, and none of them was just woken: each is poked, and answers only while it is idle.</summary>
    private bool IsQuiet()
    {
        int workers = _workers() - Hanging;
        Sleeper[] asked;
        lock (_gate)
        {
            asked = [.. _sleepers.Values.Where(s => s.IsParked)];
            if (asked.Length < workers)
            {
                return false;
            }

            foreach (Sleeper sleeper in asked)
            {
                sleeper.Asked++;
                sleeper.Poke.Set();
            }
        }

        Stopwatch watch = Stopwatch.StartNew();
        while (true)
        {
            lock (_gate)
            {
                if (asked.Any(s => !s.IsParked))
                {
                    return false;
                }

                if (asked.All(s => s.Answered == s.Asked))
                {
                    return true;
                }
            }

            Rest(watch, "an answer");
        }
    }

    private void MoveToNext(long untilMs)
    {
        lock (_gate)
        {
            long nextMs = untilMs;
            foreach (Sleeper sleeper in _sleepers.Values.Where(s => s.IsParked && s.DueMs < nextMs))
            {
                nextMs = sleeper.DueMs;
            }

            Move(Math.Max(nextMs, _nowMs));
        }
    }

    /// <summary>With the gate held.</summary>
    private void Move(long nowMs)
    {
        Interlocked.Exchange(ref _nowMs, nowMs);
        foreach (Sleeper sleeper in _sleepers.Values.Where(s => s.IsParked && s.DueMs <= nowMs))
        {
            sleeper.IsParked = false;
            sleeper.Poke.Set();
        }
    }

    private Sleeper Park(WaitHandle handle, int milliseconds)
    {
        lock (_gate)
        {
            if (!_sleepers.TryGetValue(Thread.CurrentThread, out Sleeper? sleeper))
            {
                _sleepers[Thread.CurrentThread] = sleeper = new Sleeper();
            }

            sleeper.Handles[0] = handle;
            sleeper.DueMs = milliseconds < 0 ? long.MaxValue : _nowMs + milliseconds;
            sleeper.Answered = sleeper.Asked;
            sleeper.IsParked = true;
            return sleeper;
        }
    }

    /// <summary>A waiting thread; the gate guards everything except its handles.</summary>
    private sealed class Sleeper
    {
        public Sleeper()
        {
            Handles = [Poke, Poke];
        }

        public AutoResetEvent Poke { get; } = new(false);

        public WaitHandle[] Handles { get; }

        public long DueMs { get; set; }

        public int Asked { get; set; }

        public int Answered { get; set; }

        public bool IsParked { get; set; }
    }
}
