using System.Collections.Generic;
using System.Text;
using Hub.Core.Printers;
using Hub.Core.Printers.OctoPrint;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.OctoPrint;

[TestClass]
public class OctoPrintStateRulesTests
{
    private readonly OctoPrintStateRules _rules = new OctoPrintStateRules();
    private readonly OctoPrintReport _report = new OctoPrintReport();
    private string _bed = "20,0";
    private string? _path = "a.gcode";
    private string _left = "null";
    private string _printTime = "null";
    private long _nowMs = 1000;

    /// <summary>Feeds one round: flags that are set, completion, heaters, text of /api/job.</summary>
    private PrinterState Step(string flags, string completion = "null", string nozzle = "20,0", string jobState = "", bool secondLook = false)
    {
        string[] heat = nozzle.Split(',');
        if (flags == "409")
        {
            _report.SetPrinterUnlinked();
        }
        else
        {
            List<string> set = new List<string>();
            foreach (string flag in flags.Split(' '))
            {
                set.Add("\"" + flag + "\":true");
            }

            byte[] printer = Encoding.UTF8.GetBytes(
                "{\"temperature\":{\"tool0\":{\"actual\":" + heat[0] + ",\"target\":" + heat[1]
                + "},\"bed\":{\"actual\":" + _bed.Split(',')[0] + ",\"target\":" + _bed.Split(',')[1] + "}},\"state\":{\"text\":\"x\",\"flags\":{"
                + string.Join(",", set) + "}}}");
            _report.ReadPrinter(printer, 0, printer.Length);
        }

        byte[] job = Encoding.UTF8.GetBytes(
            "{\"job\":{\"file\":{\"name\":" + Json(_path) + ",\"path\":" + Json(_path) + "}},\"progress\":{\"completion\":" + completion
            + ",\"printTimeLeft\":" + _left + ",\"printTime\":" + _printTime + "},\"state\":\"" + jobState + "\"}");
        _report.ReadJob(job, 0, job.Length);
        PrinterState state = _rules.Step(_report, _nowMs, out bool needsSecondLook);
        Assert.AreEqual(secondLook, needsSecondLook, "second look");
        return state;
    }

    [TestMethod]
    [DataRow("a.gcode", "100.0", PrinterState.Finished)]
    [DataRow("a.gcode", "36.2", PrinterState.Cancelled)]
    [DataRow("a.gcode", "null", PrinterState.Idle)]
    [DataRow("b.gcode", "100.0", PrinterState.Idle)]
    [DataRow(null, "null", PrinterState.Idle)]
    public void Step_ExpectedJobIsOver_IsWhatOctoPrintStillShows(string? path, string completion, PrinterState expected)
    {
        _rules.Expect("a.gcode");
        _path = path;
        Assert.AreEqual(PrinterState.Offline, Step("409"), "no word on the job yet");
        Assert.AreEqual(expected, Step("operational ready", completion));
        Assert.AreEqual(expected, Step("operational ready", completion));
        Assert.AreEqual(expected == PrinterState.Idle ? null : "a.gcode@", Key(out int number));
        Assert.AreEqual(expected == PrinterState.Idle ? 0 : 1, number);
    }

    [TestMethod]
    public void Step_ExpectedJobRuns_ItsEndIsItsOwn()
    {
        _rules.Expect("a.gcode");
        Step("operational printing", "99.0");
        Assert.AreEqual(PrinterState.Finished, Step("operational ready", "100.0"));
        Key(out int number);
        Assert.AreEqual(1, number);
    }

    [TestMethod]
    public void Step_SameFileAgain_IsAnotherJob()
    {
        Step("operational printing", "50.0");
        Key(out int first);
        _printTime = "5";
        Step("operational printing", "1.0");
        Assert.AreEqual("a.gcode@", Key(out int second));
        Assert.AreEqual(first + 1, second);
    }

    private string? Key(out int number)
    {
        PrinterStatus status = new PrinterStatus();
        _rules.FillKey(status);
        number = status.JobNumber;
        return status.JobKey;
    }

    private static string Json(string? text) => text == null ? "null" : "\"" + text + "\"";

    [TestMethod]
    [DataRow("operational ready", PrinterState.Idle)]
    [DataRow("operational printing", PrinterState.Printing)]
    [DataRow("operational printing pausing", PrinterState.Pausing)]
    [DataRow("operational paused", PrinterState.Paused)]
    [DataRow("operational printing resuming", PrinterState.Resuming)]
    [DataRow("operational printing cancelling", PrinterState.Cancelling)]
    [DataRow("operational printing finishing", PrinterState.Printing)]
    [DataRow("error", PrinterState.Error)]
    [DataRow("closedOrError", PrinterState.Offline)]
    [DataRow("error closedOrError", PrinterState.Error)]
    [DataRow("sdReady", PrinterState.Offline)]
    [DataRow("409", PrinterState.Offline)]
    public void Step_Flags_GiveTheState(string flags, PrinterState expected) =>
        Assert.AreEqual(expected, Step(flags, "5"));

    [TestMethod]
    [DataRow("Offline", PrinterState.Offline)]
    [DataRow("Offline after error", PrinterState.Error)]
    [DataRow("Offline after error: M112", PrinterState.Error)]
    [DataRow("Error: MINTEMP", PrinterState.Error)]
    public void Step_409_TheJobsTextTellsAnError(string jobState, PrinterState expected) =>
        Assert.AreEqual(expected, Step("409", jobState: jobState));

    [TestMethod]
    public void Step_HeatingAtTheStart_IsPreparingOnceOnly()
    {
        Assert.AreEqual(PrinterState.Preparing, Step("operational printing", "0.1", "25,210"));
        Assert.AreEqual(PrinterState.Printing, Step("operational printing", "0.2", "209,210"));
        Assert.AreEqual(PrinterState.Printing, Step("operational printing", "0.3", "150,210"), "a dip later is no new preparation");
    }

    [TestMethod]
    public void Step_BedStillHeating_IsPreparing()
    {
        _bed = "25,60";
        Assert.AreEqual(PrinterState.Preparing, Step("operational printing", "0.1", "210,210"));
        _bed = "59,60";
        Assert.AreEqual(PrinterState.Printing, Step("operational printing", "0.1", "210,210"));
    }

    [TestMethod]
    public void Step_LongHeaderThenHeating_IsPreparing()
    {
        Step("operational ready");
        Assert.AreEqual(PrinterState.Preparing, Step("operational printing", "6", "25,210"));
        Assert.AreEqual(PrinterState.Preparing, Step("operational printing", "6", "120,210"), "the position stands still");
        Assert.AreEqual(PrinterState.Printing, Step("operational printing", "6.1", "209,210"));
    }

    [TestMethod]
    public void Step_FirstSeenInTheMiddleWithADip_IsPrinting() =>
        Assert.AreEqual(PrinterState.Printing, Step("operational printing", "50", "200,210"));

    [TestMethod]
    public void Step_OtherFileSelectedMeanwhile_IsIdleNotItsEnd()
    {
        Step("operational printing", "40");
        _path = "other.gcode";
        Assert.AreEqual(PrinterState.Printing, Step("operational ready", "100", secondLook: true));
        Assert.AreEqual(PrinterState.Idle, Step("operational ready", "100"));
    }

    [TestMethod]
    public void Step_SeenBeforeTheFirstTarget_MayStillBePreparing()
    {
        Assert.AreEqual(PrinterState.Printing, Step("operational printing", "0", "21,0"));
        Assert.AreEqual(PrinterState.Preparing, Step("operational printing", "0.1", "25,210"));
    }

    [TestMethod]
    public void Step_JustStartedAndCold_IsPreparingUntilItMoves()
    {
        Step("operational ready");
        Assert.AreEqual(PrinterState.Preparing, Step("operational printing", "0.01", "21,0"));
        Assert.AreEqual(PrinterState.Preparing, Step("operational printing", "0.01", "21,0"));
        Assert.AreEqual(PrinterState.Printing, Step("operational printing", "0.5", "21,0"), "a job that needs no heat");
    }

    [TestMethod]
    public void Step_StartingWithoutProgress_IsPreparing() =>
        Assert.AreEqual(PrinterState.Preparing, Step("operational printing", "null"));

    [TestMethod]
    public void Step_JobReaches100_IsFinishedUntilAnotherFileIsChosen()
    {
        Step("operational printing", "99.9");
        Assert.AreEqual(PrinterState.Finished, Step("operational ready", "100"));
        Assert.AreEqual(PrinterState.Finished, Step("operational ready", "100"));
        Assert.AreEqual(PrinterState.Idle, Step("operational ready", "null"));
    }

    [TestMethod]
    public void Step_FinishedBeforeTheFirstReport_IsFinished()
    {
        Assert.AreEqual(PrinterState.Finished, Step("operational ready", "100"));
        Assert.AreEqual(PrinterState.Finished, Step("operational ready", "100"));
        Assert.AreEqual(PrinterState.Idle, Step("operational ready", "null"));
    }

    [TestMethod]
    public void Step_CancelSeen_IsCancelled()
    {
        Step("operational printing", "40");
        Step("operational cancelling", "40");
        Assert.AreEqual(PrinterState.Cancelled, Step("operational ready", "null"));
        Assert.AreEqual(PrinterState.Cancelled, Step("operational ready", "null"));
        Assert.AreEqual(PrinterState.Printing, Step("operational printing", "0.1", "210,210"));
    }

    [TestMethod]
    public void Step_JobVanishesEarly_LooksTwiceBeforeItSaysCancelled()
    {
        Step("operational printing", "40");
        Assert.AreEqual(PrinterState.Printing, Step("operational ready", "null", secondLook: true));
        Assert.AreEqual(PrinterState.Cancelled, Step("operational ready", "null"));
    }

    [TestMethod]
    public void Step_FirstLookLayAcrossTheEnd_SecondLookSaysFinished()
    {
        Step("operational printing", "99");
        Assert.AreEqual(PrinterState.Printing, Step("operational ready", "99", secondLook: true));
        Assert.AreEqual(PrinterState.Finished, Step("operational ready", "100"));
    }

    [TestMethod]
    public void Step_NextJobStartedBetween_StaysPrinting()
    {
        Step("operational printing", "99");
        Assert.AreEqual(PrinterState.Printing, Step("operational ready", "0", secondLook: true));
        Assert.AreEqual(PrinterState.Printing, Step("operational printing", "0.1", "209,210"));
    }

    [TestMethod]
    public void Step_SerialLostWhilePrinting_IsAFailedJobUntilTheNextOne()
    {
        Step("operational printing", "40", "210,210");
        _path = null;
        Assert.AreEqual(PrinterState.Offline, Step("409", jobState: "Offline"));
        Assert.AreEqual("a.gcode", _rules.JobName);
        StringAssert.Contains(_rules.Failure, "at 40 %");
        Assert.AreEqual(PrinterState.Error, Step("operational ready", "null"));
        Assert.AreEqual(PrinterState.Offline, Step("409", jobState: "Offline"), "switched off afterwards");
        Assert.AreEqual(PrinterState.Error, Step("operational ready", "null"));
        Assert.AreEqual("a.gcode", _rules.JobName);
        _path = "b.gcode";
        Assert.AreEqual(PrinterState.Preparing, Step("operational printing", "null", "21,210"));
        Assert.IsNull(_rules.Failure);
        Assert.AreEqual("b.gcode", _rules.JobName);
    }

    [TestMethod]
    public void Step_SerialLostAtTheVeryEnd_IsFinished()
    {
        Step("operational printing finishing", "100", "210,210");
        _path = null;
        Assert.AreEqual(PrinterState.Offline, Step("409", jobState: "Offline"), "a plugin switched the printer off");
        Assert.AreEqual(PrinterState.Offline, Step("409", jobState: "Offline"));
        Assert.AreEqual(PrinterState.Finished, Step("operational ready", "null"));
        Assert.IsNull(_rules.Failure);
    }

    [TestMethod]
    public void Step_SerialAwayBetweenTwoLooks_IsAFailedJob()
    {
        Step("operational ready");
        Step("operational printing", "40", "210,210");
        _path = null;
        Assert.AreEqual(PrinterState.Printing, Step("operational ready", "null", secondLook: true));
        Assert.AreEqual(PrinterState.Error, Step("operational ready", "null"));
        StringAssert.Contains(_rules.Failure, "dropped the job at 40 %");
    }

    [TestMethod]
    [DataRow("99.97", "3")]
    [DataRow("93", "0")]
    [DataRow("60", "4")]
    public void Step_FileGoneAtTheEnd_IsFinished(string completion, string left)
    {
        _left = left;
        Step("operational printing", completion, "210,210");
        _nowMs += 2000;
        _path = null;
        Assert.AreEqual(PrinterState.Finished, Step("operational ready", "null"));
        Assert.AreEqual("a.gcode", _rules.JobName);
        Assert.AreEqual(PrinterState.Finished, Step("operational ready", "null"), "and stays so");
        _path = "b.gcode";
        Assert.AreEqual(PrinterState.Idle, Step("operational ready", "null"), "until another file is selected");
    }

    [TestMethod]
    [DataRow("92", "2400", "27000", 2000, false, PrinterState.Error, DisplayName = "40 min were left")]
    [DataRow("92", "2400", "27000", 20000, true, PrinterState.Error, DisplayName = "the server was away, 40 min were left")]
    [DataRow("92", "60", "700", 20000, true, PrinterState.Error, DisplayName = "the server was away, a minute was left")]
    [DataRow("92", "60", "700", 70000, true, PrinterState.Error, DisplayName = "a power cut: a restart forgets the file, a finished job keeps it")]
    [DataRow("92", "null", "27000", 2000, false, PrinterState.Error, DisplayName = "40 min were left by its own rate")]
    [DataRow("92", "null", "700", 2000, false, PrinterState.Finished, DisplayName = "the slicer's settings at the end of a small file")]
    [DataRow("92", "60", "700", 70000, false, PrinterState.Finished, DisplayName = "time up between two looks far apart")]
    [DataRow("94", "120", "1800", 2000, false, PrinterState.Finished, DisplayName = "the same with a time left")]
    [DataRow("94", "null", "null", 2000, false, PrinterState.Finished, DisplayName = "nothing but the completion, watched closely")]
    [DataRow("94", "null", "null", 60000, false, PrinterState.Error, DisplayName = "nothing but the completion, seen a minute ago")]
    [DataRow("131", "null", "700", 20000, true, PrinterState.Error, DisplayName = "of the wrong size, and the server was away")]
    public void Step_FileGoneNearTheEnd_IsFinishedOnlyWhenItsTimeWasUp(string completion, string left, string printTime, int passedMs, bool wasAway, PrinterState expected)
    {
        _left = left;
        _printTime = printTime;
        Step("operational printing", completion, "210,210");
        _nowMs += passedMs;
        if (wasAway)
        {
            _rules.NoteOutage();
        }

        _path = null;
        _left = _printTime = "null";
        if (expected == PrinterState.Error)
        {
            Step("operational ready", "null", secondLook: true);
        }

        Assert.AreEqual(expected, Step("operational ready", "null"));
        Assert.AreEqual(expected == PrinterState.Error, _rules.Failure != null);
        Assert.AreEqual("a.gcode", _rules.JobName);
    }

    [TestMethod]
    public void Step_ServerAwayAndTheJobGoesOn_IsNoLongerUnseen()
    {
        _left = "60";
        _printTime = "700";
        Step("operational printing", "91", "210,210");
        _rules.NoteOutage();
        Step("operational printing", "92", "210,210");
        _path = null;
        Assert.AreEqual(PrinterState.Finished, Step("operational ready", "null"));
    }

    [TestMethod]
    [DataRow("Offline after error", PrinterState.Error)]
    [DataRow("Offline (Error: Too many consecutive timeouts, printer still connected and alive?)", PrinterState.Error)]
    [DataRow("Error: Thermal Runaway", PrinterState.Error)]
    [DataRow("Offline", PrinterState.Offline)]
    [DataRow("Detecting serial connection", PrinterState.Offline)]
    public void Step_PrinterAway_TheJobsTextTellsAnError(string text, PrinterState expected) =>
        Assert.AreEqual(expected, Step("409", jobState: text));

    [TestMethod]
    public void Step_OperationalButNotReady_IsBusyAndEndsNoJob()
    {
        byte[] printer = Encoding.UTF8.GetBytes("""{"state":{"text":"Transferring file to SD","flags":{"operational":true,"printing":false,"ready":false}}}""");
        _report.ReadPrinter(printer, 0, printer.Length);
        Assert.AreEqual(PrinterState.Busy, _rules.Step(_report, _nowMs, out bool needsSecondLook));
        Assert.IsFalse(needsSecondLook);
        Assert.IsNull(_rules.JobName);
        Assert.AreEqual(PrinterState.Idle, Step("operational ready"));
        Assert.AreEqual(PrinterState.Idle, Step("operational"), "a server that has no such flag");
        _rules.DropsFiles = true;
        _report.ReadPrinter(printer, 0, printer.Length);
        Assert.AreEqual(PrinterState.Idle, _rules.Step(_report, _nowMs, out _), "to Buddy \"ready\" is what a person set at the printer");
    }

    [TestMethod]
    public void Step_FileGoneAfterACancel_IsCancelled()
    {
        Step("operational printing", "99.95", "210,210");
        Step("operational printing cancelling", "null", "210,0");
        _path = null;
        Assert.AreEqual(PrinterState.Cancelled, Step("operational ready", "null"));
    }

    [TestMethod]
    public void Step_NextFileSelectedAtTheEnd_TheFormerOneIsFinished()
    {
        Step("operational printing", "99.95", "210,210");
        _path = "b.gcode";
        Assert.AreEqual(PrinterState.Finished, Step("operational ready", "null"));
        Assert.AreEqual("a.gcode", _rules.JobName);
        Assert.AreEqual(PrinterState.Printing, Step("operational printing", "1.5", "210,210"));
        Assert.AreEqual("b.gcode", _rules.JobName);
    }

    [TestMethod]
    public void Step_FileDeletedLongAfterTheEnd_StaysFinished()
    {
        Step("operational printing", "99.9", "210,210");
        Step("operational ready", "100");
        _path = null;
        Assert.AreEqual(PrinterState.Finished, Step("operational ready", "null"));
        Assert.AreEqual("a.gcode", _rules.JobName);
    }

    [TestMethod]
    public void Step_HotWithoutProgress_IsPrintingAfterAWhile()
    {
        Step("operational ready");
        Assert.AreEqual(PrinterState.Preparing, Step("operational printing", "null", "210,210"));
        _nowMs += 9000;
        Assert.AreEqual(PrinterState.Preparing, Step("operational printing", "null", "210,210"));
        _nowMs += 2000;
        Assert.AreEqual(PrinterState.Printing, Step("operational printing", "null", "210,210"), "a print from SD without M27");
        Assert.AreEqual(PrinterState.Printing, Step("operational printing", "null", "150,210"), "a dip is no new preparation");
    }

    [TestMethod]
    public void Step_HotWithoutProgressWhenFirstSeen_IsPrinting() =>
        Assert.AreEqual(PrinterState.Printing, Step("operational printing", "null", "210,210"));

    [TestMethod]
    public void Step_NoHeatersAndNoProgress_IsPrintingAfterAMinute()
    {
        Step("operational ready");
        Assert.AreEqual(PrinterState.Preparing, Step("operational printing", "null", "null,null"));
        _nowMs += 61000;
        Assert.AreEqual(PrinterState.Printing, Step("operational printing", "null", "null,null"), "a plotter");
    }

    [TestMethod]
    public void Step_HeatsSlowly_IsPreparingAsLongAsItGains()
    {
        Step("operational ready");
        _bed = "20,110";
        for (int bed = 20; bed <= 105; bed += 5)
        {
            _bed = bed + ",110";
            Assert.AreEqual(PrinterState.Preparing, Step("operational printing", "0.5", "210,210"), bed + " °C");
            _nowMs += 100_000;
        }
    }

    [TestMethod]
    public void Step_TargetNeverReached_IsPrintingInTheEnd()
    {
        Step("operational ready");
        Assert.AreEqual(PrinterState.Preparing, Step("operational printing", "null", "205,210"));
        _nowMs += 181_000;
        Assert.AreEqual(PrinterState.Printing, Step("operational printing", "null", "205,210"));
    }

    [TestMethod]
    public void Step_SameFileAgainWithoutAGap_IsANewJob()
    {
        Step("operational ready");
        _printTime = "600";
        Assert.AreEqual(PrinterState.Printing, Step("operational printing", "99", "210,210"));
        _printTime = "0";
        Assert.AreEqual(PrinterState.Preparing, Step("operational printing", "0.1", "40,210"), "it heats anew");
    }

    [TestMethod]
    public void Step_OverHundredPercent_IsPrintingAndNoEnd()
    {
        Step("operational printing", "97", "210,210");
        Assert.AreEqual(PrinterState.Printing, Step("operational printing", "131.5", "210,210"));
        Assert.AreEqual(100, _report.Completion, 1e-9);
        Assert.AreEqual(PrinterState.Printing, Step("operational ready", "null", secondLook: true), "131 % of the wrong size is no end");
        Assert.AreEqual(PrinterState.Cancelled, Step("operational ready", "null"));
    }

    [TestMethod]
    public void Step_OverHundredPercentThenDone_IsFinished()
    {
        Step("operational printing", "131.5", "210,210");
        Assert.AreEqual(PrinterState.Finished, Step("operational ready", "100"));
    }

    [TestMethod]
    public void Step_BuddyWantsAPerson_IsAttentionAndNoLostJob()
    {
        Step("operational printing", "40", "210,210");
        byte[] printer = Encoding.UTF8.GetBytes("""{"state":{"flags":{"link_state":"ATTENTION","operational":false,"printing":true,"error":true,"busy":true}}}""");
        _report.ReadPrinter(printer, 0, printer.Length);
        Assert.AreEqual(PrinterState.Attention, _rules.Step(_report, _nowMs, out _));
        Assert.AreEqual(PrinterState.Printing, Step("operational printing", "41", "210,210"));
        Assert.IsNull(_rules.Failure);
    }
}
