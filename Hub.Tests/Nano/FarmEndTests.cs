using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Hal.Esp32S3;
using Hub.Tests.Portable;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Nano;

/// <summary>How commands and uploads end on the board's CLR, and that waits for them end with a cancellation.</summary>
[TestClass]
public class FarmEndTests
{
    private const int PatienceMs = 60000;

    private readonly TickClock _clock = new TickClock();

    [TestMethod]
    public void Submit_WithAListener_HearsOfEachEndOnce()
    {
        PrinterManager manager = Manager();
        manager.Register(Octo());
        Listener listener = new Listener();
        PrinterCommand pause = new PrinterCommand(PrinterVerb.Pause, PatienceMs);
        pause.Listener = listener;
        manager.Submit("octo-1", pause);
        Assert.IsTrue(pause.Wait(PatienceMs, CancellationToken.None), "the command never ended");
        Assert.IsNull(pause.Error);
        PrinterCommand unknown = new PrinterCommand(PrinterVerb.Pause, PatienceMs);
        unknown.Listener = listener;
        unknown.Id = "cloud-7";
        manager.Submit("octo-2", unknown);
        Transfer upload = new Transfer("a.gcode", new PatternSource(5));
        upload.Listener = listener;
        manager.Submit("octo-1", upload);
        manager.Dispose();
        Assert.AreEqual(2, listener.Commands);
        Assert.AreEqual(1, listener.Transfers);
        Assert.AreEqual("cloud-7", unknown.Id);
        Assert.IsTrue(pause.Id.Length > 0 && upload.Id.Length > 0 && pause.Id != upload.Id, "no ids");
    }

    [TestMethod]
    public void Submit_ListenerThrows_HurtsNobody()
    {
        PrinterManager manager = Manager();
        Listener listener = new Listener();
        listener.IsBad = true;
        for (int i = 0; i < 3; i++)
        {
            PrinterCommand unknown = new PrinterCommand(PrinterVerb.Pause, PatienceMs);
            unknown.Listener = listener;
            manager.Submit("octo-2", unknown);
        }

        manager.Dispose();
        Assert.AreEqual(3, listener.Commands);
    }

    [TestMethod]
    public void Wait_Cancelled_EndsAtOnce()
    {
        PrinterManager manager = Manager();
        ChangeQueue queue = manager.Watch();
        for (int kind = 0; kind < 3; kind++)
        {
            CancellationTokenSource source = new CancellationTokenSource();
            Thread canceller = new Thread(() =>
            {
                Thread.Sleep(50);
                source.Cancel();
            });
            long begin = _clock.NowMs;
            canceller.Start();
            if (kind == 0)
            {
                Assert.IsNull(queue.Take(PatienceMs, source.Token));
            }
            else if (kind == 1)
            {
                Assert.IsFalse(new PrinterCommand(PrinterVerb.Pause, PatienceMs).Wait(PatienceMs, source.Token));
            }
            else
            {
                Assert.IsFalse(new Transfer("a.gcode", new PatternSource(5)).Wait(-1, source.Token));
            }

            Assert.IsTrue(_clock.NowMs - begin < 1000, "the wait went on: " + kind.ToString());
            canceller.Join();
        }

        queue.Dispose();
        manager.Dispose();
    }

    private static PrinterManager Manager()
    {
        Esp32Hal hal = new Esp32Hal(new Esp32Pins());
        return new PrinterManager(hal, new Log(new NoSink(), hal.Clock, LogLevel.Info), new StillClients());
    }

    private static PrinterConfig Octo()
    {
        PrinterConfig config = new PrinterConfig();
        config.Id = "octo-1";
        config.Type = PrinterTypes.OctoPrint;
        config.Url = "http://printer.local";
        config.ApiKey = new Secret("FAKE-KEY");
        config.PollMs = 500;
        return config;
    }

    private sealed class Listener : ICommandListener, ITransferListener
    {
        public int Commands { get; private set; }

        public int Transfers { get; private set; }

        public bool IsBad { get; set; }

        public void Ended(PrinterCommand command)
        {
            Commands++;
            if (IsBad)
            {
                throw new System.InvalidOperationException("a bad listener");
            }
        }

        public void Progressed(Transfer transfer)
        {
            // Nobody asks.
        }

        public void Ended(Transfer transfer) => Transfers++;
    }

    private sealed class NoSink : ILogSink
    {
        public void Write(long timeMs, LogLevel level, string area, string message)
        {
            // Nobody reads it.
        }
    }
}
