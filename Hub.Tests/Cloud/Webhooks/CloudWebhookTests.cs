using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Simulator.Cloud;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cloud.Webhooks;

/// <summary>A whole cloud with webhooks: a hub's event reaches the configured server, and a bad configuration stops the start.</summary>
[TestClass]
public sealed class CloudWebhookTests
{
    private readonly TestLog _log = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("cloud-hooks-").FullName;

    [TestCleanup]
    public void Clean()
    {
        Directory.Delete(_folder, true);
        _log.AssertNoErrors();
    }

    [TestMethod]
    public async Task Cloud_EventOfAHub_ReachesTheTargetsOfTheFileAndTheCommandLine()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder, "webhooks.json"), $"{{\"webhooks\":[{{\"name\":\"file\",\"url\":\"{receiver.Address}\",\"text\":\"F {{summary}}\"}}]}}");
        await using CloudServer cloud = await CloudServer.StartAsync(new CloudOptions { Port = 0, DataFolder = _folder, Log = _log.Log, Webhooks = [receiver.Address.ToString()] });
        await using ScriptedHub hub = await ScriptedHub.WelcomedAsync(cloud, "hub-1", "job_event", "status_details");
        long nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await hub.SendAsync(new { type = "job_event", log_id = "l", event_id = 1, printer_id = "p1", kind = "finished", time = nowMs, job = "cube" });
        await hub.ReceivedAsync("event_ack");
        await hub.StatusAsync("p1", "printing", new { id = "p1", connected = true, state = "printing" });
        await hub.StatusAsync("p1", "paused", new { id = "p1", connected = true, state = "attention", error_message = "out of filament" });
        await Patience.UntilAsync(() => receiver.Requests.Count >= 4, "two notices for two targets", () => string.Join("\n", receiver.Requests.Select(r => r.Body)) + _log);

        string[] texts = [.. receiver.Requests.Select(r => JsonDocument.Parse(r.Body).RootElement.GetProperty("text").GetString()!).Order(StringComparer.Ordinal)];
        CollectionAssert.AreEqual(new[] { "F p1 needs a person: out of filament", "F p1: cube finished", "p1 needs a person: out of filament", "p1: cube finished" }, texts);
        using HttpClient client = new() { BaseAddress = cloud.Address };
        string list = await client.GetStringAsync("/api/webhooks");
        Assert.DoesNotContain("very-secret-path", list);
        CollectionAssert.AreEqual(new[] { "file", "127.0.0.1" }, JsonDocument.Parse(list).RootElement.GetProperty("webhooks").EnumerateArray().Select(w => w.GetProperty("name").GetString()).ToArray());
        using HttpResponseMessage test = await client.PostAsync("/api/webhooks/file/test", new StringContent("{}", System.Text.Encoding.UTF8, "application/json"));
        Assert.IsTrue(JsonDocument.Parse(await test.Content.ReadAsStringAsync()).RootElement.GetProperty("delivered").GetBoolean());
        Assert.AreEqual("F A test of the print farm's webhooks", JsonDocument.Parse(receiver.Requests.Last().Body).RootElement.GetProperty("text").GetString());
    }

    [TestMethod]
    public async Task Cloud_BadWebhooks_DoNotStart()
    {
        string file = Path.Combine(_folder, "webhooks.json");
        await File.WriteAllTextAsync(file, "{\"webhooks\":[{\"url\":\"http://a/\",\"kind\":\"finished\"}]}");
        CloudOptions options = new() { Port = 0, DataFolder = _folder, Log = _log.Log };
        HubException error = await Assert.ThrowsExactlyAsync<HubException>(() => CloudServer.StartAsync(options));
        Assert.AreEqual(ErrorCode.ConfigInvalid, error.Code);
        Assert.Contains("webhooks[0]: there is no key 'kind'", error.Message);

        File.Delete(file);
        await using CloudServer cloud = await CloudServer.StartAsync(options);
    }
}
