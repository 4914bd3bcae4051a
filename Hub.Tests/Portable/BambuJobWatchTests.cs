using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>Ends and starts of Bambu jobs on both CLRs.</summary>
[TestClass]
public class BambuJobWatchTests
{
    private readonly BambuJobWatch _job = new BambuJobWatch();
    private readonly BambuStartWatch _start = new BambuStartWatch();
    private readonly BambuValues _values = new BambuValues();
    private long _nowMs = 1000;

    [TestMethod]
    public void End_FailedBeforeItsReason_IsCancellingAndThenCancelled()
    {
        Report(BambuPhase.Running);
        Report(BambuPhase.Failed);
        AssertState(PrinterState.Cancelling);
        _nowMs += 4600;
        _values.PrintError = BambuStateRules.CancelledByUser;
        Report(BambuPhase.Failed);
        AssertState(PrinterState.Cancelled);
        _values.PrintError = 0;
        Report(BambuPhase.Failed);
        AssertState(PrinterState.Cancelled);
    }

    [TestMethod]
    public void End_FailedWithoutAReason_IsAnErrorAfterAWhile()
    {
        Report(BambuPhase.Running);
        Report(BambuPhase.Failed);
        _nowMs += BambuJobWatch.ReasonMs;
        AssertState(PrinterState.Error);
    }

    [TestMethod]
    public void End_AfterOurStop_IsCancelled()
    {
        Report(BambuPhase.Running);
        _job.StopSent(_nowMs);
        Report(BambuPhase.Failed);
        AssertState(PrinterState.Cancelled);
    }

    [TestMethod]
    public void End_ReasonOfTheFormerJob_DoesNotCount()
    {
        _values.FailReason = BambuStateRules.CancelledByUser;
        Report(BambuPhase.Running);
        _values.PrintError = 0x03004006;
        Report(BambuPhase.Failed);
        AssertState(PrinterState.Error);
    }

    [TestMethod]
    public void NewJob_ValuesOfTheFormer_AreUnknown()
    {
        _values.Percent = 100;
        _values.Layer = 50;
        _values.TotalLayers = 50;
        _values.RemainingMinutes = 0;
        Report(BambuPhase.Finish);
        _values.Percent = 0;
        _values.TotalLayers = 94;
        Report(BambuPhase.Running);
        Assert.AreEqual(-1, _job.Layer);
        Assert.AreEqual(94, _job.TotalLayers);
        Assert.AreEqual(-1, _job.RemainingMinutes);
        _values.Layer = 1;
        _values.RemainingMinutes = 12;
        Report(BambuPhase.Running);
        Assert.AreEqual(1, _job.Layer);
        Assert.AreEqual(12, _job.RemainingMinutes);
    }

    [TestMethod]
    public void Start_OurId_IsShown()
    {
        BeginStart();
        Report(BambuPhase.Finish);
        AssertStart(BambuStartOutcome.Open);
        _values.SubtaskId = 77;
        Report(BambuPhase.Prepare);
        AssertStart(BambuStartOutcome.Shown);
    }

    [TestMethod]
    public void Start_NewError_Fails()
    {
        BeginStart();
        _values.PrintError = 0x0500C010;
        Report(BambuPhase.Finish);
        AssertStart(BambuStartOutcome.Failed);
        Assert.AreEqual(0x0500C010L, (long)_start.Error);
    }

    [TestMethod]
    public void Start_FinishUnderTheNewName_HoldsTheFormerEnd()
    {
        BeginStart();
        _values.JobName = "part";
        _values.SubtaskId = 77;
        for (int i = 0; i < 100; i++)
        {
            _nowMs += 1000;
            Report(BambuPhase.Finish);
        }

        AssertStart(BambuStartOutcome.Open);
        Assert.IsTrue(_start.HoldsEnd(BambuPhase.Finish));
        _start.NoteOutage();
        _nowMs += 5000;
        Report(BambuPhase.Finish);
        AssertStart(BambuStartOutcome.Open);
        _nowMs += BambuStartWatch.BlindMs;
        Report(BambuPhase.Finish);
        AssertStart(BambuStartOutcome.Shown);
        Assert.IsFalse(_start.HoldsEnd(BambuPhase.Finish));
    }

    [TestMethod]
    public void Hms_MoreThanAreKept_KeepsTheGravest()
    {
        BambuHms list = new BambuHms();
        for (uint i = 0; i < 10; i++)
        {
            list.Add(0x07000000, 0x00030001 + i);
        }

        list.Add(0x03000300, 0x00010001);
        list.Add(0x05000600, 0x00020070);
        Assert.AreEqual(BambuHms.MaxEntries, list.Count);
        Assert.AreEqual(1, list.Severity(list.Gravest()));
        Assert.AreEqual(3, list.Dropped);
    }

    private void BeginStart()
    {
        _values.JobName = "old";
        _values.Percent = 100;
        Report(BambuPhase.Finish);
        _start.Begin(77, "part", "part.gcode.3mf", _values, new PrinterStatus(), false, _nowMs);
    }

    private void Report(BambuPhase phase)
    {
        _values.IsFull = true;
        _values.Phase = phase;
        _job.Reported(_values, false, _nowMs);
        _start.Reported(_values, _nowMs);
    }

    private void AssertState(PrinterState expected) => Assert.AreEqual((int)expected, (int)BambuStateRules.Of(_values, _job, _nowMs));

    private void AssertStart(BambuStartOutcome expected) => Assert.AreEqual((int)expected, (int)_start.Outcome);
}
