using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Hub.Core.Printers;
using Hub.Tests.Kills;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Firmware;

/// <summary>Power cuts in the middle of a flash operation while the firmware's configuration changes. HUB_KILL_SEED changes the moments.</summary>
[TestClass]
[DoNotParallelize]
public sealed class FirmwarePowerTests
{
    private const int Cuts = 30;
    private const int MostOperations = 60;
    private const int LifeMs = 3000;

    private readonly Random _random = new(FirmwareParts.Number("HUB_KILL_SEED", 20261130));

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [TestCategory("Firmware")]
    public async Task Power_CutInAFlashOperation_TheConfigurationIsTheOldOrTheNewOne()
    {
        await using FirmwareBed bed = await FirmwareBed.StartAsync(FirmwareFleet.Of(this, 1, 1, 1, 1));
        HashSet<string> sure = [.. bed.Fleet.Printers.Select(p => p.Id)];
        int cuts = 0;
        for (int i = 0; i < Cuts; i++)
        {
            bed.Board.Kill();
            bed.World["HUB_FLASH_CUT"] = (1 + _random.Next(MostOperations)).ToString();
            bed.Board.Start();
            string id = "cut-" + i;
            JsonObject more = new() { ["id"] = id, ["type"] = PrinterTypes.OctoPrint, ["enabled"] = false, ["url"] = "http://127.0.0.1:1", ["api_key"] = new string('a', 32) };
            Task<KeyedAnswer> adding = bed.PostAsync("/api/printers", more);
            await Task.WhenAny(adding, EndAsync(bed));
            await Task.WhenAny(EndAsync(bed), Task.Delay(LifeMs));
            cuts += bed.Board.HasExited ? 1 : 0;
            bed.Board.Kill();
            bed.World.Remove("HUB_FLASH_CUT");
            bed.Board.Start();
            KeyedAnswer answer = await adding;
            if (answer.Status == 201)
            {
                sure.Add(id);
            }

            await bed.ConnectedAsync();
            await bed.AllConfiguredAsync(sure);
        }

        TestContext.WriteLine($"{cuts} cuts, {sure.Count} printers");
        Assert.IsGreaterThan(Cuts / 3, cuts);
        Assert.AreEqual("", bed.Board.Faults);
    }

    private static async Task EndAsync(FirmwareBed bed)
    {
        while (!bed.Board.HasExited)
        {
            await Task.Delay(20);
        }
    }
}
