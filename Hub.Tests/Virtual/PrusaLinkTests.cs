using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Virtual;
using Hub.Simulator.Virtual.PrusaLink;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Virtual;

/// <summary>The virtual PrusaLinks as a foreign client (.NET's own) sees them. The first is Buddy, the second Python.</summary>
[TestClass]
public sealed class PrusaLinkTests : IAsyncDisposable
{
    private const int Buddy = 0;
    private const int Python = 1;

    private readonly ManualTime _time = new();
    private readonly List<IDisposable> _clients = [];
    private Fleet _fleet = null!;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Stop => TestContext.CancellationToken;

    [TestInitialize]
    public async Task StartAsync() =>
        _fleet = await Fleet.StartAsync(new FleetOptions { PrusaLink = 2, MaxUploadBytes = 1_000_000, Time = _time });

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(c => c.Dispose());
        await _fleet.DisposeAsync();
    }

    private VirtualPrusaLink Printer(int which) => (VirtualPrusaLink)_fleet.Printers[which];

    private HttpClient NewClient(int which, bool hasKey = true, NetworkCredential? login = null)
    {
        HttpClient client = new(new SocketsHttpHandler { UseProxy = false, Credentials = login })
        {
            BaseAddress = new Uri(Printer(which).Url),
            Timeout = TimeSpan.FromMilliseconds(Patience.LimitMs),
        };
        client.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        if (hasKey)
        {
            client.DefaultRequestHeaders.Add("X-Api-Key", Printer(which).ApiKey);
        }

        _clients.Add(client);
        return client;
    }

    private async Task<(int Status, string Body)> SendAsync(
        HttpClient client, HttpMethod method, string path, string? content = null, string type = "text/x.gcode", bool overwrite = false)
    {
        using HttpRequestMessage request = new(method, path);
        if (content != null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(content));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        }

        if (overwrite)
        {
            request.Headers.Add("Overwrite", "?1");
        }

        using HttpResponseMessage response = await client.SendAsync(request, Stop);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Stop));
    }

    private async Task<string> StateAsync(HttpClient client) =>
        (string)JsonNode.Parse((await SendAsync(client, HttpMethod.Get, "/api/v1/status")).Body)!["printer"]!["state"]!;

    private async Task PutAsync(HttpClient client, int which, string name)
    {
        Assert.AreEqual(201, (await SendAsync(client, HttpMethod.Put, Files(which) + name, ";TIME:100\nG28\n")).Status);
        _time.Pass(1);
    }

    private static string Files(int which) => which == Buddy ? "/api/v1/files/usb/" : "/api/v1/files/local/";

    [TestMethod]
    public async Task Auth_NoCredentials_ChallengesAsTheRealOnesDo()
    {
        foreach ((int which, string pattern) in new[]
        {
            (Buddy, "^Digest realm=\"Printer API\", nonce=\"[0-9a-f]{16}\", stale=false$"),
            (Python, "^Digest realm=\"Administrator\", ?qop=\"auth\", ?algorithm=\"MD5-sess\", ?nonce=\"[0-9a-f]{64}\", ?opaque=\"[0-9a-f]{64}\"$"),
        })
        {
            using HttpResponseMessage response = await NewClient(which, hasKey: false).GetAsync("/api/version", Stop);
            Assert.AreEqual(401, (int)response.StatusCode);
            StringAssert.Matches(response.Headers.WwwAuthenticate.ToString(), new System.Text.RegularExpressions.Regex(pattern));
            Assert.AreEqual(which == Python, response.Headers.ConnectionClose == true);
        }
    }

    [TestMethod]
    public async Task Auth_WrongKey_Is401OnBuddyAnd403OnPython()
    {
        foreach ((int which, int expected) in new[] { (Buddy, 401), (Python, 403) })
        {
            HttpClient client = NewClient(which, hasKey: false);
            client.DefaultRequestHeaders.Add("X-Api-Key", "wrong");
            Assert.AreEqual(expected, (await SendAsync(client, HttpMethod.Get, "/api/version")).Status);
        }
    }

    [TestMethod]
    [DataRow(Buddy)]
    [DataRow(Python)]
    public async Task Auth_DotNetsOwnDigest_IsAcceptedAndAWrongPasswordIsNot(int which)
    {
        VirtualPrusaLink printer = Printer(which);
        HttpClient good = NewClient(which, hasKey: false, new NetworkCredential(printer.User, printer.Password));
        Assert.AreEqual(200, (await SendAsync(good, HttpMethod.Get, "/api/v1/status?x=1")).Status);
        HttpClient bad = NewClient(which, hasKey: false, new NetworkCredential(printer.User, "other"));
        Assert.AreEqual(401, (await SendAsync(bad, HttpMethod.Get, "/api/version")).Status);
    }

    [TestMethod]
    [DataRow(Buddy, 301)]
    [DataRow(Python, 61)]
    public async Task Auth_OldNonce_IsStale(int which, int seconds)
    {
        HttpClient client = NewClient(which, hasKey: false);
        using HttpResponseMessage first = await client.GetAsync("/api/version", Stop);
        string nonce = first.Headers.WwwAuthenticate.ToString().Split("nonce=\"")[1].Split('"')[0];
        _time.Pass(seconds);
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/version");
        request.Headers.TryAddWithoutValidation("Authorization", $"Digest username=\"{Printer(which).User}\", nonce=\"{nonce}\", uri=\"/api/version\", response=\"0\"");
        using HttpResponseMessage second = await client.SendAsync(request, Stop);
        StringAssert.Contains(second.Headers.WwwAuthenticate.ToString(), "stale=true");
    }

    [TestMethod]
    [DataRow(Buddy)]
    [DataRow(Python)]
    public async Task Job_WholePrint_GoesThroughItsStates(int which)
    {
        HttpClient client = NewClient(which);
        Assert.AreEqual("IDLE", await StateAsync(client));
        Assert.AreEqual(204, (await SendAsync(client, HttpMethod.Get, "/api/v1/job")).Status);
        await PutAsync(client, which, "a.gcode");
        Assert.AreEqual(204, (await SendAsync(client, HttpMethod.Post, Files(which) + "a.gcode")).Status);
        Assert.AreEqual(which == Buddy ? "IDLE" : "PRINTING", await StateAsync(client));
        Assert.AreEqual(which == Buddy ? 204 : 200, (await SendAsync(client, HttpMethod.Get, "/api/v1/job")).Status);
        _time.Pass(41);
        JsonNode job = JsonNode.Parse((await SendAsync(client, HttpMethod.Get, "/api/v1/job")).Body)!;
        Assert.AreEqual("a.gcode", (string)job["file"]!["display_name"]!);
        string path = "/api/v1/job/" + (int)job["id"]!;
        Assert.AreEqual(409, (await SendAsync(client, HttpMethod.Post, Files(which) + "a.gcode")).Status);
        Assert.AreEqual(409, (await SendAsync(client, HttpMethod.Put, path + "/resume")).Status);
        Assert.AreEqual(404, (await SendAsync(client, HttpMethod.Put, "/api/v1/job/1/pause")).Status);
        Assert.AreEqual(400, (await SendAsync(client, HttpMethod.Put, "/api/v1/job/x/pause")).Status);
        Assert.AreEqual(204, (await SendAsync(client, HttpMethod.Put, path + "/pause")).Status);
        _time.Pass(2);
        Assert.AreEqual("PAUSED", await StateAsync(client));
        Assert.AreEqual(409, (await SendAsync(client, HttpMethod.Put, path + "/pause")).Status);
        Assert.AreEqual(204, (await SendAsync(client, HttpMethod.Put, path + "/resume")).Status);
        _time.Pass(110);
        Assert.AreEqual("FINISHED", await StateAsync(client));
        if (which == Python)
        {
            Assert.AreEqual(409, (await SendAsync(client, HttpMethod.Post, Files(which) + "a.gcode")).Status, "within 11 s of an end");
            _time.Pass(11);
            Assert.AreEqual("IDLE", await StateAsync(client));
        }

        Assert.AreEqual(204, (await SendAsync(client, HttpMethod.Post, Files(which) + "a.gcode")).Status);
        _time.Pass(41);
        int id = (int)JsonNode.Parse((await SendAsync(client, HttpMethod.Get, "/api/v1/job")).Body)!["id"]!;
        Assert.AreEqual(204, (await SendAsync(client, HttpMethod.Delete, "/api/v1/job/" + id)).Status);
        _time.Pass(2);
        Assert.AreEqual("STOPPED", await StateAsync(client));
    }

    [TestMethod]
    public async Task Job_OfBuddysCounter_AnswersWhichIdWasTheLast()
    {
        HttpClient client = NewClient(Buddy);
        await PutAsync(client, Buddy, "a.gcode");
        Assert.AreEqual(204, (await SendAsync(client, HttpMethod.Post, Files(Buddy) + "a.gcode")).Status);
        _time.Pass(200);
        Assert.AreEqual("FINISHED", await StateAsync(client));
        Assert.AreEqual(204, (await SendAsync(client, HttpMethod.Get, "/api/v1/job")).Status, "it shows no job any more");
        Assert.AreEqual(404, (await SendAsync(client, HttpMethod.Get, "/api/v1/job/128")).Status);
        Assert.AreEqual(405, (await SendAsync(client, HttpMethod.Get, "/api/v1/job/129")).Status);
        Assert.AreEqual(409, (await SendAsync(client, HttpMethod.Delete, "/api/v1/job/129")).Status);
    }

    [TestMethod]
    public async Task Upload_WithoutUsbDriveOrWithALongName_IsRefusedInBuddysWords()
    {
        HttpClient client = NewClient(Buddy);
        Printer(Buddy).Faults = new VirtualFaults { NoStorage = true };
        (int status, string body) = await SendAsync(client, HttpMethod.Put, Files(Buddy) + "a.gcode", "G28\n");
        Assert.AreEqual(507, status);
        Assert.Contains("Missing USB drive", body);
        Assert.Contains("\"available\": false", (await SendAsync(client, HttpMethod.Get, "/api/v1/storage")).Body);
        Printer(Buddy).Faults = VirtualFaults.None;
        Assert.AreEqual(414, (await SendAsync(client, HttpMethod.Put, Files(Buddy) + new string('n', 90) + ".gcode", "G28\n")).Status);
    }

    [TestMethod]
    public async Task Resume_WhileBuddyIsPausing_IsRemembered()
    {
        HttpClient client = NewClient(Buddy);
        Printer(Buddy).StartDemoJob();
        _time.Pass(41);
        Assert.AreEqual(204, (await SendAsync(client, HttpMethod.Put, "/api/v1/job/129/pause")).Status);
        Assert.AreEqual("PAUSED", await StateAsync(client), "at once");
        Assert.AreEqual(204, (await SendAsync(client, HttpMethod.Put, "/api/v1/job/129/resume")).Status);
        _time.Pass(1.1);
        await StateAsync(client);
        _time.Pass(1);
        Assert.AreEqual("PRINTING", await StateAsync(client));
    }

    [TestMethod]
    public async Task Upload_BuddysRules_AreItsStatusCodes()
    {
        HttpClient client = NewClient(Buddy);
        await PutAsync(client, Buddy, "sub/a.gcode");
        Assert.AreEqual(409, (await SendAsync(client, HttpMethod.Put, Files(Buddy) + "sub/a.gcode", "x")).Status);
        Assert.AreEqual(201, (await SendAsync(client, HttpMethod.Put, Files(Buddy) + "sub/a.gcode", "x", "anything/else", overwrite: true)).Status);
        Assert.AreEqual(415, (await SendAsync(client, HttpMethod.Put, Files(Buddy) + "a.stl", "x")).Status);
        Assert.AreEqual(422, (await SendAsync(client, HttpMethod.Put, Files(Buddy) + "a%3Fb.gcode", "x")).Status);
        Assert.AreEqual(404, (await SendAsync(client, HttpMethod.Put, Files(Buddy) + "50%25.gcode", "x")).Status);
        Assert.AreEqual(501, (await SendAsync(client, HttpMethod.Put, Files(Buddy) + "a.gcode", "")).Status);
        Assert.AreEqual(507, (await SendAsync(client, HttpMethod.Put, Files(Buddy) + "a.gcode", new string('x', 1_000_001))).Status);
        Assert.AreEqual(403, (await SendAsync(client, HttpMethod.Put, "/api/v1/files/local/a.gcode", "x")).Status);
        Assert.AreEqual(404, (await SendAsync(client, HttpMethod.Post, Files(Buddy) + "no.gcode")).Status);
        Assert.AreEqual(204, (await SendAsync(client, HttpMethod.Delete, Files(Buddy) + "sub/a.gcode")).Status);
        Printer(Buddy).StartDemoJob();
        Assert.AreEqual(409, (await SendAsync(client, HttpMethod.Put, Files(Buddy) + "demo.gcode", "x", overwrite: true)).Status);
        using HttpRequestMessage chunked = new(HttpMethod.Put, Files(Buddy) + "a.gcode") { Content = new StringContent("x") };
        chunked.Headers.TransferEncodingChunked = true;
        using HttpResponseMessage response = await client.SendAsync(chunked, Stop);
        Assert.AreEqual(411, (int)response.StatusCode);
    }

    [TestMethod]
    public async Task Upload_PythonsRules_AreItsStatusCodes()
    {
        HttpClient client = NewClient(Python);
        await PutAsync(client, Python, "a.gcode");
        Assert.AreEqual(409, (await SendAsync(client, HttpMethod.Put, Files(Python) + "a.gcode", "x")).Status);
        Assert.AreEqual(415, (await SendAsync(client, HttpMethod.Put, Files(Python) + "b.gcode", "x", "text/plain")).Status);
        Assert.AreEqual(500, (await SendAsync(client, HttpMethod.Put, Files(Python) + "b.gcode", "x", "application/octet-stream")).Status);
        Assert.AreEqual(415, (await SendAsync(client, HttpMethod.Put, Files(Python) + "a.gcode", "x", "application/octet-stream", overwrite: true)).Status);
        Assert.AreEqual(404, (await SendAsync(client, HttpMethod.Head, Files(Python) + "a.gcode")).Status, "and the old one is gone");
        Assert.AreEqual(411, (await SendAsync(client, HttpMethod.Put, Files(Python) + "b.gcode", "")).Status);
        Assert.AreEqual(400, (await SendAsync(client, HttpMethod.Put, Files(Python) + "a%3Fb.gcode", "x")).Status);
        Assert.AreEqual(413, (await SendAsync(client, HttpMethod.Put, Files(Python) + "b.gcode", new string('x', 1_000_001))).Status);
        Assert.AreEqual(404, (await SendAsync(client, HttpMethod.Put, "/api/v1/files/usb/b.gcode", "x")).Status);
        Assert.AreEqual(409, (await SendAsync(client, HttpMethod.Put, "/api/v1/files/sdcard/b.gcode", "x")).Status);
    }

    [TestMethod]
    public async Task Upload_NewFileOnPython_IsListedAMomentLater()
    {
        HttpClient client = NewClient(Python);
        Assert.AreEqual(201, (await SendAsync(client, HttpMethod.Put, Files(Python) + "a.gcode", "G28")).Status);
        Assert.AreEqual(404, (await SendAsync(client, HttpMethod.Post, Files(Python) + "a.gcode")).Status);
        _time.Pass(1);
        Assert.AreEqual(204, (await SendAsync(client, HttpMethod.Post, Files(Python) + "a.gcode")).Status);
    }

    [TestMethod]
    public async Task Upload_UnderWay_ShowsItsTransferAndRefusesAnother()
    {
        HttpClient client = NewClient(Buddy);
        Assert.AreEqual(204, (await SendAsync(client, HttpMethod.Get, "/api/v1/transfer")).Status);
        using TcpClient slow = new();
        await slow.ConnectAsync(IPAddress.Loopback, Printer(Buddy).Port, Stop);
        await slow.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            "PUT /api/v1/files/usb/slow.gcode HTTP/1.1\r\nHost: x\r\nX-Api-Key: " + Printer(Buddy).ApiKey + "\r\nContent-Length: 10\r\n\r\n12345"), Stop);
        await Patience.UntilAsync(
            async () => (double?)JsonNode.Parse((await SendAsync(client, HttpMethod.Get, "/api/v1/status")).Body)!["transfer"]?["progress"] == 50, "half of it");
        (int status, string body) = await SendAsync(client, HttpMethod.Put, Files(Buddy) + "b.gcode", "x");
        Assert.AreEqual(409, status);
        StringAssert.Contains(body, "Another transfer in progress");
        slow.Close();
        await Patience.UntilAsync(async () => (await SendAsync(client, HttpMethod.Get, "/api/v1/transfer")).Status == 204, "the end of the broken transfer");
        Assert.AreEqual(404, (await SendAsync(client, HttpMethod.Head, Files(Buddy) + "slow.gcode")).Status, "nothing is left of it");
    }

    [TestMethod]
    public async Task Connect_FourthToBuddy_IsClosed()
    {
        List<TcpClient> connections = [];
        for (int i = 0; i < 4; i++)
        {
            TcpClient connection = new();
            _clients.Add(connection);
            connections.Add(connection);
            if (i < 3)
            {
                // Its answer tells that it is counted.
                await connection.ConnectAsync(IPAddress.Loopback, Printer(Buddy).Port, Stop);
                await connection.GetStream().WriteAsync("GET /api/version HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Stop);
                Assert.AreEqual(1, await connection.GetStream().ReadAsync(new byte[1], Stop));
            }
        }

        bool isClosed;
        try
        {
            await connections[3].ConnectAsync(IPAddress.Loopback, Printer(Buddy).Port, Stop);
            Task<int> read = connections[3].GetStream().ReadAsync(new byte[1], Stop).AsTask();
            isClosed = await read.WaitAsync(TimeSpan.FromMilliseconds(Patience.LimitMs), Stop) == 0;
        }
        catch (Exception e) when (e is System.IO.IOException or SocketException)
        {
            // A reset closes it as well.
            isClosed = true;
        }

        Assert.IsTrue(isClosed);
        connections[0].Close();
        await Patience.UntilAsync(
            async () =>
            {
                try
                {
                    return (await SendAsync(NewClient(Buddy), HttpMethod.Get, "/api/version")).Status == 200;
                }
                catch (Exception e) when (e is HttpRequestException or System.IO.IOException or SocketException)
                {
                    return false;
                }
            },
            "the place of the one that left");
    }

    [TestMethod]
    public async Task Files_OnBuddy_HaveShortNamesThatAreGoodEverywhere()
    {
        HttpClient client = NewClient(Buddy);
        await PutAsync(client, Buddy, "long name.gcode");
        JsonNode usb = JsonNode.Parse((await SendAsync(client, HttpMethod.Get, "/api/files")).Body)!["files"]![0]!;
        Assert.AreEqual("/usb", (string?)usb["path"]);
        JsonNode file = usb["children"]![0]!;
        Assert.AreEqual("long name.gcode", (string?)file["display"]);
        string name = (string)file["name"]!;
        StringAssert.Matches(name, new System.Text.RegularExpressions.Regex("^LO[0-9A-F]{4}~1\\.GCO$"));
        Assert.AreEqual("/usb/" + name, (string?)file["path"]);
        JsonNode details = JsonNode.Parse((await SendAsync(client, HttpMethod.Get, Files(Buddy) + "long%20name.gcode")).Body)!;
        Assert.AreEqual(name, (string?)details["name"]);
        Assert.AreEqual(14, (int)details["size"]!);
        Assert.AreEqual(";TIME:100\nG28\n", (await SendAsync(client, HttpMethod.Get, (string)details["refs"]!["download"]!)).Body);
        JsonNode folder = JsonNode.Parse((await SendAsync(client, HttpMethod.Get, Files(Buddy))).Body)!;
        Assert.AreEqual("FOLDER", (string?)folder["type"]);
        Assert.AreEqual(name, (string?)folder["children"]![0]!["name"]);
        Assert.AreEqual(204, (await SendAsync(client, HttpMethod.Post, Files(Buddy) + name)).Status);
        _time.Pass(41);
        JsonNode job = JsonNode.Parse((await SendAsync(client, HttpMethod.Get, "/api/v1/job")).Body)!["file"]!;
        Assert.AreEqual("long name.gcode", (string?)job["display_name"]);
        Assert.AreEqual(name, (string?)job["name"]);
        Assert.AreEqual("/usb", (string?)job["path"]);
        Assert.AreEqual(410, (await SendAsync(client, HttpMethod.Post, "/api/files", "--x--", "multipart/form-data")).Status);
    }

    [TestMethod]
    public async Task Files_OnPython_AreDownloadedByTheirReference()
    {
        HttpClient client = NewClient(Python);
        await PutAsync(client, Python, "a b.gcode");
        JsonNode file = JsonNode.Parse((await SendAsync(client, HttpMethod.Get, Files(Python) + "a%20b.gcode")).Body)!;
        Assert.AreEqual("a b.gcode", (string?)file["name"]);
        Assert.AreEqual(";TIME:100\nG28\n", (await SendAsync(client, HttpMethod.Get, (string)file["refs"]!["download"]!)).Body);
        JsonNode local = JsonNode.Parse((await SendAsync(client, HttpMethod.Get, "/api/files")).Body)!["files"]![0]!;
        Assert.AreEqual("/PrusaLink gcodes/a b.gcode", (string?)local["children"]![0]!["path"]);
    }

    [TestMethod]
    public async Task Legacy_WholePrint_IsShownAsTheFirmwareDoes()
    {
        HttpClient client = NewClient(Buddy);
        Assert.AreEqual("Operational - ready", await LegacyAsync(client));
        Printer(Buddy).StartDemoJob();
        _time.Pass(41);
        Assert.AreEqual("Printing PRINTING -", await LegacyAsync(client));
        Printer(Buddy).Machine.Pause();
        Assert.AreEqual("Pausing PAUSED -", await LegacyAsync(client));
        _time.Pass(2);
        Assert.AreEqual("Paused PAUSED -", await LegacyAsync(client));
        Printer(Buddy).Machine.Resume();
        Assert.AreEqual("Resuming PRINTING -", await LegacyAsync(client));
        _time.Pass(1);
        Printer(Buddy).Machine.Cancel();
        Assert.AreEqual("Cancelling BUSY -", await LegacyAsync(client));
        _time.Pass(2);
        Assert.AreEqual("Operational - ready", await LegacyAsync(client));
    }

    private async Task<string> LegacyAsync(HttpClient client)
    {
        JsonNode job = JsonNode.Parse((await SendAsync(client, HttpMethod.Get, "/api/job")).Body)!;
        JsonNode flags = JsonNode.Parse((await SendAsync(client, HttpMethod.Get, "/api/printer")).Body)!["state"]!["flags"]!;
        return $"{(string)job["state"]!} {(string?)flags["link_state"] ?? "-"} {((bool)flags["ready"]! ? "ready" : "-")}";
    }

    [TestMethod]
    public async Task Controls_Python_MovesHeatsAndRefuses()
    {
        HttpClient client = NewClient(Python);
        Assert.AreEqual(204, (await SendAsync(client, HttpMethod.Post, "/api/printer/tool", """{"command":"target","targets":{"tool0":200}}""", "application/json")).Status);
        Assert.AreEqual(204, (await SendAsync(client, HttpMethod.Post, "/api/printer/bed", """{"command":"target","target":60}""", "application/json")).Status);
        Assert.AreEqual(204, (await SendAsync(client, HttpMethod.Post, "/api/printer/printhead", """{"command":"home","axes":["x"]}""", "application/json")).Status);
        CollectionAssert.AreEqual(new[] { "M104 S200", "M140 S60", "G28 [\"x\"]" }, Printer(Python).Machine.ReadGcodeLog());
        Assert.AreEqual(400, (await SendAsync(client, HttpMethod.Post, "/api/printer/bed", """{"command":"target","target":400}""", "application/json")).Status);
        Printer(Python).StartDemoJob();
        Assert.AreEqual(400, (await SendAsync(client, HttpMethod.Post, "/api/printer/printhead", """{"command":"jog","x":1}""", "application/json")).Status);
        Assert.AreEqual(404, (await SendAsync(NewClient(Buddy), HttpMethod.Post, "/api/printer/bed", """{"command":"target","target":60}""", "application/json")).Status);
    }

    [TestMethod]
    public void PrintersJson_BothKinds_HoldTheirCredentials()
    {
        JsonNode[] printers = [.. JsonNode.Parse(_fleet.PrintersJson())!["printers"]!.AsArray().Select(p => p!)];
        Assert.AreEqual(Printer(Buddy).ApiKey, (string?)printers[Buddy]["api_key"]);
        Assert.IsNull(printers[Buddy]["password"]);
        Assert.AreEqual("prusalink", (string?)printers[Python]["type"]);
        Assert.AreEqual("prusa", (string?)printers[Python]["user"]);
        Assert.AreEqual(Printer(Python).Password, (string?)printers[Python]["password"]);
        Assert.IsNull(printers[Python]["api_key"]);
    }
}
