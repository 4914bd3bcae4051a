using System;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Virtual;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Virtual;

[TestClass]
public sealed class VirtualFaultsTests : OctoPrintTestBase
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Silent_Request_IsNeverAnsweredUntilHealed()
    {
        await FaultAsync("""{"silent":true}""");
        using CancellationTokenSource wait = new(300);
        await Assert.ThrowsAsync<OperationCanceledException>(() => Client.GetAsync("/api/version", wait.Token));
        await FaultAsync("{}");
        await GetAsync("/api/version");
    }

    [TestMethod]
    public async Task Silent_UploadThatNobodyReads_IsNotBrokenByACollection()
    {
        await FaultAsync("""{"silent":true}""");
        using Socket client = new(SocketType.Stream, ProtocolType.Tcp) { SendTimeout = 500 };
        await client.ConnectAsync(IPAddress.Loopback, Client.BaseAddress!.Port, TestContext.CancellationToken);
        client.Send("POST /api/files/local HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n"u8);
        byte[] block = new byte[1024 * 1024];
        try
        {
            for (int i = 0; i < 50; i++)
            {
                client.Send(block);
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            // Nobody takes more: as it should be.
        }

        for (int i = 0; i < 5; i++)
        {
            await Task.Delay(20, TestContext.CancellationToken);
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.IsFalse(client.Poll(TimeSpan.FromMilliseconds(300), SelectMode.SelectRead), "the connection ended");
    }

    [TestMethod]
    public async Task Silent_Stop_IsNotHeldUp()
    {
        await FaultAsync("""{"silent":true}""");
        Task<HttpResponseMessage> pending = Client.GetAsync("/api/version", TestContext.CancellationToken);
        await Task.Delay(50, TestContext.CancellationToken);
        FairWatch watch = FairWatch.StartNew();
        await DisposeAsync();
        Assert.IsLessThan(3000, watch.ElapsedMilliseconds);
        await Assert.ThrowsAsync<Exception>(() => pending);
    }

    [TestMethod]
    public async Task Drop_Request_LosesTheConnection()
    {
        await FaultAsync("""{"drop":true}""");
        await Assert.ThrowsExactlyAsync<HttpRequestException>(() => Client.GetAsync("/api/version", TestContext.CancellationToken));
    }

    [TestMethod]
    public async Task Delay_Request_AnswersLate()
    {
        await FaultAsync("""{"delayMs":200}""");
        Stopwatch watch = Stopwatch.StartNew();
        await GetAsync("/api/version");
        Assert.IsGreaterThan(190, watch.ElapsedMilliseconds);
    }

    [TestMethod]
    public async Task Drip_Answer_ComesInPiecesAndWhole()
    {
        await FaultAsync("""{"dripBytes":10}""");
        Stopwatch watch = Stopwatch.StartNew();
        Assert.AreEqual("1.10.3", (string?)(await GetAsync("/api/version"))["server"]);
        Assert.IsGreaterThan(100, watch.ElapsedMilliseconds);
    }

    [TestMethod]
    public async Task ErrorStatus_Request_GivesHtml()
    {
        await FaultAsync("""{"errorStatus":500}""");
        (int status, string body) = await SendAsync(HttpMethod.Get, "/api/job");
        Assert.AreEqual(500, status);
        StringAssert.Contains(body, "<html");
    }

    [TestMethod]
    public async Task Garbage_Request_GivesHtmlWith200()
    {
        await FaultAsync("""{"garbage":true}""");
        (int status, string body) = await SendAsync(HttpMethod.Get, "/api/job");
        Assert.AreEqual(200, status);
        StringAssert.StartsWith(body, "<html");
    }

    [TestMethod]
    public async Task NotHttp_Connection_SpeaksAnotherProtocol()
    {
        await FaultAsync("""{"notHttp":true}""");
        using (TcpClient tcp = new())
        {
            await tcp.ConnectAsync(IPAddress.Loopback, Printer.Port, TestContext.CancellationToken);
            await tcp.GetStream().WriteAsync("GET /api/version HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), TestContext.CancellationToken);
            using StreamReader reader = new(tcp.GetStream(), Encoding.ASCII);
            StringAssert.StartsWith(await reader.ReadToEndAsync(TestContext.CancellationToken), "SSH-");
        }

        await FaultAsync("{}");
        await GetAsync("/api/version");
    }

    [TestMethod]
    public async Task HalfResponse_Answer_EndsEarly()
    {
        await FaultAsync("""{"halfResponse":true}""");
        using TcpClient tcp = new();
        await tcp.ConnectAsync(IPAddress.Loopback, Printer.Port, TestContext.CancellationToken);
        await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /api/version HTTP/1.1\r\nHost: x\r\nX-Api-Key: " + Printer.ApiKey + "\r\n\r\n"), TestContext.CancellationToken);
        byte[] buffer = new byte[4096];
        int count = await tcp.GetStream().ReadAtLeastAsync(buffer, 100, throwOnEndOfStream: false, TestContext.CancellationToken);
        string text = Encoding.ASCII.GetString(buffer, 0, count);
        StringAssert.StartsWith(text, "HTTP/1.1 200");
        StringAssert.Contains(text, "Content-Length: 1071");
        await Assert.ThrowsAsync<HttpRequestException>(() => Client.GetStringAsync("/api/version", TestContext.CancellationToken));
    }

    [TestMethod]
    public async Task Redirect_Request_PointsElsewhere()
    {
        await FaultAsync("""{"redirect":"http://192.0.2.1/login"}""");
        using HttpResponseMessage response = await Client.GetAsync("/api/version", TestContext.CancellationToken);
        Assert.AreEqual(HttpStatusCode.Found, response.StatusCode);
        Assert.AreEqual("http://192.0.2.1/login", response.Headers.Location!.OriginalString);
    }

    [TestMethod]
    public async Task SerialAndPrinterError_Once_ReachTheMachine()
    {
        await FaultAsync("""{"serial":"offline"}""");
        Assert.AreEqual("Offline", (string?)(await GetAsync("/api/job"))["state"]);
        await FaultAsync("""{"serial":"online"}""");
        Time.Pass(1);
        Assert.AreEqual("Operational", (string?)(await GetAsync("/api/job"))["state"]);
        await FaultAsync("""{"printerError":"Thermal Runaway, system stopped! Heater_ID: bed"}""");
        JsonNode job = await GetAsync("/api/job");
        Assert.AreEqual("Offline after error", (string?)job["state"]);
        StringAssert.Contains((string?)job["error"], "Thermal Runaway");
    }

    [TestMethod]
    public async Task PathAndCount_Limit_WhoIsHit()
    {
        await FaultAsync("""{"errorStatus":503,"path":"/api/job","count":2}""");
        await GetAsync("/api/printer");
        Assert.AreEqual(503, (await SendAsync(HttpMethod.Get, "/api/job")).Status);
        Assert.AreEqual(503, (await SendAsync(HttpMethod.Get, "/api/job")).Status);
        Assert.AreEqual(200, (await SendAsync(HttpMethod.Get, "/api/job")).Status);
    }

    [TestMethod]
    public async Task Control_UnknownFault_IsRefused()
    {
        await PostAsync("/virtual/faults", """{"sillent":true}""", 400);
        await PostAsync("/virtual/faults", "{", 400);
        await PostAsync("/virtual/nothing", "{}", 404);
        Printer.Faults = new VirtualFaults { DelayMs = 7 };
        Assert.AreEqual("""{"delayMs":7}""", (await GetAsync("/virtual/faults")).ToJsonString());
    }

    [TestMethod]
    [DataRow("""{"sillent":true}""", "there is no fault sillent: there are silent, drop, ")]
    [DataRow("""{"silent":true,"redirect":true}""", "redirect must be text")]
    [DataRow("""{"serial":1}""", "serial must be text")]
    [DataRow("""{"silent":"yes"}""", "silent must be true or false")]
    [DataRow("""{"silent":null}""", "silent must be true or false")]
    [DataRow("""{"delayMs":1.5}""", "delayMs must be a whole number")]
    [DataRow("""{"dropAfterBytes":"many"}""", "dropAfterBytes must be a whole number")]
    [DataRow("[]", "the faults must be a JSON object, such as ")]
    [DataRow("{", "the faults must be a JSON object, such as ")]
    [DataRow("", "the faults must be a JSON object, such as ")]
    public void Parse_WrongBody_SaysTheKeyAndWhatBelongsThere(string json, string message) =>
        StringAssert.StartsWith(Assert.ThrowsExactly<JsonException>(() => VirtualFaults.Parse(Encoding.UTF8.GetBytes(json))).Message, message);

    private Task FaultAsync(string json) => PostAsync("/virtual/faults", json, 200);
}
