using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Text;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Hub.Core.Printers.OctoPrint;
using Hub.Core.Printers.PrusaLink;
using Hub.Tests.Portable;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers;

/// <summary>
/// Answers of servers that are not the printer's, or not yet: what a client makes of them, in words and in whether it tries
/// again. Only a refused login, an untrusted certificate or a wrong configuration may end a link.
/// </summary>
[TestClass]
public sealed class HttpAnswersTests
{
    private const string Idle = """{"printer":{"state":"IDLE"}}""";
    private const string OctoVersion = """{"api":"0.1","server":"1.11.8","text":"OctoPrint 1.11.8"}""";
    private const string PrusaVersion = """{"api":"2.0.0","text":"PrusaLink"}""";
    private const string OctoPrinter = """{"state":{"flags":{"operational":true}}}""";
    private const string Page = "<!DOCTYPE html><html><head><title> Router login </title></head></html>";

    private readonly ScriptedHal _hal = new ScriptedHal { Machine = new KnownRandom(), Hasher = new Md5Only() };

    private static string Answer(int status, string body = "", string headers = "") =>
        "HTTP/1.1 " + status + " X\r\n" + headers + "Content-Length: " + Encoding.UTF8.GetByteCount(body) + "\r\n\r\n" + body;

    private IPrinterClient NewClient(string type) => type == PrinterTypes.OctoPrint
        ? new OctoPrintClient(_hal, new PrinterConfig { Id = "p", Type = type, Url = "http://127.0.0.1:5000/octo", ApiKey = new Secret("obviously-fake-key") })
        : new PrusaLinkClient(_hal, new PrinterConfig { Id = "p", Type = type, Url = "http://127.0.0.1:5000/octo", ApiKey = new Secret("obviously-fake-key") });

    private HubException ConnectFails(string type, string answer)
    {
        _hal.Net.Add(new ScriptedStream(_hal.Time).AwaitsRequest(1).Gives(answer).Ends());
        using IPrinterClient client = NewClient(type);
        HubException error = Assert.ThrowsExactly<HubException>(() => client.Connect(CancellationToken.None));
        Assert.IsFalse(error.Message.Contains('\n', StringComparison.Ordinal), "one line");
        return error;
    }

    private static IEnumerable<object[]> PassingAnswers
    {
        get
        {
            foreach (string type in new[] { PrinterTypes.OctoPrint, PrinterTypes.PrusaLink })
            {
                foreach (int status in new[] { 301, 302, 307, 404, 405, 408, 410, 413, 414, 418, 429, 431, 500, 501, 502, 503, 504, 507, 599 })
                {
                    yield return new object[] { type, Answer(status) };
                    yield return new object[] { type, Answer(status, Page) };
                    yield return new object[] { type, Answer(status, """{"error":"starting","message":"starting"}""") };
                }

                // A captive portal, a router's or a proxy's own page: no printer's server refuses a login so.
                yield return new object[] { type, Answer(401, Page) };
                yield return new object[] { type, Answer(403, Page) };
                yield return new object[] { type, Answer(200, Page) };
                yield return new object[] { type, Answer(200, "") };
                yield return new object[] { type, Answer(200, "{}") };
                yield return new object[] { type, Answer(200, "{\"text\":null}") };
                yield return new object[] { type, Answer(200, "{\"text\":") };
                yield return new object[] { type, Answer(200, "[1]") };
                yield return new object[] { type, Answer(204) };
                yield return new object[] { type, "SSH-2.0-OpenSSH_9.2\r\n" };
                yield return new object[] { type, "" };
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(PassingAnswers))]
    public void Connect_AnswerThatARestartOrAProxyMayGive_NeverEndsTheLink(string type, string answer)
    {
        HubException error = ConnectFails(type, answer);
        Assert.IsFalse(ErrorCodes.EndsLink(error.Code), error.Code + ": " + error.Message);
    }

    [TestMethod]
    [DynamicData(nameof(PassingAnswers))]
    public void Poll_AnswerThatARestartOrAProxyMayGive_NeverEndsTheLink(string type, string answer)
    {
        bool isOctoPrint = type == PrinterTypes.OctoPrint;
        ScriptedStream stream = new ScriptedStream(_hal.Time).AwaitsRequest(1).Gives(Answer(200, isOctoPrint ? OctoVersion : PrusaVersion));
        stream.AwaitsRequest(2).Gives(isOctoPrint ? answer : Answer(200, Idle)).AwaitsRequest(3).Gives(answer).Ends();
        _hal.Net.Add(stream);
        for (int i = 0; i < 4; i++)
        {
            _hal.Net.Add(new ScriptedStream(_hal.Time).AwaitsRequest(1).Gives(answer).Ends());
        }

        using IPrinterClient client = NewClient(type);
        client.Connect(CancellationToken.None);
        try
        {
            client.Poll(CancellationToken.None);
            Assert.AreNotEqual(PrinterState.Idle, client.Status.State);
            Assert.IsNotNull(client.Status.ErrorMessage, "what is not known says why");
        }
        catch (HubException e)
        {
            Assert.IsFalse(ErrorCodes.EndsLink(e.Code), e.Code + ": " + e.Message);
        }
    }

    [TestMethod]
    [DataRow(PrinterTypes.OctoPrint, 403, """{"error":"Invalid API key"}""", "", ErrorCode.AuthRejected)]
    [DataRow(PrinterTypes.OctoPrint, 401, "", "WWW-Authenticate: Basic realm=\"x\"\r\n", ErrorCode.AuthRejected)]
    [DataRow(PrinterTypes.OctoPrint, 200, PrusaVersion, "", ErrorCode.ConfigInvalid)]
    [DataRow(PrinterTypes.PrusaLink, 403, "Bad X-Api-Key.", "", ErrorCode.AuthRejected)]
    [DataRow(PrinterTypes.PrusaLink, 401, "", "WWW-Authenticate: ApiKey realm=\"Printer API\"\r\n", ErrorCode.AuthRejected)]
    [DataRow(PrinterTypes.PrusaLink, 200, OctoVersion, "", ErrorCode.ConfigInvalid)]
    public void Connect_RefusedLoginOrWrongConfiguration_EndsTheLink(string type, int status, string body, string headers, ErrorCode expected)
    {
        HubException error = ConnectFails(type, Answer(status, body, headers));
        Assert.AreEqual(expected, error.Code, error.Message);
        Assert.IsTrue(ErrorCodes.EndsLink(error.Code));
    }

    [TestMethod]
    [DataRow("https://octopi.example/octo/api/version", "set the printer's url to https://octopi.example/octo")]
    [DataRow("https://octopi.example/login?next=%2Fapi", "to the login page https://octopi.example/login?next=%2Fapi")]
    [DataRow("http://portal.example/", "to http://portal.example/: set the printer's url to OctoPrint's own address")]
    [DataRow("/elsewhere/", "to /elsewhere/: set the printer's url to OctoPrint's own address")]
    public void Connect_Redirect_NamesWhereFromAndWhereTo(string location, string words)
    {
        HubException error = ConnectFails(PrinterTypes.OctoPrint, Answer(302, "<html></html>", "Location: " + location + "\r\n"));
        Assert.AreEqual(ErrorCode.Redirected, error.Code);
        StringAssert.Contains(error.Message, "127.0.0.1:5000");
        StringAssert.Contains(error.Message, words);
    }

    [TestMethod]
    [DataRow(Page, "'Router login'", "a login stands in front")]
    [DataRow("<html><TITLE>OctoPrint is still starting up</TITLE>", "'OctoPrint is still starting up'", "not ready yet")]
    [DataRow("<html><title>FRITZ!Box</title>", "'FRITZ!Box'", "another program or a proxy")]
    [DataRow("<html><body>hi", "a web page (HTML)", "is that the address of OctoPrint")]
    [DataRow("<html><title>", "a web page (HTML)", "127.0.0.1:5000")]
    public void Connect_WebPage_NamesItAndTheAddress(string page, string title, string advice)
    {
        HubException error = ConnectFails(PrinterTypes.OctoPrint, Answer(200, page));
        Assert.AreEqual(ErrorCode.BadJson, error.Code);
        StringAssert.Contains(error.Message, title);
        StringAssert.Contains(error.Message, advice);
    }

    [TestMethod]
    [DataRow(PrinterTypes.OctoPrint, 403)]
    [DataRow(PrinterTypes.OctoPrint, 401)]
    [DataRow(PrinterTypes.PrusaLink, 403)]
    public void Connect_RefusedWithAPage_NamesTheKeyAndAnotherServer(string type, int status)
    {
        HubException error = ConnectFails(type, Answer(status, "<!DOCTYPE HTML>\n<title>" + status + " No</title>\n<h1>No</h1>"));
        Assert.AreEqual(ErrorCode.BadJson, error.Code);
        StringAssert.Contains(error.Message, "the web page '" + status + " No'");
        StringAssert.Contains(error.Message, "the API key or password is wrong, or another server");
    }

    [TestMethod]
    [DataRow(PrinterTypes.OctoPrint, "<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>")]
    [DataRow(PrinterTypes.OctoPrint, "Client sent an HTTP request to an HTTPS server.\n")]
    [DataRow(PrinterTypes.PrusaLink, "<html><title>400 Bad Request</title>You're speaking plain HTTP to an SSL-enabled server port.")]
    public void Connect_PlainHttpToATlsPort_SaysSo(string type, string body)
    {
        HubException error = ConnectFails(type, Answer(400, body));
        Assert.AreEqual(ErrorCode.BadResponse, error.Code);
        StringAssert.Contains(error.Message, "set the printer's url to https://");
    }

    [TestMethod]
    [DataRow("gzip", true)]
    [DataRow("br", false)]
    [DataRow(null, true)]
    public void Connect_CompressedAnswer_IsNamed(string? coding, bool isGzip)
    {
        byte[] body = Encoding.UTF8.GetBytes(OctoVersion);
        using MemoryStream packed = new MemoryStream();
        using (Stream pack = isGzip ? new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true) : new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            pack.Write(body);
        }

        byte[] bytes = packed.ToArray();
        string head = "HTTP/1.1 200 OK\r\n" + (coding == null ? "" : "Content-Encoding: " + coding + "\r\n") + "Content-Length: " + bytes.Length + "\r\n\r\n";
        _hal.Net.Add(new ScriptedStream(_hal.Time).AwaitsRequest(1).Gives(head).Gives(bytes));
        using IPrinterClient client = NewClient(PrinterTypes.OctoPrint);
        HubException error = Assert.ThrowsExactly<HubException>(() => client.Connect(CancellationToken.None));
        Assert.AreEqual(ErrorCode.BadResponse, error.Code);
        StringAssert.Contains(error.Message, coding ?? "gzip");
        StringAssert.Contains(error.Message, "switch compression off");
    }

    [TestMethod]
    [DataRow("Digest realm=\"r\", nonce=\"n\"", "HTTP Digest")]
    [DataRow("Basic realm=\"r\"", "HTTP Basic")]
    [DataRow("Negotiate", "HTTP Negotiate")]
    public void Connect_ProxysLogin_NamesItsKind(string challenge, string words)
    {
        HubException error = ConnectFails(PrinterTypes.OctoPrint, Answer(401, Page, "WWW-Authenticate: " + challenge + "\r\n"));
        Assert.AreEqual(ErrorCode.AuthRejected, error.Code);
        StringAssert.Contains(error.Message, words);
        StringAssert.Contains(error.Message, "127.0.0.1:5000");
    }

    [TestMethod]
    [DataRow(502, "gets no answer from OctoPrint")]
    [DataRow(503, "is not ready")]
    [DataRow(500, "reports a fault of its own")]
    public void Connect_ServerFault_NamesTheServer(int status, string words)
    {
        HubException error = ConnectFails(PrinterTypes.OctoPrint, Answer(status, Page));
        Assert.AreEqual(ErrorCode.ServerError, error.Code);
        StringAssert.Contains(error.Message, words);
        StringAssert.Contains(error.Message, "127.0.0.1:5000");
    }

    [TestMethod]
    public void Connect_OctoPrintsStandIn_SaysThatItStarts()
    {
        HubException error = ConnectFails(PrinterTypes.OctoPrint, "Not found");
        Assert.AreEqual(ErrorCode.ServerError, error.Code, error.Message);
        StringAssert.Contains(error.Message, "is starting");
    }

    [TestMethod]
    public void Poll_OctoPrintThatStarts_ComesBackByItself()
    {
        _hal.Net.Add(new ScriptedStream(_hal.Time).AwaitsRequest(1).Gives(Answer(200, OctoVersion)));
        using IPrinterClient client = NewClient(PrinterTypes.OctoPrint);
        client.Connect(CancellationToken.None);
        client.Disconnect();
        _hal.Net.Add(new ScriptedStream(_hal.Time).AwaitsRequest(1).Gives(Answer(200, OctoPrinter)).AwaitsRequest(2).Gives(Answer(200, "{}")));
        client.Poll(CancellationToken.None);
        Assert.AreEqual(PrinterState.Idle, client.Status.State);
    }
}
