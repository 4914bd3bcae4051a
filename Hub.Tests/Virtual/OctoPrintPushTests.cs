using System;
using System.Collections.Generic;
using System.Net.WebSockets;
using System.Net.Http;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Virtual;

[TestClass]
public sealed class OctoPrintPushTests : OctoPrintTestBase
{
    private readonly CancellationTokenSource _timeout = new(Patience.LimitMs);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Socket_Authenticated_GetsHistoryCurrentAndEvents()
    {
        using ClientWebSocket socket = await OpenAsync();
        Assert.AreEqual("1.10.3", (string?)(await NextAsync(socket, "connected"))["version"]);
        await SendTextAsync(socket, "{\"auth\":\"" + await LoginAsync() + "\"}");
        await SendTextAsync(socket, """{"throttle":1}""");
        Assert.AreEqual("Operational", (string?)(await NextAsync(socket, "history"))["state"]!["text"]);
        JsonNode current = await NextAsync(socket, "current");
        Assert.IsTrue((bool)current["state"]!["flags"]!["operational"]!);
        Assert.AreEqual(21.3, (double)current["temps"]![0]!["tool0"]!["actual"]!);

        await UploadAsync("a.gcode", ";TIME:100\n", ("print", "true"));
        List<string> seen = [];
        while (!seen.Contains("PrintStarted"))
        {
            seen.Add((string)(await NextAsync(socket, "event"))["type"]!);
        }

        CollectionAssert.IsSubsetOf(new[] { "FileAdded", "UpdatedFiles", "FileSelected", "PrinterStateChanged" }, seen);
        current = await NextAsync(socket, "current");
        Assert.AreEqual("a.gcode", (string?)current["job"]!["file"]!["path"]);

        Time.Pass(200);
        JsonNode done;
        do
        {
            done = await NextAsync(socket, "event");
        }
        while ((string?)done["type"] != "PrintDone");
        Assert.AreEqual("a.gcode", (string?)done["payload"]!["path"]);
    }

    [TestMethod]
    public async Task Socket_WrongSession_MustAuthenticateAgainAndHearsNothing()
    {
        using ClientWebSocket socket = await OpenAsync();
        await SendTextAsync(socket, "not json");
        await SendTextAsync(socket, """{"auth":"admin:wrong"}""");
        await NextAsync(socket, "reauthRequired");
        Printer.Machine.Disconnect();
        Task<JsonNode> next = NextAsync(socket, "current");

        // Another client hears of it, and once more half a second later.
        using ClientWebSocket other = await OpenAsync();
        await SendTextAsync(other, "{\"auth\":\"" + await LoginAsync() + "\"}");
        while ((string?)(await NextAsync(other, "current"))["state"]!["text"] != "Offline")
        {
            // It may have been on its way.
        }

        await NextAsync(other, "current");
        Assert.IsFalse(next.IsCompleted);
        await SendTextAsync(socket, "{\"auth\":\"" + await LoginAsync() + "\"}");
        Assert.AreEqual("Offline", (string?)(await next)["state"]!["text"]);
    }

    [TestMethod]
    public async Task Socket_Subscription_NarrowsTheMessages()
    {
        using ClientWebSocket socket = await OpenAsync();
        await SendTextAsync(socket, """{"subscribe":{"state":false,"events":["PrinterStateChanged"],"plugins":false}}""");
        await SendTextAsync(socket, "{\"auth\":\"" + await LoginAsync() + "\"}");
        await NextAsync(socket, "timelapse");
        await UploadAsync("a.gcode", "G28\n");
        Printer.Machine.Disconnect();
        (string name, JsonNode? body) = await NextMessageAsync(socket);
        Assert.AreEqual("event", name);
        Assert.AreEqual("OFFLINE", (string?)body!["payload"]!["state_id"]);
    }

    [TestMethod]
    public async Task Socket_ClosedByClient_AnswersTheClose()
    {
        using ClientWebSocket socket = await OpenAsync();
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, _timeout.Token);
        Assert.AreEqual(WebSocketState.Closed, socket.State);
    }

    private async Task<string> LoginAsync()
    {
        (_, string body) = await SendAsync(HttpMethod.Post, "/api/login", """{"passive":true}""");
        JsonNode login = JsonNode.Parse(body)!;
        return (string)login["name"]! + ":" + (string)login["session"]!;
    }

    private async Task<ClientWebSocket> OpenAsync()
    {
        ClientWebSocket socket = new();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{Printer.Port}/sockjs/websocket"), _timeout.Token);
        return socket;
    }

    private Task SendTextAsync(ClientWebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, _timeout.Token);

    private async Task<JsonNode> NextAsync(ClientWebSocket socket, string wanted)
    {
        while (true)
        {
            (string name, JsonNode? body) = await NextMessageAsync(socket);
            if (name == wanted)
            {
                return body ?? new JsonObject();
            }
        }
    }

    private async Task<(string Name, JsonNode? Body)> NextMessageAsync(ClientWebSocket socket)
    {
        byte[] buffer = new byte[64 * 1024];
        WebSocketReceiveResult result = await socket.ReceiveAsync(buffer, _timeout.Token);
        Assert.IsTrue(result.EndOfMessage);
        foreach (KeyValuePair<string, JsonNode?> message in JsonNode.Parse(buffer.AsSpan(0, result.Count))!.AsObject())
        {
            return (message.Key, message.Value);
        }

        throw new AssertFailedException("An empty message came.");
    }
}
