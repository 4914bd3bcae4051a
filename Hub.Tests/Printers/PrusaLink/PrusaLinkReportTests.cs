using System;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Core.Printers.PrusaLink;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.PrusaLink;

[TestClass]
public class PrusaLinkReportTests
{
    private const string Buddy =
        """
        {"job":{"id":129,"progress":37.00,"time_remaining":73020,"time_printing":43987},
         "storage":{"path":"/usb/","name":"usb","read_only":false},
         "transfer":{"id":7,"time_transferring":3,"progress":12.5,"transferred":1000},
         "printer":{"state":"PRINTING","temp_bed":53.9,"target_bed":85.0,"temp_nozzle":6.0,"target_nozzle":0.0,"axis_z":5.0,
                    "flow":100,"speed":100,"fan_hotend":0,"fan_print":0}}
        """;

    private const string Python =
        """
        {"storage":[{"path":"/sdcard","read_only":true,"name":"SD Card"},{"path":"/local","read_only":false,"free_space":12,"name":"PrusaLink gcodes"}],
         "printer":{"state":"ATTENTION","temp_nozzle":20.5,"axis_z":0.0,"status_connect":{"ok":false,"message":"No token"},
                    "status_printer":{"ok":false,"message":"Printer needs somebody"}},
         "transfer":{"id":1,"progress":50.0,"data_transferred":10}}
        """;

    private const string Job =
        """
        {"id":129,"state":"PRINTING","progress":37.0,"time_remaining":73020,"time_printing":43987,"file":{"refs":{"icon":"/a","download":"/b"},
         "name":"SHORT~1.GCO","display_name":"Whistle ✓.gcode","path":"/usb","size":13,"m_timestamp":1}}
        """;

    private readonly PrusaLinkReport _report = new PrusaLinkReport();

    private void Read(string json)
    {
        byte[] bytes = Encoding.UTF8.GetBytes("##" + json);
        _report.ReadStatus(bytes, 2, bytes.Length - 2);
    }

    private void ReadJob(string json)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        _report.ReadJob(bytes, 0, bytes.Length);
    }

    [TestMethod]
    public void ReadStatus_Buddy_HasEveryField()
    {
        Read(Buddy);
        Assert.AreEqual(PrinterState.Printing, _report.State);
        Assert.AreEqual(129, _report.JobId);
        Assert.AreEqual(37.0, _report.Progress, 1e-9);
        Assert.AreEqual(73020, _report.TimeRemaining);
        Assert.AreEqual(6.0, _report.Nozzle, 1e-9);
        Assert.AreEqual(0.0, _report.NozzleTarget, 1e-9);
        Assert.AreEqual(53.9, _report.Bed, 1e-9);
        Assert.AreEqual(85.0, _report.BedTarget, 1e-9);
        Assert.AreEqual("/usb/", _report.Storage);
        Assert.AreEqual(12.5, _report.TransferProgress, 1e-9);
        Assert.IsNull(_report.Trouble);
        Assert.IsTrue(_report.NeedsJob);
        Assert.IsNull(_report.JobName);
        ReadJob(Job);
        Assert.IsFalse(_report.NeedsJob);
        Assert.AreEqual("Whistle ✓.gcode", _report.JobName);
    }

    [TestMethod]
    public void ReadStatus_Python_TakesTheWritableStorageAndTheWords()
    {
        Read(Buddy);
        Read(Python);
        Assert.AreEqual(PrinterState.Attention, _report.State);
        Assert.AreEqual("/local", _report.Storage);
        Assert.AreEqual("Printer needs somebody", _report.Trouble);
        Assert.AreEqual(50.0, _report.TransferProgress, 1e-9);
        Assert.AreEqual(-1, _report.JobId, "nothing of the former answer is left");
        Assert.IsTrue(double.IsNaN(_report.Bed) && double.IsNaN(_report.NozzleTarget) && double.IsNaN(_report.Progress));
    }

    [TestMethod]
    [DataRow("IDLE", false, PrinterState.Idle)]
    [DataRow("READY", false, PrinterState.Idle)]
    [DataRow("BUSY", false, PrinterState.Busy)]
    [DataRow("BUSY", true, PrinterState.Preparing)]
    [DataRow("PRINTING", true, PrinterState.Printing)]
    [DataRow("PAUSED", true, PrinterState.Paused)]
    [DataRow("FINISHED", false, PrinterState.Finished)]
    [DataRow("STOPPED", false, PrinterState.Cancelled)]
    [DataRow("ERROR", false, PrinterState.Error)]
    [DataRow("ATTENTION", true, PrinterState.Attention)]
    public void ReadStatus_EachWord_IsTheUnifiedState(string word, bool hasJob, PrinterState expected)
    {
        Read("{\"printer\":{\"state\":\"" + word + "\"}" + (hasJob ? ",\"job\":{\"id\":1}" : "") + "}");
        Assert.AreEqual(expected, _report.State);
    }

    [TestMethod]
    [DataRow("""{"printer":{"state":"BUSY"},"job":{"id":5,"progress":40}}""", PrinterState.Printing, DisplayName = "first seen at 40 %")]
    [DataRow("""{"printer":{"state":"BUSY"},"job":{"id":5,"progress":0}}""", PrinterState.Preparing)]
    [DataRow("""{"printer":{"state":"BUSY"},"job":{"id":5}}""", PrinterState.Preparing)]
    public void ReadStatus_BusyWithAJob_IsPreparingOnlyBeforeItBegan(string json, PrinterState expected)
    {
        Read(json);
        Assert.AreEqual(expected, _report.State);
        Assert.IsTrue(_report.IsBusyWithJob);
    }

    [TestMethod]
    [DataRow("PRINTING")]
    [DataRow("PAUSED")]
    public void ReadStatus_BusyAfterItBegan_IsPrinting(string word)
    {
        Read("{\"printer\":{\"state\":\"" + word + "\"},\"job\":{\"id\":5,\"progress\":0}}");
        Read("""{"printer":{"state":"BUSY"},"job":{"id":5,"progress":0}}""");
        Assert.AreEqual(PrinterState.Printing, _report.State, "a crash in the first layer");
        Read("""{"printer":{"state":"BUSY"},"job":{"id":6,"progress":0}}""");
        Assert.AreEqual(PrinterState.Preparing, _report.State, "the next job");
        Read("{\"printer\":{\"state\":\"" + word + "\"},\"job\":{\"id\":6,\"progress\":0}}");
        Read("""{"printer":{"state":"IDLE"}}""");
        Read("""{"printer":{"state":"BUSY"},"job":{"id":6,"progress":0}}""");
        Assert.AreEqual(PrinterState.Preparing, _report.State, "an id that began anew");
    }

    [TestMethod]
    [DataRow("""{"printer":{}}""")]
    [DataRow("""{"printer":{"state":null}}""")]
    [DataRow("""{"printer":{"state":"LEVITATING"}}""")]
    [DataRow("""{"printer":[{"state":"IDLE"}]}""")]
    [DataRow("{}")]
    public void ReadStatus_StateMissingOrNew_LeavesTheOneBefore(string json)
    {
        Read(json);
        Assert.AreEqual(PrinterState.Unknown, _report.State);
        Read(Buddy);
        Read(json);
        Assert.AreEqual(PrinterState.Printing, _report.State);
    }

    [TestMethod]
    public void Read_WrongTypes_AreIgnoredNotGuessed()
    {
        Read("""{"job":{"id":"129","progress":null,"time_remaining":-1},"storage":"usb","transfer":[1],"printer":{"temp_bed":"hot","state":7,"status_printer":true}}""");
        Assert.AreEqual(-1, _report.JobId);
        Assert.IsFalse(_report.NeedsJob);
        Assert.AreEqual(-1, _report.TimeRemaining);
        Assert.IsTrue(double.IsNaN(_report.Bed) && double.IsNaN(_report.TransferProgress));
        Assert.IsNull(_report.Storage);
        Read("""{"job":{"id":5,"time_remaining":1e300},"storage":[7,null,{"path":["x"]},{"path":"/local"}]}""");
        Assert.AreEqual(5, _report.JobId);
        Assert.AreEqual(-1, _report.TimeRemaining);
        Assert.AreEqual("/local", _report.Storage);
        ReadJob("""{"id":5,"file":"x"}""");
        Assert.IsTrue(_report.NeedsJob, "a job without a name is asked for again");
        ReadJob("""{"id":5,"file":{"name":"A~1.GCO"}}""");
        Assert.AreEqual("A~1.GCO", _report.JobName);
    }

    [TestMethod]
    public void JobName_NextJob_IsNotTheLastOnes()
    {
        Read(Buddy);
        ReadJob(Job);
        Read("""{"printer":{"state":"FINISHED"}}""");
        Assert.AreEqual("Whistle ✓.gcode", _report.JobName, "the name of what has finished");
        Read("""{"printer":{"state":"PRINTING"},"job":{"id":130}}""");
        Assert.IsTrue(_report.NeedsJob);
        Assert.IsNull(_report.JobName);
    }

    [TestMethod]
    public void NeedsJob_IdUsedAgainAfterARestart_IsTrue()
    {
        Read(Buddy);
        ReadJob(Job);
        Read("""{"printer":{"state":"IDLE"}}""");
        Read(Buddy);
        Assert.IsTrue(_report.NeedsJob, "ids begin anew with every start of the printer");
        Assert.IsNull(_report.JobName);
    }

    [TestMethod]
    public void ReadJob_BreaksOff_FormerNameStays()
    {
        Read(Buddy);
        ReadJob(Job);
        AssertBadJson(() => ReadJob("""{"id":130,"file":{"display_name":"next.gcode"},"""));
        Assert.AreEqual("Whistle ✓.gcode", _report.JobName);
        Read("""{"printer":{"state":"FINISHED"}}""");
        Assert.AreEqual("Whistle ✓.gcode", _report.JobName);
    }

    [TestMethod]
    public void ReadJob_FaultBehindTheName_KeepsTheName()
    {
        Read(Buddy);
        AssertBadJson(() => ReadJob("""{"id":129,"state":"PRINTING","file":{"name":"K~1.GCO","display_name":"k.gcode","path":"/usb",}}"""));
        Assert.AreEqual("k.gcode", _report.JobName);
        Assert.AreEqual("K~1.GCO", _report.FileName);
        Assert.IsFalse(_report.NeedsJob, "it would be the same every time");
    }

    [TestMethod]
    [DataRow(Buddy)]
    [DataRow(Python)]
    [DataRow(Job)]
    public void Read_EveryTruncation_IsBadJson(string document)
    {
        Truncations.AssertBadJson(document, (bytes, length) => _report.ReadStatus(bytes, 0, length));
        Truncations.AssertBadJson(document, (bytes, length) => _report.ReadJob(bytes, 0, length));
    }

    [TestMethod]
    [DataRow("[]")]
    [DataRow("null")]
    [DataRow("{} {}")]
    [DataRow("<html>")]
    public void Read_NoObject_IsBadJson(string text) => AssertBadJson(() => Read(text));

    [TestMethod]
    public void Read_RepeatedReports_AllocateNothing()
    {
        byte[] buddy = Encoding.UTF8.GetBytes(Buddy);
        byte[] job = Encoding.UTF8.GetBytes(Job);
        // The least: Support/Allocated.cs says why.
        long allocated = long.MaxValue;
        for (int i = 0; i < 3; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            _report.ReadStatus(buddy, 0, buddy.Length);
            _report.ReadJob(job, 0, job.Length);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.AreEqual(0L, allocated);
    }

    private static void AssertBadJson(Action read) =>
        Assert.AreEqual(ErrorCode.BadJson, Assert.ThrowsExactly<HubException>(read).Code);
}
