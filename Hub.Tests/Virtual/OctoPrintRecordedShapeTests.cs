using System;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Hub.Simulator.Virtual;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Virtual;

/// <summary>The virtual OctoPrint held against recordings of a real one: members, types and status codes of its answers.</summary>
[TestClass]
public sealed class OctoPrintRecordedShapeTests : OctoPrintTestBase
{
    private readonly RecordedDialogue _job = RecordedDialogue.Of("OctoPrint", "job");
    private readonly RecordedDialogue _finish = RecordedDialogue.Of("OctoPrint", "finish-and-again");
    private readonly RecordedDialogue _tools = RecordedDialogue.Of("OctoPrint", "two-tools");
    private readonly RecordedDialogue _gone = RecordedDialogue.Of("OctoPrint", "file-deleted-at-end");

    private static bool HasFlag(JsonNode body, string flag) => (bool?)body["state"]?["flags"]?[flag] == true;

    private static bool IsJob(JsonNode body, string state) => (string?)body["state"] == state;

    private async Task AssertSameAsync(RecordedDialogue dialogue, string path, Func<JsonNode, bool> isIt, params string[] ignored)
    {
        JsonNode? recorded = dialogue.FirstBody("GET " + path.Split('?')[0], isIt);
        Assert.IsNotNull(recorded, "no such answer in the recording");
        Assert.AreEqual("", JsonShape.Differences(recorded, await GetAsync(path), ignored));
    }

    [TestMethod]
    public async Task Idle_AnswersHaveTheRecordedMembers()
    {
        await AssertSameAsync(RecordedDialogue.Of("OctoPrint", "connect"), "/api/version", _ => true);
        await AssertSameAsync(_job, "/api/printer?exclude=sd", b => HasFlag(b, "ready"));
        await AssertSameAsync(_finish, "/api/job", b => IsJob(b, "Operational") && b["job"]!["file"]!["path"] == null);
    }

    [TestMethod]
    public async Task WholePrint_AnswersHaveTheRecordedMembers()
    {
        Printer.StartDemoJob();
        Time.Pass(60);
        await AssertSameAsync(_job, "/api/printer?exclude=sd", b => HasFlag(b, "printing"));
        await AssertSameAsync(_job, "/api/job", b => IsJob(b, "Printing"), "/job/filament");
        await PostAsync("/api/job", """{"command":"pause","action":"pause"}""", 204);
        Time.Pass(2);
        await AssertSameAsync(_job, "/api/printer?exclude=sd", b => HasFlag(b, "paused"));
        await AssertSameAsync(_job, "/api/job", b => IsJob(b, "Paused"), "/job/filament");
        await PostAsync("/api/job", """{"command":"pause","action":"resume"}""", 204);
        Time.Pass(3000);
        await AssertSameAsync(_finish, "/api/job", b => (double?)b["progress"]?["completion"] >= 100, "/job/filament");
    }

    [TestMethod]
    [DataRow("/api/job", """{"command":"pause","action":"pause"}""", 409)]
    [DataRow("/api/job", """{"command":"pause","action":"resume"}""", 409)]
    [DataRow("/api/job", """{"command":"cancel"}""", 409)]
    [DataRow("/api/job", """{"command":"start"}""", 204)]
    [DataRow("/api/files/local/missing.gcode", """{"command":"select","print":true}""", 404)]
    public async Task Idle_CommandsAreAnsweredAsRecorded(string path, string json, int expected)
    {
        RecordedDialogue connect = RecordedDialogue.Of("OctoPrint", "connect");
        string? recorded = null;
        while (recorded == null && connect.MoveNext())
        {
            bool isIt = connect.Command == "POST " + path && connect.Note.StartsWith("commands while idle", StringComparison.Ordinal)
                && JsonNode.DeepEquals(connect.CommandBody, JsonNode.Parse(json));
            isIt |= connect.Command == "POST " + path && path.Contains("missing", StringComparison.Ordinal);
            recorded = isIt ? System.Text.Encoding.UTF8.GetString(connect.Answer(connect.Command!)) : null;
        }

        Assert.IsNotNull(recorded);
        Assert.StartsWith("HTTP/1.1 " + expected, recorded);
        (int status, string body) = await SendAsync(HttpMethod.Post, path, json);
        Assert.AreEqual(expected, status);
        string text = recorded[(recorded.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        Assert.AreEqual(text.Length == 0 ? "" : (string?)JsonNode.Parse(text)!["error"], body.Length == 0 ? "" : (string?)JsonNode.Parse(body)!["error"]);
    }

    [TestMethod]
    public async Task TwoTools_AreReportedAsRecorded()
    {
        Printer.Faults = new VirtualFaults { Tools = 2 };
        Printer.StartDemoJob();
        Time.Pass(60);
        await AssertSameAsync(_tools, "/api/printer?exclude=sd", b => HasFlag(b, "printing") && b["temperature"]?["tool0"] != null && b["temperature"]?["tool1"] != null);
        JsonNode temperature = (await GetAsync("/api/printer?exclude=sd"))["temperature"]!;
        Assert.AreEqual(0.0, (double)temperature["tool0"]!["target"]!);
        Assert.IsGreaterThan(100.0, (double)temperature["tool1"]!["target"]!);
    }

    [TestMethod]
    public async Task DeleteAtEnd_ForgetsTheFileAsRecorded()
    {
        Printer.Faults = new VirtualFaults { DeleteAtEnd = true };
        Printer.StartDemoJob();
        Time.Pass(4000);
        JsonNode job = await GetAsync("/api/job");
        Assert.IsNull(job["job"]!["file"]!["path"]);
        Assert.IsNull(job["progress"]!["completion"]);
        Assert.AreEqual("Operational", (string?)job["state"]);
        await AssertSameAsync(_gone, "/api/job", b => IsJob(b, "Operational") && b["job"]!["file"]!["path"] == null);
    }

    [TestMethod]
    public async Task NoProgress_PrintsFromTheCardWithoutAnyNumbers()
    {
        Printer.Faults = new VirtualFaults { NoProgress = true };
        Printer.StartDemoJob();
        Time.Pass(60);
        JsonNode job = await GetAsync("/api/job");
        Assert.AreEqual("Printing from SD", (string?)job["state"]);
        Assert.AreEqual("sdcard", (string?)job["job"]!["file"]!["origin"]);
        Assert.IsNull(job["progress"]!["completion"]);
    }
}
