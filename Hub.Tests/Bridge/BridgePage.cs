using System;
using System.Collections.Generic;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Bridge;

/// <summary>A page that uses the bridge, one request at a time. Thread: the test's.</summary>
internal sealed class BridgePage : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _limit = new(Patience.LimitMs);
    private int _id;

    /// <summary>Events that came so far.</summary>
    public List<JsonObject> Events { get; } = [];

    public static async Task<BridgePage> OpenAsync(Uri server, string? origin = null)
    {
        BridgePage page = new();
        if (origin != null)
        {
            page._socket.Options.SetRequestHeader("Origin", origin);
        }

        try
        {
            await page._socket.ConnectAsync(new UriBuilder(server) { Scheme = "ws", Path = "/bridge" }.Uri, page._limit.Token);
            return page;
        }
        catch
        {
            page.Dispose();
            throw;
        }
    }

    /// <summary>A request's result; fails with the name of its error.</summary>
    public async Task<JsonObject> AskAsync(JsonObject request)
    {
        JsonObject answer = await AnswerAsync(request);
        Assert.IsNull(answer["error"], answer.ToJsonString());
        return answer["result"]!.AsObject();
    }

    /// <summary>Name of the error of a request that must fail.</summary>
    public async Task<string> ErrorAsync(JsonObject request)
    {
        JsonObject answer = await AnswerAsync(request);
        Assert.IsNotNull(answer["error"], answer.ToJsonString());
        return (string)answer["error"]!["name"]!;
    }

    /// <summary>The next event that has not been seen.</summary>
    public async Task<JsonObject> EventAsync(int index)
    {
        while (Events.Count <= index)
        {
            Events.Add(await ReadAsync());
        }

        return Events[index];
    }

    public async Task SendAsync(string text) => await _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, _limit.Token);

    /// <summary>True when the server closes the connection.</summary>
    public async Task<bool> IsClosedAsync()
    {
        try
        {
            while ((await _socket.ReceiveAsync(new byte[4096], _limit.Token)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (WebSocketException)
        {
            // Without a farewell.
        }

        return true;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _limit.Dispose();
    }

    private async Task<JsonObject> AnswerAsync(JsonObject request)
    {
        request["id"] = ++_id;
        await SendAsync(request.ToJsonString());
        while (true)
        {
            JsonObject message = await ReadAsync();
            if (message["event"] == null)
            {
                Assert.AreEqual(_id, (int)message["id"]!);
                return message;
            }

            Events.Add(message);
        }
    }

    private async Task<JsonObject> ReadAsync()
    {
        byte[] buffer = new byte[8192];
        int count = 0;
        while (true)
        {
            ValueWebSocketReceiveResult result = await _socket.ReceiveAsync(buffer.AsMemory(count), _limit.Token);
            count += result.Count;
            if (result.EndOfMessage)
            {
                return JsonNode.Parse(buffer.AsSpan(0, count))!.AsObject();
            }
        }
    }
}
