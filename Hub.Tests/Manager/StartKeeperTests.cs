using System;
using System.Collections.Generic;
using System.Linq;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Jobs;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Hal.Desktop;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Manager;

/// <summary>One start at a time on a printer, among all processes on one storage and over restarts; each with one recorded outcome.</summary>
[TestClass]
public class StartKeeperTests
{
    private readonly MemoryNvs _nvs = new();
    private readonly List<IDisposable> _held = [];
    private readonly ManagerTestBase.LogLines _lines = new();
    private DateTime _utc = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
    private long _nowMs = 1000000;
    private bool _isSynced = true;
    private Log? _log;

    [TestMethod]
    public void Accept_AnotherProcessIsAtIt_IsRefusedUntilThatOneEnds()
    {
        StartKeeper first = Process("p");
        PrintRequest one = Accepted(first);
        StartKeeper second = Process("renamed");
        Refuses(second, "a print of a.gcode is on its way to this printer already");
        Assert.IsNull(first.Sending(one, Shows(PrinterState.Idle), 0));
        Refuses(second, "has not shown it yet");
        first.Judged(one, Shows(PrinterState.Printing), null);
        Pass(1);
        second.Tick();
        Assert.IsNull(second.Refusal);
        Accepted(second);
        Assert.AreEqual("started c1 a.gcode", Events());
    }

    [TestMethod]
    public void Accept_AnotherPrinter_IsFree()
    {
        Accepted(Process("p"));
        Accepted(Process("q", "http://other"));
    }

    [TestMethod]
    public void Accept_UrlEditedWhileAnotherProcessIsAtIt_IsRefused()
    {
        Accepted(Process("p"));
        Refuses(Process("p", "http://moved"), "is on its way");
    }

    [TestMethod]
    public void Accept_TwoOfTheSameProcess_SecondIsRefused()
    {
        StartKeeper keeper = Process("p");
        Accepted(keeper);
        Refuses(keeper, "is on its way");
        Refuses(Process("twin"), "is on its way");
    }

    [TestMethod]
    public void Tick_KilledBeforeItWasSent_HasFailedAndTheNextIsFree()
    {
        Killed(Process("p"), k => Accepted(k));
        StartKeeper restarted = Process("p");
        restarted.Tick();
        Assert.IsNull(restarted.Refusal);
        Assert.AreEqual("failed c1 a.gcode hub_stopped", Events());
        Accepted(restarted);
    }

    [TestMethod]
    public void Accept_KilledBeforeItWasSent_IsRecordedFirst()
    {
        Killed(Process("p"), k => Accepted(k));
        Accepted(Process("renamed"), "c2");
        Assert.AreEqual("failed c1 a.gcode hub_stopped", Events());
    }

    [TestMethod]
    public void Tick_KilledAfterItWasSent_IsWatchedForTheRestOfItsTime()
    {
        Killed(Process("p"), k => Send(k));
        Pass(100);
        StartKeeper restarted = Process("p", "http://moved");
        restarted.Tick();
        Refuses(restarted, "has not shown it yet");
        restarted.Reported(Shows(PrinterState.Idle));
        Pass(199);
        restarted.Tick();
        Assert.AreEqual("", Events());
        Pass(1);
        restarted.Tick();
        Assert.AreEqual("failed c1 a.gcode start_not_shown", Events());
        Assert.IsNull(restarted.Refusal);
        Accepted(restarted);
    }

    [TestMethod]
    public void Reported_KilledAfterItWasSent_TheJobAtWorkIsOurs()
    {
        Killed(Process("p"), k => Send(k));
        StartKeeper restarted = Process("p");
        restarted.Tick();
        restarted.Reported(Shows(PrinterState.Printing));
        Assert.AreEqual("started c1 a.gcode", Events());
        Assert.IsTrue(_lines.Any(l => l.Contains("is seen now")));
    }

    [TestMethod]
    public void Reported_TimeIsOver_FirstReportSettlesIt()
    {
        Killed(Process("p"), k => Send(k));
        Pass(86400);
        StartKeeper restarted = Process("p");
        restarted.Reported(Shows(PrinterState.Idle));
        Assert.IsNull(restarted.Refusal);
        Assert.AreEqual("failed c1 a.gcode start_not_shown", Events());
        Accepted(restarted, "c2");
    }

    [TestMethod]
    public void Reported_EndThatMayBeOurs_IsWaitedForUntilItStands()
    {
        Killed(Process("p"), k => Send(k));
        Pass(86400);
        StartKeeper restarted = Process("p");
        restarted.Reported(Shows(PrinterState.Finished));
        Assert.IsNotNull(restarted.Refusal);
        Assert.IsTrue(restarted.MayBeSettled);
        Pass(StartWatch.StandMs / 1000);
        restarted.Reported(Shows(PrinterState.Finished));
        Assert.IsNull(restarted.Refusal);
        Assert.IsFalse(restarted.MayBeSettled);
        Assert.AreEqual("started c1 a.gcode", Events());
    }

    [TestMethod]
    public void MayBeSettled_TheNextReportHelpsNot_IsFalse()
    {
        StartKeeper owner = Process("p");
        Killed(owner, k => Send(k));
        Assert.IsFalse(owner.MayBeSettled, "its own");
        Pass(100);
        StartKeeper restarted = Process("p");
        restarted.Tick();
        Assert.IsTrue(restarted.MayBeSettled, "no report yet");
        restarted.Reported(Shows(PrinterState.Idle));
        Assert.IsNotNull(restarted.Refusal);
        Assert.IsFalse(restarted.MayBeSettled);
    }

    [TestMethod]
    public void Tick_WithoutTheTimeOfDay_WaitsTheWholeTime()
    {
        Killed(Process("p"), k => Send(k));
        _isSynced = false;
        Pass(200);
        StartKeeper restarted = Process("p");
        restarted.Tick();
        Pass(299);
        restarted.Tick();
        Refuses(restarted, "has not shown it yet");
        Pass(1);
        restarted.Tick();
        Assert.AreEqual("failed c1 a.gcode start_not_shown", Events());
    }

    [TestMethod]
    public void Tick_AnotherProcessEnds_TakesOverWhatItSent()
    {
        StartKeeper other = Process("p");
        PrintRequest request = Accepted(other);
        StartKeeper beside = Process("p");
        beside.Tick();
        Assert.IsNull(other.Sending(request, Shows(PrinterState.Idle), 0));
        beside.Reported(Shows(PrinterState.Printing));
        Assert.AreEqual("", Events(), "the owner lives");
        other.Close(new HubException(ErrorCode.UnknownPrinter, "it ends"));
        Pass(1);
        beside.Tick();
        beside.Reported(Shows(PrinterState.Printing));
        Assert.AreEqual("started c1 a.gcode", Events());
    }

    [TestMethod]
    public void Close_NotSent_HasFailedWithTheReason()
    {
        StartKeeper keeper = Process("p");
        PrintRequest request = Accepted(keeper);
        keeper.Close(new HubException(ErrorCode.UnknownPrinter, "the printer was removed"));
        Assert.AreEqual("failed c1 a.gcode unknown_printer", Events());
        Assert.IsTrue(request.IsEnded);
        Assert.AreEqual(ErrorCode.UnknownPrinter, keeper.Sending(request, Shows(PrinterState.Idle), 0)!.Code);
    }

    [TestMethod]
    public void TransferBegins_TooLate_IsRefusedAndRecorded()
    {
        StartKeeper keeper = Process("p");
        PrintRequest request = new("a.gcode") { Id = "c1", ExpiresAtMs = UnixMs + 30000 };
        Assert.IsNull(keeper.Accept(request));
        Pass(30);
        Assert.AreEqual(ErrorCode.Expired, keeper.TransferBegins(request)!.Code);
        Assert.AreEqual("failed c1 a.gcode expired", Events());
        Assert.AreEqual(ErrorCode.Expired, keeper.Accept(new PrintRequest("a.gcode") { Id = "c2", ExpiresAtMs = UnixMs })!.Code);
        Assert.AreEqual("failed c1 a.gcode expired", Events(), "what is not accepted has no event");
    }

    [TestMethod]
    public void Sending_AfterALongTransfer_IsInTime()
    {
        StartKeeper keeper = Process("p");
        PrintRequest request = Accepted(keeper);
        Assert.IsNull(keeper.TransferBegins(request));
        Pass(3600);
        keeper.Tick();
        keeper.TransferEnds(request, "A~1.GCO");
        Assert.IsNull(keeper.Sending(request, Shows(PrinterState.Idle), 0));
    }

    [TestMethod]
    public void Dispose_NeverSent_GivesItUp()
    {
        StartKeeper keeper = Process("p");
        Accepted(keeper).Dispose();
        Assert.AreEqual("failed c1 a.gcode cancelled", Events());
        Accepted(keeper);
    }

    [TestMethod]
    public void Dispose_Sent_StaysPending()
    {
        StartKeeper keeper = Process("p");
        PrintRequest request = Accepted(keeper);
        Assert.IsNull(keeper.Sending(request, Shows(PrinterState.Idle), 0));
        request.Dispose();
        keeper.Fail(request, new HubException(ErrorCode.Timeout, "its asker waits no longer"));
        Refuses(keeper, "has not shown it yet");
        keeper.Judged(request, Shows(PrinterState.Error), new HubException(ErrorCode.Refused, "no filament"));
        Assert.AreEqual("failed c1 a.gcode refused", Events());
    }

    [TestMethod]
    public void Accept_StorageNeverWorks_PrintsAndSaysWhatThatCosts()
    {
        Mock<INvs> full = new();
        full.Setup(n => n.TryLock(It.IsAny<string>())).Throws(new HubException(ErrorCode.StorageFailed, "the disk is full"));
        full.Setup(n => n.Read(It.IsAny<string>(), It.IsAny<string>())).Throws(new HubException(ErrorCode.StorageFailed, "the disk is full"));
        StartKeeper keeper = Process("p", "http://printer", full.Object);
        keeper.Tick();
        PrintRequest request = Accepted(keeper);
        Refuses(keeper, "is on its way");
        Assert.IsNull(keeper.Sending(request, Shows(PrinterState.Idle), 0));
        keeper.Judged(request, Shows(PrinterState.Printing), null);
        Assert.AreEqual(1, _lines.Count(l => l.Contains("the disk is full")), "once");
        Accepted(keeper);
    }

    [TestMethod]
    public void Accept_StorageNeverWorks_TheRequestSaysSo()
    {
        Mock<INvs> filling = Filling(out Action fill);
        StartKeeper keeper = Process("p", "http://printer", filling.Object);
        fill();
        PrintRequest request = Accepted(keeper);
        Assert.AreEqual(ErrorCode.StorageFailed, request.StorageError!.Code);
        PrintRequest stored = Accepted(Process("q", "http://other"));
        Assert.IsNull(stored.StorageError);
    }

    [TestMethod]
    public void Accept_AnotherProcessIsAtItAndNothingCanBeRead_IsRefused()
    {
        Accepted(Process("p"));
        Mock<INvs> locked = Filling(out _);
        locked.Setup(n => n.TryLock("jobs")).Throws(new HubException(ErrorCode.StorageFailed, "another program keeps the job log locked"));
        Refuses(Process("p", "http://printer", locked.Object), "another print is being started on this printer");
    }

    [TestMethod]
    public void Judged_StorageFails_RefusesNothingAndIsRecordedBeforeTheNext()
    {
        Mock<INvs> filling = Filling(out Action fill);
        StartKeeper keeper = Process("p", "http://printer", filling.Object);
        PrintRequest request = Accepted(keeper);
        Assert.IsNull(keeper.Sending(request, Shows(PrinterState.Idle), 0));
        fill();
        keeper.Judged(request, Shows(PrinterState.Printing), null);
        Assert.IsNull(keeper.Refusal, "its outcome is known");
        Assert.IsTrue(keeper.HasPending, "and not recorded");
        Assert.IsNotNull(request.StorageError);

        PrintRequest next = Accepted(keeper, "c2");
        Assert.IsNull(keeper.Sending(next, Shows(PrinterState.Finished), 0));
        keeper.Judged(next, Shows(PrinterState.Printing), null);
        Assert.IsNull(keeper.Refusal);
        filling.Setup(n => n.Write(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<byte[]>())).Callback<string, string, byte[]>(_nvs.Write);
        Pass(10);
        keeper.Tick();
        Assert.AreEqual("started c1 a.gcode", Events(), "and not taken for one that another process sent");
    }

    [TestMethod]
    public void FileName_WithAKeyAndControlCharacters_IsShownWithoutThem()
    {
        const string Key = "octo0001fakekeyfakekey";
        StartKeeper keeper = Process("p");
        _log!.Mask(new Secret(Key));
        PrintRequest request = new("z" + Key + "\u202e.gcode") { Id = "c1" };
        Assert.IsNull(keeper.Accept(request));
        Refuses(keeper, "a print of z***?.gcode is on its way");
        request.Dispose();
        Assert.AreEqual("failed c1 z***?.gcode cancelled", Events());

        Killed(keeper, k => k.Accept(new PrintRequest("z" + Key + "\u202e.gcode") { Id = "c2" }));
        Process("p").Tick();
        StringAssert.EndsWith(Events(), "failed c2 z***?.gcode hub_stopped");
        Assert.IsFalse(_lines.Any(l => l.Contains('\u202e')));
    }

    [TestMethod]
    public void Sending_StorageFailsInBetween_IsNotSent()
    {
        Mock<INvs> filling = Filling(out Action fill);
        StartKeeper keeper = Process("p", "http://printer", filling.Object);
        PrintRequest request = Accepted(keeper);
        fill();
        Assert.AreEqual(ErrorCode.StorageFailed, keeper.Sending(request, Shows(PrinterState.Idle), 0)!.Code, "a restart would say that nothing was sent");
    }

    [TestMethod]
    public void Judged_StorageFails_IsRecordedOnceItWorksAgain()
    {
        Mock<INvs> filling = Filling(out Action fill);
        StartKeeper keeper = Process("p", "http://printer", filling.Object);
        PrintRequest request = Accepted(keeper);
        Assert.IsNull(keeper.Sending(request, Shows(PrinterState.Idle), 0));
        fill();
        keeper.Judged(request, Shows(PrinterState.Printing), null);
        Assert.IsTrue(request.IsEnded);
        filling.Setup(n => n.Write(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<byte[]>())).Callback<string, string, byte[]>(_nvs.Write);
        Pass(10);
        keeper.Tick();
        Assert.AreEqual("started c1 a.gcode", Events());
        keeper.Tick();
        Assert.AreEqual("started c1 a.gcode", Events(), "once");
    }

    [TestMethod]
    public void Reported_KilledBetweenTheStartedEventAndThePendingStart_IsNotGivenUp()
    {
        Killed(Process("p"), k => Send(k));
        Began("c1", "a.gcode");
        StartKeeper restarted = Process("p");
        restarted.Tick();
        Assert.IsNull(restarted.Refusal, "it is over, whatever the printer shows by now");
        restarted.Reported(Shows(PrinterState.Printing, "other.gcode"));
        Pass(StartMachine.NotShownMs / 1000);
        restarted.Reported(Shows(PrinterState.Printing, "other.gcode"));
        restarted.Tick();
        Assert.AreEqual("started c1 a.gcode", Events());
        Accepted(restarted, "c2");
    }

    [TestMethod]
    public void Reported_StartedEventWithoutTheCommand_IsTheJobOfThatName()
    {
        Began(null, "a.gcode");
        Killed(Process("p"), k => Send(k));
        Began(null, "other.gcode");
        StartKeeper restarted = Process("p");
        restarted.Tick();
        Assert.IsNotNull(restarted.Refusal, "neither an older job of its name nor one of another name");
        restarted.Close(new HubException(ErrorCode.UnknownPrinter, "it ends"));
        Began(null, "A.gcode");
        restarted = Process("p");
        restarted.Tick();
        Assert.IsNull(restarted.Refusal);
        Assert.AreEqual("started  a.gcode; started  other.gcode; started  A.gcode", Events());
    }

    [TestMethod]
    public void Tick_AnotherProcessRecordedTheStartAndLeftItPending_TheAskerLearnsThatItStarted()
    {
        StartKeeper keeper = Process("p");
        PrintRequest request = Send(keeper);
        Began("c1", "a.gcode");
        Pass(StartMachine.NotShownMs / 1000);
        keeper.Tick();
        Assert.IsTrue(request.IsEnded);
        Assert.IsNull(request.Error);
        Assert.AreEqual("started c1 a.gcode", Events());
        Process("p").Tick();
        Assert.AreEqual("started c1 a.gcode", Events());
    }

    [TestMethod]
    public void NotActed_AnotherProcessSawItsJob_IsNotPendingAgain()
    {
        StartKeeper keeper = Process("p");
        PrintRequest request = Send(keeper);
        Change((record, events) =>
        {
            StartedJob.Record(record, events, record.PendingStart!, "a.gcode", null);
            record.PendingStart = null;
            return true;
        });
        keeper.NotActed(request);
        Assert.IsTrue(request.IsEnded);
        Assert.IsNull(request.Error);
        Assert.IsNotNull(keeper.Sending(request, Shows(PrinterState.Idle), 0), "it is not sent again");
        Pass(StartMachine.NotShownMs / 1000);
        Process("p").Reported(Shows(PrinterState.Idle));
        Assert.AreEqual("started c1 a.gcode", Events());
    }

    [TestMethod]
    public void Judged_NameLongerThanWhatIsStored_HasItsOutcome()
    {
        StartKeeper keeper = Process("p");
        PrintRequest request = new(new string('\u00fc', 2000) + ".gcode") { Id = "c1" };
        Assert.IsNull(keeper.Accept(request));
        Assert.IsNull(keeper.Sending(request, Shows(PrinterState.Idle), 0));
        keeper.NotActed(request);
        Assert.IsNull(keeper.Sending(request, Shows(PrinterState.Idle), 0));
        keeper.Judged(request, Shows(PrinterState.Printing), null);
        StringAssert.StartsWith(Events(), "started c1 \u00fc");
        Assert.IsNull(Process("p").Refusal);
    }

    [TestMethod]
    public void Accept_FaultBehindTheClaim_IsRefusedOnceAndTheNextIsAccepted()
    {
        Mock<INvs> nvs = Filling(out _);
        StartKeeper keeper = Process("p", "http://printer", nvs.Object);
        nvs.Setup(n => n.Read(It.IsAny<string>(), It.IsAny<string>())).Throws(new InvalidOperationException("seeded fault"));
        Assert.AreEqual(ErrorCode.Internal, keeper.Accept(new PrintRequest("a.gcode") { Id = "c0" })!.Code);

        nvs.Setup(n => n.Read(It.IsAny<string>(), It.IsAny<string>())).Returns<string, string>(_nvs.Read);
        Accepted(keeper);
    }

    [TestMethod]
    public void Accept_FaultOfTheStorage_CostsTheProtectionAndNotTheNextPrint()
    {
        Mock<INvs> nvs = Filling(out _);
        StartKeeper keeper = Process("p", "http://printer", nvs.Object);
        nvs.Setup(n => n.Write(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<byte[]>())).Throws(new InvalidOperationException("seeded fault"));
        PrintRequest request = Accepted(keeper);
        Assert.IsNotNull(request.StorageError);
        request.Dispose();

        nvs.Setup(n => n.Write(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<byte[]>())).Callback<string, string, byte[]>(_nvs.Write);
        Accepted(keeper, "c2");
    }

    [TestMethod]
    public void Judged_FaultOfTheStorage_RequestEndsAndIsRecordedLater()
    {
        Mock<INvs> nvs = Filling(out _);
        StartKeeper keeper = Process("p", "http://printer", nvs.Object);
        PrintRequest request = Accepted(keeper);
        Assert.IsNull(keeper.Sending(request, Shows(PrinterState.Idle), 0));
        nvs.Setup(n => n.Write(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<byte[]>())).Throws(new InvalidOperationException("seeded fault"));
        keeper.Judged(request, Shows(PrinterState.Printing), null);
        Assert.IsTrue(request.IsEnded);

        nvs.Setup(n => n.Write(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<byte[]>())).Callback<string, string, byte[]>(_nvs.Write);
        Pass(10);
        keeper.Tick();
        Assert.AreEqual("started c1 a.gcode", Events());
    }

    private long UnixMs => (_utc.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;

    /// <summary>The storage until it is filled.</summary>
    private Mock<INvs> Filling(out Action fill)
    {
        Mock<INvs> nvs = new();
        nvs.Setup(n => n.TryLock(It.IsAny<string>())).Returns<string>(_nvs.TryLock);
        nvs.Setup(n => n.Read(It.IsAny<string>(), It.IsAny<string>())).Returns<string, string>(_nvs.Read);
        nvs.Setup(n => n.ReadDamaged(It.IsAny<string>(), It.IsAny<string>())).Returns<string, string>(_nvs.ReadDamaged);
        nvs.Setup(n => n.Keys(It.IsAny<string>())).Returns<string>(_nvs.Keys);
        nvs.Setup(n => n.Delete(It.IsAny<string>(), It.IsAny<string>())).Callback<string, string>(_nvs.Delete);
        nvs.Setup(n => n.Write(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<byte[]>())).Callback<string, string, byte[]>(_nvs.Write);
        fill = () => nvs.Setup(n => n.Write(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<byte[]>())).Throws(new HubException(ErrorCode.StorageFailed, "the disk is full"));
        return nvs;
    }

    /// <summary>The storage, which notes who holds what.</summary>
    private INvs Holding()
    {
        Mock<INvs> nvs = Filling(out _);
        nvs.Setup(n => n.TryLock(It.IsAny<string>())).Returns<string>(name =>
        {
            IDisposable? held = _nvs.TryLock(name);
            if (held != null)
            {
                _held.Add(held);
            }

            return held;
        });
        return nvs.Object;
    }

    /// <summary>Lets a process do something and kills it: what it holds is free again.</summary>
    private void Killed(StartKeeper keeper, Action<StartKeeper> act)
    {
        act(keeper);
        foreach (IDisposable held in _held)
        {
            held.Dispose();
        }

        _held.Clear();
    }

    private StartKeeper Process(string id, string url = "http://printer", INvs? nvs = null)
    {
        IHal hal = Hal(nvs ?? Holding());
        _log ??= new(_lines, hal.Clock, LogLevel.Debug);
        return new StartKeeper(new JobStore(hal, _log, JobLogSize.Board), hal, _log, Printer(id, url));
    }

    private static PrinterConfig Printer(string id, string url) => new() { Id = id, Type = PrinterTypes.OctoPrint, Url = url };

    private IHal Hal(INvs nvs)
    {
        Mock<IClock> clock = new();
        clock.Setup(c => c.UtcNow).Returns(() => _utc);
        clock.Setup(c => c.NowMs).Returns(() => _nowMs);
        clock.Setup(c => c.IsUtcSynced).Returns(() => _isSynced);
        Mock<IHal> hal = new();
        hal.Setup(h => h.Clock).Returns(clock.Object);
        hal.Setup(h => h.Nvs).Returns(nvs);
        hal.Setup(h => h.Hash).Returns(new DesktopHash());
        hal.Setup(h => h.System).Returns(Mock.Of<ISystem>());
        return hal.Object;
    }

    private static PrintRequest Accepted(StartKeeper keeper, string commandId = "c1")
    {
        PrintRequest request = new("a.gcode") { Id = commandId };
        Assert.IsNull(keeper.Accept(request)?.Message);
        return request;
    }

    private static PrintRequest Send(StartKeeper keeper)
    {
        PrintRequest request = Accepted(keeper);
        Assert.IsNull(keeper.Sending(request, Shows(PrinterState.Idle), 0));
        return request;
    }

    private static void Refuses(StartKeeper keeper, string reason)
    {
        HubException? refusal = keeper.Accept(new PrintRequest("b.gcode") { Id = "c2" });
        Assert.AreEqual(ErrorCode.WrongState, refusal?.Code);
        StringAssert.Contains(refusal!.Message, reason);
        StringAssert.Contains(keeper.Refusal!.Message, reason);
    }

    private void Pass(int seconds)
    {
        _nowMs += seconds * 1000;
        _utc = _utc.AddSeconds(seconds);
    }

    private string Events()
    {
        Mock<IHal> hal = new();
        hal.Setup(h => h.Nvs).Returns(_nvs);
        hal.Setup(h => h.Clock).Returns(Mock.Of<IClock>());
        JobStore store = new(hal.Object, new Log(_lines, Mock.Of<IClock>(), LogLevel.Debug), JobLogSize.Board);
        return string.Join("; ", store.ReadEvents(0, 100).Select(e => $"{JobEventKinds.Name(e.Kind)} {e.CommandId} {e.Job} {e.Code}".TrimEnd()));
    }

    /// <summary>An event that a job began, in the log alone.</summary>
    private void Began(string? commandId, string job) => Change((record, events) =>
    {
        JobEvent item = events.Add(record, JobEventKind.Started);
        item.JobId = item.Id;
        item.CommandId = commandId;
        item.Job = job;
        return true;
    });

    /// <summary>Another process changes the record of the printer p.</summary>
    private void Change(JobChange change)
    {
        JobStore store = new(Hal(_nvs), new Log(_lines, Mock.Of<IClock>(), LogLevel.Debug), JobLogSize.Board);
        store.Change(store.PlaceOf(Printer("p", "http://printer")), change);
    }

    private static PrinterStatus Shows(PrinterState state, string job) => new() { IsConnected = true, State = state, Job = job };

    private static PrinterStatus Shows(PrinterState state) => new() { IsConnected = true, State = state };
}
