using System;
using Hub.Core;
using Hub.Core.Configuration;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Hal.Esp32S3;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Nano;

/// <summary>The manager's threads on the board's CLR, over the board's HAL as it is: without a network.</summary>
[TestClass]
public class ManagerTests
{
    private const int PatienceMs = 5000;

    [TestMethod]
    public void Register_PrinterOutOfReach_IsOfflineAndRefusesCommands()
    {
        Esp32Hal hal = new Esp32Hal();
        PrinterManager manager = new PrinterManager(hal, new Log(new NoSink(), hal.Clock, LogLevel.Info), new PrinterClientFactory(hal));
        manager.Register(Octo("octo-1"));
        manager.Register(Octo("octo-2"));
        long end = hal.Clock.NowMs + PatienceMs;
        while (!manager.HasFirstAnswer("octo-1") && hal.Clock.NowMs < end)
        {
            hal.Clock.Sleep(10);
        }

        PrinterStatus status = new PrinterStatus();
        Assert.IsTrue(manager.HasFirstAnswer("octo-1"), "no answer");
        Assert.IsTrue(manager.TryGetStatus("octo-1", status), "no status");
        Assert.AreEqual((int)PrinterState.Offline, (int)status.State);

        PrinterCommand pause = new PrinterCommand(PrinterVerb.Pause, 1000);
        manager.Submit("octo-1", pause);
        Assert.IsTrue(pause.Wait(PatienceMs), "the command never ended");
        Assert.IsNotNull(pause.Error);

        Assert.IsTrue(manager.Deregister("octo-1"), "not removed");
        Assert.AreEqual(1, manager.Ids().Length);
        long stopping = hal.Clock.NowMs;
        manager.Dispose();
        Assert.IsTrue(hal.Clock.NowMs - stopping < 1000, "slow to stop");
    }

    private static PrinterConfig Octo(string id)
    {
        PrinterConfig config = new PrinterConfig();
        config.Id = id;
        config.Type = PrinterTypes.OctoPrint;
        config.Url = "http://printer.local";
        config.ApiKey = new Secret("FAKE-KEY");
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
