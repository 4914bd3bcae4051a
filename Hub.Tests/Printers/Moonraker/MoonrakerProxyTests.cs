using System;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Printers;
using Hub.Core.Printers.Moonraker;
using Hub.Hal.Desktop;
using Hub.Tests.Portable;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using static Hub.Tests.Support.HubErrors;

namespace Hub.Tests.Printers.Moonraker;

/// <summary>Proxies in front of Moonraker that want a login of their own, and refusals of a login that are none for good.</summary>
[TestClass]
public sealed class MoonrakerProxyTests : IDisposable
{
    private const string Ready = """{"result":{"klippy_state":"ready"}}""";
    private const string Digest = "Digest realm=\"HT90\", qop=\"auth\", nonce=\"0a1b2c\", algorithm=MD5, opaque=\"11\"";

    private readonly ScriptedHal _hal = new ScriptedHal { Machine = new SampleEntropy(), Hasher = new DesktopHash() };
    private readonly PrinterConfig _config = new PrinterConfig { Id = "m", Type = PrinterTypes.Moonraker, Url = "http://printer:7125" };

    public void Dispose()
    {
        Assert.AreEqual(0, _hal.Pool.Rented, "every buffer is given back");
        Assert.AreEqual(0, _hal.Net.OpenSockets, "every connection is closed");
    }

    private static string Answer(string status, string body) => "HTTP/1.1 " + status + "\r\nContent-Length: " + body.Length + "\r\n\r\n" + body;

    private static string Wants(string challenge) => Answer("401 Unauthorized\r\nWWW-Authenticate: " + challenge, "<html>401</html>");

    private MoonrakerApi Api(bool hasPassword = true)
    {
        if (hasPassword)
        {
            _config.User = "maker";
            _config.Password = new Secret("obviously-fake-password");
        }

        return new MoonrakerApi(new MoonrakerAccess(_hal, HttpOrigin.Parse("http://printer:7125"), _config, null));
    }

    [TestMethod]
    public void Get_ProxyWantsDigest_IsAnsweredAndRemembered()
    {
        ScriptedStream peer = _hal.AddPeer().AwaitsRequest(1).Gives(Wants(Digest))
            .AwaitsRequest(2).Gives(Answer("200 OK", Ready)).AwaitsRequest(3).Gives(Answer("200 OK", Ready));
        using MoonrakerApi api = Api();
        api.GetResult("/server/info", CancellationToken.None);
        api.GetResult("/server/info", CancellationToken.None);
        string written = peer.WrittenText();
        StringAssert.StartsWith(written, "POST /access/login ");
        StringAssert.Contains(written, "Authorization: Digest username=\"maker\", realm=\"HT90\", nonce=\"0a1b2c\", uri=\"/server/info\"");
        StringAssert.Contains(written, "nc=00000002");
        Assert.AreEqual(written.IndexOf("/access/login", StringComparison.Ordinal), written.LastIndexOf("/access/login", StringComparison.Ordinal), "no second login at Moonraker");
    }

    [TestMethod]
    public void Post_ProxyWantsDigest_IsNeverSentToBeChallenged()
    {
        _hal.AddPeer().AwaitsRequest(1).Gives(Wants(Digest)).AwaitsRequest(2).Gives(Answer("200 OK", Ready)).AwaitsRequest(3).Gives(Answer("200 OK", Ready));
        ScriptedStream command = _hal.AddPeer().AwaitsRequest(1).Pauses(1).Gives(Answer("200 OK", """{"result":"ok"}"""));
        using MoonrakerApi api = Api();
        api.GetResult("/server/info", CancellationToken.None);
        api.PostResult("/printer/print/pause", "{}", CancellationToken.None);
        StringAssert.Contains(command.WrittenText(), "uri=\"/printer/print/pause\"");
    }

    [TestMethod]
    public void Upgrade_ProxyWantsDigest_CarriesItsAnswer()
    {
        _hal.AddPeer().AwaitsRequest(1).Gives(Wants(Digest)).AwaitsRequest(2).Gives(Answer("200 OK", Ready));
        using MoonrakerApi api = Api();
        HttpRequest request = new HttpRequest("GET", "/websocket");
        Assert.IsNull(api.AuthorizeUpgrade(request, CancellationToken.None));
        Assert.IsTrue(request.HasHeader("authorization"));
    }

    [TestMethod]
    public void Get_ProxyWantsBasic_IsAnswered()
    {
        ScriptedStream peer = _hal.AddPeer().AwaitsRequest(1).Gives(Wants("Basic realm=\"x\"")).AwaitsRequest(2).Gives(Answer("200 OK", Ready));
        using MoonrakerApi api = Api();
        api.GetResult("/server/info", CancellationToken.None);
        StringAssert.Contains(peer.WrittenText(), "Authorization: Basic bWFrZXI6b2J2aW91c2x5LWZha2UtcGFzc3dvcmQ=\r\n");
    }

    [TestMethod]
    public void Get_DigestRefused_NamesItAndNotMoonraker()
    {
        _hal.AddPeer().AwaitsRequest(1).Gives(Wants(Digest)).AwaitsRequest(2).Gives(Wants(Digest)).AwaitsRequest(3).Gives(Wants(Digest));
        using MoonrakerApi api = Api();
        StringAssert.Contains(Fails(ErrorCode.AuthRejected, () => api.GetResult("/server/info", CancellationToken.None)).Message, "HTTP Digest");
    }

    [TestMethod]
    public void Get_NonceStale_TakesTheNewOne()
    {
        ScriptedStream peer = _hal.AddPeer().AwaitsRequest(1).Gives(Wants(Digest)).AwaitsRequest(2).Gives(Answer("200 OK", Ready))
            .AwaitsRequest(3).Gives(Wants("Digest realm=\"HT90\", qop=\"auth\", nonce=\"later\", algorithm=MD5")).AwaitsRequest(4).Gives(Answer("200 OK", Ready));
        using MoonrakerApi api = Api();
        api.GetResult("/server/info", CancellationToken.None);
        api.GetResult("/server/info", CancellationToken.None);
        StringAssert.Contains(peer.WrittenText(), "nonce=\"later\"");
    }

    [TestMethod]
    [DataRow("Digest realm=\"HT90\", qop=\"auth\", nonce=\"0a1b2c\"", ErrorCode.AuthMissing, "HTTP Digest")]
    [DataRow("Basic realm=\"x\"", ErrorCode.AuthMissing, "HTTP Basic")]
    [DataRow("Negotiate", ErrorCode.AuthRejected, "HTTP Negotiate")]
    public void Get_NoPassword_NamesTheLoginThatIsWanted(string challenge, ErrorCode expected, string named)
    {
        _hal.AddPeer().AwaitsRequest(1).Gives(Wants(challenge));
        using MoonrakerApi api = Api(hasPassword: false);
        StringAssert.Contains(Fails(expected, () => api.GetResult("/server/info", CancellationToken.None)).Message, named);
    }

    [TestMethod]
    [DataRow("401 Unauthorized", """{"error":{"code":401,"message":"Unauthorized","traceback":"HTTPError: HTTP 401: Unauthorized (Unauthorized, Maximum Login Attempts Reached)"}}""", ErrorCode.Throttled)]
    [DataRow("400 Bad Request", """{"error":{"code":400,"message":"Bad Request","traceback":"ServerError: Invalid Password"}}""", ErrorCode.AuthRejected)]
    [DataRow("403 Forbidden", "<html>maintenance</html>", ErrorCode.BadResponse)]
    [DataRow("502 Bad Gateway", "<html>nginx</html>", ErrorCode.ServerError)]
    [DataRow("404 Not Found", "<html>nginx</html>", ErrorCode.NotFound)]
    public void Login_Refused_IsForGoodOnlyWhenMoonrakerRefusesIt(string status, string body, ErrorCode expected)
    {
        _hal.AddPeer().AwaitsRequest(1).Gives(Answer(status, body));
        using MoonrakerApi api = Api();
        HubException error = Fails(expected, () => api.GetResult("/server/info", CancellationToken.None));
        Assert.AreEqual(expected == ErrorCode.AuthRejected, ErrorCodes.EndsLink(error.Code));
    }

    [TestMethod]
    public void Connect_ProxyRefusesTheWebsocketAlone_Polls()
    {
        _hal.AddPeer().AwaitsRequest(1).Gives(Answer("403 Forbidden", "no")).Ends();
        _hal.AddPeer().AwaitsRequest(1).Gives(Answer("200 OK", Ready)).AwaitsRequest(2).Gives(Answer("200 OK", """{"result":{"objects":[]}}"""))
            .AwaitsRequest(3).Gives(Answer("200 OK", """{"result":{"status":{"webhooks":{"state":"ready"},"print_stats":{"state":"standby"}}}}"""));
        using MoonrakerClient client = new MoonrakerClient(_hal, _config);
        client.Connect(CancellationToken.None);
        Assert.IsFalse(client.IsPushing);
    }
}
