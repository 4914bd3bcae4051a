using System;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;
using Hub.Core.Streams;
using Hub.Tests.Json;
using Hub.Tests.Portable;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using static Hub.Tests.Support.HubErrors;

namespace Hub.Tests.Printers.Bambu;

/// <summary>The client over a scripted broker on a driven clock.</summary>
[TestClass]
public sealed class BambuClientTests : IDisposable
{
    private const string Serial = "01P00A0A0000001";
    private const string RightSpool = """[{"ams_id":255,"slot_id":0}]""";

    private const string Idle =
        """{"print":{"msg":0,"command":"push_status","gcode_state":"IDLE","stg_cur":255,"mc_percent":0,"bed_temper":21.5,"nozzle_temper":22,"print_error":0,"hms":[]}}""";

    private readonly BambuTestHal _hal = new();
    private readonly PrinterConfig _config = new()
    {
        Id = "bambu-1",
        Type = PrinterTypes.Bambu,
        Host = "192.0.2.9",
        Serial = Serial,
        AccessCode = new Secret("12345678"),
    };

    private BambuClient? _client;

    public BambuClientTests()
    {
        _hal.NextSession = () => Answering(Idle);
    }

    private BambuClient Client => _client ??= new BambuClient(_hal, _config);

    public void Dispose()
    {
        _client?.Dispose();
        foreach (ScriptedMqtt session in _hal.Sessions)
        {
            Assert.IsTrue(session.IsDisposed, "every session is closed");
        }
    }

    /// <summary>A printer that answers pushall with this report and every command with success.</summary>
    private static ScriptedMqtt Answering(string report)
    {
        ScriptedMqtt session = new();
        session.Answer = request => Command(request) switch
        {
            "pushall" => report,
            "get_version" => null,
            "start" => null,
            _ => Reply(request, "\"result\":\"success\",\"reason\":\"\""),
        };
        return session;
    }

    private static string Root(JsonNode request) => request.AsObject().First().Key;

    private static string Command(JsonNode request) => request[Root(request)]!["command"]!.GetValue<string>();

    private static string Reply(JsonNode request, string more) =>
        "{\"" + Root(request) + "\":{\"command\":\"" + Command(request) + "\",\"param\":\"\",\"sequence_id\":\"" + request[Root(request)]!["sequence_id"] + "\""
        + (more.Length == 0 ? "" : "," + more) + "}}";

    private static string Delta(string fields) => "{\"print\":{" + fields + ",\"command\":\"push_status\",\"msg\":1}}";

    private string[] Commands(int session = 0) => [.. _hal.Sessions[session].Requests.Select(Command)];

    private JsonNode Last(string command) => _hal.Session.Requests.Last(r => Command(r) == command)[Root(_hal.Session.Requests.Last(r => Command(r) == command))]!;

    private void Connect() => Client.Connect(CancellationToken.None);

    private void Poll() => Client.Poll(CancellationToken.None);

    /// <summary>Polls as a worker does until so much time has passed.</summary>
    private void PollFor(int milliseconds)
    {
        long until = _hal.Time.NowMs + milliseconds;
        while (_hal.Time.NowMs < until)
        {
            Poll();
        }
    }

    [TestMethod]
    public void Connect_Good_AsksOnceForAllAndForTheVersion()
    {
        Connect();
        Poll();

        MqttOptions options = _hal.Session.Options;
        Assert.AreEqual("bblp", options.User);
        Assert.AreEqual("12345678", options.Password!.Reveal());
        Assert.AreEqual(8883, options.Port);
        Assert.AreEqual(Serial, options.Tls!.ServerName);
        Assert.IsTrue(options.CleanSession);
        CollectionAssert.AreEqual(new[] { "device/" + Serial + "/report 0" }, _hal.Session.Filters);
        CollectionAssert.AreEqual(new[] { "pushall", "get_version" }, Commands());
        Assert.IsTrue(_hal.Session.Requests.TrueForAll(r => r["topic"]!.GetValue<string>() == "device/" + Serial + "/request" && r["qos"]!.GetValue<int>() == 0));
        Assert.AreEqual("""{"sequence_id":"0","command":"pushall","version":1,"push_target":1}""", _hal.Session.Requests[0]["pushing"]!.ToJsonString());
        Assert.AreEqual(PrinterState.Idle, Client.Status.State);
        Assert.IsTrue(Client.Status.TlsVerified);
        Assert.AreEqual(21.5, Client.Status.Bed);
    }

    [TestMethod]
    public void ClientId_SameHubAndPrinter_IsTheSameAndElseNot()
    {
        Connect();
        Connect();
        _config.Id = "bambu-2";
        using BambuClient other = new(_hal, _config);
        other.Connect(CancellationToken.None);

        string first = _hal.Sessions[0].Options.ClientId;
        Assert.AreEqual(first, _hal.Sessions[1].Options.ClientId);
        Assert.AreNotEqual(first, _hal.Sessions[2].Options.ClientId);
        Assert.IsLessThanOrEqualTo(23, first.Length, "MQTT 3.1.1, 3.1.3.1: what every broker takes");
    }

    [TestMethod]
    public void Connect_WrongAccessCode_NamesIt()
    {
        _hal.NextSession = () => new ScriptedMqtt { ConnectError = new HubException(ErrorCode.AuthRejected, "refused (5)") };
        HubException error = Fails(ErrorCode.AuthRejected, Connect);
        Assert.Contains("access code", error.Message);
    }

    [TestMethod]
    public void Connect_SilentAfterLogin_NamesSerialAndAccessCode()
    {
        _hal.NextSession = () => new ScriptedMqtt();
        long start = _hal.Time.NowMs;
        HubException error = Fails(ErrorCode.Timeout, Connect);
        Assert.Contains(Serial, error.Message);
        Assert.Contains("access code", error.Message);
        Assert.IsLessThan(10000, _hal.Time.NowMs - start, "the command line waits 10 s for a first answer");
    }

    [TestMethod]
    public void Connect_DroppedAtSubscribeOrBehindIt_NamesSerialAndAccessCode()
    {
        _hal.NextSession = () => new ScriptedMqtt { SubscribeError = new HubException(ErrorCode.ConnectionLost, "closed") };
        Assert.Contains(Serial, Fails(ErrorCode.ConnectionLost, Connect).Message);

        _hal.NextSession = () => new ScriptedMqtt().Breaks(ErrorCode.ConnectionLost);
        HubException error = Fails(ErrorCode.ConnectionLost, Connect);
        Assert.Contains(Serial, error.Message);
        Assert.Contains("access code", error.Message);
    }

    [TestMethod]
    public void Connect_OnlyPartialReports_StaysUnknownAndAsksAgain()
    {
        _hal.NextSession = () => new ScriptedMqtt().Says(Delta("\"gcode_state\":\"IDLE\""));
        Connect();
        Poll();
        Assert.AreEqual(PrinterState.Unknown, Client.Status.State);

        PollFor(25000);
        Assert.AreEqual(2, Commands().Count(c => c == "pushall"), "at 30 s it is asked again");
        Fails(ErrorCode.Timeout, () => PollFor(40000));
    }

    [TestMethod]
    public void Poll_Silence_AsksAt30SecondsAndGivesUpAt60()
    {
        Connect();
        long start = _hal.Time.NowMs;
        PollFor(29000);
        CollectionAssert.AreEqual(new[] { "pushall", "get_version" }, Commands());

        PollFor(2000);
        CollectionAssert.AreEqual(new[] { "pushall", "get_version", "start" }, Commands(), "a P1 lags when everything is asked for within 5 minutes");

        HubException error = Fails(ErrorCode.Timeout, () => PollFor(60000));
        Assert.IsTrue(_hal.Time.NowMs - start is >= 59000 and < 62000, error.Message);
        Assert.AreEqual(90000, Client.StaleMs);
    }

    [TestMethod]
    public void Poll_SilenceOfAnX1_AsksForEverything()
    {
        _config.Model = "X1C";
        Connect();
        PollFor(31000);
        CollectionAssert.AreEqual(new[] { "pushall", "get_version", "pushall" }, Commands());
    }

    [TestMethod]
    public void Poll_ReportsComing_NothingIsAsked()
    {
        Connect();
        for (int i = 0; i < 20; i++)
        {
            PollFor(20000);
            _hal.Session.Says(Delta("\"mc_percent\":" + i));
        }

        CollectionAssert.AreEqual(new[] { "pushall", "get_version" }, Commands());
    }

    [TestMethod]
    [DataRow(true, "device/" + Serial + "/report")]
    [DataRow(false, "device/01P00A0A0000002/report")]
    [DataRow(false, "device/" + Serial + "/request")]
    public void Poll_RetainedOrOfAnother_IsNoNews(bool isRetained, string topic)
    {
        Connect();
        _hal.Session.IsRetained = isRetained;
        _hal.Session.Topic = topic;
        long newsMs = Client.Status.LastReportMs;
        _hal.Time.Advance(1000);
        _hal.Session.Says(Idle.Replace("IDLE", "RUNNING", StringComparison.Ordinal));
        Poll();

        Assert.AreEqual(PrinterState.Idle, Client.Status.State);
        Assert.AreEqual(newsMs, Client.Status.LastReportMs);
    }

    [TestMethod]
    public void Poll_BrokenMessage_GoesOn()
    {
        Connect();
        _hal.Session.Says("{\"print\":{\"gcode_state\":\"FAILED\"").Says("no JSON").Says(Delta("\"gcode_state\":\"RUNNING\""));
        Poll();
        Assert.AreEqual(PrinterState.Printing, Client.Status.State);
    }

    [TestMethod]
    public void Poll_MessageLargerThanTheBuffer_IsReadOn()
    {
        _hal.NextSession = () =>
        {
            ScriptedMqtt session = Answering(Encoding.UTF8.GetString(JsonSamples.Report("bambu-x1")));
            session.Window = 1000;
            return session;
        };
        Connect();
        Poll();
        Assert.AreEqual(57, Client.Status.ProgressPercentage);
        Assert.AreEqual("Getriebegehäuse links, 2 Farben", Client.Status.Job);
    }

    [TestMethod]
    public void Commands_Good_AreWhatThePrinterWants()
    {
        Connect();
        Client.Pause(CancellationToken.None);
        Assert.AreEqual("", Last("pause")["param"]!.GetValue<string>());
        Client.Resume(CancellationToken.None);
        Client.Cancel(CancellationToken.None);
        Client.SendGcode(["M106 P1 S255", "G28"], CancellationToken.None);
        Assert.AreEqual("M106 P1 S255\nG28\n", Last("gcode_line")["param"]!.GetValue<string>());
        Client.SetSpeed(3, CancellationToken.None);
        Assert.AreEqual("3", Last("print_speed")["param"]!.GetValue<string>());
        Client.SetLight(true, CancellationToken.None);
        JsonNode light = Last("ledctrl");
        Assert.AreEqual("chamber_light", light["led_node"]!.GetValue<string>());
        Assert.AreEqual("on", light["led_mode"]!.GetValue<string>());
        Assert.AreEqual(500, light["led_on_time"]!.GetValue<int>());
        Fails(ErrorCode.WrongState, () => Client.ClearError(CancellationToken.None));
        _hal.Session.Says(Delta("\"print_error\":" + 0x05004003));
        Poll();
        Client.ClearError(CancellationToken.None);
        Assert.AreEqual(0x05004003, Last("clean_print_error")["print_error"]!.GetValue<int>());
        CollectionAssert.AreEqual(
            new[] { "pushall", "get_version", "pause", "resume", "stop", "gcode_line", "print_speed", "ledctrl", "clean_print_error" }, Commands());
        string[] ids = [.. _hal.Session.Requests.Skip(2).Select(r => r[Root(r)]!["sequence_id"]!.GetValue<string>())];
        Assert.HasCount(ids.Length, ids.Distinct().ToArray(), "every command has its own number");
        Fails(ErrorCode.Refused, () => Client.SetSpeed(5, CancellationToken.None));
        Assert.AreEqual(PrinterCapabilities.None, Client.Capabilities & PrinterCapabilities.EmergencyStop);
        Assert.IsNotInstanceOfType<IEmergencyStop>(Client);
    }

    [TestMethod]
    [DataRow("\"result\":\"fail\",\"reason\":\"no such thing\"")]
    [DataRow("\"result\":\"FAILED\",\"reason\":\"no such thing\"")]
    [DataRow("\"result\":\"Failed\",\"err_code\":7,\"reason\":\"no such thing\"")]
    public void Command_Refused_SaysThePrintersReason(string result)
    {
        Connect();
        _hal.Session.Answer = request => Reply(request, result);
        HubException error = Fails(ErrorCode.Refused, () => Client.Pause(CancellationToken.None));
        Assert.Contains("no such thing", error.Message);
        Assert.IsFalse(error.MayHaveActed);
        Fails(ErrorCode.Refused, () => Client.Resume(CancellationToken.None));
        Assert.AreEqual("resume", Commands()[^1], "an ordinary refusal holds nothing else up");
    }

    [TestMethod]
    [DataRow("\"result\":\"success\"")]
    [DataRow("\"result\":\"SUCCESS\"")]
    public void Command_Success_InAnyCase(string result)
    {
        Connect();
        _hal.Session.Answer = request => Reply(request, result);
        long start = _hal.Time.NowMs;
        Client.Pause(CancellationToken.None);
        Assert.AreEqual(start, _hal.Time.NowMs, "nothing is waited for");
    }

    [TestMethod]
    public void Command_AnswersOfOthers_AreNotTakenForIt()
    {
        Connect();
        _hal.Session.Answer = request =>
        {
            _hal.Session.Says("""{"print":{"command":"pause","sequence_id":"20001","result":"fail","reason":"another program's"}}""");
            _hal.Session.Says(Delta("\"mc_percent\":7"));
            return Reply(request, "\"result\":\"success\"");
        };
        Client.Pause(CancellationToken.None);
        Poll();
        Assert.AreEqual(PrinterState.Idle, Client.Status.State);
    }

    [TestMethod]
    [DataRow("\"sequence_id\":\"0\",\"command\":\"gcode_line\",\"result\":\"success\"")]
    [DataRow("\"command\":\"GCODE_LINE\",\"result\":\"success\"")]
    [DataRow("\"sequence_id\":\"abc\",\"result\":\"SUCCESS\"")]
    [DataRow("\"result\":\"success\"")]
    [DataRow("\"sequence_id\":7,\"command\":\"gcode_line\",\"result\":\"success\"")]
    public void Command_AnswerWithoutItsNumber_Counts(string answer)
    {
        Connect();
        _hal.Session.Answer = _ => "{\"print\":{" + answer + "}}";
        long start = _hal.Time.NowMs;
        Client.SendGcode(["G28"], CancellationToken.None);
        Assert.IsLessThan(1000, _hal.Time.NowMs - start);
    }

    [TestMethod]
    public void Command_RefusalWithoutItsNumber_CountsUnlessABetterAnswerComes()
    {
        Connect();
        const string Refusal = """{"print":{"sequence_id":"0","command":"gcode_line","result":"fail","reason":"not now"}}""";
        _hal.Session.Answer = _ => Refusal;
        Assert.Contains("not now", Fails(ErrorCode.Refused, () => Client.SendGcode(["G28"], CancellationToken.None)).Message);

        _hal.Session.Answer = request =>
        {
            _hal.Session.Says(Refusal);
            return Reply(request, "\"result\":\"success\"");
        };
        Client.SendGcode(["G28"], CancellationToken.None);
    }

    [TestMethod]
    public void Command_RefusalBehindABareEcho_IsTheAnswer()
    {
        Connect();
        _hal.Session.Answer = request =>
        {
            _hal.Session.Says(Reply(request, ""));
            _hal.Session.Says(Delta("\"mc_percent\":7"));
            return Reply(request, "\"result\":\"fail\",\"reason\":\"not now\"");
        };
        Assert.Contains("not now", Fails(ErrorCode.Refused, () => Client.SendGcode(["G28"], CancellationToken.None)).Message);
    }

    [TestMethod]
    public void Command_ErrorBehindABareEcho_IsTheAnswer()
    {
        Connect();
        _hal.Session.Answer = request =>
        {
            _hal.Session.Says(Reply(request, ""));
            return Delta("\"print_error\":" + 0x0502C012);
        };
        Assert.Contains("0502_C012", Fails(ErrorCode.Refused, () => Client.Pause(CancellationToken.None)).Message);
        Client.SendGcode(["G28"], CancellationToken.None);
    }

    [TestMethod]
    [DataRow(0x05004001, false)]
    [DataRow(0x0500402A, false)]
    [DataRow(0x05804096, false)]
    [DataRow(0x0500C010, false)]
    [DataRow(0x05004004, true)]
    [DataRow(0x0500403A, true)]
    [DataRow(0x0500C07F, true)]
    [DataRow(0x0502C026, true)]
    public void Command_ErrorBehindABareEcho_CountsOnlyIfItSpeaksOfCommands(int code, bool isRefusal)
    {
        Connect();
        _hal.Session.Answer = request =>
        {
            _hal.Session.Says(Reply(request, ""));
            return Delta("\"print_error\":" + code);
        };
        if (isRefusal)
        {
            Assert.Contains(BambuTexts.Code((uint)code), Fails(ErrorCode.Refused, () => Client.Pause(CancellationToken.None)).Message);
        }
        else
        {
            Client.Pause(CancellationToken.None);
        }
    }

    [TestMethod]
    public void Command_SigningMessageListedAllTheTime_BlocksNothing()
    {
        const string Listed = "\"hms\":[{\"attr\":83887360,\"code\":65543}]";
        _hal.NextSession = () => Answering(Idle.Replace("\"hms\":[]", Listed, StringComparison.Ordinal));
        Connect();
        _hal.Session.Answer = request => Reply(request, "\"result\":\"fail\",\"reason\":\"not now\"");
        Assert.Contains("not now", Fails(ErrorCode.Refused, () => Client.SetSpeed(2, CancellationToken.None)).Message);
        _hal.Session.Answer = request =>
        {
            _hal.Session.Says(Reply(request, ""));
            return Delta(Listed);
        };
        Client.Pause(CancellationToken.None);
        Client.Cancel(CancellationToken.None);
        Assert.AreEqual(1, Commands().Count(c => c == "stop"));
        Assert.IsFalse(Client.NeedsDeveloperMode);
    }

    [TestMethod]
    public void Cancel_FailedWithoutAReason_IsCancelledOnlyWhenTheStopWasAccepted()
    {
        _hal.NextSession = () => Answering(Idle.Replace("IDLE", "RUNNING", StringComparison.Ordinal));
        Connect();
        _hal.Session.Answer = request =>
        {
            _hal.Session.Says(Delta("\"gcode_state\":\"FAILED\""));
            return Reply(request, "\"result\":\"SUCCESS\"");
        };
        Client.Cancel(CancellationToken.None);
        Poll();
        Assert.AreEqual(PrinterState.Cancelled, Client.Status.State);

        _hal.Session.Says(Delta("\"gcode_state\":\"RUNNING\""));
        Poll();
        _hal.Session.Answer = request => Reply(request, "\"result\":\"fail\"");
        Fails(ErrorCode.Refused, () => Client.Cancel(CancellationToken.None));
        _hal.Session.Says(Delta("\"gcode_state\":\"FAILED\""));
        PollFor(10000);
        Assert.AreEqual(PrinterState.Error, Client.Status.State);
    }

    [TestMethod]
    public void Command_NoAnswer_MayHaveActedAndAFreshSessionFollows()
    {
        Connect();
        _hal.Session.Answer = _ => null;
        HubException error = Fails(ErrorCode.Timeout, () => Client.Pause(CancellationToken.None));
        Assert.IsTrue(error.MayHaveActed);
        Fails(ErrorCode.ConnectionLost, Poll);
        Connect();
        Poll();
        Assert.HasCount(2, _hal.Sessions);
    }

    [TestMethod]
    public void Command_NoAnswerButReports_TwiceUntilAFreshSession()
    {
        Connect();
        _hal.Session.Answer = _ =>
        {
            _hal.Time.Advance(10);
            return Delta("\"mc_percent\":1");
        };
        Fails(ErrorCode.Timeout, () => Client.Pause(CancellationToken.None));
        Poll();
        Fails(ErrorCode.Timeout, () => Client.Pause(CancellationToken.None));
        Fails(ErrorCode.ConnectionLost, Poll);
    }

    [TestMethod]
    public void SetLight_SecondLightMissing_TheFirstCounts()
    {
        _config.Model = "H2D";
        Connect();
        _hal.Session.Answer = request => Reply(request, request["system"]!["led_node"]!.GetValue<string>() == "chamber_light2" ? "\"result\":\"fail\"" : "\"result\":\"success\"");
        Client.SetLight(true, CancellationToken.None);
        Assert.AreEqual(2, Commands().Count(c => c == "ledctrl"));
        _hal.Session.Answer = request => Reply(request, "\"result\":\"fail\"");
        Fails(ErrorCode.Refused, () => Client.SetLight(true, CancellationToken.None));
    }

    [TestMethod]
    public void Command_ConnectionLost_MayHaveActed()
    {
        Connect();
        _hal.Session.Answer = _ => null;
        _hal.Session.Breaks(ErrorCode.ConnectionLost);
        Assert.IsTrue(Fails(ErrorCode.ConnectionLost, () => Client.Cancel(CancellationToken.None)).MayHaveActed);
    }

    [TestMethod]
    public void Command_BareEcho_IsNeitherSuccessNorFailure()
    {
        Connect();
        _hal.Session.Answer = request => Reply(request, "");
        long start = _hal.Time.NowMs;
        Client.Pause(CancellationToken.None);
        Assert.IsLessThan(4000, _hal.Time.NowMs - start);
        Poll();
        Assert.AreEqual(PrinterState.Idle, Client.Status.State, "only the printer's state tells");
    }

    [TestMethod]
    [DataRow("\"err_code\":84033543")]
    [DataRow("\"result\":\"failed\",\"reason\":\"mqtt message verify failed\"")]
    [DataRow("\"result\":\"failed\",\"reason\":\"MQTT Message Verify Failed\",\"err_code\":84033543")]
    public void Command_WithoutSignatureRefused_IsSentOnceAndExplained(string more)
    {
        Connect();
        _hal.Session.Answer = request => Reply(request, more);
        HubException error = Fails(ErrorCode.Refused, () => Client.Pause(CancellationToken.None));
        Assert.Contains("Developer Mode", error.Message);
        int sent = Commands().Length;

        Fails(ErrorCode.Refused, () => Client.Pause(CancellationToken.None));
        Fails(ErrorCode.Refused, () => Client.StartPrint("a.gcode.3mf", StartOptions.Default, CancellationToken.None));
        Assert.HasCount(sent, Commands(), "each refused command would show a fault on the printer's screen");
    }

    [TestMethod]
    public void Command_EchoThenHealthMessage_IsTheRefusalOfItsSignature()
    {
        Connect();
        _hal.Session.Answer = request =>
        {
            _hal.Session.Says(Reply(request, ""));
            return Delta("\"hms\":[{\"attr\":83887360,\"code\":65543}]");
        };
        Assert.Contains("Developer Mode", Fails(ErrorCode.Refused, () => Client.Pause(CancellationToken.None)).Message);
        int sent = Commands().Length;
        Fails(ErrorCode.Refused, () => Client.Pause(CancellationToken.None));
        Assert.HasCount(sent, Commands());
    }

    [TestMethod]
    public void Command_SigningMessageLeaves_TheNextCommandIsSent()
    {
        Connect();
        _hal.Session.Answer = request =>
        {
            _hal.Session.Says(Reply(request, ""));
            return Delta("\"hms\":[{\"attr\":83887360,\"code\":65543}]");
        };
        Fails(ErrorCode.Refused, () => Client.SendGcode(["M104 S0"], CancellationToken.None));
        _hal.Session.Says(Delta("\"mc_percent\":7"));
        Poll();
        Assert.IsTrue(Client.NeedsDeveloperMode, "the message still stands");

        _hal.Session.Answer = request => Reply(request, "\"result\":\"success\"");
        _hal.Session.Says(Delta("\"hms\":[]"));
        Poll();
        Assert.IsFalse(Client.NeedsDeveloperMode, "Developer Mode was switched on");
        Client.Pause(CancellationToken.None);
    }

    [TestMethod]
    public void Command_RefusedByAnswer_IsTriedAgainWhenFunNoLongerDemandsItOrAfterAWhile()
    {
        Connect();
        _hal.Session.Answer = request => Reply(request, "\"err_code\":84033543");
        Fails(ErrorCode.Refused, () => Client.Pause(CancellationToken.None));
        _hal.Session.Says(Delta("\"fun\":\"3EC1AFFF9CFF\""));
        Poll();
        Assert.IsTrue(Client.NeedsDeveloperMode);
        _hal.Session.Says(Delta("\"fun\":\"3EC18FFF9CFF\""));
        Poll();
        Assert.IsFalse(Client.NeedsDeveloperMode);

        Fails(ErrorCode.Refused, () => Client.Pause(CancellationToken.None));
        _hal.Session.Says(Delta("\"fun\":\"3EC18FFF9CFF\""));
        Poll();
        Assert.IsTrue(Client.NeedsDeveloperMode, "the bit was clear when it was refused: it proves nothing");
        _hal.Time.Advance(300000);
        Assert.IsFalse(Client.NeedsDeveloperMode);
    }

    [TestMethod]
    public void Cancel_SigningDemanded_IsSentAllTheSame()
    {
        _hal.NextSession = () => Answering(Idle.Replace("\"hms\":[]", "\"hms\":[],\"fun\":\"1AFFF9CFF\"", StringComparison.Ordinal));
        Connect();
        _hal.Session.Answer = request => Reply(request, "\"result\":\"success\"");
        Client.Cancel(CancellationToken.None);
        Assert.AreEqual(1, Commands().Count(c => c == "stop"));
        _hal.Session.Answer = request => Reply(request, "\"err_code\":84033543");
        Assert.Contains("Developer Mode", Fails(ErrorCode.Refused, () => Client.Cancel(CancellationToken.None)).Message);
    }

    [TestMethod]
    [DataRow("\"err_code\":84033544")]
    [DataRow("\"err_code\":\"0x0502400C\"")]
    [DataRow("\"result\":\"failed\",\"reason\":\"need reset device pub key\",\"err_code\":84033545")]
    [DataRow("\"result\":\"failed\",\"reason\":\"\",\"err_code\":84033548")]
    public void Command_AnyCodeOfSigning_NamesDeveloperMode(string answer)
    {
        Connect();
        _hal.Session.Answer = request => Reply(request, answer);
        Assert.Contains("Developer Mode", Fails(ErrorCode.Refused, () => Client.SendGcode(["G28"], CancellationToken.None)).Message);
        Assert.IsTrue(Client.NeedsDeveloperMode);
    }

    [TestMethod]
    [DataRow(0x05024007)]
    [DataRow(0x0502400C)]
    public void Command_SigningErrorBehindABareEcho_IsTheRefusalAndEndsWithIt(int code)
    {
        Connect();
        _hal.Session.Answer = request =>
        {
            _hal.Session.Says(Reply(request, ""));
            return Delta("\"print_error\":" + code);
        };
        Assert.Contains("Developer Mode", Fails(ErrorCode.Refused, () => Client.SendGcode(["G28"], CancellationToken.None)).Message);
        Assert.IsTrue(Client.NeedsDeveloperMode);
        Assert.IsNull(Client.Status.ErrorCode, "it is no fault of the printer");
        _hal.Session.Says(Delta("\"print_error\":0"));
        Poll();
        Assert.IsFalse(Client.NeedsDeveloperMode);
    }

    [TestMethod]
    public void Command_FunBitSet_IsNotEvenSentButTheLightIs()
    {
        _hal.NextSession = () => Answering(Idle.Replace("\"hms\":[]", "\"hms\":[],\"fun\":\"1AFFF9CFF\"", StringComparison.Ordinal));
        Connect();
        Assert.Contains("Developer Mode", Fails(ErrorCode.Refused, () => Client.Pause(CancellationToken.None)).Message);
        Client.SetLight(false, CancellationToken.None);
        CollectionAssert.AreEqual(new[] { "pushall", "get_version", "ledctrl" }, Commands());
    }

    [TestMethod]
    public void StartPrint_Project_HasWhatThePrinterWants()
    {
        Connect();
        Client.StartPrint("Käse 1.gcode.3mf", new StartOptions { Plate = 3 }, CancellationToken.None);

        JsonNode start = Last("project_file");
        Assert.AreEqual("Metadata/plate_3.gcode", start["param"]!.GetValue<string>());
        Assert.AreEqual("file:///sdcard/Käse 1.gcode.3mf", start["url"]!.GetValue<string>(), "by its serial it is a P1S");
        Assert.AreEqual("Käse 1", start["subtask_name"]!.GetValue<string>());
        Assert.IsFalse(start["use_ams"]!.GetValue<bool>(), "a JSON boolean");
        Assert.AreEqual("[-1]", start["ams_mapping"]!.ToJsonString());
        Assert.AreEqual(RightSpool, start["ams_mapping2"]!.ToJsonString());
        Assert.AreEqual("", start["md5"]!.GetValue<string>());
        Assert.IsGreaterThan(0, int.Parse(start["task_id"]!.GetValue<string>()));

        Client.StartPrint("b.gcode.3mf", new StartOptions { UseAms = true, AmsMapping = [0, -1, 5, 128] }, CancellationToken.None);
        JsonNode again = Last("project_file");
        Assert.IsTrue(again["use_ams"]!.GetValue<bool>());
        Assert.AreEqual("[0,-1,5,128]", again["ams_mapping"]!.ToJsonString());
        Assert.AreEqual("""[{"ams_id":0,"slot_id":0},{"ams_id":255,"slot_id":255},{"ams_id":1,"slot_id":1},{"ams_id":128,"slot_id":0}]""", again["ams_mapping2"]!.ToJsonString());

        Client.StartPrint("c.gcode.3mf", new StartOptions { UseAms = true }, CancellationToken.None);
        Assert.AreEqual("[0]", Last("project_file")["ams_mapping"]!.ToJsonString(), "without a list the printer stops with 07FF_8012");
    }

    [TestMethod]
    [DataRow("\"ams\":[],\"ams_exist_bits\":\"0\"", "reports no AMS")]
    [DataRow("\"ams\":[{\"id\":\"1\",\"tray\":[{\"id\":\"0\"}]},{\"id\":\"128\",\"tray\":[]}]", "no AMS unit with slot 0")]
    public void StartPrint_SlotOfAUnitThatIsNotThere_IsNotSent(string ams, string reason)
    {
        _hal.NextSession = () => Answering(Idle.Replace("\"hms\":[]", "\"hms\":[],\"ams\":{" + ams + "}", StringComparison.Ordinal));
        Connect();
        StartOptions options = new() { UseAms = true, AmsMapping = [0] };
        Assert.Contains(reason, Fails(ErrorCode.Refused, () => Client.StartPrint("a.gcode.3mf", options, CancellationToken.None)).Message);
        Assert.DoesNotContain("project_file", Commands());
        Client.StartPrint("a.gcode.3mf", StartOptions.Default, CancellationToken.None);
        Assert.IsFalse(Last("project_file")["use_ams"]!.GetValue<bool>());
    }

    [TestMethod]
    public void StartPrint_PartialReportOfTheAms_KeepsItsUnits()
    {
        _hal.NextSession = () => Answering(Idle.Replace("\"hms\":[]", "\"hms\":[],\"ams\":{\"ams\":[{\"id\":0}]}", StringComparison.Ordinal));
        Connect();
        _hal.Session.Says(Delta("\"ams\":{\"tray_now\":\"3\"}"));
        _hal.Session.Says(Delta("\"ams\":7"));
        Poll();
        Client.StartPrint("a.gcode.3mf", new StartOptions { UseAms = true, AmsMapping = [3] }, CancellationToken.None);
        Assert.AreEqual("[3]", Last("project_file")["ams_mapping"]!.ToJsonString());
        Fails(ErrorCode.Refused, () => Client.StartPrint("a.gcode.3mf", new StartOptions { UseAms = true, AmsMapping = [4] }, CancellationToken.None));
    }

    [TestMethod]
    [DataRow("\"ams\":[{\"id\":\"1\",\"humidity\":\"4\"}]", "0,7,128", "8")]
    [DataRow("\"ams\":[{\"id\":\"2\",\"tray\":[]}]", "0,4,8,128", "12")]
    [DataRow("\"ams\":[],\"ams_exist_bits\":\"13\"", "0,4,128", "8")]
    [DataRow("\"ams_exist_bits\":\"11\"", "0,128", "4")]
    [DataRow("\"ams_exist_bits\":\"3\"", "0,4", "128")]
    [DataRow("\"ams\":[{\"id\":\"0\"}],\"ams_exist_bits\":\"0\"", "254", "0")]
    [DataRow("\"ams_exist_bits\":\"what?\"", "0,4,128", "8")]
    [DataRow("\"ams_exist_bits\":null", "0,4,128", "8")]
    public void StartPrint_ReportOfOneUnit_KeepsTheOthersThatExist(string change, string there, string gone)
    {
        _hal.NextSession = () => Answering(Idle.Replace("\"hms\":[]", "\"hms\":[],\"ams\":{\"ams\":[{\"id\":\"0\"},{\"id\":\"1\"},{\"id\":\"128\"}],\"ams_exist_bits\":\"13\"}", StringComparison.Ordinal));
        Connect();
        _hal.Session.Says(Delta("\"ams\":{" + change + "}"));
        Poll();
        Fails(ErrorCode.Refused, () => Client.StartPrint("a.gcode.3mf", new StartOptions { UseAms = true, AmsMapping = [int.Parse(gone)] }, CancellationToken.None));
        Assert.DoesNotContain("project_file", Commands());
        Client.StartPrint("a.gcode.3mf", new StartOptions { UseAms = true, AmsMapping = [.. there.Split(',').Select(int.Parse)] }, CancellationToken.None);
        Assert.Contains("project_file", Commands());
    }

    [TestMethod]
    public void StartPrint_ModelIsNotKnownYet_IsWaitedFor()
    {
        _config.Serial = "99Z00A000000001";
        Connect();
        _hal.Session.Answer = request => request.ToJsonString().Contains("get_version", StringComparison.Ordinal)
            ? "{\"info\":{\"command\":\"get_version\",\"sequence_id\":\"0\",\"module\":[{\"name\":\"ota\",\"sw_ver\":\"01.00.00.00\",\"product_name\":\"Bambu Lab A1\"}]}}"
            : Reply(request, "\"result\":\"success\"");
        Client.StartPrint("a.gcode.3mf", StartOptions.Default, CancellationToken.None);
        Assert.AreEqual("file:///sdcard/a.gcode.3mf", Last("project_file")["url"]!.GetValue<string>());
        Assert.AreEqual("Bambu Lab A1", Client.ReportedModel);
    }

    [TestMethod]
    [DataRow("X1C", "file:///sdcard/a.3mf")]
    [DataRow("A1 mini", "file:///sdcard/a.3mf")]
    [DataRow("X1E", "file:///sdcard/a.3mf")]
    [DataRow("P1P", "file:///sdcard/a.3mf")]
    [DataRow("H2D", "ftp:///a.3mf")]
    [DataRow("H2D Pro", "ftp:///a.3mf")]
    [DataRow("Bambu Lab H2C", "ftp:///a.3mf")]
    [DataRow("H2S", "ftp:///a.3mf")]
    [DataRow("X2D", "ftp:///a.3mf")]
    [DataRow("A2L", "ftp:///a.3mf")]
    [DataRow("P2S", "ftp:///a.3mf")]
    [DataRow("something new", "ftp:///a.3mf")]
    public void Url_ByModel_IsTheFormItTakes(string model, string url) => Assert.AreEqual(url, BambuStart.Url("a.3mf", BambuModel.OfName(model)));

    [TestMethod]
    public void StartPrint_PlainGcode_OnlyWhereItIsPrinted()
    {
        Connect();
        Client.StartPrint("a.gcode", StartOptions.Default, CancellationToken.None);
        Assert.AreEqual("/sdcard/a.gcode", Last("gcode_file")["param"]!.GetValue<string>());
        Fails(ErrorCode.Refused, () => Client.StartPrint("a.gcode", new StartOptions { UseAms = true, AmsMapping = [0] }, CancellationToken.None));
        Fails(ErrorCode.Refused, () => Client.StartPrint("a.gcode", new StartOptions { Plate = 2 }, CancellationToken.None));
        Fails(ErrorCode.BadFileType, () => Client.StartPrint("a.stl", StartOptions.Default, CancellationToken.None));

        _hal.Session.Says("""{"info":{"command":"get_version","module":[{"name":"ota","sw_ver":"01.01.00.00","product_name":"Bambu Lab H2D"}]}}""");
        Poll();
        Assert.AreEqual("H2D", Client.Model);
        Assert.AreEqual("01.01.00.00", Client.Firmware);
        Fails(ErrorCode.BadFileType, () => Client.StartPrint("a.gcode", StartOptions.Default, CancellationToken.None));
    }

    [TestMethod]
    [DataRow("PREPARE", false)]
    [DataRow("SLICING", false)]
    [DataRow("RUNNING", false)]
    [DataRow("PAUSE", false)]
    [DataRow("IDLE", true)]
    [DataRow("FINISH", true)]
    [DataRow("FAILED", true)]
    public void StartPrint_ByState_OnlyWhileIdle(string word, bool isTaken)
    {
        _hal.NextSession = () => Answering(Idle.Replace("IDLE", word, StringComparison.Ordinal));
        Connect();
        if (!isTaken)
        {
            Fails(ErrorCode.WrongState, () => Client.StartPrint("a.gcode.3mf", StartOptions.Default, CancellationToken.None));
            Assert.DoesNotContain("project_file", Commands());
            return;
        }

        Client.StartPrint("a.gcode.3mf", StartOptions.Default, CancellationToken.None);
        Assert.AreEqual(1, Commands().Count(c => c == "project_file"));
    }

    [TestMethod]
    [DataRow("a:b.gcode.3mf", ErrorCode.BadFileName)]
    [DataRow("a?.gcode.3mf", ErrorCode.BadFileName)]
    [DataRow("a*.gcode", ErrorCode.BadFileName)]
    [DataRow("a<b>.gcode", ErrorCode.BadFileName)]
    [DataRow("a|.gcode", ErrorCode.BadFileName)]
    [DataRow("a\".gcode", ErrorCode.BadFileName)]
    [DataRow("a/b.gcode", ErrorCode.BadFileName)]
    [DataRow("a.gcode.", ErrorCode.BadFileName)]
    [DataRow(" a.gcode", ErrorCode.BadFileName)]
    [DataRow("a.stl", ErrorCode.BadFileType)]
    public void Upload_NameTheCardCannotStore_IsRefusedBeforeAnythingIsSent(string name, ErrorCode code) =>
        Fails(code, () => Client.Upload(name, new NoSource(), null, CancellationToken.None));

    [TestMethod]
    [DataRow("RUNNING", "model.gcode.3mf", true)]
    [DataRow("PAUSE", "MODEL.gcode.3mf", true)]
    [DataRow("PREPARE", "other.gcode", true)]
    [DataRow("RUNNING", "model2.gcode.3mf", false)]
    [DataRow("FINISH", "model.gcode.3mf", false)]
    public void Upload_OverThePresentJob_IsRefused(string word, string name, bool isRefused)
    {
        _hal.NextSession = () => Answering(Idle.Replace("\"IDLE\"", "\"" + word + "\",\"subtask_name\":\"model\",\"gcode_file\":\"/cache/other.gcode\"", StringComparison.Ordinal));
        Connect();

        // The test's machine dials nowhere: what is not refused gets as far as that.
        Fails(isRefused ? ErrorCode.WrongState : ErrorCode.ConnectFailed, () => Client.Upload(name, new PatternSource(10, 10, 10), null, CancellationToken.None));
    }

    [TestMethod]
    public void Upload_BeforeTheFirstConnect_SaysWhy() =>
        Fails(ErrorCode.PrinterOffline, () => Client.Upload("a.gcode", new NoSource(), null, CancellationToken.None));

    [TestMethod]
    public void Connect_FirstTime_TrustsTheCertificateAndKeepsToIt()
    {
        Connect();
        Assert.AreEqual(1, _hal.Looks);
        Assert.IsTrue(_hal.LookedWith!.Insecure, "a look without anything secret");
        Assert.AreEqual(_hal.Certificate, _hal.Session.Options.Tls!.PinSha256);
        Assert.AreEqual(_hal.Certificate, new TrustStore(_hal.Nvs, _hal.Hash).Find(Serial));

        // The printer shows another one now; the stored one is asked for all the same.
        _hal.Certificate = new string('b', 64);
        using BambuClient later = new(_hal, _config);
        later.Connect(CancellationToken.None);
        Assert.AreEqual(1, _hal.Looks);
        Assert.AreEqual(new string('a', 64), _hal.Session.Options.Tls!.PinSha256);

        new TrustStore(_hal.Nvs, _hal.Hash).Forget(Serial);
        using BambuClient anew = new(_hal, _config);
        anew.Connect(CancellationToken.None);
        Assert.AreEqual(new string('b', 64), new TrustStore(_hal.Nvs, _hal.Hash).Find(Serial));
    }

    [TestMethod]
    public void Connect_FirstTimeWithoutLogin_TrustsNothing()
    {
        _hal.NextSession = () => new ScriptedMqtt { ConnectError = new HubException(ErrorCode.AuthRejected, "5") };
        Fails(ErrorCode.AuthRejected, Connect);
        Assert.IsNull(new TrustStore(_hal.Nvs, _hal.Hash).Find(Serial));
    }

    [TestMethod]
    public void Connect_CertificateChanged_TellsHowToAcceptIt()
    {
        _hal.NextSession = () => new ScriptedMqtt { ConnectError = new HubException(ErrorCode.TlsUntrusted, "its certificate changed") };
        Assert.Contains("printers edit bambu-1 --trust-new", Fails(ErrorCode.TlsUntrusted, Connect).Message);
    }

    [TestMethod]
    public void Connect_TrustConfigured_IsTakenAsItIs()
    {
        _config.Tls = new TlsOptions { CaPem = "-----BEGIN CERTIFICATE-----" };
        Connect();
        TlsOptions tls = _hal.Session.Options.Tls!;
        Assert.AreEqual(0, _hal.Looks);
        Assert.AreEqual(_config.Tls.CaPem, tls.CaPem);
        Assert.AreEqual(Serial, tls.ServerName, "the certificate's name is the serial");
        Assert.IsNull(tls.PinSha256);

        _config.Tls = new TlsOptions { Insecure = true };
        _hal.NextSession = () =>
        {
            ScriptedMqtt session = Answering(Idle);
            session.Peer = new TlsPeer("c", false);
            return session;
        };
        using BambuClient insecure = new(_hal, _config);
        insecure.Connect(CancellationToken.None);
        Assert.IsTrue(_hal.Session.Options.Tls!.Insecure);
        Assert.IsFalse(insecure.Status.TlsVerified, "visible in every status");
        Assert.IsNull(new TrustStore(_hal.Nvs, _hal.Hash).Find(Serial));
    }

    [TestMethod]
    public void TrustStore_LongSerial_HasAKeyToo()
    {
        TrustStore store = new(_hal.Nvs, _hal.Hash);
        string serial = new('A', 200);
        store.Remember(serial, new string('d', 64));
        Assert.AreEqual(new string('d', 64), store.Find(serial));
        Assert.IsNull(store.Find(serial + "B"));
    }

    [TestMethod]
    public void Poll_ReportAfterReport_AllocatesNothing()
    {
        _hal.NextSession = () => Answering(Encoding.UTF8.GetString(JsonSamples.Report("bambu-x1")));
        Connect();
        _hal.Session.Endless = JsonSamples.Report("bambu-x1");
        Poll();
        Poll();
        long allocated = Support.Allocated.By(() =>
        {
            for (int i = 0; i < 20; i++)
            {
                Poll();
            }
        });
        Assert.AreEqual(0, allocated);
    }

    [TestMethod]
    public void Watchdog_LinkMachine_OfflineAfter90Seconds()
    {
        LinkMachine link = new(0, 2000, true, Client.StaleMs);
        link.Connected(0);
        link.Waited(1000, 1000);
        link.Failed(61000, ErrorCode.Timeout, 0, 0.5);
        Assert.IsFalse(link.IsStale(90999));
        Assert.IsTrue(link.IsStale(91000));
    }

    private sealed class NoSource : IUploadSource
    {
        public long Length => 1;

        public int Read(byte[] buffer, int offset, int count, int timeoutMs) => throw new InvalidOperationException("nothing is to be read");
    }
}
