using System;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Virtual;

[TestClass]
public sealed class OctoPrintAppKeysTests : OctoPrintTestBase
{
    [TestMethod]
    public async Task Request_Granted_GivesAKeyOnceThatWorks()
    {
        Client.DefaultRequestHeaders.Clear();
        Assert.AreEqual(204, (await SendAsync(HttpMethod.Get, "/plugin/appkeys/probe")).Status);
        string poll = await AskAsync();
        Assert.AreEqual(202, (await SendAsync(HttpMethod.Get, poll)).Status);
        await PostAsync("/plugin/appkeys/decision", """{"decision":true}""", 403);
        Client.DefaultRequestHeaders.Add("X-Api-Key", Printer.ApiKey);
        string userToken = Printer.AppKeys.Pending[0].UserToken;
        StringAssert.Contains((await GetAsync("/api/plugin/appkeys")).ToJsonString(), userToken);
        await PostAsync("/plugin/appkeys/decision/" + userToken, """{"decision":true}""", 204);
        (int status, string body) = await SendAsync(HttpMethod.Get, poll);
        Assert.AreEqual(200, status);
        Assert.AreEqual(404, (await SendAsync(HttpMethod.Get, poll)).Status);
        string key = (string)JsonNode.Parse(body)!["api_key"]!;
        Assert.IsTrue(key.Length is >= 32 and <= 43, key);
        Client.DefaultRequestHeaders.Clear();
        Client.DefaultRequestHeaders.Add("X-Api-Key", key);
        Assert.AreEqual(200, (await SendAsync(HttpMethod.Get, "/api/version")).Status);
    }

    [TestMethod]
    public async Task Request_Denied_Is404()
    {
        string poll = await AskAsync();
        await PostAsync("/plugin/appkeys/decision", """{"decision":false}""", 204);
        Assert.AreEqual(404, (await SendAsync(HttpMethod.Get, poll)).Status);
        await PostAsync("/plugin/appkeys/decision", """{"decision":true}""", 404);
        await PostAsync("/plugin/appkeys/decision", "{}", 400);
    }

    [TestMethod]
    public async Task Request_NotPolledForSixSeconds_IsStale()
    {
        string poll = await AskAsync();
        Time.Pass(4);
        Assert.AreEqual(202, (await SendAsync(HttpMethod.Get, poll)).Status);
        Time.Pass(4);
        Assert.AreEqual(202, (await SendAsync(HttpMethod.Get, poll)).Status);
        Time.Pass(6);
        Assert.AreEqual(404, (await SendAsync(HttpMethod.Get, poll)).Status);
    }

    [TestMethod]
    public async Task Request_AutoAccept_IsGrantedAfterItsTime()
    {
        Printer.AppKeys.AutoAcceptMs = 2000;
        string poll = await AskAsync();
        Assert.AreEqual(202, (await SendAsync(HttpMethod.Get, poll)).Status);
        Time.Pass(2);
        Assert.AreEqual(200, (await SendAsync(HttpMethod.Get, poll)).Status);
    }

    [TestMethod]
    public async Task Request_WithoutApp_Is400()
    {
        await PostAsync("/plugin/appkeys/request", "{}", 400);
        await PostAsync("/plugin/appkeys/request", "{", 400);
        Assert.AreEqual(404, (await SendAsync(HttpMethod.Get, "/plugin/appkeys/request/unknown")).Status);
    }

    private async Task<string> AskAsync()
    {
        using StringContent body = Json("""{"app":"Hub"}""");
        using HttpResponseMessage response = await Client.PostAsync("/plugin/appkeys/request", body);
        Assert.AreEqual(201, (int)response.StatusCode);
        string token = (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["app_token"]!;
        Assert.AreEqual(Printer.Url + "/plugin/appkeys/request/" + token, response.Headers.Location!.OriginalString);
        return response.Headers.Location.PathAndQuery;
    }
}
