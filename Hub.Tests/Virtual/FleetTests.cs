using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Simulator.Virtual;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Virtual;

[TestClass]
public sealed class FleetTests
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Stop => TestContext.CancellationToken;

    [TestMethod]
    public async Task Start_ThreePrinters_EachAnswersOnItsPortWithItsKey()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { OctoPrint = 3 });
        JsonNode document = JsonNode.Parse(fleet.PrintersJson())!;
        Assert.AreEqual(1, (int)document["version"]!);
        List<JsonNode> printers = [.. document["printers"]!.AsArray().Select(p => p!)];
        CollectionAssert.AreEqual(new[] { "octo-1", "octo-2", "octo-3" }, printers.Select(p => (string)p["id"]!).ToArray());
        Assert.HasCount(3, printers.Select(p => (string)p["url"]!).Distinct());
        using HttpClient client = new();
        foreach (JsonNode printer in printers)
        {
            Assert.AreEqual("octoprint", (string?)printer["type"]);
            foreach (JsonNode other in printers)
            {
                using HttpRequestMessage request = new(HttpMethod.Get, (string)printer["url"]! + "/api/version");
                request.Headers.Add("X-Api-Key", (string)other["api_key"]!);
                using HttpResponseMessage response = await client.SendAsync(request, Stop);
                Assert.AreEqual(printer == other ? 200 : 403, (int)response.StatusCode);
            }
        }
    }

    [TestMethod]
    public async Task Start_PortTaken_IsOneLineForPeople()
    {
        await using Fleet first = await Fleet.StartAsync(new FleetOptions { OctoPrint = 1 });
        HubException e = await Assert.ThrowsExactlyAsync<HubException>(() => Fleet.StartAsync(new FleetOptions { OctoPrint = 1, BasePort = first.Printers[0].Port }));
        Assert.AreEqual(ErrorCode.ConnectFailed, e.Code);
        StringAssert.Contains(e.Message, first.Printers[0].Port.ToString());
        Assert.IsFalse(e.Message.Contains('\n'), e.Message);
    }

    [TestMethod]
    public async Task Start_BasePort_CountsUpwards()
    {
        using ReservedPort ports = new(2);
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { OctoPrint = 2, BasePort = ports.Port });
        Assert.AreEqual(ports.Port, fleet.Printers[0].Port);
        Assert.AreEqual(ports.Port + 1, fleet.Printers[1].Port);
    }

    [TestMethod]
    public async Task Start_BadOptions_IsRefused()
    {
        foreach (FleetOptions options in new[] { new FleetOptions { Speed = 0 }, new FleetOptions { Speed = double.NaN }, new FleetOptions { OctoPrint = -1 }, new FleetOptions { OctoPrint = 2, BasePort = 65535 } })
        {
            HubException e = await Assert.ThrowsExactlyAsync<HubException>(() => Fleet.StartAsync(options));
            Assert.AreEqual(ErrorCode.ConfigInvalid, e.Code);
        }
    }

    [TestMethod]
    public async Task StartDemoJob_Idle_PrintsOnce()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { OctoPrint = 2 });
        Assert.IsTrue(fleet.StartDemoJob(1));
        Assert.IsFalse(fleet.StartDemoJob(1));
        Assert.IsTrue(fleet.Printers[1].Machine.Read().IsPrinting);
        Assert.IsFalse(fleet.Printers[0].Machine.Read().IsActive);
    }

    [TestMethod]
    public async Task Dispose_Storage_TemporaryGoesAndNamedStays()
    {
        Fleet temporary = await Fleet.StartAsync(new FleetOptions { OctoPrint = 1 });
        temporary.StartDemoJob(0);
        string root = ((Simulator.Virtual.OctoPrint.VirtualOctoPrint)temporary.Printers[0]).Storage.Root;
        Assert.IsTrue(Directory.Exists(root));
        await temporary.DisposeAsync();
        Assert.IsFalse(Directory.Exists(root));

        string folder = Directory.CreateTempSubdirectory("hub-test-").FullName;
        try
        {
            Fleet named = await Fleet.StartAsync(new FleetOptions { OctoPrint = 1, StorageFolder = folder });
            named.StartDemoJob(0);
            await named.DisposeAsync();
            Assert.IsTrue(File.Exists(Path.Combine(folder, "octo-1", "files", "demo.gcode")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
