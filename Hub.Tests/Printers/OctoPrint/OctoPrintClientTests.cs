using System;
using System.IO;
using System.Text;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Printers;
using Hub.Core.Printers.OctoPrint;
using Hub.Core.Streams;
using Hub.Tests.Portable;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;
using static Hub.Tests.Support.HubErrors;

namespace Hub.Tests.Printers.OctoPrint;

/// <summary>The client against answers that a real OctoPrint 1.10.3 gave, byte for byte.</summary>
[TestClass]
public sealed class OctoPrintClientTests : IDisposable
{
    /// <summary>Length of the request that uploads four bytes as plain.gcode.</summary>
    private const int UploadBytes = 423;

    private readonly ScriptedHal _hal = new ScriptedHal { Machine = Mock.Of<ISystem>() };
    private readonly OctoPrintClient _client;

    public OctoPrintClientTests()
    {
        _client = new OctoPrintClient(_hal, new PrinterConfig
        {
            Id = "octo-1",
            Type = PrinterTypes.OctoPrint,
            Url = "http://127.0.0.1:5000",
            ApiKey = new Secret("obviously-fake-key"),
        });
    }

    public void Dispose()
    {
        _client.Dispose();
        Assert.AreEqual(0, _hal.Pool.Rented, "every buffer is given back");
        Assert.AreEqual(0, _hal.Net.OpenSockets, "every connection is closed");
    }

    private static byte[] Recorded(string name) =>
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "octoprint-1.10.3", name + ".http"));

    /// <summary>A connection that gives these answers, one for each request.</summary>
    private ScriptedStream Answers(params string[] names)
    {
        ScriptedStream stream = new ScriptedStream(_hal.Time);
        for (int i = 0; i < names.Length; i++)
        {
            stream.AwaitsRequest(i + 1).Gives(Recorded(names[i]));
        }

        return _hal.Net.Add(stream);
    }

    private ScriptedStream Answer(string raw)
    {
        ScriptedStream stream = new ScriptedStream(_hal.Time);
        stream.AwaitsRequest(1).Gives(raw).Ends();
        return _hal.Net.Add(stream);
    }

    private PrinterStatus Poll(string name)
    {
        _client.Disconnect();
        Answers(name + ".printer", name + ".job");
        _client.Poll(CancellationToken.None);
        return _client.Status;
    }

    [TestMethod]
    [DataRow(100, 4)]
    [DataRow(0, 6)]
    public void Poll_PrinterAtRest_IsAskedForItsJobSeldomWhereTheCpuIsSlow(int cpuCostFactor, int jobs)
    {
        _hal.Machine = Mock.Of<ISystem>(s => s.CpuCostFactor == cpuCostFactor);
        ScriptedStream stream = cpuCostFactor > 0
            ? Answers("idle.printer", "idle.job", "idle.printer", "idle.printer", "idle.printer", "idle.job", "printing.printer", "printing.job", "printing.printer", "printing.job")
            : Answers("idle.printer", "idle.job", "idle.printer", "idle.job", "idle.printer", "idle.job", "idle.printer", "idle.job", "printing.printer", "printing.job", "printing.printer", "printing.job");
        for (int i = 0; i < 3; i++)
        {
            _client.Poll(CancellationToken.None);
            Assert.AreEqual(PrinterState.Idle, _client.Status.State);
            _hal.Time.Sleep(14_000);
        }

        _client.Poll(CancellationToken.None);
        Assert.AreEqual(PrinterState.Idle, _client.Status.State, "after half a minute both are asked for");
        _hal.Time.Sleep(2000);
        for (int i = 0; i < 2; i++)
        {
            _client.Poll(CancellationToken.None);
            Assert.AreEqual(PrinterState.Printing, _client.Status.State, "its flags changed: both are asked for, as always during a job");
        }

        Assert.AreEqual(jobs + 1, stream.WrittenText().Split("GET /api/job ").Length);
    }

    [TestMethod]
    public void Connect_RealVersionAnswer_SendsTheKeyAndSucceeds()
    {
        ScriptedStream stream = Answers("version.key");
        _client.Connect(CancellationToken.None);
        StringAssert.StartsWith(stream.WrittenText(), "GET /api/version HTTP/1.1\r\n");
        StringAssert.Contains(stream.WrittenText(), "X-Api-Key: obviously-fake-key\r\n");
    }

    [TestMethod]
    public void Connect_WrongKey_IsAuthRejected()
    {
        Answers("version.wrongkey");
        Fails(ErrorCode.AuthRejected, () => _client.Connect(CancellationToken.None));
    }

    [TestMethod]
    public void Connect_NoKeyConfigured_IsAuthMissing()
    {
        Answers("version.nokey");
        using OctoPrintClient keyless = new OctoPrintClient(_hal, new PrinterConfig { Url = "http://127.0.0.1:5000" });
        Fails(ErrorCode.AuthMissing, () => keyless.Connect(CancellationToken.None));
    }

    [TestMethod]
    [DataRow("HTTP/1.1 200 OK\r\nContent-Length: 62\r\n\r\n{\"api\":\"2.0.0\",\"server\":\"2.1.2\",\"text\":\"PrusaLink MK4 2.1.2 \"}", ErrorCode.ConfigInvalid)]
    [DataRow("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", ErrorCode.BadResponse)]
    [DataRow("HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<html>hi</html>", ErrorCode.BadJson)]
    [DataRow("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n\r\n  <!DOCTYPE html> ", ErrorCode.BadJson)]
    [DataRow("HTTP/1.1 302 Found\r\nLocation: https://elsewhere/\r\nContent-Length: 0\r\n\r\n", ErrorCode.Redirected)]
    [DataRow("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", ErrorCode.AuthRejected)]
    [DataRow("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", ErrorCode.BadResponse)]
    [DataRow("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n", ErrorCode.Throttled)]
    [DataRow("HTTP/1.1 500 Oops\r\nContent-Length: 6\r\n\r\n<html>", ErrorCode.ServerError)]
    [DataRow("HTTP/1.1 503 Busy\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n", ErrorCode.ServerError)]
    [DataRow("HTTP/1.1 418 Teapot\r\nContent-Length: 0\r\n\r\n", ErrorCode.BadResponse)]
    [DataRow("SSH-2.0-OpenSSH_9.2\r\n", ErrorCode.BadResponse)]
    [DataRow("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"text\":", ErrorCode.ConnectionLost)]
    [DataRow("", ErrorCode.ConnectionLost)]
    public void Connect_NotWhatItShouldBe_IsAClearError(string answer, ErrorCode expected)
    {
        // A lost first answer on a fresh connection is not repeated.
        Answer(answer);
        HubException error = Fails(expected, () => _client.Connect(CancellationToken.None));
        Assert.AreEqual(answer.Contains("Retry-After", StringComparison.Ordinal) ? 30000 : 0, error.RetryAfterMs);
    }

    [TestMethod]
    [DataRow("idle", PrinterState.Idle)]
    [DataRow("starting", PrinterState.Preparing)]
    [DataRow("printing", PrinterState.Printing)]
    [DataRow("pausing", PrinterState.Pausing)]
    [DataRow("paused", PrinterState.Paused)]
    [DataRow("resuming", PrinterState.Resuming)]
    [DataRow("cancelling", PrinterState.Cancelling)]
    [DataRow("finishing", PrinterState.Printing)]
    [DataRow("disconnected", PrinterState.Offline)]
    [DataRow("m112", PrinterState.Error)]
    [DataRow("fatal_error", PrinterState.Error)]
    public void Poll_RecordedState_IsTheUnifiedOne(string name, PrinterState expected) =>
        Assert.AreEqual(expected, Poll(name).State);

    [TestMethod]
    public void Poll_WholePrint_EndsFinished()
    {
        Poll("starting");
        PrinterStatus status = Poll("printing");
        Assert.AreEqual("long.gcode", status.Job);
        Assert.AreEqual(0.45, status.ProgressPercentage, 0.01);
        Assert.AreEqual(60.0, status.Nozzle, 0.01);
        Assert.AreEqual(30.0, status.BedTarget, 0.01);
        Poll("finishing");
        status = Poll("finished");
        Assert.AreEqual(PrinterState.Finished, status.State);
        Assert.AreEqual(100.0, status.ProgressPercentage, 0.01);
        Assert.AreEqual("finish.gcode", status.Job);
        Assert.AreEqual(-1, status.RemainingTimeSeconds, "nothing is left of a finished job");
        Assert.AreEqual(_hal.Time.NowMs, status.LastReportMs);
    }

    [TestMethod]
    public void Poll_CancelledPrint_EndsCancelledWithoutProgress()
    {
        Poll("printing");
        Poll("cancelling");
        PrinterStatus status = Poll("cancelled");
        Assert.AreEqual(PrinterState.Cancelled, status.State);
        Assert.IsTrue(double.IsNaN(status.ProgressPercentage));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Connect_OverTls_SaysWhetherTheCertificateWasChecked(bool isVerified)
    {
        using OctoPrintClient client = new OctoPrintClient(_hal, new PrinterConfig { Url = "https://octo.example", ApiKey = new Secret("obviously-fake-key") });
        Answers("version.key").Peer = new TlsPeer(new string('0', 64), isVerified);
        client.Connect(CancellationToken.None);
        Assert.AreEqual(isVerified, client.Status.TlsVerified);
    }

    [TestMethod]
    [DataRow("{}")]
    [DataRow("{\"state\":{\"text\":\"Operational\"}}")]
    [DataRow("{\"state\":null,\"temperature\":null}")]
    public void Poll_AnswerWithoutFlags_IsUnknownAndSaysWhy(string json)
    {
        ScriptedStream stream = new ScriptedStream(_hal.Time);
        stream.AwaitsRequest(1).Gives("HTTP/1.1 200 OK\r\nContent-Length: " + json.Length + "\r\n\r\n" + json).AwaitsRequest(2).Gives(Recorded("idle.job"));
        _hal.Net.Add(stream);
        _client.Poll(CancellationToken.None);
        Assert.AreEqual(PrinterState.Unknown, _client.Status.State);
        StringAssert.Contains(_client.Status.ErrorMessage, "127.0.0.1:5000");
        StringAssert.Contains(_client.Status.ErrorMessage, "does not report the printer's state");
    }

    [TestMethod]
    public void Poll_SerialLineLost_SaysThatThePrintFailed()
    {
        Poll("printing");
        PrinterStatus status = Poll("disconnected");
        Assert.AreEqual(PrinterState.Offline, status.State);
        Assert.AreEqual("print_failed", status.ErrorCode);
        Assert.AreEqual("long.gcode", status.Job);
        status = Poll("idle");
        Assert.AreEqual(PrinterState.Error, status.State);
        Assert.AreEqual("print_failed", status.ErrorCode);
        Assert.IsTrue(PrinterStates.CanStart(status.State, status.ErrorCode), "the next print may begin");
    }

    [TestMethod]
    public void StartPrint_JobOverBeforeThePoll_IsShownAsFinished()
    {
        Poll("idle");
        Started("finish.gcode");
        PrinterStatus status = Poll("finished");
        Assert.AreEqual(StartVerdict.Shown, _client.Start.Verdict);
        Assert.AreEqual(PrinterState.Finished, status.State);
        Assert.AreEqual("finish.gcode", status.Job);
    }

    [TestMethod]
    public void StartPrint_SameEndAsBefore_StaysOpen()
    {
        Poll("finished");
        Started("finish.gcode");
        Poll("finished");
        Assert.AreEqual(StartVerdict.Open, _client.Start.Verdict, "the former print of the same file proves nothing");
        Poll("finishing");
        Assert.AreEqual(StartVerdict.Shown, _client.Start.Verdict);
    }

    [TestMethod]
    public void StartPrint_AnotherFileAtWork_StaysOpen()
    {
        Poll("idle");
        Started("mine.gcode");
        Poll("printing");
        Assert.AreEqual(StartVerdict.Open, _client.Start.Verdict);
    }

    [TestMethod]
    public void StartPrint_PrinterReportsAFault_FailsWithItsWords()
    {
        Poll("idle");
        Started("mine.gcode");
        Poll("fatal_error");
        Assert.AreEqual(StartVerdict.Failed, _client.Start.Verdict);
        StringAssert.Contains(_client.Start.Failure!.Message, "Thermal Runaway");
    }

    private void Started(string path)
    {
        _client.Disconnect();
        Answers("select.print");
        _client.Start.Begin(_client.Status);
        _client.StartPrint(path, StartOptions.Default, CancellationToken.None);
    }

    [TestMethod]
    [DataRow("25000")]
    [DataRow("\"50\"")]
    [DataRow("-1e300")]
    public void Poll_SenselessProgress_IsUnknown(string completion)
    {
        string job = "{\"job\":{\"file\":{\"name\":\"a\"}},\"progress\":{\"completion\":" + completion + "}}";
        ScriptedStream stream = new ScriptedStream(_hal.Time);
        stream.AwaitsRequest(1).Gives(Recorded("printing.printer")).AwaitsRequest(2).Gives("HTTP/1.1 200 OK\r\nContent-Length: " + job.Length + "\r\n\r\n" + job);
        _hal.Net.Add(stream);
        _client.Poll(CancellationToken.None);
        Assert.IsTrue(double.IsNaN(_client.Status.ProgressPercentage));
    }

    [TestMethod]
    public void Upload_SuccessClaimedBeforeTheFileWasSent_IsNone()
    {
        FileIs(null);
        ScriptedStream stream = new ScriptedStream(_hal.Time);
        stream.AwaitsBytes(1000).Gives(Recorded("upload.plain"));
        _hal.Net.Add(stream);
        Fails(ErrorCode.BadResponse, () => _client.Upload("plain.gcode", new BytesSource(new string(';', 100_000)), null, CancellationToken.None));
    }

    [TestMethod]
    public void Upload_RefusedByAServerThatHoldsTheConnection_EndsSoon()
    {
        FileIs(null);
        ScriptedStream stream = new ScriptedStream(_hal.Time);
        stream.AwaitsBytes(1000).Gives("HTTP/1.1 413 Too Large\r\n\r\n");
        _hal.Net.Add(stream);
        Fails(ErrorCode.TooLarge, () => _client.Upload("plain.gcode", new BytesSource(new string(';', 100_000)), null, CancellationToken.None));
        Assert.IsTrue(_hal.Time.NowMs < 5000, "took " + _hal.Time.NowMs + " ms");
    }

    [TestMethod]
    public void Poll_JobVanished_AsksAgainInTheSameRound()
    {
        Poll("printing");
        _client.Disconnect();
        ScriptedStream stream = Answers("cancelled.printer", "cancelled.job", "cancelled.printer", "cancelled.job");
        _client.Poll(CancellationToken.None);
        Assert.AreEqual(PrinterState.Cancelled, _client.Status.State);
        Assert.AreEqual(4, stream.WrittenText().Split("GET ").Length - 1);
    }

    [TestMethod]
    public void Poll_FatalError_TellsThePrintersWords()
    {
        PrinterStatus status = Poll("fatal_error");
        StringAssert.Contains(status.ErrorMessage, "Thermal Runaway");
        Assert.AreEqual("printer_error", status.ErrorCode);
        Assert.IsNull(Poll("idle").ErrorMessage, "the error goes with the state");
    }

    [TestMethod]
    public void Pause_KeyRevoked_IsAuthRejected()
    {
        const string Body = "{\"error\":\"CSRF validation failed\"}";
        Answer("HTTP/1.1 400 BAD REQUEST\r\nContent-Length: " + Body.Length + "\r\n\r\n" + Body);
        Fails(ErrorCode.AuthRejected, () => _client.Pause(CancellationToken.None));
    }

    [TestMethod]
    public void Pause_Refused_IsWrongState()
    {
        Answers("idle.job_pause_pause");
        Fails(ErrorCode.WrongState, () => _client.Pause(CancellationToken.None));
    }

    [TestMethod]
    public void SendGcode_Lines_AreOneCommand()
    {
        ScriptedStream stream = Answers("command.single");
        _client.SendGcode(["G28", "M117 \"hi\""], CancellationToken.None);
        StringAssert.Contains(stream.WrittenText(), "POST /api/printer/command HTTP/1.1");
        StringAssert.EndsWith(stream.WrittenText(), "{\"commands\":[\"G28\",\"M117 \\\"hi\\\"\"]}");
    }

    [TestMethod]
    public void StartPrint_StoredPath_IsSelectedAndPrintedOnce()
    {
        ScriptedStream stream = Answers("select.print");
        _client.StartPrint("sub dir/a#1.gcode", StartOptions.Default, CancellationToken.None);
        StringAssert.StartsWith(stream.WrittenText(), "POST /api/files/local/sub%20dir/a%231.gcode HTTP/1.1\r\n");
        StringAssert.EndsWith(stream.WrittenText(), "{\"command\":\"select\",\"print\":true}");
    }

    [TestMethod]
    [DataRow("printing.select_print_other", ErrorCode.WrongState)]
    [DataRow("select.404", ErrorCode.NotFound)]
    public void StartPrint_Refused_SaysWhy(string name, ErrorCode expected)
    {
        Answers(name);
        Fails(expected, () => _client.StartPrint("a.gcode", StartOptions.Default, CancellationToken.None));
    }

    [TestMethod]
    public void StartPrint_AnswerLost_IsNotSentAgain()
    {
        Answer("");
        Fails(ErrorCode.ConnectionLost, () => _client.StartPrint("a.gcode", StartOptions.Default, CancellationToken.None));
        Assert.AreEqual(1, _hal.Net.Dials);
    }

    private static string Json(int status, string body) => "HTTP/1.1 " + status + " X\r\nContent-Length: " + Encoding.UTF8.GetByteCount(body) + "\r\n\r\n" + body;

    /// <summary>The question whether the file is there already, in front of an upload.</summary>
    private void FileIs(string? answer) => _hal.Net.Add(new ScriptedStream(_hal.Time).AwaitsRequest(1).Gives(answer ?? Json(404, "{}")).Ends());

    private string Upload() => _client.Upload("plain.gcode", new BytesSource("G28\n"), null, CancellationToken.None);

    [TestMethod]
    [DataRow(504, null, """{"size":4,"date":1700000000}""", DisplayName = "a new file")]
    [DataRow(502, """{"size":4,"date":1600000000}""", """{"size":4,"date":1700000000}""", DisplayName = "an older one is replaced")]
    [DataRow(0, null, """{"size":4,"date":1700000000}""", DisplayName = "the connection ends behind the last byte")]
    public void Upload_AnswerLostOnTheWay_IsLookedForAndFound(int status, string? before, string after)
    {
        FileIs(before == null ? null : Json(200, before));
        _hal.Net.Add(new ScriptedStream(_hal.Time).AwaitsBytes(UploadBytes).Gives(status == 0 ? "" : Json(status, "<html>")).Ends());
        FileIs(Json(200, before ?? """{"size":2,"date":1700000000}"""));
        FileIs(Json(200, after));
        Assert.AreEqual("plain.gcode", Upload());
    }

    [TestMethod]
    [DataRow("""{"size":4,"date":1600000000}""", 504, """{"size":4,"date":1600000000}""", DisplayName = "the old file only")]
    [DataRow(null, 504, """{"size":2,"date":1600000000}""", DisplayName = "another size")]
    [DataRow("{}", 502, null, DisplayName = "not known what was there before")]
    [DataRow(null, 0, "<html>", DisplayName = "the connection ends, then a page")]
    public void Upload_AnswerLostAndFileNotFound_SaysThatItMayBeStored(string? before, int status, string? after)
    {
        FileIs(before == null ? null : Json(200, before));
        _hal.Net.Add(new ScriptedStream(_hal.Time).AwaitsBytes(UploadBytes).Gives(status == 0 ? "" : Json(status, "<html>")).Ends());
        for (int i = 0; i < 20 && after != null; i++)
        {
            FileIs(Json(200, after));
        }

        HubException error = Fails(status == 0 ? ErrorCode.ConnectionLost : ErrorCode.ServerError, () => Upload());
        StringAssert.Contains(error.Message, "check there before you send it again");
        Assert.IsTrue(error.MayHaveActed);
        _hal.Net.Forget();
    }

    [TestMethod]
    [DataRow("""{"files":{"local":{"name":"plain.gcode","path":"sub/plain.gcode"}}}""", "sub/plain.gcode")]
    [DataRow("""{"file":{"name":"plain.gcode","path":"sub/plain.gcode"},"done":true}""", "sub/plain.gcode", DisplayName = "the next API")]
    [DataRow("""{"files":{"local":{"name":"other.gcode","origin":"local"}},"done":true}""", "other.gcode", DisplayName = "Moonraker as OctoPrint")]
    [DataRow("{\"done\":true}", "plain.gcode")]
    public void Upload_AnswerOfAnotherShape_IsASuccess(string body, string expected)
    {
        FileIs(null);
        _hal.Net.Add(new ScriptedStream(_hal.Time).AwaitsBytes(UploadBytes).Gives(Json(201, body)));
        Assert.AreEqual(expected, Upload());
    }

    [TestMethod]
    public void Upload_KeyMayNotReplace_IsNoRefusedKey()
    {
        FileIs(null);
        Answer(Json(403, "{\"error\":\"File already exists, cannot overwrite due to a lack of permissions\"}"));
        StringAssert.Contains(Fails(ErrorCode.FileInUse, () => Upload()).Message, "may not replace it (403)");
    }

    [TestMethod]
    [DataRow("Detecting serial connection", "is connecting to its printer")]
    [DataRow("Offline", "switch the printer on")]
    [DataRow("Offline (Error: Too many consecutive timeouts)", "Too many consecutive timeouts")]
    public void Poll_PrinterAway_SaysWhatToDo(string text, string words)
    {
        ScriptedStream stream = new ScriptedStream(_hal.Time);
        stream.AwaitsRequest(1).Gives(Json(409, "{\"error\":\"Printer is not operational\"}")).AwaitsRequest(2).Gives(Json(200, "{\"state\":\"" + text + "\"}"));
        _hal.Net.Add(stream);
        _client.Poll(CancellationToken.None);
        StringAssert.Contains(_client.Status.ErrorMessage, words);
    }

    [TestMethod]
    public void Poll_ServerRestartedInMidPrint_IsAFailedJob()
    {
        string printing = Json(200, """{"state":{"flags":{"operational":true,"printing":true}},"temperature":{"tool0":{"actual":210,"target":210}}}""");
        string job = Json(200, """{"job":{"file":{"name":"part.gcode","path":"part.gcode"}},"progress":{"completion":98,"printTime":700,"printTimeLeft":20},"state":"Printing"}""");
        _hal.Net.Add(new ScriptedStream(_hal.Time).AwaitsRequest(1).Gives(printing).AwaitsRequest(2).Gives(job));
        _client.Poll(CancellationToken.None);
        _client.Disconnect();
        _hal.Time.Advance(5000);
        ScriptedStream again = new ScriptedStream(_hal.Time).AwaitsRequest(1).Gives(Recorded("version.key"));
        for (int i = 0; i < 4; i++)
        {
            again.AwaitsRequest(2 + i).Gives(i % 2 == 0 ? Json(200, """{"state":{"flags":{"operational":true,"ready":true}}}""") : Json(200, """{"job":{"file":{"path":null}},"state":"Operational"}"""));
        }

        _hal.Net.Add(again);
        _client.Connect(CancellationToken.None);
        _client.Poll(CancellationToken.None);
        Assert.AreEqual(PrinterState.Error, _client.Status.State);
        Assert.AreEqual("print_failed", _client.Status.ErrorCode);
        Assert.AreEqual("part.gcode", _client.Status.Job);
    }

    [TestMethod]
    public void Upload_RealAnswer_GivesTheStoredPath()
    {
        const int RequestBytes = UploadBytes;
        FileIs(null);
        ScriptedStream stream = _hal.Net.Add(new ScriptedStream(_hal.Time).AwaitsBytes(RequestBytes).Gives(Recorded("upload.plain")));
        string path = _client.Upload("plain.gcode", new BytesSource("G28\n"), null, CancellationToken.None);
        Assert.AreEqual("plain.gcode", path);
        StringAssert.Contains(stream.WrittenText(), "filename=\"plain.gcode\"");
        StringAssert.Contains(stream.WrittenText(), "\r\n\r\nG28\n\r\n--hub-");
        Assert.AreEqual(RequestBytes, stream.WrittenCount);
        Assert.AreEqual(0, _hal.Net.OpenSockets, "the transfer's connection is closed");
    }

    [TestMethod]
    [DataRow("printing.upload_overwrite_409", ErrorCode.FileInUse)]
    [DataRow("upload.txt_415", ErrorCode.BadFileType)]
    [DataRow("upload.wrongkey_403", ErrorCode.AuthRejected)]
    [DataRow("upload.name_traversal", ErrorCode.BadFileName)]
    public void Upload_Refused_SaysWhy(string name, ErrorCode expected)
    {
        FileIs(null);
        Answers(name);
        Fails(expected, () => _client.Upload("a.gcode", new BytesSource("G28\n"), null, CancellationToken.None));
        Assert.AreEqual(0, _hal.Net.OpenSockets);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("..")]
    [DataRow("../evil.gcode")]
    [DataRow("a\\b.gcode")]
    [DataRow("a\r\nb.gcode")]
    public void Upload_NameWithFoldersOrControls_IsNotEvenSent(string name)
    {
        Fails(ErrorCode.BadFileName, () => _client.Upload(name, new BytesSource("x"), null, CancellationToken.None));
        Assert.AreEqual(0, _hal.Net.Dials);
    }

    [TestMethod]
    public void AppKeys_RecordedFlow_EndsWithTheKey()
    {
        Answers("appkeys.probe");
        Answers("appkeys.request_201", "appkeys.poll_202", "appkeys.poll_200");
        OctoPrintAppKeys keys = new OctoPrintAppKeys(_hal, HttpOrigin.Parse("http://127.0.0.1:5000"), null);
        Assert.IsTrue(keys.Probe(CancellationToken.None));
        keys.Request("hub", null, CancellationToken.None);
        Assert.IsNull(keys.Poll(CancellationToken.None));
        Assert.AreEqual("obviously-fake-app-key-obviously-fake-app-k", keys.Poll(CancellationToken.None)!.Reveal());
        keys.Close();
    }

    [TestMethod]
    public void AppKeys_Denied_IsAuthRejected()
    {
        Answers("appkeys.request_201", "appkeys.poll_404_denied");
        OctoPrintAppKeys keys = new OctoPrintAppKeys(_hal, HttpOrigin.Parse("http://127.0.0.1:5000"), null);
        keys.Request("hub", null, CancellationToken.None);
        Fails(ErrorCode.AuthRejected, () => keys.Poll(CancellationToken.None));
        keys.Close();
    }
}
