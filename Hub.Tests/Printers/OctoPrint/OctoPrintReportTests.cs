using System;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.Printers.OctoPrint;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.OctoPrint;

[TestClass]
public class OctoPrintReportTests
{
    private const string Printer =
        """
        {"temperature":{"tool0":{"actual":214.8,"target":220.0,"offset":0},"bed":{"actual":50.1,"target":70.0,"offset":5},
        "chamber":{"actual":31.5,"target":null}},"sd":{"ready":true},"state":{"text":"Printing","error":"",
        "flags":{"operational":true,"paused":false,"printing":true,"cancelling":false,"pausing":false,"sdReady":true,"error":false,
        "ready":false,"closedOrError":false,"resuming":false,"finishing":false}}}
        """;

    private const string Job =
        """
        {"job":{"file":{"name":"whistle_v2.gcode","display":"Whistle ✓.gcode","path":"sub/whistle_v2.gcode","origin":"local","size":1468987,"date":1378847754},
        "estimatedPrintTime":8811,"filament":{"tool0":{"length":810,"volume":5.36}},"user":"a"},
        "progress":{"completion":22.5,"filepos":337942,"printTime":276,"printTimeLeft":912,"printTimeLeftOrigin":"linear"},"state":"Printing"}
        """;

    private readonly OctoPrintReport _report = new OctoPrintReport();

    private void ReadPrinter(string json)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        _report.ReadPrinter(bytes, 0, bytes.Length);
    }

    private void ReadJob(string json)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        _report.ReadJob(bytes, 0, bytes.Length);
    }

    [TestMethod]
    public void ReadPrinter_TemperatureBeyondReason_IsUnknown()
    {
        ReadPrinter("""{"temperature":{"tool0":{"actual":1e300,"target":-1e5},"bed":{"actual":-20.5}},"state":{"flags":{"operational":true}}}""");

        Assert.IsTrue(double.IsNaN(_report.Nozzle) && double.IsNaN(_report.NozzleTarget));
        Assert.AreEqual(-20.5, _report.Bed, 1e-9);
    }

    [TestMethod]
    public void ReadPrinter_FullAnswer_HasEveryField()
    {
        ReadPrinter(Printer);
        Assert.IsTrue(_report.IsPrinterLinked && _report.Operational && _report.Printing);
        Assert.IsFalse(_report.Paused || _report.Error || _report.ClosedOrError || _report.Finishing);
        Assert.AreEqual(214.8, _report.Nozzle, 1e-9);
        Assert.AreEqual(220.0, _report.NozzleTarget, 1e-9);
        Assert.AreEqual(50.1, _report.Bed, 1e-9);
        Assert.AreEqual(70.0, _report.BedTarget, 1e-9);
        Assert.AreEqual(31.5, _report.Chamber, 1e-9);
        Assert.AreEqual("Printing", _report.StateText);
    }

    [TestMethod]
    public void ReadJob_FullAnswer_HasEveryField()
    {
        ReadJob(Job);
        Assert.AreEqual("Whistle ✓.gcode", _report.FileName);
        Assert.AreEqual("sub/whistle_v2.gcode", _report.FilePath);
        Assert.AreEqual(22.5, _report.Completion, 1e-9);
        Assert.AreEqual(912, _report.PrintTimeLeft);
        Assert.AreEqual("Printing", _report.JobStateText);
    }

    [TestMethod]
    public void Read_NullsAndMissingFields_StayUnknown()
    {
        ReadPrinter(Printer);
        ReadPrinter("""{"temperature":{"tool0":{"actual":null,"target":null},"bed":null},"state":{"flags":{"operational":true}}}""");
        Assert.IsTrue(double.IsNaN(_report.Nozzle) && double.IsNaN(_report.NozzleTarget) && double.IsNaN(_report.Bed) && double.IsNaN(_report.Chamber));
        Assert.IsFalse(_report.Printing, "nothing of the former answer is left");
        ReadJob(Job);
        ReadJob("""{"job":{"file":{"name":null},"estimatedPrintTime":null},"progress":{"completion":null,"printTimeLeft":null},"state":"Operational"}""");
        Assert.IsNull(_report.FileName);
        Assert.IsTrue(double.IsNaN(_report.Completion));
        Assert.AreEqual(-1, _report.PrintTimeLeft);
        ReadJob("{}");
        Assert.IsNull(_report.JobStateText);
    }

    [TestMethod]
    public void Read_WrongTypes_AreIgnoredNotGuessed()
    {
        ReadPrinter("""{"temperature":[{"tool0":1}],"state":{"text":{"a":1},"flags":{"printing":"true","operational":1,"error":[true]}}}""");
        Assert.IsFalse(_report.Printing || _report.Operational || _report.Error);
        Assert.IsNull(_report.StateText);
        ReadJob("""{"job":"none","progress":{"completion":"22","printTimeLeft":-5},"state":7,"error":["x"]}""");
        Assert.IsTrue(double.IsNaN(_report.Completion));
        Assert.AreEqual(-1, _report.PrintTimeLeft);
        Assert.IsNull(_report.FileName);
        ReadJob("""{"progress":{"printTimeLeft":1e300}}""");
        Assert.AreEqual(-1, _report.PrintTimeLeft);
    }

    [TestMethod]
    public void Read_EveryTruncation_IsBadJson()
    {
        Truncations.AssertBadJson(Printer, (bytes, length) => _report.ReadPrinter(bytes, 0, length));
        Truncations.AssertBadJson(Job, (bytes, length) => _report.ReadJob(bytes, 0, length));
    }

    [TestMethod]
    [DataRow("[]")]
    [DataRow("null")]
    [DataRow("3")]
    [DataRow("{} {}")]
    [DataRow("<html>")]
    public void Read_NoObject_IsBadJson(string text)
    {
        AssertBadJson(() => ReadPrinter(text));
        AssertBadJson(() => ReadJob(text));
    }

    [TestMethod]
    public void Read_RepeatedReports_AllocateNothing()
    {
        byte[] printer = Encoding.UTF8.GetBytes(Printer);
        byte[] job = Encoding.UTF8.GetBytes(Job);
        // The least: Support/Allocated.cs says why.
        long allocated = long.MaxValue;
        for (int i = 0; i < 3; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            _report.ReadPrinter(printer, 0, printer.Length);
            _report.ReadJob(job, 0, job.Length);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.AreEqual(0L, allocated);
    }

    private static void AssertBadJson(Action read) =>
        Assert.AreEqual(ErrorCode.BadJson, Assert.ThrowsExactly<HubException>(read).Code);
}
