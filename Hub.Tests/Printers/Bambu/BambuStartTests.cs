using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Bambu;

/// <summary>What proves a start and what stands against it, through the client on a driven clock.</summary>
[TestClass]
public sealed class BambuStartTests : IDisposable
{
    private const string Serial = "01P00A0A0000001";

    private readonly BambuTestHal _hal = new();
    private readonly BambuClient _client;
    private string _full = "";
    private string _jobId = "";

    public BambuStartTests()
    {
        _client = new BambuClient(_hal, new PrinterConfig { Id = "bambu-1", Type = PrinterTypes.Bambu, Host = "192.0.2.9", Serial = Serial, AccessCode = new Secret("12345678") });
        _hal.NextSession = () =>
        {
            ScriptedMqtt session = new();
            session.Answer = Answer;
            return session;
        };
    }

    public void Dispose() => _client.Dispose();

    private static string Report(int msg, string fields) => "{\"print\":{\"msg\":" + msg + ",\"command\":\"push_status\"," + fields + "}}";

    private static string FullReport(string fields) => Report(0, "\"bed_temper\":21,\"hms\":[],\"print_error\":0,\"mc_percent\":0," + fields);

    private string? Answer(JsonNode request)
    {
        JsonObject print = request.AsObject().First().Value!.AsObject();
        switch ((string)print["command"]!)
        {
            case "pushall":
                return _full;
            case "project_file":
                _jobId = (string)print["subtask_id"]!;
                return "{\"print\":{\"command\":\"project_file\",\"sequence_id\":\"" + print["sequence_id"] + "\",\"result\":\"success\"}}";
            case "gcode_file":
                return "{\"print\":{\"command\":\"gcode_file\",\"sequence_id\":\"" + print["sequence_id"] + "\",\"result\":\"success\"}}";
            default:
                return null;
        }
    }

    /// <summary>A printer that shows this; then a start is sent as the worker does.</summary>
    private void StartOver(string before, string file = "part.gcode.3mf", string? then = null)
    {
        _full = FullReport(before);
        _client.Connect(CancellationToken.None);
        Poll();
        if (then != null)
        {
            Says(then);
        }

        _client.Start.Begin(_client.Status);
        _client.StartPrint(file, StartOptions.Default, CancellationToken.None);
        Poll();
        Assert.AreEqual(StartVerdict.Open, _client.Start.Verdict, "its acceptance proves nothing");
    }

    private void Poll() => _client.Poll(CancellationToken.None);

    private StartVerdict Says(string fields, int msg = 1)
    {
        _hal.Session.Says(Report(msg, fields.Replace("OUR_ID", _jobId, StringComparison.Ordinal)));
        Poll();
        return _client.Start.Verdict;
    }

    /// <summary>Time passes while the printer goes on reporting.</summary>
    private void Pass(int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            _hal.Time.Advance(1000);
            Says("\"wifi_signal\":\"-4" + (i % 10) + "dBm\"");
        }
    }

    private void Reconnect(string full, int outageMs)
    {
        _hal.Time.Advance(outageMs);
        _full = FullReport(full.Replace("OUR_ID", _jobId, StringComparison.Ordinal));
        _client.Connect(CancellationToken.None);
        Poll();
    }

    [TestMethod]
    [DataRow("PREPARE")]
    [DataRow("SLICING")]
    [DataRow("RUNNING")]
    [DataRow("PAUSE")]
    public void Start_OurIdAtWork_IsShown(string word)
    {
        StartOver("\"gcode_state\":\"FINISH\",\"subtask_name\":\"old\",\"subtask_id\":\"5\"");
        Pass(200);
        Assert.AreEqual(StartVerdict.Open, _client.Start.Verdict, "an H2D Pro takes 80 to 210 s");
        Assert.AreEqual(StartVerdict.Shown, Says("\"gcode_state\":\"" + word + "\",\"subtask_id\":\"OUR_ID\""));
    }

    [TestMethod]
    [DataRow("\"gcode_state\":\"PREPARE\",\"subtask_name\":\"part\"")]
    [DataRow("\"gcode_state\":\"RUNNING\",\"subtask_name\":\"part\",\"task_id\":\"9\",\"subtask_id\":\"10\"")]
    [DataRow("\"gcode_state\":\"RUNNING\",\"task_id\":\"OUR_ID\"")]
    [DataRow("\"gcode_state\":\"PREPARE\",\"gcode_file\":\"/cache/part.gcode.3mf\"")]
    [DataRow("\"gcode_state\":\"PAUSE\",\"subtask_name\":\"Part\",\"print_error\":83918908")]
    public void Start_OurNameOrFileAtWork_IsShown(string fields)
    {
        StartOver("\"gcode_state\":\"FINISH\",\"subtask_name\":\"old\",\"task_id\":\"5\"");
        Assert.AreEqual(StartVerdict.Shown, Says(fields));
    }

    [TestMethod]
    public void Start_SameNameAsTheFormerJob_IsShownOnlyAtWork()
    {
        StartOver("\"gcode_state\":\"FINISH\",\"subtask_name\":\"part\",\"task_id\":\"5\"");
        Pass(60);
        Assert.AreEqual(StartVerdict.Open, _client.Start.Verdict);
        Assert.AreEqual(StartVerdict.Shown, Says("\"gcode_state\":\"PREPARE\""));
    }

    [TestMethod]
    public void Start_AnotherJobAtWork_IsNotOurs()
    {
        StartOver("\"gcode_state\":\"FINISH\",\"subtask_name\":\"old\",\"task_id\":\"5\"");
        Assert.AreEqual(StartVerdict.Open, Says("\"gcode_state\":\"PREPARE\",\"subtask_name\":\"somebody's\",\"task_id\":\"77\""));
        Assert.AreEqual(StartVerdict.Failed, Says("\"print_error\":" + 0x05004004), "busy");
        Assert.Contains("0500_4004", _client.Start.Failure!.Message);
    }

    [TestMethod]
    public void Start_AnotherJobPassed_ItsEndIsShown()
    {
        StartOver("\"gcode_state\":\"FINISH\",\"subtask_name\":\"old\",\"task_id\":\"5\"");
        Says("\"gcode_state\":\"RUNNING\",\"subtask_name\":\"somebody's\",\"task_id\":\"77\"");
        Says("\"gcode_state\":\"FINISH\"");
        Assert.AreEqual("somebody's", _client.Status.Job);
        Assert.AreEqual(StartVerdict.Open, _client.Start.Verdict);
    }

    [TestMethod]
    public void Start_CalibrationAtTheScreen_IsNotOurs()
    {
        StartOver("\"gcode_state\":\"IDLE\"");
        Says("\"gcode_state\":\"RUNNING\",\"print_type\":\"system\",\"gcode_file\":\"/usr/etc/print/auto_cali_for_user.gcode\"");
        Pass(60);
        Assert.AreEqual(StartVerdict.Open, _client.Start.Verdict);
    }

    [TestMethod]
    [DataRow("FINISH", 0x0500C010, "0500_C010")]
    [DataRow("IDLE", 0x05004003, "0500_4003")]
    [DataRow("FAILED", 0x0500400C, "0500_400C")]
    [DataRow("FINISH", 0x07008012, "0700_8012")]
    public void Start_NewErrorBesideTheOldState_FailsAtOnce(string word, int error, string code)
    {
        StartOver("\"gcode_state\":\"" + word + "\",\"subtask_name\":\"old\",\"task_id\":\"5\"");
        Assert.AreEqual(StartVerdict.Failed, Says("\"print_error\":" + error));
        Assert.Contains(code, _client.Start.Failure!.Message);
        Assert.AreEqual(code, _client.Status.ErrorCode);
    }

    [TestMethod]
    [DataRow("IDLE", "\"gcode_state\":\"FINISH\",\"print_error\":83902467")]
    [DataRow("IDLE", "\"gcode_state\":\"FAILED\",\"print_error\":83902467")]
    [DataRow("FINISH", "\"gcode_state\":\"FAILED\",\"subtask_id\":\"OUR_ID\",\"fail_reason\":\"83902467\"")]
    public void Start_EndWithAnError_Fails(string word, string fields)
    {
        StartOver("\"gcode_state\":\"" + word + "\",\"task_id\":\"5\"");
        Assert.AreEqual(StartVerdict.Failed, Says(fields));
        Assert.Contains("0500_4003", _client.Start.Failure!.Message);
    }

    [TestMethod]
    [DataRow("\"print_error\":2")]
    [DataRow("\"print_error\":83935307")]
    [DataRow("\"hms\":[{\"attr\":50370048,\"code\":196609}]")]
    [DataRow("\"hms\":[{\"attr\":83887616,\"code\":131184}]")]
    [DataRow("\"subtask_name\":\"part\",\"subtask_id\":\"OUR_ID\",\"task_id\":\"OUR_ID\"")]
    public void Start_WhatSaysNothingOfIt_LeavesItOpen(string fields)
    {
        StartOver("\"gcode_state\":\"FINISH\",\"subtask_name\":\"old\",\"mc_percent\":100,\"layer_num\":9,\"total_layer_num\":9");
        Assert.AreEqual(StartVerdict.Open, Says(fields));
        Pass(100);
        Assert.AreEqual(StartVerdict.Open, _client.Start.Verdict);
    }

    [TestMethod]
    public void Start_ErrorThatStoodThere_CountsOnlyWhenItComesAnew()
    {
        StartOver("\"gcode_state\":\"FAILED\",\"subtask_name\":\"old\",\"task_id\":\"5\",\"print_error\":" + 0x05004003);
        Pass(3);
        Assert.AreEqual(StartVerdict.Open, _client.Start.Verdict);
        Says("\"print_error\":0");
        Assert.AreEqual(StartVerdict.Failed, Says("\"print_error\":" + 0x05004003));
    }

    [TestMethod]
    public void Start_SigningMessageComes_NamesDeveloperMode()
    {
        StartOver("\"gcode_state\":\"IDLE\"");
        Assert.AreEqual(StartVerdict.Failed, Says("\"hms\":[{\"attr\":83887360,\"code\":65543}]"));
        Assert.Contains("Developer Mode", _client.Start.Failure!.Message);
    }

    [TestMethod]
    public void Start_SigningErrorComes_NamesDeveloperMode()
    {
        StartOver("\"gcode_state\":\"IDLE\"");
        Assert.AreEqual(StartVerdict.Failed, Says("\"print_error\":" + 0x05024007));
        Assert.Contains("Developer Mode", _client.Start.Failure!.Message);
    }

    [TestMethod]
    [DataRow("IDLE", 0x0500400E)]
    [DataRow("IDLE", 0x0300400C)]
    [DataRow("FINISH", 0x0500400E)]
    [DataRow("FINISH", 0x0300400C)]
    [DataRow("FAILED", 0x0500400E)]
    [DataRow("FAILED", 0x0300400C)]
    public void Start_CancelledAtTheScreenBeforeItBegan_SaysSoAtOnce(string former, int code)
    {
        StartOver("\"gcode_state\":\"" + former + "\",\"subtask_name\":\"old\",\"task_id\":\"5\"");
        Pass(5);
        Assert.AreEqual(StartVerdict.Failed, Says("\"print_error\":" + code));
        Assert.Contains("cancelled", _client.Start.Failure!.Message);
        Assert.AreNotEqual(PrinterState.Cancelled, former == "FINISH" ? _client.Status.State : PrinterState.Idle, "the former job did finish");
    }

    [TestMethod]
    public void Start_ReasonOfTheFormerJobsFailureComesLate_LeavesItOpen()
    {
        StartOver("\"gcode_state\":\"RUNNING\",\"subtask_name\":\"old\",\"task_id\":\"5\"", then: "\"gcode_state\":\"FAILED\"");
        Assert.AreEqual(StartVerdict.Open, Says("\"print_error\":" + 0x0300400C), "P2S: 4.6 s after FAILED");
        Says("\"print_error\":0");
        Pass(10);
        Assert.AreEqual(StartVerdict.Failed, Says("\"print_error\":" + 0x0300400C));
    }

    [TestMethod]
    public void Start_ShortBreakUnderTheNewNameAndTheOldFinish_LeavesItOpen()
    {
        const string Old = "\"mc_percent\":100,\"layer_num\":10,\"total_layer_num\":10";
        StartOver("\"gcode_state\":\"FINISH\",\"subtask_name\":\"old\",\"task_id\":\"5\"," + Old);
        Says("\"subtask_name\":\"part\",\"subtask_id\":\"OUR_ID\",\"task_id\":\"OUR_ID\"");
        Reconnect("\"gcode_state\":\"FINISH\",\"subtask_name\":\"part\",\"subtask_id\":\"OUR_ID\",\"task_id\":\"OUR_ID\"," + Old, 4000);
        Pass(30);
        Assert.AreEqual(StartVerdict.Open, _client.Start.Verdict, "4 s are no time for a job");
        Assert.AreEqual("old", _client.Status.Job);
    }

    [TestMethod]
    public void Start_RefusalSecondsAfterTheAnswer_Fails()
    {
        StartOver("\"gcode_state\":\"IDLE\"");
        string sequence = (string)_hal.Session.Requests[^1]["print"]!["sequence_id"]!;
        _hal.Time.Advance(5000);
        _hal.Session.Says("{\"print\":{\"command\":\"project_file\",\"sequence_id\":\"" + sequence + "\",\"result\":\"fail\",\"reason\":\"no such plate\"}}");
        Poll();
        Assert.AreEqual(StartVerdict.Failed, _client.Start.Verdict);
        Assert.Contains("no such plate", _client.Start.Failure!.Message);
    }

    [TestMethod]
    public void Start_CancelledAtTheScreenWhilePreparing_SaysSo()
    {
        StartOver("\"gcode_state\":\"IDLE\"");
        Assert.AreEqual(StartVerdict.Failed, Says("\"gcode_state\":\"FAILED\",\"subtask_id\":\"OUR_ID\",\"print_error\":" + 0x0500400E));
        Assert.Contains("cancelled", _client.Start.Failure!.Message);
    }

    [TestMethod]
    public void Start_FailedWithoutAReason_WaitsForItAndThenFails()
    {
        StartOver("\"gcode_state\":\"IDLE\"");
        Assert.AreEqual(StartVerdict.Open, Says("\"gcode_state\":\"FAILED\",\"subtask_id\":\"OUR_ID\""));
        Assert.AreEqual(PrinterState.Idle, _client.Status.State, "nothing is announced yet");
        Pass(9);
        Assert.AreEqual(StartVerdict.Failed, _client.Start.Verdict);
    }

    [TestMethod]
    public void Start_FinishUnderTheNewName_IsStillTheFormerJobs()
    {
        // P2S: FINISH with the new name, RUNNING with the former layers, never PREPARE.
        const string Old = "\"mc_percent\":100,\"layer_num\":750,\"total_layer_num\":750";
        StartOver("\"gcode_state\":\"FINISH\",\"subtask_name\":\"old\",\"task_id\":\"5\"," + Old);
        Assert.AreEqual(StartVerdict.Open, Says("\"gcode_state\":\"FINISH\",\"subtask_name\":\"part\",\"subtask_id\":\"OUR_ID\",\"bed_temper\":21,\"print_error\":0," + Old, 0));
        Assert.AreEqual(PrinterState.Finished, _client.Status.State);
        Assert.AreEqual("old", _client.Status.Job);
        Pass(30);
        Assert.AreEqual(StartVerdict.Open, _client.Start.Verdict, "nothing of it moved");
        Assert.AreEqual("old", _client.Status.Job);
        Assert.AreEqual(StartVerdict.Shown, Says("\"gcode_state\":\"RUNNING\",\"mc_percent\":0,\"layer_num\":750,\"total_layer_num\":94,\"bed_temper\":21,\"print_error\":0", 0));
        Assert.AreEqual("part", _client.Status.Job);
        Assert.AreEqual(-1, _client.Status.CurrentLayer);
        Says("\"gcode_state\":\"PAUSE\",\"layer_num\":0,\"print_error\":" + 0x0500803C);
        Assert.AreEqual(PrinterState.Attention, _client.Status.State);
        Assert.AreEqual("0500_803C", _client.Status.ErrorCode);
    }

    [TestMethod]
    public void Start_JobThatPassedWhileTheSessionWasLost_IsShown()
    {
        StartOver("\"gcode_state\":\"FINISH\",\"subtask_name\":\"old\",\"subtask_id\":\"5\",\"mc_percent\":100,\"layer_num\":9,\"total_layer_num\":9");
        Reconnect("\"gcode_state\":\"FINISH\",\"subtask_name\":\"part\",\"subtask_id\":\"OUR_ID\",\"mc_percent\":100,\"layer_num\":94,\"total_layer_num\":94", 90000);
        Assert.AreEqual(StartVerdict.Shown, _client.Start.Verdict);
        Poll();
        Assert.AreEqual("part", _client.Status.Job);
    }

    [TestMethod]
    public void Start_NewNameAfterAShortLoss_ProvesNothing()
    {
        StartOver("\"gcode_state\":\"FINISH\",\"subtask_name\":\"old\",\"subtask_id\":\"5\",\"mc_percent\":100,\"layer_num\":9,\"total_layer_num\":9");
        Reconnect("\"gcode_state\":\"FINISH\",\"subtask_name\":\"part\",\"subtask_id\":\"OUR_ID\",\"mc_percent\":100,\"layer_num\":9,\"total_layer_num\":9", 2000);
        Assert.AreEqual(StartVerdict.Open, _client.Start.Verdict);
        Assert.AreEqual("old", _client.Status.Job);
        Pass(25);
        Assert.AreEqual(StartVerdict.Open, _client.Start.Verdict, "2 s are no time for a job");
        Assert.AreEqual("old", _client.Status.Job);
    }

    [TestMethod]
    public void Start_FormerNumbersReset_ProveNothing()
    {
        StartOver("\"gcode_state\":\"FINISH\",\"subtask_name\":\"old\",\"task_id\":\"5\",\"mc_percent\":100,\"layer_num\":10,\"total_layer_num\":10");
        Says("\"subtask_name\":\"part\",\"subtask_id\":\"OUR_ID\"");
        Says("\"mc_percent\":0,\"layer_num\":0,\"total_layer_num\":94");
        Pass(60);
        Assert.AreEqual(StartVerdict.Open, _client.Start.Verdict);
        Says("\"mc_percent\":50");
        Pass(60);
        Assert.AreEqual(StartVerdict.Open, _client.Start.Verdict, "a whole print leaves more");
        Says("\"mc_percent\":100,\"layer_num\":94");
        Pass(25);
        Assert.AreEqual(StartVerdict.Shown, _client.Start.Verdict);
    }

    [TestMethod]
    public void Start_FinishOutOfIdleAtNoPercent_ProvesNothing()
    {
        StartOver("\"gcode_state\":\"IDLE\",\"subtask_name\":\"old\"");
        Says("\"gcode_state\":\"FINISH\",\"subtask_name\":\"part\",\"subtask_id\":\"OUR_ID\"");
        Pass(60);
        Assert.AreEqual(StartVerdict.Open, _client.Start.Verdict);
    }

    [TestMethod]
    [DataRow(0x05004001)]
    [DataRow(0x05004013)]
    [DataRow(0x0500402A)]
    [DataRow(0x05014039)]
    [DataRow(0x05804096)]
    [DataRow(0x050240A3)]
    public void Start_ErrorOfCloudNetworkOrAccessory_LeavesItOpen(int code)
    {
        StartOver("\"gcode_state\":\"FINISH\",\"subtask_name\":\"old\",\"task_id\":\"5\",\"mc_percent\":100");
        Assert.AreEqual(StartVerdict.Open, Says("\"print_error\":" + code));
        Assert.AreEqual(BambuTexts.Code((uint)code), _client.Status.ErrorCode, "but it is shown");
        Assert.AreEqual(StartVerdict.Shown, Says("\"gcode_state\":\"PREPARE\",\"subtask_id\":\"OUR_ID\""));
    }

    [TestMethod]
    [DataRow(0x05004009)]
    [DataRow(0x0500400B)]
    [DataRow(0x05014034)]
    [DataRow(0x050040A6)]
    public void Start_ErrorOfTheJob_Fails(int code)
    {
        StartOver("\"gcode_state\":\"IDLE\"");
        Assert.AreEqual(StartVerdict.Failed, Says("\"print_error\":" + code));
    }

    [TestMethod]
    [DataRow(0x05000300, 0x00010001, StartVerdict.Failed)]
    [DataRow(0x05000300, 0x00010006, StartVerdict.Failed)]
    [DataRow(0x05000400, 0x00010051, StartVerdict.Failed)]
    [DataRow(0x05000500, 0x00010014, StartVerdict.Open)]
    [DataRow(0x03000D00, 0x00010003, StartVerdict.Open)]
    public void Start_FatalMessageComes_FailsWhenThePrinterStandsStill(int attribute, int code, StartVerdict expected)
    {
        StartOver("\"gcode_state\":\"IDLE\"");
        Assert.AreEqual(expected, Says("\"hms\":[{\"attr\":" + attribute + ",\"code\":" + code + "}]"));
    }

    [TestMethod]
    public void Start_NameThatThePrinterCut_IsOurs()
    {
        StartOver("\"gcode_state\":\"IDLE\",\"subtask_name\":\"old\"", "A holder with a very long name for the second shelf.gcode.3mf");
        Assert.AreEqual(StartVerdict.Open, Says("\"gcode_state\":\"PREPARE\",\"subtask_name\":\"A holder\""));
        Assert.AreEqual(StartVerdict.Shown, Says("\"subtask_name\":\"A holder with a very long name for t\""));
    }

    [TestMethod]
    public void Start_SameNameFinishedAfterALoss_ProvesNothing()
    {
        StartOver("\"gcode_state\":\"FINISH\",\"subtask_name\":\"part\",\"task_id\":\"5\",\"mc_percent\":100");
        Reconnect("\"gcode_state\":\"FINISH\",\"subtask_name\":\"part\",\"task_id\":\"5\",\"mc_percent\":100", 90000);
        Pass(60);
        Assert.AreEqual(StartVerdict.Open, _client.Start.Verdict);
    }

    [TestMethod]
    public void Start_PlainGcode_IsKnownByItsFile()
    {
        StartOver("\"gcode_state\":\"IDLE\"", "plain.gcode");
        Assert.AreEqual(StartVerdict.Shown, Says("\"gcode_state\":\"RUNNING\",\"gcode_file\":\"/sdcard/plain.gcode\",\"subtask_name\":\"\""));
    }

    [TestMethod]
    public void Start_JobWithoutNameAndId_CountsAfterAWhile()
    {
        StartOver("\"gcode_state\":\"IDLE\"");
        Assert.AreEqual(StartVerdict.Open, Says("\"gcode_state\":\"RUNNING\""));
        Pass(15);
        Assert.AreEqual(StartVerdict.Shown, _client.Start.Verdict);
    }

    [TestMethod]
    public void Start_JobWithoutNameAndId_CountsThoughNothingMoreIsReported()
    {
        StartOver("\"gcode_state\":\"IDLE\"");
        Assert.AreEqual(StartVerdict.Open, Says("\"gcode_state\":\"PREPARE\""));
        _hal.Time.Advance(BambuStartWatch.NamelessMs - 500);
        Poll();
        Assert.AreEqual(StartVerdict.Open, _client.Start.Verdict);
        _hal.Time.Advance(1000);
        Poll();
        Assert.AreEqual(StartVerdict.Shown, _client.Start.Verdict, "P1 and A1 are silent while nothing changes");
    }
}
