using System;
using System.Text;
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

    public BambuStateRulesTests()
    {
        _filler = new BambuStatus(_status);
    }

    private PrinterState Full(string fields) => Read("\"msg\":0,\"mc_percent\":10,\"bed_temper\":20,\"print_error\":0,\"hms\":[]," + fields);

    private PrinterState Delta(string fields) => Read("\"msg\":1," + fields);

    private PrinterState Read(string fields)
    {
        byte[] json = Encoding.UTF8.GetBytes("{\"print\":{" + fields + ",\"command\":\"push_status\"}}");
        _report.Read(json, 0, json.Length);
        _filler.Fill(_report.Values, BambuModel.Unknown);
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
    [DataRow("RUNNING", 1, PrinterState.Preparing)]
    [DataRow("RUNNING", 14, PrinterState.Preparing)]
    [DataRow("RUNNING", 77, PrinterState.Preparing)]
    [DataRow("PAUSE", 16, PrinterState.Paused)]
    [DataRow("PAUSE", 30, PrinterState.Paused)]
    [DataRow("PAUSE", 6, PrinterState.Attention)]
    [DataRow("PAUSE", 17, PrinterState.Attention)]
    [DataRow("FINISH", 255, PrinterState.Finished)]
    [DataRow("FAILED", 255, PrinterState.Error)]
    public void Of_WordAndStage_GivesTheState(string word, int stage, PrinterState state) =>
        Assert.AreEqual(state, Full("\"gcode_state\":\"" + word + "\",\"stg_cur\":" + stage + ",\"print_type\":\"local\",\"task_id\":\"7\""));

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
