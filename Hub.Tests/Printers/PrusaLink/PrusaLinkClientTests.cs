using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Printers.PrusaLink;
using Hub.Tests.Portable;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using static Hub.Tests.Support.HubErrors;

namespace Hub.Tests.Printers.PrusaLink;

/// <summary>The client against answers as both PrusaLinks give them (docs/octoprint-prusalink.md names the sources).</summary>
[TestClass]
public sealed class PrusaLinkClientTests : IDisposable
{
    private const string BuddyVersion = """{"api":"2.0.0","server":"2.1.2","nozzle_diameter":0.4,"text":"PrusaLink","hostname":"mk4","capabilities":{"upload-by-put":true}}""";
    private const string PythonVersion = """{"api":"2.0.0","server":"0.8.1","original":"PrusaLink I3MK3S","text":"PrusaLink 0.8.1","firmware":"3.13.3","sdk":"0.8.1","capabilities":{"upload-by-put":true},"hostname":"pi"}""";
    private const string Idle = """{"storage":{"path":"/usb/","name":"usb","read_only":false},"printer":{"state":"IDLE","temp_bed":23.4,"target_bed":0.0,"temp_nozzle":24.1,"target_nozzle":0.0}}""";
    private const string Printing = """{"job":{"id":129,"progress":37.00,"time_remaining":73020,"time_printing":43987},"storage":{"path":"/usb/","name":"usb","read_only":false},"printer":{"state":"PRINTING","temp_bed":53.9,"target_bed":85.0,"temp_nozzle":6.0,"target_nozzle":0.0}}""";
    private const string Job = """{"id":129,"state":"PRINTING","progress":37.0,"file":{"name":"SHORT~1.GCO","display_name":"long name.gcode","path":"/usb"}}""";
    private const string NewState = """{"printer":{"state":"LEVITATING","temp_bed":23.4}}""";
    private const string BuddyStorage = """{"storage_list":[{"path":"/usb/","name":"usb","type":"USB","read_only":false,"available":true}]}""";
    private const string PythonStorage = """{"storage_list":[{"type":"SDCARD","path":"/sdcard","available":true,"read_only":true},{"type":"LOCAL","path":"/local","available":true,"read_only":false}]}""";
    private const string BuddyChallenge = "WWW-Authenticate: Digest realm=\"Printer API\", nonce=\"0123456789abcdef\", stale=false\r\n";
    private const string StaleChallenge = "WWW-Authenticate: Digest realm=\"Printer API\", nonce=\"fedcba9876543210\", stale=true\r\n";
    private const string PythonChallenge = "WWW-Authenticate: Digest realm=\"Administrator\", nonce=\"aa\", algorithm=MD5-sess, qop=\"auth\", opaque=\"0f\"\r\n";

    private readonly ScriptedHal _hal = new ScriptedHal { Machine = new KnownRandom(), Hasher = new Md5Only() };
    private const string Telemetry = """{"telemetry":{"temp-bed":20.1,"material":"PETG"}}""";

    private readonly List<PrusaLinkClient> _clients = [];

    public void Dispose()
    {
        _clients.ForEach(c => c.Dispose());
        Assert.AreEqual(0, _hal.Pool.Rented, "every buffer is given back");
        Assert.AreEqual(0, _hal.Net.OpenSockets, "every connection is closed");
    }

    private PrusaLinkClient NewClient(bool hasKey = false, bool hasPassword = false, int pollMs = 2000)
    {
        PrusaLinkClient client = new PrusaLinkClient(_hal, new PrinterConfig
        {
            Id = "mk4",
            Type = PrinterTypes.PrusaLink,
            Url = "http://127.0.0.1:80",
            PollMs = pollMs,
            ApiKey = hasKey ? new Secret("obviously-fake-key") : null,
            Password = hasPassword ? new Secret("obviously-fake-pass") : null,
        });
        _clients.Add(client);
        return client;
    }

    private static string Answer(int status, string body = "", string headers = "") =>
        "HTTP/1.1 " + status + " X\r\n" + headers + "Content-Length: " + Encoding.UTF8.GetByteCount(body) + "\r\n\r\n" + body;

    /// <summary>One kept connection that answers the requests in turn.</summary>
    private ScriptedStream Peer(params string[] answers)
    {
        ScriptedStream stream = new ScriptedStream(_hal.Time);
        for (int i = 0; i < answers.Length; i++)
        {
            stream.AwaitsRequest(i + 1).Gives(answers[i]);
        }

        return _hal.Net.Add(stream);
    }

    /// <summary>A client that is connected with a key and has seen a print.</summary>
    private PrusaLinkClient Connected(string version, string status)
    {
        PrusaLinkClient client = NewClient(hasKey: true);
        string[] answers = [Answer(200, version), Answer(200, Idle), Answer(200, status), Answer(200, Job)];

        // The job's name is asked for only where there is a job, and the material only in a printer.
        bool asksTwice = version == BuddyVersion && status.Contains("\"job\"", StringComparison.Ordinal);
        Peer(asksTwice ? [.. answers, Answer(404)] : answers);
        client.Connect(CancellationToken.None);
        client.Poll(CancellationToken.None);
        return client;
    }

    /// <summary>A poll over a connection of its own.</summary>
    private void PollAnew(PrusaLinkClient client, params string[] answers)
    {
        client.Disconnect();
        Peer(answers);
        client.Poll(CancellationToken.None);
    }

    [TestMethod]
    public void Connect_Key_GoesWithEveryRequest()
    {
        ScriptedStream peer = Peer(Answer(200, BuddyVersion), Answer(200, Idle));
        NewClient(hasKey: true, hasPassword: true).Connect(CancellationToken.None);
        Assert.HasCount(3, peer.WrittenText().Split("X-Api-Key: obviously-fake-key\r\n"));
        Assert.IsFalse(peer.WrittenText().Contains("Authorization", StringComparison.Ordinal));
        StringAssert.Contains(peer.WrittenText(), "Accept: application/json\r\n");
    }

    [TestMethod]
    public void Connect_Digest_IsChallengedOnceAndThenPreemptive()
    {
        ScriptedStream peer = Peer(Answer(401, "", BuddyChallenge), Answer(200, BuddyVersion), Answer(200, Idle), Answer(200, Idle), Answer(200, Telemetry));
        PrusaLinkClient client = NewClient(hasPassword: true);
        client.Connect(CancellationToken.None);
        client.Poll(CancellationToken.None);
        string[] requests = peer.WrittenText().Split("GET ");
        Assert.HasCount(6, requests);
        StringAssert.StartsWith(requests[5], "/api/printer ");
        Assert.AreEqual("PETG", client.Status.Filaments[0].Type);
        Assert.IsFalse(requests[1].Contains("Authorization", StringComparison.Ordinal));
        for (int i = 2; i < requests.Length; i++)
        {
            StringAssert.Contains(requests[i], "Authorization: Digest username=\"maker\", realm=\"Printer API\", nonce=\"0123456789abcdef\", uri=\"");
        }
    }

    [TestMethod]
    public void Poll_NonceExpired_IsRenewedInTheSamePoll()
    {
        ScriptedStream peer = Peer(
            Answer(401, "", BuddyChallenge), Answer(200, BuddyVersion), Answer(200, Idle), Answer(401, "", StaleChallenge), Answer(200, Printing), Answer(200, Job));
        PrusaLinkClient client = NewClient(hasPassword: true);
        client.Connect(CancellationToken.None);
        client.Poll(CancellationToken.None);
        Assert.AreEqual(PrinterState.Printing, client.Status.State);
        Assert.AreEqual("long name.gcode", client.Status.Job);
        StringAssert.Contains(peer.WrittenText(), "nonce=\"fedcba9876543210\"");
    }

    [TestMethod]
    public void Poll_NonceUnknownAfterARestart_IsTriedOnceMore()
    {
        Peer(Answer(401, "", BuddyChallenge), Answer(200, BuddyVersion), Answer(200, Idle), Answer(401, "", BuddyChallenge), Answer(200, Idle));
        PrusaLinkClient client = NewClient(hasPassword: true);
        client.Connect(CancellationToken.None);
        client.Poll(CancellationToken.None);
        Assert.AreEqual(PrinterState.Idle, client.Status.State);
    }

    [TestMethod]
    public void Connect_WrongPassword_IsAuthRejectedAfterOneTry()
    {
        ScriptedStream peer = Peer(Answer(401, "", BuddyChallenge), Answer(401, "", BuddyChallenge));
        Fails(ErrorCode.AuthRejected, () => NewClient(hasPassword: true).Connect(CancellationToken.None));
        Assert.HasCount(3, peer.WrittenText().Split("GET "));
    }

    [TestMethod]
    public void Connect_NonceStaleForEver_GivesUp()
    {
        Peer(Answer(401, "", StaleChallenge), Answer(401, "", StaleChallenge), Answer(401, "", StaleChallenge));
        Fails(ErrorCode.BadResponse, () => NewClient(hasPassword: true).Connect(CancellationToken.None));
    }

    [TestMethod]
    [DataRow(true, 401, "WWW-Authenticate: ApiKey realm=\"Printer API\"\r\n", "", ErrorCode.AuthRejected)]
    [DataRow(true, 403, "", "Bad X-Api-Key.", ErrorCode.AuthRejected)]
    [DataRow(false, 401, BuddyChallenge, "", ErrorCode.AuthMissing)]
    public void Connect_KeyWrongOrMissing_SaysSo(bool hasKey, int status, string headers, string body, ErrorCode expected)
    {
        Peer(Answer(status, body, headers));
        Fails(expected, () => NewClient(hasKey).Connect(CancellationToken.None));
    }

    [TestMethod]
    [DataRow("WWW-Authenticate: Basic realm=\"proxy\"\r\n", ErrorCode.AuthRejected)]
    [DataRow("WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=SHA-256, qop=\"auth\"\r\n", ErrorCode.NotSupported)]
    [DataRow("WWW-Authenticate: Digest realm=\"r\"\r\n", ErrorCode.BadResponse)]
    [DataRow("", ErrorCode.AuthRejected)]
    public void Connect_ChallengeThatCannotBeAnswered_SaysWhy(string header, ErrorCode expected)
    {
        Peer(Answer(401, "", header));
        Fails(expected, () => NewClient(hasPassword: true).Connect(CancellationToken.None));
    }

    [TestMethod]
    [DataRow("""{"api":"0.1","server":"1.10.3","text":"OctoPrint 1.10.3"}""", ErrorCode.ConfigInvalid)]
    [DataRow("{}", ErrorCode.BadResponse)]
    [DataRow("<html>", ErrorCode.BadJson)]
    public void Connect_AnotherServer_IsAClearError(string version, ErrorCode expected)
    {
        Peer(Answer(200, version));
        Fails(expected, () => NewClient(hasKey: true).Connect(CancellationToken.None));
    }

    [TestMethod]
    public void Poll_JobAnswerTooLarge_IsNotAskedForAgain()
    {
        PrusaLinkClient client = NewClient(hasKey: true);
        Peer(Answer(200, PythonVersion), Answer(200, Idle), Answer(200, Printing), Answer(200, "{\"id\":129,\"x\":\"" + new string('x', _hal.Pool.BufferSize) + "\"}"));
        client.Connect(CancellationToken.None);
        client.Poll(CancellationToken.None);
        ScriptedStream peer = Peer(Answer(200, Printing), Answer(200, Printing.Replace("129", "130", StringComparison.Ordinal)), Answer(200, Job.Replace("129", "130", StringComparison.Ordinal)));
        client.Poll(CancellationToken.None);
        Assert.IsFalse(peer.WrittenText().Contains("/api/v1/job", StringComparison.Ordinal), "the same job");
        Assert.IsNull(client.Status.Job);
        Assert.AreEqual(37.0, client.Status.ProgressPercentage);
        client.Poll(CancellationToken.None);
        Assert.AreEqual("long name.gcode", client.Status.Job, "the next job");
    }

    [TestMethod]
    public void Pause_AfterAReconnectAndBeforeTheFirstPoll_NamesNoOldJob()
    {
        PrusaLinkClient client = Connected(BuddyVersion, Printing);
        client.Disconnect();
        ScriptedStream peer = Peer(Answer(200, BuddyVersion), Answer(200, Idle), Answer(204));
        client.Connect(CancellationToken.None);
        Fails(ErrorCode.WrongState, () => client.Pause(CancellationToken.None));
        Assert.IsFalse(peer.WrittenText().Contains("/job/", StringComparison.Ordinal));
    }

    [TestMethod]
    public void Capabilities_AfterConnect_AreThoseOfTheFlavour()
    {
        PrusaLinkClient client = NewClient(hasKey: true);
        Assert.AreNotEqual(PrinterCapabilities.None, client.Capabilities & PrinterCapabilities.Gcode, "not known yet");
        Assert.AreEqual(PrinterCapabilities.None, Connected(BuddyVersion, Idle).Capabilities & PrinterCapabilities.Gcode);
        Assert.AreNotEqual(PrinterCapabilities.None, Connected(PythonVersion, Idle).Capabilities & PrinterCapabilities.Gcode);
    }

    [TestMethod]
    public void Poll_Printing_FillsTheStatusAndAsksForTheNameOnce()
    {
        ScriptedStream peer = Peer(Answer(200, BuddyVersion), Answer(200, Idle), Answer(200, Printing), Answer(200, Job), Answer(404), Answer(200, Printing), Answer(200, """{"printer":{"state":"FINISHED"}}"""));
        PrusaLinkClient client = NewClient(hasKey: true);
        client.Connect(CancellationToken.None);
        client.Poll(CancellationToken.None);
        client.Poll(CancellationToken.None);
        Assert.AreEqual("long name.gcode", client.Status.Job);
        Assert.AreEqual(37.0, client.Status.ProgressPercentage, 1e-9);
        Assert.AreEqual(73020, client.Status.RemainingTimeSeconds);
        Assert.AreEqual(53.9, client.Status.Bed, 1e-9);
        Assert.AreEqual(_hal.Time.NowMs, client.Status.LastReportMs);
        Assert.HasCount(2, peer.WrittenText().Split("GET /api/v1/job "));
        client.Poll(CancellationToken.None);
        Assert.AreEqual(PrinterState.Finished, client.Status.State);
        Assert.AreEqual(100.0, client.Status.ProgressPercentage, 1e-9);
        Assert.AreEqual("long name.gcode", client.Status.Job);
    }

    [TestMethod]
    public void Poll_JobEndedBetweenTheRequests_IsNoError()
    {
        PrusaLinkClient client = NewClient(hasKey: true);
        Peer(Answer(200, BuddyVersion), Answer(200, Idle), Answer(200, Printing), "HTTP/1.1 204 X\r\n\r\n");
        client.Connect(CancellationToken.None);
        client.Poll(CancellationToken.None);
        Assert.IsNull(client.Status.Job);
    }

    [TestMethod]
    public void Poll_JobAnswerFails_StatusStandsWithoutTheName()
    {
        PrusaLinkClient client = NewClient(hasKey: true);
        Peer(Answer(200, PythonVersion), Answer(200, Idle), Answer(200, Printing), Answer(500, """{"title":"Internal Server Error","message":"We're sorry"}"""), Answer(200, Printing), Answer(200, Job));
        client.Connect(CancellationToken.None);
        client.Poll(CancellationToken.None);
        Assert.AreEqual(PrinterState.Printing, client.Status.State);
        Assert.IsNull(client.Status.Job);
        client.Poll(CancellationToken.None);
        Assert.AreEqual("long name.gcode", client.Status.Job);
    }

    [TestMethod]
    [DataRow("{")]
    [DataRow("[]")]
    public void Poll_JobAnswerUnusable_StatusStandsWithoutTheName(string answer)
    {
        PrusaLinkClient client = NewClient(hasKey: true);
        Peer(Answer(200, BuddyVersion), Answer(200, Idle), Answer(200, Printing), Answer(200, answer), Answer(404));
        client.Connect(CancellationToken.None);
        client.Poll(CancellationToken.None);
        Assert.AreEqual(PrinterState.Printing, client.Status.State);
        Assert.AreEqual(_hal.Time.NowMs, client.Status.LastReportMs);
        Assert.IsNull(client.Status.Job);
        PollAnew(client, Answer(200, Printing), Answer(200, Job));
        Assert.AreEqual("long name.gcode", client.Status.Job);
    }

    [TestMethod]
    public void Connect_RestartBetweenTwoPolls_AsksForTheNameAgain()
    {
        PrusaLinkClient client = Connected(BuddyVersion, Printing);
        Assert.AreEqual("long name.gcode", client.Status.Job);
        client.Disconnect();
        Peer(Answer(200, BuddyVersion), Answer(200, Idle), Answer(200, Printing), Answer(200, """{"id":129,"file":{"display_name":"other.gcode"}}"""));
        client.Connect(CancellationToken.None);
        client.Poll(CancellationToken.None);
        Assert.AreEqual("other.gcode", client.Status.Job);
    }

    [TestMethod]
    public void Connect_Again_StateIsUnknownUntilItIsTold()
    {
        PrusaLinkClient client = Connected(BuddyVersion, Printing);
        client.Disconnect();
        Peer(Answer(200, BuddyVersion), Answer(200, Idle), Answer(200, NewState));
        client.Connect(CancellationToken.None);
        client.Poll(CancellationToken.None);
        Assert.AreEqual(PrinterState.Unknown, client.Status.State);
    }

    [TestMethod]
    public void Poll_NoKnownStateForAMinute_IsUnknown()
    {
        PrusaLinkClient client = Connected(BuddyVersion, Printing);
        _hal.Time.Advance(59000);
        PollAnew(client, Answer(200, NewState));
        Assert.AreEqual(PrinterState.Printing, client.Status.State, "a word that is missing for a moment");
        _hal.Time.Advance(1000);
        PollAnew(client, Answer(200, NewState));
        Assert.AreEqual(PrinterState.Unknown, client.Status.State);
        Assert.AreEqual(_hal.Time.NowMs, client.Status.LastReportMs, "the printer answers");
        PollAnew(client, Answer(200, Idle));
        Assert.AreEqual(PrinterState.Idle, client.Status.State);
        _hal.Time.Advance(59000);
        PollAnew(client, Answer(200, NewState));
        Assert.AreEqual(PrinterState.Idle, client.Status.State, "the minute begins anew with every known word");
    }

    [TestMethod]
    [DataRow("ERROR", "printer_error")]
    [DataRow("ATTENTION", "printer_attention")]
    public void Poll_StateForAPerson_HasCodeAndSentence(string word, string code)
    {
        PrusaLinkClient client = Connected(BuddyVersion, "{\"printer\":{\"state\":\"" + word + "\"}}");
        Assert.AreEqual(code, client.Status.ErrorCode);
        Assert.IsNotNull(client.Status.ErrorMessage);
    }

    [TestMethod]
    [DataRow(2000, 1)]
    [DataRow(5000, 0)]
    public void Poll_SlowInterval_GivesTheConnectionBack(int pollMs, int open)
    {
        PrusaLinkClient client = NewClient(hasKey: true, pollMs: pollMs);
        Peer(Answer(200, BuddyVersion), Answer(200, Idle), Answer(200, Idle), Answer(404));
        client.Connect(CancellationToken.None);
        client.Poll(CancellationToken.None);
        Assert.AreEqual(open, _hal.Net.OpenSockets);
    }

    [TestMethod]
    public void Poll_MaterialIsNotAnswered_IsNoFaultOfTheLink()
    {
        PrusaLinkClient client = NewClient(hasKey: true);
        Peer(Answer(200, BuddyVersion), Answer(200, Idle), Answer(200, Idle));
        client.Connect(CancellationToken.None);
        long beforeMs = _hal.Time.NowMs;
        client.Poll(CancellationToken.None);
        Assert.AreEqual(PrinterState.Idle, client.Status.State);
        Assert.AreEqual(0, client.Status.Filaments.Count);
        Assert.IsLessThanOrEqualTo(3000, _hal.Time.NowMs - beforeMs);

        ScriptedStream peer = Peer(Answer(200, Idle));
        client.Poll(CancellationToken.None);
        Assert.DoesNotContain("/api/printer ", peer.WrittenText(), "not at once");
        _hal.Time.Advance(600_000);
        PollAnew(client, Answer(200, Idle), Answer(200, Telemetry));
        Assert.AreEqual("PETG", client.Status.Filaments[0].Type);
    }

    [TestMethod]
    public void Poll_FirmwareBeforeV1_ShowsStatusAndTakesNoCommand()
    {
        const string Printer = """{"telemetry":{"temp-bed":60.1},"temperature":{"tool0":{"actual":215.0,"target":215.0},"bed":{"actual":60.1,"target":60.0}},"state":{"text":"Printing","flags":{"link_state":"PRINTING","operational":true,"printing":true,"paused":false,"error":false,"closedOrError":false}}}""";
        const string OldJob = """{"state":"Printing","job":{"estimatedPrintTime":100,"file":{"name":"A~1.GCO","display":"a.gcode","path":"/usb"}},"progress":{"completion":0.42,"printTime":42,"printTimeLeft":58}}""";
        PrusaLinkClient client = NewClient(hasKey: true);
        Peer(Answer(200, BuddyVersion), Answer(404), Answer(200, Printer), Answer(200, OldJob));
        client.Connect(CancellationToken.None);
        Assert.AreEqual(PrinterCapabilities.None, client.Capabilities);
        client.Poll(CancellationToken.None);
        Assert.AreEqual(PrinterState.Printing, client.Status.State);
        Assert.AreEqual(42.0, client.Status.ProgressPercentage, 1e-9);
        Assert.AreEqual("a.gcode", client.Status.Job);
        Assert.AreEqual(215.0, client.Status.Nozzle, 1e-9);
    }

    [TestMethod]
    public void JobCommands_NameTheJob()
    {
        PrusaLinkClient client = Connected(BuddyVersion, Printing);
        ScriptedStream pause = Peer(Answer(204));
        client.Pause(CancellationToken.None);
        StringAssert.StartsWith(pause.WrittenText(), "PUT /api/v1/job/129/pause HTTP/1.1\r\n");
        ScriptedStream resume = Peer(Answer(204));
        client.Resume(CancellationToken.None);
        StringAssert.StartsWith(resume.WrittenText(), "PUT /api/v1/job/129/resume HTTP/1.1\r\n");
        ScriptedStream cancel = Peer(Answer(204));
        client.Cancel(CancellationToken.None);
        StringAssert.StartsWith(cancel.WrittenText(), "DELETE /api/v1/job/129 HTTP/1.1\r\n");
    }

    [TestMethod]
    [DataRow(404, "")]
    [DataRow(409, """{"title":"409: Conflict","message":""}""")]
    public void JobCommand_Refused_IsWrongState(int status, string body)
    {
        PrusaLinkClient client = Connected(BuddyVersion, Printing);
        Peer(Answer(status, body));
        Fails(ErrorCode.WrongState, () => client.Pause(CancellationToken.None));
    }

    [TestMethod]
    public void JobCommand_NoJob_IsNotEvenSent()
    {
        PrusaLinkClient client = Connected(BuddyVersion, Idle);
        int dials = _hal.Net.Dials;
        Fails(ErrorCode.WrongState, () => client.Pause(CancellationToken.None));
        Assert.AreEqual(dials, _hal.Net.Dials);
    }

    [TestMethod]
    public void SendGcode_OneLineCannotBeSent_NoneIs()
    {
        PrusaLinkClient client = Connected(PythonVersion, Idle);
        int dials = _hal.Net.Dials;
        Fails(ErrorCode.NotSupported, () => client.SendGcode(["M140 S60", "M600"], CancellationToken.None));
        Assert.AreEqual(dials, _hal.Net.Dials);
        ScriptedStream bed = Peer(Answer(204));
        client.SendGcode(["M140 S60"], CancellationToken.None);
        StringAssert.StartsWith(bed.WrittenText(), "POST /api/printer/bed HTTP/1.1\r\n");
        Peer(Answer(400, """{"title":"Temperature too high","message":"Desired temperature is too high"}"""));
        StringAssert.Contains(Fails(ErrorCode.Refused, () => client.SendGcode(["M140 S400"], CancellationToken.None)).Message, "too high");
    }

    [TestMethod]
    public void StartPrint_Digest_ChecksTheNonceFirstAndSendsOnce()
    {
        PrusaLinkClient client = NewClient(hasPassword: true);
        ScriptedStream login = Peer(Answer(401, "", PythonChallenge), Answer(200, PythonVersion));
        ScriptedStream start = Peer(Answer(204));
        client.StartPrint("local/a b.gcode", StartOptions.Default, CancellationToken.None);
        StringAssert.StartsWith(login.WrittenText(), "GET /api/version ");
        StringAssert.StartsWith(start.WrittenText(), "POST /api/v1/files/local/a%20b.gcode HTTP/1.1\r\n");
        StringAssert.Contains(start.WrittenText(), "Content-Length: 0\r\n");
        StringAssert.Contains(start.WrittenText(), "uri=\"/api/v1/files/local/a%20b.gcode\"");
        StringAssert.Contains(start.WrittenText(), "nc=00000002");
    }

    [TestMethod]
    [DataRow(404, "", ErrorCode.NotFound)]
    [DataRow(409, """{"title":"Not in state to print","message":"Printer is not in state to print."}""", ErrorCode.WrongState)]
    [DataRow(503, "", ErrorCode.PrinterOffline)]
    public void StartPrint_Refused_SaysWhy(int status, string body, ErrorCode expected)
    {
        PrusaLinkClient client = Connected(BuddyVersion, Idle);
        Peer(Answer(status, body));
        Fails(expected, () => client.StartPrint("usb/a.gcode", StartOptions.Default, CancellationToken.None));
    }

    [TestMethod]
    public void StartPrint_BareName_IsLookedForInTheStorage()
    {
        PrusaLinkClient client = Connected(BuddyVersion, Idle);
        ScriptedStream start = Peer(Answer(204));
        client.StartPrint("a.gcode", StartOptions.Default, CancellationToken.None);
        StringAssert.StartsWith(start.WrittenText(), "POST /api/v1/files/usb/a.gcode ");
    }

    [TestMethod]
    public void StartPrint_AnswerLost_IsNotSentAgain()
    {
        PrusaLinkClient client = Connected(BuddyVersion, Idle);
        int dials = _hal.Net.Dials;
        _hal.Net.Add(new ScriptedStream(_hal.Time).AwaitsRequest(1).Ends());
        Fails(ErrorCode.ConnectionLost, () => client.StartPrint("usb/a.gcode", StartOptions.Default, CancellationToken.None));
        Assert.AreEqual(dials + 1, _hal.Net.Dials);
    }

    [TestMethod]
    public void Upload_Buddy_AsksForTheStorageAndPutsTheBytes()
    {
        Peer(Answer(401, "", BuddyChallenge), Answer(200, BuddyVersion), Answer(200, BuddyStorage), Answer(200, BuddyVersion));
        ScriptedStream put = Peer(Answer(201));
        RecordedProgress progress = new RecordedProgress();
        string stored = NewClient(hasPassword: true).Upload("a & ü.gcode", new PatternSource(5), progress, CancellationToken.None);
        Assert.AreEqual("usb/a & ü.gcode", stored);
        string request = put.WrittenText();
        StringAssert.StartsWith(request, "PUT /api/v1/files/usb/a%20%26%20%C3%BC.gcode HTTP/1.1\r\n");
        StringAssert.Contains(request, "\r\nOverwrite: ?1\r\n");
        StringAssert.Contains(request, "\r\nContent-Type: application/octet-stream\r\nContent-Length: 5\r\n");
        StringAssert.Contains(request, "Authorization: Digest ");
        Assert.IsFalse(request.Contains("Print-After-Upload", StringComparison.Ordinal));
        Assert.IsFalse(request.Contains("Expect", StringComparison.Ordinal));
        Assert.AreEqual(5L, progress.Last);
        Assert.AreEqual(0, _hal.Net.OpenSockets, "the transfer's connection is closed");
    }

    [TestMethod]
    public void Upload_Python_TakesTheWritableStorageAndWaitsForItsList()
    {
        Peer(Answer(200, PythonVersion), Answer(200, PythonStorage));
        ScriptedStream put = Peer(Answer(201), "HTTP/1.1 404 X\r\nContent-Length: 9\r\n\r\n", "HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\n");
        Assert.AreEqual("local/a.gcode", NewClient(hasKey: true).Upload("a.gcode", new PatternSource(5), null, CancellationToken.None));
        StringAssert.StartsWith(put.WrittenText(), "PUT /api/v1/files/local/a.gcode ");
        StringAssert.Contains(put.WrittenText(), "\r\nContent-Type: text/x.gcode\r\n");
        Assert.HasCount(3, put.WrittenText().Split("HEAD /api/v1/files/local/a.gcode "));
    }

    [TestMethod]
    [DataRow("HTTP/1.1 500 X\r\nContent-Length: 9\r\n\r\n")]
    [DataRow("HTTP/1.1 403 X\r\nContent-Length: 9\r\n\r\n")]
    [DataRow("no HTTP\r\n\r\n")]
    [DataRow("")]
    public void Upload_ListFailsAfterItIsStored_IsStored(string answer)
    {
        Peer(Answer(200, PythonVersion), Answer(200, PythonStorage));
        ScriptedStream put = Peer(Answer(201), answer);
        long beforeMs = _hal.Time.NowMs;
        Assert.AreEqual("local/a.gcode", NewClient(hasKey: true).Upload("a.gcode", new PatternSource(5), null, CancellationToken.None));
        StringAssert.Contains(put.WrittenText(), "HEAD /api/v1/files/local/a.gcode ");
        Assert.IsLessThanOrEqualTo(10000L, _hal.Time.NowMs - beforeMs, "silence is not waited for as long as after the file");
    }

    [TestMethod]
    public void Upload_CancelledWhileItWaitsForTheList_IsCancelled()
    {
        Peer(Answer(200, PythonVersion), Answer(200, PythonStorage));
        Peer(Answer(201), "");
        using CancellationTokenSource source = new CancellationTokenSource();
        _hal.Time.CancelAfter(2000, source);
        Fails(ErrorCode.Cancelled, () => NewClient(hasKey: true).Upload("a.gcode", new PatternSource(5), null, source.Token));
    }

    [TestMethod]
    [DataRow(409, "Another transfer in progress", ErrorCode.TransferBusy)]
    [DataRow(409, "Only one file at time can be transferred.", ErrorCode.TransferBusy)]
    [DataRow(409, "File already exists", ErrorCode.FileInUse)]
    [DataRow(409, "File is busy", ErrorCode.FileInUse)]
    [DataRow(409, "Can't print right now", ErrorCode.WrongState)]
    [DataRow(409, "Storage doest not exist.", ErrorCode.NotFound)]
    [DataRow(409, "SD Card storage is read only.", ErrorCode.Refused)]
    [DataRow(409, "Transfer process was stopped by user.", ErrorCode.Refused)]
    [DataRow(400, "Forbidden characters in file or folder name.", ErrorCode.BadFileName)]
    [DataRow(400, "File name length is too long", ErrorCode.BadFileName)]
    [DataRow(400, "File upload has failed", ErrorCode.Refused)]
    [DataRow(403, "", ErrorCode.AuthRejected)]
    [DataRow(403, "You don not have permission to access this.", ErrorCode.Refused)]
    [DataRow(404, "", ErrorCode.NotFound)]
    [DataRow(405, "", ErrorCode.NotSupported)]
    [DataRow(408, "", ErrorCode.Timeout)]
    [DataRow(411, "", ErrorCode.Refused)]
    [DataRow(413, "Not enough space in storage.", ErrorCode.StorageFull)]
    [DataRow(413, "Entity too large", ErrorCode.TooLarge)]
    [DataRow(415, "", ErrorCode.BadFileType)]
    [DataRow(422, "", ErrorCode.BadFileName)]
    [DataRow(429, "", ErrorCode.Throttled)]
    [DataRow(500, "", ErrorCode.ServerError)]
    [DataRow(501, "", ErrorCode.Refused)]
    [DataRow(503, "", ErrorCode.PrinterOffline)]
    [DataRow(507, "", ErrorCode.StorageFull)]
    public void Upload_EveryRefusal_HasItsCode(int status, string message, ErrorCode expected)
    {
        Peer(Answer(200, BuddyVersion), Answer(200, BuddyStorage));
        Peer(Answer(status, message.Length == 0 ? "" : "{\"title\":\"" + status + ": X\",\"message\":\"" + message + "\"}"));
        Fails(expected, () => NewClient(hasKey: true).Upload("a.gcode", new PatternSource(5), null, CancellationToken.None));
        Assert.AreEqual(0, _hal.Net.OpenSockets);
    }

    [TestMethod]
    [DataRow(414, "URI Too Long", "A long assembly name - with the part behind it_0.4n_PETG_1h26m.gcode", ErrorCode.BadFileName, "shorten it")]
    [DataRow(431, "File name too long", "a.gcode", ErrorCode.BadFileName, "shorten it")]
    [DataRow(400, "File name length is too long", "a.gcode", ErrorCode.BadFileName, "shorten it")]
    [DataRow(400, "Forbidden characters in file or folder name.", "a.gcode", ErrorCode.BadFileName, "rename it")]
    [DataRow(415, "Not a GCODE", "Hinge_body_outer_arm_repaired_and_scaled_mm__0.6n_0.15mm_PLA_XL.bgcode", ErrorCode.BadFileName, "too long")]
    [DataRow(415, "Not a GCODE", "short.bgcode", ErrorCode.BadFileType, "firmware recent enough")]
    [DataRow(415, "Not a GCODE", "part.txt", ErrorCode.BadFileType, "use .gcode or .bgcode")]
    [DataRow(507, "Missing USB drive", "a.gcode", ErrorCode.NotFound, "plug one in")]
    [DataRow(404, "File not found", "part 50%.gcode", ErrorCode.BadFileName, "rename the file")]
    [DataRow(404, "File not found", "a.gcode", ErrorCode.NotFound, "check its USB drive, or give the file a plain name")]
    [DataRow(507, "USB drive full", "a.gcode", ErrorCode.StorageFull, "delete files")]
    [DataRow(507, "USB write error or USB full", "a.gcode", ErrorCode.StorageFull, "or replace the drive")]
    [DataRow(507, "Couldn't sync to file", "a.gcode", ErrorCode.Refused, "check the drive")]
    [DataRow(507, "Failed to write to location", "a.gcode", ErrorCode.Refused, "check the drive")]
    [DataRow(409, "Is a directory or ongoing transfer", "a.gcode", ErrorCode.FileInUse, "rename the file or wait")]
    [DataRow(409, "Conflicting upload path", "a.gcode", ErrorCode.BadFileName, "rename the file")]
    [DataRow(409, "Can't print right now", "a.gcode", ErrorCode.WrongState, "Can't print right now")]
    [DataRow(404, "Destination directory does not exist", "a.gcode", ErrorCode.NotFound, "Destination directory does not exist")]
    [DataRow(503, "Upload stopped from connect", "a.gcode", ErrorCode.Refused, "stopped at Prusa Connect")]
    [DataRow(503, "PrusaLink not finished initializing or Printer not connected.", "a.gcode", ErrorCode.PrinterOffline, "not finished initializing")]
    [DataRow(500, "There is some problem on PrusaLink.", "a.gcode", ErrorCode.ServerError, "some problem on PrusaLink")]
    public void Upload_Refused_IsReadWithThePrintersWords(int status, string words, string name, ErrorCode expected, string advice)
    {
        Peer(Answer(200, BuddyVersion), Answer(200, BuddyStorage));
        Peer(Answer(status, "{\"title\":\"" + status + ": X\",\"message\":\"" + words + "\"}"));
        HubException error = Fails(expected, () => NewClient(hasKey: true).Upload(name, new PatternSource(5), null, CancellationToken.None));
        StringAssert.Contains(error.Message, advice);
    }

    [TestMethod]
    public void Poll_NullsEverywhere_OnlyThoseValuesAreUnknown()
    {
        PrusaLinkClient client = Connected(BuddyVersion, Idle);
        PollAnew(
            client,
            Answer(200, """{"job":{"id":7,"progress":null,"time_remaining":null,"time_printing":null},"transfer":null,"storage":null,"printer":{"state":"PRINTING","temp_nozzle":215.0,"temp_bed":null,"target_bed":"60"}}"""),
            Answer(200, """{"id":7,"state":"PRINTING","progress":null,"time_remaining":null,"file":null}"""));
        Assert.AreEqual(PrinterState.Printing, client.Status.State);
        Assert.AreEqual(215, client.Status.Nozzle, 1e-9);
        Assert.IsTrue(double.IsNaN(client.Status.Bed) && double.IsNaN(client.Status.BedTarget) && double.IsNaN(client.Status.ProgressPercentage));
        Assert.IsNull(client.Status.Job);
        Assert.IsNull(client.Status.ErrorCode);
    }

    [TestMethod]
    [DataRow(NewState, "'LEVITATING'")]
    [DataRow("""{"printer":null}""", "does not report the printer's state")]
    [DataRow("""{"printer":{"state":7}}""", "does not report the printer's state")]
    public void Poll_StateThatIsNotKnown_SaysWhy(string status, string words)
    {
        PrusaLinkClient client = NewClient(hasKey: true);
        Peer(Answer(200, BuddyVersion), Answer(200, Idle), Answer(200, status));
        client.Connect(CancellationToken.None);
        client.Poll(CancellationToken.None);
        Assert.AreEqual(PrinterState.Unknown, client.Status.State);
        StringAssert.Contains(client.Status.ErrorMessage, words);
    }

    [TestMethod]
    public void Poll_ErrorInMidPrint_TheJobFailedUntilTheNextOne()
    {
        PrusaLinkClient client = Connected(PythonVersion, Printing);
        PollAnew(client, Answer(200, """{"printer":{"state":"ERROR","status_printer":{"ok":false,"message":"Serial device does not exist"}}}"""));
        Assert.AreEqual("printer_error", client.Status.ErrorCode);
        Assert.AreEqual("long name.gcode", client.Status.Job);
        PollAnew(client, Answer(200, Idle));
        Assert.AreEqual(PrinterState.Error, client.Status.State);
        Assert.AreEqual("print_failed", client.Status.ErrorCode);
        StringAssert.Contains(client.Status.ErrorMessage, "Serial device does not exist");
        Assert.AreEqual("long name.gcode", client.Status.Job);
        PollAnew(client, Answer(200, Printing.Replace("129", "130", StringComparison.Ordinal)), Answer(200, Job.Replace("129", "130", StringComparison.Ordinal)));
        Assert.AreEqual(PrinterState.Printing, client.Status.State);
        Assert.IsNull(client.Status.ErrorCode);
    }

    [TestMethod]
    public void Poll_StoppedAfterAnError_IsStillTheFailedJob()
    {
        PrusaLinkClient client = Connected(PythonVersion, Printing);
        PollAnew(client, Answer(200, """{"printer":{"state":"ERROR","status_printer":{"ok":false,"message":"Serial device does not exist"}}}"""));
        PollAnew(client, Answer(200, """{"printer":{"state":"STOPPED","status_printer":{"ok":false,"message":"Device is not supported"}}}"""));
        Assert.AreEqual(PrinterState.Error, client.Status.State, "nobody cancelled it");
        Assert.AreEqual("print_failed", client.Status.ErrorCode);
        StringAssert.Contains(client.Status.ErrorMessage, "Serial device does not exist");
    }

    [TestMethod]
    [DataRow("37.00", "73020", 60, true, DisplayName = "hours were left")]
    [DataRow("37.00", "73020", 73000, true, DisplayName = "the outage was long, and too short all the same")]
    [DataRow("99.00", "30", 60, false, DisplayName = "it may have finished")]
    [DataRow("37.00", "null", 60, true, DisplayName = "no time left known, a short outage")]
    [DataRow("37.00", "null", 600, false, DisplayName = "no time left known, a long outage")]
    [DataRow("95.00", "null", 60, false, DisplayName = "no time left known, near the end")]
    public void Poll_JobGoneAfterAnOutage_IsLostUnlessItMayHaveFinished(string progress, string left, int seconds, bool isLost)
    {
        PrusaLinkClient client = Connected(BuddyVersion, Printing.Replace("37.00", progress, StringComparison.Ordinal).Replace("73020", left, StringComparison.Ordinal));
        client.Disconnect();
        _hal.Time.Advance(seconds * 1000);
        Reconnect(client, Idle);
        Assert.AreEqual(isLost ? PrinterState.Error : PrinterState.Idle, client.Status.State);
        Assert.AreEqual(isLost ? "print_failed" : null, client.Status.ErrorCode);
        if (!isLost)
        {
            return;
        }

        Assert.AreEqual("long name.gcode", client.Status.Job);
        StringAssert.Contains(client.Status.ErrorMessage, "lost at 37 %");
        Assert.IsTrue(PrinterStates.CanStart(client.Status.State, client.Status.ErrorCode), "the next print may begin");
        Reconnect(client, Idle);
        Assert.AreEqual("long name.gcode", client.Status.Job, "another outage changes nothing");
        PollAnew(client, Answer(200, Printing), Answer(200, Job));
        Assert.AreEqual(PrinterState.Printing, client.Status.State, "a printer that resumes after a power cut");
        Assert.IsNull(client.Status.ErrorCode);
    }

    [TestMethod]
    public void Poll_JobGoneWithoutAnOutage_IsIdle()
    {
        PrusaLinkClient client = Connected(BuddyVersion, Printing);
        PollAnew(client, Answer(200, Idle));
        Assert.AreEqual(PrinterState.Idle, client.Status.State);
    }

    [TestMethod]
    public void Poll_FinishedAfterAnOutage_IsNoLostJob()
    {
        PrusaLinkClient client = Connected(BuddyVersion, Printing);
        Reconnect(client, """{"printer":{"state":"FINISHED"}}""");
        Assert.AreEqual(PrinterState.Finished, client.Status.State);
        PollAnew(client, Answer(200, Idle));
        Assert.AreEqual(PrinterState.Idle, client.Status.State);
    }

    private void Reconnect(PrusaLinkClient client, string status)
    {
        client.Disconnect();
        Peer(Answer(200, BuddyVersion), Answer(200, status), Answer(200, status));
        client.Connect(CancellationToken.None);
        client.Poll(CancellationToken.None);
    }

    [TestMethod]
    public void Pause_WhatIsPausedAlready_SendsNothing()
    {
        PrusaLinkClient client = Connected(PythonVersion, Printing.Replace("PRINTING", "PAUSED", StringComparison.Ordinal));
        client.Disconnect();
        int dials = _hal.Net.Dials;
        client.Pause(CancellationToken.None);
        Assert.AreEqual(dials, _hal.Net.Dials);
    }

    /// <summary>A client that has started a file.</summary>
    private PrusaLinkClient Started(string version, string before, string path)
    {
        PrusaLinkClient client = Connected(version, before);
        client.Disconnect();
        Peer("HTTP/1.1 204 X\r\n\r\n");
        client.Start.Begin(client.Status);
        client.StartPrint(path, StartOptions.Default, CancellationToken.None);
        return client;
    }

    [TestMethod]
    [DataRow("PRINTING")]
    [DataRow("FINISHED")]
    [DataRow("STOPPED")]
    [DataRow("PAUSED")]
    public void StartPrint_NewIdWithOurFile_IsShownInAnyState(string state)
    {
        PrusaLinkClient client = Started(BuddyVersion, Idle, "usb/long name.gcode");
        PollAnew(client, Answer(200, """{"job":{"id":129,"progress":1},"printer":{"state":"WORD"}}""".Replace("WORD", state, StringComparison.Ordinal)), Answer(200, Job));
        Assert.AreEqual(StartVerdict.Shown, client.Start.Verdict);
    }

    [TestMethod]
    public void StartPrint_IdUsedBeforeAfterNoJob_IsShown()
    {
        PrusaLinkClient client = Connected(BuddyVersion, Printing);
        PollAnew(client, Answer(200, """{"printer":{"state":"FINISHED"}}"""));
        PollAnew(client, Answer(200, Idle));
        client.Disconnect();
        Peer("HTTP/1.1 204 X\r\n\r\n");
        client.Start.Begin(client.Status);
        client.StartPrint("usb/long name.gcode", StartOptions.Default, CancellationToken.None);
        PollAnew(client, Answer(200, Idle));
        Assert.AreEqual(StartVerdict.Open, client.Start.Verdict);
        PollAnew(client, Answer(200, Printing), Answer(200, Job));
        Assert.AreEqual(StartVerdict.Shown, client.Start.Verdict, "129 again: the printer was reset, or its card changed");
    }

    [TestMethod]
    [DataRow("BUSY", true)]
    [DataRow("PRINTING", false)]
    public void Pause_RefusedInMidPrint_WillPassOnlyWhileThePrinterIsBusy(string state, bool passes)
    {
        PrusaLinkClient client = Connected(BuddyVersion, Printing);
        PollAnew(client, Answer(200, Printing.Replace("PRINTING", state, StringComparison.Ordinal)));
        Assert.AreEqual(PrinterState.Printing, client.Status.State);
        client.Disconnect();
        Peer(Answer(409));
        HubException refusal = Fails(ErrorCode.WrongState, () => client.Pause(CancellationToken.None));
        Assert.AreEqual(passes, refusal.RetryAfterMs > 0);
        Assert.AreEqual(passes, CommandProof.IsTooEarly(PrinterVerb.Pause, client.Status.State, refusal));
        client.Disconnect();
        Peer(Answer(404));
        Assert.AreEqual(0, Fails(ErrorCode.WrongState, () => client.Cancel(CancellationToken.None)).RetryAfterMs, "the job is over");
    }

    [TestMethod]
    public void StartPrint_FormerJobStillShown_StaysOpenUntilTheIdIsNew()
    {
        PrusaLinkClient client = Started(BuddyVersion, Printing.Replace("PRINTING", "FINISHED", StringComparison.Ordinal), "usb/long name.gcode");
        PollAnew(client, Answer(200, Printing.Replace("PRINTING", "FINISHED", StringComparison.Ordinal)));
        Assert.AreEqual(StartVerdict.Open, client.Start.Verdict, "the same file under the same id is the former job");
        PollAnew(client, Answer(200, Printing.Replace("129", "130", StringComparison.Ordinal)), Answer(200, Job.Replace("129", "130", StringComparison.Ordinal)));
        Assert.AreEqual(StartVerdict.Shown, client.Start.Verdict);
    }

    [TestMethod]
    public void StartPrint_NewJobThatMeetsAnError_Fails()
    {
        PrusaLinkClient client = Started(BuddyVersion, Idle, "usb/long name.gcode");
        PollAnew(client, Answer(200, """{"job":{"id":129,"progress":0},"printer":{"state":"ERROR"}}"""), Answer(200, Job));
        Assert.AreEqual(StartVerdict.Failed, client.Start.Verdict);
    }

    [TestMethod]
    public void StartPrint_AnotherFilesJob_StaysOpen()
    {
        PrusaLinkClient client = Started(BuddyVersion, Idle, "usb/mine.gcode");
        PollAnew(client, Answer(200, Printing), Answer(200, Job));
        Assert.AreEqual(StartVerdict.Open, client.Start.Verdict);
    }

    [TestMethod]
    public void StartPrint_SameEndWithoutAJob_IsJudgedByBuddysCounter()
    {
        const string Finished = """{"printer":{"state":"FINISHED"}}""";
        PrusaLinkClient client = Connected(BuddyVersion, Printing);
        PollAnew(client, Answer(200, Finished));
        client.Disconnect();
        Peer("HTTP/1.1 204 X\r\n\r\n");
        client.Start.Begin(client.Status);
        client.StartPrint("usb/mine.gcode", StartOptions.Default, CancellationToken.None);
        PollAnew(client, Answer(200, Finished), Answer(405), Answer(404));
        Assert.AreEqual(StartVerdict.Open, client.Start.Verdict, "129 is the last job still");
        client.Disconnect();
        Peer(Answer(200, Finished), Answer(404), Answer(405));
        client.Poll(CancellationToken.None);
        Assert.AreEqual(StartVerdict.Shown, client.Start.Verdict, "130 has been");
        Assert.AreEqual("mine.gcode", client.Status.Job);
    }

    [TestMethod]
    [DataRow("ERROR", "shows an error instead")]
    [DataRow("ATTENTION", "answer it on the printer's screen")]
    public void StartPrint_PrinterStandsAgainstIt_Fails(string state, string words)
    {
        PrusaLinkClient client = Started(BuddyVersion, Idle, "usb/mine.gcode");
        PollAnew(client, Answer(200, """{"printer":{"state":"WORD"}}""".Replace("WORD", state, StringComparison.Ordinal)));
        Assert.AreEqual(StartVerdict.Failed, client.Start.Verdict);
        StringAssert.Contains(client.Start.Failure!.Message, words);
    }

    [TestMethod]
    public void StartPrint_RefusedRightAfterAJob_SaysThatItWillPass()
    {
        const string Stopped = """{"printer":{"state":"STOPPED"}}""";
        const string Refusal = """{"title":"Not in state to print","message":"Printer is not in state to print."}""";
        PrusaLinkClient client = Connected(PythonVersion, Stopped);
        for (int seconds = 0; seconds < 40; seconds += 10)
        {
            client.Disconnect();
            Peer(Answer(409, Refusal));
            HubException refusal = Fails(ErrorCode.WrongState, () => client.StartPrint("local/a.gcode", StartOptions.Default, CancellationToken.None));
            Assert.AreEqual(seconds < 30, refusal.RetryAfterMs > 0, seconds + " s: an open menu refuses for longer");
            _hal.Time.Advance(10000);
        }
    }

    [TestMethod]
    public void Poll_OldFirmwareThatHasV1AfterAll_IsAskedAgain()
    {
        PrusaLinkClient client = NewClient(hasKey: true);
        Peer(Answer(200, BuddyVersion), Answer(404));
        client.Connect(CancellationToken.None);
        Assert.AreEqual(PrinterCapabilities.None, client.Capabilities);
        _hal.Time.Advance(61000);
        client.Disconnect();
        Peer(Answer(200, Idle), Answer(200, Idle));
        client.Poll(CancellationToken.None);
        Assert.AreEqual(PrinterState.Idle, client.Status.State);
        Assert.AreNotEqual(PrinterCapabilities.None, client.Capabilities & PrinterCapabilities.Start, "a proxy answered 404 for a while");
    }

    [TestMethod]
    public void Upload_LoginRunsOutInThatMoment_SaysThatNothingWasDone()
    {
        Peer(Answer(401, "", BuddyChallenge), Answer(200, BuddyVersion), Answer(200, BuddyStorage), Answer(200, BuddyVersion));
        ScriptedStream put = Peer(Answer(401, "", StaleChallenge));
        HubException error = Fails(ErrorCode.Refused, () => NewClient(hasPassword: true).Upload("a.gcode", new PatternSource(5), null, CancellationToken.None));
        StringAssert.Contains(error.Message, "nothing was done");
        Assert.HasCount(2, put.WrittenText().Split("PUT "), "the body is not sent twice");
    }

    [TestMethod]
    [DataRow("""{"storage_list":[]}""", ErrorCode.NotFound)]
    [DataRow("""{"storage_list":[{"path":"/usb/","available":false}]}""", ErrorCode.NotFound)]
    [DataRow("""[{"path":"/usb/","read_only":true}]""", ErrorCode.NotFound)]
    [DataRow("7", ErrorCode.NotFound)]
    [DataRow("{", ErrorCode.BadJson)]
    public void Upload_NoStorage_IsNotEvenSent(string storage, ErrorCode expected)
    {
        Peer(Answer(200, BuddyVersion), Answer(200, storage));
        PatternSource source = new PatternSource(5);
        Fails(expected, () => NewClient(hasKey: true).Upload("a.gcode", source, null, CancellationToken.None));
        Assert.AreEqual(0L, source.Given);
    }

    [TestMethod]
    [DataRow("""[{"path":"/local","read_only":false}]""")]
    [DataRow("""{"path":"/local/"}""")]
    public void Upload_StorageInAnotherShape_IsUnderstood(string storage)
    {
        Peer(Answer(200, BuddyVersion), Answer(200, storage));
        Peer(Answer(201));
        Assert.AreEqual("local/a.gcode", NewClient(hasKey: true).Upload("a.gcode", new PatternSource(5), null, CancellationToken.None));
    }

    [TestMethod]
    public void Upload_EmptyFileOrBadName_IsNotEvenSent()
    {
        Fails(ErrorCode.SourceFailed, () => NewClient().Upload("a.gcode", new PatternSource(0), null, CancellationToken.None));
        Fails(ErrorCode.BadFileName, () => NewClient().Upload("../a.gcode", new PatternSource(5), null, CancellationToken.None));
        Assert.AreEqual(0, _hal.Net.Dials);
    }
}
