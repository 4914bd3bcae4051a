using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Printers.Moonraker;
using Hub.Core.Streams;
using Hub.Core.Systems;
using Hub.Hal.Desktop;
using Hub.Simulator.Virtual;
using Hub.Simulator.Virtual.Moonraker;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using static Hub.Tests.Support.HubErrors;

namespace Hub.Tests.Printers.Moonraker;

/// <summary>What is Moonraker's own beyond the contract, over real sockets against the virtual one.</summary>
[TestClass]
public sealed class MoonrakerClientTests : IDisposable
{
    private const int WaitMs = Patience.LimitMs;

    private readonly DesktopHal _hal = new DesktopHal("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
    private Fleet _fleet = null!;
    private VirtualMoonraker _printer = null!;
    private MoonrakerClient _client = null!;

    public void Dispose()
    {
        _client?.Dispose();
        _fleet?.DisposeAsync().AsTask().Wait(WaitMs);
        Assert.AreEqual(0, _hal.Sockets.OpenSockets, "open sockets");
        Assert.AreEqual(0, _hal.Buffers.Rented, "rented buffers");
        _hal.Dispose();
    }

    private async Task StartAsync(double speed = 100, bool refuseWebSockets = false)
    {
        _fleet = await Fleet.StartAsync(new FleetOptions { Moonraker = 1, Speed = speed, RefuseWebSockets = refuseWebSockets });
        _printer = (VirtualMoonraker)_fleet.Printers[0];
        _client = new MoonrakerClient(_hal, Config());
    }

    private PrinterConfig Config() => new PrinterConfig { Id = "moon-1", Type = PrinterTypes.Moonraker, Url = _printer.Url, ApiKey = new Secret(_printer.ApiKey) };

    private PrinterStatus PollUntil(Func<PrinterStatus, bool> condition, string what)
    {
        Stopwatch watch = Stopwatch.StartNew();
        do
        {
            _client.Poll(CancellationToken.None);
            Thread.Sleep(_client.IsPushing ? 0 : 20);
            Assert.IsTrue(watch.ElapsedMilliseconds < WaitMs, $"waited for {what}; it is {_client.Status.State}, {_client.Status.ErrorMessage}");
        }
        while (!condition(_client.Status));
        return _client.Status;
    }

    private PrinterStatus PollUntil(PrinterState state) => PollUntil(s => s.State == state, PrinterStates.Name(state));

    private void Connect() => _client.Connect(CancellationToken.None);

    private void StartPrint(string name, string gcode)
    {
        string stored = _client.Upload(name, new BytesSource(gcode), null, CancellationToken.None);
        _client.StartPrint(stored, StartOptions.Default, CancellationToken.None);
    }

    [TestMethod]
    public async Task Connect_WebSocket_IsPushingAndKnowsTheChamber()
    {
        await StartAsync();
        Connect();
        PrinterStatus status = PollUntil(PrinterState.Idle);
        Assert.IsTrue(_client.IsPushing);
        Assert.AreEqual(24.6, status.Chamber, 0.01);
        Assert.IsTrue(status.LastReportMs >= 0);
    }

    [TestMethod]
    public async Task Connect_UpgradeRefused_PollsInstead()
    {
        await StartAsync(refuseWebSockets: true);
        Connect();
        PrinterStatus status = PollUntil(PrinterState.Idle);
        Assert.IsFalse(_client.IsPushing);
        Assert.AreEqual(24.6, status.Chamber, 0.01);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Connect_Credentials_AreToldApart(bool refuseWebSockets)
    {
        await StartAsync(refuseWebSockets: refuseWebSockets);
        PrinterConfig config = Config();
        config.ApiKey = null;
        using (MoonrakerClient keyless = new MoonrakerClient(_hal, config))
        {
            Fails(ErrorCode.AuthMissing, () => keyless.Connect(CancellationToken.None));
        }

        config.User = _printer.User;
        config.Password = new Secret("obviously-wrong");
        using (MoonrakerClient wrong = new MoonrakerClient(_hal, config))
        {
            Assert.IsFalse(Fails(ErrorCode.AuthRejected, () => wrong.Connect(CancellationToken.None)).ToString().Contains("obviously-wrong", StringComparison.Ordinal));
        }

        config.Password = new Secret(_printer.Password);
        using (MoonrakerClient user = new MoonrakerClient(_hal, config))
        {
            user.Connect(CancellationToken.None);
            user.Poll(CancellationToken.None);
            Assert.AreEqual(PrinterState.Idle, user.Status.State);
            Assert.AreEqual("u.gcode", user.Upload("u.gcode", new BytesSource("G28\n"), null, CancellationToken.None));
        }

        _printer.RequiresKey = false;
        config.User = null;
        config.Password = null;
        using MoonrakerClient trusted = new MoonrakerClient(_hal, config);
        trusted.Connect(CancellationToken.None);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Poll_ShutdownWhilePrinting_IsAnErrorUntilTheFirmwareRestarts(bool refuseWebSockets)
    {
        await StartAsync(refuseWebSockets: refuseWebSockets);
        Connect();
        StartPrint("a.gcode", "G28\n");
        PollUntil(PrinterState.Printing);
        _printer.Machine.Fail("Lost communication with MCU 'mcu'");
        PrinterStatus status = PollUntil(PrinterState.Error);
        Assert.AreEqual("printer_error", status.ErrorCode);
        status = PollUntil(s => s.ErrorMessage == "Lost communication with MCU 'mcu'", "Klipper's words");
        Assert.AreEqual("a.gcode", status.Job, "the job that was lost");
        _client.FirmwareRestart(CancellationToken.None);
        status = PollUntil(PrinterState.Idle);
        Assert.IsNull(status.ErrorMessage);
        Assert.AreEqual(24.6, status.Chamber, 0.01);
        _printer.Machine.SendGcode("M140 S44");
        PollUntil(s => s.BedTarget == 44, "updates of the new subscription");
    }

    [TestMethod]
    public async Task EmergencyStop_Printing_ShutsKlipperDown()
    {
        await StartAsync();
        Connect();
        StartPrint("a.gcode", "G28\n");
        _client.EmergencyStop(CancellationToken.None);
        PollUntil(s => s.State == PrinterState.Error && s.ErrorMessage == "Shutdown due to webhooks request", "the shutdown");
        Fails(ErrorCode.WrongState, () => _client.StartPrint("a.gcode", StartOptions.Default, CancellationToken.None));
    }

    [TestMethod]
    public async Task EmergencyStop_NotConnectedAndTheLoginRanOut_GetsThrough()
    {
        await StartAsync();
        PrinterConfig config = Config();
        config.ApiKey = null;
        config.User = _printer.User;
        config.Password = new Secret(_printer.Password);
        using MoonrakerClient user = new MoonrakerClient(_hal, config);
        user.EmergencyStop(CancellationToken.None);
        Connect();
        PollUntil(PrinterState.Error);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task EmergencyStop_WhileAMacroBlocksThePause_IsNotHeldUp(bool refuseWebSockets)
    {
        await StartAsync(speed: 2, refuseWebSockets: refuseWebSockets);
        TestLog log = new TestLog();
        using PrinterManager manager = new PrinterManager(_hal, log.Log, new PrinterClientFactory(_hal, log.Log));
        manager.Register(Config());
        Connect();
        StartPrint("a.gcode", "G28\n");
        PollUntil(PrinterState.Preparing);
        WaitForState(manager, PrinterState.Preparing);
        PrinterCommand pause = new PrinterCommand(PrinterVerb.Pause, Patience.LimitMs);
        manager.Submit("moon-1", pause);
        Patience.Until(() => pause.IsSent, "the pause on its way", log.ToString);
        Assert.IsFalse(pause.IsFinished, "it heats for 20 s");
        FairWatch watch = FairWatch.StartNew();
        PrinterCommand stop = new PrinterCommand(PrinterVerb.EmergencyStop, Patience.LimitMs);
        manager.Submit("moon-1", stop);
        Patience.Ended(stop, log.ToString);
        Assert.IsNull(stop.Error, stop.Error?.Message);
        Assert.IsLessThan(1000, watch.ElapsedMilliseconds);
        WaitForState(manager, PrinterState.Error);
        Patience.Ended(pause, log.ToString);
        StringAssert.Contains(pause.Error!.Message, "Shutdown");
    }

    private static void WaitForState(PrinterManager manager, PrinterState state)
    {
        PrinterStatus status = new PrinterStatus();
        Patience.Until(
            () => manager.TryGetStatus("moon-1", status) && status.State == state, PrinterStates.Name(state), () => "it is " + PrinterStates.Name(status.State));
    }

    [TestMethod]
    public async Task ClearError_NothingWrong_DoesNotTouchThePrint()
    {
        await StartAsync();
        Connect();
        StartPrint("a.gcode", "G28\n");
        PollUntil(PrinterState.Printing);
        Fails(ErrorCode.WrongState, () => _client.ClearError(CancellationToken.None));
        Assert.AreEqual(PrinterState.Printing, PollUntil(s => s.LastReportMs > 0, "a report").State);
    }

    [TestMethod]
    public async Task Connect_KlippyDisconnected_IsOfflineThenReady()
    {
        await StartAsync();
        _printer.Machine.Disconnect();
        Connect();
        PrinterStatus status = PollUntil(PrinterState.Offline);
        Assert.AreEqual("printer_offline", status.ErrorCode);
        Fails(ErrorCode.PrinterOffline, () => _client.SendGcode(["G28"], CancellationToken.None));
        _printer.Machine.Connect();
        PollUntil(PrinterState.Idle);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Poll_Printing_HasTimeAndLayersOfTheFile(bool refuseWebSockets)
    {
        await StartAsync(speed: 20, refuseWebSockets: refuseWebSockets);
        Connect();
        StartPrint("timed.gcode", "; estimated printing time (normal mode) = 1h 0m 0s\nG28\n");
        PrinterStatus status = PollUntil(s => s.State == PrinterState.Printing && s.RemainingTimeSeconds > 0 && s.TotalLayers > 0 && s.CurrentLayer > 0, "time and layers");
        Assert.AreEqual(50, status.TotalLayers);
        Assert.IsTrue(status.RemainingTimeSeconds is > 3000 and <= 3600, status.RemainingTimeSeconds.ToString());
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Pause_WhileItHeats_DoesNotWaitForTheMacro(bool refuseWebSockets)
    {
        await StartAsync(speed: 10, refuseWebSockets: refuseWebSockets);
        Connect();
        StartPrint("a.gcode", "G28\n");
        PollUntil(PrinterState.Preparing);
        FairWatch watch = FairWatch.StartNew();
        _client.Pause(CancellationToken.None);
        Assert.IsLessThan(3000, watch.ElapsedMilliseconds);
        PollUntil(PrinterState.Paused);
    }

    [TestMethod]
    public async Task SendGcode_NotHomed_IsRefusedInOneSentence()
    {
        await StartAsync();
        Connect();
        StringAssert.Contains(Fails(ErrorCode.Refused, () => _client.SendGcode(["G1 X10"], CancellationToken.None)).Message, "Must home axis first");
        _client.SendGcode(["G28", "G1 X10"], CancellationToken.None);
    }

    [TestMethod]
    public async Task SendGcode_ServerSilent_IsATimeoutNotASuccess()
    {
        await StartAsync(refuseWebSockets: true);
        Connect();
        _printer.Faults = new VirtualFaults { Silent = true };
        using CancellationTokenSource cancel = new CancellationTokenSource(4000);
        HubException error = Assert.ThrowsExactly<HubException>(() => _client.SendGcode(["G28"], cancel.Token));
        Assert.IsTrue(error.Code is ErrorCode.Timeout or ErrorCode.Cancelled, error.Message);
    }

    [TestMethod]
    public async Task Upload_OverTheFileInPrint_IsFileInUse()
    {
        await StartAsync();
        Connect();
        StartPrint("a.gcode", "G28\n");
        Fails(ErrorCode.FileInUse, () => _client.Upload("a.gcode", new BytesSource("G28\n"), null, CancellationToken.None));
    }

    [TestMethod]
    public async Task Worker_StatusUpdates_ShowWithin20Ms()
    {
        await StartAsync();
        TestLog log = new TestLog();
        using PrinterManager manager = new PrinterManager(_hal, log.Log, new PrinterClientFactory(_hal));
        manager.Register(Config());
        PrinterStatus status = new PrinterStatus();
        List<double> milliseconds = [];
        for (int target = 31; target < 46; target++)
        {
            FairWatch watch = FairWatch.StartNew();
            _printer.Machine.SendGcode("M140 S" + target);
            while (status.BedTarget != target)
            {
                Assert.IsTrue(watch.WallMilliseconds < WaitMs, log.ToString());
                Thread.Sleep(1);
                manager.TryGetStatus("moon-1", status);
            }

            if (target > 31)
            {
                milliseconds.Add(watch.MillisecondsSince(_printer.LastPushTimestamp));
            }
        }

        milliseconds.Sort();
        Console.WriteLine("frame to status, ms: " + string.Join(" ", milliseconds.Select(m => m.ToString("0.0"))));
        Assert.IsTrue(milliseconds[milliseconds.Count / 2] < 20, $"median {milliseconds[milliseconds.Count / 2]:0.0} ms");
    }
}
