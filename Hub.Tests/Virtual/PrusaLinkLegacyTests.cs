using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Simulator.Virtual;
using Hub.Simulator.Virtual.PrusaLink;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Virtual;

/// <summary>A PrusaLink older than the v1 API, through the manager and over real sockets: the hub can only look.</summary>
[TestClass]
public sealed class PrusaLinkLegacyTests
{
    private const string Id = "old";

    private readonly TestLog _log = new();
    private Fleet _fleet = null!;
    private ManagerOnSockets _hub = null!;

    private VirtualMachine Machine => _fleet.Printers[0].Machine;

    [TestInitialize]
    public async Task StartAsync()
    {
        _fleet = await Fleet.StartAsync(new FleetOptions { PrusaLink = 1, Speed = 500 });
        VirtualPrusaLink printer = (VirtualPrusaLink)_fleet.Printers[0];
        printer.IsLegacy = true;
        _hub = new ManagerOnSockets(_log);
        _hub.Manager.Register(new PrinterConfig { Id = Id, Type = PrinterTypes.PrusaLink, Url = printer.Url, ApiKey = new Secret(printer.ApiKey), PollMs = 500 });
        WaitForState(PrinterState.Idle);
    }

    [TestCleanup]
    public async Task StopAsync()
    {
        _hub.Manager.Dispose();
        await _fleet.DisposeAsync();
        _hub.Dispose();
    }

    [TestMethod]
    public void Status_WholePrint_ShowsItsStates()
    {
        Assert.IsTrue(_fleet.Printers[0].StartDemoJob());
        PrinterStatus status = WaitForState(PrinterState.Printing);
        Assert.AreEqual("demo.gcode", status.Job);
        Assert.IsTrue(status.Nozzle > 20 && status.NozzleTarget == 215 && status.BedTarget == 60);
        _hub.WaitFor(Id, () => Status().ProgressPercentage > 1, "progress in percent");
        Assert.IsGreaterThan(0, Status().RemainingTimeSeconds);
        Assert.IsTrue(Machine.Pause());
        WaitForState(PrinterState.Paused);
        Assert.IsTrue(Machine.Resume());
        WaitForState(PrinterState.Printing);
        _hub.WaitFor(Id, () => Machine.Read().State is MachineState.Finishing or MachineState.Idle, "the end");
        _hub.WaitFor(Id, () => Status().State is PrinterState.Busy or PrinterState.Idle or PrinterState.Finished, "the end in the status");
        _hub.WaitFor(
            Id,
            () =>
            {
                Assert.AreNotEqual(PrinterState.Offline, Status().State, "it never leaves the printer");
                return Status().State is PrinterState.Idle or PrinterState.Finished;
            },
            "idle: the old API does not say how a print ended; or finished, where a poll saw 100 % of it just before");
        Assert.IsTrue(_fleet.Printers[0].StartDemoJob());
        WaitForState(PrinterState.Printing);
        Assert.IsTrue(Machine.Cancel());
        _hub.WaitFor(Id, () => Status().State is PrinterState.Cancelled or PrinterState.Idle, "the cancelled print");
        Assert.IsNull(Status().ErrorCode);
    }

    [TestMethod]
    public void Commands_Any_AreRefusedAndNothingIsSent()
    {
        Assert.IsTrue(_fleet.Printers[0].StartDemoJob());
        WaitForState(PrinterState.Printing);
        foreach (PrinterVerb verb in new[] { PrinterVerb.Pause, PrinterVerb.Resume, PrinterVerb.Cancel, PrinterVerb.Start, PrinterVerb.Gcode })
        {
            PrinterCommand command = _hub.Ask(Id, verb, c =>
            {
                c.StoredPath = "demo.gcode";
                c.Lines = ["G28"];
            });
            Assert.AreEqual(ErrorCode.NotSupported, command.Error?.Code, verb.ToString());
        }

        Transfer transfer = _hub.Upload(Id, new Transfer("a.gcode", new PatternSource(10)));
        Assert.AreEqual(ErrorCode.NotSupported, transfer.Error?.Code);
        Assert.AreEqual(1, Machine.JobsStarted);
        Assert.IsTrue(Machine.Read().IsActive);
    }

    private PrinterStatus Status() => _hub.Status(Id);

    private PrinterStatus WaitForState(PrinterState state) => _hub.WaitFor(Id, state);
}
