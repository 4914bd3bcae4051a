using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Kills;

/// <summary>The final answer to a request with an Idempotency-Key.</summary>
/// <param name="Status">HTTP's.</param>
/// <param name="Body">JSON.</param>
/// <param name="Asked">When the try that was answered was sent.</param>
/// <param name="Answered">When its answer came.</param>
internal sealed record KeyedAnswer(int Status, string Body, DateTimeOffset Asked, DateTimeOffset Answered)
{
    public bool IsDone => Status is 200 or 201 or 202;

    /// <summary>Where the outcome is not known.</summary>
    public bool IsUnknown => Status == 504 || Code == "unknown_outcome";

    public string Code => IsDone ? "" : JsonDocument.Parse(Body).RootElement.GetProperty("error").GetProperty("code").GetString()!;
}

/// <summary>
/// A client of the cloud's API that does what the documentation asks of one: each POST has a key, and is sent again with the same key until there is a
/// final answer, however often the cloud dies. Thread: any.
/// </summary>
internal sealed class KeyedCloud(Uri address) : IDisposable
{
    private const int PauseMs = 100;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);

    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
    private readonly ConcurrentDictionary<int, int> _statuses = new();
    private int _tries;
    private int _replays;

    /// <summary>Tries, and answers that were asked for again and were the same.</summary>
    public string Figures => $"{_tries} tries of POST, {_replays} answers repeated; final answers: {string.Join(", ", _statuses)}";

    /// <summary>Asks until there is a final answer; with <paramref name="repeats"/>, asks again and compares.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="content">Makes the body of a try.</param>
    /// <param name="repeats">True to ask once more.</param>
    public async Task<KeyedAnswer> PostAsync(string path, Func<HttpContent> content, bool repeats)
    {
        string key = Guid.NewGuid().ToString("N");
        KeyedAnswer answer = await AskAsync(path, key, content);
        _statuses.AddOrUpdate(answer.Status, 1, (_, count) => count + 1);
        if (repeats)
        {
            KeyedAnswer again = await AskAsync(path, key, content);
            Assert.AreEqual((answer.Status, answer.Body), (again.Status, again.Body), "the same answer for the same key: " + path);
            Interlocked.Increment(ref _replays);
        }

        return answer;
    }

    /// <summary>A GET; null while the cloud does not answer.</summary>
    public async Task<JsonElement?> TryGetAsync(string path)
    {
        try
        {
            using HttpResponseMessage answer = await _http.GetAsync(path);
            return answer.IsSuccessStatusCode ? JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement : null;
        }
        catch (Exception e) when (IsLost(e))
        {
            return null;
        }
    }

    /// <summary>A request to the only hub (docs/requests.md); null while it does not answer.</summary>
    public async Task<JsonElement?> TryAskHubAsync(string method)
    {
        try
        {
            string? id = (await TryGetAsync("/api/hubs"))?.GetProperty("hubs")[0].GetProperty("id").GetString();
            using StringContent body = new("{\"method\":\"" + method + "\"}", Encoding.UTF8, "application/json");
            using HttpResponseMessage answer = await _http.PostAsync("/api/hubs/" + id + "/requests", body);
            return answer.IsSuccessStatusCode ? JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("result") : null;
        }
        catch (Exception e) when (IsLost(e))
        {
            return null;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<KeyedAnswer> AskAsync(string path, string key, Func<HttpContent> content)
    {
        List<string> seen = [];
        for (DateTimeOffset begun = DateTimeOffset.UtcNow; DateTimeOffset.UtcNow - begun < s_patience; await Task.Delay(PauseMs))
        {
            Interlocked.Increment(ref _tries);
            using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = content() };
            request.Headers.Add("Idempotency-Key", key);
            DateTimeOffset asked = DateTimeOffset.UtcNow;
            try
            {
                using HttpResponseMessage response = await _http.SendAsync(request);
                KeyedAnswer answer = new((int)response.StatusCode, await response.Content.ReadAsStringAsync(), asked, DateTimeOffset.UtcNow);

                // 503: the hub is away. 404: a cloud that has restarted learns its printers from the hub. Both have freed the key.
                if (answer.Status is not (503 or 404) && answer.Code != "in_progress")
                {
                    return answer;
                }

                seen.Add(answer.Status + " " + answer.Code);
            }
            catch (Exception e) when (IsLost(e))
            {
                seen.Add(e.Message);
            }
        }

        throw new AssertFailedException(path + " got no final answer: " + string.Join(", ", seen));
    }

    private static bool IsLost(Exception e) => e is HttpRequestException or IOException or OperationCanceledException;
}
