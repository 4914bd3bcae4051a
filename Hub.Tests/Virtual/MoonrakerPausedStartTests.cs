using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Manager;
using Hub.Core.Printers;
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

    private readonly TestLog _log = new();
    private Fleet _fleet = null!;
    private ManagerOnSockets _hub = null!;

    private VirtualMachine Machine => _fleet.Printers[0].Machine;

    [TestCleanup]
    public async Task StopAsync()
    {
        _hub.Manager.Dispose();
        await _fleet.DisposeAsync();
        _hub.Dispose();
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Start_WhilePaused_IsNeverSent(bool overHttp)
    {
        _fleet = await Fleet.StartAsync(new FleetOptions { Moonraker = 1, Speed = 100, RefuseWebSockets = overHttp });
        _hub = new ManagerOnSockets(_log);
        VirtualMoonraker printer = (VirtualMoonraker)_fleet.Printers[0];
        _hub.Manager.Register(new PrinterConfig { Id = Id, Type = PrinterTypes.Moonraker, Url = printer.Url, ApiKey = new Secret(printer.ApiKey), PollMs = 500 });
        _hub.WaitFor(Id, PrinterState.Idle);
        Assert.IsTrue(printer.StartDemoJob());
        _hub.WaitFor(Id, PrinterState.Printing);
        Transfer transfer = _hub.Upload(Id, new Transfer("other.gcode", new PatternSource(1000)));
        Assert.IsTrue(Machine.Pause());
        _hub.WaitFor(Id, PrinterState.Paused);
        foreach (string path in new[] { transfer.StoredPath!, "missing.gcode" })
        {
            PrinterCommand command = _hub.Ask(Id, PrinterVerb.Start, c => c.StoredPath = path);
            Assert.AreEqual(ErrorCode.WrongState, command.Error?.Code);
        }

        MachineSnapshot machine = Machine.Read();
        Assert.AreEqual(MachineState.Paused, machine.State);
        Assert.AreEqual("demo.gcode", machine.Job!.Name);
        Assert.AreEqual(1, Machine.JobsStarted);
        PrinterCommand resume = _hub.Ask(Id, PrinterVerb.Resume);
        Assert.IsNull(resume.Error, "it is still the job that was paused");
    }
}
