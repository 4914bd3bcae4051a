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
    private string _path = "a.gcode";

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
            "{\"job\":{\"file\":{\"name\":\"a.gcode\",\"path\":\"" + _path + "\"}},\"progress\":{\"completion\":" + completion + "},\"state\":\"" + jobState + "\"}");
        _report.ReadJob(job, 0, job.Length);
        PrinterState state = _rules.Step(_report, out bool needsSecondLook);
        Assert.AreEqual(secondLook, needsSecondLook, "second look");
        return state;
    }

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
    public void Step_FinishedBeforeWeLooked_IsIdle() =>
        Assert.AreEqual(PrinterState.Idle, Step("operational ready", "100"), "nothing was seen to end");

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
        Assert.AreEqual(PrinterState.Printing, Step("operational printing", "0.1"));
    }

    [TestMethod]
    public void Step_SerialLostWhilePrinting_IsNoCancelledJobAfterwards()
    {
        Step("operational printing", "40");
        Assert.AreEqual(PrinterState.Offline, Step("409", jobState: "Offline"));
        Assert.AreEqual(PrinterState.Idle, Step("operational ready", "null"));
    }
}
