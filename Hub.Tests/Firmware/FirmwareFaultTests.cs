using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Hub.Core.Printers;
using Hub.Simulator.Virtual.Bambu;
using Hub.Tests.Kills;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Firmware;

/// <summary>What fails around the firmware: one line says what is wrong, and all is well once it is over.</summary>
[TestClass]
[DoNotParallelize]
public sealed class FirmwareFaultTests
{
    private const string SmallFlash = "524288";
    private static readonly TimeSpan s_away = TimeSpan.FromSeconds(30);

    [TestMethod]
    [TestCategory("Firmware")]
    public async Task Flash_Full_SaysSoAndGoesOn()
    {
        await using FirmwareBed bed = await FirmwareBed.StartAsync(FirmwareFleet.Of(this, 1, 1, 1, 1), new Dictionary<string, string> { ["HUB_FLASH_BYTES"] = SmallFlash });
        await bed.AllOnlineAsync();
        Assert.IsTrue(bed.Board.Kill());
        FirmwareParts.RunFlashProgram("fill", bed.Flash, bed.World);
        bed.Board.Start();
        await bed.AllOnlineAsync();

        KeyedAnswer added = await bed.PostAsync("/api/printers", new JsonObject { ["id"] = "more", ["type"] = PrinterTypes.OctoPrint, ["url"] = "http://127.0.0.1:1", ["api_key"] = new string('a', 32) });
        Assert.AreEqual("storage_failed", added.Code);
        PrinterTruth truth = new(bed.Fleet.Printers[0]);
        byte[] file = Encoding.ASCII.GetBytes(";TIME:3000\n" + new string(';', 20000));
        KeyedAnswer print = await bed.Rest.PostAsync("/api/printers/octo-1/files?start=true&name=k1x.gcode", () => new ByteArrayContent(file), repeats: false);
        Assert.IsTrue(print.IsDone, print.Body);
        await bed.SaysAsync("the flash storage is full");
        await Patience.UntilAsync(() => truth.StartsOf("k1x") == 1, "the print starts", () => bed.Board.Out);
        Assert.AreEqual("", bed.Board.Faults);
    }

    [TestMethod]
    [TestCategory("Firmware")]
    public async Task Sockets_FewerThanPromised_SaysSoAndRecovers()
    {
        await using FirmwareBed bed = await FirmwareBed.StartAsync(FirmwareFleet.Of(this, 2, 2, 2, 2), new Dictionary<string, string> { ["HUB_SOCKETS"] = "6" });
        await bed.SaysAsync("the device has no socket left");
        Assert.IsTrue(bed.Board.Kill(), bed.Board.Out);
        bed.World.Remove("HUB_SOCKETS");
        bed.Board.Start();
        await bed.AllOnlineAsync();
        Assert.AreEqual("", bed.Board.Faults);
    }

    [TestMethod]
    [TestCategory("Firmware")]
    public async Task Clock_SetLate_CertificatesWaitForIt()
    {
        await using FirmwareBed bed = await FirmwareBed.StartAsync(FirmwareFleet.Of(this, 1, 1, 1, 1), new Dictionary<string, string> { ["HUB_CLOCK"] = "1970", ["HUB_SNTP_MS"] = "8000" });
        await bed.SaysAsync("cannot be checked before the device's clock is set");
        await bed.AllOnlineAsync();
        Assert.AreEqual("", bed.Board.Faults);
    }

    [TestMethod]
    [TestCategory("Firmware")]
    public async Task Wifi_RefusesOrIsAway_SaysSoAndIsJoinedLater()
    {
        await using FirmwareBed bed = await FirmwareBed.StartAsync(FirmwareFleet.Of(this, 1, 0, 0, 1));
        foreach ((string wifi, string words) in new[] { ("farm:other:-60", "the network 'farm' refuses the password"), ("other:x:-60", "no network 'farm' is in reach") })
        {
            Assert.IsTrue(bed.Board.Kill(), bed.Board.Out);
            bed.World["HUB_WIFI"] = wifi;
            bed.Board.Start();
            await bed.SaysAsync(words);
        }

        Assert.AreEqual(0, await bed.OnlineAsync());
        Assert.IsTrue(bed.Board.Kill(), bed.Board.Out);
        bed.World["HUB_WIFI"] = "farm:farm-password:-60";
        bed.Board.Start();
        await bed.AllOnlineAsync();
        Assert.AreEqual("", bed.Board.Faults);
    }

    [TestMethod]
    [TestCategory("Firmware")]
    public async Task Wifi_VanishesWhilePrinting_SaysSoAndAllIsBack()
    {
        string away = Path.Combine(Path.GetTempPath(), "hub-wifi-away-" + Guid.NewGuid().ToString("N"));
        await using FirmwareBed bed = await FirmwareBed.StartAsync(FirmwareFleet.Of(this, 1, 1, 1, 1), new Dictionary<string, string> { ["HUB_WIFI_AWAY"] = away });
        await bed.AllOnlineAsync();
        PrinterTruth truth = new(bed.Fleet.Printers[0]);
        byte[] file = Encoding.ASCII.GetBytes(";TIME:3000\n" + new string(';', 20000));
        KeyedAnswer print = await bed.Rest.PostAsync("/api/printers/octo-1/files?start=true&name=k1x.gcode", () => new ByteArrayContent(file), repeats: false);
        Assert.IsTrue(print.IsDone, print.Body);
        await Patience.UntilAsync(() => truth.StartsOf("k1x") == 1, "the print starts", () => bed.Board.Out);
        try
        {
            await File.WriteAllTextAsync(away, "");
            await bed.SaysAsync("the network is lost; joining again");
            await Task.Delay(s_away);
            await bed.SaysAsync("no network 'farm' is in reach");
        }
        finally
        {
            File.Delete(away);
        }

        await Patience.UntilAsync(() => bed.Board.Out.Split("joined 'farm'").Length > 2, "it joins again", () => bed.Board.Out);
        await Patience.UntilAsync(async () => (await bed.CommandAsync("octo-1", "pause")).IsDone, "commands arrive again", () => bed.Board.Out);
        await bed.AllOnlineAsync();
        Assert.AreEqual(1, truth.StartsOf("k1x"));
        Assert.AreEqual("", bed.Board.Faults);
    }

    [TestMethod]
    [TestCategory("Firmware")]
    public async Task Dns_SlowAndUnknown_SaysSoAndTheOthersGoOn()
    {
        await using FirmwareBed bed = await FirmwareBed.StartAsync(FirmwareFleet.Of(this, 1, 1, 1, 1), new Dictionary<string, string> { ["HUB_DNS_MS"] = "4000" });
        JsonObject nowhere = new() { ["id"] = "nowhere", ["type"] = PrinterTypes.OctoPrint, ["url"] = "http://nowhere.invalid", ["api_key"] = new string('a', 32) };
        Assert.AreEqual(201, (await bed.PostAsync("/api/printers", nowhere)).Status);
        await bed.SaysAsync("no such host 'nowhere.invalid'");
        await bed.AllOnlineAsync();
        Assert.AreEqual("", bed.Board.Faults);
    }

    /// <summary>0 bytes: before the handshake; 700: within it; 2500: in the middle of a report, or right before one.</summary>
    [TestMethod]
    [TestCategory("Firmware")]
    [DataRow(0)]
    [DataRow(700)]
    [DataRow(2500)]
    public async Task Tls_ServerFallsSilent_OthersGoOnAndItIsBackLater(int bytes)
    {
        await using FirmwareBed bed = await FirmwareBed.StartAsync(FirmwareFleet.Of(this, 1, 1, 1, 1));
        await bed.AllOnlineAsync();
        VirtualBambu bambu = bed.Fleet.Printers.OfType<VirtualBambu>().Single();
        await using StallingProxy proxy = new(bambu.MqttPort) { SilentAfter = bytes };
        KeyedAnswer moved = await bed.AskAsync("printers.edit", new JsonObject { ["id"] = bambu.Id, ["mqtt_port"] = proxy.Port, ["access_code"] = bambu.AccessCode });
        Assert.IsTrue(moved.IsDone, moved.Body);
        await Patience.UntilAsync(() => proxy.Silences > 1, "it falls silent", () => bed.Board.Out);
        await bed.SaysAsync(bytes < 2500 ? "broke off the TLS handshake" : "bambu-1: ");
        proxy.SilentAfter = int.MaxValue;
        await bed.AllOnlineAsync();
        Assert.AreEqual("", bed.Board.Faults);
    }
}
