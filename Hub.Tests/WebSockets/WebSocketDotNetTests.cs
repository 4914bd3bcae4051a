using System;
using System.Linq;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.WebSockets;
using Hub.Hal.Desktop;
using Hub.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using HttpRequest = Hub.Core.Http.HttpRequest;

namespace Hub.Tests.WebSockets;

/// <summary>Against ASP.NET Core's WebSocket server on loopback, and what a steady stream costs in memory.</summary>
[TestClass]
public sealed class WebSocketDotNetTests : IAsyncDisposable
{
    private const int TimeoutMs = Patience.LimitMs;

    private static readonly int[] s_sizes = [0, 1, 125, 126, 65535, 65536, 200000];

    private readonly DesktopHal _hal = new DesktopHal("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
    private readonly WebApplication _app;
    private bool _isStarted;

    public WebSocketDotNetTests()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.UseWebSockets();
        _app.Map("/echo", Echo);
        _app.Map("/farewell", Farewell);
        _app.Map("/forbidden", Forbid);
    }

    public TestContext TestContext { get; set; } = null!;

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _hal.Dispose();
    }

    [TestMethod]
    public async Task Echo_EverySizeBothKinds_ComesBackTheSame()
    {
        using WebSocketClient client = await Connect("/echo");
        foreach (int size in s_sizes)
        {
            byte[] sent = [.. Enumerable.Range(0, size).Select(i => (byte)('a' + (i % 26)))];
            client.SendText(sent, 0, size, TimeoutMs);
            AssertMessage(client, sent, true);
            new Random(size).NextBytes(sent);
            client.SendBinary(sent, 0, size, TimeoutMs);
            AssertMessage(client, sent, false);
        }

        byte[] text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("\u00fc\u20ac\ud83d\ude00", 5000)));
        client.SendText(text, 0, text.Length, TimeoutMs);
        AssertMessage(client, text, true);
        client.SendPing(TimeoutMs);
        Assert.IsFalse(client.Receive(100));
        Assert.IsTrue(client.LastPongMs >= 0, "no pong came");
        client.Close(TimeoutMs);
        Assert.AreEqual(1000, client.CloseCode);
        Assert.AreEqual(0, _hal.Buffers.Rented);
        Assert.AreEqual(0, _hal.Sockets.OpenSockets);
    }

    [TestMethod]
    public async Task Receive_ServersClose_CarriesCodeAndReason()
    {
        using WebSocketClient client = await Connect("/farewell");
        HubException error = Assert.ThrowsExactly<HubException>(() => client.Receive(TimeoutMs));
        Assert.AreEqual(ErrorCode.ConnectionLost, error.Code);
        StringAssert.EndsWith(error.Message, "closed the WebSocket with code 4002: no message for 60 s");
        Assert.AreEqual(4002, client.CloseCode);
    }

    [TestMethod]
    public async Task Connect_Forbidden_IsAuthRejectedWithTheServersWords()
    {
        HubException error = await Assert.ThrowsExactlyAsync<HubException>(() => Connect("/forbidden"));
        Assert.AreEqual(ErrorCode.AuthRejected, error.Code);
        Assert.AreEqual(403, error.HttpStatus);
        StringAssert.EndsWith(error.Message, "answers 403 instead of opening a WebSocket: hub not claimed");
        error = await Assert.ThrowsExactlyAsync<HubException>(() => Connect("/nowhere"));
        Assert.AreEqual(ErrorCode.NotFound, error.Code);
        Assert.AreEqual(0, _hal.Buffers.Rented);
        Assert.AreEqual(0, _hal.Sockets.OpenSockets);
    }

    [TestMethod]
    public async Task Receive_SteadyNotifications_AllocatesNothing()
    {
        const int WarmUp = 200;
        const int Rounds = 2000;
        byte[] notification = Encoding.UTF8.GetBytes("{\"method\":\"notify_status_update\",\"params\":[{\"extruder\":{\"temperature\":209.97}}]}" + new string(' ', 900));
        byte[] frames = [.. Portable.WebSocketBytes.Frame(0x81, notification), .. Portable.WebSocketBytes.Frame(0x89, "alive?")];
        using WebSocketRawServer server = new WebSocketRawServer();
        Task serving = server.Serve(socket =>
        {
            byte[] waste = new byte[65536];
            for (int i = 0; i < WarmUp + Rounds; i++)
            {
                socket.Send(frames);
                while (socket.Available > 0)
                {
                    socket.Receive(waste);
                }
            }

            while (socket.Receive(waste) > 0)
            {
            }
        });
        using WebSocketClient client = server.Connect();
        byte[] call = Encoding.UTF8.GetBytes("{\"jsonrpc\":\"2.0\",\"method\":\"server.info\",\"id\":1}");
        ReceiveAll(client, call, WarmUp);
        long before = GC.GetAllocatedBytesForCurrentThread();
        ReceiveAll(client, call, Rounds);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        TestContext.WriteLine($"{allocated} bytes for {Rounds} notifications, pings and calls");
        Assert.AreEqual(0, allocated, $"bytes for {Rounds} notifications");
        client.Dispose();
        await serving;
    }

    private static void ReceiveAll(WebSocketClient client, byte[] call, int count)
    {
        for (int i = 0; i < count; i++)
        {
            while (!client.Receive(20))
            {
            }

            if (client.MessageLength < 900)
            {
                throw new InvalidOperationException("a wrong message is not worth measuring");
            }

            client.SendText(call, 0, call.Length, TimeoutMs);
        }
    }

    private static void AssertMessage(WebSocketClient client, byte[] expected, bool isText)
    {
        Assert.IsTrue(client.Receive(TimeoutMs), $"no answer to {expected.Length} bytes");
        Assert.AreEqual(isText, client.IsText);
        Assert.IsTrue(client.Message.AsSpan(0, client.MessageLength).SequenceEqual(expected), $"{client.MessageLength} bytes came back for {expected.Length}");
    }

    /// <summary>Sends every message back in fragments of up to 7000 bytes.</summary>
    private static async Task Echo(HttpContext context)
    {
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        byte[] buffer = new byte[300 * 1024];
        while (true)
        {
            int length = 0;
            WebSocketReceiveResult result;
            do
            {
                result = await socket.ReceiveAsync(new ArraySegment<byte>(buffer, length, buffer.Length - length), context.RequestAborted);
                length += result.Count;
            }
            while (!result.EndOfMessage);

            if (result.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
                return;
            }

            int sent = 0;
            do
            {
                int count = Math.Min(7000, length - sent);
                bool isLast = sent + count == length;
                await socket.SendAsync(new ArraySegment<byte>(buffer, sent, count), result.MessageType, isLast, context.RequestAborted);
                sent += count;
            }
            while (sent < length);
        }
    }

    private static async Task Farewell(HttpContext context)
    {
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        await socket.CloseAsync((WebSocketCloseStatus)4002, "no message for 60 s", context.RequestAborted);
    }

    private static Task Forbid(HttpContext context)
    {
        context.Response.StatusCode = 403;
        return context.Response.WriteAsync("hub not claimed");
    }

    private async Task<WebSocketClient> Connect(string path)
    {
        if (!_isStarted)
        {
            _isStarted = true;
            await _app.StartAsync();
        }

        WebSocketClient client = new WebSocketClient(_hal, HttpOrigin.Parse(_app.Urls.First()), null);
        client.Connect(new HttpRequest("GET", path), CancellationToken.None);
        return client;
    }
}
