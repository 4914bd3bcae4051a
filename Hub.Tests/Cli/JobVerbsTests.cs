using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Hub.Core.Hal;
using Hub.Core.Jobs;
using Hub.Core.Logging;
using Hub.Hal.Desktop;
using Hub.Simulator.Hosting;
using Hub.Simulator.Virtual;
using Hub.Tests.Control;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Cli;

/// <summary>history, clear-bed and what status says of the bed, in a running hub and without one.</summary>
[TestClass]
public sealed class JobVerbsTests
{
    private static readonly FleetOptions s_fleet = new() { OctoPrint = 1, PrusaLink = 1, Speed = 60 };

    [TestMethod]
    public async Task CancelledJob_AloneAndInARunningHub_IsInTheHistoryAndOnTheBed()
    {
        await using RunningHub hub = await RunningHub.StartAsync(s_fleet);
        await File.WriteAllTextAsync(hub.PathOf("box.gcode"), string.Concat(Enumerable.Repeat("G1 X10 Y10 E1\n", 20_000)));
        for (int run = 1; run <= 2; run++)
        {
            await hub.Done("print", "octo-1", hub.PathOf("box.gcode"));
            JsonElement running = (await Jobs(hub, "octo-1"))[0];
            Assert.AreEqual("running", running.GetProperty("outcome").GetString());
            Assert.IsFalse(await HasBed(hub), "nothing is known of the bed while it prints");
            await hub.Done("cancel", "octo-1");

            JsonElement[] jobs = await Jobs(hub, "octo-1");
            Assert.HasCount(run, jobs);
            Assert.AreEqual("cancelled", jobs[0].GetProperty("outcome").GetString());
            Assert.AreEqual("box.gcode", jobs[0].GetProperty("job").GetString());
            Assert.IsGreaterThan(0, jobs[0].GetProperty("duration_seconds").GetDouble());
            StringAssert.Contains(await hub.Done("status"), "1 bed to clear");
            StringAssert.Contains(await hub.Done("status"), run == 1 ? "cancelled, clear bed" : ", clear bed");
            Assert.IsFalse((await Printer(hub)).GetProperty("bed_clear").GetBoolean());

            await hub.Done("printers", "disable", "octo-1");
            StringAssert.Contains(await hub.Done("clear-bed", "octo-1"), "octo-1: bed clear");
            StringAssert.Contains(await hub.Done("clear-bed", "octo-1"), "already");
            await hub.Done("printers", "enable", "octo-1");
            Assert.IsTrue((await Printer(hub)).GetProperty("bed_clear").GetBoolean());
            if (run == 1)
            {
                Assert.AreEqual(0, await hub.StopAsync());
            }
        }

        Assert.IsEmpty(await Jobs(hub, "prusa-1"));
        string table = await hub.Done("history", "--limit", "1");
        StringAssert.Contains(table, "PRINTER JOB       STARTED");
        Assert.HasCount(2, table.TrimEnd().Split('\n'));
    }

    [TestMethod]
    public async Task Bed_RuleSwitchedOff_IsNotShown()
    {
        await using RunningHub hub = await RunningHub.StartAsync(s_fleet);
        await File.WriteAllTextAsync(hub.PathOf("box.gcode"), string.Concat(Enumerable.Repeat("G1 X10 Y10 E1\n", 20_000)));
        await hub.Done("print", "octo-1", hub.PathOf("box.gcode"));
        await hub.Done("cancel", "octo-1");
        await hub.Done("printers", "edit", "octo-1", "--require-clear-bed", "false");

        Assert.IsFalse(await HasBed(hub));
        StringAssert.Contains(await hub.Done("status"), "cancelled");
        Assert.IsFalse((await hub.Done("status")).Contains("bed to clear", StringComparison.Ordinal));
    }

    [TestMethod]
    [DataRow("history no-such", ExitCodes.Failed)]
    [DataRow("history --limit 0", ExitCodes.WrongUsage)]
    [DataRow("clear-bed no-such", ExitCodes.Failed)]
    [DataRow("clear-bed", ExitCodes.WrongUsage)]
    [DataRow("history", ExitCodes.Done)]
    public async Task Verbs_WithoutJobs_SaySo(string line, int exitCode)
    {
        using CliTestBed bed = new();
        Assert.AreEqual(exitCode, await bed.RunAsync(line.Split(' ')), bed.Error);
    }

    [TestMethod]
    public async Task ClearBed_ManyProcessesAtOnce_AppendEachEventOnce()
    {
        const int Printers = 6;
        using CliTestBed bed = new();
        for (int i = 0; i < Printers; i++)
        {
            Assert.AreEqual(0, await bed.RunAsync("printers", "add", "--id", $"p-{i}", "--type", "moonraker", "--url", $"http://127.0.0.1:{9 + i}"), bed.Error);
        }

        await Task.WhenAll(Enumerable.Range(0, Printers).Select(i => Task.Run(() =>
        {
            (int code, _, string error) = HubProgram.Run("clear-bed", $"p-{i}", "--data", bed.Folder);
            Assert.AreEqual(0, code, error);
        })));

        using DesktopHal hal = new(bed.Folder);
        JobEvent[] events = new JobStore(hal, new Log(Mock.Of<ILogSink>(), Mock.Of<IClock>(), LogLevel.Error), JobLogSize.Laptop).ReadEvents(1, 100);
        CollectionAssert.AreEqual(Enumerable.Range(1, Printers).Select(i => (long)i).ToArray(), events.Select(e => e.Id).ToArray());
        CollectionAssert.AreEquivalent(Enumerable.Range(0, Printers).Select(i => $"p-{i}").ToArray(), events.Select(e => e.PrinterId).ToArray());
        Assert.IsTrue(events.All(e => e.Kind == JobEventKind.BedCleared && e.TimeMs > 0));
    }

    private static async Task<JsonElement> Printer(RunningHub hub) =>
        JsonDocument.Parse(await hub.Done("status", "octo-1", "--json")).RootElement.GetProperty("printers")[0];

    private static async Task<bool> HasBed(RunningHub hub) => (await Printer(hub)).TryGetProperty("bed_clear", out _);

    private static async Task<JsonElement[]> Jobs(RunningHub hub, string printer) =>
        [.. JsonDocument.Parse(await hub.Done("history", printer, "--json")).RootElement.GetProperty("jobs").EnumerateArray()];
}
