using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Systems;
using Hub.Hal.Esp32S3;
using Hub.Tests.Portable;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Nano;

/// <summary>The manager's threads on the board's CLR, over the board's HAL as it is: without a network.</summary>
[TestClass]
public class ManagerTests
{
    private const int PatienceMs = 60000;

    private readonly TickClock _clock = new TickClock();

    [TestMethod]
    public void Register_PrinterOutOfReach_IsOfflineAndRefusesCommands()
    {
        Esp32Hal hal = new Esp32Hal(new Esp32Pins());
        PrinterManager manager = new PrinterManager(hal, new Log(new NoSink(), hal.Clock, LogLevel.Info), new PrinterClientFactory(hal));
        manager.Register(Octo("octo-1"));
        manager.Register(Octo("octo-2"));
        long end = hal.Clock.NowMs + PatienceMs;
        PrinterSnapshot printer = manager.Snapshot("octo-1")!;
        while (!printer.HasFirstAnswer && hal.Clock.NowMs < end)
        {
            hal.Clock.Sleep(10);
            Assert.IsTrue(manager.Refresh(printer), "no status");
        }

        Assert.IsTrue(printer.HasFirstAnswer, "no answer");
        Assert.AreEqual((int)PrinterState.Offline, (int)printer.Status.State);

        PrinterCommand pause = new PrinterCommand(PrinterVerb.Pause, 1000);
        manager.Submit("octo-1", pause);
        Assert.IsTrue(pause.Wait(PatienceMs), "the command never ended");
        Assert.IsNotNull(pause.Error);

        Assert.IsTrue(manager.Deregister("octo-1"), "not removed");
        Assert.AreEqual(1, manager.Snapshot().Length);
        long stopping = hal.Clock.NowMs;
        manager.Dispose();
        Assert.IsTrue(hal.Clock.NowMs - stopping < 1000, "slow to stop");
    }

    [TestMethod]
    public void Watch_ReportsChange_EachChangeIsToldAndEqualReportsAreNot()
    {
        StillClients clients = new StillClients();
        PrinterManager manager = Manager(clients);
        manager.Register(Octo("octo-1"));
        StillClient printer = clients.Last!;
        using ChangeQueue queue = manager.Watch();
        PrinterSnapshot snapshot = manager.Snapshot("octo-1")!;
        WaitForNozzle(manager, queue, 200);
        Settle(queue);
        int polls = printer.Polls;
        while (printer.Polls < polls + 2)
        {
            Assert.IsNull(queue.Take(50), "an equal report was told");
        }

        printer.Nozzle = 215;
        Assert.AreEqual("octo-1", queue.Take(PatienceMs));
        Assert.IsTrue(manager.Refresh(snapshot));
        Assert.AreEqual(215.0, snapshot.Status.Nozzle);

        PrinterCommand pause = new PrinterCommand(PrinterVerb.Pause, PatienceMs);
        manager.Submit("octo-1", pause);
        Assert.IsTrue(pause.Wait(PatienceMs), "the command never ended");
        Assert.IsNull(pause.Error);
        Assert.AreEqual("octo-1", queue.Take(PatienceMs));
        Assert.IsTrue(manager.Refresh(snapshot));
        Assert.AreEqual((int)PrinterState.Paused, (int)snapshot.Status.State);
        manager.Dispose();
    }

    [TestMethod]
    public void Update_NameOnly_KeepsTheLinkAndAnAddressMakesANewOne()
    {
        StillClients clients = new StillClients();
        PrinterManager manager = Manager(clients);
        manager.Register(Octo("octo-1"));
        StillClient printer = clients.Last!;
        using ChangeQueue queue = manager.Watch();
        WaitForNozzle(manager, queue, 200);
        Settle(queue);

        PrinterConfig named = Octo("octo-1");
        named.Name = "left";
        manager.Update(named);
        Assert.AreEqual("octo-1", queue.Take(1000));
        Assert.AreEqual("left", manager.Snapshot("octo-1")!.Config.Name);
        manager.Update(named);
        Assert.IsNull(queue.Take(50), "nothing is new");
        Assert.AreEqual(1, clients.Made);
        Assert.AreEqual(1, printer.Connects);
        Assert.AreEqual((int)LinkState.Online, (int)manager.Snapshot("octo-1")!.Link);

        PrinterConfig moved = Octo("octo-1");
        moved.Url = "http://elsewhere.local";
        manager.Update(moved);
        Assert.AreEqual(2, clients.Made);
        WaitForNozzle(manager, queue, 200);
        WaitForEnd(printer);
        manager.Dispose();
        WaitForEnd(clients.Last!);
    }

    [TestMethod]
    public void Deregister_Running_IsToldAtOnceAndEndsTheWorker()
    {
        StillClients clients = new StillClients();
        PrinterManager manager = Manager(clients);
        manager.Register(Octo("octo-1"));
        using ChangeQueue queue = manager.Watch();
        WaitForNozzle(manager, queue, 200);
        Settle(queue);
        Assert.IsTrue(manager.Deregister("octo-1"));
        Assert.AreEqual("octo-1", queue.Take(1000));
        Assert.IsNull(manager.Snapshot("octo-1"));
        WaitForEnd(clients.Last!);
        Assert.AreEqual(0, manager.Sockets.InUse);
        Assert.IsFalse(manager.Deregister("octo-1"));
        manager.Dispose();
    }

    [TestMethod]
    public void Dispose_OfAQueueSomebodyWaitsOn_EndsTheWait()
    {
        PrinterManager manager = Manager(new StillClients());
        ChangeQueue queue = manager.Watch();
        Thread closer = new Thread(() =>
        {
            Thread.Sleep(50);
            queue.Dispose();
        });
        closer.Start();
        long begin = _clock.NowMs;
        Assert.IsNull(queue.Take(PatienceMs));
        Assert.IsTrue(_clock.NowMs - begin < 1000, "the wait went on");
        closer.Join();
        manager.Dispose();
    }

    private static PrinterManager Manager(StillClients clients)
    {
        Esp32Hal hal = new Esp32Hal(new Esp32Pins());
        return new PrinterManager(hal, new Log(new NoSink(), hal.Clock, LogLevel.Info), clients);
    }

    private void WaitForNozzle(PrinterManager manager, ChangeQueue queue, int nozzle)
    {
        PrinterSnapshot printer = manager.Snapshot("octo-1")!;
        long end = _clock.NowMs + PatienceMs;
        do
        {
            Assert.IsTrue(_clock.NowMs < end, "no report");
            queue.Take(100);
            manager.Refresh(printer);
        }
        while (printer.Status.Nozzle != nozzle);
    }

    private void WaitForEnd(StillClient printer)
    {
        long end = _clock.NowMs + PatienceMs;
        while (!printer.IsDisposed)
        {
            Assert.IsTrue(_clock.NowMs < end, "the worker goes on");
            Thread.Sleep(10);
        }
    }

    private static void Settle(ChangeQueue queue)
    {
        while (queue.Take(100) != null)
        {
            // What came before is of no interest.
        }
    }

    private static PrinterConfig Octo(string id)
    {
        PrinterConfig config = new PrinterConfig();
        config.Id = id;
        config.Type = PrinterTypes.OctoPrint;
        config.Url = "http://printer.local";
        config.ApiKey = new Secret("FAKE-KEY");
        config.PollMs = 500;
        return config;
    }

    private sealed class NoSink : ILogSink
    {
        public void Write(long timeMs, LogLevel level, string area, string message)
        {
            // Nobody reads it.
        }
    }
}
