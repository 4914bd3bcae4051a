using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Hub.Simulator.Virtual;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Firmware;

/// <summary>As many printers as the board's sockets allow: what the cloud shows is never old. HUB_FARM_SECONDS changes the time.</summary>
[TestClass]
[DoNotParallelize]
public sealed class FirmwareFarmTests
{
    private const double OldestSeconds = 10;
    private const int MaxSockets = 16;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [TestCategory("Firmware")]
    [DataRow(0, 0, 7, 5)]
    [DataRow(5, 5, 6, 4)]
    public async Task Farm_AllSocketsInUse_ReportsAreNeverOld(int octoPrint, int prusaLink, int moonraker, int bambu)
    {
        int seconds = FirmwareParts.Number("HUB_FARM_SECONDS", 60);
        await using FirmwareBed bed = await FirmwareBed.StartAsync(FirmwareFleet.Of(this, octoPrint, prusaLink, moonraker, bambu));
        await bed.AllOnlineAsync();
        double oldest = 0;
        int changes = 0;
        int most = 0;
        Random random = new(1);
        Stopwatch watch = Stopwatch.StartNew();
        while (watch.Elapsed.TotalSeconds < seconds)
        {
            VirtualPrinter printer = bed.Fleet.Printers[random.Next(bed.Fleet.Printers.Count)];
            double shown = await ChangeAsync(bed, printer);
            oldest = Math.Max(oldest, shown);
            changes++;
            most = Math.Max(most, await SocketsAsync(bed));
        }

        TestContext.WriteLine($"{bed.Fleet.Printers.Count} printers, {changes} changes in {seconds} s: the latest was shown after {oldest:0.0} s; at most {most} sockets");
        Assert.IsLessThan(OldestSeconds, oldest, bed.Board.Out);
        Assert.IsLessThanOrEqualTo(MaxSockets, most);
        Assert.AreEqual(bed.Fleet.Printers.Count, await bed.OnlineAsync(), bed.Board.Out);
        Assert.AreEqual("", bed.Board.Faults);
    }

    /// <summary>Changes a state by hand; returns the seconds until the cloud shows it.</summary>
    private static async Task<double> ChangeAsync(FirmwareBed bed, VirtualPrinter printer)
    {
        bool begins = !printer.Machine.Read().IsActive;
        if (begins)
        {
            Assert.IsTrue(printer.StartDemoJob(), printer.Id);
        }
        else
        {
            printer.Machine.Cancel();
        }

        Stopwatch watch = Stopwatch.StartNew();
        await Patience.UntilAsync(async () => IsShown(await bed.PrintersAsync(), printer.Id, begins), printer.Id + (begins ? " prints" : " rests"), () => bed.Board.Out);
        return watch.Elapsed.TotalSeconds;
    }

    private static bool IsShown(Dictionary<string, JsonElement> printers, string id, bool isActive) =>
        printers.TryGetValue(id, out JsonElement shown) && shown.GetProperty("connected").GetBoolean()
        && (shown.GetProperty("state").GetString() is "preparing" or "printing") == isActive;

    private static async Task<int> SocketsAsync(FirmwareBed bed) =>
        await bed.Rest.TryAskHubAsync("health") is { } health ? health.GetProperty("sockets").GetProperty("open").GetInt32() : 0;
}
