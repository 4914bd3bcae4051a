using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Manager;

/// <summary>What a listener is told: by hand at the queue itself, and by workers behind it.</summary>
[TestClass]
public sealed class ChangeQueueTests : ManagerTestBase
{
    [TestMethod]
    public void Take_MarkedOftenAndMixed_GivesEachOnceInTheOrderOfTheFirst()
    {
        using ChangeQueue queue = Manager.Watch();
        foreach (string id in new[] { "b", "a", "b", "c", "a", "b" })
        {
            queue.Mark(id);
        }

        Assert.AreEqual("b", queue.Take(0));
        queue.Mark("b");
        Assert.AreEqual("a c b", string.Join(' ', Rest(queue)), "what changes after it was taken is told again, behind the others");
    }

    [TestMethod]
    public void Take_NothingChanges_WaitsTheWholeTime()
    {
        using ChangeQueue queue = Manager.Watch();
        queue.Mark("a");
        Assert.AreEqual("a", queue.Take(0));
        long startMs = Clock.NowMs;
        Assert.IsNull(queue.Take(1150), "the mark that was taken does not end the next wait");
        Assert.AreEqual(1150, Clock.NowMs - startMs);
    }

    [TestMethod]
    public void Take_ListenerNeverLooks_KeepsABoundAndCountsTheRest()
    {
        using ChangeQueue queue = Manager.Watch();
        for (int i = 0; i < ChangeQueue.Capacity + 3; i++)
        {
            queue.Mark("p" + i);
        }

        Assert.AreEqual(3, queue.Dropped);
        Assert.AreEqual("p3", queue.Take(0));
        Assert.AreEqual(ChangeQueue.Capacity - 1, Rest(queue).Length);
    }

    [TestMethod]
    public void Dispose_WhileSomebodyWaits_EndsTheWaitAndTellsNoMore()
    {
        ChangeQueue queue = Manager.Watch();
        string? taken = "nothing yet";
        Thread taker = new Thread(() => taken = queue.Take(10000));
        taker.Start();
        Patience.Until(() => Clock.Waiting == 1, "the wait");

        // The clock stands still: nothing else ends it.
        queue.Dispose();
        Patience.Join(taker, "the end of the wait");
        Assert.IsNull(taken);
        RegisterOnline(PrinterState.Idle);
        queue.Mark("a");
        Assert.IsNull(queue.Take(0));
    }

    [TestMethod]
    public void Watch_Begun_TellsOfThoseThatAreThere()
    {
        Manager.Register(Config("octo-1"));
        Manager.Register(Config("octo-2"));
        using ChangeQueue queue = Manager.Watch();

        // In no certain order: their workers tell of changes meanwhile.
        Assert.AreEqual("octo-1 octo-2", string.Join(' ', Rest(queue).Order()));
    }

    [TestMethod]
    public void Deregister_IsToldThoughNothingElseChanges()
    {
        RegisterOnline(PrinterState.Idle);
        using ChangeQueue queue = Manager.Watch();
        Settle(queue);
        Manager.Deregister("octo-1");
        Assert.AreEqual("octo-1", queue.Take(1000));
        Assert.IsFalse(Manager.TryGetStatus("octo-1", new PrinterStatus()));
    }

    [TestMethod]
    public void Mark_ManyMarkersAndAFastReader_LosesNoChange()
    {
        const int Markers = 4;
        const int Rounds = 5000;
        int[] values = new int[Markers];
        int[] seen = new int[Markers];
        using ChangeQueue queue = Manager.Watch();
        Thread[] threads = Enumerable.Range(0, Markers).Select(k => new Thread(() =>
        {
            for (int i = 1; i <= Rounds; i++)
            {
                Volatile.Write(ref values[k], i);
                queue.Mark(k.ToString(System.Globalization.CultureInfo.InvariantCulture));
            }
        })).ToArray();
        Array.ForEach(threads, t => t.Start());
        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
        while (seen.Any(s => s < Rounds) && watch.ElapsedMilliseconds < Patience.LimitMs)
        {
            string? id = queue.Take(0);
            if (id != null)
            {
                int k = id[0] - '0';
                seen[k] = Volatile.Read(ref values[k]);
            }
        }

        Array.ForEach(threads, t => t.Join());
        CollectionAssert.AreEqual(Enumerable.Repeat(Rounds, Markers).ToArray(), seen, "the last value of each marker is seen");
    }

    [TestMethod]
    public void Reports_AllEqual_TellNothing()
    {
        Client.ReportTime = () => Clock.NowMs;
        RegisterOnline(PrinterState.Printing);
        using ChangeQueue queue = Manager.Watch();
        Settle(queue);
        int polls = Client.Polls;
        PassUntil(() => Client.Polls >= polls + 2, "two more polls");
        Clock.Settle();
        Assert.IsNull(queue.Take(0), "reports that say the same are no change");
        Client.Status.Nozzle = 215;
        Assert.AreEqual("octo-1", queue.Take(2000));
        Assert.AreEqual(215, Status().Nozzle);
        Assert.IsNull(queue.Take(0));
    }

    [TestMethod]
    public void LastReportGrowsOldWhilePollHangs_IsToldOnce()
    {
        long oldMs = 0;
        Client.ReportTime = () => Clock.NowMs - oldMs;
        RegisterOnline(PrinterState.Printing);
        using ChangeQueue queue = Manager.Watch();
        Settle(queue);

        // The next report is as good as stale, and no other follows: only time can tell the listener.
        oldMs = Staleness.DefaultMs - 700;
        Client.HangAfterNextPoll = true;
        PassUntil(() => Client.IsHanging, "a worker that hangs");
        Assert.IsTrue(Status().IsConnected, "not yet stale");
        Settle(queue, 0);
        Clock.Pass(700);
        Assert.AreEqual("octo-1", queue.Take(0));
        Assert.AreEqual(PrinterState.Offline, Status().State);
        Clock.Pass(700);
        Assert.IsNull(queue.Take(0), "told once");
    }

    /// <summary>Takes what waits until nothing has come for a moment.</summary>
    private static void Settle(ChangeQueue queue, int quietMs = 100)
    {
        while (queue.Take(quietMs) != null)
        {
        }
    }

    private static string[] Rest(ChangeQueue queue)
    {
        List<string> ids = new List<string>();
        for (string? id = queue.Take(0); id != null; id = queue.Take(0))
        {
            ids.Add(id);
        }

        return ids.ToArray();
    }
}
