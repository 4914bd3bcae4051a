using System;
using System.Net.Http;
using System.Net.WebSockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Cloud;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cloud;

/// <summary>A dashboard that is open when its browser logs out.</summary>
[TestClass]
public sealed class DashboardSessionTests
{
    private const string Token = "obviously-fake-token";

    [TestMethod]
    public async Task Dashboard_SessionOver_IsClosedAndOthersStay()
    {
        SteppedTime clock = new();
        TestLog log = new();
        await using CloudServer cloud = await CloudServer.StartAsync(new CloudOptions { Port = 0, Log = log.Log, Clock = clock, Token = Token });
        using HttpClient client = new(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = cloud.Address };
        using HttpResponseMessage login = await client.PostAsync("/api/session", new StringContent("{\"token\":\"" + Token + "\"}", Encoding.UTF8, "application/json"));
        string cookie = string.Join("", login.Headers.GetValues("Set-Cookie")).Split(';')[0];
        using ClientWebSocket browser = await OpenAsync(cloud, "Cookie", cookie);
        using ClientWebSocket program = await OpenAsync(cloud, "Authorization", "Bearer " + Token);

        using HttpRequestMessage logout = new(HttpMethod.Delete, "/api/session");
        logout.Headers.Add("Cookie", cookie);
        Assert.AreEqual(204, (int)(await client.SendAsync(logout)).StatusCode);
        Task<WebSocketReceiveResult> closing = browser.ReceiveAsync(new byte[1024], CancellationToken.None);
        await Patience.UntilAsync(
            () =>
            {
                clock.Pass(TimeSpan.FromSeconds(1));
                return closing.IsCompleted;
            },
            "the close");
        Assert.AreEqual(WebSocketMessageType.Close, (await closing).MessageType);
        Assert.AreEqual(WebSocketCloseStatus.PolicyViolation, browser.CloseStatus);
        Assert.AreEqual(WebSocketState.Open, program.State);
        log.AssertNoErrors();
    }

    private static async Task<ClientWebSocket> OpenAsync(CloudServer cloud, string header, string value)
    {
        ClientWebSocket socket = new();
        socket.Options.SetRequestHeader(header, value);
        await socket.ConnectAsync(new UriBuilder(cloud.Address) { Scheme = "ws", Path = "/ws/dashboard" }.Uri, CancellationToken.None);
        WebSocketReceiveResult snapshot = await socket.ReceiveAsync(new byte[64 * 1024], CancellationToken.None);
        Assert.AreEqual(WebSocketMessageType.Text, snapshot.MessageType);
        return socket;
    }
}
