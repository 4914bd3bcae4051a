using System;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Virtual;
using Hub.Simulator.Virtual.PrusaLink;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Virtual;

/// <summary>The virtual PrusaLink on a Pi held against recordings of Prusa-Link 0.8.1: members and types of its answers.</summary>
[TestClass]
public sealed class PrusaLinkRecordedShapeTests : IAsyncDisposable
{
    private readonly ManualTime _time = new();
    private readonly RecordedDialogue _job = RecordedDialogue.Of("PrusaLink", "job");
    private readonly RecordedDialogue _short = RecordedDialogue.Of("PrusaLink", "start-soon-after-stop");
    private Fleet _fleet = null!;
    private HttpClient _client = null!;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Stop => TestContext.CancellationToken;

    private VirtualPrusaLink Printer => (VirtualPrusaLink)_fleet.Printers[0];

    [TestInitialize]
    public async Task StartAsync()
    {
        _fleet = await Fleet.StartAsync(new FleetOptions { PrusaLinkOnPi = 1, Time = _time });
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(Printer.Url), Timeout = TimeSpan.FromMilliseconds(Patience.LimitMs) };
        _client.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        _client.DefaultRequestHeaders.Add("X-Api-Key", Printer.ApiKey);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _fleet.DisposeAsync();
    }

    private async Task AssertSameAsync(RecordedDialogue dialogue, string path, Func<JsonNode, bool> isIt, params string[] ignored)
    {
        JsonNode? recorded = dialogue.FirstBody("GET " + path, isIt);
        Assert.IsNotNull(recorded, "no such answer in the recording");
        JsonNode ours = JsonNode.Parse(await _client.GetStringAsync(path, Stop))!;
        Assert.AreEqual("", JsonShape.Differences(recorded, ours, ignored));
    }

    private static bool IsState(JsonNode body, string state) => (string?)body["printer"]?["state"] == state;

    [TestMethod]
    public async Task Idle_AnswersHaveTheRecordedMembers()
    {
        await AssertSameAsync(RecordedDialogue.Of("PrusaLink", "connect"), "/api/version", _ => true);
        await AssertSameAsync(_job, "/api/v1/status", b => IsState(b, "IDLE"), "/camera");
    }

    [TestMethod]
    public async Task WholePrint_AnswersHaveTheRecordedMembers()
    {
        Printer.StartDemoJob();
        _time.Pass(60);

        // The time is left out while the printer reports none (prusa/link/web/main.py, filter_null).
        await AssertSameAsync(_job, "/api/v1/status", b => IsState(b, "PRINTING") && b["job"]?["time_remaining"] != null, "/camera", "/job/time_printing");
        await AssertSameAsync(_job, "/api/v1/job", b => (string?)b["state"] == "PRINTING", "/file/meta", "/file/refs");
        _time.Pass(4000);
        Assert.AreEqual("IDLE", (string?)JsonNode.Parse(await _client.GetStringAsync("/api/v1/status", Stop))!["printer"]!["state"], "11 s are over");
    }

    [TestMethod]
    public async Task End_StaysForElevenSecondsAndRefusesStarts()
    {
        Printer.StartDemoJob();
        _time.Pass(60);
        int id = (int)JsonNode.Parse(await _client.GetStringAsync("/api/v1/status", Stop))!["job"]!["id"]!;
        using HttpResponseMessage stopped = await _client.DeleteAsync(new Uri("/api/v1/job/" + id, UriKind.Relative), Stop);
        Assert.AreEqual(204, (int)stopped.StatusCode);
        _time.Pass(2);
        await AssertSameAsync(_short, "/api/v1/status", b => IsState(b, "STOPPED"), "/camera");
        Assert.IsFalse(Printer.StartDemoJob(), "within 11 s");
        _time.Pass(11);
        Assert.IsTrue(Printer.StartDemoJob());
    }
}
