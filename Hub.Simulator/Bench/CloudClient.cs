using System;
using System.Diagnostics;
using System.IO;
using System.Net.Http;
using System.Text;
using System.Text.Json;

namespace Hub.Simulator.Bench;

/// <summary>A client of a cloud's REST API that keeps its connection. Thread: one at a time.</summary>
internal sealed class CloudClient(Uri cloud) : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http = new() { BaseAddress = cloud, Timeout = s_patience };

    /// <summary>What was wrong with the last request that failed.</summary>
    public string LastError { get; private set; } = "";

    /// <summary>Sends a POST and reads its answer.</summary>
    /// <returns>When the answer was there, in Stopwatch ticks; 0 when it is not 200.</returns>
    public long Post(string path, string json)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        try
        {
            using HttpResponseMessage response = _http.Send(request);
            using StreamReader reader = new(response.Content.ReadAsStream());
            string body = reader.ReadToEnd();
            long now = Stopwatch.GetTimestamp();
            LastError = response.IsSuccessStatusCode ? LastError : (int)response.StatusCode + " " + body;
            return response.IsSuccessStatusCode ? now : 0;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            LastError = e.Message;
            return 0;
        }
    }

    /// <summary>How many printers are in a state.</summary>
    public int Count(string state)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/printers");
        using HttpResponseMessage response = _http.Send(request);
        using JsonDocument document = JsonDocument.Parse(response.Content.ReadAsStream());
        int count = 0;
        foreach (JsonElement printer in document.RootElement.GetProperty("printers").EnumerateArray())
        {
            count += printer.GetProperty("state").GetString() == state ? 1 : 0;
        }

        return count;
    }

    public void Dispose() => _http.Dispose();
}
