using System;
using System.Collections.Generic;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Core.Printers.Moonraker;
using Hub.Tests.Portable;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Moonraker;

/// <summary>Over HTTP: what counts as sent, as done and as in doubt when an exchange goes wrong halfway.</summary>
[TestClass]
public sealed class MoonrakerDoubtTests : IDisposable, ILogSink
{
    private const string Ready = """{"result":{"klippy_state":"ready"}}""";
    private const string Unauthorized = """{"error":{"code":401,"message":"Unauthorized"}}""";
    private const string Token = """{"result":{"token":"tok"}}""";

    private readonly ScriptedHal _hal = new ScriptedHal { Machine = new SampleEntropy() };
    private readonly PrinterConfig _config = new PrinterConfig { Id = "m", Type = PrinterTypes.Moonraker, Url = "http://printer:7125" };

    private readonly List<string> _lines = new List<string>();
    private readonly Log _log;

    public MoonrakerDoubtTests()
    {
        _log = new Log(this, _hal.Clock, LogLevel.Debug);
    }

    void ILogSink.Write(long timeMs, LogLevel level, string area, string message) => _lines.Add(message);

    public void Dispose()
    {
        Assert.AreEqual(0, _hal.Pool.Rented, "every buffer is given back");
        Assert.AreEqual(0, _hal.Net.OpenSockets, "every connection is closed");
    }

    private static string Ok(string json) => Answer("200 OK", json);

    private static string Answer(string status, string json) =>
        "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + json.Length + "\r\n\r\n" + json;

    private MoonrakerAccess Access() => new MoonrakerAccess(_hal, HttpOrigin.Parse("http://printer:7125"), _config, _log);

    private MoonrakerHttpLink Link() =>
        new MoonrakerHttpLink(Access(), new MoonrakerReport(), new MoonrakerJobFile(), new MoonrakerSpool());

    private void UseLogin()
    {
        _config.User = "u";
        _config.Password = new Secret("obviously-fake-password");
    }

    [TestMethod]
    public void Command_SentInPart_IsNoSuccess()
    {
        _hal.AddPeer().StallsAfter(10);
        _hal.AddPeer().AwaitsRequest(1).Gives(Ok(Ready));
        using MoonrakerHttpLink link = Link();
        HubException error = Assert.ThrowsExactly<HubException>(() => link.Command("printer.gcode.script", "script", "G28", CancellationToken.None));
        Assert.AreEqual(ErrorCode.Timeout, error.Code, error.Message);
        Assert.IsFalse(error.MayHaveActed);
    }

    [TestMethod]
    public void Command_NoAnswerButServerAlive_IsTaken()
    {
        _hal.AddPeer().AwaitsRequest(1).Pauses(60000);
        _hal.AddPeer().AwaitsRequest(1).Gives(Ok(Ready));
        using MoonrakerHttpLink link = Link();
        link.Command("printer.gcode.script", "script", "G28", CancellationToken.None);
        Assert.AreEqual(2, _hal.Net.Dials);
    }

    [TestMethod]
    [DataRow("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"res")]
    [DataRow("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{\"res")]
    [DataRow("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>")]
    public void Command_AnswerBreaksOff_MayHaveActed(string answer)
    {
        _hal.AddPeer().AwaitsRequest(1).Gives(answer).Ends();
        using MoonrakerHttpLink link = Link();
        HubException error = Assert.ThrowsExactly<HubException>(() => link.Command("printer.print.start", "filename", "a", CancellationToken.None));
        Assert.IsTrue(error.MayHaveActed, error.Code + " " + error.Message);
    }

    [TestMethod]
    [DataRow("503 Service Unavailable", false)]
    [DataRow("502 Bad Gateway", true)]
    public void Command_ServerError_IsInDoubtUnlessKlipperIsNotThere(string status, bool mayHaveActed)
    {
        _hal.AddPeer().AwaitsRequest(1).Pauses(1).Gives(Answer(status, "{}"));
        using MoonrakerHttpLink link = Link();
        HubException error = Assert.ThrowsExactly<HubException>(() => link.Command("printer.print.start", "filename", "a", CancellationToken.None));
        Assert.AreEqual(mayHaveActed, error.MayHaveActed, error.Message);
    }

    [TestMethod]
    public void Command_LoginLost_IsNotInDoubt()
    {
        UseLogin();
        ScriptedStream peer = _hal.AddPeer().AwaitsRequest(1).Pauses(60000);
        _hal.AddPeer().AwaitsRequest(1).Gives(Ok(Ready));
        using MoonrakerHttpLink link = Link();
        HubException error = Assert.ThrowsExactly<HubException>(() => link.Command("printer.gcode.script", "script", "G28", CancellationToken.None));
        Assert.IsFalse(error.MayHaveActed, "nothing but a login was sent: " + error.Message);
        Assert.IsFalse(peer.WrittenText().Contains("gcode/script", StringComparison.Ordinal));
    }

    [TestMethod]
    public void Get_LoginRanOut_LogsInOnceMore()
    {
        UseLogin();
        ScriptedStream peer = _hal.AddPeer().AwaitsRequest(1).Gives(Ok(Token)).AwaitsRequest(2).Gives(Ok(Ready))
            .AwaitsRequest(3).Gives(Answer("401 Unauthorized", Unauthorized))
            .AwaitsRequest(4).Gives(Ok("""{"result":{"token":"new"}}""")).AwaitsRequest(5).Gives(Ok(Ready));
        using MoonrakerApi api = new MoonrakerApi(Access());
        api.GetResult("/server/info", CancellationToken.None);
        api.GetResult("/server/info", CancellationToken.None);
        StringAssert.Contains(peer.WrittenText(), "Authorization: Bearer new\r\n");
    }

    [TestMethod]
    public void Get_NewLoginRefused_IsAuthRejected()
    {
        UseLogin();
        _hal.AddPeer().AwaitsRequest(1).Gives(Ok(Token)).AwaitsRequest(2).Gives(Answer("401 Unauthorized", Unauthorized));
        using MoonrakerApi api = new MoonrakerApi(Access());
        HubException error = Assert.ThrowsExactly<HubException>(() => api.GetResult("/server/info", CancellationToken.None));
        Assert.AreEqual(ErrorCode.AuthRejected, error.Code, error.Message);
    }

    [TestMethod]
    public void Login_Tokens_AreMaskedAsLongAsTheyHold()
    {
        UseLogin();
        ScriptedStream peer = _hal.AddPeer();
        for (int i = 1; i <= 3; i++)
        {
            peer.AwaitsRequest((2 * i) - 1).Gives(Ok("{\"result\":{\"token\":\"fake-token-" + i + "\"}}")).AwaitsRequest(2 * i).Gives(Ok(Ready));
        }

        MoonrakerAccess access = Access();
        using MoonrakerApi api = new MoonrakerApi(access);
        for (int i = 0; i < 3; i++)
        {
            api.GetResult("/server/info", CancellationToken.None);
            access.ForgetToken();
        }

        _log.Info("m", "fake-token-1 fake-token-2 fake-token-3");
        Assert.AreEqual("fake-token-1 *** ***", _lines[^1], "the last one, the one before, and no endless list");
    }

    [TestMethod]
    public void Post_LoginRanOut_IsRefusedAndTheNextLogsIn()
    {
        UseLogin();
        _hal.AddPeer().AwaitsRequest(1).Gives(Ok(Token)).AwaitsRequest(2).Gives(Ok(Ready));
        ScriptedStream refused = _hal.AddPeer().AwaitsRequest(1).Pauses(1).Gives(Answer("401 Unauthorized", Unauthorized))
            .AwaitsRequest(2).Gives(Ok("""{"result":{"token":"new"}}"""));
        ScriptedStream taken = _hal.AddPeer().AwaitsRequest(1).Pauses(1).Gives(Ok("""{"result":"ok"}"""));
        using MoonrakerApi api = new MoonrakerApi(Access());
        api.GetResult("/server/info", CancellationToken.None);
        HubException error = Assert.ThrowsExactly<HubException>(() => api.PostResult("/printer/print/pause", "{}", CancellationToken.None));
        Assert.AreEqual(ErrorCode.Refused, error.Code, error.Message);
        Assert.IsFalse(error.MayHaveActed);
        api.PostResult("/printer/print/pause", "{}", CancellationToken.None);
        StringAssert.Contains(refused.WrittenText(), "Bearer tok");
        StringAssert.Contains(taken.WrittenText(), "Bearer new");
    }

    [TestMethod]
    public void Command_LoginSlow_IsWaitedFor()
    {
        UseLogin();
        _hal.AddPeer().AwaitsRequest(1).Pauses(4000).Gives(Ok(Token));
        ScriptedStream peer = _hal.AddPeer().AwaitsRequest(1).Gives(Ok("""{"result":"ok"}"""));
        using MoonrakerHttpLink link = Link();
        link.Command("printer.gcode.script", "script", "G28", CancellationToken.None);
        StringAssert.Contains(peer.WrittenText(), "POST /printer/gcode/script HTTP/1.1\r\n");
    }
}
