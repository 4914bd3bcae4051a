using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;
using Hub.Tests.Portable;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Bambu;

/// <summary>What a Bambu printer's reports become in the job log, several of them within one poll too.</summary>
[TestClass]
public sealed class BambuJobsTests : IDisposable
{
    private const string Idle = "\"gcode_state\":\"IDLE\",\"subtask_id\":\"0\",\"task_id\":\"0\",\"subtask_name\":\"\"";

    private readonly JobBench _jobs = new();
    private readonly BambuTestHal _hal = new();
    private readonly BambuClient _client;
    private string _full = "";

    public BambuJobsTests()
    {
        _client = new BambuClient(_hal, new PrinterConfig { Id = "bambu-1", Type = PrinterTypes.Bambu, Host = "192.0.2.9", Serial = "01P00A0A0000001", AccessCode = new Secret("12345678") })
        {
            Listener = _jobs.Recorder,
        };
        _hal.NextSession = () =>
        {
            ScriptedMqtt session = new();
            session.Answer = request => (string)request.AsObject().First().Value!["command"]! == "pushall" ? _full : null;
            return session;
        };
    }

    public void Dispose() => _client.Dispose();

    [TestMethod]
    public void TwoJobs_WithinOnePoll_AreBothThereWithTheirEnds()
    {
        Connect(Idle);
        Say("\"gcode_state\":\"PREPARE\",\"subtask_id\":\"11\",\"subtask_name\":\"one\"");
        Say("\"gcode_state\":\"RUNNING\",\"mc_percent\":5");
        Say("\"gcode_state\":\"FINISH\",\"mc_percent\":100");
        Say("\"gcode_state\":\"PREPARE\",\"subtask_id\":\"12\",\"subtask_name\":\"two\",\"mc_percent\":0");
        Say("\"gcode_state\":\"RUNNING\"");
        Poll();
        Assert.AreEqual("1 started one; 2 finished one of 1; 3 started two", _jobs.Events());
    }

    [TestMethod]
    public void SameNameFromTheCard_AgainAndAgain_IsAnotherJobEachTime()
    {
        Connect(Idle);
        for (int i = 0; i < 3; i++)
        {
            Say("\"gcode_state\":\"PREPARE\",\"subtask_name\":\"part\"");
            Say("\"gcode_state\":\"FINISH\"");
        }

        Poll();
        Assert.AreEqual("1 started part; 2 finished part of 1; 3 started part; 4 finished part of 3; 5 started part; 6 finished part of 5", _jobs.Events());
    }

    [TestMethod]
    public void IdsThatComeAfterTheBegin_AreTheSameJob()
    {
        Connect("\"gcode_state\":\"FINISH\",\"subtask_id\":\"11\",\"task_id\":\"0\",\"subtask_name\":\"one\"");
        Say("\"gcode_state\":\"PREPARE\"");
        Poll();
        Say("\"subtask_id\":\"12\"");
        Poll();
        Say("\"subtask_name\":\"two\"");
        Poll();
        Assert.AreEqual("12", _jobs.Record.JobKey);
        Say("\"gcode_state\":\"FINISH\",\"mc_percent\":100");
        Poll();
        Assert.AreEqual("1 started one; 2 finished two of 1", _jobs.Events());
    }

    [TestMethod]
    public void Failed_ReasonComesSecondsLater_IsCancelledAndNotFailed()
    {
        Connect(Idle);
        Say("\"gcode_state\":\"RUNNING\",\"subtask_id\":\"11\",\"subtask_name\":\"one\",\"mc_percent\":5");
        Poll();
        Say("\"gcode_state\":\"FAILED\"");
        Poll();
        Assert.AreEqual("1 started one", _jobs.Events(), "not known yet");
        _hal.Time.Advance(4600);
        Say("\"print_error\":50348044");
        Poll();
        Assert.AreEqual("1 started one; 2 cancelled one of 1", _jobs.Events());
    }

    [TestMethod]
    public void Failed_NoReasonComes_IsFailedOnceItsTimeIsOver()
    {
        Connect(Idle);
        Say("\"gcode_state\":\"RUNNING\",\"subtask_id\":\"11\",\"subtask_name\":\"one\",\"mc_percent\":5");
        Say("\"gcode_state\":\"FAILED\"");
        Poll();
        _hal.Time.Advance(BambuJobWatch.ReasonMs);
        Poll();
        Assert.AreEqual("1 started one; 2 failed one of 1", _jobs.Events());
    }

    [TestMethod]
    public void Outage_AnotherJobRunsAfterwards_EndsTheFormerOne()
    {
        Connect("\"gcode_state\":\"RUNNING\",\"subtask_id\":\"11\",\"subtask_name\":\"one\",\"mc_percent\":5");
        Connect("\"gcode_state\":\"RUNNING\",\"subtask_id\":\"11\",\"subtask_name\":\"one\",\"mc_percent\":60");
        Assert.AreEqual("1 started one", _jobs.Events());
        Connect("\"gcode_state\":\"RUNNING\",\"subtask_id\":\"12\",\"subtask_name\":\"two\",\"mc_percent\":7");
        Assert.AreEqual("1 started one; 2 ended one of 1; 3 started two", _jobs.Events());
    }

    [TestMethod]
    public void Calibration_BegunAtTheScreen_IsNoJob()
    {
        Connect(Idle);
        Say("\"gcode_state\":\"RUNNING\",\"gcode_file\":\"/usr/etc/print/auto_cali_for_user.gcode\",\"subtask_name\":\"auto_cali_for_user\"");
        Poll();
        Say("\"gcode_state\":\"IDLE\",\"gcode_file\":\"\"");
        Poll();
        Assert.AreEqual("", _jobs.Events());
    }

    private static string Report(int msg, string fields) => "{\"print\":{\"msg\":" + msg + ",\"command\":\"push_status\"," + fields + "}}";

    private void Connect(string fields)
    {
        _client.Disconnect();
        _full = Report(0, "\"bed_temper\":21,\"hms\":[],\"print_error\":0,\"mc_percent\":0," + fields);
        _client.Connect(CancellationToken.None);
        Poll();
    }

    private void Say(string fields) => _hal.Session.Says(Report(1, fields));

    private void Poll() => _client.Poll(CancellationToken.None);
}
