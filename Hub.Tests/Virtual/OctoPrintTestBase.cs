using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Hub.Simulator.Virtual;
using Hub.Simulator.Virtual.OctoPrint;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Virtual;

/// <summary>One virtual OctoPrint on a free port, with a clock that the test drives.</summary>
public abstract class OctoPrintTestBase : IAsyncDisposable
{
    private Fleet? _fleet;
    private HttpClient? _client;

    internal ManualTime Time { get; } = new();

    internal VirtualOctoPrint Printer { get; private set; } = null!;

    protected HttpClient Client => _client!;

    protected virtual FleetOptions Options => new() { OctoPrint = 1, MaxUploadBytes = 1_000_000, Time = Time };

    [TestInitialize]
    public async Task StartAsync()
    {
        _fleet = await Fleet.StartAsync(Options);
        Printer = (VirtualOctoPrint)_fleet.Printers[0];
        SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseProxy = false };
        _client = new HttpClient(handler) { BaseAddress = new Uri(Printer.Url), Timeout = TimeSpan.FromMilliseconds(Patience.LimitMs) };
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

    protected static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    protected async Task<JsonNode> GetAsync(string path)
    {
        using HttpResponseMessage response = await Client.GetAsync(path);
        string text = await response.Content.ReadAsStringAsync();
        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode, text);
        return JsonNode.Parse(text)!;
    }

    protected async Task<(int Status, string Body)> SendAsync(HttpMethod method, string path, string? json = null)
    {
        using HttpRequestMessage request = new(method, path);
        request.Content = json == null ? null : Json(json);
        using HttpResponseMessage response = await Client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    protected async Task PostAsync(string path, string json, int expectedStatus)
    {
        (int status, string body) = await SendAsync(HttpMethod.Post, path, json);
        Assert.AreEqual(expectedStatus, status, path + " " + json + ": " + body);
    }

    protected async Task<(int Status, JsonNode? Body, Uri? Location)> UploadAsync(string fileName, string content, params (string Name, string Value)[] fields)
    {
        using MultipartFormDataContent form = [];
        foreach ((string name, string value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        using ByteArrayContent file = new(Encoding.UTF8.GetBytes(content));
        file.Headers.TryAddWithoutValidation("Content-Disposition", "form-data; name=\"file\"; filename=\"" + fileName + "\"");
        form.Add(file);
        using HttpResponseMessage response = await Client.PostAsync("/api/files/local", form);
        string text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text) : null, response.Headers.Location);
    }

    /// <summary>Uploads a file that prints 100 s, starts it and lets it heat.</summary>
    protected async Task StartPrintingAsync()
    {
        await UploadAsync("print.gcode", ";TIME:100\nG28\n" + new string('G', 986), ("print", "true"));
        Time.Pass(41);
        Assert.AreEqual(MachineState.Printing, Printer.Machine.Read().State);
    }

    internal string[] StoredFiles() => [.. Directory.EnumerateFiles(Path.GetDirectoryName(Printer.Storage.Root)!, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Printer.Storage.Root, f).Replace('\\', '/')).Order()];
}
