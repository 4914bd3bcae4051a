using System;
using System.Text;
using Hub.Core;
using Hub.Core.Printers;
using Hub.Core.Printers.Moonraker;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Moonraker;

[TestClass]
public class MoonrakerRulesTests
{
    private readonly MoonrakerReport _report = new MoonrakerReport();
    private readonly MoonrakerStateRules _rules = new MoonrakerStateRules();

    private PrinterState Step(string objects)
    {
        byte[] bytes = Encoding.UTF8.GetBytes("{\"status\":" + objects + "}");
        _report.MergeResult(bytes, 0, bytes.Length);
        return _rules.Step(_report);
    }

    [TestMethod]
    [DataRow("standby", PrinterState.Idle)]
    [DataRow("paused", PrinterState.Paused)]
    [DataRow("complete", PrinterState.Finished)]
    [DataRow("cancelled", PrinterState.Cancelled)]
    [DataRow("error", PrinterState.Error)]
    [DataRow("unheard", PrinterState.Unknown)]
    public void Step_PrintWord_IsTheUnifiedState(string word, PrinterState expected) =>
        Assert.AreEqual(expected, Step("{\"webhooks\":{\"state\":\"ready\"},\"print_stats\":{\"state\":\"" + word + "\"}}"));

    [TestMethod]
    [DataRow("startup", PrinterState.Offline)]
    [DataRow("disconnected", PrinterState.Offline)]
    [DataRow("shutdown", PrinterState.Error)]
    [DataRow("error", PrinterState.Error)]
    [DataRow("new word", PrinterState.Offline)]
    public void Step_KlippyNotReady_ComesBeforeThePrintWord(string word, PrinterState expected) =>
        Assert.AreEqual(expected, Step("{\"webhooks\":{\"state\":\"" + word + "\"},\"print_stats\":{\"state\":\"paused\"}}"));

    [TestMethod]
    public void Step_WholePrint_PreparesOnceThenPrints()
    {
        Assert.AreEqual(PrinterState.Preparing, Step("""{"webhooks":{"state":"ready"},"print_stats":{"state":"printing","filament_used":0},"virtual_sdcard":{"progress":0}}"""));
        Assert.AreEqual(PrinterState.Preparing, Step("""{"virtual_sdcard":{"progress":0.004},"extruder":{"temperature":25,"target":210}}"""));
        Assert.AreEqual(PrinterState.Printing, Step("""{"extruder":{"temperature":209.5,"target":210}}"""));
        Assert.AreEqual(PrinterState.Printing, Step("""{"extruder":{"temperature":150,"target":210}}"""), "it printed already");
        Assert.AreEqual(PrinterState.Finished, Step("""{"print_stats":{"state":"complete"}}"""));
        Assert.AreEqual(PrinterState.Preparing, Step("""{"print_stats":{"state":"printing"},"virtual_sdcard":{"progress":0}}"""), "the next job");
    }

    [TestMethod]
    public void Step_FileThatExtrudesNothing_IsPrintingOnceNothingHeats() =>
        Assert.AreEqual(PrinterState.Printing, Step("""{"webhooks":{"state":"ready"},"print_stats":{"state":"printing","filament_used":0},"virtual_sdcard":{"progress":0.02},"extruder":{"temperature":25,"target":0}}"""));

    [TestMethod]
    public void Step_ThumbnailsAlreadyRead_IsPreparingWhileItHeats() =>
        Assert.AreEqual(PrinterState.Preparing, Step("""{"webhooks":{"state":"ready"},"print_stats":{"state":"printing","filament_used":0},"virtual_sdcard":{"progress":0.2},"extruder":{"temperature":25,"target":210}}"""));

    [TestMethod]
    [DataRow(5947.0, 100.0, 0.5, 5847)]
    [DataRow(100.0, 150.0, 0.75, 50)]
    [DataRow(double.NaN, 300.0, 0.25, 900)]
    [DataRow(double.NaN, 300.0, 0.0, -1)]
    [DataRow(double.NaN, double.NaN, double.NaN, -1)]
    public void RemainingSeconds_EstimateFirstThenShareOfTheFile(double estimate, double printed, double progress, int expected)
    {
        MoonrakerJobFile file = new MoonrakerJobFile();
        byte[] metadata = Encoding.UTF8.GetBytes(double.IsNaN(estimate) ? "{}" : "{\"estimated_time\":" + (int)estimate + ",\"layer_count\":42}");
        file.Take(metadata, 0, metadata.Length);
        Assert.AreEqual(expected, file.RemainingSeconds(printed, progress));
        Assert.AreEqual(double.IsNaN(estimate) ? -1 : 42, file.LayerCount);
    }

    [TestMethod]
    public void Next_OneJob_AsksOnceAndAgainForTheNext()
    {
        MoonrakerJobFile file = new MoonrakerJobFile();
        Step("""{"print_stats":{"state":"standby","filename":"a.gcode"}}""");
        Assert.IsNull(file.Next(_report), "nothing is printed");
        Step("""{"print_stats":{"state":"printing"}}""");
        Assert.AreEqual("a.gcode", file.Next(_report));
        Assert.IsNull(file.Next(_report));
        Step("""{"print_stats":{"state":"paused"}}""");
        Assert.IsNull(file.Next(_report));
        Step("""{"print_stats":{"state":"complete"}}""");
        Assert.IsNull(file.Next(_report));
        Step("""{"print_stats":{"state":"printing"}}""");
        Assert.AreEqual("a.gcode", file.Next(_report), "it may be another file of that name");
    }

    [TestMethod]
    public void Next_NewConnection_AsksAgain()
    {
        MoonrakerJobFile file = new MoonrakerJobFile();
        Step("""{"print_stats":{"state":"printing","filename":"a.gcode"}}""");
        Assert.AreEqual("a.gcode", file.Next(_report));
        file.AskAgain();
        Assert.AreEqual("a.gcode", file.Next(_report), "the answer may be lost with the old connection");
    }

    [TestMethod]
    [DataRow("SD busy", "SD busy")]
    [DataRow("  Must home axis first\nTraceback\n more", "Must home axis first")]
    [DataRow("{'error': 'WebRequestError', 'message': 'Must home axis first: 0 0 5'}", "Must home axis first: 0 0 5")]
    [DataRow("{'error': 'WebRequestError', 'message': \"mcu 'mcu': Unable to connect\\nOnce the\"}", "mcu 'mcu': Unable to connect")]
    [DataRow("", "")]
    [DataRow("\n\n", "")]
    public void Sentence_LongWords_AreCutToTheFirstLine(string words, string expected) =>
        Assert.AreEqual(expected, MoonrakerErrors.Sentence(words));

    [TestMethod]
    public void Sentence_EndlessLine_IsBounded() => Assert.AreEqual(160, MoonrakerErrors.Sentence(new string('x', 5000)).Length);

    [TestMethod]
    [DataRow(401, "Unauthorized", true, ErrorCode.AuthRejected)]
    [DataRow(-32602, "Unauthorized", false, ErrorCode.AuthMissing)]
    [DataRow(-32602, "Invalid API Key", true, ErrorCode.AuthRejected)]
    [DataRow(-32602, "Invalid params", true, ErrorCode.Refused)]
    [DataRow(-32601, "Method not found", true, ErrorCode.NotSupported)]
    [DataRow(-32601, "Metadata not available for <a.gcode>", true, ErrorCode.NotFound)]
    [DataRow(503, "Klippy Host not connected", true, ErrorCode.PrinterOffline)]
    [DataRow(400, "SD busy", true, ErrorCode.WrongState)]
    [DataRow(400, "Unknown", true, ErrorCode.WrongState)]
    [DataRow(400, "Unable to open file", true, ErrorCode.NotFound)]
    [DataRow(400, "Unknown command:\"FOO\"", true, ErrorCode.Refused)]
    [DataRow(404, "", true, ErrorCode.NotFound)]
    [DataRow(429, "", true, ErrorCode.Throttled)]
    [DataRow(502, "", true, ErrorCode.ServerError)]
    [DataRow(422, "File checksum mismatch", true, ErrorCode.Refused)]
    public void Explain_Refusal_IsTheRightError(int number, string sentence, bool hasCredentials, ErrorCode expected)
    {
        HubException error = MoonrakerErrors.Explain(number, sentence, hasCredentials);
        Assert.AreEqual(expected, error.Code, error.Message);
        Assert.IsFalse(error.Message.Contains('\n', StringComparison.Ordinal));
    }

    [TestMethod]
    [DataRow("""{"objects":["extruder","temperature_sensor Chamber_Air","heater_generic chamber"]}""", "heater_generic chamber")]
    [DataRow("""{"objects":["temperature_fan chamber_fan","temperature_sensor chamber"]}""", "temperature_fan chamber_fan")]
    [DataRow("""{"objects":["gcode_macro HEAT_CHAMBER","verify_heater chamber"]}""", null)]
    [DataRow("""{"objects":[{"a":1},7,null]}""", null)]
    [DataRow("""{"objects":{}}""", null)]
    [DataRow("""[]""", null)]
    public void Chamber_ObjectNames_HeaterBeforeSensor(string json, string? expected)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        Assert.AreEqual(expected, MoonrakerAnswers.Chamber(bytes, 0, bytes.Length));
    }
}
