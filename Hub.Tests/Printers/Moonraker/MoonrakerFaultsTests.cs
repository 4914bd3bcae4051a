using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Hub.Core.Printers.Moonraker;
using Hub.Hal.Desktop;
using Hub.Simulator.Virtual;
using Hub.Simulator.Virtual.Moonraker;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Moonraker;

/// <summary>The virtual Moonraker plays what real ones were seen to do, and the client gets through it, by websocket and by polling.</summary>
[TestClass]
public sealed class MoonrakerFaultsTests : IDisposable
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

    private async Task StartAsync(bool polls = false, int extruders = 1)
    {
        _fleet = await Fleet.StartAsync(new FleetOptions { Moonraker = 1, Speed = 100, RefuseWebSockets = polls });
        _printer = (VirtualMoonraker)_fleet.Printers[0];
        _printer.Faults = new VirtualFaults { Tools = extruders };
        _client = new MoonrakerClient(_hal, new PrinterConfig { Id = "moon-1", Type = PrinterTypes.Moonraker, Url = _printer.Url, ApiKey = new Secret(_printer.ApiKey) });
        _client.Connect(CancellationToken.None);
    }

    /// <summary>Polls, and opens a broken link again as the worker does.</summary>
    private PrinterStatus PollUntil(Func<PrinterStatus, bool> condition, string what)
    {
        Stopwatch watch = Stopwatch.StartNew();
        do
        {
            try
            {
                _client.Poll(CancellationToken.None);
            }
            catch (HubException e) when (!ErrorCodes.EndsLink(e.Code))
            {
                _client.Disconnect();
                _client.Connect(CancellationToken.None);
            }

            Thread.Sleep(_client.IsPushing ? 0 : 20);
            Assert.IsTrue(watch.ElapsedMilliseconds < WaitMs, $"waited for {what}; it is {_client.Status.State}, {_client.Status.ErrorMessage}");
        }
        while (!condition(_client.Status));
        return _client.Status;
    }

    private void Print(string name)
    {
        string stored = _client.Upload(name, new BytesSource("G28\n"u8.ToArray()), null, CancellationToken.None);
        _client.Start.Begin(_client.Status);
        _client.StartPrint(stored, StartOptions.Default, CancellationToken.None);
        PollUntil(s => s.State == PrinterState.Printing, "printing");
        Assert.AreEqual(StartVerdict.Shown, _client.Start.Verdict);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Restart_InMidPrint_ThePrintIsShownAgain(bool polls)
    {
        await StartAsync(polls);
        Print("a.gcode");
        _printer.Faults = new VirtualFaults { Restart = true };
        PollUntil(s => s.State == PrinterState.Offline, "the server's start");
        PrinterStatus status = PollUntil(s => s.State == PrinterState.Printing, "the print that goes on");
        Assert.AreEqual("a.gcode", status.Job);
        Assert.AreEqual(1, _printer.Machine.JobsStarted);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task KlipperLost_InMidPrint_TheJobFailedUntilTheNext(bool polls)
    {
        await StartAsync(polls);
        Print("a.gcode");
        _printer.Machine.Disconnect();
        PrinterStatus status = PollUntil(s => s.State == PrinterState.Offline, "offline");
        Assert.AreEqual("a.gcode", status.Job, "its name stays");
        _printer.Machine.Connect();
        status = PollUntil(s => s.State == PrinterState.Error, "the failed job");
        Assert.AreEqual("print_failed", status.ErrorCode);
        Assert.AreEqual("a.gcode", status.Job);
        Print("b.gcode");
        Assert.IsNull(_client.Status.ErrorMessage);
    }

    [TestMethod]
    public async Task KlipperLost_ClearError_TakesNote()
    {
        await StartAsync();
        Print("a.gcode");
        _printer.Machine.Disconnect();
        PollUntil(s => s.State == PrinterState.Offline, "offline");
        _printer.Machine.Connect();
        PollUntil(s => s.State == PrinterState.Error, "the failed job");
        _client.ClearError(CancellationToken.None);
        PollUntil(s => s.State == PrinterState.Idle, "idle");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task ClearError_TwiceAfterAShutdown_TheSecondWaits(bool polls)
    {
        await StartAsync(polls);
        _printer.Machine.Fail("Lost communication with MCU 'mcu'");
        PollUntil(s => s.State == PrinterState.Error, "the shutdown");
        _client.ClearError(CancellationToken.None);
        HubException error = Assert.ThrowsExactly<HubException>(() => _client.ClearError(CancellationToken.None));
        Assert.AreEqual(ErrorCode.WrongState, error.Code, error.Message);
        PollUntil(s => s.State == PrinterState.Idle, "idle");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Lacks_VirtualSdcard_SaysWhatIsMissing(bool polls)
    {
        await StartAsync(polls);
        _printer.Faults = new VirtualFaults { Lacks = "virtual_sdcard" };
        _client.Connect(CancellationToken.None);
        PrinterStatus status = PollUntil(s => s.State == PrinterState.Unknown, "unknown");
        StringAssert.Contains(status.ErrorMessage, "[virtual_sdcard]");
        string stored = _client.Upload("a.gcode", new BytesSource("G28\n"u8.ToArray()), null, CancellationToken.None);
        HubException error = Assert.ThrowsExactly<HubException>(() => _client.StartPrint(stored, StartOptions.Default, CancellationToken.None));
        Assert.AreEqual(ErrorCode.Refused, error.Code, error.Message);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task NotANumber_InOneValue_IsUnknownAlone(bool polls)
    {
        await StartAsync(polls);
        _printer.Faults = new VirtualFaults { NotANumber = true };
        PrinterStatus status = PollUntil(s => double.IsNaN(s.Bed), "no bed");
        Assert.AreEqual(PrinterState.Idle, status.State);
        Assert.AreEqual(0.0, status.BedTarget);
        Assert.IsFalse(double.IsNaN(status.Nozzle));
    }

    [TestMethod]
    public async Task LargeNotification_PassesByOnTheSameConnection()
    {
        await StartAsync();
        PollUntil(s => s.State == PrinterState.Idle, "idle");
        long connection = _printer.Sockets.Keys.Single();
        _printer.Faults = new VirtualFaults { LargeNotification = 600_000 };
        _printer.Machine.SendGcode("M140 S44");
        PollUntil(s => s.BedTarget == 44, "the update behind it");
        Assert.AreEqual(connection, _printer.Sockets.Keys.Single());
    }

    [TestMethod]
    public async Task GcodeError_WithOnErrorCancel_IsAFailedPrint()
    {
        await StartAsync();
        Print("a.gcode");
        _printer.Faults = new VirtualFaults { GcodeError = "Move out of range: 9999.000 0.000 0.000 [5.000]" };
        PrinterStatus status = PollUntil(s => s.State is PrinterState.Error or PrinterState.Cancelled, "the end");
        Assert.AreEqual("print_failed", status.ErrorCode);
        StringAssert.StartsWith(status.ErrorMessage, "Move out of range");
        Assert.AreEqual("a.gcode", status.Job);
        _client.ClearError(CancellationToken.None);
        PollUntil(s => s.State == PrinterState.Idle, "idle");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Extruders_Two_TheOneThatPrintsIsTheNozzle(bool polls)
    {
        await StartAsync(polls, extruders: 2);
        Print("a.gcode");
        PrinterStatus status = PollUntil(s => s.NozzleTarget > 0, "the hot one");
        Assert.AreEqual(2, status.Tools.Count);
        Assert.AreEqual(1, status.Tools.Active);
        Assert.AreEqual(0.0, status.Tools.Target(0));
    }

    /// <summary>The virtual printer answers in the form that the real one was recorded with: the same members of the same kinds.</summary>
    [TestMethod]
    [DataRow("webhooks")]
    [DataRow("print_stats")]
    [DataRow("virtual_sdcard")]
    [DataRow("display_status")]
    public async Task Objects_Virtual_HaveTheMembersOfTheRecording(string name)
    {
        await StartAsync();
        JsonObject recorded = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Recordings", "Moonraker", "job.jsonl"))
            .Select(line => JsonNode.Parse(line)!)
            .First(e => (string?)e["method"] == "GET" && ((string?)e["path"])!.StartsWith("/printer/objects/query", StringComparison.Ordinal))["body"]!["result"]!["status"]!.AsObject();
        JsonObject played = _printer.Klippy.Objects();
        Assert.AreEqual(Members(recorded[name]!.AsObject()), Members(played[name]!.AsObject()));
    }

    private static string Members(JsonObject value) => string.Join(' ', value.Select(m => m.Key).Order(StringComparer.Ordinal));
}
