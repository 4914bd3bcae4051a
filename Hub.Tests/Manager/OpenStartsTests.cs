using System;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Manager;

/// <summary>A start that nobody has seen yet is not sent again by another process on the same storage, nor after a restart.</summary>
[TestClass]
public class OpenStartsTests
{
    private readonly MemoryNvs _nvs = new();
    private DateTime _utc = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
    private bool _isSynced = true;

    [TestMethod]
    public void TryBegin_AnotherProcessSentOne_IsRefusedForTheRestOfItsTime()
    {
        StartDoubt first = Process("p");
        Assert.IsTrue(first.TryBegin(Start(), 0));
        _utc = _utc.AddSeconds(100);
        StartDoubt second = Process("renamed");
        Assert.IsFalse(second.TryBegin(Start(), 5000));
        Assert.IsTrue(second.IsOpen(5000));
        Assert.IsFalse(second.IsOpen(5000 + 200000));
        _utc = _utc.AddSeconds(200);
        Assert.IsTrue(second.TryBegin(Start(), 5000 + 200000));
    }

    [TestMethod]
    public void TryBegin_OutcomeSeenByTheOther_IsFree()
    {
        StartDoubt first = Process("p");
        PrinterCommand start = Start();
        Assert.IsTrue(first.TryBegin(start, 0));
        first.End(start);
        Assert.IsTrue(Process("p").TryBegin(Start(), 0));
    }

    [TestMethod]
    public void Load_AfterARestart_TheJobAtWorkSettlesIt()
    {
        Assert.IsTrue(Process("p").TryBegin(Start(), 0));
        StartDoubt restarted = Process("p");
        restarted.Load(0);
        Assert.IsTrue(restarted.IsOpen(0));
        restarted.Settle();
        Assert.IsTrue(Process("p").TryBegin(Start(), 0));
    }

    [TestMethod]
    public void Load_WithoutTheTimeOfDay_WaitsTheWholeTime()
    {
        Assert.IsTrue(Process("p").TryBegin(Start(), 0));
        _isSynced = false;
        StartDoubt restarted = Process("p");
        restarted.Load(1000);
        Assert.IsTrue(restarted.IsOpen(1000 + StartDoubt.LeastMs - 1));
        Assert.IsFalse(restarted.IsOpen(1000 + StartDoubt.LeastMs));
    }

    [TestMethod]
    public void Load_ClockSetBackByADay_WaitsNoLongerThanTheWholeTime()
    {
        Assert.IsTrue(Process("p").TryBegin(Start(), 0));
        _utc = _utc.AddDays(-1);
        StartDoubt restarted = Process("p");
        restarted.Load(0);
        Assert.IsFalse(restarted.IsOpen(StartDoubt.LeastMs));
    }

    [TestMethod]
    public void TryBegin_AnotherPrinter_IsFree()
    {
        Assert.IsTrue(Process("p").TryBegin(Start(), 0));
        Assert.IsTrue(Process("p", "http://other").TryBegin(Start(), 0));
    }

    [TestMethod]
    public void TryBegin_StorageFails_PrintsAndSaysWhatThatCosts()
    {
        Mock<INvs> full = new();
        full.Setup(n => n.Write(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<byte[]>())).Throws(new HubException(ErrorCode.StorageFailed, "the disk is full"));
        ManagerTestBase.LogLines lines = new();
        Assert.IsTrue(Process("p", "http://printer", full.Object, lines).TryBegin(Start(), 0));
        Assert.IsTrue(lines.Any(l => l.Contains("the disk is full")));
    }

    private StartDoubt Process(string id, string url = "http://printer", INvs? nvs = null, ILogSink? sink = null)
    {
        Mock<IClock> clock = new();
        clock.Setup(c => c.UtcNow).Returns(() => _utc);
        clock.Setup(c => c.IsUtcSynced).Returns(() => _isSynced);
        Mock<IHal> hal = new();
        hal.Setup(h => h.Clock).Returns(clock.Object);
        hal.Setup(h => h.Nvs).Returns(nvs ?? _nvs);
        OpenStarts stored = new(hal.Object, new Log(sink ?? new ManagerTestBase.LogLines(), clock.Object, LogLevel.Debug));
        return new StartDoubt(stored, new PrinterConfig { Id = id, Type = PrinterTypes.OctoPrint, Url = url });
    }

    private static PrinterCommand Start()
    {
        PrinterCommand start = new(PrinterVerb.Start, 1000);
        start.Begin(Mock.Of<IClock>(c => c.NowMs == 0));
        return start;
    }
}
