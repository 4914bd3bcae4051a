using System;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Bambu;

/// <summary>Reports in sequence and the state they show.</summary>
[TestClass]
public sealed class BambuStateRulesTests
{
    private const uint RunOut = 0x03008004;

    private readonly BambuReport _report = new();
    private readonly PrinterStatus _status = new();
    private readonly BambuStatus _filler;
    private long _nowMs;

    public BambuStateRulesTests()
    {
        _filler = new BambuStatus(_status);
    }

    private PrinterState Full(string fields) => Read("\"msg\":0,\"mc_percent\":10,\"bed_temper\":20,\"print_error\":0,\"hms\":[]," + fields);

    private PrinterState Delta(string fields) => Read("\"msg\":1," + fields);

    private PrinterState Read(string fields)
    {
        byte[] json = Encoding.UTF8.GetBytes("{\"print\":{" + fields + ",\"command\":\"push_status\"}}");
        _report.NowMs = _nowMs;
        _report.Read(json, 0, json.Length);
        _filler.Fill(_report, BambuModel.Unknown, _nowMs);
        return _status.State;
    }

    [TestMethod]
    [DataRow("IDLE", 255, PrinterState.Idle)]
    [DataRow("PREPARE", 0, PrinterState.Preparing)]
    [DataRow("SLICING", 0, PrinterState.Preparing)]
    [DataRow("INIT", 0, PrinterState.Preparing)]
    [DataRow("RUNNING", 0, PrinterState.Printing)]
    [DataRow("RUNNING", -1, PrinterState.Printing)]
    [DataRow("RUNNING", 255, PrinterState.Printing)]
    [DataRow("RUNNING", 1, PrinterState.Printing)]
    [DataRow("RUNNING", 77, PrinterState.Printing)]
    [DataRow("PAUSE", 16, PrinterState.Paused)]
    [DataRow("PAUSE", 30, PrinterState.Paused)]
    [DataRow("PAUSE", 6, PrinterState.Attention)]
    [DataRow("PAUSE", 17, PrinterState.Attention)]
    [DataRow("FINISH", 255, PrinterState.Finished)]
    [DataRow("FAILED", 255, PrinterState.Error)]
    public void Of_WordAndStage_GivesTheState(string word, int stage, PrinterState state) =>
        Assert.AreEqual(state, Full("\"gcode_state\":\"" + word + "\",\"stg_cur\":" + stage + ",\"print_type\":\"local\",\"task_id\":\"7\""));

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(14)]
    [DataRow(77)]
    [DataRow(99)]
    public void Of_WorkingStageBeforeTheFirstLayer_IsPreparing(int stage)
    {
        Full("\"gcode_state\":\"RUNNING\",\"mc_percent\":0,\"layer_num\":0,\"stg_cur\":" + stage);
        Assert.AreEqual(PrinterState.Preparing, Delta("\"mc_percent\":0"));
        Assert.AreEqual(PrinterState.Printing, Delta("\"layer_num\":1"));
    }

    [TestMethod]
    [DataRow(4, "changing filament")]
    [DataRow(22, "unloading filament")]
    [DataRow(24, "loading filament")]
    [DataRow(7, "heating the nozzle")]
    [DataRow(13, "homing")]
    [DataRow(14, "cleaning the nozzle")]
    [DataRow(10, "inspecting the first layer")]
    [DataRow(29, "cooling the chamber")]
    [DataRow(99, null)]
    public void Of_StageInMidPrint_StaysPrintingAndSaysWhatItDoes(int stage, string? words)
    {
        Full("\"gcode_state\":\"RUNNING\",\"stg_cur\":0,\"mc_percent\":40,\"layer_num\":20,\"total_layer_num\":50");
        Assert.AreEqual(PrinterState.Printing, Delta("\"stg_cur\":" + stage));
        Assert.AreEqual(words, _status.ErrorMessage);
        Assert.IsNull(_status.ErrorCode, "no error");
        Assert.AreEqual(PrinterState.Printing, Delta("\"stg_cur\":0"));
        Assert.IsNull(_status.ErrorMessage);
    }

    [TestMethod]
    [DataRow("\"print_type\":\"system\",\"gcode_file\":\"/usr/etc/print/auto_cali_for_user.gcode\",\"stg_cur\":3")]
    [DataRow("\"print_type\":\"system\",\"gcode_file\":\"/usr/etc/print/auto_cali_for_user.gcode\",\"stg_cur\":0,\"subtask_name\":\"the former job\"")]
    [DataRow("\"print_type\":\"system\",\"subtask_name\":\"\",\"gcode_file\":\"\"")]
    public void Of_CalibrationBegunAtTheScreen_IsBusyAndNoJob(string fields)
    {
        Assert.AreEqual(PrinterState.Busy, Full("\"gcode_state\":\"RUNNING\"," + fields));
        Assert.IsNull(_status.Job);
        Assert.IsFalse(PrinterStates.CanStart(_status.State, _status.ErrorCode));
        Assert.AreEqual(PrinterState.Busy, Delta("\"gcode_state\":\"PREPARE\""));
        Assert.AreEqual(PrinterState.Finished, Delta("\"gcode_state\":\"FINISH\""));
    }

    [TestMethod]
    public void Of_NoStageAtAll_IsPrinting() => Assert.AreEqual(PrinterState.Printing, Full("\"gcode_state\":\"RUNNING\""));

    [TestMethod]
    [DataRow(0x0300400C)]
    [DataRow(0x0500400E)]
    public void Of_FailedWithCancelCode_IsCancelled(int code)
    {
        Full("\"gcode_state\":\"RUNNING\",\"subtask_name\":\"cube\",\"task_id\":\"7\"");
        Assert.AreEqual(PrinterState.Cancelled, Delta("\"gcode_state\":\"FAILED\",\"print_error\":" + code));
        Assert.IsNull(_status.ErrorCode, "a cancelled print is no error");
        Assert.AreEqual("cube", _status.Job);
    }

    [TestMethod]
    public void Of_FailedForGood_ShowsTheCodeAndTakesANewPrint()
    {
        Full("\"gcode_state\":\"RUNNING\",\"print_type\":\"local\",\"task_id\":\"7\"");
        Assert.AreEqual(PrinterState.Error, Delta("\"gcode_state\":\"FAILED\",\"print_error\":" + 0x03004006));
        Assert.AreEqual("0300_4006", _status.ErrorCode);
        Assert.AreEqual("0300_4006: the nozzle is clogged: clean it", _status.ErrorMessage);
        Assert.IsTrue(PrinterStates.CanStart(_status.State, _status.ErrorCode), "FAILED stays until the next print, which it takes");
    }

    [TestMethod]
    public void Of_FailedWithoutAnyReason_StillTakesANewPrint()
    {
        Assert.AreEqual(PrinterState.Error, Full("\"gcode_state\":\"FAILED\",\"print_type\":\"local\",\"task_id\":\"7\""));
        Assert.AreEqual(PrinterErrorCodes.PrintFailed, _status.ErrorCode);
        Assert.IsTrue(PrinterStates.CanStart(_status.State, _status.ErrorCode));
    }

    [TestMethod]
    public void Of_FailedAfterARestart_IsIdle()
    {
        Assert.AreEqual(PrinterState.Idle, Full("\"gcode_state\":\"FAILED\",\"print_type\":\"idle\",\"task_id\":\"0\""));
        Assert.AreEqual(PrinterState.Error, Delta("\"hms\":[{\"attr\":50335744,\"code\":65537}]"), "with a health message it is none");
    }

    [TestMethod]
    [DataRow("\"fail_reason\":\"50348044\"")]
    [DataRow("\"fail_reason\":50348044")]
    [DataRow("\"fail_reason\":\"83902478\"")]
    public void Of_FailedWithTheCancelAsItsReason_IsCancelled(string reason)
    {
        // H2C: print_error is 0 again, the reason stays.
        Assert.AreEqual(PrinterState.Cancelled, Full("\"gcode_state\":\"FAILED\",\"task_id\":\"7\",\"print_type\":\"\"," + reason));
        Assert.IsNull(_status.ErrorCode);
    }

    [TestMethod]
    public void Of_FailReasonWhileRunning_SaysNothing()
    {
        Assert.AreEqual(PrinterState.Printing, Full("\"gcode_state\":\"RUNNING\",\"fail_reason\":\"50348044\",\"task_id\":\"7\""));
        Assert.AreEqual(PrinterState.Error, Delta("\"gcode_state\":\"FAILED\",\"print_error\":" + 0x03004006), "the former job was cancelled, this one failed");
        Assert.AreEqual("0300_4006", _status.ErrorCode);
    }

    [TestMethod]
    public void Of_FailedWithAnotherReason_IsAnErrorWithItsCode()
    {
        Full("\"gcode_state\":\"RUNNING\",\"fail_reason\":\"0\",\"task_id\":\"7\"");
        Assert.AreEqual(PrinterState.Error, Delta("\"gcode_state\":\"FAILED\",\"fail_reason\":\"50348038\""));
        Assert.AreEqual("0300_4006", _status.ErrorCode);
        Assert.IsTrue(PrinterStates.CanStart(_status.State, _status.ErrorCode));
    }

    [TestMethod]
    public void Of_FailedBeforeItsReason_ClaimsNothingAndThenTheTruth()
    {
        Full("\"gcode_state\":\"RUNNING\",\"task_id\":\"7\"");
        Assert.AreEqual(PrinterState.Cancelling, Delta("\"gcode_state\":\"FAILED\""), "P2S: the reason comes 4.6 s later");
        _nowMs += 4600;
        Assert.AreEqual(PrinterState.Cancelled, Delta("\"print_error\":" + 0x0300400C));
        _nowMs += 60000;
        Assert.AreEqual(PrinterState.Cancelled, Delta("\"print_error\":0"), "the code goes away, the cause does not");

        Delta("\"gcode_state\":\"RUNNING\"");
        Assert.AreEqual(PrinterState.Cancelling, Delta("\"gcode_state\":\"FAILED\""));
        _nowMs += 2000;
        Assert.AreEqual(PrinterState.Error, Delta("\"print_error\":" + 0x03004006));

        Delta("\"gcode_state\":\"RUNNING\",\"print_error\":0");
        Delta("\"gcode_state\":\"FAILED\"");
        _nowMs += BambuJobWatch.ReasonMs;
        Assert.AreEqual(PrinterState.Error, Delta("\"mc_percent\":0"), "no reason ever came");
        Assert.AreEqual(PrinterErrorCodes.PrintFailed, _status.ErrorCode);
    }

    [TestMethod]
    [DataRow("\"print_error\":50348044")]
    [DataRow("\"hms\":[{\"attr\":50331648,\"code\":147468}]")]
    public void Of_CancelSeenBeforeTheEnd_IsRemembered(string seen)
    {
        Full("\"gcode_state\":\"RUNNING\",\"task_id\":\"7\"");
        Delta(seen);
        Assert.IsNull(_status.ErrorCode);
        Delta("\"print_error\":0,\"hms\":[]");
        Assert.AreEqual(PrinterState.Cancelled, Delta("\"gcode_state\":\"FAILED\",\"print_error\":0"));
    }

    [TestMethod]
    public void Of_CancelOfTheFormerJobStillShown_IsNoneOfTheNext()
    {
        Full("\"gcode_state\":\"FAILED\",\"task_id\":\"7\"");
        Delta("\"print_error\":50348044");
        Delta("\"gcode_state\":\"RUNNING\"");
        Assert.AreEqual(PrinterState.Cancelling, Delta("\"gcode_state\":\"FAILED\""), "stale");
        Assert.AreEqual(PrinterState.Error, Delta("\"print_error\":" + 0x03004006));
    }

    [TestMethod]
    public void Of_FailedLanPrintOfAP1_IsAnErrorAlthoughItsTypeIsIdle()
    {
        Full("\"gcode_state\":\"RUNNING\",\"task_id\":\"0\",\"print_type\":\"local\"");
        Assert.AreEqual(PrinterState.Error, Delta("\"gcode_state\":\"FAILED\",\"print_type\":\"idle\",\"print_error\":" + 0x03004006));
        Assert.AreEqual("0300_4006", _status.ErrorCode);
    }

    [TestMethod]
    public void Of_FailedLanPrintWithoutACode_IsAnErrorWhereTheJobWasSeen()
    {
        Full("\"gcode_state\":\"RUNNING\",\"task_id\":\"0\",\"print_type\":\"local\"");
        Delta("\"gcode_state\":\"FAILED\",\"print_type\":\"idle\"");
        _nowMs += BambuJobWatch.ReasonMs;
        Assert.AreEqual(PrinterState.Error, Delta("\"mc_percent\":0"));
    }

    [TestMethod]
    [DataRow("IDLE", PrinterState.Idle)]
    [DataRow("FINISH", PrinterState.Finished)]
    [DataRow("RUNNING", PrinterState.Printing)]
    [DataRow("PREPARE", PrinterState.Preparing)]
    public void Fill_PrintErrorInAnyState_IsShown(string word, PrinterState state)
    {
        Full("\"gcode_state\":\"" + word + "\",\"task_id\":\"7\"");
        Assert.AreEqual(state, Delta("\"print_error\":" + 0x03008014));
        Assert.AreEqual("0300_8014", _status.ErrorCode);
        Assert.AreEqual(state, Delta("\"print_error\":0"));
        Assert.IsNull(_status.ErrorCode);
    }

    [TestMethod]
    public void Fill_ErrorSeenAtTheFirstLook_IsShownButIsNoReasonOfAWantedPause()
    {
        Full("\"gcode_state\":\"RUNNING\",\"print_error\":" + 0x03008014);
        Assert.AreEqual("0300_8014", _status.ErrorCode);
        Assert.AreEqual(PrinterState.Paused, Delta("\"gcode_state\":\"PAUSE\",\"stg_cur\":16"));
    }

    [TestMethod]
    [DataRow(0x0300400C)]
    [DataRow(0x0500400E)]
    [DataRow(0x05008030)]
    [DataRow(0x0500C011)]
    [DataRow(0x03000002)]
    public void Fill_CodeThatIsNoFault_IsNotShown(int code)
    {
        Full("\"gcode_state\":\"IDLE\"");
        Assert.AreEqual(PrinterState.Idle, Delta("\"print_error\":" + code));
        Assert.IsNull(_status.ErrorCode);
    }

    [TestMethod]
    [DataRow(0x05000600, 0x00020070)]
    [DataRow(0x05000600, 0x00020071)]
    [DataRow(0x05000600, 0x000200A1)]
    [DataRow(0x05000300, 0x00020054)]
    [DataRow(0x05000500, 0x00010008)]
    [DataRow(0x0C000100, 0x00010018)]
    [DataRow(0x03000100, 0x00040001)]
    public void Fill_MessageThatNobodyShows_IsNoError(int attribute, int code)
    {
        Full("\"gcode_state\":\"RUNNING\",\"hms\":[{\"attr\":" + attribute + ",\"code\":" + code + "}]");
        Assert.IsNull(_status.ErrorCode);
        Assert.AreEqual(PrinterState.Paused, Full("\"gcode_state\":\"PAUSE\",\"hms\":[{\"attr\":" + attribute + ",\"code\":" + code + "}]"));
    }

    [TestMethod]
    [DataRow(0x05000600, 0x00020031, "HMS_0500_0600_0002_0031")]
    [DataRow(0x05000500, 0x00010007, "HMS_0500_0500_0001_0007")]
    [DataRow(0x0C000300, 0x00030007, "HMS_0C00_0300_0003_0007")]
    public void Fill_MessageBesideTheHiddenOnes_IsShown(int attribute, int code, string expected)
    {
        Full("\"gcode_state\":\"RUNNING\",\"hms\":[{\"attr\":83887616,\"code\":131184},{\"attr\":" + attribute + ",\"code\":" + code + "}]");
        Assert.AreEqual(expected, _status.ErrorCode);
    }

    [TestMethod]
    public void Fill_MoreMessagesThanAreKept_ShowsTheGravestAndSaysSo()
    {
        StringBuilder list = new();
        for (int i = 0; i < 12; i++)
        {
            list.Append(i == 0 ? "" : ",").Append("{\"attr\":117440512,\"code\":").Append(0x00030001 + i).Append('}');
        }

        list.Append(",{\"attr\":50332416,\"code\":65537},{\"attr\":83887616,\"code\":131184}");
        Full("\"gcode_state\":\"RUNNING\",\"hms\":[" + list + "]");
        Assert.AreEqual("HMS_0300_0300_0001_0001", _status.ErrorCode, "the fatal one came thirteenth");
        Assert.Contains("5 more of its messages", _status.ErrorMessage!);
        Delta("\"hms\":[{\"attr\":50332416,\"code\":65537}]");
        Assert.DoesNotContain("more of its messages", _status.ErrorMessage!);
    }

    [TestMethod]
    [DataRow(0x0300400C)]
    [DataRow(0x0500400E)]
    public void Of_FinishWithTheCodeOfACancelledJob_IsCancelled(int code)
    {
        Full("\"gcode_state\":\"RUNNING\",\"task_id\":\"7\",\"mc_percent\":40");
        Assert.AreEqual(PrinterState.Cancelled, Delta("\"gcode_state\":\"FINISH\",\"print_error\":" + code));
        Assert.IsTrue(double.IsNaN(_status.ProgressPercentage));
        Assert.AreEqual(PrinterState.Cancelled, Delta("\"print_error\":0"));
        Delta("\"gcode_state\":\"RUNNING\"");
        Assert.AreEqual(PrinterState.Finished, Delta("\"gcode_state\":\"FINISH\""), "the next job is another");
    }

    [TestMethod]
    public void Of_CancelCodeSoonAfterFinish_IsOfThatJobAndLaterOfTheNext()
    {
        Full("\"gcode_state\":\"RUNNING\",\"task_id\":\"7\"");
        Delta("\"gcode_state\":\"FINISH\"");
        _nowMs += 4000;
        Assert.AreEqual(PrinterState.Cancelled, Delta("\"print_error\":" + 0x0300400C));

        Delta("\"gcode_state\":\"RUNNING\",\"print_error\":0");
        Delta("\"gcode_state\":\"FINISH\"");
        Assert.AreEqual(PrinterState.Finished, Delta("\"print_error\":" + 0x0500400E), "a job that never began was cancelled");
        Delta("\"print_error\":0");
        _nowMs += 60000;
        Assert.AreEqual(PrinterState.Finished, Delta("\"print_error\":" + 0x0300400C));
    }

    [TestMethod]
    public void Of_FinishWithACancelCodeAtTheFirstLook_IsCancelled()
    {
        Assert.AreEqual(PrinterState.Cancelled, Read("\"msg\":0,\"mc_percent\":40,\"bed_temper\":20,\"hms\":[],\"subtask_name\":\"one\",\"gcode_state\":\"FINISH\",\"print_error\":" + 0x0300400C));
        _report.Clear();
        Assert.AreEqual(PrinterState.Finished, Full("\"gcode_state\":\"FINISH\",\"subtask_name\":\"another\""));
    }

    [TestMethod]
    public void Of_FinishAfterOurStop_IsFinished()
    {
        Full("\"gcode_state\":\"RUNNING\",\"task_id\":\"7\"");
        _report.Job.StopSent(_nowMs);
        Assert.AreEqual(PrinterState.Finished, Delta("\"gcode_state\":\"FINISH\""), "the stop came too late");
    }

    [TestMethod]
    [DataRow(1000, PrinterState.Attention)]
    [DataRow(25000, PrinterState.Attention)]
    [DataRow(60000, PrinterState.Paused)]
    public void Of_HealthMessageSomeTimeBeforeThePause_IsItsReasonForAWhile(int beforeMs, PrinterState state)
    {
        Full("\"gcode_state\":\"RUNNING\",\"stg_cur\":255");
        _nowMs += 100000;
        Delta("\"hms\":[{\"attr\":117448704,\"code\":131073}]");
        _nowMs += beforeMs;
        Assert.AreEqual(state, Delta("\"gcode_state\":\"PAUSE\",\"print_error\":null"));
        Assert.AreEqual("HMS_0700_2000_0002_0001", _status.ErrorCode);
        _nowMs += 600000;
        Assert.AreEqual(state, Delta("\"mc_percent\":10"), "as long as the pause lasts");
    }

    [TestMethod]
    public void Of_HealthMessageThatStoodWhenTheJobWentOn_IsNoReasonOfTheNextPause()
    {
        Full("\"gcode_state\":\"RUNNING\",\"hms\":[{\"attr\":117448704,\"code\":131073}]");
        _nowMs += 2000;
        Assert.AreEqual(PrinterState.Paused, Delta("\"gcode_state\":\"PAUSE\""), "it stood at the first look");
        _nowMs += 2000;
        Assert.AreEqual(PrinterState.Attention, Delta("\"hms\":[{\"attr\":117448704,\"code\":131073},{\"attr\":117448704,\"code\":131074}]"));
        _nowMs += 2000;
        Delta("\"gcode_state\":\"RUNNING\"");
        _nowMs += 2000;
        Assert.AreEqual(PrinterState.Paused, Delta("\"gcode_state\":\"PAUSE\""));
    }

    [TestMethod]
    public void Of_HealthMessageBeforeAPauseThatWasAskedFor_IsPaused()
    {
        Full("\"gcode_state\":\"RUNNING\"");
        _nowMs += 100000;
        Delta("\"hms\":[{\"attr\":117448704,\"code\":131073}]");
        _nowMs += 1000;
        _report.Job.PauseSent(_nowMs);
        Assert.AreEqual(PrinterState.Paused, Delta("\"gcode_state\":\"PAUSE\",\"stg_cur\":255"));
    }

    [TestMethod]
    [DataRow(0x0500402Au, PrinterState.Paused)]
    [DataRow(RunOut, PrinterState.Attention)]
    public void Of_ErrorBesideAPauseThatWasAskedFor_CountsUnlessItIsTheNetworks(uint code, PrinterState state)
    {
        Full("\"gcode_state\":\"RUNNING\"");
        _report.Job.PauseSent(_nowMs);
        Assert.AreEqual(state, Delta("\"gcode_state\":\"PAUSE\",\"print_error\":" + code));
        Assert.AreEqual(BambuTexts.Code(code), _status.ErrorCode);
    }

    [TestMethod]
    public void Of_PauseUnderAnErrorSeenAtTheFirstLook_NeedsAPerson()
    {
        Full("\"gcode_state\":\"RUNNING\",\"stg_cur\":0,\"print_error\":" + 0x03008014);
        _nowMs += 3000;
        Assert.AreEqual(PrinterState.Attention, Delta("\"gcode_state\":\"PAUSE\""));
        Assert.AreEqual("0300_8014", _status.ErrorCode);
        Delta("\"gcode_state\":\"RUNNING\"");
        _report.Job.PauseSent(_nowMs);
        Assert.AreEqual(PrinterState.Paused, Delta("\"gcode_state\":\"PAUSE\""), "the hub asked for it");
    }

    [TestMethod]
    public void Of_PauseThatWasAskedFor_IsPausedWhateverMessageComesWithIt()
    {
        Full("\"gcode_state\":\"RUNNING\"");
        Assert.AreEqual(PrinterState.Paused, Delta("\"gcode_state\":\"PAUSE\",\"stg_cur\":16,\"hms\":[{\"attr\":50370048,\"code\":196609}]"), "at the screen");
        Assert.AreEqual("HMS_0300_9600_0003_0001", _status.ErrorCode);

        Delta("\"gcode_state\":\"RUNNING\",\"stg_cur\":0,\"hms\":[]");
        _report.Job.PauseSent(_nowMs);
        Assert.AreEqual(PrinterState.Paused, Delta("\"gcode_state\":\"PAUSE\",\"stg_cur\":255,\"hms\":[{\"attr\":50370048,\"code\":196609}]"), "by the hub");

        Delta("\"gcode_state\":\"RUNNING\",\"hms\":[]");
        Assert.AreEqual(PrinterState.Attention, Delta("\"gcode_state\":\"PAUSE\",\"hms\":[{\"attr\":50370048,\"code\":196609}]"), "by itself");
    }

    [TestMethod]
    public void Of_FailedAfterOurStop_IsCancelledAtOnce()
    {
        Full("\"gcode_state\":\"RUNNING\",\"task_id\":\"7\"");
        _report.Job.StopSent(_nowMs);
        _nowMs += 600;
        Assert.AreEqual(PrinterState.Cancelled, Delta("\"gcode_state\":\"FAILED\",\"stg_cur\":-1"));
        Assert.IsNull(_status.ErrorCode);
        Delta("\"gcode_state\":\"RUNNING\"");
        _nowMs += 2 * BambuJobWatch.OwnMs;
        Delta("\"gcode_state\":\"FAILED\"");
        _nowMs += BambuJobWatch.ReasonMs;
        Assert.AreEqual(PrinterState.Error, Delta("\"mc_percent\":1"), "the next job is another");
    }

    [TestMethod]
    public void Of_EndedWhileTheSessionWasLost_StillKnowsTheJob()
    {
        Full("\"gcode_state\":\"RUNNING\",\"task_id\":\"7\",\"print_type\":\"local\"");
        Delta("\"print_error\":50348044");
        _report.Clear();
        Assert.AreEqual(PrinterState.Cancelled, Full("\"gcode_state\":\"FAILED\",\"task_id\":\"0\",\"print_type\":\"idle\""));
    }

    [TestMethod]
    public void Of_AnotherJobAfterALostSession_HasNothingOfTheFormer()
    {
        Full("\"gcode_state\":\"RUNNING\",\"task_id\":\"7\"");
        Delta("\"print_error\":50348044");
        _report.Clear();
        Full("\"gcode_state\":\"RUNNING\",\"task_id\":\"8\",\"layer_num\":4,\"total_layer_num\":9");
        Assert.AreEqual(4, _status.CurrentLayer);
        Assert.AreEqual(PrinterState.Error, Delta("\"gcode_state\":\"FAILED\",\"print_error\":" + 0x03004006));
    }

    [TestMethod]
    public void Of_FinishIsSticky_UntilTheNextJob()
    {
        Full("\"gcode_state\":\"RUNNING\",\"subtask_name\":\"a\",\"mc_percent\":99");
        Assert.AreEqual(PrinterState.Finished, Delta("\"gcode_state\":\"FINISH\""));
        Assert.AreEqual(100, _status.ProgressPercentage);
        Assert.AreEqual(PrinterState.Finished, Delta("\"wifi_signal\":\"-40dBm\",\"nozzle_temper\":30"));
        Assert.AreEqual(PrinterState.Preparing, Delta("\"gcode_state\":\"PREPARE\",\"subtask_name\":\"b\",\"mc_percent\":0"));
        Assert.AreEqual("b", _status.Job);
        Assert.AreEqual(0, _status.ProgressPercentage);
    }

    [TestMethod]
    public void Of_PauseWithItsOwnError_NeedsAPerson()
    {
        Full("\"gcode_state\":\"RUNNING\"");
        Delta("\"print_error\":" + RunOut);
        Assert.AreEqual(PrinterState.Attention, Delta("\"gcode_state\":\"PAUSE\""));
        Assert.AreEqual("0300_8004", _status.ErrorCode);
        Assert.IsTrue(_status.ErrorMessage!.Contains("filament ran out", StringComparison.Ordinal));
        Assert.AreEqual(10, _status.ProgressPercentage, "the job is still there");
        Assert.AreEqual(PrinterState.Printing, Delta("\"gcode_state\":\"RUNNING\",\"print_error\":0"));
        Assert.IsNull(_status.ErrorCode);
    }

    [TestMethod]
    [DataRow(0x03008001)]
    [DataRow(0x03008013)]
    public void Of_PauseOfTheUserOrTheFile_IsPaused(int code)
    {
        Full("\"gcode_state\":\"PAUSE\"");
        Assert.AreEqual(PrinterState.Paused, Delta("\"print_error\":" + code));
        Assert.AreEqual(BambuTexts.Code((uint)code), _status.ErrorCode);
    }

    [TestMethod]
    public void Of_PauseWithANewHealthMessage_NeedsAPersonAndAnOldOneDoesNot()
    {
        Full("\"gcode_state\":\"RUNNING\"");
        Delta("\"hms\":[{\"attr\":50335744,\"code\":131077}]");
        Assert.AreEqual(PrinterState.Paused, Delta("\"gcode_state\":\"PAUSE\""), "it stood there before the user paused");
        Delta("\"gcode_state\":\"RUNNING\"");
        Assert.AreEqual(PrinterState.Attention, Delta("\"gcode_state\":\"PAUSE\",\"hms\":[{\"attr\":117440512,\"code\":131073}]"));
        Assert.AreEqual("HMS_0700_0000_0002_0001", _status.ErrorCode);
    }

    [TestMethod]
    public void Of_StaleErrorAfterANewStart_IsNotShown()
    {
        Full("\"gcode_state\":\"FAILED\",\"print_type\":\"local\",\"task_id\":\"7\",\"subtask_name\":\"a\"");
        Delta("\"print_error\":" + RunOut);
        Assert.AreEqual(PrinterState.Preparing, Delta("\"gcode_state\":\"PREPARE\",\"subtask_name\":\"b\""));
        Assert.IsNull(_status.ErrorCode);
        Assert.AreEqual(PrinterState.Paused, Delta("\"gcode_state\":\"PAUSE\""), "the old error is no reason of this pause");
        Assert.IsNull(_status.ErrorCode);
        Delta("\"gcode_state\":\"RUNNING\"");
        Delta("\"print_error\":0");
        Delta("\"print_error\":" + RunOut);
        Assert.AreEqual(PrinterState.Attention, Delta("\"gcode_state\":\"PAUSE\""), "the same error anew is one");
    }

    [TestMethod]
    public void Fill_NewJob_DoesNotShowTheFormerOnesProgress()
    {
        Full("\"gcode_state\":\"FINISH\",\"mc_percent\":100,\"mc_remaining_time\":7");
        Delta("\"gcode_state\":\"PREPARE\"");
        Assert.IsTrue(double.IsNaN(_status.ProgressPercentage), "the 100 % of the former job");
        Assert.AreEqual(-1, _status.RemainingTimeSeconds);
        Delta("\"mc_percent\":3,\"mc_remaining_time\":50");
        Assert.AreEqual(3, _status.ProgressPercentage);
        Delta("\"gcode_state\":\"PAUSE\"");
        Delta("\"gcode_state\":\"RUNNING\"");
        Assert.AreEqual(3, _status.ProgressPercentage, "a resumed job is no new one");
        Delta("\"gcode_state\":\"FAILED\"");
        Delta("\"gcode_state\":\"RUNNING\",\"mc_percent\":9,\"mc_remaining_time\":50");
        Assert.AreEqual(9, _status.ProgressPercentage, "its own progress came along");
        Assert.AreEqual(3000, _status.RemainingTimeSeconds);
    }

    [TestMethod]
    public void Fill_NewJobInFullReports_ShowsTheFormerOnesLayersNever()
    {
        Full("\"gcode_state\":\"FINISH\",\"mc_percent\":100,\"layer_num\":50,\"total_layer_num\":50,\"mc_remaining_time\":0");
        Full("\"gcode_state\":\"RUNNING\",\"mc_percent\":0,\"layer_num\":50,\"total_layer_num\":94,\"mc_remaining_time\":0");
        Assert.AreEqual(-1, _status.CurrentLayer, "50 is the former job's last layer");
        Assert.AreEqual(-1, _status.RemainingTimeSeconds);
        Assert.AreEqual(0, _status.ProgressPercentage);
        Full("\"gcode_state\":\"RUNNING\",\"mc_percent\":0,\"layer_num\":0,\"total_layer_num\":94,\"mc_remaining_time\":20");
        Assert.AreEqual(94, _status.TotalLayers);
        Assert.AreEqual(1200, _status.RemainingTimeSeconds);
        Full("\"gcode_state\":\"RUNNING\",\"mc_percent\":60,\"layer_num\":50,\"total_layer_num\":94,\"mc_remaining_time\":8");
        Assert.AreEqual(50, _status.CurrentLayer, "now it is its own");
    }

    [TestMethod]
    public void Fill_NextNameUnderAnOldEnd_KeepsTheNameOfTheEnd()
    {
        Full("\"gcode_state\":\"RUNNING\",\"subtask_name\":\"a\"");
        Delta("\"gcode_state\":\"FINISH\"");
        Delta("\"subtask_name\":\"b\"");
        Assert.AreEqual("a", _status.Job, "b was started elsewhere and has not begun");
        Delta("\"gcode_state\":\"RUNNING\"");
        Assert.AreEqual("b", _status.Job);
        Delta("\"gcode_state\":\"FINISH\"");
        Assert.AreEqual("b", _status.Job);
        _report.Clear();
        Full("\"gcode_state\":\"FINISH\",\"subtask_name\":\"c\"");
        Assert.AreEqual("c", _status.Job, "it may have passed unseen");
    }

    [TestMethod]
    [DataRow("/mnt/sdcard/cube.gcode", "cube.gcode")]
    [DataRow("/data/Metadata/plate_2.gcode", "old")]
    [DataRow("other.gcode.3mf", "old")]
    public void Fill_NewFileUnderTheFormerName_ShowsAPlainFilesOwnName(string file, string expected)
    {
        Full("\"gcode_state\":\"FINISH\",\"subtask_name\":\"old\",\"gcode_file\":\"/data/Metadata/plate_1.gcode\"");
        Delta("\"gcode_state\":\"RUNNING\",\"gcode_file\":\"" + file + "\"");
        Assert.AreEqual(expected, _status.Job);
        Delta("\"gcode_state\":\"FINISH\"");
        Assert.AreEqual(expected, _status.Job);
        Delta("\"gcode_state\":\"RUNNING\"");
        Delta("\"subtask_name\":\"new\"");
        Assert.AreEqual("new", _status.Job, "a name of its own may come later");
    }

    [TestMethod]
    public void Fill_SameJobAgain_ShowsItsLayersOnceTheyMove()
    {
        Full("\"gcode_state\":\"FINISH\",\"mc_percent\":100,\"layer_num\":50,\"total_layer_num\":50");
        Delta("\"gcode_state\":\"PREPARE\",\"mc_percent\":0");
        Assert.AreEqual(-1, _status.TotalLayers);
        Delta("\"gcode_state\":\"RUNNING\",\"layer_num\":1");
        Assert.AreEqual(1, _status.CurrentLayer);
        Assert.AreEqual(50, _status.TotalLayers, "a P1 sends only what changes");
    }

    [TestMethod]
    public void Fill_HealthMessageWhilePrinting_IsShownWithoutChangingTheState()
    {
        Assert.AreEqual(PrinterState.Printing, Full("\"gcode_state\":\"RUNNING\",\"hms\":[{\"attr\":50335744,\"code\":262145},{\"attr\":50335744,\"code\":131077}]"));
        Assert.AreEqual(BambuTexts.HmsCode(50335744, 131077), _status.ErrorCode, "the graver one, not the information");
        Delta("\"hms\":[{\"attr\":50335744,\"code\":262145}]");
        Assert.IsNull(_status.ErrorCode, "an information is no error");
    }

    [TestMethod]
    public void Chamber_ByModel_DropsTheDummy()
    {
        Full("\"gcode_state\":\"IDLE\",\"chamber_temper\":5");
        Assert.IsTrue(double.IsNaN(BambuStateRules.Chamber(_report.Values, BambuModel.Unknown)));
        Assert.IsTrue(double.IsNaN(BambuStateRules.Chamber(_report.Values, BambuModel.OfName("P1P"))));
        Assert.AreEqual(5, BambuStateRules.Chamber(_report.Values, BambuModel.OfName("X1C")));
        Delta("\"chamber_temper\":31.5");
        Assert.AreEqual(31.5, BambuStateRules.Chamber(_report.Values, BambuModel.Unknown));
    }

    [TestMethod]
    public void Code_PrintErrorAndHms_AreReadable()
    {
        Assert.AreEqual("0300_400C", BambuTexts.Code(50348044));
        Assert.AreEqual("HMS_0500_0500_0001_0007", BambuTexts.HmsCode(BambuTexts.SigningAttribute, BambuTexts.SigningCode));
        Assert.AreEqual("the print was cancelled", BambuTexts.Sentence(0x0300400C));
        Assert.IsTrue(BambuTexts.Sentence(0x07001234).Contains("AMS", StringComparison.Ordinal));
    }

    [TestMethod]
    [DataRow("00M00A0A0000001", "X1C")]
    [DataRow("01P00A0A0000001", "P1S")]
    [DataRow("0300AA0A0000001", "A1MINI")]
    [DataRow("XYZ", "")]
    [DataRow("X", "")]
    public void OfSerial_FirstLetters_TellTheModel(string serial, string model) => Assert.AreEqual(model, BambuModel.OfSerial(serial).Name);

    [TestMethod]
    [DataRow("P1S", "P1S")]
    [DataRow("bambu lab a1 MINI", "A1MINI")]
    [DataRow("BL-P001", "X1C")]
    [DataRow("X1 Carbon", "X1C")]
    [DataRow("O1C2", "H2C")]
    [DataRow("toaster", "")]
    [DataRow("", "")]
    [DataRow(null, "")]
    public void OfName_AnySpelling_TellsTheModel(string? name, string model) => Assert.AreEqual(model, BambuModel.OfName(name).Name);

    [TestMethod]
    [DataRow("A2L", double.NaN)]
    [DataRow("A1", double.NaN)]
    [DataRow("P1S", double.NaN)]
    [DataRow("X1C", 5.0)]
    public void Chamber_ModelsWithoutASensor_IsUnknown(string model, double expected) =>
        Assert.AreEqual(expected, BambuStateRules.Chamber(new BambuValues { PlainChamber = 5 }, BambuModel.OfName(model)));
}
