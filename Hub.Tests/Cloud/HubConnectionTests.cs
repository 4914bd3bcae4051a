using System;
using System.Net;
using System.Net.Http;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Tasks;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cloud;

/// <summary>The hub endpoint of the local cloud: welcome, statuses, errors and close codes, as the base protocol has them.</summary>
[TestClass]
public sealed class HubConnectionTests : CloudTestBase
{
    private readonly SteppedTime _clock = new();

    internal override TimeProvider Clock => _clock;

    [TestMethod]
    public async Task Hello_Right_WelcomedWithCapabilities()
    {
        await using ScriptedHub hub = await ScriptedHub.WelcomedAsync(Cloud, "hub-1", "printer_list", "from_the_future");
        JsonElement welcome = await hub.ReceivedAsync("hub_welcome");
        Assert.AreEqual("hub-1", ScriptedHub.Text(welcome, "hub_id"));
        Assert.AreEqual(_clock.GetUtcNow().ToUnixTimeMilliseconds(), welcome.GetProperty("server_time").GetInt64());
        Assert.Contains("status_details", welcome.GetProperty("capabilities").ToString());

        JsonElement item = (await GetAsync("/api/hubs")).GetProperty("hubs")[0];
        Assert.IsTrue(item.GetProperty("connected").GetBoolean());
        Assert.AreEqual("[\"printer_list\"]", item.GetProperty("capabilities").ToString());
        Assert.AreEqual(1, (await GetAsync("/healthz")).GetProperty("hubs").GetInt32());

        await hub.SendAsync(new { type = "hub_hello", hub_id = "hub-1", firmware_version = "1.0" });
        await hub.ReceivedAsync("hub_welcome", 2);
    }

    [TestMethod]
    public async Task Messages_Wrong_AreRefusedAndHurtNothing()
    {
        await using ScriptedHub hub = await ScriptedHub.ConnectAsync(Cloud, "hub-1");
        await hub.StatusAsync("p1", "idle");
        Assert.AreEqual("NOT_AUTHENTICATED", ScriptedHub.Text(await hub.ReceivedAsync("error"), "code"));
        await hub.SendAsync(new { type = "hub_hello", hub_id = "hub-1", firmware_version = "1.0" });
        await hub.ReceivedAsync("hub_welcome");

        (string Text, string Code)[] wrong =
        [
            ("{\"type\":", "INVALID_MESSAGE"), ("[1]", "INVALID_MESSAGE"), ("{\"type\":7}", "INVALID_MESSAGE"), ("null", "INVALID_MESSAGE"),
            ("{\"type\":\"reboot\"}", "UNKNOWN_MESSAGE_TYPE"), ("{\"type\":\"" + new string('x', 70_000) + "\"}", "MESSAGE_TOO_LONG"),
        ];
        for (int i = 0; i < wrong.Length; i++)
        {
            await hub.SendTextAsync(wrong[i].Text);
            Assert.AreEqual(wrong[i].Code, ScriptedHub.Text(await hub.ReceivedAsync("error", i + 2), "code"), wrong[i].Text[..Math.Min(20, wrong[i].Text.Length)]);
        }

        await hub.SendBytesAsync([1, 2, 3], WebSocketMessageType.Binary);
        await hub.ReceivedAsync("error", wrong.Length + 2);
        await hub.SendTextAsync("{\"type\":\"printer_status\",\"printer_id\":7,\"status\":[]}");
        await hub.SendTextAsync("{\"type\":\"printer_list\",\"printers\":[1,{},{\"printer_id\":\"p0\",\"id\":3}]}");
        await hub.SendTextAsync("{\"type\":\"command_ack\",\"command_id\":{}}");
        await hub.StatusAsync("p1", "idle");
        await StateAsync("p1", "idle");
    }

    [TestMethod]
    public async Task Text_WithHalfOfAPair_IsReadableForEveryone()
    {
        await using ScriptedHub hub = await ScriptedHub.WelcomedAsync(Cloud, "hub-1", "hub_health", "job_event", "status_details");
        await hub.SendTextAsync(@"{""type"":""hub_health"",""x"":""\ud83d""}");
        await hub.SendTextAsync(@"{""type"":""printer_status"",""printer_id"":""p1"",""details"":{""id"":""p1"",""connected"":true,""state"":""idle"",""job"":""a\ud83d"",""\ud800"":1}}");
        await hub.SendTextAsync(@"{""type"":""job_event"",""event_id"":1,""printer_id"":""p1"",""kind"":""started"",""job"":""a\ud83d""}");
        await hub.SendTextAsync(@"{""type"":""\ud800""}");
        await hub.ReceivedAsync("event_ack");
        Assert.AreEqual("UNKNOWN_MESSAGE_TYPE", ScriptedHub.Text(await hub.ReceivedAsync("error"), "code"));
        await StateAsync("p1", "idle");
        Assert.AreEqual("a\ufffd", (await PrinterAsync("p1"))!.Value.GetProperty("job").GetString());
        Assert.AreEqual("\ufffd", (await GetAsync("/api/hubs")).GetProperty("hubs")[0].GetProperty("health").GetProperty("x").GetString());
        Assert.AreEqual("a\ufffd", (await GetAsync("/api/events")).GetProperty("events")[0].GetProperty("job").GetString());
        Assert.AreEqual(0, hub.CloseCode);
    }

    [TestMethod]
    public async Task Event_ThatLacksAMember_IsAnsweredWithAnError()
    {
        await using ScriptedHub hub = await ScriptedHub.WelcomedAsync(Cloud, "hub-1", "job_event");
        await hub.SendTextAsync(@"{""type"":""job_event"",""event_id"":""x"",""printer_id"":""p1"",""kind"":""started""}");
        Assert.AreEqual("INVALID_MESSAGE", ScriptedHub.Text(await hub.ReceivedAsync("error"), "code"));
    }

    [TestMethod]
    public async Task Answer_WithNeitherResultNorError_IsAnErrorForTheAsker()
    {
        await using ScriptedHub hub = await ScriptedHub.WelcomedAsync(Cloud, "hub-1", "requests");
        Task<HttpResponseMessage> asking = PostAsync("/api/hubs/hub-1/requests", "{\"method\":\"health\"}");
        JsonElement request = await hub.ReceivedAsync("request");
        await hub.SendAsync(new { type = "response", request_id = ScriptedHub.Text(request, "request_id"), error = "text" });
        Assert.AreEqual("bad_response", (await ErrorOf(await asking, 409)).GetProperty("code").GetString());
    }

    [TestMethod]
    public async Task Hello_OfAnotherHub_IsClosedWith4003()
    {
        await using ScriptedHub hub = await ScriptedHub.ConnectAsync(Cloud, "hub-1");
        await hub.SendAsync(new { type = "hub_hello", hub_id = "hub-2", firmware_version = "1.0" });
        await hub.ClosedAsync();
        Assert.AreEqual(4003, hub.CloseCode);
        Assert.AreEqual("HUB_ID_MISMATCH", ScriptedHub.Text(hub.Of("error")[0], "code"));
        Assert.AreEqual(0, (await GetAsync("/api/hubs")).GetProperty("hubs").GetArrayLength());
    }

    [TestMethod]
    public async Task Hello_Never_IsClosedWith4001()
    {
        await using ScriptedHub hub = await ScriptedHub.ConnectAsync(Cloud, "hub-1");
        await Patience.UntilAsync(
            () =>
            {
                _clock.Pass(TimeSpan.FromSeconds(1));
                return hub.CloseCode != 0;
            },
            "the close");
        Assert.AreEqual(4001, hub.CloseCode);
        Assert.AreEqual("AUTH_TIMEOUT", ScriptedHub.Text(hub.Of("error")[0], "code"));
    }

    [TestMethod]
    public async Task Hub_Silent_IsClosedWith4002AndItsPrintersAreOffline()
    {
        await using ScriptedHub hub = await ScriptedHub.WelcomedAsync(Cloud, "hub-1");
        await hub.StatusAsync("p1", "printing");
        await StateAsync("p1", "printing");
        _clock.Pass(TimeSpan.FromSeconds(85));
        await hub.StatusAsync("p1", "paused");
        await StateAsync("p1", "paused");
        _clock.Pass(TimeSpan.FromSeconds(85));
        Assert.AreEqual(0, hub.CloseCode);
        _clock.Pass(TimeSpan.FromSeconds(6));
        await hub.ClosedAsync();
        Assert.AreEqual(4002, hub.CloseCode);
        await StateAsync("p1", "offline");
        Assert.IsFalse((await PrinterAsync("p1"))!.Value.GetProperty("connected").GetBoolean());

        await using ScriptedHub again = await ScriptedHub.WelcomedAsync(Cloud, "hub-1");
        await StateAsync("p1", "paused");
    }

    [TestMethod]
    public async Task TwoHubs_OneId_TheNewerCountsAndTheRegistrySaysSo()
    {
        await using ScriptedHub first = await ScriptedHub.WelcomedAsync(Cloud, "hub-1");
        await using ScriptedHub second = await ScriptedHub.WelcomedAsync(Cloud, "hub-1");
        await first.ClosedAsync();
        Assert.AreEqual(4004, first.CloseCode);
        await second.StatusAsync("p1", "idle");
        await StateAsync("p1", "idle");
        JsonElement item = (await GetAsync("/api/hubs")).GetProperty("hubs")[0];
        Assert.AreEqual(1, item.GetProperty("duplicates").GetInt32());
        Assert.IsTrue(item.GetProperty("connected").GetBoolean());
        Assert.IsTrue(Log.Has("two hubs use this id"));
    }

    [TestMethod]
    public async Task Status_WithDetails_IsShownWhole()
    {
        await using ScriptedHub hub = await ScriptedHub.WelcomedAsync(Cloud, "hub-1", "status_details", "printer_list");
        await hub.SendAsync(new { type = "printer_list", printers = new[] { new { printer_id = "SN1", id = "bambu-1", name = "Küche", type = "bambu", enabled = true } } });
        await StateAsync("bambu-1", "unknown");
        await hub.StatusAsync("SN1", "printing", new { id = "bambu-1", type = "bambu", connected = true, state = "preparing", progress_percentage = 3, bed_clear = false, filaments = new[] { new { slot = "1" } } });
        await StateAsync("bambu-1", "preparing");
        Assert.AreEqual(
            "{\"id\":\"bambu-1\",\"name\":\"Küche\",\"type\":\"bambu\",\"enabled\":true,\"connected\":true,\"state\":\"preparing\",\"progress_percentage\":3,\"bed_clear\":false,\"filaments\":[{\"slot\":\"1\"}],\"printer_id\":\"SN1\",\"hub_id\":\"hub-1\"}",
            (await PrinterAsync("bambu-1")).ToString());

        await hub.SendAsync(new { type = "printer_list", printers = Array.Empty<object>() });
        await Patience.UntilAsync(async () => await PrinterAsync("bambu-1") == null, "the removal");
    }

    [TestMethod]
    public async Task Upgrade_NotAWebSocket_IsRefused()
    {
        await ErrorOf(await Client.GetAsync("/ws/hub/hub-1"), 426);
        using HttpRequestMessage bad = new(HttpMethod.Get, "/ws/hub/hub-1");
        bad.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        bad.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        bad.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
        bad.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", "short");
        await ErrorOf(await Client.SendAsync(bad), 426);
        await ErrorOf(await Client.GetAsync("/ws/hub/" + new string('a', 101)), 400);
        Assert.AreEqual("not_found", (await ErrorOf(await Client.GetAsync("/api/nothing"), 404)).GetProperty("code").GetString());
        await ErrorOf(await Client.DeleteAsync("/api/hubs"), 405);
    }
}
