using System;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Hub.Simulator.Cloud;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cloud;

/// <summary>A cloud in memory on a free port, and a client of its API.</summary>
public abstract class CloudTestBase
{
    internal TestLog Log { get; } = new();

    internal CloudServer Cloud { get; private set; } = null!;

    internal HttpClient Client { get; private set; } = null!;

    /// <summary>The cloud's clock.</summary>
    internal virtual TimeProvider Clock => TimeProvider.System;

    [TestInitialize]
    public async Task StartAsync()
    {
        Cloud = await CloudServer.StartAsync(new CloudOptions { Port = 0, Log = Log.Log, Clock = Clock });
        Client = new HttpClient { BaseAddress = Cloud.Address };
    }

    [TestCleanup]
    public async Task StopAsync()
    {
        Client.Dispose();
        await Cloud.DisposeAsync();
        Log.AssertNoErrors();
    }

    internal async Task<JsonElement> GetAsync(string path) => await JsonOf(await Client.GetAsync(path));

    internal static async Task<JsonElement> JsonOf(HttpResponseMessage answer) => JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

    internal Task<HttpResponseMessage> PostAsync(string path, string json) => Client.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));

    /// <summary>Checks the status of an answer that failed, and returns its error.</summary>
    internal static async Task<JsonElement> ErrorOf(HttpResponseMessage answer, int status)
    {
        string text = await answer.Content.ReadAsStringAsync();
        Assert.AreEqual(status, (int)answer.StatusCode, text);
        JsonElement error = JsonDocument.Parse(text).RootElement.GetProperty("error");
        Assert.AreNotEqual("", error.GetProperty("message").GetString());
        return error;
    }

    /// <summary>The printer of GET /api/printers; null while there is none.</summary>
    internal async Task<JsonElement?> PrinterAsync(string id)
    {
        foreach (JsonElement printer in (await GetAsync("/api/printers")).GetProperty("printers").EnumerateArray())
        {
            if (printer.GetProperty("id").GetString() == id)
            {
                return printer;
            }
        }

        return null;
    }

    /// <summary>Waits for a printer's state.</summary>
    internal Task StateAsync(string id, string state) =>
        Patience.UntilAsync(async () => await PrinterAsync(id) is { } printer && printer.GetProperty("state").GetString() == state, id + " " + state, Log.ToString);
}
