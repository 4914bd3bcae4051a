using System;
using System.Threading;
using Hub.Core;
using Hub.Core.Configuration;
using Hub.Core.Http;
using Hub.Core.Printers;
using Hub.Core.Printers.Moonraker;
using Hub.Tests.Portable;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Moonraker;

/// <summary>Over HTTP: what counts as sent, as done and as in doubt when an exchange goes wrong halfway.</summary>
[TestClass]
public sealed class MoonrakerDoubtTests : IDisposable
{
    private const string Ready = """{"result":{"klippy_state":"ready"}}""";
    private const string Token = """{"result":{"token":"tok"}}""";

    private readonly ScriptedHal _hal = new ScriptedHal { Machine = new SampleEntropy() };
    private readonly PrinterConfig _config = new PrinterConfig { Id = "m", Type = PrinterTypes.Moonraker, Url = "http://printer:7125" };

    public void Dispose()
    {
        Assert.AreEqual(0, _hal.Pool.Rented, "every buffer is given back");
        Assert.AreEqual(0, _hal.Net.OpenSockets, "every connection is closed");
    }

    private static string Ok(string json) => Answer("200 OK", json);

    private static string Answer(string status, string json) =>
        "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + json.Length + "\r\n\r\n" + json;

    private MoonrakerHttpLink Link() =>
        new MoonrakerHttpLink(_hal, HttpOrigin.Parse("http://printer:7125"), _config, new MoonrakerReport(), new MoonrakerJobFile());

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
