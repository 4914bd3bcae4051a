using System.Threading;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Support;

/// <summary>The clock that manager tests rest on.</summary>
[TestClass]
public sealed class DrivenClockTests
{
    private readonly DrivenClock _clock;
    private int _threads;
    private string _trace = "";

    public DrivenClockTests()
    {
        _clock = new DrivenClock(() => Volatile.Read(ref _threads));
    }

    [TestMethod]
    public void PassUntil_TwoThreads_WakesEachAtItsTime()
    {
        long startMs = _clock.NowMs;
        Start("a", 300, 3);
        Start("b", 700, 1);
        _clock.PassUntil(() => _trace.EndsWith('b'), "b");
        Assert.AreEqual(" 300a 600a 700b", _trace);
        Assert.AreEqual(700, _clock.NowMs - startMs);
        _clock.PassThrough(1000);
        Assert.AreEqual(" 300a 600a 700b 900a", _trace);
        Assert.AreEqual(1700, _clock.NowMs - startMs);
    }

    [TestMethod]
    public void Wait_HandleIsSet_EndsThoughTheClockStands()
    {
        using AutoResetEvent wake = new(false);
        bool isSet = false;
        Thread thread = new(() => isSet = _clock.Wait(wake, 1000));
        thread.Start();
        Patience.Until(() => _clock.Waiting == 1, "the wait");
        wake.Set();
        Patience.Join(thread, "the thread's end");
        Assert.IsTrue(isSet);
    }

    [TestMethod]
    public void Pass_BeyondTheTime_EndsTheWaitWithFalse()
    {
        using AutoResetEvent wake = new(false);
        bool isSet = true;
        Thread thread = new(() => isSet = _clock.Wait(wake, 1000));
        thread.Start();
        Patience.Until(() => _clock.Waiting == 1, "the wait");
        _clock.Pass(999);
        Assert.AreEqual(1, _clock.Waiting);
        _clock.Pass(1);
        Patience.Join(thread, "the thread's end");
        Assert.IsFalse(isSet);
    }

    /// <summary>A thread that was woken and does not run yet is not one that has nothing to do: the clock must not run away from it.</summary>
    [TestMethod]
    public void PassThrough_ThreadsThatWakeEachOther_NoneIsOvertaken()
    {
        const int Rounds = 200;
        using AutoResetEvent ping = new(false);
        long startMs = _clock.NowMs;
        int sent = 0;
        int late = 0;
        int taken = 0;
        Volatile.Write(ref _threads, 2);
        Thread sender = new(() =>
        {
            using AutoResetEvent never = new(false);
            while (sent < Rounds)
            {
                _clock.Wait(never, 10);
                sent++;
                ping.Set();
            }

            Interlocked.Decrement(ref _threads);
        });
        Thread taker = new(() =>
        {
            while (taken < Rounds)
            {
                if (_clock.Wait(ping, 60_000))
                {
                    taken++;
                    late += _clock.NowMs - startMs == taken * 10 ? 0 : 1;
                }
            }

            Interlocked.Decrement(ref _threads);
        });
        sender.Start();
        taker.Start();
        _clock.PassThrough(Rounds * 10);
        Patience.Join(sender, "the sender's end");
        Patience.Join(taker, "the taker's end");
        Assert.AreEqual(0, late);
    }

    private void Start(string name, int everyMs, int times)
    {
        Interlocked.Increment(ref _threads);
        long startMs = _clock.NowMs;
        new Thread(() =>
        {
            using AutoResetEvent never = new(false);
            for (int i = 0; i < times; i++)
            {
                _clock.Wait(never, everyMs);
                lock (_clock)
                {
                    _trace += " " + (_clock.NowMs - startMs) + name;
                }
            }

            Interlocked.Decrement(ref _threads);
        }).Start();
    }
}
