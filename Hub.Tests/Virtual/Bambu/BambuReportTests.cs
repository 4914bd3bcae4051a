using System;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Hub.Simulator.Virtual.Bambu;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Virtual.Bambu;

[TestClass]
public sealed class BambuReportTests : BambuTestBase
{
    [TestMethod]
    [DataRow("X1C", 9000)]
    [DataRow("H2D", 9000)]
    public async Task Tick_FullFamily_SendsTheWholeObjectEachSecond(string model, int leastBytes)
    {
        await StartAsync(model);
        using BambuPeer peer = await ConnectAsync();
        for (int second = 0; second < 5; second++)
        {
            Time.Pass(1);
            byte[] report = await peer.NextBytesAsync();
            Assert.IsGreaterThan(leastBytes, report.Length);
            JsonObject print = (JsonObject)JsonNode.Parse(report)!["print"]!;
            Assert.AreEqual(0, (int)print["msg"]!);
            Assert.AreEqual("IDLE", (string?)print["gcode_state"]);
        }

        Assert.IsTrue(await peer.IsQuietAsync());
    }

    [TestMethod]
    [DataRow("P1S")]
    [DataRow("A1")]
    public async Task Tick_DeltaFamily_SendsOnlyWhatChangedAndAllAfterPushAll(string model)
    {
        await StartAsync(model);
        using BambuPeer peer = await ConnectAsync();
        JsonObject full = await peer.PushAllAsync();
        Assert.IsGreaterThan(40, full.Count);
        int deltas = 0;
        for (int second = 0; second < 5; second++)
        {
            Time.Pass(1);
            if (await peer.IsQuietAsync())
            {
                continue;
            }

            byte[] bytes = await peer.NextBytesAsync();
            Assert.IsLessThan(500, bytes.Length, Encoding.UTF8.GetString(bytes));
            JsonObject delta = (JsonObject)JsonNode.Parse(bytes)!["print"]!;
            Assert.AreEqual(1, (int)delta["msg"]!);
            Assert.IsFalse(delta.ContainsKey("gcode_state"), "what did not change is not said");
            foreach ((string key, JsonNode? value) in delta.Where(p => p.Key is not ("msg" or "command" or "sequence_id")).ToArray())
            {
                Assert.AreNotEqual(full[key]!.ToJsonString(), value!.ToJsonString(), key);
                full[key] = value.DeepClone();
            }

            deltas++;
        }

        Assert.IsInRange(3, 4, deltas, "every one or two seconds");
        Assert.AreEqual(full["nozzle_temper"]!.ToJsonString(), (await peer.PushAllAsync())["nozzle_temper"]!.ToJsonString(), "the deltas led to the same state");
    }

    [TestMethod]
    public async Task PushAll_H2D_PacksTemperaturesIntoDevice()
    {
        await StartAsync("H2D");
        Printer.Machine.SendGcode("M104 S220");
        Printer.Machine.SendGcode("M140 S55");
        Time.Pass(300);
        using BambuPeer peer = await ConnectAsync();
        JsonNode device = (await peer.PushAllAsync())["device"]!;
        AssertPacked(220, (long)device["extruder"]!["info"]![0]!["temp"]!);
        AssertPacked(55, (long)device["bed"]!["info"]!["temp"]!);
        long left = (long)device["extruder"]!["info"]![1]!["temp"]!;
        Assert.AreEqual(0, left >> 16);
        Assert.AreEqual(21, left & 0xFFFF);
        Assert.AreEqual(2, (int)device["extruder"]!["state"]! & 15);
        Assert.AreNotEqual(0, (long)device["ctc"]!["info"]!["temp"]!);
    }

    [TestMethod]
    [DataRow("P1S", 255, 5.0)]
    [DataRow("A1", 0, 5.0)]
    [DataRow("X1C", -1, 21.0)]
    public async Task PushAll_Idle_HasTheFamilysOwnConstants(string model, int stage, double chamber)
    {
        await StartAsync(model);
        using BambuPeer peer = await ConnectAsync();
        JsonObject print = await peer.PushAllAsync();
        Assert.AreEqual(stage, (int)print["stg_cur"]!);
        Assert.AreEqual(chamber, (double)print["chamber_temper"]!, 0.01);
        Assert.AreEqual(model == "A1" ? "0" : model == "P1S" ? "1" : "f", (string?)print["ams"]!["ams_exist_bits"]);
        Assert.AreEqual("254", (string?)print["vt_tray"]!["id"]);
        Assert.IsFalse(print.ContainsKey("device"));
        Assert.AreEqual(0, Convert.ToInt64((string)print["fun"]!, 16) & 0x20000000, "no signature is demanded");
        Assert.AreEqual(model == "X1C" ? "" : "idle", (string?)print["print_type"]);
    }

    [TestMethod]
    public async Task Silent_Connected_SaysNothingUntilHealed()
    {
        await StartAsync("X1C");
        using BambuPeer peer = await ConnectAsync();
        Printer.Faults = new VirtualBambuFaults { Silent = true };
        await peer.PublishAsync("{\"pushing\":{\"command\":\"pushall\"}}");
        Time.Pass(1);
        Assert.IsTrue(await peer.IsQuietAsync());
        Printer.Faults = VirtualBambuFaults.None;
        Time.Pass(1);
        await peer.NextAsync();
    }

    [TestMethod]
    public async Task Wedge_AfterSomeCommands_IsOverInANewSession()
    {
        await StartAsync("X1C");
        Printer.Faults = new VirtualBambuFaults { WedgeAfterCommands = 2 };
        using BambuPeer peer = await ConnectAsync("wedged");
        await peer.AskAsync("ledctrl", "\"led_node\":\"chamber_light\",\"led_mode\":\"off\"", "system");
        await peer.AskAsync("ledctrl", "\"led_node\":\"chamber_light\",\"led_mode\":\"on\"", "system");
        await peer.PublishAsync("{\"system\":{\"sequence_id\":\"9\",\"command\":\"ledctrl\",\"led_node\":\"chamber_light\",\"led_mode\":\"off\"}}");
        await peer.IsQuietAsync();
        peer.Drain();
        Time.Pass(1);
        Assert.IsTrue(await peer.IsQuietAsync(), "no report either");
        Assert.AreEqual("on", Printer.ChamberLight);
        using BambuPeer fresh = await ConnectAsync("wedged");
        await fresh.PushAllAsync();
    }

    [TestMethod]
    [DataRow("binary")]
    [DataRow("cut")]
    [DataRow("types")]
    [DataRow("huge")]
    [DataRow("html")]
    public async Task Garbage_Report_IsWhatItSays(string kind)
    {
        await StartAsync("X1C");
        using BambuPeer peer = await ConnectAsync();
        Printer.Faults = new VirtualBambuFaults { Garbage = kind };
        Time.Pass(1);
        byte[] report = await peer.NextBytesAsync();
        CollectionAssert.AreEqual(BambuReporter.Garbage(kind), report);
        Assert.AreEqual(kind == "huge", report.Length > 100_000);
    }

    private static void AssertPacked(int degrees, long packed)
    {
        Assert.AreEqual(degrees, packed >> 16, "target");
        Assert.AreEqual(degrees, packed & 0xFFFF, "current");
    }
}
