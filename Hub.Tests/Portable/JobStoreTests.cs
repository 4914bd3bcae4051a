using Hub.Core.Errors;
using Hub.Core.Jobs;
using Hub.Core.Printers;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>Records and log together: power cuts between their writes, edited printers, the bed.</summary>
[TestClass]
public class JobStoreTests
{
    private JobBench _hub = new JobBench();

    [TestInitialize]
    public void Begin() => _hub = new JobBench();

    [TestMethod]
    public void Change_CutBeforeEveryWrite_IsRecordedOnceAfterTheRestart()
    {
        for (int cut = 0; cut < 12; cut++)
        {
            Begin();
            _hub.Idle(0);
            _hub.Nvs.WritesLeft = cut;
            _hub.Report(PrinterState.Printing, 1, "k1", "a.gcode", null);
            _hub.Report(PrinterState.Printing, 2, "k2", "b.gcode", null);
            _hub.Report(PrinterState.Finished, 2, "k2", "b.gcode", null);
            _hub.Nvs.WritesLeft = int.MaxValue;
            _hub = _hub.Another();
            _hub.Report(PrinterState.Finished, 1, "k2", "b.gcode", null);
            JobEvent[] events = _hub.Store.ReadEvents(1, 100);
            for (int i = 0; i < events.Length; i++)
            {
                Assert.AreEqual(i + 1L, events[i].Id, "cut " + cut.ToString());
            }

            string text = _hub.Events();
            bool isWhole = text == "1 started a.gcode; 2 ended a.gcode of 1; 3 started b.gcode; 4 finished b.gcode of 3";

            // Cut before its record was written, after the pointers from its place and its id, the hub meets a printer that it does not know.
            Assert.IsTrue(isWhole || (cut <= 2 && text == ""), "cut " + cut.ToString() + ": " + text);
            Assert.AreEqual((int)BedState.Occupied, (int)_hub.Record.Bed);
        }
    }

    [TestMethod]
    public void Change_CutBetweenRecordAndLogAndAnotherPrinterAppends_GetsTheNextIds()
    {
        _hub.Idle(0);
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        JobBench other = _hub.Another(JobBench.Octo("octo-2", "http://other"));
        other.Idle(0);
        _hub.Nvs.WritesLeft = 1;
        _hub.Report(PrinterState.Printing, 2, "b.gcode");
        _hub.Nvs.WritesLeft = int.MaxValue;
        other.Report(PrinterState.Printing, 1, "c.gcode");
        Assert.AreEqual("1 started a.gcode; 2 started c.gcode", _hub.Events());
        _hub = _hub.Another();
        _hub.Report(PrinterState.Finished, 2, "b.gcode");
        Assert.AreEqual("1 started a.gcode; 2 started c.gcode; 3 ended a.gcode of 1; 4 started b.gcode; 5 finished b.gcode of 4", _hub.Events());
    }

    [TestMethod]
    public void Lock_HeldByASuspendedProgram_HoldsUpAllPrintersOnceOnly()
    {
        JobBench second = _hub.Another(JobBench.Octo("octo-2", "http://second"));
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        using (_hub.Nvs.TryLock("jobs"))
        {
            long beganMs = _hub.Clock.NowMs;
            Assert.IsTrue(IsRefused(_hub.Store, _hub.Printer));
            Assert.IsTrue(_hub.Clock.NowMs - beganMs >= 5000, "a slow program has its time");
            beganMs = _hub.Clock.NowMs;
            for (int i = 0; i < 50; i++)
            {
                Assert.IsTrue(IsRefused(_hub.Store, second.Printer));
            }

            Assert.AreEqual(beganMs, _hub.Clock.NowMs);
            _hub.Clock.Advance(6000);
            beganMs = _hub.Clock.NowMs;
            Assert.IsTrue(IsRefused(_hub.Store, second.Printer));
            Assert.IsTrue(IsRefused(_hub.Store, _hub.Printer));
            Assert.IsTrue(_hub.Clock.NowMs - beganMs <= 300);
        }

        Assert.IsFalse(IsRefused(_hub.Store, second.Printer), "free again: no pause stands in the way");
    }

    [TestMethod]
    public void Report_ThatCouldNotBeRecorded_KeepsItsOutcome()
    {
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        using (_hub.Nvs.TryLock("jobs"))
        {
            _hub.Report(PrinterState.Cancelled, 1, "a.gcode");
            _hub.Idle(1);
        }

        _hub.Idle(1);
        _hub.Idle(1);
        _hub.Idle(1);
        Assert.AreEqual("1 started a.gcode; 2 cancelled a.gcode of 1", _hub.Events());
        _hub.Report(PrinterState.Printing, 2, "b.gcode");
        Assert.AreEqual("1 started a.gcode; 2 cancelled a.gcode of 1; 3 started b.gcode", _hub.Events());
    }

    [TestMethod]
    public void Report_ThatCouldNotBeRecordedAndAnotherProcessRecordedMore_IsDropped()
    {
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        using (_hub.Nvs.TryLock("jobs"))
        {
            _hub.Report(PrinterState.Cancelled, 1, "a.gcode");
        }

        JobBench other = _hub.Another();
        other.Report(PrinterState.Finished, 1, "a.gcode");
        other.Report(PrinterState.Printing, 2, "b.gcode");
        _hub.Clock.Advance(6000);
        _hub.Report(PrinterState.Printing, 2, "b.gcode");
        Assert.AreEqual("1 started a.gcode; 2 finished a.gcode of 1; 3 started b.gcode", _hub.Events());
    }

    [TestMethod]
    public void Record_Damaged_IsPutAsideAndTheBedCountsAsNotCleared()
    {
        _hub.Report(PrinterState.Printing, 1, "k1", "a.gcode", null);
        _hub.Report(PrinterState.Finished, 1, "k1", "a.gcode", null);
        _hub.ClearBed();
        string key = "record." + _hub.Store.PlaceOf(_hub.Printer).Key;
        byte[] damaged = _hub.Nvs.Read("jobs", key)!;
        _hub.Nvs.Damaged = "jobs/" + key;
        _hub = _hub.Another();
        Assert.IsNotNull(BedRule.Refusal("octo-1", _hub.Record));
        StringAssert.StartsWith(_hub.Lines.Text, "octo-1: what was stored of its jobs is damaged");
        byte[] aside = _hub.Nvs.Read("jobs", "damaged." + key)!;
        Assert.AreEqual(damaged.Length, aside.Length);
        Assert.AreEqual(Hub.Core.Hal.Crc32.Compute(damaged, 0, damaged.Length), Hub.Core.Hal.Crc32.Compute(aside, 0, aside.Length));
        _hub.ClearBed();
        Assert.IsNull(BedRule.Refusal("octo-1", _hub.Record));
        _hub.Report(PrinterState.Printing, 2, "k2", "b.gcode", null);
        Assert.AreEqual("1 started a.gcode; 2 finished a.gcode of 1; 3 bed_cleared a.gcode; 4 bed_cleared; 5 started b.gcode", _hub.Events());
        Assert.AreEqual(1, _hub.Lines.Count);
    }

    [TestMethod]
    public void Record_Damaged_DoesNotHideTheStartsOfOtherPrinters()
    {
        _hub.Recorder.Change(Pend);
        JobBench other = _hub.Another(JobBench.Octo("octo-2", "http://other"));
        other.Recorder.Change(Pend);
        _hub.Nvs.Damaged = "jobs/record." + _hub.Store.PlaceOf(_hub.Printer).Key;
        PrinterPlace[] places = _hub.Store.PlacesWithPendingStart();
        Assert.AreEqual(1, places.Length);
        Assert.AreEqual("octo-2", places[0].PrinterId);
    }

    [TestMethod]
    public void Pointer_Damaged_IsStoredAgain()
    {
        _hub.Report(PrinterState.Printing, 1, "k1", "a.gcode", null);
        PrinterPlace place = _hub.Store.PlaceOf(_hub.Printer);
        string[] pointers = new string[] { place.Key, place.IdKey };
        for (int i = 0; i < pointers.Length; i++)
        {
            _hub.Nvs.Damaged = "jobs/" + pointers[i];
            _hub = _hub.Another();
            _hub.Recorder.Open();
            Assert.IsTrue(_hub.Record.HasJob);
            Assert.IsNull(_hub.Nvs.Damaged, "it was written again");
        }
    }

    [TestMethod]
    public void Log_Full_WarnsWhereEventsAreAcknowledgedAndOnceAnHour()
    {
        Fill();
        Assert.AreEqual(0, _hub.Lines.Count, "nothing waits for the events");
        _hub.Store.Ack(1, _hub.Store.Counts().LogId);
        Fill();
        Assert.AreEqual(1, _hub.Lines.Count);
        StringAssert.Contains(_hub.Lines.Text, "the job log is full");
        _hub.Clock.Advance(60 * 60 * 1000);
        Fill();
        Assert.AreEqual(2, _hub.Lines.Count);
    }

    [TestMethod]
    public void Printer_NewIdOrNewUrl_KeepsItsJob()
    {
        _hub.Report(PrinterState.Printing, 1, "k", "a.gcode", null);
        _hub = _hub.Another(JobBench.Octo("renamed", "http://octo"));
        _hub.Report(PrinterState.Printing, 1, "k", "a.gcode", null);
        _hub.Report(PrinterState.Printing, 1, "k", "a.gcode", null);
        _hub = _hub.Another(JobBench.Octo("renamed", "http://moved"));
        _hub.Report(PrinterState.Finished, 1, "k", "a.gcode", null);
        Assert.AreEqual("1 started a.gcode; 2 finished a.gcode of 1", _hub.Events());
        Assert.AreEqual("renamed", _hub.Event(2).PrinterId);
    }

    [TestMethod]
    public void Printer_RenamedAndThenMoved_KeepsItsJobThoughNothingWasRecordedBetween()
    {
        _hub.Report(PrinterState.Printing, 1, "k", "a.gcode", null);
        JobBench renamed = _hub.Another(JobBench.Octo("renamed", "http://octo"));
        renamed.Recorder.Open();
        int writes = _hub.Nvs.Writes;
        renamed.Another().Recorder.Open();
        Assert.AreEqual(writes, _hub.Nvs.Writes, "nothing was missing any more");
        JobBench moved = _hub.Another(JobBench.Octo("renamed", "http://moved"));
        moved.Recorder.Open();
        Assert.IsTrue(moved.Record.HasJob);
        Assert.IsTrue(_hub.Another(JobBench.Octo("again", "http://moved")).Record.HasJob);
        Assert.IsFalse(_hub.Another(JobBench.Octo("octo-1", "http://third")).Record.HasJob, "the former id is free");
    }

    [TestMethod]
    public void Printer_OneAddressInManyForms_IsOnePlace()
    {
        _hub.Report(PrinterState.Printing, 1, "k", "a.gcode", null);
        string[] urls = new string[] { "http://octo/", "HTTP://octo", "http://OCTO", "http://octo:80/" };
        for (int i = 0; i < urls.Length; i++)
        {
            JobBench other = _hub.Another(JobBench.Octo("other-" + i.ToString(), urls[i]));
            Assert.IsTrue(other.Record.HasJob, urls[i]);
            Assert.AreEqual(_hub.Store.PlaceOf(_hub.Printer).Key, other.Store.PlaceOf(other.Printer).Key);
        }

        Assert.IsFalse(_hub.Another(JobBench.Octo("tls", "https://octo")).Record.HasJob);
        Assert.IsFalse(_hub.Another(JobBench.Octo("port", "http://octo:81")).Record.HasJob);
    }

    [TestMethod]
    public void Printer_RecordOfAnEarlierVersionUnderTheUrlAsWritten_IsFound()
    {
        PrinterConfig printer = JobBench.Octo("octo-1", "http://octo/");
        _hub = _hub.Another(printer);
        PrinterPlace place = _hub.Store.PlaceOf(printer);
        JobRecord former = new JobRecord { Place = "octoprint http://octo/", PrinterId = "octo-1", JobId = 7 };
        _hub.Nvs.Write("jobs", place.FormerKey!, System.Text.Encoding.UTF8.GetBytes("record." + place.FormerKey));
        _hub.Nvs.Write("jobs", "record." + place.FormerKey, JobRecordCodec.Encode(former));

        // Renamed too: only the URL finds it.
        _hub = _hub.Another(JobBench.Octo("renamed", "http://octo/"));
        _hub.Recorder.Open();
        Assert.AreEqual(7L, _hub.Record.JobId);
        Assert.AreEqual(7L, _hub.Another(JobBench.Octo("third", "http://OCTO")).Record.JobId, "by the address alone");
    }

    [TestMethod]
    public void Printer_NewUrl_LeavesNothingAtTheFormerOne()
    {
        _hub.Report(PrinterState.Printing, 1, "k", "a.gcode", null);
        JobBench moved = _hub.Another(JobBench.Octo("octo-1", "http://moved"));
        moved.Report(PrinterState.Finished, 1, "k", "a.gcode", null);
        JobBench next = _hub.Another(JobBench.Octo("octo-9", "http://octo"));
        Assert.IsFalse(next.Record.HasJob);
        Assert.AreEqual((int)BedState.Unknown, (int)next.Record.Bed);
        Assert.AreEqual((int)BedState.Occupied, (int)moved.Record.Bed);
    }

    [TestMethod]
    public void Printer_AnotherSerialUnderTheSameId_IsAnotherMachine()
    {
        JobBench first = _hub.Another(Bambu("p1s-1", "01P00A000000001"));
        first.Report(PrinterState.Printing, 1, "k", "a.gcode", null);
        JobBench second = _hub.Another(Bambu("p1s-1", "01P00A000000002"));
        Assert.IsFalse(second.Record.HasJob);
        Assert.IsTrue(first.Record.HasJob);
    }

    [TestMethod]
    public void Printer_RemovedAndAddedAgain_KeepsItsBed()
    {
        _hub.Report(PrinterState.Printing, 1, "k", "a.gcode", null);
        _hub.Report(PrinterState.Finished, 1, "k", "a.gcode", null);
        _hub = _hub.Another();
        Assert.AreEqual((int)BedState.Occupied, (int)_hub.Record.Bed);
    }

    [TestMethod]
    public void Bed_AfterEachOutcome_WaitsToBeCleared()
    {
        PrinterState[] ends = new PrinterState[] { PrinterState.Finished, PrinterState.Cancelled, PrinterState.Error, PrinterState.Idle };
        for (int i = 0; i < ends.Length; i++)
        {
            _hub.Report(PrinterState.Printing, i + 1, "a.gcode");
            Assert.IsNull(BedRule.Refusal("octo-1", _hub.Record));
            _hub.Report(ends[i], i + 1, "a.gcode");
            HubException refusal = BedRule.Refusal("octo-1", _hub.Record)!;
            Assert.AreEqual((int)ErrorCode.BedNotClear, (int)refusal.Code);
            StringAssert.Contains(refusal.Message, "'a.gcode'");
            StringAssert.Contains(refusal.Message, "clear-bed octo-1");
            _hub = _hub.Another();
            Assert.IsNotNull(BedRule.Refusal("octo-1", _hub.Record), "a restart does not clear it");
        }
    }

    [TestMethod]
    public void Bed_Cleared_IsAnEventAndOnceOnly()
    {
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        _hub.Report(PrinterState.Finished, 1, "a.gcode");
        _hub.ClearBed();
        _hub.ClearBed();
        Assert.AreEqual("1 started a.gcode; 2 finished a.gcode of 1; 3 bed_cleared a.gcode", _hub.Events());
        Assert.IsNull(BedRule.Refusal("octo-1", _hub.Record));
        Assert.AreEqual((int)BedState.Clear, (int)_hub.Recorder.Bed);
    }

    [TestMethod]
    public void Bed_WhileAJobRuns_CannotBeCleared()
    {
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        try
        {
            _hub.ClearBed();
            Assert.Fail("cleared");
        }
        catch (HubException e)
        {
            Assert.AreEqual((int)ErrorCode.WrongState, (int)e.Code);
        }

        Assert.AreEqual("1 started a.gcode", _hub.Events());
    }

    [TestMethod]
    public void Bed_NotRequired_ShowsNothing()
    {
        PrinterConfig printer = JobBench.Octo("octo-1", "http://octo");
        Assert.AreEqual((int)BedState.Occupied, (int)BedRule.Shown(printer, BedState.Occupied));
        printer.RequireClearBed = false;
        Assert.AreEqual((int)BedState.Unknown, (int)BedRule.Shown(printer, BedState.Occupied));
    }

    [TestMethod]
    public void Start_ThatBecomesAJob_GivesItItsCommandAndIsOver()
    {
        _hub.Idle(0);
        _hub.Recorder.Change(Pend);
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        Assert.IsNull(_hub.Record.PendingStart);
        _hub.Report(PrinterState.Finished, 1, "a.gcode");
        Assert.AreEqual("c-1", _hub.Event(1).CommandId);
        Assert.AreEqual("c-1", _hub.Event(2).CommandId);
    }

    [TestMethod]
    public void Start_AndAnotherJobBegins_StaysPending()
    {
        _hub.Idle(0);
        _hub.Recorder.Change(Pend);
        _hub.Report(PrinterState.Printing, 1, "other.gcode");
        Assert.IsNull(_hub.Event(1).CommandId);
        Assert.AreEqual("c-1", _hub.Record.PendingStart!.CommandId);
        Assert.IsTrue(_hub.Another().Record.PendingStart!.IsOtherSeen, "over a restart");
    }

    [TestMethod]
    public void Start_EndUnderItsNameAfterARestart_IsLeftToTheWatch()
    {
        _hub.Report(PrinterState.Printing, 1, "k1", "old.gcode", null);
        _hub.Report(PrinterState.Finished, 1, "k1", "old.gcode", null);
        _hub.Recorder.Change(Pend);
        _hub = _hub.Another();
        _hub.Report(PrinterState.Finished, 1, "k2", "a.gcode", null);
        Assert.AreEqual("1 started old.gcode; 2 finished old.gcode of 1", _hub.Events());
        _hub.Report(PrinterState.Printing, 1, "k2", "a.gcode", null);
        Assert.AreEqual("c-1", _hub.Event(3).CommandId);
        Assert.IsNull(_hub.Record.PendingStart);
    }

    /// <summary>More events than the log keeps, within some minutes.</summary>
    private void Fill()
    {
        for (int i = 0; i < 60; i++)
        {
            _hub.Report(PrinterState.Printing, i + 1, "a.gcode");
            _hub.Report(PrinterState.Finished, i + 1, "a.gcode");
        }
    }

    private static bool IsRefused(JobStore store, PrinterConfig printer)
    {
        try
        {
            store.Read(store.PlaceOf(printer));
            return false;
        }
        catch (HubException e)
        {
            Assert.AreEqual((int)ErrorCode.StorageFailed, (int)e.Code);
            return true;
        }
    }

    private static bool Pend(JobRecord record, JobEvents events)
    {
        record.PendingStart = new PendingStart { CommandId = "c-1", File = "a.gcode", Phase = StartPhase.Sent };
        return true;
    }

    private static PrinterConfig Bambu(string id, string serial) => new PrinterConfig { Id = id, Type = PrinterTypes.Bambu, Serial = serial, Host = "h" };
}
