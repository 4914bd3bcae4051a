using System;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Core.Printers.Moonraker;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Moonraker;

[TestClass]
public class MoonrakerRulesTests
{
    private readonly MoonrakerReport _report = new MoonrakerReport();
    private readonly MoonrakerStateRules _rules = new MoonrakerStateRules();
    private long _nowMs;

    private PrinterState Step(string objects)
    {
        byte[] bytes = Encoding.UTF8.GetBytes("{\"status\":" + objects + "}");
        _report.MergeResult(bytes, 0, bytes.Length);
        return _rules.Step(_report, _nowMs);
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
    [DataRow("completed", "a.gcode", PrinterState.Finished)]
    [DataRow("cancelled", "a.gcode", PrinterState.Cancelled)]
    [DataRow("klippy_shutdown", "a.gcode", PrinterState.Error)]
    [DataRow("completed", "b.gcode", PrinterState.Idle)]
    [DataRow(null, null, PrinterState.Idle)]
    public void Step_ExpectedJobIsGone_IsWhatTheHistorySays(string? status, string? file, PrinterState expected)
    {
        _rules.Expect("a.gcode");
        Step("""{"webhooks":{"state":"ready"},"print_stats":{"state":"standby","filename":""}}""");
        Assert.AreEqual("a.gcode", _rules.Vanished);
        MoonrakerLastJob last = new();
        byte[] history = Encoding.UTF8.GetBytes(status == null ? """{"jobs":[]}""" : "{\"jobs\":[{\"job_id\":\"000001\",\"filename\":\"" + file + "\",\"status\":\"" + status + "\"}]}");
        last.Read(history, 0, history.Length);
        _rules.Judge(last);
        Assert.AreEqual(expected, Step("{}"));
        Assert.IsNull(_rules.Vanished, "asked once");
    }

    [TestMethod]
    public void Step_ExpectedJobIsShown_NeedsNoHistory()
    {
        _rules.Expect("a.gcode");
        Step("""{"webhooks":{"state":"ready"},"print_stats":{"state":"complete","filename":"a.gcode"}}""");
        Step("""{"print_stats":{"state":"standby","filename":""}}""");
        Assert.IsNull(_rules.Vanished);
    }

    [TestMethod]
    public void JobKey_FileAndWhenItBegan_StaysTheSameWhileItRuns()
    {
        Hub.Tests.Portable.ManualClock clock = new();
        MoonrakerJobKey key = new(clock, _report, _rules);
        Step("""{"webhooks":{"state":"ready"},"print_stats":{"state":"standby"}}""");
        Assert.IsNull(key.Present());
        Step("""{"print_stats":{"state":"printing","filename":"a.gcode","total_duration":60.5}}""");
        long now = new DateTimeOffset(clock.UtcNow, TimeSpan.Zero).ToUnixTimeSeconds();
        string first = key.Present()!;
        Assert.AreEqual("a.gcode@" + (now - 60), first);
        clock.Advance(100_000);
        Step("""{"print_stats":{"total_duration":160.5}}""");
        Assert.AreSame(first, key.Present());
        Step("""{"print_stats":{"total_duration":2.0}}""");
        Assert.AreEqual("a.gcode@" + (now + 98), key.Present(), "the same file again");
        Assert.IsFalse(JobKeys.AreSame(first, key.Present()));
    }

    [TestMethod]
    [DataRow(null, "a@1", true)]
    [DataRow("17", "17", true)]
    [DataRow("17", "18", false)]
    [DataRow("17", "17@5", false)]
    [DataRow("a@1000", "a@1059", true)]
    [DataRow("a@1000", "a@1061", false)]
    [DataRow("a@1000", "a@900", true)]
    [DataRow("a@1000", "b@1000", false)]
    [DataRow("a@1000", "a@", true)]
    [DataRow("x@y@1000", "x@y@1001", true)]
    [DataRow("x@y@1000", "x@z@1001", false)]
    public void JobKeys_AreSame_ByIdOrByFileAndBegin(string? former, string now, bool areSame) => Assert.AreEqual(areSame, JobKeys.AreSame(former, now));

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
    [DataRow(double.NaN, 0.0, 0.33, -1)]
    [DataRow(double.NaN, 1e6, 0.999999, 1)]
    [DataRow(double.NaN, 1000.0, 5e-7, -1)]
    [DataRow(600.0, 0.0, 0.33, 600)]
    [DataRow(double.NaN, double.NaN, double.NaN, -1)]
    public void RemainingSeconds_EstimateFirstThenShareOfTheFile(double estimate, double printed, double progress, int expected)
    {
        MoonrakerJobFile file = new MoonrakerJobFile();
        byte[] metadata = Encoding.UTF8.GetBytes(double.IsNaN(estimate) ? "{}" : "{\"estimated_time\":" + (int)estimate + ",\"layer_count\":42}");
        file.Read(metadata, 0, metadata.Length);
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
    public void Sentence_EndlessLine_IsBounded() => Assert.AreEqual(new string('x', 160) + "...", MoonrakerErrors.Sentence(new string('x', 5000)));

    [TestMethod]
    [DataRow(401, "Unauthorized", true, ErrorCode.AuthRejected)]
    [DataRow(-32602, "Unauthorized", false, ErrorCode.AuthMissing)]
    [DataRow(-32602, "Invalid API Key", true, ErrorCode.AuthRejected)]
    [DataRow(-32602, "Invalid params", true, ErrorCode.Refused)]
    [DataRow(-32602, "Invalid params:\nf() got an unexpected keyword argument 'token'", true, ErrorCode.Refused)]
    [DataRow(-32602, "JWT Expired", true, ErrorCode.Throttled)]
    [DataRow(401, "Unauthorized, Maximum Login Attempts Reached", true, ErrorCode.Throttled)]
    [DataRow(-32601, "Method not found", true, ErrorCode.PrinterOffline)]
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
    public void Explain_EverythingButARefusedLogin_MayPass()
    {
        string[] sentences =
        [
            "", "Method not found", "Klippy Host not connected", "Klippy Disconnected", "Klippy request timed out", "Printer is not ready", "Unknown",
            "Forbidden", "SD busy", "Metadata not available for <a.gcode>", "Invalid params:\nx", "Unauthorized, Maximum Login Attempts Reached", "JWT Expired",
        ];
        int[] numbers = [-32700, -32603, -32602, -32601, -32600, 400, 403, 404, 405, 408, 413, 422, 429, 500, 501, 502, 503, 504, 507];
        foreach (int number in numbers)
        {
            foreach (string sentence in sentences)
            {
                HubException error = MoonrakerErrors.Explain(number, sentence, true);
                Assert.IsFalse(ErrorCodes.EndsLink(error.Code), $"{number} {sentence}: {error.Code} {error.Message}");
            }
        }
    }

    [TestMethod]
    [DataRow("""{"objects":["extruder","temperature_sensor Chamber_Air","heater_generic chamber"]}""", "heater_generic chamber")]
    [DataRow("""{"objects":["temperature_fan chamber_fan","temperature_sensor chamber"]}""", "temperature_fan chamber_fan")]
    [DataRow("""{"objects":["gcode_macro HEAT_CHAMBER","verify_heater chamber"]}""", null)]
    [DataRow("""{"objects":[{"a":1},7,null]}""", null)]
    [DataRow("""{"objects":{}}""", null)]
    [DataRow("""[]""", null)]
    public void Objects_Names_ChamberHeaterBeforeSensor(string json, string? expected) => Assert.AreEqual(expected, Objects(json).Chamber);

    [TestMethod]
    [DataRow("""{"objects":["toolhead","extruder","extruder1","extruder12","extruder_stepper b","extruders"]}""", "extruder extruder1 extruder12")]
    [DataRow("""{"objects":["toolhead"]}""", "extruder")]
    [DataRow("""{"objects":null}""", "extruder extruder1 extruder2 extruder3")]
    public void Objects_Names_ExtrudersOnly(string json, string expected) => Assert.AreEqual(expected, string.Join(' ', Objects(json).Extruders));

    private static MoonrakerObjectList Objects(string json)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        return MoonrakerObjectList.Read(bytes, 0, bytes.Length);
    }

    private PrinterState Klippy(string state, string? message = null)
    {
        _report.Clear();
        _report.SetKlippy(state switch { "shutdown" => KlippyState.Shutdown, "startup" => KlippyState.Startup, _ => KlippyState.Disconnected }, message);
        return _rules.Step(_report, _nowMs);
    }

    private PrinterState Print(string state, string file, double total) =>
        Step("{\"webhooks\":{\"state\":\"ready\"},\"print_stats\":{\"state\":\"" + state + "\",\"filename\":\"" + file
            + "\",\"total_duration\":" + total.ToString(System.Globalization.CultureInfo.InvariantCulture) + ",\"print_duration\":5,\"filament_used\":1}}");

    [TestMethod]
    [DataRow("disconnected")]
    [DataRow("startup")]
    public void Step_KlipperGoneInMidPrint_TheJobIsLost(string word)
    {
        Print("printing", "a.gcode", 100);
        Assert.AreEqual(PrinterState.Offline, Klippy(word));
        Assert.AreEqual("a.gcode", _rules.Job, "not lost yet: Moonraker alone may have restarted");
        Assert.AreEqual(PrinterState.Error, Print("standby", "", 0));
        Assert.AreEqual("a.gcode", _rules.Lost);
        Assert.AreEqual(PrinterState.Error, Print("standby", "", 0), "until the next job");
        Assert.AreEqual(PrinterState.Printing, Print("printing", "b.gcode", 1));
        Assert.IsNull(_rules.Lost);
        Assert.AreEqual(PrinterState.Finished, Print("complete", "b.gcode", 2));
    }

    [TestMethod]
    public void Step_ShutdownInMidPrint_KeepsTheReasonOverTheRestart()
    {
        Print("printing", "a.gcode", 100);
        Assert.AreEqual(PrinterState.Error, Klippy("shutdown", "Lost communication with MCU 'mcu'"));
        Assert.AreEqual("a.gcode", _rules.Lost);
        Klippy("disconnected");
        Klippy("startup");
        Assert.AreEqual(PrinterState.Error, Print("standby", "", 0));
        Assert.AreEqual("Lost communication with MCU 'mcu'", _rules.LostBecause);
        _rules.ForgetLost();
        Assert.AreEqual(PrinterState.Idle, Print("standby", "", 0));
    }

    [TestMethod]
    public void Step_MoonrakerRestarts_ThePrintGoesOn()
    {
        Print("printing", "a.gcode", 100);
        Klippy("startup");
        Assert.AreEqual(PrinterState.Printing, Print("printing", "a.gcode", 103));
        Assert.AreEqual(PrinterState.Finished, Print("complete", "a.gcode", 110));
        _nowMs += 6_000;
        Assert.AreEqual(PrinterState.Idle, Print("standby", "", 0), "cleared by a person");
        Assert.IsNull(_rules.Lost);
        Assert.IsNull(_rules.Vanished);
    }

    [TestMethod]
    [DataRow("klippy_disconnect", PrinterState.Error)]
    [DataRow("klippy_shutdown", PrinterState.Error)]
    [DataRow("interrupted", PrinterState.Error)]
    [DataRow("error", PrinterState.Error)]
    [DataRow("completed", PrinterState.Finished)]
    [DataRow("cancelled", PrinterState.Cancelled)]
    [DataRow("in_progress", PrinterState.Idle)]
    public void Step_JobVanished_IsJudgedByTheHistory(string status, PrinterState expected)
    {
        Print("printing", "a.gcode", 100);
        Assert.AreEqual(PrinterState.Idle, Print("standby", "", 0));
        Assert.AreEqual("a.gcode", _rules.Vanished);
        _rules.Judge(LastJob("{\"count\":1,\"jobs\":[{\"job_id\":\"00000A\",\"filename\":\"a.gcode\",\"status\":\"" + status + "\",\"metadata\":{\"x\":[1]}}]}"));
        Assert.AreEqual(expected, Print("standby", "", 0));
        Assert.IsNull(_rules.Vanished, "asked once");
        Assert.AreEqual(expected, Print("standby", "", 0), "until the next job");
        Assert.AreEqual(PrinterState.Printing, Print("printing", "b.gcode", 1));
        Assert.IsNull(_rules.Ended);
        Assert.AreEqual(PrinterState.Finished, Print("complete", "b.gcode", 2));
    }

    [TestMethod]
    [DataRow("complete", 4_000, PrinterState.Finished)]
    [DataRow("cancelled", 4_000, PrinterState.Cancelled)]
    [DataRow("error", 4_000, PrinterState.Idle)]
    [DataRow("complete", 6_000, PrinterState.Idle)]
    public void Step_EndThatIsReset_StaysWhereAMacroDidIt(string end, int laterMs, PrinterState expected)
    {
        Print("printing", "a.gcode", 100);
        Print(end, "a.gcode", 101);
        _nowMs += laterMs;
        Assert.AreEqual(expected, Print("standby", "", 0));
        _nowMs += 60_000;
        Assert.AreEqual(expected, Print("standby", "", 0), "until the next job");
        Assert.AreEqual(expected == PrinterState.Idle ? null : "a.gcode", _rules.Ended);
        _rules.ForgetLost();
        Assert.AreEqual(PrinterState.Idle, Print("standby", "", 0));
    }

    [TestMethod]
    public void Step_EndOfTheHistory_EndsWithAnotherFileOrARestart()
    {
        const string Completed = """{"count":1,"jobs":[{"job_id":"1","filename":"a.gcode","status":"completed"}]}""";
        for (int i = 0; i < 2; i++)
        {
            Print("printing", "a.gcode", 100);
            Print("standby", "", 0);
            _rules.Judge(LastJob(Completed));
            Assert.AreEqual(PrinterState.Finished, Print("standby", "", 0));
            if (i == 0)
            {
                Assert.AreEqual(PrinterState.Idle, Print("standby", "b.gcode", 0), "another file is loaded");
            }
            else
            {
                Klippy("startup");
            }

            Assert.AreEqual(PrinterState.Idle, Print("standby", "", 0));
        }
    }

    /// <summary>The whole machine was started again while the connection was lost, so the hub did not see Klipper stop.</summary>
    [TestMethod]
    [DataRow(true, 0.3, 8_000, true, "{}")]
    [DataRow(true, 0.0, 8_000, true, "{}")]
    [DataRow(true, 0.3, 8_000, true, """{"count":0,"jobs":[]}""")]
    [DataRow(true, 0.3, 8_000, false, """{"count":1,"jobs":[{"job_id":"1","filename":"b.gcode","status":"completed"}]}""")]
    [DataRow(true, 0.98, 8_000, false, "{}")]
    [DataRow(true, 0.3, 600_000, false, "{}")]
    [DataRow(false, 0.3, 8_000, false, "{}")]
    public void Step_JobVanishedWithoutAHistory_IsLostWhereItCannotHaveEnded(bool wasCutOff, double progress, int awayMs, bool isLost, string history)
    {
        Step("{\"webhooks\":{\"state\":\"ready\"},\"print_stats\":{\"state\":\"printing\",\"filename\":\"a.gcode\",\"total_duration\":120,\"print_duration\":100,\"filament_used\":1},"
            + "\"virtual_sdcard\":{\"progress\":" + progress.ToString(System.Globalization.CultureInfo.InvariantCulture) + "}}");
        if (wasCutOff)
        {
            _rules.NoteOutage();
        }

        _nowMs += awayMs;
        Print("standby", "", 0);
        _rules.Judge(LastJob(history));
        Assert.AreEqual(isLost ? PrinterState.Error : PrinterState.Idle, Print("standby", "", 0));
        Assert.AreEqual(isLost ? "a.gcode" : null, _rules.Lost);
    }

    /// <summary>Seen with Klipper 0.13 and on_error_gcode: CANCEL_PRINT: the console has the reason, print_stats says cancelled.</summary>
    [TestMethod]
    [DataRow("""["!! Move out of range"]""", 4_000, false, PrinterState.Error)]
    [DataRow("""["!! SD busy"]""", 1_000, false, PrinterState.Cancelled)]
    [DataRow("""["!! Move out of range"]""", 6_000, false, PrinterState.Cancelled)]
    [DataRow("""["!! Move out of range"]""", 1_000, true, PrinterState.Cancelled)]
    [DataRow("""["// Move out of range"]""", 1_000, false, PrinterState.Cancelled)]
    [DataRow("""[]""", 1_000, false, PrinterState.Cancelled)]
    public void Step_CancelledAfterAnErrorOnTheConsole_IsAnError(string console, int laterMs, bool isOurs, PrinterState expected)
    {
        Print("printing", "a.gcode", 100);
        byte[] bytes = Encoding.UTF8.GetBytes(console);
        _report.NoteConsole(bytes, 0, bytes.Length, _nowMs);
        if (isOurs)
        {
            _rules.NoteCancel();
        }

        _nowMs += laterMs;
        Assert.AreEqual(expected, Print("cancelled", "a.gcode", 101));
        Assert.AreEqual(expected == PrinterState.Error ? "Move out of range" : null, _rules.Broken);
        _nowMs += 60_000;
        Assert.AreEqual(expected, Print("cancelled", "a.gcode", 101), "until the next job");
        Assert.AreEqual(PrinterState.Printing, Print("printing", "a.gcode", 1));
        Assert.IsNull(_rules.Broken);
    }

    private static MoonrakerLastJob LastJob(string json)
    {
        MoonrakerLastJob job = new MoonrakerLastJob();
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        job.Read(bytes, 0, bytes.Length);
        return job;
    }

    [TestMethod]
    [DataRow("""{"print_stats":{"state":"printing"}}""")]
    [DataRow("""{"print_stats":{"state":"printing","filament_used":null,"print_duration":null},"virtual_sdcard":{"progress":null}}""")]
    [DataRow("""{"print_stats":{"state":"printing","total_duration":301,"filament_used":0},"virtual_sdcard":{"progress":0}}""")]
    [DataRow("""{"print_stats":{"state":"printing","total_duration":2401,"filament_used":0},"virtual_sdcard":{"progress":0.1},"extruder":{"temperature":20,"target":200}}""")]
    [DataRow("""{"print_stats":{"state":"printing","print_duration":3},"virtual_sdcard":{"progress":0},"extruder":{"temperature":20,"target":200}}""")]
    public void Step_PreparingIsNotGuessed_WithoutEvidence(string objects) =>
        Assert.AreEqual(PrinterState.Printing, Step("{\"webhooks\":{\"state\":\"ready\"}," + objects[1..]));

    [TestMethod]
    public void Step_NoDurations_PreparingEndsByTheClock()
    {
        const string Cold = """{"webhooks":{"state":"ready"},"print_stats":{"state":"printing","filename":"a.gcode"},"virtual_sdcard":{"progress":0}}""";
        Assert.AreEqual(PrinterState.Preparing, Step(Cold));
        _nowMs += 299_000;
        Assert.AreEqual(PrinterState.Preparing, Step(Cold));
        _nowMs += 2_000;
        Assert.AreEqual(PrinterState.Printing, Step(Cold));
    }

    [TestMethod]
    [DataRow("complete", "old.gcode", 900.0, "complete", "new.gcode", 0.1, "", StartVerdict.Shown)]
    [DataRow("complete", "new.gcode", 900.0, "complete", "new.gcode", 0.1, "", StartVerdict.Shown)]
    [DataRow("complete", "new.gcode", 900.0, "complete", "new.gcode", 900.0, "", StartVerdict.Open)]
    [DataRow("complete", "new.gcode", 900.0, "cancelled", "new.gcode", 3.0, "", StartVerdict.Shown)]
    [DataRow("cancelled", "new.gcode", 900.0, "cancelled", "new.gcode", 900.0, "", StartVerdict.Open)]
    [DataRow("standby", "", 0.0, "standby", "new.gcode", 0.0, "", StartVerdict.Open)]
    [DataRow("standby", "", 0.0, "printing", "new.gcode", 0.0, "", StartVerdict.Shown)]
    [DataRow("standby", "", 0.0, "paused", "new.gcode", 9.0, "", StartVerdict.Shown)]
    [DataRow("standby", "", 0.0, "printing", "other.gcode", 0.0, "", StartVerdict.Open)]
    [DataRow("complete", "old.gcode", 9.0, "complete", "old.gcode", 9.0, "", StartVerdict.Open)]
    [DataRow("error", "new.gcode", 9.0, "error", "new.gcode", 9.0, "Must home axis first", StartVerdict.Open)]
    [DataRow("error", "new.gcode", 9.0, "error", "new.gcode", 0.2, "Must home axis first", StartVerdict.Failed)]
    [DataRow("complete", "old.gcode", 9.0, "error", "new.gcode", 0.2, "Must home axis first", StartVerdict.Failed)]
    public void Start_WhatKlipperShowsAfterIt_IsJudgedByFileAndDurations(
        string before, string beforeFile, double beforeTotal, string now, string nowFile, double nowTotal, string message, StartVerdict expected)
    {
        Stats(before, beforeFile, beforeTotal, before == "error" ? message : "");
        MoonrakerStart start = new MoonrakerStart();
        StartEvidence evidence = new StartEvidence();
        start.Begin("new.gcode", _report, LastJob("{}"));
        evidence.Begin(new PrinterStatus());
        Stats(now, nowFile, nowTotal, message);
        start.Judge(_report, evidence, message.Length == 0 ? null : message);
        Assert.AreEqual(expected, evidence.Verdict);
        if (expected == StartVerdict.Failed)
        {
            StringAssert.Contains(evidence.Failure!.Message, message);
        }
    }

    private void Stats(string state, string file, double total, string message) => Step(
        "{\"webhooks\":{\"state\":\"ready\"},\"print_stats\":{\"state\":\"" + state + "\",\"filename\":\"" + file + "\",\"message\":\"" + message
        + "\",\"total_duration\":" + total.ToString(System.Globalization.CultureInfo.InvariantCulture) + "}}");

    [TestMethod]
    [DataRow("00000A", "a.gcode", StartVerdict.Open)]
    [DataRow("00000B", "a.gcode", StartVerdict.Shown)]
    [DataRow("00000B", "b.gcode", StartVerdict.Open)]
    public void Start_OverBeforeTheLinkCameBack_IsSeenInTheHistory(string id, string file, StartVerdict expected)
    {
        MoonrakerStart start = new MoonrakerStart();
        StartEvidence evidence = new StartEvidence();
        start.Begin("a.gcode", _report, LastJob("""{"jobs":[{"job_id":"00000A","filename":"a.gcode","status":"completed"}]}"""));
        evidence.Begin(new PrinterStatus());
        start.Judge(LastJob("{\"jobs\":[{\"job_id\":\"" + id + "\",\"filename\":\"" + file + "\",\"status\":\"klippy_shutdown\"}]}"), evidence);
        Assert.AreEqual(expected, evidence.Verdict);
    }

    [TestMethod]
    public void Start_KlipperShutsDown_FailsWithItsWords()
    {
        MoonrakerStart start = new MoonrakerStart();
        StartEvidence evidence = new StartEvidence();
        start.Begin("a.gcode", _report, LastJob("{}"));
        evidence.Begin(new PrinterStatus());
        Klippy("disconnected");
        start.Judge(_report, evidence, "Klipper is not connected");
        Assert.AreEqual(StartVerdict.Open, evidence.Verdict, "it may come back");
        Klippy("shutdown", "MCU shutdown: Timer too close");
        start.Judge(_report, evidence, "MCU shutdown: Timer too close");
        StringAssert.Contains(evidence.Failure!.Message, "Timer too close");
    }

    [TestMethod]
    [DataRow("""{"extruder":{"temperature":24,"target":0},"extruder1":{"temperature":220,"target":221},"toolhead":{"extruder":"extruder1"}}""", 220.0, 1)]
    [DataRow("""{"extruder":{"temperature":24,"target":0},"extruder1":{"temperature":220,"target":221}}""", 220.0, 1)]
    [DataRow("""{"extruder":{"temperature":24,"target":0},"extruder1":{"temperature":90,"target":150},"toolhead":{"extruder":"extruder"}}""", 24.0, 0)]
    [DataRow("""{"extruder":{"temperature":24,"target":0},"extruder1":{"temperature":22,"target":0},"toolhead":{"extruder":""}}""", 24.0, 0)]
    [DataRow("""{"extruder":{"temperature":24,"target":0},"extruder1":{"temperature":22,"target":0},"toolhead":{"extruder":null}}""", 24.0, 0)]
    public void Tools_Two_TheActiveOneIsSelectedOrHeated(string objects, double nozzle, int active)
    {
        Step(objects);
        ToolReadings tools = new ToolReadings();
        _report.FillTools(tools);
        Assert.AreEqual(nozzle, _report.Nozzle);
        Assert.AreEqual(2, tools.Count);
        Assert.AreEqual(active, tools.Active);
        Assert.AreEqual("extruder1", tools.Name(1));
        Assert.AreEqual(24.0, tools.Temperature(0));
    }

    [TestMethod]
    [DataRow("part.gcode", ErrorCode.None)]
    [DataRow("sub/part.g", ErrorCode.None)]
    [DataRow("a.b.gco", ErrorCode.None)]
    [DataRow("part.ufp", ErrorCode.None)]
    [DataRow("PART.GCODE", ErrorCode.BadFileName)]
    [DataRow("part.Gcode", ErrorCode.BadFileName)]
    [DataRow("part.bgcode", ErrorCode.BadFileType)]
    [DataRow("part.gcode.3mf", ErrorCode.BadFileType)]
    [DataRow("part.nc", ErrorCode.BadFileType)]
    [DataRow("part", ErrorCode.BadFileType)]
    [DataRow("dir.gcode/part", ErrorCode.BadFileType)]
    public void CheckType_WhatKlipperDoesNotOpen_IsRefusedBeforeTheUpload(string name, ErrorCode expected)
    {
        if (expected == ErrorCode.None)
        {
            MoonrakerUpload.CheckType(name);
        }
        else
        {
            Assert.AreEqual(expected, Assert.ThrowsExactly<HubException>(() => MoonrakerUpload.CheckType(name)).Code);
        }
    }
}
