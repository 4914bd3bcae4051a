using System;
using System.Net.Http;
using System.Text.Json;
using System.Threading.Tasks;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cloud;

/// <summary>POST /api/printers/{id}/commands.</summary>
[TestClass]
public sealed class CommandTests : CloudTestBase
{
    private readonly SteppedTime _clock = new();

    internal override TimeProvider Clock => _clock;

    [TestMethod]
    public async Task Command_Acknowledged_IsAnswered()
    {
        await using ScriptedHub hub = await HubWithPrinterAsync("hub-1");
        Task<HttpResponseMessage> pause = PostAsync("/api/printers/p1/commands", "{\"action\":\"cancel\"}");
        JsonElement command = await hub.ReceivedAsync("printer_command");
        Assert.AreEqual("stop", ScriptedHub.Text(command, "action"));
        Assert.AreEqual("p1", ScriptedHub.Text(command, "printer_id"));
        await hub.SendAsync(new { type = "command_ack", command_id = "another", success = true });
        await hub.SendAsync(new { type = "command_ack", command_id = ScriptedHub.Text(command, "command_id"), success = true });
        JsonElement answer = await JsonOf(await pause);
        Assert.IsTrue(answer.GetProperty("success").GetBoolean(), answer.ToString());
        Assert.AreEqual(ScriptedHub.Text(command, "command_id"), answer.GetProperty("command_id").GetString());
    }

    [TestMethod]
    public async Task Command_RefusedByTheHub_Is409WithItsReason()
    {
        await using ScriptedHub hub = await HubWithPrinterAsync("hub-1");
        Task<HttpResponseMessage> pause = PostAsync("/api/printers/p1/commands", "{\"action\":\"pause\"}");
        JsonElement command = await hub.ReceivedAsync("printer_command");
        await hub.SendAsync(new { type = "command_ack", command_id = ScriptedHub.Text(command, "command_id"), success = false, error = "nothing to pause" });
        Assert.AreEqual("nothing to pause", (await ErrorOf(await pause, 409)).GetProperty("message").GetString());
    }

    [TestMethod]
    public async Task Command_AcknowledgedAfterAReconnect_IsAnswered()
    {
        ScriptedHub hub = await HubWithPrinterAsync("hub-1");
        Task<HttpResponseMessage> pause = PostAsync("/api/printers/p1/commands", "{\"action\":\"pause\"}");
        JsonElement command = await hub.ReceivedAsync("printer_command");
        await hub.DisposeAsync();
        await StateAsync("p1", "offline");
        await ErrorOf(await PostAsync("/api/printers/p1/commands", "{\"action\":\"pause\"}"), 503);
        await using ScriptedHub again = await ScriptedHub.WelcomedAsync(Cloud, "hub-1");
        await again.SendAsync(new { type = "command_ack", command_id = ScriptedHub.Text(command, "command_id"), success = true });
        Assert.AreEqual(200, (int)(await pause).StatusCode);
    }

    [TestMethod]
    public async Task Command_NeverAcknowledged_Is504()
    {
        await using ScriptedHub hub = await HubWithPrinterAsync("hub-1");
        Task<HttpResponseMessage> pause = PostAsync("/api/printers/p1/commands", "{\"action\":\"pause\"}");
        await hub.ReceivedAsync("printer_command");
        await Patience.UntilAsync(
            () =>
            {
                _clock.Pass(TimeSpan.FromSeconds(1));
                return pause.IsCompleted;
            },
            "the answer");
        Assert.Contains("did not answer", (await ErrorOf(await pause, 504)).GetProperty("message").GetString()!);
    }

    [TestMethod]
    [DataRow("{\"action\":\"dance\"}", "dance")]
    [DataRow("{\"action\":7}", "action")]
    [DataRow("{}", "action")]
    [DataRow("{\"action\":\"pause\",\"colour\":1}", "colour")]
    [DataRow("pause", "body")]
    [DataRow("", "body")]
    public async Task Command_Wrong_Is400(string body, string words)
    {
        await using ScriptedHub hub = await HubWithPrinterAsync("hub-1");
        Assert.Contains(words, (await ErrorOf(await PostAsync("/api/printers/p1/commands", body), 400)).GetProperty("message").GetString()!);
        await ErrorOf(await PostAsync("/api/printers/nobody/commands", "{\"action\":\"pause\"}"), 404);
        await ErrorOf(await Client.PostAsync("/api/printers/p1/commands", new StringContent("action=pause")), 415);
        await ErrorOf(await PostAsync("/api/printers/p1/commands", "{\"action\":\"estop\"}"), 501);
    }

    [TestMethod]
    public async Task Printer_OfTwoHubs_NeedsTheHub()
    {
        await using ScriptedHub one = await HubWithPrinterAsync("hub-1");
        await using ScriptedHub two = await HubWithPrinterAsync("hub-2");
        Assert.AreEqual("ambiguous", (await ErrorOf(await PostAsync("/api/printers/p1/commands", "{\"action\":\"pause\"}"), 409)).GetProperty("code").GetString());
        Task<HttpResponseMessage> pause = PostAsync("/api/printers/p1/commands?hub=hub-2", "{\"action\":\"pause\"}");
        JsonElement command = await two.ReceivedAsync("printer_command");
        await two.SendAsync(new { type = "command_ack", command_id = ScriptedHub.Text(command, "command_id"), success = true });
        Assert.AreEqual(200, (int)(await pause).StatusCode);
        Assert.IsEmpty(one.Of("printer_command"));
        Assert.AreEqual(1, (await GetAsync("/api/printers?hub=hub-1")).GetProperty("printers").GetArrayLength());
    }

    private async Task<ScriptedHub> HubWithPrinterAsync(string hubId)
    {
        ScriptedHub hub = await ScriptedHub.WelcomedAsync(Cloud, hubId);
        await hub.StatusAsync("p1", "printing");
        await Patience.UntilAsync(async () => (await GetAsync("/api/printers?hub=" + hubId)).GetProperty("printers").GetArrayLength() == 1, "the printer");
        await StateAsync("p1", "printing");
        return hub;
    }
}
