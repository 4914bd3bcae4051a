using Hub.Core.Jobs;
using Hub.Core.Printers;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>The bed of a printer that was not watched: an end that the hub did not see leaves something on it.</summary>
[TestClass]
public class BedAfterGapTests
{
    private const string Key = "a.gcode@";

    private JobBench _hub = new JobBench();

    [TestInitialize]
    public void Begin() => _hub = new JobBench();

    [TestMethod]
    public void FirstSight_OfAnEnd_BedIsOccupiedWithoutAnEvent()
    {
        _hub.Report(PrinterState.Finished, 0, null, "a.gcode", null);
        AssertBed(BedState.Occupied);
        Assert.AreEqual("a.gcode", _hub.Record.BedJob);
        Assert.AreEqual("", _hub.Events());
    }

    [TestMethod]
    public void FirstSight_OfACancelledOrFailedPrint_BedIsOccupied()
    {
        _hub.Report(PrinterState.Cancelled, 0, null, null, null);
        AssertBed(BedState.Occupied);
        JobBench other = new JobBench();
        other.Report(PrinterState.Error, 0, null, null, PrinterErrorCodes.PrintFailed);
        Assert.AreEqual((int)BedState.Occupied, (int)other.Record.Bed);
    }

    [TestMethod]
    public void FirstSight_OfNoEnd_BedIsUnknown()
    {
        _hub.Idle(0);
        _hub.Report(PrinterState.Error, 0, null, null, PrinterErrorCodes.Fault);
        AssertBed(BedState.Unknown);
    }

    [TestMethod]
    public void Cleared_HubRestartsAndSeesTheSame_StaysClear()
    {
        PrintAndClear(Key);
        for (int i = 0; i < 3; i++)
        {
            _hub = _hub.Another();
            _hub.Report(PrinterState.Finished, 0, null, "a.gcode", null);
            AssertBed(BedState.Clear);
        }
    }

    [TestMethod]
    public void Cleared_AnotherFileWasPrintedSince_IsOccupied()
    {
        PrintAndClear(Key);
        _hub = _hub.Another();
        _hub.Report(PrinterState.Finished, 0, null, "b.gcode", null);
        AssertBed(BedState.Occupied);
        Assert.AreEqual("b.gcode", _hub.Record.BedJob);
    }

    [TestMethod]
    public void Cleared_AnotherOutcomeIsShown_IsOccupied()
    {
        PrintAndClear(Key);
        _hub = _hub.Another();
        _hub.Report(PrinterState.Cancelled, 0, null, "a.gcode", null);
        AssertBed(BedState.Occupied);
    }

    [TestMethod]
    public void Cleared_TheNameIsGoneAfterARestart_IsOccupiedOnce()
    {
        PrintAndClear("17");
        _hub = _hub.Another();
        _hub.Report(PrinterState.Finished, 0, null, null, null);
        AssertBed(BedState.Occupied);
        _hub.ClearBed();
        _hub = _hub.Another();
        _hub.Report(PrinterState.Finished, 0, null, null, null);
        AssertBed(BedState.Clear);
    }

    [TestMethod]
    public void Cleared_OutageOfTheConnection_StaysClearUnlessAnotherEndIsShown()
    {
        PrintAndClear(Key);
        _hub.Clock.Advance(3600000);
        _hub.Report(PrinterState.Finished, 1, Key, "a.gcode", null);
        AssertBed(BedState.Clear);
        _hub.Clock.Advance(3600000);
        _hub.Report(PrinterState.Finished, 1, Key, "b.gcode", null);
        AssertBed(BedState.Occupied);
    }

    [TestMethod]
    public void Cleared_EndLeftTheScreenAndIsThereAgain_IsOccupied()
    {
        PrintAndClear(Key);
        _hub.Idle(1);
        _hub = _hub.Another();
        _hub.Report(PrinterState.Finished, 0, null, "a.gcode", null);
        AssertBed(BedState.Occupied);
    }

    [TestMethod]
    public void Cleared_WatchedAllTheTime_StaysClear()
    {
        PrintAndClear(Key);
        _hub.Report(PrinterState.Finished, 1, Key, "shown name", null);
        _hub.Idle(1);
        _hub.Report(PrinterState.Finished, 1, Key, "a.gcode", null);
        AssertBed(BedState.Clear);
    }

    [TestMethod]
    public void Cleared_StorageFailsAfterAGap_IsOccupiedOnceItWorks()
    {
        PrintAndClear(Key);
        _hub = _hub.Another();
        _hub.Nvs.WritesLeft = 0;
        _hub.Report(PrinterState.Finished, 0, null, "b.gcode", null);
        _hub.Report(PrinterState.Finished, 0, null, "b.gcode", null);
        _hub.Nvs.WritesLeft = int.MaxValue;
        for (int i = 0; i < 4; i++)
        {
            _hub.Report(PrinterState.Finished, 0, null, "b.gcode", null);
        }

        AssertBed(BedState.Occupied);
    }

    [TestMethod]
    public void Cleared_SecondProcessLooks_StaysClearForBoth()
    {
        PrintAndClear(Key);
        JobBench other = _hub.Another();
        for (int i = 0; i < 3; i++)
        {
            other.Report(PrinterState.Finished, 0, null, "a.gcode", null);
            _hub.Report(PrinterState.Finished, 1, Key, "a.gcode", null);
        }

        AssertBed(BedState.Clear);
    }

    [TestMethod]
    public void Shown_WithoutNews_TouchesNoStorage()
    {
        _hub.Report(PrinterState.Finished, 0, null, "a.gcode", null);
        int reads = _hub.Nvs.Reads;
        for (int i = 0; i < 100; i++)
        {
            _hub.Report(PrinterState.Finished, 0, null, "a.gcode", null);
        }

        Assert.AreEqual(reads, _hub.Nvs.Reads);
    }

    [TestMethod]
    public void Record_KeepsTheEnd_AndOneOfTheFirstFormatHasNone()
    {
        PrintAndClear("17");
        JobRecord record = _hub.Record;
        JobRecord read = JobRecordCodec.Decode(JobRecordCodec.Encode(record));
        Assert.IsTrue(read.End.IsSame(record.End));
        Assert.AreEqual((int)JobEventKind.Finished, read.End.Kind);
        record.End = ShownEnd.None;
        read = JobRecordCodec.Decode(JobRecordCodec.Encode(record));
        Assert.AreEqual(0, read.End.Kind);
        Assert.AreEqual((int)BedState.Clear, (int)read.Bed);
    }

    private void PrintAndClear(string key)
    {
        _hub.Idle(0);
        _hub.Report(PrinterState.Printing, 1, key, "a.gcode", null);
        _hub.Report(PrinterState.Finished, 1, key, "a.gcode", null);
        AssertBed(BedState.Occupied);
        _hub.ClearBed();
        AssertBed(BedState.Clear);
    }

    private void AssertBed(BedState expected) => Assert.AreEqual((int)expected, (int)_hub.Record.Bed);
}
