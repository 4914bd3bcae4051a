using System.Net;
using System.Net.Http;
using System.Text;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Access;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cloud.Access;

/// <summary>What web pages of other sites try with a cloud on loopback, which needs no token.</summary>
[TestClass]
public sealed class OtherSitesTests
{
    private static readonly AccessOptions s_open = new() { IsLoopback = true };

    [TestMethod]
    [DataRow("127.0.0.1")]
    [DataRow("localhost")]
    [DataRow("LOCALHOST.")]
    [DataRow("[::1]")]
    [DataRow("127.0.0.1:9")]
    public async Task Host_OfLoopback_IsAnswered(string host)
    {
        await using AccessBed bed = await AccessBed.StartAsync(s_open);
        Assert.AreEqual(HttpStatusCode.OK, await bed.SendAsync(HttpMethod.Get, "/api/printers", "Host: " + host));
    }

    [TestMethod]
    [DataRow("evil.example")]
    [DataRow("localhost.evil.example")]
    [DataRow("127.0.0.1.evil.example")]
    [DataRow("192.168.1.5")]
    [DataRow("0.0.0.0")]
    public async Task Host_ThatIsForeign_NeitherReadsNorCommands(string host)
    {
        // DNS rebinding: to the browser, the page and the cloud are one site.
        await using AccessBed bed = await AccessBed.StartAsync(s_open);
        string own = "Host: " + host + ":" + bed.Address.Port;
        string origin = "Origin: http://" + host + ":" + bed.Address.Port;
        foreach (string path in new[] { "/api/printers", "/", "/healthz", "/ws/dashboard" })
        {
            Assert.AreEqual(HttpStatusCode.MisdirectedRequest, await bed.SendAsync(HttpMethod.Get, path, own, "Sec-Fetch-Site: same-origin"), path);
        }

        Assert.AreEqual(HttpStatusCode.MisdirectedRequest, await bed.SendAsync(HttpMethod.Post, "/api/printers/a/commands", own, origin));
        Assert.IsFalse(await bed.OpensAsync("/ws/dashboard", own, origin));
        Assert.IsFalse(await bed.OpensAsync("/ws/hub/a", own, origin));
        Assert.AreEqual(0, bed.Passed);
    }

    [TestMethod]
    public async Task Host_OfAName_IsAnsweredWhereItWasGiven()
    {
        await using AccessBed bed = await AccessBed.StartAsync(new AccessOptions { IsLoopback = true, Names = ["farm.example", "192.168.1.5"] });
        Assert.AreEqual(HttpStatusCode.OK, await bed.SendAsync(HttpMethod.Get, "/api/printers", "Host: Farm.example"));
        Assert.AreEqual(HttpStatusCode.OK, await bed.SendAsync(HttpMethod.Get, "/api/printers", "Host: 192.168.1.5:5080"));
        Assert.AreEqual(HttpStatusCode.MisdirectedRequest, await bed.SendAsync(HttpMethod.Get, "/api/printers", "Host: other.example"));
    }

    [TestMethod]
    [DataRow("http://evil.example")]
    [DataRow("null")]
    [DataRow("http://127.0.0.1")]
    [DataRow("http://127.0.0.1:1")]
    [DataRow("file://")]
    public async Task Origin_OfAnotherSite_IsRefusedForEveryMethodAndWebSocket(string origin)
    {
        await using AccessBed bed = await AccessBed.StartAsync(s_open);
        foreach (HttpMethod method in new[] { HttpMethod.Get, HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Options })
        {
            Assert.AreEqual(HttpStatusCode.Forbidden, await bed.SendAsync(method, "/api/printers", "Origin: " + origin), method.ToString());
        }

        Assert.IsFalse(await bed.OpensAsync("/ws/dashboard", "Origin: " + origin));
        Assert.IsFalse(await bed.OpensAsync("/ws/hub/a", "Origin: " + origin));
        Assert.AreEqual(0, bed.Passed);
    }

    [TestMethod]
    public async Task Origin_OfThisCloud_IsAllowed()
    {
        await using AccessBed bed = await AccessBed.StartAsync(s_open);
        string origin = "Origin: http://127.0.0.1:" + bed.Address.Port;
        Assert.AreEqual(HttpStatusCode.OK, await bed.SendAsync(HttpMethod.Post, "/api/printers", origin, "Sec-Fetch-Site: same-origin"));
        Assert.AreEqual(HttpStatusCode.OK, await bed.SendAsync(HttpMethod.Post, "/api/printers", origin.Replace("http:", "https:", System.StringComparison.Ordinal)), "a proxy that adds TLS");
        Assert.IsTrue(await bed.OpensAsync("/ws/dashboard", origin));
        Assert.IsTrue(await bed.OpensAsync("/ws/dashboard"), "a program");
    }

    [TestMethod]
    [DataRow("cross-site")]
    [DataRow("same-site")]
    [DataRow("nonsense")]
    public async Task FetchSite_OfAnotherSite_ReadsNoData(string site)
    {
        await using AccessBed bed = await AccessBed.StartAsync(s_open);
        string[] link = ["Sec-Fetch-Site: " + site, "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"];
        Assert.AreEqual(HttpStatusCode.Forbidden, await bed.SendAsync(HttpMethod.Get, "/api/printers", "Sec-Fetch-Site: " + site, "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: script"));
        Assert.AreEqual(HttpStatusCode.Forbidden, await bed.SendAsync(HttpMethod.Get, "/api/printers", link));
        Assert.AreEqual(HttpStatusCode.Forbidden, await bed.SendAsync(HttpMethod.Post, "/", link));
        Assert.AreEqual(HttpStatusCode.Forbidden, await bed.SendAsync(HttpMethod.Get, "/", "Sec-Fetch-Site: " + site, "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"));
        Assert.AreEqual(0, bed.Passed);
        Assert.AreEqual(HttpStatusCode.OK, await bed.SendAsync(HttpMethod.Get, "/", link), "a link to the dashboard");
    }

    [TestMethod]
    [DataRow("application/x-www-form-urlencoded")]
    [DataRow("multipart/form-data; boundary=x")]
    [DataRow("text/plain;charset=UTF-8")]
    [DataRow("TEXT/PLAIN")]
    public async Task Body_OfAForm_IsRefused(string type)
    {
        await using AccessBed bed = await AccessBed.StartAsync(s_open);
        using ByteArrayContent body = new(Encoding.UTF8.GetBytes("{\"action\":\"pause\"}"));
        body.Headers.TryAddWithoutValidation("Content-Type", type);
        using HttpResponseMessage answer = await bed.AnswerOfAsync(HttpMethod.Post, "/api/printers/a/commands", body);
        Assert.AreEqual(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Contains("application/json", await answer.Content.ReadAsStringAsync());
        Assert.AreEqual(0, bed.Passed);
    }

    [TestMethod]
    public async Task Answers_CarryTheHeadersThatKeepOtherSitesOut()
    {
        await using AccessBed bed = await AccessBed.StartAsync(s_open);
        foreach (string host in new[] { "127.0.0.1", "evil.example" })
        {
            using HttpResponseMessage answer = await bed.AnswerOfAsync(HttpMethod.Get, "/api/printers", null, "Host: " + host);
            Assert.AreEqual("nosniff", string.Join(",", answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.AreEqual("same-origin", string.Join(",", answer.Headers.GetValues("Cross-Origin-Resource-Policy")));
            Assert.Contains("frame-ancestors 'none'", string.Join(",", answer.Headers.GetValues("Content-Security-Policy")));
            Assert.IsFalse(answer.Headers.Contains("Access-Control-Allow-Origin"));
            Assert.IsTrue(answer.Headers.CacheControl!.NoStore);
        }
    }
}
