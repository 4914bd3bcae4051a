using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Simulator.Virtual.Bambu;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Bambu;

/// <summary>What Bambu printers have beside the common contract.</summary>
[TestClass]
public sealed class BambuPrintTests : BambuVirtualBase
{
    [TestMethod]
    public async Task Print_SecondPlateOfAnA1_TakesEveryControl()
    {
        await StartAsync("A1");
        WaitFor(PrinterState.Idle);
        Print(Upload("part of a test.gcode.3mf"));
        Assert.AreEqual("part of a test", WaitFor(PrinterState.Printing).Job);
        Done(PrinterVerb.Light, c => c.Level = 0);
        Assert.AreEqual("off", Printer.ChamberLight);
        Done(PrinterVerb.Speed, c => c.Level = 3);
        Done(PrinterVerb.Gcode, c => c.Lines = ["M106 P1 S255"]);
        PrinterStatus printing = WaitFor(s => s.ProgressPercentage > 5, "progress");
        Assert.IsTrue(printing.RemainingTimeSeconds > 0 && printing.NozzleTarget > 100, "time left and target");
        WaitFor(PrinterState.Finished);
        Assert.AreEqual(100, Status().ProgressPercentage);
    }

    [TestMethod]
    public async Task Cancel_WhilePrinting_IsNoErrorAndTakesTheNextOne()
    {
        await StartAsync("X1C");
        WaitFor(PrinterState.Idle);
        string stored = Upload("a.gcode.3mf");
        for (int i = 0; i < 2; i++)
        {
            Print(stored);
            Done(PrinterVerb.Cancel);
            Assert.AreEqual(PrinterState.Cancelled, Status().State);
            Assert.IsNull(Status().ErrorCode);
        }
    }

    [TestMethod]
    public async Task Start_PlateThatIsNotThere_ShowsTheError()
    {
        await StartAsync("X1C");
        WaitFor(PrinterState.Idle);
        string stored = Upload("a.gcode.3mf");
        HubException error = Ask(PrinterVerb.Start, c =>
        {
            c.StoredPath = stored;
            c.Options = new StartOptions { Plate = 7 };
        }).Error!;
        Assert.AreEqual(ErrorCode.Refused, error.Code);
        Assert.AreEqual(0, Printer.Machine.JobsStarted);
        Assert.Contains("0500_4003", Status().ErrorMessage!);
    }

    [TestMethod]
    [DataRow("P1S", 2)]
    [DataRow("P1S", 254)]
    [DataRow("X1C", 15)]
    [DataRow("X1C", 255)]
    [DataRow("H2D", 7)]
    [DataRow("H2D", 254)]
    [DataRow("A1", 254)]
    public async Task Start_FilamentFromASlot_IsWhatThePrinterTakes(string model, int slot)
    {
        await StartAsync(model);
        WaitFor(PrinterState.Idle);
        string stored = Upload("a.gcode.3mf");
        Done(PrinterVerb.Start, c =>
        {
            c.StoredPath = stored;
            c.Options = new StartOptions { Plate = 2, UseAms = true, AmsMapping = [slot] };
        });
        WaitFor(PrinterState.Printing);
        Done(PrinterVerb.Cancel);
    }

    [TestMethod]
    [DataRow("P1S", 4)]
    [DataRow("A1", 0)]
    [DataRow("X1C", 128)]
    public async Task Start_SlotOfAUnitThatIsNotThere_IsNotSent(string model, int slot)
    {
        await StartAsync(model);
        WaitFor(PrinterState.Idle);
        string stored = Upload("a.gcode.3mf");
        HubException error = Ask(PrinterVerb.Start, c =>
        {
            c.StoredPath = stored;
            c.Options = new StartOptions { Plate = 2, UseAms = true, AmsMapping = [slot] };
        }).Error!;
        Assert.AreEqual(ErrorCode.Refused, error.Code);
        Assert.Contains("reports no AMS", error.Message);
        Assert.AreEqual(0, Printer.Machine.JobsStarted);
    }

    [TestMethod]
    public async Task Command_SigningDemanded_IsRefusedAndExplained()
    {
        await StartAsync("P1S", _ => Printer.Faults = new VirtualBambuFaults { RejectCommands = true });
        WaitFor(PrinterState.Idle);
        HubException error = Ask(PrinterVerb.Gcode, c => c.Lines = ["G28"]).Error!;
        Assert.AreEqual(ErrorCode.Refused, error.Code);
        Assert.Contains("Developer Mode", error.Message);
    }

    [TestMethod]
    public async Task Start_AcceptedAndRefusedByAnError_FailsWithThePrintersCode()
    {
        await StartAsync("P1S");
        WaitFor(PrinterState.Idle);
        string stored = Upload("a.gcode.3mf");
        Printer.Faults = new VirtualBambuFaults { StartError = "0500C010" };
        HubException error = Ask(PrinterVerb.Start, c =>
        {
            c.StoredPath = stored;
            c.Options = new StartOptions { Plate = 2 };
        }).Error!;
        Assert.AreEqual(ErrorCode.Refused, error.Code);
        Assert.Contains("0500_C010", error.Message);
        Assert.AreEqual(PrinterState.Idle, Status().State);
        Assert.AreEqual("0500_C010", Status().ErrorCode);
        Done(PrinterVerb.ClearError);
        WaitFor(s => s.ErrorCode == null, "cleared error");
    }

    [TestMethod]
    public async Task Cancel_P2S_IsNeverAnError()
    {
        await StartAsync("P2S");
        WaitFor(PrinterState.Idle);
        Print(Upload("a.gcode.3mf"));
        Assert.AreEqual("a", Status().Job);
        Done(PrinterVerb.Cancel);
        Assert.AreEqual(PrinterState.Cancelled, Status().State);
        Assert.IsNull(Status().ErrorCode);
    }
}
