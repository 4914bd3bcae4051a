using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Hub.Core.Printers;
using Hub.Simulator.Virtual;
using Hub.Tests.Kills;
using Hub.Tests.Printers.Bambu;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Firmware;

/// <summary>The whole firmware with a printer of each system: its start, and each command through the cloud.</summary>
[TestClass]
[DoNotParallelize]
public sealed class FirmwareTests
{
    private const int Starts = 5;
    private static readonly TimeSpan s_onlineLimit = TimeSpan.FromSeconds(2);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [TestCategory("Firmware")]
    public async Task Start_ConfiguredHub_AllSystemsAreOnlineWithin2Seconds()
    {
        await using FirmwareBed bed = await FirmwareBed.StartAsync(FirmwareFleet.Of(this, 1, 1, 1, 1));
        await bed.AllOnlineAsync();
        List<TimeSpan> times = [];
        for (int i = 0; i < Starts; i++)
        {
            times.Add(await bed.RestartAsync());
        }

        TestContext.WriteLine("all online after " + string.Join(", ", times.Select(t => t.TotalMilliseconds.ToString("0") + " ms")));
        Assert.IsLessThan(s_onlineLimit, times.Min(), bed.Board.Out);
        Assert.AreEqual("", bed.Board.Faults);
    }

    [TestMethod]
    [TestCategory("Firmware")]
    public async Task Commands_EachSystem_PrintPauseResumeCancelAndClear()
    {
        await using FirmwareBed bed = await FirmwareBed.StartAsync(FirmwareFleet.Of(this, 1, 1, 1, 1, speed: 20));
        await bed.AllOnlineAsync();
        await Task.WhenAll(bed.Fleet.Printers.Select((printer, i) => PrintAsync(bed, new PrinterTruth(printer), "k" + (i + 1) + "x")));
        Assert.AreEqual("", bed.Board.Faults);
    }

    private static async Task PrintAsync(FirmwareBed bed, PrinterTruth truth, string name)
    {
        VirtualPrinter printer = truth.Printer;
        bool isBambu = printer.Type == PrinterTypes.Bambu;
        string head = ";TIME:3000\n";
        byte[] data = isBambu ? BambuProject.Make(1, 200000, head) : Encoding.ASCII.GetBytes(head + new string(';', 200000));
        string path = "/api/printers/" + printer.Id + "/files?start=true&name=" + name + (isBambu ? ".gcode.3mf" : ".gcode");
        KeyedAnswer answer = await bed.Rest.PostAsync(path, () => new ByteArrayContent(data), repeats: true);
        Assert.IsTrue(answer.IsDone, printer.Id + ": " + answer.Body + bed.Board.Out);
        await StateAsync(bed, printer, "printing");
        foreach ((string action, string state) in new[] { ("pause", "paused"), ("resume", "printing"), ("cancel", "cancelled") })
        {
            KeyedAnswer done = await bed.CommandAsync(printer.Id, action);
            Assert.IsTrue(done.IsDone, printer.Id + ", " + action + ": " + done.Body + bed.Board.Out);
            await StateAsync(bed, printer, state);
        }

        KeyedAnswer clear = await bed.CommandAsync(printer.Id, "clear_bed");
        Assert.IsTrue(clear.IsDone, printer.Id + ": " + clear.Body);
        Assert.AreEqual(1, truth.StartsOf(name), printer.Id);
        Assert.AreEqual("cancelled", truth.Runs[^1].End, printer.Id);
    }

    /// <summary>OctoPrint keeps nothing of a cancelled job, and a PrusaLink shows its end for a while (docs/jobs.md).</summary>
    private static Task StateAsync(FirmwareBed bed, VirtualPrinter printer, string state) => Patience.UntilAsync(
        async () => (await bed.PrintersAsync()).TryGetValue(printer.Id, out JsonElement shown) && shown.GetProperty("state").GetString() is { } is1 && (is1 == state || (state == "cancelled" && is1 == "idle")),
        printer.Id + " is " + state, () => bed.Board.Out);
}
