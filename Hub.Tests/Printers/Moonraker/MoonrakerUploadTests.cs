using System;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Hub.Core.Printers.Moonraker;
using Hub.Core.Streams;
using Hub.Hal.Desktop;
using Hub.Tests.Portable;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Moonraker;

/// <summary>What an upload makes of scripted answers.</summary>
[TestClass]
public sealed class MoonrakerUploadTests : IDisposable
{
    private readonly ScriptedHal _hal = new ScriptedHal { Machine = new SampleEntropy(), Hasher = new DesktopHash() };
    private readonly MoonrakerClient _client;

    public MoonrakerUploadTests()
    {
        _client = new MoonrakerClient(_hal, new PrinterConfig { Url = "http://printer:7125", ApiKey = new Secret("obviously-fake-key") });
    }

    public void Dispose()
    {
        _client.Dispose();
        Assert.AreEqual(0, _hal.Pool.Rented, "every buffer is given back");
        Assert.AreEqual(0, _hal.Net.OpenSockets, "every connection is closed");
    }

    /// <summary>What the metadata say: the question before the upload, and those after a lost answer.</summary>
    private void AddMetadata(string status, string body) =>
        _hal.AddPeer().AwaitsRequest(1).Gives("HTTP/1.1 " + status + "\r\nContent-Length: " + body.Length + "\r\n\r\n" + body).Ends();

    private string Upload(string status, string body)
    {
        AddMetadata("404 Not Found", "{}");
        return UploadOver(status, body);
    }

    private string UploadOver(string status, string body)
    {
        // The pause lets the hub send all of it first.
        _hal.AddPeer().AwaitsRequest(1).Pauses(1).Gives("HTTP/1.1 " + status + "\r\nContent-Length: " + body.Length + "\r\n\r\n" + body).Ends();
        return _client.Upload("a.gcode", new BytesSource("G28\n"), null, CancellationToken.None);
    }

    [TestMethod]
    [DataRow("""{"action":"create_file","item":{"modified":1.1,"size":4,"permissions":"rw","path":"sub/a.gcode","root":"gcodes"},"print_started":false}""")]
    [DataRow("""{"item":{"path":"sub/a.gcode","root":"gcodes"}}""")]
    [DataRow("""{"result":{"item":{"path":"sub/a.gcode","root":"gcodes","size":4}}}""")]
    [DataRow("""{"result":"sub/a.gcode","print_started":false}""")]
    public void Upload_Created_GivesThePath(string body) => Assert.AreEqual("sub/a.gcode", Upload("201 Created", body));

    [TestMethod]
    [DataRow("201 Created", """{"item":{"path":"a.gcode","size":3}}""", ErrorCode.BadResponse)]
    [DataRow("200 OK", "<html>login</html>", ErrorCode.BadJson)]
    [DataRow("403 Forbidden", """{"error":{"code":403,"message":"Forbidden"}}""", ErrorCode.FileInUse)]
    [DataRow("422 Unprocessable Entity", """{"error":{"code":422,"message":"File checksum mismatch"}}""", ErrorCode.BadResponse)]
    [DataRow("413 Request Entity Too Large", "<html>nginx</html>", ErrorCode.TooLarge)]
    [DataRow("401 Unauthorized", """{"error":{"code":401,"message":"Unauthorized"}}""", ErrorCode.AuthRejected)]
    [DataRow("403 Forbidden", """{"error":{"code":403,"message":"Access to file a.gcode forbidden by reserved path"}}""", ErrorCode.Refused)]
    [DataRow("500 Internal Server Error", """{"error":{"code":500,"message":"[Errno 28] No space left on device"}}""", ErrorCode.StorageFull)]
    [DataRow("500 Internal Server Error", """{"error":{"code":500,"message":"File Upload Parsing Failed"}}""", ErrorCode.ServerError)]
    [DataRow("503 Service Unavailable", """{"error":{"code":503,"message":"Moonraker is shutting down"}}""", ErrorCode.PrinterOffline)]
    [DataRow("302 Found", "", ErrorCode.Redirected)]
    public void Upload_NotStored_SaysWhy(string status, string body, ErrorCode expected)
    {
        HubException error = Assert.ThrowsExactly<HubException>(() => Upload(status, body));
        Assert.AreEqual(expected, error.Code, error.Message);
        Assert.AreEqual(2, _hal.Net.Dials, "one question and one upload: never sent twice");
    }

    [TestMethod]
    public void Upload_Checksum_IsSentBehindTheFile()
    {
        AddMetadata("404 Not Found", "{}");
        const string Answer = """{"item":{"path":"a.gcode"}}""";
        ScriptedStream peer = _hal.AddPeer().AwaitsRequest(1).Pauses(1).Gives("HTTP/1.1 201 Created\r\nContent-Length: " + Answer.Length + "\r\n\r\n" + Answer).Ends();
        _client.Upload("a.gcode", new BytesSource("G28\n"), null, CancellationToken.None);
        string checksum = Convert.ToHexStringLower(SHA256.HashData("G28\n"u8));
        StringAssert.Contains(peer.WrittenText(), "\r\n\r\nG28\n\r\n--hub-");
        StringAssert.Contains(peer.WrittenText(), "name=\"checksum\"\r\n\r\n" + checksum + "\r\n--hub-");
    }

    [TestMethod]
    public void Upload_SuccessBeforeTheWholeBody_IsNotStored()
    {
        string body = """{"item":{"path":"a.gcode","root":"gcodes"},"action":"create_file"}""";
        AddMetadata("404 Not Found", "{}");
        _hal.AddPeer().AwaitsBytes(300).Gives("HTTP/1.1 201 Created\r\nContent-Length: " + body.Length + "\r\n\r\n" + body);
        HubException error = Assert.ThrowsExactly<HubException>(() => _client.Upload("a.gcode", new Zeros(10000000), null, CancellationToken.None));
        Assert.AreEqual(ErrorCode.BadResponse, error.Code, error.Message);
    }

    [TestMethod]
    [DataRow("404 Not Found", "{}", "HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n\r\n")]
    [DataRow("200 OK", """{"result":{"size":4,"modified":1600000000.5}}""", "HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n\r\n")]
    [DataRow("200 OK", """{"result":{"size":3,"modified":1600000000.5}}""", "HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n\r\n")]
    [DataRow("404 Not Found", "{}", "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 18\r\n\r\n<html>nginx</html>")]
    [DataRow("404 Not Found", "{}", "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 18\r\n\r\n<html>nginx</html>")]
    [DataRow("404 Not Found", "{}", "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}")]
    [DataRow("404 Not Found", "{}", "")]
    public void Upload_AnswerIsLost_FindsTheNewFile(string status, string before, string answer)
    {
        AddMetadata(status, before);
        _hal.AddPeer().AwaitsRequest(1).Pauses(1).Gives(answer).Ends();
        AddMetadata("404 Not Found", "{}");
        AddMetadata("200 OK", """{"result":{"size":2,"modified":1700000000.5}}""");
        AddMetadata("200 OK", """{"result":{"size":4,"modified":1700000001.5}}""");
        Assert.AreEqual("a.gcode", _client.Upload("a.gcode", new BytesSource("G28\n"), null, CancellationToken.None));
        Assert.AreEqual(5, _hal.Net.Dials);
    }

    [TestMethod]
    public void Upload_ProxyLosesPatience_OldFileOfTheSameSizeIsNotTheNewOne()
    {
        for (int i = 0; i < 40; i++)
        {
            if (i == 1)
            {
                _hal.AddPeer().AwaitsRequest(1).Pauses(1).Gives("HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n\r\n").Ends();
            }

            AddMetadata("200 OK", """{"result":{"size":4,"modified":1600000000.5}}""");
        }

        HubException error = Assert.ThrowsExactly<HubException>(() => _client.Upload("a.gcode", new BytesSource("G28\n"), null, CancellationToken.None));
        Assert.AreEqual(504, error.HttpStatus, error.Message);
        StringAssert.EndsWith(error.Message, "the file may be stored or not: check the printer's files before you send it again");
        Assert.IsTrue(error.MayHaveActed);
    }

    [TestMethod]
    public void Upload_CancelledWhileItLooksForTheFile_EndsAtOnce()
    {
        AddMetadata("404 Not Found", "{}");
        _hal.AddPeer().AwaitsRequest(1).Pauses(1).Gives("HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n\r\n").Ends();
        AddMetadata("404 Not Found", "{}");
        using CancellationTokenSource stop = new CancellationTokenSource();
        const int After = 500;
        long start = _hal.Time.NowMs;
        _hal.Time.CancelAfter(After, stop);
        HubException error = Assert.ThrowsExactly<HubException>(() => _client.Upload("a.gcode", new BytesSource("G28\n"), null, stop.Token));
        Assert.AreEqual(ErrorCode.Cancelled, error.Code, error.Message);
        Assert.IsTrue(_hal.Time.NowMs - start is >= After and <= After + 100, (_hal.Time.NowMs - start).ToString());
    }

    [TestMethod]
    public void Upload_ProxyLosesPatienceAndNothingWasKnownBefore_StaysLost()
    {
        AddMetadata("500 Internal Server Error", "{}");
        HubException error = Assert.ThrowsExactly<HubException>(() => UploadOver("504 Gateway Timeout", ""));
        Assert.AreEqual(504, error.HttpStatus, error.Message);
        StringAssert.EndsWith(error.Message, "check the printer's files before you send it again");
        Assert.AreEqual(2, _hal.Net.Dials);
    }

    [TestMethod]
    public void Upload_ServerIsGoneAfterIt_IsLookedForUntilItIsBack()
    {
        AddMetadata("404 Not Found", "{}");
        _hal.AddPeer().AwaitsRequest(1).Pauses(1).Ends();
        _hal.AddPeer().AwaitsRequest(1).Ends();
        AddMetadata("502 Bad Gateway", "<html>nginx</html>");
        AddMetadata("200 OK", """{"result":{"size":4,"modified":1700000001.5}}""");
        Assert.AreEqual("a.gcode", _client.Upload("a.gcode", new BytesSource("G28\n"), null, CancellationToken.None));
    }

    [TestMethod]
    public void Upload_Ufp_IsWhatMoonrakerUnpacked()
    {
        const string Answer = """{"item":{"path":"a.gcode","root":"gcodes","size":99}}""";
        _hal.AddPeer().AwaitsRequest(1).Pauses(1).Gives("HTTP/1.1 201 Created\r\nContent-Length: " + Answer.Length + "\r\n\r\n" + Answer).Ends();
        Assert.AreEqual("a.gcode", _client.Upload("a.ufp", new BytesSource("G28\n"), null, CancellationToken.None));
    }

    private sealed class Zeros(long length) : IUploadSource
    {
        private long _left = length;

        public long Length { get; } = length;

        public int Read(byte[] buffer, int offset, int count, int timeoutMs)
        {
            int read = (int)Math.Min(count, _left);
            _left -= read;
            return read;
        }
    }
}
