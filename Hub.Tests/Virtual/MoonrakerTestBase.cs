using System;
using System.Net.Http;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Virtual;
using Hub.Simulator.Virtual.Moonraker;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Virtual;

/// <summary>One virtual Moonraker on a free port, with a clock that the test drives.</summary>
public abstract class MoonrakerTestBase : IAsyncDisposable
{
    private Fleet? _fleet;
    private HttpClient? _client;
    private int _lastId;

    internal ManualTime Time { get; } = new();

    /// <summary>The printer's clock, where <see cref="Time"/> is not enough.</summary>
    protected virtual TimeProvider Clock => Time;

    internal VirtualMoonraker Printer { get; private set; } = null!;

    protected HttpClient Client => _client!;

    public TestContext TestContext { get; set; } = null!;

    protected CancellationToken Stop => TestContext.CancellationToken;

    [TestInitialize]
    public async Task StartAsync()
    {
        _fleet = await Fleet.StartAsync(new FleetOptions { Moonraker = 1, MaxUploadBytes = 1_000_000, Time = Clock });
        Printer = (VirtualMoonraker)_fleet.Printers[0];
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = new Uri(Printer.Url), Timeout = TimeSpan.FromMilliseconds(Patience.LimitMs) };
        _client.DefaultRequestHeaders.Add("X-Api-Key", Printer.ApiKey);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _client?.Dispose();
        if (_fleet != null)
        {
            await _fleet.DisposeAsync();
        }
    }

    protected async Task<(int Status, JsonNode Body)> SendAsync(HttpMethod method, string path, string? json = null)
    {
        using HttpRequestMessage request = new(method, path);
        request.Content = json == null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await Client.SendAsync(request, Stop);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop))!);
    }

    protected Task<(int Status, JsonNode Body)> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    protected Task<(int Status, JsonNode Body)> PostAsync(string path, string? json = null) => SendAsync(HttpMethod.Post, path, json);

    protected async Task<(int Status, JsonNode Body)> UploadAsync(string fileName, string content, params (string Name, string Value)[] fields)
    {
        using MultipartFormDataContent form = [];
        foreach ((string name, string value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        using ByteArrayContent file = new(Encoding.UTF8.GetBytes(content));
        file.Headers.TryAddWithoutValidation("Content-Disposition", "form-data; name=\"file\"; filename=\"" + fileName + "\"");
        form.Add(file);
        using HttpResponseMessage response = await Client.PostAsync("/server/files/upload", form, Stop);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop))!);
    }

    protected async Task<ClientWebSocket> OpenAsync(string query = "")
    {
        ClientWebSocket socket = new();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{Printer.Port}/websocket{query}"), Stop);
        return socket;
    }

    /// <summary>Sends a request and gives its answer; notifications before it are dropped.</summary>
    protected async Task<JsonNode> CallAsync(ClientWebSocket socket, string method, string parameters = "{}")
    {
        int id = ++_lastId;
        await socket.SendAsync(Encoding.UTF8.GetBytes($"{{\"jsonrpc\":\"2.0\",\"method\":\"{method}\",\"params\":{parameters},\"id\":{id}}}"), WebSocketMessageType.Text, true, Stop);
        while (true)
        {
            JsonNode message = await ReceiveAsync(socket);
            if ((int?)message["id"] == id)
            {
                return message;
            }
        }
    }

    protected async Task<JsonNode> ReceiveAsync(ClientWebSocket socket)
    {
        byte[] buffer = new byte[64 * 1024];
        int count = 0;
        ValueWebSocketReceiveResult result;
        do
        {
            result = await socket.ReceiveAsync(buffer.AsMemory(count), Stop);
            count += result.Count;
        }
        while (!result.EndOfMessage);
        return JsonNode.Parse(Encoding.UTF8.GetString(buffer, 0, count))!;
    }

    protected async Task<JsonNode> ReceiveAsync(ClientWebSocket socket, string method)
    {
        while (true)
        {
            JsonNode message = await ReceiveAsync(socket);
            if ((string?)message["method"] == method)
            {
                return message;
            }
        }
    }
}
