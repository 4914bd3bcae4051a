using System;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Hub.Core;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Hal.Desktop;
using Hub.Simulator.Virtual;
using Hub.Tests.Printers.Bambu;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Tunnel;

/// <summary>print_command through to the virtual printers of all systems, over real sockets.</summary>
[TestClass]
public sealed class CloudPrintSystemsTests
{
    private const int FileBytes = 3_000_000;

    [TestMethod]
    public async Task Print_AllSystemsAtOnce_EachPrintsTheFile()
    {
        await using Fleet fleet = await Fleet.StartAsync(FleetOptions.OneOfEach with { Speed = 200, BambuFirstNumber = ClassSerials.Of(this) });
        using FakeCloud cloud = new();
        using FileServer gcode = new(Encoding.ASCII.GetBytes("; estimated printing time (normal mode) = 15m 0s\n" + new string(';', FileBytes)));
        using FileServer project = new(BambuProject.Make(plate: 1, FileBytes, "; estimated printing time (normal mode) = 15m 0s\n"));
        using DesktopHal hal = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
        TestLog log = new();
        using (FarmHub hub = new(hal, log.Log))
        {
            hub.Load();
            foreach (VirtualPrinter printer in fleet.Printers)
            {
                hub.Config.Add(printer.ToConfig());
            }

            hub.Start(new FarmHubOptions { FollowAddresses = false });
            hub.StartCloud(cloud.Url);
            PrinterConfig[] printers = hub.Config.Printers;
            Assert.HasCount(4, printers);
            foreach (PrinterConfig printer in printers)
            {
                await Patience.UntilAsync(() => cloud.StatusOf(Wire(printer)) is { } status && FakeCloud.Text(status, "status") == "idle", printer.Id + " is idle", log.ToString);
            }

            foreach (PrinterConfig printer in printers)
            {
                bool isBambu = printer.Type == PrinterTypes.Bambu;
                cloud.Send(JsonSerializer.Serialize(new
                {
                    type = "print_command",
                    command_id = "c-" + printer.Id,
                    printer_id = Wire(printer),
                    job_id = "job-" + printer.Id,
                    action = "start",
                    file_url = (isBambu ? project : gcode).Url,
                    file_name = isBambu ? "box.gcode.3mf" : "box.gcode",
                }));
            }

            foreach (PrinterConfig printer in printers)
            {
                await Patience.UntilAsync(() => cloud.Acks("c-" + printer.Id).Length == 1, printer.Id + " is acknowledged", log.ToString);
                Assert.IsTrue(cloud.Acks("c-" + printer.Id)[0].GetProperty("success").GetBoolean(), cloud.Acks("c-" + printer.Id)[0].ToString());
                await Patience.UntilAsync(() => hub.History(printer.Id, 1) is [{ IsStarted: true }], printer.Id + " prints", log.ToString);
                Assert.AreEqual("c-" + printer.Id, hub.History(printer.Id, 1)[0].CommandId);
                JsonElement[] progress = [.. cloud.Of("file_progress").Where(p => FakeCloud.Text(p, "job_id") == "job-" + printer.Id)];
                Assert.AreEqual("complete", FakeCloud.Text(progress[^1], "stage"));
                Assert.AreEqual(Wire(printer), FakeCloud.Text(progress[^1], "printer_id"));
            }

            await Patience.UntilAsync(() => printers.All(p => log.Has("prints box.gcode")), "the ends", log.ToString);
        }

        cloud.AssertNoViolations();
        log.AssertNoErrors();
        Assert.DoesNotContain("c2VjcmV0", log.ToString());
        Assert.AreEqual(0, hal.Sockets.OpenSockets);
        Assert.AreEqual(0, hal.Buffers.Rented);
    }

    [TestMethod]
    public async Task Print_HubWithFewSockets_OneFileAtATimeAndNoneOverFtps()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { Moonraker = 1, OctoPrint = 1, Bambu = 1, Speed = 200, BambuFirstNumber = ClassSerials.Of(this) + 1 });
        using FakeCloud cloud = new();
        using System.Threading.ManualResetEvent gate = new(false);
        using FileServer files = new(Encoding.ASCII.GetBytes("G28\n")) { Gate = gate };
        using DesktopHal hal = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs(), MaxSockets = 16 });
        TestLog log = new();
        using (FarmHub hub = new(hal, log.Log))
        {
            hub.Load();
            foreach (VirtualPrinter printer in fleet.Printers)
            {
                hub.Config.Add(printer.ToConfig());
            }

            hub.Start(new FarmHubOptions { FollowAddresses = false });
            hub.StartCloud(cloud.Url);
            PrinterConfig bambu = hub.Config.Printers.Single(p => p.Type == PrinterTypes.Bambu);
            foreach (PrinterConfig printer in hub.Config.Printers)
            {
                await Patience.UntilAsync(() => cloud.StatusOf(Wire(printer)) is { } status && FakeCloud.Text(status, "status") == "idle", printer.Id + " is idle", log.ToString);
            }

            Assert.Contains("hub with more sockets", Error(await AskAsync(cloud, Wire(bambu), files.Url, "a.gcode.3mf")));
            Task<JsonElement> first = AskAsync(cloud, "moon-1", files.Url, "a.gcode");
            await Patience.UntilAsync(() => files.Requests == 1, "the download", log.ToString);
            Assert.Contains("too many files", Error(await AskAsync(cloud, "octo-1", files.Url, "a.gcode")));
            gate.Set();
            Assert.IsTrue((await first).GetProperty("success").GetBoolean(), (await first).ToString());
            await Patience.UntilAsync(() => hub.History("moon-1", 1) is [{ IsStarted: true }], "the print", log.ToString);
        }

        log.AssertNoErrors();
    }

    private static string Error(JsonElement ack) => FakeCloud.Text(ack, "error") ?? "";

    private static Task<JsonElement> AskAsync(FakeCloud cloud, string wireId, string url, string file) => Task.Run(() => cloud.Ask(
        "c-" + wireId,
        JsonSerializer.Serialize(new { type = "print_command", command_id = "c-" + wireId, printer_id = wireId, job_id = "j-" + wireId, action = "start", file_url = url, file_name = file })));

    private static string Wire(PrinterConfig printer) => printer.Type == PrinterTypes.Bambu ? printer.Serial! : printer.Id;
}
