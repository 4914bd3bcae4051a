using System;
using System.Linq;
using System.Net.Http;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Hub.Simulator.Virtual;
using Hub.Simulator.Virtual.Moonraker;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Virtual;

[TestClass]
public sealed class MoonrakerApiTests : MoonrakerTestBase
{
    private const string Identity = "\"client_name\":\"t\",\"version\":\"1\",\"type\":\"other\",\"url\":\"http://x\"";

    private async Task<string> StateAsync() =>
        (string)(await GetAsync("/printer/objects/query?print_stats=state")).Body["result"]!["status"]!["print_stats"]!["state"]!;

    [TestMethod]
    public async Task Http_WithoutTheKey_Is401WithATraceback()
    {
        Client.DefaultRequestHeaders.Remove("X-Api-Key");
        (int status, JsonNode body) = await GetAsync("/server/info");
        Assert.AreEqual(401, status);
        Assert.AreEqual("Unauthorized", (string?)body["error"]!["message"]);
        Assert.IsTrue(((string)body["error"]!["traceback"]!).Length > 2000);
        (status, body) = await GetAsync("/access/info");
        Assert.AreEqual(200, status);
        Assert.IsTrue((bool)body["result"]!["login_required"]!);
    }

    [TestMethod]
    public async Task Login_Password_GivesATokenForAnHour()
    {
        Client.DefaultRequestHeaders.Remove("X-Api-Key");
        Assert.AreEqual(401, (await PostAsync("/access/login", """{"username":"farm","password":"wrong","source":"moonraker"}""")).Status);
        JsonNode login = (await PostAsync("/access/login", $$"""{"username":"{{Printer.User}}","password":"{{Printer.Password}}","source":"moonraker"}""")).Body["result"]!;
        Client.DefaultRequestHeaders.Add("Authorization", "Bearer " + (string)login["token"]!);
        Assert.AreEqual(200, (await GetAsync("/server/info")).Status);
        Time.Pass(3601);
        Assert.AreEqual(401, (await GetAsync("/server/info")).Status);
        JsonNode refreshed = (await PostAsync("/access/refresh_jwt", $$"""{"refresh_token":"{{(string)login["refresh_token"]!}}"}""")).Body["result"]!;
        Client.DefaultRequestHeaders.Remove("Authorization");
        Client.DefaultRequestHeaders.Add("Authorization", "Bearer " + (string)refreshed["token"]!);
        Assert.AreEqual(200, (await GetAsync("/server/info")).Status);
    }

    [TestMethod]
    public async Task OneShotToken_OpensOneSocketWithinFiveSeconds()
    {
        string token = (string)(await GetAsync("/access/oneshot_token")).Body["result"]!;
        using (ClientWebSocket socket = await OpenAsync("?token=" + token))
        {
            Assert.IsNotNull((await CallAsync(socket, "server.info"))["result"]);
        }

        using (ClientWebSocket again = await OpenAsync("?token=" + token))
        {
            Assert.AreEqual(-32602, (int)(await CallAsync(again, "server.info"))["error"]!["code"]!);
        }

        token = (string)(await GetAsync("/access/oneshot_token")).Body["result"]!;
        Time.Pass(5.1);
        using ClientWebSocket late = await OpenAsync("?token=" + token);
        Assert.IsNotNull((await CallAsync(late, "server.info"))["error"]);
    }

    [TestMethod]
    public async Task WebSocket_Unauthorized_OpensAndRefusesUntilIdentified()
    {
        using ClientWebSocket socket = await OpenAsync();
        JsonNode refused = await CallAsync(socket, "server.info");
        Assert.AreEqual(-32602, (int)refused["error"]!["code"]!);
        Assert.AreEqual("Unauthorized", (string?)refused["error"]!["message"]);
        Assert.IsNotNull((await CallAsync(socket, "server.connection.identify", "{" + Identity + ",\"api_key\":\"wrong\"}"))["error"]);
        Assert.IsNotNull((await CallAsync(socket, "server.connection.identify", "{" + Identity + ",\"api_key\":\"" + Printer.ApiKey + "\"}"))["result"]!["connection_id"]);
        Assert.AreEqual("ready", (string?)(await CallAsync(socket, "server.info"))["result"]!["klippy_state"]);
        Assert.AreEqual(-32601, (int)(await CallAsync(socket, "no.such.method"))["error"]!["code"]!);
    }

    [TestMethod]
    public async Task Subscribe_FullStatusThenOnlyWhatChanged()
    {
        Printer.RequiresKey = false;
        using ClientWebSocket socket = await OpenAsync();
        JsonNode full = (await CallAsync(socket, "printer.objects.subscribe", """{"objects":{"heater_bed":["temperature","target"],"webhooks":null,"nothing":null}}"""))["result"]!["status"]!;
        Assert.AreEqual(0.0, (double)full["heater_bed"]!["target"]!);
        Assert.AreEqual("ready", (string?)full["webhooks"]!["state"]);
        Assert.IsEmpty(full["nothing"]!.AsObject(), "an unknown object is empty");
        Printer.Machine.SendGcode("M140 S45");
        JsonArray update = (await ReceiveAsync(socket, "notify_status_update"))["params"]!.AsArray();
        Assert.AreEqual("""{"heater_bed":{"target":45}}""", update[0]!.ToJsonString());
        await CallAsync(socket, "printer.objects.subscribe", """{"objects":{"extruder":["target"]}}""");
        Printer.Machine.SendGcode("M140 S50");
        Printer.Machine.SendGcode("M104 S99");
        update = (await ReceiveAsync(socket, "notify_status_update"))["params"]!.AsArray();
        Assert.AreEqual("""{"extruder":{"target":99}}""", update[0]!.ToJsonString(), "the later subscription replaced the earlier one");
    }

    [TestMethod]
    public async Task Shutdown_WhilePaused_PrintStatsStaysPausedAndRestartHeals()
    {
        Printer.RequiresKey = false;
        await UploadAsync("a.gcode", ";TIME:1000\nG28\n", ("print", "true"));
        Time.Pass(45);
        Printer.Machine.Pause();
        Time.Pass(2);
        Assert.AreEqual("paused", await StateAsync());
        using ClientWebSocket socket = await OpenAsync();
        await CallAsync(socket, "printer.objects.subscribe", """{"objects":{"webhooks":null}}""");
        await PostAsync("/printer/emergency_stop");
        await ReceiveAsync(socket, "notify_klippy_shutdown");
        Assert.AreEqual("paused", await StateAsync(), "as a real one does");
        JsonNode webhooks = (await GetAsync("/printer/objects/query?webhooks")).Body["result"]!["status"]!["webhooks"]!;
        Assert.AreEqual("shutdown", (string?)webhooks["state"]);
        StringAssert.StartsWith((string?)webhooks["state_message"], "Shutdown due to webhooks request\n");
        (int status, JsonNode body) = await PostAsync("/printer/print/start", """{"filename":"a.gcode"}""");
        Assert.AreEqual(400, status);
        Assert.AreEqual("Unknown", (string?)body["error"]!["message"]);

        await PostAsync("/printer/firmware_restart");
        await ReceiveAsync(socket, "notify_klippy_disconnected");
        Time.Pass(2);
        await ReceiveAsync(socket, "notify_klippy_ready");
        Assert.AreEqual("standby", await StateAsync());
    }

    [TestMethod]
    public async Task Disconnected_QueriesAre503()
    {
        Printer.Machine.Disconnect();
        Assert.AreEqual("disconnected", (string?)(await GetAsync("/server/info")).Body["result"]!["klippy_state"]);
        foreach (string path in new[] { "/printer/info", "/printer/objects/list", "/printer/objects/query?webhooks" })
        {
            (int status, JsonNode body) = await GetAsync(path);
            Assert.AreEqual(503, status, path);
            Assert.AreEqual("Klippy Host not connected", (string?)body["error"]!["message"]);
        }
    }

    [TestMethod]
    public async Task Commands_BehindTheHeating_WaitInTheQueue()
    {
        await UploadAsync("a.gcode", ";TIME:1000\nG28\n", ("print", "true"));
        Task<(int Status, JsonNode Body)> start = PostAsync("/printer/print/start", """{"filename":"a.gcode"}""");
        Task<(int Status, JsonNode Body)> script = PostAsync("/printer/gcode/script", """{"script":"M117 hi"}""");
        await Task.Delay(150, Stop);
        Assert.IsFalse(start.IsCompleted || script.IsCompleted);
        Time.Pass(45);
        Assert.AreEqual("SD busy", (string?)(await start).Body["error"]!["message"]);
        Assert.AreEqual("ok", (string?)(await script).Body["result"]);
        Assert.AreEqual(1, Printer.Machine.JobsStarted);
        Assert.AreEqual("ok", (string?)(await PostAsync("/printer/print/resume")).Body["result"], "without effect");
    }

    [TestMethod]
    public async Task Start_WhilePaused_ReplacesTheJobAndThePauseStays()
    {
        await StartPausedAsync();
        await UploadAsync("b.gcode", ";TIME:1000\nG28\n");
        Assert.AreEqual("ok", (string?)(await PostAsync("/printer/print/start?filename=b.gcode")).Body["result"]);
        Time.Pass(45);
        JsonNode status = (await GetAsync("/printer/objects/query?print_stats&pause_resume")).Body["result"]!["status"]!;
        Assert.AreEqual("b.gcode", (string?)status["print_stats"]!["filename"]);
        Assert.AreEqual("printing", (string?)status["print_stats"]!["state"]);
        Assert.IsTrue((bool)status["pause_resume"]!["is_paused"]!, "as recorded with Klipper 0.13");
        Assert.AreEqual("ok", (string?)(await PostAsync("/printer/print/pause")).Body["result"]);
        Assert.AreEqual("printing", await StateAsync(), "already paused, it thinks");
        Assert.AreEqual("SD busy", (string?)(await PostAsync("/printer/print/resume")).Body["error"]!["message"]);
        Task<(int Status, JsonNode Body)> cancel = PostAsync("/printer/print/cancel");
        await PassUntilAsync(cancel);
        Assert.AreEqual("cancelled", await StateAsync());
        Assert.AreEqual("ok", (string?)(await PostAsync("/printer/print/resume")).Body["result"]);
        JsonNode[] jobs = [.. (await GetAsync("/server/history/list?limit=5")).Body["result"]!["jobs"]!.AsArray().Select(j => j!)];
        CollectionAssert.AreEqual(new[] { "b.gcode cancelled", "a.gcode cancelled" }, jobs.Select(j => (string)j["filename"]! + " " + (string)j["status"]!).ToArray());
    }

    [TestMethod]
    public async Task Start_MissingFileWhilePaused_LosesTheJob()
    {
        await StartPausedAsync();
        Assert.AreEqual("Unable to open file", (string?)(await PostAsync("/printer/print/start?filename=b.gcode")).Body["error"]!["message"]);
        Assert.AreEqual("standby", await StateAsync());
    }

    [TestMethod]
    public async Task ResetFile_WhilePrinting_StopsThePrint()
    {
        await UploadAsync("a.gcode", ";TIME:1000\nG28\n", ("print", "true"));
        Time.Pass(45);
        Assert.AreEqual("ok", (string?)(await PostAsync("/printer/gcode/script?script=SDCARD_RESET_FILE")).Body["result"]);
        Assert.AreEqual("standby", await StateAsync());
    }

    [TestMethod]
    public async Task Subscribe_OverHttp_NeedsAConnectionAndSpeaksThere()
    {
        Assert.AreEqual("No connection associated with subscription request", (string?)(await PostAsync("/printer/objects/subscribe?webhooks")).Body["error"]!["message"]);
        Printer.RequiresKey = false;
        using ClientWebSocket socket = await OpenAsync();
        long id = (long)(await CallAsync(socket, "server.connection.identify", "{" + Identity + "}"))["result"]!["connection_id"]!;
        JsonNode full = (await PostAsync($"/printer/objects/subscribe?connection_id={id}&heater_bed=target&webhooks")).Body["result"]!["status"]!;
        Assert.AreEqual("""{"target":0}""", full["heater_bed"]!.ToJsonString());
        Assert.IsNull(full["connection_id"]);
        Printer.Machine.SendGcode("M140 S45");
        Assert.AreEqual("""{"heater_bed":{"target":45}}""", (await ReceiveAsync(socket, "notify_status_update"))["params"]![0]!.ToJsonString());
    }

    [TestMethod]
    public async Task Verbs_KlippersOwnMethods_TakeGetAndPost()
    {
        Assert.AreEqual(200, (await GetAsync("/printer/gcode/script?script=G28")).Status);
        Assert.AreEqual(200, (await PostAsync("/printer/info")).Status);
        Assert.AreEqual(200, (await PostAsync("/printer/objects/query", """{"objects":{"webhooks":null}}""")).Status);
        Assert.AreEqual(405, (await GetAsync("/printer/print/pause")).Status);
        Assert.AreEqual(405, (await PostAsync("/server/info")).Status);
    }

    [TestMethod]
    public async Task Files_ListDownloadDelete_AsTheRealOne()
    {
        await UploadAsync("a b.gcode", "0123456789", ("path", "sub"));
        JsonNode root = (await GetAsync("/server/files/directory?path=gcodes&extended=false")).Body["result"]!;
        Assert.AreEqual("sub", (string?)root["dirs"]![0]!["dirname"]);
        JsonNode file = (await GetAsync("/server/files/directory?path=gcodes/sub")).Body["result"]!["files"]![0]!;
        Assert.AreEqual("a b.gcode", (string?)file["filename"]);
        Assert.AreEqual(10, (int)file["size"]!);
        Assert.AreEqual("0123456789", await Client.GetStringAsync("/server/files/gcodes/sub/a%20b.gcode", Stop));
        using HttpRequestMessage part = new(HttpMethod.Get, "/server/files/gcodes/sub/a%20b.gcode");
        part.Headers.Add("Range", "bytes=2-4");
        using HttpResponseMessage answer = await Client.SendAsync(part, Stop);
        Assert.AreEqual(206, (int)answer.StatusCode);
        Assert.AreEqual("234", await answer.Content.ReadAsStringAsync(Stop));
        Assert.AreEqual(400, (await SendAsync(HttpMethod.Delete, "/server/files/directory?path=gcodes/sub")).Status, "not empty");
        (int status, JsonNode body) = await SendAsync(HttpMethod.Delete, "/server/files/gcodes/sub/a%20b.gcode");
        Assert.AreEqual(200, status);
        Assert.AreEqual("delete_file", (string?)body["result"]!["action"]);
        Assert.AreEqual(400, (await SendAsync(HttpMethod.Delete, "/server/files/gcodes/sub/a%20b.gcode")).Status, "a missing one is a bad request");
        Assert.AreEqual(200, (await SendAsync(HttpMethod.Delete, "/server/files/directory?path=gcodes/sub")).Status);
        Assert.AreEqual(400, (await GetAsync("/server/files/directory?path=gcodes/sub")).Status);
        Printer.StartDemoJob();
        Assert.AreEqual(403, (await SendAsync(HttpMethod.Delete, "/server/files/gcodes/demo.gcode")).Status);
    }

    [TestMethod]
    public async Task OctoPrintCompat_StateAndVersion_AreNotWrapped()
    {
        StringAssert.StartsWith((string?)(await GetAsync("/api/version")).Body["text"], "OctoPrint (Moonraker ");
        Assert.AreEqual("Operational", (string?)(await GetAsync("/api/printer")).Body["state"]!["text"]);
        Assert.AreEqual("_api", (string?)(await PostAsync("/api/login")).Body["name"]);
        Printer.StartDemoJob();
        Time.Pass(45);
        JsonNode job = (await GetAsync("/api/job")).Body;
        Assert.AreEqual("Printing", (string?)job["state"]);
        Assert.IsNull(job["job"]!["file"]!["name"]);
        await PostAsync("/printer/emergency_stop");
        Assert.AreEqual("Error", (string?)(await GetAsync("/api/printer")).Body["state"]!["text"]);
        Assert.AreEqual(404, (await GetAsync("/api/nothing")).Status);
        Client.DefaultRequestHeaders.Remove("X-Api-Key");
        Assert.AreEqual(401, (await GetAsync("/api/version")).Status);
    }

    private async Task StartPausedAsync()
    {
        await UploadAsync("a.gcode", ";TIME:1000\nG28\n", ("print", "true"));
        Time.Pass(45);
        await PassUntilAsync(PostAsync("/printer/print/pause"));
        Assert.AreEqual("paused", await StateAsync());
    }

    private async Task PassUntilAsync(Task answer)
    {
        while (!answer.IsCompleted)
        {
            Time.Pass(0.5);
            await Task.Delay(5, Stop);
        }

        await answer;
    }

    [TestMethod]
    public async Task Upload_Checksum_IsComparedAndTheLoadedFileIsKept()
    {
        string right = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("G28\n")));
        Assert.AreEqual(422, (await UploadAsync("a.gcode", "G29\n", ("checksum", right))).Status);
        (int status, JsonNode body) = await UploadAsync("a.gcode", "G28\n", ("root", "gcodes"), ("path", "sub"), ("checksum", right));
        Assert.AreEqual(201, status);
        Assert.AreEqual("sub/a.gcode", (string?)body["item"]!["path"]);
        Assert.AreEqual(4, (int)body["item"]!["size"]!);
        Assert.IsFalse((bool)body["print_started"]!);
        Assert.AreEqual("ok", (string?)(await PostAsync("/printer/print/start?filename=sub/a.gcode")).Body["result"]);
        Assert.AreEqual(403, (await UploadAsync("a.gcode", "G28\n", ("path", "sub"))).Status);
        Assert.AreEqual(400, (await UploadAsync("b.gcode", "G28\n", ("root", "config"))).Status);
        Assert.AreEqual(201, (await UploadAsync("x.txt", "text")).Status);
        JsonArray list = (await GetAsync("/server/files/list?root=gcodes")).Body["result"]!.AsArray();
        CollectionAssert.AreEqual(new[] { "sub/a.gcode" }, list.Select(f => (string)f!["path"]!).ToArray());
    }

    [TestMethod]
    public async Task Metadata_OfAFile_HasTheSlicersEstimate()
    {
        await UploadAsync("a.gcode", ";TIME:1234\nG28\n");
        JsonNode metadata = (await GetAsync("/server/files/metadata?filename=a.gcode")).Body["result"]!;
        Assert.AreEqual(1234, (int)metadata["estimated_time"]!);
        Assert.AreEqual(MoonrakerObjects.Layers, (int)metadata["layer_count"]!);
        Assert.AreEqual(15, (int)metadata["size"]!);
        Assert.AreEqual(404, (await GetAsync("/server/files/metadata?filename=b.gcode")).Status);
        Assert.AreEqual("Unable to open file", (string?)(await PostAsync("/printer/print/start?filename=b.gcode")).Body["error"]!["message"]);
    }
}
