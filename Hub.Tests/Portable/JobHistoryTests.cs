using Hub.Core.Errors;
using Hub.Core.Jobs;
using Hub.Core.Printers;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>Events as jobs.</summary>
[TestClass]
public class JobHistoryTests
{
    private JobBench _hub = new JobBench();

    [TestInitialize]
    public void Begin() => _hub = new JobBench();

    [TestMethod]
    public void Read_Empty_IsEmpty() => Assert.AreEqual(0, JobHistory.Read(_hub.Store, null, 10).Length);

    [TestMethod]
    public void Read_JobsOfSeveralPrinters_NewestFirstAndByPrinter()
    {
        JobBench other = _hub.Another(JobBench.Octo("octo-2", "http://other"));
        _hub.Idle(0);
        other.Idle(0);
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        other.Report(PrinterState.Printing, 1, "b.gcode");
        _hub.Report(PrinterState.Finished, 1, "a.gcode");
        _hub.Report(PrinterState.Printing, 2, "c.gcode");
        other.Report(PrinterState.Error, 1, "id-1", "b.gcode", PrinterErrorCodes.PrintFailed);
        JobEntry[] jobs = JobHistory.Read(_hub.Store, null, 10);
        Assert.AreEqual("c.gcode running, b.gcode failed, a.gcode finished", Words(jobs));
        Assert.AreEqual("words on print_failed", jobs[1].Cause);
        Assert.AreEqual(JobEvent.UnknownMs, jobs[0].DurationMs);
        Assert.AreEqual(jobs[2].EndedMs - jobs[2].StartedMs, jobs[2].DurationMs);
        Assert.AreEqual("octo-2", jobs[1].PrinterId);
        Assert.AreEqual("b.gcode failed", Words(JobHistory.Read(_hub.Store, "octo-2", 10)));
        Assert.AreEqual("c.gcode running", Words(JobHistory.Read(_hub.Store, null, 1)));
        Assert.AreEqual("", Words(JobHistory.Read(_hub.Store, "octo-3", 10)));
    }

    [TestMethod]
    public void Read_LongJobAmongManyShortOnes_IsFoundWhereItBegan()
    {
        JobBench other = _hub.Another(JobBench.Octo("octo-2", "http://other"));
        _hub.Report(PrinterState.Printing, 1, "long.gcode");
        for (int i = 1; i <= 30; i++)
        {
            other.Report(PrinterState.Printing, i, "short.gcode");
            other.Report(PrinterState.Finished, i, "short.gcode");
        }

        _hub.Report(PrinterState.Finished, 1, "long.gcode");
        JobEntry[] jobs = JobHistory.Read(_hub.Store, "octo-1", 5);
        Assert.AreEqual("long.gcode finished", Words(jobs));
        Assert.AreEqual(1L, jobs[0].Id);
        Assert.AreEqual(31, JobHistory.Read(_hub.Store, null, 100).Length);
        Assert.AreEqual(7, JobHistory.Read(_hub.Store, null, 7).Length);
    }

    [TestMethod]
    public void Read_StartHasLeftTheRing_ShowsTheEndAlone()
    {
        _hub.Report(PrinterState.Printing, 1, "long.gcode");
        JobBench other = _hub.Another(JobBench.Octo("octo-2", "http://other"));
        for (int i = 1; i <= 60; i++)
        {
            other.Report(PrinterState.Printing, i, "short.gcode");
            other.Report(PrinterState.Finished, i, "short.gcode");
        }

        _hub.Report(PrinterState.Finished, 1, "long.gcode");
        JobEntry[] jobs = JobHistory.Read(_hub.Store, "octo-1", 5);
        Assert.AreEqual("long.gcode finished", Words(jobs));
        Assert.AreEqual(0L, jobs[0].StartedMs);
        Assert.IsTrue(_hub.Store.Counts().Dropped > 0, "nobody acknowledged them");
    }

    [TestMethod]
    public void Read_StartThatFailed_IsAJobThatNeverStarted()
    {
        _hub.Recorder.Change(FailStart);
        JobEntry[] jobs = JobHistory.Read(_hub.Store, null, 5);
        Assert.AreEqual("a.gcode failed", Words(jobs));
        Assert.IsFalse(jobs[0].IsStarted);
        Assert.AreEqual(ErrorCodes.Name(ErrorCode.StartNotShown), jobs[0].Code);
    }

    [TestMethod]
    public void Read_PrinterGotAnotherId_ShowsTheWholeJobUnderBoth()
    {
        _hub.Idle(0);
        _hub.Report(PrinterState.Printing, 1, "k", "a.gcode", null);
        JobBench renamed = _hub.Another(JobBench.Octo("renamed", "http://octo"));
        renamed.Report(PrinterState.Attention, 1, "k", "a.gcode", "0300_8017");
        renamed = _hub.Another(JobBench.Octo("again", "http://octo"));
        renamed.Report(PrinterState.Cancelled, 1, "k", "a.gcode", null);
        string[] ids = new string[] { "octo-1", "renamed", "again" };
        for (int i = 0; i < ids.Length; i++)
        {
            JobEntry[] jobs = JobHistory.Read(_hub.Store, ids[i], 5);
            Assert.AreEqual("a.gcode cancelled", Words(jobs), ids[i]);
            Assert.IsTrue(jobs[0].StartedMs != 0 && jobs[0].EndedMs != 0, ids[i]);
        }

        Assert.AreEqual("", Words(JobHistory.Read(_hub.Store, "octo-2", 5)));
    }

    private static bool FailStart(JobRecord record, JobEvents events)
    {
        JobEvent failed = events.Add(record, JobEventKind.Failed);
        failed.Job = "a.gcode";
        failed.Code = ErrorCodes.Name(ErrorCode.StartNotShown);
        return true;
    }

    private static string Words(JobEntry[] jobs)
    {
        string text = "";
        for (int i = 0; i < jobs.Length; i++)
        {
            text += (i == 0 ? "" : ", ") + jobs[i].Job + " " + jobs[i].OutcomeName;
        }

        return text;
    }
}
