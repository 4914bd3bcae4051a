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
using Hub.Simulator.Virtual.Moonraker;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Virtual;

/// <summary>Klipper throws a paused job away for a new one without a word, so the hub itself must not ask for that.</summary>
[TestClass]
public sealed class MoonrakerPausedStartTests
{
    private const string Id = "moon";
    private const int WaitMs = Patience.LimitMs;

    private readonly TestLog _log = new();
    private readonly DesktopHal _hal = new("unused", new DesktopHalOptions { Nvs = new Core.Hal.MemoryNvs() });
    private Fleet _fleet = null!;
    private PrinterManager _manager = null!;

    private VirtualMachine Machine => _fleet.Printers[0].Machine;

    [TestCleanup]
    public async Task StopAsync()
    {
        _manager.Dispose();
        await _fleet.DisposeAsync();
        _log.AssertNoErrors();
        _hal.Dispose();
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Start_WhilePaused_IsNeverSent(bool overHttp)
    {
        _fleet = await Fleet.StartAsync(new FleetOptions { Moonraker = 1, Speed = 100, RefuseWebSockets = overHttp });
        _manager = new PrinterManager(_hal, _log.Log, new PrinterClientFactory(_hal));
        VirtualMoonraker printer = (VirtualMoonraker)_fleet.Printers[0];
        _manager.Register(new PrinterConfig { Id = Id, Type = PrinterTypes.Moonraker, Url = printer.Url, ApiKey = new Secret(printer.ApiKey), PollMs = 500 });
        WaitForState(PrinterState.Idle);
        Assert.IsTrue(printer.StartDemoJob());
        WaitForState(PrinterState.Printing);
        Transfer transfer = new("other.gcode", new PatternSource(1000));
        _manager.Submit(Id, transfer);
        Assert.IsTrue(transfer.Wait(WaitMs));
        Assert.IsTrue(Machine.Pause());
        WaitForState(PrinterState.Paused);
        foreach (string path in new[] { transfer.StoredPath!, "missing.gcode" })
        {
            PrinterCommand command = new(PrinterVerb.Start, WaitMs) { StoredPath = path };
            _manager.Submit(Id, command);
            Assert.IsTrue(command.Wait(WaitMs));
            Assert.AreEqual(ErrorCode.WrongState, command.Error?.Code);
        }

        MachineSnapshot machine = Machine.Read();
        Assert.AreEqual(MachineState.Paused, machine.State);
        Assert.AreEqual("demo.gcode", machine.Job!.Name);
        Assert.AreEqual(1, Machine.JobsStarted);
        PrinterCommand resume = new(PrinterVerb.Resume, WaitMs);
        _manager.Submit(Id, resume);
        Assert.IsTrue(resume.Wait(WaitMs));
        Assert.IsNull(resume.Error, "it is still the job that was paused");
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
