using Hub.Core.Jobs;
using Hub.Core.Printers;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>Sequences of reports as real printers send them, and what they become in the job log.</summary>
[TestClass]
public class JobTrackerTests
{
    private JobBench _hub = new JobBench();

    [TestInitialize]
    public void Begin() => _hub = new JobBench();

    [TestMethod]
    public void WholeJob_Watched_StartsAndFinishesWithItsDuration()
    {
        _hub.Idle(0);
        _hub.Report(PrinterState.Preparing, 1, "a.gcode");
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        _hub.Report(PrinterState.Paused, 1, "a.gcode");
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        _hub.Report(PrinterState.Finished, 1, "a.gcode");
        _hub.Report(PrinterState.Finished, 1, "a.gcode");
        _hub.Idle(1);
        Assert.AreEqual("1 started a.gcode; 2 finished a.gcode of 1", _hub.Events());
        Assert.AreEqual(8000L, _hub.Event(2).DurationMs);
        Assert.AreEqual(_hub.Event(1).TimeMs + 8000, _hub.Event(2).TimeMs);
        Assert.IsNull(_hub.Event(1).Cause);
    }

    [TestMethod]
    public void NextJob_BetweenTwoReports_EndsTheFormerOne()
    {
        _hub.Idle(0);
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        _hub.Report(PrinterState.Preparing, 2, "a.gcode");
        _hub.Report(PrinterState.Finished, 2, "a.gcode");
        Assert.AreEqual("1 started a.gcode; 2 ended a.gcode of 1; 3 started a.gcode; 4 finished a.gcode of 3", _hub.Events());
        Assert.AreEqual(JobEvent.UnknownMs, _hub.Event(2).DurationMs);
        StringAssert.Contains(_hub.Event(2).Cause!, "another job");
        Assert.AreEqual(2000L, _hub.Event(4).DurationMs);
    }

    [TestMethod]
    public void NextJob_BetweenTwoReports_AlsoAfterAnEndThatWasSeen()
    {
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        _hub.Report(PrinterState.Finished, 1, "a.gcode");
        _hub.Report(PrinterState.Finished, 2, "b.gcode");
        Assert.AreEqual("1 started a.gcode; 2 finished a.gcode of 1; 3 started b.gcode; 4 finished b.gcode of 3", _hub.Events());
    }

    [TestMethod]
    public void ShortJobs_EachWithinOneReport_AreAllThere()
    {
        _hub.Idle(0);
        for (int i = 1; i <= 3; i++)
        {
            _hub.Report(i == 2 ? PrinterState.Cancelled : PrinterState.Finished, i, "a.gcode");
        }

        Assert.AreEqual(
            "1 started a.gcode; 2 finished a.gcode of 1; 3 started a.gcode; 4 cancelled a.gcode of 3; 5 started a.gcode; 6 finished a.gcode of 5",
            _hub.Events());
        Assert.AreEqual(JobEvent.UnknownMs, _hub.Event(2).DurationMs);
    }

    [TestMethod]
    public void Cancelled_AtThePrinter_IsThatJobs()
    {
        _hub.Idle(0);
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        _hub.Report(PrinterState.Cancelling, 1, "a.gcode");
        _hub.Report(PrinterState.Cancelled, 1, "a.gcode");
        _hub.Report(PrinterState.Cancelling, 1, "a.gcode");
        _hub.Report(PrinterState.Cancelled, 1, "a.gcode");
        Assert.AreEqual("1 started a.gcode; 2 cancelled a.gcode of 1", _hub.Events());
    }

    [TestMethod]
    public void Failed_WithTheJobsError_IsOneEventWithItsCause()
    {
        _hub.Idle(0);
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        _hub.Report(PrinterState.Error, 1, "id-1", "a.gcode", "0300_4006");
        _hub.Report(PrinterState.Error, 1, "id-1", "a.gcode", "0300_4006");
        _hub.Idle(1);
        Assert.AreEqual("1 started a.gcode; 2 failed a.gcode of 1", _hub.Events());
        Assert.AreEqual("0300_4006", _hub.Event(2).Code);
        Assert.AreEqual("words on 0300_4006", _hub.Event(2).Cause);
    }

    [TestMethod]
    public void Failed_ByAFaultOfThePrinter_TheFaultIsNoSecondEvent()
    {
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        _hub.Report(PrinterState.Error, 1, null, null, PrinterErrorCodes.Fault);
        Assert.AreEqual("1 started a.gcode; 2 failed a.gcode of 1", _hub.Events());
    }

    [TestMethod]
    public void Failed_WhileTheServerLostItsPrinter_IsSeenWithoutALink()
    {
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        _hub.Report(PrinterState.Offline, 1, "id-1", "a.gcode", PrinterErrorCodes.PrintFailed);
        Assert.AreEqual("1 started a.gcode; 2 failed a.gcode of 1", _hub.Events());
    }

    [TestMethod]
    public void PowerLoss_WhilePrinting_EndsWithoutAnOutcome()
    {
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        _hub.Report(PrinterState.Offline, 1, null, null, "printer_offline");
        _hub.Report(PrinterState.Unknown, 1, null, null, null);
        Assert.AreEqual("1 started a.gcode", _hub.Events(), "silence says nothing");
        _hub.Idle(1);
        Assert.AreEqual("1 started a.gcode; 2 ended a.gcode of 1", _hub.Events());
    }

    [TestMethod]
    public void Outage_JobGoesOn_ChangesNothing()
    {
        _hub.Idle(0);
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        _hub.Clock.Advance(3600000);
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        _hub.Report(PrinterState.Finished, 1, "a.gcode");
        Assert.AreEqual("1 started a.gcode; 2 finished a.gcode of 1", _hub.Events());
        Assert.AreEqual(3604000L, _hub.Event(2).DurationMs);
    }

    [TestMethod]
    public void Outage_JobEndsMeanwhile_HasItsOutcomeAndNoDuration()
    {
        _hub.Idle(0);
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        _hub.Clock.Advance(3600000);
        _hub.Report(PrinterState.Finished, 1, "a.gcode");
        Assert.AreEqual("1 started a.gcode; 2 finished a.gcode of 1", _hub.Events());
        Assert.AreEqual(JobEvent.UnknownMs, _hub.Event(2).DurationMs);
    }

    [TestMethod]
    public void FirstSight_PrinterIsPrinting_StartsLateAndHasNoDuration()
    {
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        _hub.Report(PrinterState.Finished, 1, "a.gcode");
        Assert.AreEqual("1 started a.gcode; 2 finished a.gcode of 1", _hub.Events());
        StringAssert.Contains(_hub.Event(1).Cause!, "already");
        Assert.AreEqual(JobEvent.UnknownMs, _hub.Event(2).DurationMs);
    }

    [TestMethod]
    public void FirstSight_KeyKnowsWhenItBegan_HasNoDurationEither()
    {
        long beganSeconds = (_hub.Store.NowMs / 1000) - 3600;
        string key = JobKeys.Timed("a.gcode", beganSeconds);
        _hub.Report(PrinterState.Printing, 1, key, "a.gcode", null);
        _hub.Report(PrinterState.Finished, 1, key, "a.gcode", null);
        Assert.AreEqual(JobEvent.UnknownMs, _hub.Event(2).DurationMs);
    }

    [TestMethod]
    public void FirstSight_OfAnEndOrAnOldFailure_IsNoNews()
    {
        _hub.Report(PrinterState.Finished, 1, "a.gcode");
        _hub.Report(PrinterState.Error, 1, null, null, PrinterErrorCodes.PrintFailed);
        Assert.AreEqual("", _hub.Events());
    }

    [TestMethod]
    public void Restart_JobGoesOn_IsTheSameJob()
    {
        _hub.Idle(0);
        _hub.Report(PrinterState.Printing, 5, "k", "a.gcode", null);
        _hub = _hub.Another();
        _hub.Report(PrinterState.Printing, 1, "k", "a.gcode", null);
        _hub.Report(PrinterState.Finished, 1, "k", "a.gcode", null);
        Assert.AreEqual("1 started a.gcode; 2 finished a.gcode of 1", _hub.Events());
        Assert.AreEqual(4000L, _hub.Event(2).DurationMs);
    }

    [TestMethod]
    public void Restart_AnotherJobRunsThen_EndsTheFormerOne()
    {
        _hub.Report(PrinterState.Printing, 1, "k1", "a.gcode", null);
        _hub = _hub.Another();
        _hub.Report(PrinterState.Printing, 1, "k2", "b.gcode", null);
        Assert.AreEqual("1 started a.gcode; 2 ended a.gcode of 1; 3 started b.gcode", _hub.Events());
        StringAssert.Contains(_hub.Event(3).Cause!, "already");
    }

    [TestMethod]
    public void Restart_PrinterShowsTheOutcome_HasIt()
    {
        _hub.Report(PrinterState.Printing, 1, "k", "a.gcode", null);
        _hub = _hub.Another();
        _hub.Report(PrinterState.Cancelled, 1, "k", "a.gcode", null);
        Assert.AreEqual("1 started a.gcode; 2 cancelled a.gcode of 1", _hub.Events());
    }

    [TestMethod]
    public void Restart_PrinterShowsNothing_EndsWithoutAnOutcome()
    {
        _hub.Report(PrinterState.Printing, 1, "k", "a.gcode", null);
        _hub = _hub.Another();
        _hub.Idle(0);
        Assert.AreEqual("1 started a.gcode; 2 ended a.gcode of 1", _hub.Events());
    }

    [TestMethod]
    public void Restart_WholeJobMeanwhile_IsRecordedAfterwards()
    {
        _hub.Report(PrinterState.Printing, 1, "k1", "a.gcode", null);
        _hub.Report(PrinterState.Finished, 1, "k1", "a.gcode", null);
        _hub = _hub.Another();
        _hub.Report(PrinterState.Finished, 1, "k1", "a.gcode", null);
        Assert.AreEqual("1 started a.gcode; 2 finished a.gcode of 1", _hub.Events());
        _hub = _hub.Another();
        _hub.Report(PrinterState.Finished, 1, "k2", "b.gcode", null);
        Assert.AreEqual("1 started a.gcode; 2 finished a.gcode of 1; 3 started b.gcode; 4 finished b.gcode of 3", _hub.Events());
        StringAssert.Contains(_hub.Event(3).Cause!, "did not see");
    }

    [TestMethod]
    public void Restart_TwiceInOneJob_IsTheSameJob()
    {
        string key = JobKeys.Timed("a.gcode", 1000000);
        _hub.Report(PrinterState.Printing, 1, key, "a.gcode", null);
        for (int i = 1; i < 4; i++)
        {
            _hub = _hub.Another();
            _hub.Report(PrinterState.Printing, 1, JobKeys.Timed("a.gcode", 1000000 + (i * 20)), "a.gcode", null);
            _hub.Report(PrinterState.Printing, 1, JobKeys.Timed("a.gcode", 1000000 + (i * 20)), "a.gcode", null);
        }

        Assert.AreEqual("1 started a.gcode", _hub.Events());
    }

    [TestMethod]
    public void SameFileAgain_AfterItsEnd_IsAnotherJob()
    {
        _hub.Report(PrinterState.Printing, 1, "a@", "a.gcode", null);
        _hub.Report(PrinterState.Finished, 1, "a@", "a.gcode", null);
        _hub.Report(PrinterState.Printing, 2, "a@", "a.gcode", null);
        Assert.AreEqual("1 started a.gcode; 2 finished a.gcode of 1; 3 started a.gcode", _hub.Events());
    }

    [TestMethod]
    public void IdOfAPrinterThatRestarted_CountsAgain_IsAnotherJob()
    {
        _hub.Report(PrinterState.Printing, 1, "1", "a.gcode", null);
        _hub.Report(PrinterState.Finished, 1, "1", "a.gcode", null);
        _hub.Idle(1);
        _hub.Report(PrinterState.Printing, 1, "1", "b.gcode", null);
        Assert.AreEqual("1 started a.gcode; 2 finished a.gcode of 1; 3 started b.gcode", _hub.Events());
    }

    [TestMethod]
    public void Name_ComesLaterOrChanges_IsTheSameJob()
    {
        _hub.Report(PrinterState.Printing, 1, "7", null, null);
        _hub.Report(PrinterState.Printing, 1, "7", "a.gcode", null);
        _hub.Report(PrinterState.Printing, 1, "7", "Another name", null);
        _hub.Report(PrinterState.Finished, 1, "7", "Another name", null);
        Assert.AreEqual("1 started; 2 finished Another name of 1", _hub.Events());
    }

    [TestMethod]
    public void Key_BecomesKnownLater_IsKept()
    {
        _hub.Report(PrinterState.Preparing, 1, "old-id", "a.gcode", null);
        _hub.Report(PrinterState.Printing, 1, "new-id", "a.gcode", null);
        Assert.AreEqual("new-id", _hub.Record.JobKey);
        _hub = _hub.Another();
        _hub.Report(PrinterState.Printing, 1, "new-id", "a.gcode", null);
        Assert.AreEqual("1 started a.gcode", _hub.Events());
    }

    [TestMethod]
    public void Attention_InAJob_IsOnceForEachTime()
    {
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        for (int i = 0; i < 2; i++)
        {
            _hub.Report(PrinterState.Attention, 1, "id-1", "a.gcode", "0300_8017");
            _hub.Report(PrinterState.Attention, 1, "id-1", "a.gcode", "0300_8017");
            _hub.Report(PrinterState.Offline, 1, null, null, null);
            _hub.Report(PrinterState.Attention, 1, "id-1", "a.gcode", "0300_8017");
            _hub.Report(PrinterState.Printing, 1, "a.gcode");
        }

        Assert.AreEqual("1 started a.gcode; 2 attention a.gcode of 1; 3 attention a.gcode of 1", _hub.Events());
        Assert.AreEqual("words on 0300_8017", _hub.Event(2).Cause);
    }

    [TestMethod]
    public void Attention_StillThereAfterARestart_IsNoNews()
    {
        _hub.Report(PrinterState.Attention, 1, "id-1", "a.gcode", "0300_8017");
        _hub = _hub.Another();
        _hub.Report(PrinterState.Attention, 1, "id-1", "a.gcode", "0300_8017");
        Assert.AreEqual("1 started a.gcode; 2 attention a.gcode of 1", _hub.Events());
    }

    [TestMethod]
    public void Error_WithoutAJob_IsOnceForEachTime()
    {
        _hub.Idle(0);
        for (int i = 0; i < 2; i++)
        {
            _hub.Report(PrinterState.Error, 0, null, null, PrinterErrorCodes.Fault);
            _hub.Report(PrinterState.Error, 0, null, null, PrinterErrorCodes.Fault);
            _hub.Idle(0);
        }

        Assert.AreEqual("1 error; 2 error", _hub.Events());
        Assert.AreEqual(PrinterErrorCodes.Fault, _hub.Event(1).Code);
    }

    [TestMethod]
    public void OwnWork_OfThePrinter_IsNoJob()
    {
        _hub.Idle(0);
        _hub.Report(PrinterState.Busy, 0, null, null, null);
        _hub.Report(PrinterState.Attention, 0, null, null, "printer_attention");
        _hub.Idle(0);
        Assert.AreEqual("1 attention", _hub.Events());
    }

    [TestMethod]
    public void TwoProcesses_SameReports_RecordEachEventOnce()
    {
        JobBench other = _hub.Another();
        for (int job = 1; job <= 5; job++)
        {
            Both(other, PrinterState.Preparing, job);
            Both(other, PrinterState.Printing, job);
            Both(other, job % 2 == 0 ? PrinterState.Cancelled : PrinterState.Finished, job);
        }

        string expected = "";
        for (int job = 1; job <= 5; job++)
        {
            long id = (job * 2) - 1;
            expected += (job == 1 ? "" : "; ") + id.ToString() + " started a.gcode; " + (id + 1).ToString() + (job % 2 == 0 ? " cancelled" : " finished") + " a.gcode of " + id.ToString();
        }

        Assert.AreEqual(expected, _hub.Events());
    }

    [TestMethod]
    public void TwoProcesses_ReadTheBeginDifferently_RecordTheJobOnce()
    {
        JobBench other = _hub.Another();
        string first = JobKeys.Timed("a.gcode", 1000000);
        string second = JobKeys.Timed("a.gcode", 1000000 - 200);
        _hub.Report(PrinterState.Printing, 1, first, "a.gcode", null);
        other.Report(PrinterState.Printing, 1, second, "a.gcode", null);
        other.Report(PrinterState.Printing, 1, second, "a.gcode", null);
        other.Report(PrinterState.Cancelled, 1, second, "a.gcode", null);
        _hub.Report(PrinterState.Cancelled, 1, first, "a.gcode", null);
        other.Report(PrinterState.Cancelled, 1, second, "a.gcode", null);
        Assert.AreEqual("1 started a.gcode; 2 cancelled a.gcode of 1", _hub.Events());
        Assert.AreEqual(first, _hub.Record.LastKey);
    }

    [TestMethod]
    public void TimedKey_FileWithoutItsTime_GetsItAndKeepsIt()
    {
        _hub.Report(PrinterState.Printing, 1, "a.gcode@", "a.gcode", null);
        _hub.Report(PrinterState.Printing, 1, "a.gcode@1000000", "a.gcode", null);
        _hub.Report(PrinterState.Printing, 1, "a.gcode@1000500", "a.gcode", null);
        Assert.AreEqual("a.gcode@1000000", _hub.Record.JobKey);
    }

    [TestMethod]
    public void TwoProcesses_OneIsBehind_TheEndedJobDoesNotStartAgain()
    {
        JobBench other = _hub.Another();
        _hub.Report(PrinterState.Printing, 1, "k", "a.gcode", null);
        _hub.Report(PrinterState.Finished, 1, "k", "a.gcode", null);
        other.Report(PrinterState.Printing, 1, "k", "a.gcode", null);
        other.Report(PrinterState.Finished, 1, "k", "a.gcode", null);
        Assert.AreEqual("1 started a.gcode; 2 finished a.gcode of 1", _hub.Events());
    }

    [TestMethod]
    public void Storage_Fails_CostsNoEventOnceItWorksAgain()
    {
        _hub.Idle(0);
        _hub.Nvs.WritesLeft = 0;
        for (int i = 0; i < 10; i++)
        {
            _hub.Report(PrinterState.Printing, 1, "a.gcode");
        }

        Assert.AreEqual(1, _hub.Lines.Count, "logged once");
        _hub.Nvs.WritesLeft = int.MaxValue;
        for (int i = 0; i < 4; i++)
        {
            _hub.Report(PrinterState.Printing, 1, "a.gcode");
        }

        Assert.AreEqual("1 started a.gcode", _hub.Events());
    }

    [TestMethod]
    public void Storage_FailsDuringABegin_EventHasTheTimeOfTheReport()
    {
        _hub.Idle(0);
        _hub.Nvs.WritesLeft = 0;
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        long beganMs = _hub.Store.NowMs;
        for (int i = 0; i < 60; i++)
        {
            _hub.Report(PrinterState.Printing, 1, "a.gcode");
        }

        _hub.Nvs.WritesLeft = int.MaxValue;
        Work(1);
        _hub.Report(PrinterState.Finished, 1, "a.gcode");
        Assert.AreEqual("1 started a.gcode; 2 finished a.gcode of 1", _hub.Events());
        Assert.AreEqual(beganMs, _hub.Event(1).TimeMs);
        Assert.IsNull(_hub.Event(1).Cause);
        Assert.AreEqual(_hub.Store.NowMs, _hub.Event(2).TimeMs);
        Assert.AreEqual(_hub.Store.NowMs - beganMs, _hub.Event(2).DurationMs);
    }

    [TestMethod]
    public void Storage_FailsDuringAWholeJob_BothEventsHaveTheirTimesAndACause()
    {
        _hub.Idle(0);
        _hub.Nvs.WritesLeft = 0;
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        long beganMs = _hub.Store.NowMs;
        Work(1);
        _hub.Report(PrinterState.Finished, 1, "a.gcode");
        long endedMs = _hub.Store.NowMs;
        for (int i = 0; i < 60; i++)
        {
            _hub.Report(PrinterState.Finished, 1, "a.gcode");
        }

        _hub.Nvs.WritesLeft = int.MaxValue;
        for (int i = 0; i < 4; i++)
        {
            _hub.Report(PrinterState.Finished, 1, "a.gcode");
        }

        Assert.AreEqual("1 started a.gcode; 2 finished a.gcode of 1", _hub.Events());
        Assert.AreEqual(beganMs, _hub.Event(1).TimeMs);
        Assert.AreEqual(endedMs, _hub.Event(2).TimeMs);
        Assert.AreEqual(endedMs - beganMs, _hub.Event(2).DurationMs);
        StringAssert.Contains(_hub.Event(1).Cause!, "storage");
    }

    [TestMethod]
    public void Report_WithoutNews_TouchesNoStorage()
    {
        _hub.Idle(0);
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        int reads = _hub.Nvs.Reads;
        int writes = _hub.Nvs.Writes;
        for (int i = 0; i < 100; i++)
        {
            _hub.Report(PrinterState.Printing, 1, "a.gcode");
        }

        Assert.AreEqual(reads, _hub.Nvs.Reads);
        Assert.AreEqual(writes, _hub.Nvs.Writes);
    }

    [TestMethod]
    public void ClosedRecorder_RecordsNothing()
    {
        _hub.Idle(0);
        _hub.Recorder.Close();
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        Assert.AreEqual("", _hub.Events());
    }

    private void Work(int number)
    {
        for (int i = 0; i < 10; i++)
        {
            _hub.Report(PrinterState.Printing, number, "a.gcode");
        }
    }

    private void Both(JobBench other, PrinterState state, int job)
    {
        _hub.Report(state, job, "k" + job.ToString(), "a.gcode", null);
        other.Report(state, job + 3, "k" + job.ToString(), "a.gcode", null);
    }
}
