using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Systems;
using Hub.Hal.Desktop;
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
    private const int WaitMs = Patience.LimitMs;

    private readonly TestLog _log = new();
    private readonly DesktopHal _hal = new("unused", new DesktopHalOptions { Nvs = new Core.Hal.MemoryNvs() });
    private Fleet _fleet = null!;
    private PrinterManager _manager = null!;

    private VirtualMachine Machine => _fleet.Printers[0].Machine;

    [TestInitialize]
    public async Task StartAsync()
    {
        _fleet = await Fleet.StartAsync(new FleetOptions { PrusaLink = 1, Speed = 500 });
        VirtualPrusaLink printer = (VirtualPrusaLink)_fleet.Printers[0];
        printer.IsLegacy = true;
        _manager = new PrinterManager(_hal, _log.Log, new PrinterClientFactory(_hal));
        _manager.Register(new PrinterConfig { Id = Id, Type = PrinterTypes.PrusaLink, Url = printer.Url, ApiKey = new Secret(printer.ApiKey), PollMs = 500 });
        WaitForState(PrinterState.Idle);
    }

    [TestCleanup]
    public async Task StopAsync()
    {
        _manager.Dispose();
        await _fleet.DisposeAsync();
        _log.AssertNoErrors();
        _hal.Dispose();
    }

    [TestMethod]
    public void Status_WholePrint_ShowsItsStates()
    {
        Assert.IsTrue(_fleet.Printers[0].StartDemoJob());
        PrinterStatus status = WaitForState(PrinterState.Printing);
        Assert.AreEqual("demo.gcode", status.Job);
        Assert.IsTrue(status.Nozzle > 20 && status.NozzleTarget == 215 && status.BedTarget == 60);
        WaitFor(() => Status().ProgressPercentage > 1, "progress in percent");
        Assert.IsGreaterThan(0, Status().RemainingTimeSeconds);
        Assert.IsTrue(Machine.Pause());
        WaitForState(PrinterState.Paused);
        Assert.IsTrue(Machine.Resume());
        WaitForState(PrinterState.Printing);
        WaitFor(() => Machine.Read().State is MachineState.Finishing or MachineState.Idle, "the end");
        WaitFor(() => Status().State is PrinterState.Busy or PrinterState.Idle, "the end in the status");
        WaitFor(
            () =>
            {
                Assert.AreNotEqual(PrinterState.Offline, Status().State, "it never leaves the printer");
                return Status().State == PrinterState.Idle;
            },
            "idle: the old API does not tell how a print ended");
        Assert.IsTrue(_fleet.Printers[0].StartDemoJob());
        WaitForState(PrinterState.Printing);
        Assert.IsTrue(Machine.Cancel());
        WaitFor(() => Status().State is PrinterState.Cancelled or PrinterState.Idle, "the cancelled print");
        Assert.IsNull(Status().ErrorCode);
    }

    [TestMethod]
    public void Commands_Any_AreRefusedAndNothingIsSent()
    {
        Assert.IsTrue(_fleet.Printers[0].StartDemoJob());
        WaitForState(PrinterState.Printing);
        foreach (PrinterVerb verb in new[] { PrinterVerb.Pause, PrinterVerb.Resume, PrinterVerb.Cancel, PrinterVerb.Start, PrinterVerb.Gcode })
        {
            PrinterCommand command = new(verb, WaitMs) { StoredPath = "demo.gcode", Lines = ["G28"] };
            _manager.Submit(Id, command);
            Assert.IsTrue(command.Wait(WaitMs), verb.ToString());
            Assert.AreEqual(ErrorCode.NotSupported, command.Error?.Code, verb.ToString());
        }

        Transfer transfer = new("a.gcode", new PatternSource(10));
        _manager.Submit(Id, transfer);
        Assert.IsTrue(transfer.Wait(WaitMs));
        Assert.AreEqual(ErrorCode.NotSupported, transfer.Error?.Code);
        Assert.AreEqual(1, Machine.JobsStarted);
        Assert.IsTrue(Machine.Read().IsActive);
    }

    private PrinterStatus Status()
    {
        PrinterStatus status = new();
        Assert.IsTrue(_manager.TryGetStatus(Id, status));
        return status;
    }

    private PrinterStatus WaitForState(PrinterState state)
    {
        PrinterStatus status = Status();
        WaitFor(() => (status = Status()).State == state, PrinterStates.Name(state));
        return status;
    }

    private void WaitFor(Func<bool> condition, string what) =>
        Patience.Until(condition, what, () => $"it is {PrinterStates.Name(Status().State)}, {Status().ErrorMessage}\n{_log}");
}
