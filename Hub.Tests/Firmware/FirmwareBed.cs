using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Hub.Simulator.Virtual;
using Hub.Simulator.Virtual.Bambu;
using Hub.Tests.Kills;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Firmware;

/// <summary>The firmware on a flash of its own, a cloud in a process of its own and virtual printers in this one. Thread: one task.</summary>
internal sealed class FirmwareBed : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hub-firmware-");

    private FirmwareBed(Fleet fleet, Dictionary<string, string> world)
    {
        Fleet = fleet;
        World = world;
        Uri address = new($"http://127.0.0.1:{FirmwareParts.CloudPort}");
        Cloud = new KillableProcess("cloud", "serve", "--port", address.Port.ToString(), "--data", CloudFolder);
        Board = new KillableProcess(() => FirmwareParts.StartFirmware(Flash, World));
        Rest = new KeyedCloud(address);
    }

    public Fleet Fleet { get; }

    /// <summary>Variables of the runtime (docs/board.md) from its next start on.</summary>
    public Dictionary<string, string> World { get; }

    public KillableProcess Board { get; }

    public KillableProcess Cloud { get; }

    public KeyedCloud Rest { get; }

    public string Flash => Path.Combine(_folder.FullName, "flash");

    public string CloudFolder => Path.Combine(_folder.FullName, "cloud");

    /// <summary>A flash that knows the cloud, a running cloud and a running firmware that is connected to it, with all printers of the fleet added.</summary>
    public static async Task<FirmwareBed> StartAsync(FleetOptions fleet, Dictionary<string, string>? world = null)
    {
        FirmwareBed bed = new(await Fleet.StartAsync(fleet), world ?? []);
        try
        {
            FirmwareParts.RunFlashProgram("seed", bed.Flash, bed.World);
            bed.Cloud.Start();
            bed.Board.Start();
            await bed.ConnectedAsync();
            foreach (JsonObject printer in bed.Entries())
            {
                KeyedAnswer answer = await bed.PostAsync("/api/printers", printer);
                Assert.AreEqual(201, answer.Status, answer.Body + bed.Board.Out);
            }

            return bed;
        }
        catch
        {
            await bed.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the firmware without a word and starts it again.</summary>
    /// <returns>How long it took from the start until each printer was online in the cloud.</returns>
    public async Task<TimeSpan> RestartAsync()
    {
        Assert.IsTrue(Board.Kill(), "it ended by itself: " + Board.Out);
        await Patience.UntilAsync(async () => await OnlineAsync() == 0, "the cloud notices");
        Stopwatch watch = Stopwatch.StartNew();
        Board.Start();
        await AllOnlineAsync();
        return watch.Elapsed;
    }

    public Task ConnectedAsync() => Patience.UntilAsync(
        async () => await Rest.TryGetAsync("/api/hubs") is { } answer && answer.GetProperty("hubs").EnumerateArray().Any(h => h.GetProperty("connected").GetBoolean()),
        "the firmware is connected to the cloud", () => Board.Out + Cloud.Out);

    public Task AllOnlineAsync() => Patience.UntilAsync(async () => await OnlineAsync() == Fleet.Printers.Count, "all printers are online", () => Board.Out);

    /// <summary>Waits until the hub reports at least these printers, online or not.</summary>
    public Task AllConfiguredAsync(IReadOnlyCollection<string> ids) => Patience.UntilAsync(
        async () => await PrintersAsync() is var shown && ids.All(shown.ContainsKey), "the hub has " + string.Join(", ", ids), () => Board.Out);

    /// <summary>The cloud's printers by id; empty while it does not answer.</summary>
    public async Task<Dictionary<string, JsonElement>> PrintersAsync() =>
        (await Rest.TryGetAsync("/api/printers"))?.GetProperty("printers").EnumerateArray().ToDictionary(p => p.GetProperty("id").GetString()!) ?? [];

    public async Task<int> OnlineAsync() => (await PrintersAsync()).Values.Count(p => p.GetProperty("connected").GetBoolean());

    /// <summary>A command of the cloud to one printer.</summary>
    public Task<KeyedAnswer> CommandAsync(string printer, string action) => PostAsync("/api/printers/" + printer + "/commands", new JsonObject { ["action"] = action });

    /// <summary>A request to the hub (docs/requests.md).</summary>
    public async Task<KeyedAnswer> AskAsync(string method, JsonObject parameters)
    {
        string id = (await Rest.TryGetAsync("/api/hubs"))!.Value.GetProperty("hubs")[0].GetProperty("id").GetString()!;
        return await PostAsync("/api/hubs/" + id + "/requests", new JsonObject { ["method"] = method, ["params"] = parameters });
    }

    /// <summary>A POST of JSON to the cloud.</summary>
    public Task<KeyedAnswer> PostAsync(string path, JsonObject body) => Rest.PostAsync(path, () => new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"), repeats: false);

    /// <summary>Waits until the firmware's console has this text.</summary>
    public Task SaysAsync(string text) => Patience.UntilAsync(() => Board.Out.Contains(text, StringComparison.Ordinal), "the firmware says '" + text + "'", () => Board.Out);

    public async ValueTask DisposeAsync()
    {
        Board.Dispose();
        Cloud.Dispose();
        Rest.Dispose();
        await Fleet.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>The printers as the board needs them: a CA instead of a pin.</summary>
    public IEnumerable<JsonObject> Entries()
    {
        foreach (JsonObject printer in JsonNode.Parse(Fleet.PrintersJson())!["printers"]!.AsArray().Select(node => node!.DeepClone().AsObject()))
        {
            if (Fleet.Printers.Single(p => p.Id == (string?)printer["id"]) is VirtualBambu bambu)
            {
                printer["tls"] = new JsonObject { ["ca"] = bambu.CaPem };
            }

            yield return printer;
        }
    }
}
