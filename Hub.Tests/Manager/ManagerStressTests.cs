using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Streams;
using Hub.Tests.Portable;
using Hub.Hal.Desktop;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Manager;

/// <summary>Printers come, go, change and break while several threads ask for everything; in the end all is right.</summary>
[TestClass]
public sealed class ManagerStressTests
{
    private const int Sockets = 9;
    private const int Printers = 12;
    private const int Askers = 3;

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void Anything_AtOnce_EveryAskerIsAnsweredAndEverySocketIsGivenBack(int seed)
    {
        TestLog log = new TestLog();
        Mock<IHal> hal = new Mock<IHal>();
        hal.Setup(h => h.Clock).Returns(new TickClock());
        hal.Setup(h => h.System).Returns(Mock.Of<ISystem>());
        hal.Setup(h => h.Nvs).Returns(new MemoryNvs());
        hal.Setup(h => h.Hash).Returns(new DesktopHash());
        hal.Setup(h => h.Sockets).Returns(Mock.Of<ISocketFactory>(s => s.MaxSockets == Sockets));
        PrinterManager manager = new PrinterManager(hal.Object, log.Log, new Factory(seed));
        List<PrinterCommand> commands = [];
        List<Transfer> transfers = [];
        Dictionary<string, PrinterState> told = [];
        using ChangeQueue queue = manager.Watch();
        bool isOver = false;
        Thread listener = new Thread(() => Listen(manager, queue, told, () => Volatile.Read(ref isOver)));
        listener.Start();
        Thread[] askers = new Thread[Askers];
        for (int i = 0; i < Askers; i++)
        {
            Random random = new Random((seed * 100) + i);
            askers[i] = new Thread(() => Ask(manager, random, commands, transfers));
            askers[i].Start();
        }

        foreach (Thread asker in askers)
        {
            Assert.IsTrue(asker.Join(Patience.LimitMs), "seed " + seed + ": an asker hangs");
        }

        Thread.Sleep(300);
        foreach (string id in manager.Ids())
        {
            PrinterConfig off = Config(id, 0);
            off.Enabled = false;
            manager.Update(off);
        }

        // The former workers close in their own time.
        Patience.Until(() => manager.Sockets.InUse == 0 && manager.Sockets.Waiting == 0, "the end", () => $"seed {seed}: {manager.Sockets.InUse} in use, {manager.Sockets.Waiting} wait");
        Patience.Until(() => commands.All(c => c.Wait(0)) && transfers.All(t => t.IsFinished), "the end", () => "seed " + seed + ": the end of all that was asked for");
        string[] ids = manager.Ids();
        Patience.Until(() => Told(told, ids), "the end", () => "seed " + seed + ": the last change was not told");
        Volatile.Write(ref isOver, true);
        queue.Dispose();
        Assert.IsTrue(listener.Join(Patience.LimitMs));
        manager.Dispose();
        Assert.AreEqual("", string.Join('\n', log.ToString().Split('\n').Where(l => l.Contains("fault of the hub"))), "seed " + seed);
    }

    private static bool Told(Dictionary<string, PrinterState> told, string[] ids)
    {
        lock (told)
        {
            return told.Count == ids.Length && ids.All(id => told.TryGetValue(id, out PrinterState state) && state == PrinterState.Offline);
        }
    }

    private static void Listen(PrinterManager manager, ChangeQueue queue, Dictionary<string, PrinterState> told, Func<bool> isOver)
    {
        PrinterStatus status = new PrinterStatus();
        while (!isOver())
        {
            string? id = queue.Take(100);
            if (id == null)
            {
                continue;
            }

            lock (told)
            {
                told.Remove(id);
                if (manager.TryGetStatus(id, status))
                {
                    told[id] = status.State;
                }
            }
        }
    }

    private static void Ask(PrinterManager manager, Random random, List<PrinterCommand> commands, List<Transfer> transfers)
    {
        for (int i = 0; i < 250; i++)
        {
            string id = "p" + random.Next(Printers);
            switch (random.Next(8))
            {
                case 0:
                    manager.Register(Config(id, random.Next(3)));
                    break;
                case 1:
                case 2:
                    manager.Update(Config(id, random.Next(3)));
                    break;
                case 3:
                    manager.Deregister(id);
                    break;
                case 4:
                    manager.Retry(id);
                    manager.Snapshot();
                    break;
                case 5:
                    Transfer transfer = new Transfer("a.gcode", Mock.Of<IUploadSource>(s => s.Length == 5));
                    Add(transfers, transfer);
                    manager.Submit(id, transfer);
                    break;
                default:
                    PrinterCommand command = new PrinterCommand((PrinterVerb)random.Next(9), 300) { Lines = ["G28"], StoredPath = "a.gcode", Level = 1 };
                    Add(commands, command);
                    manager.Submit(id, command);
                    break;
            }

            if (random.Next(4) == 0)
            {
                Thread.Sleep(random.Next(15));
            }
        }
    }

    private static void Add<T>(List<T> list, T item)
    {
        lock (list)
        {
            list.Add(item);
        }
    }

    private static PrinterConfig Config(string id, int key) => new PrinterConfig
    {
        Id = id,
        Type = PrinterTypes.OctoPrint,
        PollMs = 500,
        Url = "http://" + id,
        ApiKey = new Secret("fake-key-" + key),
    };

    private sealed class Factory(int seed) : IPrinterClientFactory
    {
        private int _made;

        public IPrinterClient Create(PrinterConfig config)
        {
            int number = Interlocked.Increment(ref _made);
            return number % 2 == 0 ? new RandomPushClient(seed + number) : new RandomClient(seed + number);
        }
    }

    /// <summary>Fails and shows states as it comes.</summary>
    private class RandomClient(int seed) : ScriptedClient, IPrinterClient, IPolledClient
    {
        private readonly Random _random = new Random(seed);

        public int PollIntervalMs { get; set; }

        public void ReleaseIdleConnection()
        {
        }

        public override void Poll(CancellationToken cancel)
        {
            cancel.WaitHandle.WaitOne(_random.Next(10));
            PollError = _random.Next(15) == 0 ? new HubException(ErrorCode.ConnectionLost, "cut") : null;
            State = (PrinterState)_random.Next(1, (int)PrinterState.Error + 1);
            base.Poll(cancel);
            Status.LastReportMs = Environment.TickCount64;
        }

        void IPrinterClient.Connect(CancellationToken cancel)
        {
            cancel.WaitHandle.WaitOne(_random.Next(20));
            ErrorCode[] errors = [ErrorCode.ConnectFailed, ErrorCode.AuthRejected, ErrorCode.Timeout];
            ConnectError = _random.Next(5) == 0 ? new HubException(errors[_random.Next(3)], "no") : null;
            Connect(cancel);
        }
    }

    private sealed class RandomPushClient(int seed) : RandomClient(seed), IPushClient
    {
        public bool IsPushing => true;

        public int StaleMs => Staleness.DefaultMs;

        public int SignalReport(AutoResetEvent wake) => 0;
    }
}
