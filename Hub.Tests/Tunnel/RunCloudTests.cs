using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Discovery;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Manager;
using Hub.Core.Requests;
using Hub.Core.Tunnel;
using Hub.Hal.Desktop;
using Hub.Simulator.Cli;
using Hub.Simulator.Hosting;
using Hub.Simulator.Virtual;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Tunnel;

/// <summary>run --cloud, with virtual printers.</summary>
[TestClass]
public sealed class RunCloudTests
{
    [TestMethod]
    public async Task Run_CloudUrl_PrintersComeFromTheCloudAndReport()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { Moonraker = 1, OctoPrint = 1 });
        JsonElement[] printers = [.. JsonDocument.Parse(fleet.PrintersJson()).RootElement.GetProperty("printers").EnumerateArray()];
        using FakeCloud cloud = new();
        using CancellationTokenSource stop = new();
        using SharedText output = new();
        using SharedText error = new();
        string folder = Directory.CreateTempSubdirectory("hub-cloud-test-").FullName;
        Task<int> run = Task.Run(() => CliApp.RunAsync(["run", "--no-discovery", "--data", folder, "--cloud", cloud.Url], new VerbConsole(output, error, TextReader.Null), stop.Token));
        await Patience.UntilAsync(() => cloud.Hellos > 0, "the hub", error.ToString);

        foreach (JsonElement printer in printers)
        {
            bool isOcto = FakeCloud.Text(printer, "type") == "octoprint";
            string id = FakeCloud.Text(printer, "id")!;
            JsonElement ack = await Task.Run(() => cloud.Ask("add-" + id, JsonSerializer.Serialize(new
            {
                type = "configure_printer",
                command_id = "add-" + id,
                action = "add",
                printer = new
                {
                    id = "row-" + id,
                    serial_number = id,
                    ip_address = new Uri(FakeCloud.Text(printer, "url")!).Authority,
                    connection_type = isOcto ? "octoprint" : "klipper",
                    access_code = FakeCloud.Text(printer, "api_key"),
                },
            })));
            Assert.IsTrue(ack.GetProperty("success").GetBoolean(), ack.ToString());
            await Patience.UntilAsync(() => cloud.StatusOf(id) is { } status && FakeCloud.Text(status, "status") == "idle", id + " is idle", error.ToString);
        }

        JsonElement pause = await Task.Run(() => cloud.Ask("p1", "{\"type\":\"printer_command\",\"command_id\":\"p1\",\"printer_id\":\"octo-1\",\"action\":\"pause\"}"));
        Assert.Contains("nothing to pause", FakeCloud.Text(pause, "error")!);
        await stop.CancelAsync();
        await run;
        cloud.AssertNoViolations();
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public async Task Search_ForTheCloud_FindsAPrinterAndAnswersEveryAsker()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { OctoPrint = 1 });
        int port = new Uri(FakeCloud.Text(JsonDocument.Parse(fleet.PrintersJson()).RootElement.GetProperty("printers")[0], "url")!).Port;
        using DesktopHal hal = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
        TestLog log = new();
        ProbeTargets targets = new();
        targets.Add("127.0.0.1");
        DiscoveryOptions options = new() { ForMs = 0, Targets = targets, ProbePorts = [port] };
        int ended = 0;
        DiscoveredPrinter[]? found = null;
        using PrinterSearch search = new(hal, log.Log, new SocketBudget(64), options);
        PrinterSearch.Ended hear = (asker, printers, error) =>
        {
            Assert.IsNull(error);
            Assert.IsTrue(found == null || found == printers, "one search for both");
            found = printers;
            Interlocked.Increment(ref ended);
        };
        search.Begin("c1", hear);
        search.Begin("c2", hear);
        await Patience.UntilAsync(() => Volatile.Read(ref ended) == 2, "both ends", log.ToString);
        Assert.AreEqual("octoprint 127.0.0.1:" + port, string.Join(" ", found!.Select(p => p.Type + " " + p.Address + ":" + p.Port)));
        log.AssertNoErrors();
    }

    [TestMethod]
    public async Task Search_AskerThrows_OthersHearAndTheNextSearchRuns()
    {
        using DesktopHal hal = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
        TestLog log = new();
        log.Expect("a fault of the hub itself");
        ProbeTargets none = new();
        int ended = 0;
        using PrinterSearch search = new(hal, log.Log, new SocketBudget(64), new DiscoveryOptions { ForMs = 0, Targets = none });
        search.Begin("c1", (asker, printers, error) => throw new InvalidOperationException("a fault"));
        search.Begin("c2", (asker, printers, error) => Interlocked.Increment(ref ended));
        await Patience.UntilAsync(() => Volatile.Read(ref ended) == 1, "the second asker", log.ToString);

        search.Begin("c3", (asker, printers, error) => Interlocked.Increment(ref ended));
        await Patience.UntilAsync(() => Volatile.Read(ref ended) == 2, "the next search", log.ToString);
    }

    [TestMethod]
    public async Task Search_NoSocketsLeft_SaysSo()
    {
        using DesktopHal hal = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs(), MaxSockets = 16 });
        TestLog log = new();
        SocketBudget budget = new(16);
        SocketLease upload = budget.Lease(SocketUse.Transfer, 2, null);
        Assert.IsTrue(upload.TryTake());
        HubException? failure = null;
        using PrinterSearch search = new(hal, log.Log, budget, new DiscoveryOptions { ForMs = 0 });
        search.Begin("c1", (asker, printers, error) => failure = error);
        await Patience.UntilAsync(() => failure != null, "the refusal", log.ToString);
        Assert.AreEqual(ErrorCode.OutOfSockets, failure!.Code);
        Assert.AreEqual(0, budget.Waiting);
    }
}
