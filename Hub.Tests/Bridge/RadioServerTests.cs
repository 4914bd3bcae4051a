using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Hal.Desktop;
using Hub.Simulator.Radio;
using Hub.Tests.Hal.Radio;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Bridge;

/// <summary>The pages' server and its bridge to the simulated radio.</summary>
[TestClass]
public sealed class RadioServerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-web").FullName;
    private readonly RecordingHandler _hub = new();
    private readonly SimulatedRadio _radio = new(new DesktopClock(), SimulatedNetwork.Defaults());
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private RadioServer _server = null!;

    public TestContext TestContext { get; set; } = null!;

    [TestInitialize]
    public async Task StartAsync()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "web", "sub"));
        Write("web/index.html", "<p>first</p>");
        Write("web/provisioning.js", "export {};");
        Write("web/sub/index.html", "<p>second</p>");
        Write("web/.hidden", "no");
        Write("webs.txt", "outside");
        _hub.Host(_radio.Peripheral);
        _server = await RadioServer.StartAsync(_radio, () => IndicatorState.Provisioning, Path.Combine(_folder, "web"), 0, new TestLog().Log);
        _http.BaseAddress = _server.Address;
    }

    public void Dispose()
    {
        _server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _radio.Dispose();
        _http.Dispose();
        _hub.Open.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [TestMethod]
    [DataRow("/", "text/html", "<p>first</p>")]
    [DataRow("/index.html?lang=de", "text/html", "<p>first</p>")]
    [DataRow("/provisioning.js", "text/javascript", "export {};")]
    [DataRow("/sub/", "text/html", "<p>second</p>")]
    public async Task Get_File_HasItsType(string path, string type, string text)
    {
        using HttpResponseMessage answer = await _http.GetAsync(path, TestContext.CancellationToken);
        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        Assert.AreEqual(type, answer.Content.Headers.ContentType!.MediaType);
        Assert.AreEqual("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.AreEqual(text, await answer.Content.ReadAsStringAsync(TestContext.CancellationToken));
    }

    [TestMethod]
    public async Task Get_FolderWithoutSlash_LeadsToTheFolder()
    {
        using HttpResponseMessage answer = await _http.GetAsync("/sub", TestContext.CancellationToken);
        Assert.AreEqual("/sub/", answer.Headers.Location!.ToString());
    }

    [TestMethod]
    [DataRow("/absent.html")]
    [DataRow("/.hidden")]
    [DataRow("/%2e%2e/webs.txt")]
    [DataRow("/sub/%2e%2e/%2e%2e/webs.txt")]
    [DataRow("/..%2fwebs.txt")]
    [DataRow("/..%5cwebs.txt")]
    public async Task Get_NoFileOfThePages_IsNotFound(string path) => Assert.AreEqual(HttpStatusCode.NotFound, await StatusAsync(HttpMethod.Get, path));

    [TestMethod]
    [DataRow("../webs.txt")]
    [DataRow("/../webs.txt")]
    [DataRow("/sub/../../webs.txt")]
    [DataRow("/..\\webs.txt")]
    [DataRow("/C:/webs.txt")]
    public void FileOf_PathThatLeadsOut_IsNull(string path) => Assert.IsNull(new WebFiles(Path.Combine(_folder, "web")).FileOf(path));

    [TestMethod]
    [DataRow("/")]
    [DataRow("/bridge.json")]
    [DataRow("/simulator")]
    public async Task Get_ForeignHost_IsRefused(string path) => Assert.AreEqual(HttpStatusCode.MisdirectedRequest, await StatusAsync(HttpMethod.Get, path, host: "rebound.example"));

    [TestMethod]
    public async Task Post_ForeignPage_IsRefusedAndPressesNothing()
    {
        Assert.AreEqual(HttpStatusCode.Forbidden, await StatusAsync(HttpMethod.Post, "/simulator/button", origin: "https://evil.example"));
        Assert.IsFalse(_radio.Button.IsPressed);
        Assert.AreEqual(HttpStatusCode.NoContent, await StatusAsync(HttpMethod.Post, "/simulator/button", origin: Origin()));
        Assert.IsTrue(_radio.Button.IsPressed);
    }

    [TestMethod]
    public async Task Bridge_ForeignPage_IsRefused()
    {
        await Assert.ThrowsExactlyAsync<WebSocketException>(() => BridgePage.OpenAsync(_server.Address, "https://evil.example"));
        using BridgePage own = await BridgePage.OpenAsync(_server.Address, Origin());
        Assert.AreEqual(HttpStatusCode.UpgradeRequired, await StatusAsync(HttpMethod.Get, "/bridge"));
        Assert.AreEqual(HttpStatusCode.OK, await StatusAsync(HttpMethod.Get, "/bridge.json"));
    }

    [TestMethod]
    public async Task Bridge_WholeConversation_ReachesTheHub()
    {
        using BridgePage page = await BridgePage.OpenAsync(_server.Address);
        JsonNode device = (await page.AskAsync(new JsonObject { ["op"] = "scan" }))["devices"]!.AsArray().Single()!;
        Assert.AreEqual("Hub-1", (string)device["name"]!);
        Assert.AreEqual(RecordingHandler.Service, (string)device["services"]![0]!);
        Assert.AreEqual(Convert.ToBase64String([.. RecordingHandler.Advertisement, .. RecordingHandler.ScanResponse]), (string)device["advertisement"]!, "both fit into 31 bytes");
        Assert.AreEqual("", (string)device["scan_response"]!);
        JsonObject connected = await page.AskAsync(new JsonObject { ["op"] = "connect" });
        Assert.AreEqual(256, (int)connected["mtu"]!);
        JsonNode value = connected["services"]![0]!["characteristics"]![0]!;
        Assert.AreEqual(RecordingHandler.Value, (string)value["uuid"]!);
        Assert.IsTrue((bool)value["read"]! && (bool)value["write"]! && (bool)value["notify"]!);

        await page.AskAsync(Write(RecordingHandler.Value, "abc", true));
        Assert.AreEqual("YWJj", (string)(await page.AskAsync(new JsonObject { ["op"] = "read", ["characteristic"] = RecordingHandler.Value }))["value"]!);
        await page.AskAsync(new JsonObject { ["op"] = "subscribe", ["characteristic"] = RecordingHandler.Value, ["on"] = true });
        Assert.IsTrue(_radio.Peripheral.Notify(_hub.ValueCharacteristic, [9, 8], 0, 2));
        JsonObject notified = await page.EventAsync(0);
        Assert.AreEqual("notify", (string)notified["event"]!);
        Assert.AreEqual("CQg=", (string)notified["value"]!);

        await page.AskAsync(new JsonObject { ["op"] = "disconnect" });
        Assert.AreEqual("disconnected", (string)(await page.EventAsync(1))["event"]!);
        Assert.AreEqual("NetworkError", await page.ErrorAsync(Write(RecordingHandler.Value, "abc", true)));
        Assert.AreEqual("connected write:616263 read subscribed disconnected", _hub.Story);
    }

    [TestMethod]
    public async Task Bridge_TwoPages_OneAtATime()
    {
        using BridgePage second = await BridgePage.OpenAsync(_server.Address);
        using (BridgePage first = await BridgePage.OpenAsync(_server.Address))
        {
            await first.AskAsync(new JsonObject { ["op"] = "connect" });
            Assert.IsEmpty((await second.AskAsync(new JsonObject { ["op"] = "scan" }))["devices"]!.AsArray());
            Assert.AreEqual("NetworkError", await second.ErrorAsync(new JsonObject { ["op"] = "connect" }));
        }

        // The first page was closed, and the hub noticed it.
        Patience.Until(() => _radio.Peripheral.IsAdvertising, "the end of the first page");
        await second.AskAsync(new JsonObject { ["op"] = "connect" });
        Assert.AreEqual("connected disconnected connected", _hub.Story);
    }

    [TestMethod]
    [DataRow("{\"op\":\"fly\"}", "TypeError")]
    [DataRow("{}", "TypeError")]
    [DataRow("{\"op\":7}", "TypeError")]
    [DataRow("{\"op\":\"write\",\"characteristic\":\"beb5483e-36e1-4688-b7f5-ea07361b26a8\",\"value\":\"?\",\"response\":true}", "TypeError")]
    [DataRow("{\"op\":\"write\",\"characteristic\":\"beb5483e-36e1-4688-b7f5-ea07361b26a8\",\"value\":\"\"}", "TypeError")]
    [DataRow("{\"op\":\"read\",\"characteristic\":\"nonsense\"}", "NotFoundError")]
    public async Task Bridge_WrongRequest_IsAnError(string request, string name)
    {
        using BridgePage page = await BridgePage.OpenAsync(_server.Address);
        await page.AskAsync(new JsonObject { ["op"] = "connect" });
        Assert.AreEqual(name, await page.ErrorAsync(JsonNode.Parse(request)!.AsObject()));
    }

    [TestMethod]
    [DataRow("no json")]
    [DataRow("[]")]
    [DataRow(null)]
    public async Task Bridge_NoRequest_ClosesAndDisconnects(string? text)
    {
        using BridgePage page = await BridgePage.OpenAsync(_server.Address);
        await page.AskAsync(new JsonObject { ["op"] = "connect" });
        await page.SendAsync(text ?? new string(' ', 5000));
        Assert.IsTrue(await page.IsClosedAsync());
        Patience.Until(() => _radio.Peripheral.IsAdvertising, "the end of the connection");
    }

    [TestMethod]
    public async Task Simulator_NetworksAndFaults_Change()
    {
        JsonObject state = await StateAsync();
        Assert.HasCount(8, state["networks"]!.AsArray());
        Assert.AreEqual("idle", (string)state["wifi"]!["state"]!);
        Assert.AreEqual("provisioning", (string)state["light"]!);
        Assert.IsFalse((bool)state["central"]!);

        Assert.AreEqual(HttpStatusCode.NoContent, await StatusAsync(HttpMethod.Put, "/simulator/networks", body: """{"networks":[{"ssid":"one","password":"12345678","kind":"hidden","signal_dbm":-40}]}"""));
        Assert.AreEqual("""{"ssid":"one","password":"12345678","signal_dbm":-40,"kind":"hidden"}""", (await StateAsync())["networks"]![0]!.ToJsonString());
        Assert.AreEqual(HttpStatusCode.NoContent, await StatusAsync(HttpMethod.Put, "/simulator/bluetooth", body: """{"mtu":23,"drop_after_writes":1}"""));
        using BridgePage page = await BridgePage.OpenAsync(_server.Address);
        Assert.AreEqual(23, (int)(await page.AskAsync(new JsonObject { ["op"] = "connect" }))["mtu"]!);
        Assert.IsTrue((bool)(await StateAsync())["central"]!);
        Assert.AreEqual("NetworkError", await page.ErrorAsync(Write(RecordingHandler.Value, "abc", true)));
        Assert.AreEqual(HttpStatusCode.NoContent, await StatusAsync(HttpMethod.Put, "/simulator/bluetooth", body: "{}"));
        Assert.AreEqual(256, _radio.Peripheral.Faults.Mtu);
    }

    [TestMethod]
    [DataRow("/simulator/networks", "no json")]
    [DataRow("/simulator/networks", "[]")]
    [DataRow("/simulator/networks", """{"networks":[7]}""")]
    [DataRow("/simulator/networks", """{"networks":[{"ssid":""}]}""")]
    [DataRow("/simulator/networks", """{"networks":[{"ssid":"a","password":"short"}]}""")]
    [DataRow("/simulator/networks", """{"networks":[{"ssid":"a","kind":"odd"}]}""")]
    [DataRow("/simulator/networks", """{"networks":[{"ssid":"a","signal_dbm":"x"}]}""")]
    [DataRow("/simulator/bluetooth", """{"mtu":22}""")]
    [DataRow("/simulator/bluetooth", """{"delay_ms":1.5}""")]
    [DataRow("/simulator/bluetooth", "7")]
    public async Task Simulator_WrongBody_IsRefused(string path, string body)
    {
        Assert.AreEqual(HttpStatusCode.BadRequest, await StatusAsync(HttpMethod.Put, path, body: body));
        Assert.HasCount(8, _radio.Station.Networks);
    }

    [TestMethod]
    public async Task Start_PortInUse_IsAnError()
    {
        HubException error = await Assert.ThrowsExactlyAsync<HubException>(() =>
            RadioServer.StartAsync(_radio, () => IndicatorState.Off, null, _server.Address.Port, new TestLog().Log));
        Assert.AreEqual(ErrorCode.ConnectFailed, error.Code);
    }

    private static JsonObject Write(string uuid, string text, bool response) => new()
    {
        ["op"] = "write",
        ["characteristic"] = uuid,
        ["value"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text)),
        ["response"] = response,
    };

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(_folder, file), text);

    private string Origin() => _server.Address.GetLeftPart(UriPartial.Authority);

    private async Task<JsonObject> StateAsync() => JsonNode.Parse(await _http.GetStringAsync("/simulator", TestContext.CancellationToken))!.AsObject();

    private async Task<HttpStatusCode> StatusAsync(HttpMethod method, string path, string? host = null, string? origin = null, string? body = null)
    {
        using HttpRequestMessage request = new(method, path);
        request.Headers.Host = host;
        if (origin != null)
        {
            request.Headers.Add("Origin", origin);
        }

        request.Content = body == null ? null : new StringContent(body);
        using HttpResponseMessage answer = await _http.SendAsync(request, TestContext.CancellationToken);
        return answer.StatusCode;
    }
}
