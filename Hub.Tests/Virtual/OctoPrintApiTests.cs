using System;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Virtual;

[TestClass]
public sealed class OctoPrintApiTests : OctoPrintTestBase
{
    [TestMethod]
    [DataRow("X-Api-Key", "", 403)]
    [DataRow("X-Api-Key", "wrong", 403)]
    [DataRow("X-Api-Key", "KEY", 200)]
    [DataRow("x-api-key", "KEY", 200)]
    [DataRow("Authorization", "Bearer KEY", 200)]
    [DataRow("Authorization", "Bearer wrong", 403)]
    [DataRow("Authorization", "Basic KEY", 403)]
    public async Task Version_ByKey_AllowsOrForbids(string header, string value, int expected)
    {
        foreach (string path in new[] { "/api/version", "/api/job", "/api/printer", "/api/settings", "/api/files/local" })
        {
            Client.DefaultRequestHeaders.Clear();
            Client.DefaultRequestHeaders.Add(header, value.Replace("KEY", Printer.ApiKey, StringComparison.Ordinal));
            Assert.AreEqual(expected, (await SendAsync(HttpMethod.Get, path)).Status, path);
        }
    }

    [TestMethod]
    public async Task Version_KeyInQuery_IsAllowed()
    {
        Client.DefaultRequestHeaders.Clear();
        Assert.AreEqual(200, (await SendAsync(HttpMethod.Get, "/api/version?apikey=" + Printer.ApiKey)).Status);
        Assert.AreEqual(403, (await SendAsync(HttpMethod.Get, "/api/version")).Status);
        Assert.IsTrue(Printer.ApiKey.Length is >= 32 and <= 43, "FDM Monster takes no other length");
    }

    [TestMethod]
    public async Task Version_Get_NamesOctoPrint()
    {
        JsonNode version = await GetAsync("/api/version");
        Assert.AreEqual("0.1", (string?)version["api"]);
        Assert.AreEqual("OctoPrint 1.10.3", (string?)version["text"]);
    }

    [TestMethod]
    public async Task Login_Passive_GivesSessionGuestOrForbids()
    {
        (int status, string body) = await SendAsync(HttpMethod.Post, "/api/login", """{"passive":true}""");
        Assert.AreEqual(200, status);
        Assert.IsFalse(string.IsNullOrEmpty((string?)JsonNode.Parse(body)!["session"]));
        Assert.AreEqual("admin", (string?)(await GetAsync("/api/currentuser"))["name"]);

        Client.DefaultRequestHeaders.Clear();
        (status, body) = await SendAsync(HttpMethod.Post, "/api/login", """{"passive":true}""");
        Assert.AreEqual(200, status);
        Assert.AreEqual("guests", (string?)JsonNode.Parse(body)!["needs"]!["group"]![0]);

        Assert.AreEqual("guests", (string?)(await GetAsync("/api/currentuser"))["groups"]![0]);
        Assert.AreEqual(403, (await SendAsync(HttpMethod.Post, "/api/login", """{"user":"admin","pass":"wrong"}""")).Status);

        Client.DefaultRequestHeaders.Add("X-Api-Key", "wrong");
        StringAssert.Contains((await SendAsync(HttpMethod.Get, "/api/version")).Body, "Invalid API key");
        Assert.AreEqual(403, (await SendAsync(HttpMethod.Post, "/api/login", """{"passive":true}""")).Status);
        Assert.AreEqual(403, (await SendAsync(HttpMethod.Get, "/api/currentuser")).Status);
    }

    // The keys of a real 1.10.3's answers, recorded with its Virtual Printer.
    [TestMethod]
    [DataRow("/api/printer", "sd.ready state.error state.flags.cancelling state.flags.closedOrError state.flags.error state.flags.finishing state.flags.operational state.flags.paused state.flags.pausing state.flags.printing state.flags.ready state.flags.resuming state.flags.sdReady state.text temperature.bed.actual temperature.bed.offset temperature.bed.target temperature.tool0.actual temperature.tool0.offset temperature.tool0.target")]
    [DataRow("/api/printer?exclude=sd,temperature", "state.error state.flags.cancelling state.flags.closedOrError state.flags.error state.flags.finishing state.flags.operational state.flags.paused state.flags.pausing state.flags.printing state.flags.ready state.flags.resuming state.flags.sdReady state.text")]
    [DataRow("/api/printer/tool", "tool0.actual tool0.offset tool0.target")]
    [DataRow("/api/job", "job.averagePrintTime job.estimatedPrintTime job.filament job.file.date job.file.display job.file.name job.file.origin job.file.path job.file.size job.lastPrintTime job.user progress.completion progress.filepos progress.printTime progress.printTimeLeft progress.printTimeLeftOrigin state")]
    [DataRow("/api/connection", "current.baudrate current.port current.printerProfile current.state options.baudratePreference options.baudrates options.portPreference options.ports options.printerProfilePreference options.printerProfiles")]
    [DataRow("/api/server", "safemode version")]
    public async Task Get_Shape_IsThatOfTheRealServer(string path, string keys) =>
        Assert.AreEqual(keys, string.Join(' ', Leaves(await GetAsync(path), "")));

    [TestMethod]
    public async Task Get_UnknownOrWrongMethod_Gives404And405()
    {
        Assert.AreEqual(404, (await SendAsync(HttpMethod.Get, "/api/nothing")).Status);
        Assert.AreEqual(405, (await SendAsync(HttpMethod.Put, "/api/version")).Status);
        Assert.AreEqual(404, (await SendAsync(HttpMethod.Get, "/elsewhere")).Status);
    }

    [TestMethod]
    public async Task Connection_Disconnected_PrinterIs409AndJobSaysOffline()
    {
        await PostAsync("/api/connection", """{"command":"disconnect"}""", 204);
        (int status, string body) = await SendAsync(HttpMethod.Get, "/api/printer");
        Assert.AreEqual(409, status);
        StringAssert.Contains(body, "Printer is not operational");
        Assert.AreEqual("Offline", (string?)(await GetAsync("/api/job"))["state"]);
        Assert.AreEqual("Closed", (string?)(await GetAsync("/api/connection"))["current"]!["state"]);
        await PostAsync("/api/job", """{"command":"start"}""", 409);
        await PostAsync("/api/printer/command", """{"command":"M105"}""", 409);
        await PostAsync("/api/printer/printhead", """{"command":"home","axes":["x"]}""", 409);
    }

    [TestMethod]
    public async Task Connection_Reconnected_TemperaturesComeLate()
    {
        await PostAsync("/api/connection", """{"command":"disconnect"}""", 204);
        await PostAsync("/api/connection", """{"command":"connect"}""", 204);
        Assert.AreEqual("Connecting", (string?)(await GetAsync("/api/job"))["state"]);
        Assert.AreEqual(409, (await SendAsync(HttpMethod.Get, "/api/printer")).Status);
        Time.Pass(1.1);
        Assert.AreEqual("{}", (await GetAsync("/api/printer"))["temperature"]!.ToJsonString());
        Time.Pass(0.9);
        Assert.IsNull((await GetAsync("/api/printer"))["temperature"]!["tool0"]!["actual"]);
        Time.Pass(1);
        Assert.AreEqual(21.3, (double)(await GetAsync("/api/printer"))["temperature"]!["tool0"]!["actual"]!);
        await PostAsync("/api/connection", """{"command":"dance"}""", 400);
    }

    [TestMethod]
    public async Task Job_WhenIdle_RefusesAllButStart()
    {
        await PostAsync("/api/job", """{"command":"start"}""", 204);
        await PostAsync("/api/job", """{"command":"cancel"}""", 409);
        await PostAsync("/api/job", """{"command":"restart"}""", 409);
        await PostAsync("/api/job", """{"command":"pause","action":"pause"}""", 409);
        await PostAsync("/api/job", """{"command":"pause","action":"resume"}""", 409);
        await PostAsync("/api/job", """{"command":"pause"}""", 409);
        await PostAsync("/api/job", """{"command":"nothing"}""", 400);
        await PostAsync("/api/job", "{}", 400);
        await PostAsync("/api/job", "{", 400);
        await PostAsync("/api/job", "[]", 400);
    }

    [TestMethod]
    public async Task Job_WhilePrinting_ObeysTheRulesOfEachState()
    {
        await StartPrintingAsync();
        await ExpectAsync("Printing", "operational printing sdReady");
        await PostAsync("/api/job", """{"command":"start"}""", 409);
        await PostAsync("/api/job", """{"command":"restart"}""", 409);
        await PostAsync("/api/job", """{"command":"pause","action":"resume"}""", 204);
        await PostAsync("/api/job", """{"command":"pause","action":"sideways"}""", 400);
        await PostAsync("/api/printer/printhead", """{"command":"jog","x":1}""", 409);
        await PostAsync("/api/job", """{"command":"pause","action":"pause"}""", 204);
        await ExpectAsync("Pausing", "operational pausing printing sdReady");
        Time.Pass(1);
        await ExpectAsync("Paused", "operational paused sdReady");
        await PostAsync("/api/job", """{"command":"pause","action":"pause"}""", 204);
        await ExpectAsync("Paused", "operational paused sdReady");
        await PostAsync("/api/job", """{"command":"start"}""", 409);
        await PostAsync("/api/job", """{"command":"pause"}""", 204);
        await ExpectAsync("Resuming", "operational printing resuming sdReady");
        Time.Pass(0.6);
        await PostAsync("/api/job", """{"command":"pause"}""", 204);
        Time.Pass(1);
        await ExpectAsync("Paused", "operational paused sdReady");
        await PostAsync("/api/job", """{"command":"restart"}""", 204);
        await ExpectAsync("Starting", "operational printing sdReady");
        await PostAsync("/api/job", """{"command":"cancel"}""", 204);
        await ExpectAsync("Cancelling", "cancelling operational printing sdReady");
        Time.Pass(1);
        await ExpectAsync("Operational", "operational ready sdReady");
        JsonNode job = await GetAsync("/api/job");
        Assert.IsNull(job["progress"]!["completion"]);
        Assert.AreEqual("print.gcode", (string?)job["job"]!["file"]!["path"]);
    }

    [TestMethod]
    public async Task Job_Finished_PassesFinishingAndStaysAt100()
    {
        await StartPrintingAsync();
        Time.Pass(100);
        await ExpectAsync("Finishing", "finishing operational printing sdReady");
        Time.Pass(1);
        await ExpectAsync("Operational", "operational ready sdReady");
        JsonNode job = await GetAsync("/api/job");
        StringAssert.Contains(job.ToJsonString(), "\"completion\":100.0");
        Assert.AreEqual(0, (int)job["progress"]!["printTimeLeft"]!);
        Assert.AreEqual(1000L, (long)job["progress"]!["filepos"]!);
        Assert.AreEqual(140, (double)job["job"]!["lastPrintTime"]!, 1);
    }

    [TestMethod]
    public async Task Job_WithoutEstimate_TimeLeftIsUnknownThenFarTooLong()
    {
        await UploadAsync("noestimate.gcode", "G28\n", ("print", "true"));
        Time.Pass(50);
        JsonNode early = await GetAsync("/api/job");
        Assert.IsNull(early["progress"]!["printTimeLeft"]);
        Assert.IsNull(early["job"]!["estimatedPrintTime"]);
        Time.Pass(10);
        Assert.IsGreaterThan(3600, (int)(await GetAsync("/api/job"))["progress"]!["printTimeLeft"]!);
        Time.Pass(900);
        Assert.AreEqual(880, (int)(await GetAsync("/api/job"))["progress"]!["printTimeLeft"]!, 60);
    }

    [TestMethod]
    public async Task Command_Gcode_IsTakenOrRefused()
    {
        await PostAsync("/api/printer/command", """{"command":"M104 S200"}""", 204);
        await PostAsync("/api/printer/command", """{"commands":["M140 S60","M105"]}""", 204);
        await PostAsync("/api/printer/command", "{}", 400);
        await PostAsync("/api/printer/command", """{"commands":"M105"}""", 400);
        JsonNode temperature = (await GetAsync("/api/printer?history=true"))["temperature"]!;
        Assert.AreEqual(200, (double)temperature["tool0"]!["target"]!);
        Assert.AreEqual(60, (double)temperature["bed"]!["target"]!);
        CollectionAssert.AreEqual(new[] { "M104 S200", "M140 S60", "M105" }, Printer.Machine.ReadGcodeLog());
    }

    [TestMethod]
    public async Task Targets_ToolAndBed_AreSet()
    {
        await PostAsync("/api/printer/tool", """{"command":"target","targets":{"tool0":210}}""", 204);
        await PostAsync("/api/printer/bed", """{"command":"target","target":65}""", 204);
        await PostAsync("/api/printer/bed", """{"command":"boil"}""", 400);
        Assert.AreEqual(210, Printer.Machine.Read().NozzleTarget);
        Assert.AreEqual(65, Printer.Machine.Read().BedTarget);
    }

    [TestMethod]
    public async Task Command_EmergencyStop_EndsOfflineAfterErrorUntilReconnected()
    {
        await StartPrintingAsync();
        await PostAsync("/api/printer/command", """{"command":"M112"}""", 204);
        JsonNode job = await GetAsync("/api/job");
        Assert.AreEqual("Offline after error", (string?)job["state"]);
        Assert.AreEqual("Closing serial port due to emergency stop M112.", (string?)job["error"]);
        Assert.IsNull(job["job"]!["file"]!["path"]);
        Assert.AreEqual(409, (await SendAsync(HttpMethod.Get, "/api/printer")).Status);
        await PostAsync("/api/connection", """{"command":"connect"}""", 204);
        Time.Pass(1);
        await ExpectAsync("Operational", "operational ready sdReady");
    }

    private async Task ExpectAsync(string text, string flags)
    {
        JsonNode state = (await GetAsync("/api/printer"))["state"]!;
        Assert.AreEqual(text, (string?)state["text"]);
        Assert.AreEqual(text, (string?)(await GetAsync("/api/job"))["state"]);
        Assert.AreEqual(flags, string.Join(' ', state["flags"]!.AsObject().Where(f => (bool)f.Value!).Select(f => f.Key)));
    }

    private static string[] Leaves(JsonNode? node, string prefix) => node is JsonObject o
        ? [.. o.SelectMany(p => Leaves(p.Value, prefix.Length == 0 ? p.Key : prefix + "." + p.Key))]
        : [prefix];
}
