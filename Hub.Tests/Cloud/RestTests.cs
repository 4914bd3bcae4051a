using System;
using System.Linq;
using System.Net.Http;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cloud;

/// <summary>Configuration, requests, history, idempotency keys, the OpenAPI document and the dashboard's socket.</summary>
[TestClass]
public sealed class RestTests : CloudTestBase
{
    private const string Printer = "{\"type\":\"octoprint\",\"id\":\"octo-1\",\"url\":\"http://10.0.0.5\",\"api_key\":\"SECRETKEY123\",\"poll_ms\":500}";

    [TestMethod]
    public async Task Printer_AddedAndRemoved_ByRequest()
    {
        await using ScriptedHub hub = await AnsweringHubAsync("hub-1", "requests");
        HttpResponseMessage added = await PostAsync("/api/printers", Printer);
        Assert.AreEqual(201, (int)added.StatusCode, await added.Content.ReadAsStringAsync());
        JsonElement request = await hub.ReceivedAsync("request");
        Assert.AreEqual("printers.add", ScriptedHub.Text(request, "method"));
        Assert.IsTrue(JsonElement.DeepEquals(JsonDocument.Parse(Printer).RootElement, request.GetProperty("params")), request.ToString());
        Assert.DoesNotContain("SECRETKEY123", await Client.GetStringAsync("/api/printers") + Log);

        await hub.StatusAsync("octo-1", "idle");
        await StateAsync("octo-1", "idle");
        Assert.AreEqual(200, (int)(await Client.DeleteAsync("/api/printers/octo-1")).StatusCode);
        Assert.AreEqual("printers.remove", ScriptedHub.Text(await hub.ReceivedAsync("request", 2), "method"));
        Assert.IsNull(await PrinterAsync("octo-1"));
    }

    [TestMethod]
    public async Task Printer_AddedAndRemoved_ByTheBaseProtocol()
    {
        await using ScriptedHub hub = await AnsweringHubAsync("hub-1");
        Assert.AreEqual(201, (int)(await PostAsync("/api/printers", Printer)).StatusCode);
        JsonElement printer = (await hub.ReceivedAsync("configure_printer")).GetProperty("printer");
        Assert.AreEqual("{\"id\":\"octo-1\",\"serial_number\":\"octo-1\",\"ip_address\":\"http://10.0.0.5\",\"connection_type\":\"octoprint\",\"access_code\":\"SECRETKEY123\"}", printer.ToString());
        await hub.StatusAsync("octo-1", "idle");
        await StateAsync("octo-1", "idle");
        Assert.AreEqual(200, (int)(await Client.DeleteAsync("/api/printers/octo-1")).StatusCode);
        Assert.AreEqual("remove", ScriptedHub.Text(await hub.ReceivedAsync("configure_printer", 2), "action"));
        await ErrorOf(await PostAsync("/api/printers", "{\"type\":\"etch\",\"id\":\"x\"}"), 400);
        await ErrorOf(await PostAsync("/api/printers", "[]"), 400);
    }

    [TestMethod]
    public async Task Request_ResultAndErrors_ComeBack()
    {
        await using ScriptedHub hub = await AnsweringHubAsync("hub-1", "requests");
        JsonElement answer = await JsonOf(await PostAsync("/api/hubs/hub-1/requests", "{\"method\":\"history\",\"params\":{\"limit\":3}}"));
        Assert.AreEqual("{\"printer\":\"octo-1\",\"method\":\"history\"}", answer.GetProperty("result").ToString());
        Assert.AreEqual("{\"limit\":3}", (await hub.ReceivedAsync("request")).GetProperty("params").ToString());
        Assert.AreEqual("unknown_printer", (await ErrorOf(await PostAsync("/api/hubs/hub-1/requests", "{\"method\":\"fail\"}"), 404)).GetProperty("code").GetString());
        await ErrorOf(await PostAsync("/api/hubs/hub-1/requests", "{\"method\":\"history\",\"params\":[]}"), 400);
        await ErrorOf(await PostAsync("/api/hubs/hub-2/requests", "{\"method\":\"history\"}"), 404);
        await using ScriptedHub old = await AnsweringHubAsync("hub-2");
        await ErrorOf(await PostAsync("/api/hubs/hub-2/requests", "{\"method\":\"history\"}"), 501);
    }

    [TestMethod]
    public async Task Events_Stored_AreAcknowledgedAndShown()
    {
        await using ScriptedHub hub = await AnsweringHubAsync("hub-1", "job_event");
        for (int i = 1; i <= 40; i++)
        {
            await hub.SendAsync(new { type = "job_event", log_id = "l", event_id = i, printer_id = "p1", kind = i % 2 == 1 ? "started" : "finished", time = 1_700_000_000_000 + (i * 1000), job_id = ((i - 1) / 2 * 2) + 1, job = "cube", duration_ms = 1000 });
        }

        await hub.SendAsync(new { type = "job_event", event_id = "no" });
        await Patience.UntilAsync(() => hub.Of("event_ack").Any(a => a.GetProperty("up_to").GetInt64() == 40), "the acknowledgement");
        long[] acks = [.. hub.Of("event_ack").Select(a => a.GetProperty("up_to").GetInt64())];
        CollectionAssert.AreEqual(acks.Order().ToArray(), acks);
        JsonElement events = (await GetAsync("/api/events?limit=3&kind=started")).GetProperty("events");
        Assert.AreEqual(3, events.GetArrayLength());
        Assert.AreEqual(39, events[0].GetProperty("event_id").GetInt64());
        JsonElement jobs = (await GetAsync("/api/jobs?printer=p1&from=2023-11-14T00:00:00Z")).GetProperty("jobs");
        Assert.AreEqual(20, jobs.GetArrayLength());
        Assert.AreEqual("finished", jobs[0].GetProperty("outcome").GetString());
        JsonElement statistics = await GetAsync("/api/statistics?from=2023-11-14T00:00:00Z&to=2023-11-16T00:00:00Z&zone=Europe/Berlin");
        Assert.AreEqual(20, statistics.GetProperty("total").GetProperty("finished").GetInt32(), statistics.ToString());
        await ErrorOf(await Client.GetAsync("/api/jobs?limit=0"), 400);
        await ErrorOf(await Client.GetAsync("/api/jobs?from=yesterday"), 400);
        await ErrorOf(await Client.GetAsync("/api/statistics?zone=Mars/Olympus"), 400);
        await ErrorOf(await Client.GetAsync("/api/temperatures"), 400);
    }

    [TestMethod]
    public async Task Temperatures_OfStatuses_AreKept()
    {
        await using ScriptedHub hub = await AnsweringHubAsync("hub-1", "status_details");
        await hub.StatusAsync("p1", "idle", new { id = "p1", connected = true, state = "idle", temperatures = new { nozzle = 21.5, bed = 20 } });
        await StateAsync("p1", "idle");
        await Patience.UntilAsync(
            async () => (await GetAsync("/api/temperatures?printer=p1&to=2999-01-01T00:00:00Z&from=2020-01-01T00:00:00Z")).GetProperty("temperatures") is { } list && list.GetArrayLength() == 1 && list[0].GetProperty("nozzle").GetDouble() == 21.5,
            "the temperatures");
    }

    [TestMethod]
    public async Task IdempotencyKey_Again_IsNotExecutedAgain()
    {
        await using ScriptedHub hub = await AnsweringHubAsync("hub-1", "requests");
        HttpResponseMessage first = await KeyedAsync("k1", "/api/hubs/hub-1/requests", "{\"method\":\"restart\"}");
        HttpResponseMessage second = await KeyedAsync("k1", "/api/hubs/hub-1/requests", "{\"method\":\"restart\"}");
        Assert.AreEqual(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        Assert.AreEqual(200, (int)second.StatusCode);
        Assert.IsTrue(second.Headers.Contains("Idempotency-Replayed"));
        Assert.HasCount(1, hub.Of("request"));
        Assert.AreEqual("key_reused", (await ErrorOf(await KeyedAsync("k1", "/api/hubs/hub-1/requests", "{\"method\":\"health\"}"), 422)).GetProperty("code").GetString());
        await ErrorOf(await KeyedAsync(new string('k', 300), "/api/hubs/hub-1/requests", "{\"method\":\"health\"}"), 400);

        // Refused before it did anything: the key is free.
        await ErrorOf(await KeyedAsync("k2", "/api/printers/gone/commands", "{\"action\":\"pause\"}"), 404);
        await hub.StatusAsync("gone", "printing");
        await StateAsync("gone", "printing");
        Assert.AreEqual(200, (int)(await KeyedAsync("k2", "/api/printers/gone/commands", "{\"action\":\"pause\"}")).StatusCode);
    }

    [TestMethod]
    public async Task IdempotencyKey_WhileItsRequestRuns_IsRefused()
    {
        await using ScriptedHub hub = await ScriptedHub.WelcomedAsync(Cloud, "hub-1", "requests");
        Task<HttpResponseMessage> first = KeyedAsync("k1", "/api/hubs/hub-1/requests", "{\"method\":\"restart\"}");
        JsonElement request = await hub.ReceivedAsync("request");
        Assert.AreEqual("in_progress", (await ErrorOf(await KeyedAsync("k1", "/api/hubs/hub-1/requests", "{\"method\":\"restart\"}"), 409)).GetProperty("code").GetString());
        await hub.SendAsync(new { type = "response", request_id = ScriptedHub.Text(request, "request_id"), result = new { } });
        Assert.AreEqual(200, (int)(await first).StatusCode);
    }

    [TestMethod]
    public async Task OpenApi_Document_DescribesEveryRoute()
    {
        JsonElement document = await GetAsync("/openapi/v1.json");
        string[] paths = [.. document.GetProperty("paths").EnumerateObject().Select(p => p.Name)];
        foreach (string path in new[]
        {
            "/healthz", "/api/hubs", "/api/printers", "/api/printers/{id}", "/api/printers/{id}/commands", "/api/printers/{id}/files", "/api/transfers", "/api/transfers/{id}",
            "/api/transfers/{id}/content", "/api/hubs/{id}/requests", "/api/jobs", "/api/events", "/api/temperatures", "/api/statistics",
        })
        {
            Assert.Contains(path, paths);
        }

        JsonElement schemas = document.GetProperty("components").GetProperty("schemas");
        Assert.IsTrue(schemas.GetProperty("PrinterItem").GetProperty("properties").TryGetProperty("progress_percentage", out _), document.ToString());
        Assert.IsTrue(document.GetProperty("paths").GetProperty("/api/printers/{id}/files").GetProperty("post").GetProperty("requestBody").GetProperty("content").TryGetProperty("application/octet-stream", out _));
    }

    [TestMethod]
    [DataRow("/api/temperatures?printer=p1&to=0001-01-01T00:00:00Z", 400)]
    [DataRow("/api/statistics?to=0001-01-01T00:00:00Z", 400)]
    [DataRow("/api/statistics?from=0001-01-01T00:00:00Z&zone=Europe/Berlin", 200)]
    [DataRow("/api/statistics?to=9999-12-31T23:59:59Z&zone=Europe/Berlin", 200)]
    [DataRow("/api/statistics?from=9999-12-31T23:59:59Z", 400)]
    public async Task Period_OutOfAllTime_IsRefusedOrCut(string path, int status)
    {
        await using ScriptedHub hub = await AnsweringHubAsync("hub-1");
        await hub.StatusAsync("p1", "idle");
        await StateAsync("p1", "idle");
        using HttpResponseMessage answer = await Client.GetAsync(path);
        Assert.AreEqual(status, (int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
        Assert.AreEqual("ok", ScriptedHub.Text(await GetAsync("/healthz"), "status"));
    }

    [TestMethod]
    [DataRow("", "missing")]
    [DataRow("null", "missing")]
    [DataRow("{", "not JSON")]
    [DataRow("{}", "lacks 'method'")]
    [DataRow("{\"method\":5}", "at $.method")]
    [DataRow("{\"method\":\"health\",\"more\":1}", "unknown member more")]
    [DataRow("{\"method\":\"history\",\"params\":{\"printer\":\"\\ud800\"}}", "half of a UTF-16 pair")]
    public async Task Body_Wrong_SaysWhatIsWrongWithoutTheProgramsOwnNames(string body, string says)
    {
        await using ScriptedHub hub = await AnsweringHubAsync("hub-1", "requests");
        HttpResponseMessage answer = await PostAsync("/api/hubs/hub-1/requests", body);
        Assert.DoesNotContain("u0027", await answer.Content.ReadAsStringAsync());
        string message = (await ErrorOf(answer, 400)).GetProperty("message").GetString()!;
        Assert.Contains(says, message);
        Assert.DoesNotContain("Hub.Simulator", message);
    }

    [TestMethod]
    public async Task OpenApi_HasLoginAndClaim()
    {
        JsonElement paths = (await GetAsync("/openapi/v1.json")).GetProperty("paths");
        foreach ((string path, string method) in new[] { ("/api/session", "post"), ("/api/session", "delete"), ("/api/hubs/claim", "post") })
        {
            Assert.IsTrue(paths.GetProperty(path).TryGetProperty(method, out _), path + " " + method);
        }
    }

    [TestMethod]
    public async Task Dashboard_SnapshotAndChanges()
    {
        await using ScriptedHub hub = await AnsweringHubAsync("hub-1", "printer_list");
        await hub.StatusAsync("p1", "idle");
        await StateAsync("p1", "idle");
        using ClientWebSocket socket = new();
        await socket.ConnectAsync(new UriBuilder(Cloud.Address) { Scheme = "ws", Path = "/ws/dashboard" }.Uri, CancellationToken.None);
        JsonElement snapshot = await NextAsync(socket);
        Assert.AreEqual("snapshot", ScriptedHub.Text(snapshot, "type"));
        Assert.AreEqual("hub-1", ScriptedHub.Text(snapshot.GetProperty("hubs")[0], "id"));
        Assert.AreEqual("p1", ScriptedHub.Text(snapshot.GetProperty("printers")[0], "id"));

        await hub.StatusAsync("p1", "printing");
        JsonElement change = await NextAsync(socket);
        Assert.AreEqual("changes", ScriptedHub.Text(change, "type"));
        Assert.AreEqual("printing", ScriptedHub.Text(change.GetProperty("printers")[0], "state"));
        await hub.SendAsync(new { type = "printer_list", printers = Array.Empty<object>() });
        change = await NextAsync(socket);
        Assert.AreEqual("p1", ScriptedHub.Text(change.GetProperty("removed")[0], "printer_id"));
        await ErrorOf(await Client.GetAsync("/ws/dashboard"), 426);
    }

    private static async Task<JsonElement> NextAsync(ClientWebSocket socket)
    {
        byte[] buffer = new byte[256 * 1024];
        int length = 0;
        ValueWebSocketReceiveResult part;
        using CancellationTokenSource limit = new(Patience.LimitMs);
        do
        {
            part = await socket.ReceiveAsync(buffer.AsMemory(length), limit.Token);
            length += part.Count;
        }
        while (!part.EndOfMessage);

        return JsonDocument.Parse(buffer.AsMemory(0, length)).RootElement;
    }

    private async Task<HttpResponseMessage> KeyedAsync(string key, string path, string json)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", key);
        return await Client.SendAsync(request);
    }

    /// <summary>A hub that does all it is asked for, except the method fail.</summary>
    private async Task<ScriptedHub> AnsweringHubAsync(string id, params string[] capabilities)
    {
        ScriptedHub hub = await ScriptedHub.WelcomedAsync(Cloud, id, capabilities);
        hub.OnMessage = async message =>
        {
            if (ScriptedHub.Text(message, "type") == "request")
            {
                string? requestId = ScriptedHub.Text(message, "request_id");
                string? method = ScriptedHub.Text(message, "method");
                await (method == "fail"
                    ? hub.SendAsync(new { type = "response", request_id = requestId, error = new { code = "unknown_printer", message = "no printer has this id" } })
                    : hub.SendAsync(new { type = "response", request_id = requestId, result = new { printer = "octo-1", method } }));
            }
            else if (ScriptedHub.Text(message, "command_id") is { } commandId)
            {
                await hub.SendAsync(new { type = "command_ack", command_id = commandId, success = true });
            }
        };
        return hub;
    }
}
