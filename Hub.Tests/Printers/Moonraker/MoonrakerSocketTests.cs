using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Printers.Moonraker;
using Hub.Tests.Portable;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using static Hub.Tests.Support.HubErrors;

namespace Hub.Tests.Printers.Moonraker;

/// <summary>The client over a scripted websocket on a driven clock: silence, restarts, late answers, allocation.</summary>
[TestClass]
public sealed class MoonrakerSocketTests : IDisposable
{
    private const string Opened =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    private const string Update =
        """{"jsonrpc": "2.0", "method": "notify_status_update", "params": [{"extruder": {"temperature": 25.5}, "print_stats": {"total_duration": 0.26}}, 6118.932863144]}""";

    private readonly ScriptedHal _hal = new ScriptedHal { Machine = new SampleEntropy(), Hasher = new SampleHash() };
    private readonly LogLines _log = new LogLines();
    private readonly MoonrakerClient _client;
    private readonly ScriptedStream _peer;
    private int _id;

    public MoonrakerSocketTests()
    {
        _client = new MoonrakerClient(_hal, new PrinterConfig
        {
            Id = "moon-1",
            Type = PrinterTypes.Moonraker,
            Url = "http://printer:7125",
            ApiKey = new Secret("obviously-fake-key"),
        }, new Log(_log, _hal.Clock, LogLevel.Info));
        _peer = _hal.AddPeer().AwaitsRequest(1).Gives(Opened);
    }

    public void Dispose()
    {
        _client.Dispose();
        Assert.AreEqual(0, _hal.Pool.Rented, "every buffer is given back");
        Assert.AreEqual(0, _hal.Net.OpenSockets, "every connection is closed");
    }

    private void Says(string json) => _peer.Gives(WebSocketBytes.Frame(0x81, json));

    private void Answers(string result) => Says("{\"jsonrpc\":\"2.0\",\"result\":" + result + ",\"id\":" + ++_id + "}");

    /// <summary>Says nothing more before the hub asks something.</summary>
    private void AwaitsNextRequest() => _peer.AwaitsBytes(_peer.WrittenCount + 1);

    private void AnswersReady(double nozzle)
    {
        Answers("""{"klippy_connected":true,"klippy_state":"ready"}""");
        Answers("""{"objects":["gcode","webhooks","temperature_sensor chamber"]}""");
        Answers("{\"eventtime\":1.5,\"status\":{\"webhooks\":{\"state\":\"ready\"},\"print_stats\":{\"state\":\"standby\",\"filename\":\"\"},\"extruder\":{\"temperature\":" + (int)nozzle + ",\"target\":0}}}");
    }

    private void Connect()
    {
        Answers("""{"connection_id":140331549389264}""");
        AnswersReady(25);
        _client.Connect(CancellationToken.None);
    }

    private void Poll() => _client.Poll(CancellationToken.None);

    [TestMethod]
    public void Connect_Ready_IdentifiesAndSubscribes()
    {
        Connect();
        Poll();
        Assert.AreEqual(PrinterState.Idle, _client.Status.State);
        Assert.AreEqual(25.0, _client.Status.Nozzle);
        StringAssert.Contains(_peer.WrittenText(), "GET /websocket HTTP/1.1\r\n");
        StringAssert.Contains(_peer.WrittenText(), "X-Api-Key: obviously-fake-key\r\n");
        Assert.AreEqual(1, _hal.Net.Dials);
    }

    [TestMethod]
    public void Connect_KeyRefusedByIdentify_IsNotTriedOverHttp()
    {
        Says("""{"jsonrpc": "2.0", "error": {"code": -32602, "message": "Invalid API Key"}, "id": 1}""");
        Assert.IsFalse(Fails(ErrorCode.AuthRejected, () => _client.Connect(CancellationToken.None)).ToString().Contains("obviously-fake", StringComparison.Ordinal));
        Assert.AreEqual(1, _hal.Net.Dials);
    }

    [TestMethod]
    public void Connect_NoKlippyState_IsNoMoonraker()
    {
        Answers("{}");
        Answers("{}");
        Fails(ErrorCode.ConnectFailed, () => _client.Connect(CancellationToken.None));
        Assert.AreEqual(1, _hal.Net.Dials, "polling was tried and found nobody in this script");
    }

    [TestMethod]
    public void Poll_KlipperRestarts_SubscribesAnew()
    {
        Connect();
        Poll();
        Says("""{"jsonrpc": "2.0", "method": "notify_klippy_disconnected"}""");
        Says("""{"jsonrpc": "2.0", "method": "notify_klippy_ready"}""");
        AwaitsNextRequest();
        AnswersReady(77);
        for (int i = 0; i < 4; i++)
        {
            Poll();
        }

        Assert.AreEqual(PrinterState.Idle, _client.Status.State);
        Assert.AreEqual(77.0, _client.Status.Nozzle);
    }

    [TestMethod]
    public void Poll_KlipperNotReady_IsAskedEveryTwoSeconds()
    {
        Answers("{}");
        Answers("""{"klippy_state":"shutdown"}""");
        Answers("""{"state":"shutdown","state_message":"MCU 'mcu' shutdown: ADC out of range\nThis generally occurs when"}""");
        _client.Connect(CancellationToken.None);
        Poll();
        Assert.AreEqual(PrinterState.Error, _client.Status.State);
        Assert.AreEqual("MCU 'mcu' shutdown: ADC out of range", _client.Status.ErrorMessage);
        AwaitsNextRequest();
        AnswersReady(25);
        long start = _hal.Time.NowMs;
        while (_client.Status.State == PrinterState.Error)
        {
            Poll();
            Assert.IsTrue(_hal.Time.NowMs - start < 4000);
        }

        Assert.AreEqual(PrinterState.Idle, _client.Status.State);
        Assert.IsTrue(_hal.Time.NowMs - start >= 1500, "not asked all the time");
    }

    [TestMethod]
    public void Poll_OnlyPings_AsksKlipperAndTimesOutWhenItHangs()
    {
        Connect();
        for (int i = 0; i < 12; i++)
        {
            _peer.Pauses(10000).Gives(WebSocketBytes.Frame(0x89, "p"));
        }

        while (_hal.Time.NowMs < 19000)
        {
            Poll();
        }

        Assert.IsTrue(_client.Status.LastReportMs <= 1000, "a ping is no report: " + _client.Status.LastReportMs);
        Fails(ErrorCode.Timeout, () =>
        {
            while (_hal.Time.NowMs < 120000)
            {
                Poll();
            }
        });
        Assert.IsTrue(_hal.Time.NowMs is > 25000 and < 35000, _hal.Time.NowMs.ToString());
        Assert.IsTrue(_client.Status.LastReportMs <= 1000, "still the old report: " + _client.Status.LastReportMs);
    }

    [TestMethod]
    public void Poll_QuietButHealthy_StaysFresh()
    {
        Connect();
        while (_hal.Time.NowMs < 19000)
        {
            Poll();
        }

        AwaitsNextRequest();
        AnswersReady(26);
        while (_hal.Time.NowMs < 39000)
        {
            Poll();
            Assert.IsLessThan((Staleness.DefaultMs / 2) - 5000, _hal.Time.NowMs - _client.Status.LastReportMs, "no healthy link is called degraded");
        }

        Assert.AreEqual(PrinterState.Idle, _client.Status.State);
        Assert.AreEqual(26.0, _client.Status.Nozzle);
        Assert.IsTrue(_client.Status.LastReportMs >= 19000, _client.Status.LastReportMs.ToString());
    }

    [TestMethod]
    public void Poll_DisconnectedWhileSubscribing_IsAskedAgain()
    {
        Answers("""{"connection_id":1}""");
        Answers("""{"klippy_state":"ready"}""");
        Answers("""{"objects":["gcode"]}""");
        Says("""{"jsonrpc": "2.0", "method": "notify_klippy_disconnected"}""");
        Answers("""{"status":{"webhooks":{"state":"ready"},"print_stats":{"state":"printing","filename":"a.gcode"}}}""");
        _client.Connect(CancellationToken.None);
        AwaitsNextRequest();
        Answers("""{"klippy_state":"disconnected"}""");
        Poll();
        Assert.AreEqual(PrinterState.Offline, _client.Status.State);
    }

    [TestMethod]
    [DataRow("notify_klippy_disconnected", PrinterState.Offline)]
    [DataRow("notify_klippy_shutdown", PrinterState.Error)]
    public void Poll_KlipperLostWhileItSubscribesAnew_IsNeverShownAsReady(string notification, PrinterState expected)
    {
        Connect();
        Poll();
        Says("""{"jsonrpc": "2.0", "method": "notify_klippy_ready"}""");
        AwaitsNextRequest();
        Answers("""{"klippy_state":"ready"}""");
        Answers("""{"objects":["gcode"]}""");
        Says("{\"jsonrpc\": \"2.0\", \"method\": \"" + notification + "\"}");
        Answers("""{"status":{"webhooks":{"state":"ready"},"print_stats":{"state":"standby","filename":""}}}""");
        Poll();
        Poll();
        Assert.AreEqual(expected, _client.Status.State, "right after the refresh");
        AwaitsNextRequest();
        Answers("""{"klippy_state":"startup"}""");
        Says("{\"jsonrpc\": \"2.0\", \"method\": \"" + notification + "\"}");
        Answers("""{"state":"startup","state_message":"Printer is not ready"}""");
        Poll();
        Assert.AreEqual(expected, _client.Status.State, "while it starts");
    }

    [TestMethod]
    public void Gcode_FailsBehindAMacro_IsLogged()
    {
        List<string> lines = [];
        _log.Lines = lines;
        Connect();
        Poll();
        _id++;
        _peer.Pauses(1600);
        Answers("""{"klippy_state":"ready"}""");
        Says("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":400,\"message\":\"Must home axis first\\nTraceback\"},\"id\":" + (_id - 1) + "}");
        _client.SendGcode(["G1 X10"], CancellationToken.None);
        Poll();
        Assert.HasCount(1, lines);
        StringAssert.StartsWith(lines[0], "Warning moon-1: ");
        StringAssert.EndsWith(lines[0], "Must home axis first");
    }

    [TestMethod]
    public void Poll_NothingComes_WaitsNoLongerThanASlice()
    {
        Connect();
        Poll();
        long start = _hal.Time.NowMs;
        Poll();
        Assert.AreEqual(100L, _hal.Time.NowMs - start);
    }

    [TestMethod]
    public void Pause_MacroBlocks_ReturnsOnceTheServerAnswersSomethingElse()
    {
        Connect();
        Poll();
        _id++;
        _peer.Pauses(1600);
        Answers("""{"klippy_state":"ready"}""");
        Says("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":400,\"message\":\"late\"},\"id\":" + (_id - 1) + "}");
        long start = _hal.Time.NowMs;
        _client.Pause(CancellationToken.None);
        Assert.IsTrue(_hal.Time.NowMs - start is >= 1500 and < 3000);
        Poll();
        Assert.AreEqual(PrinterState.Idle, _client.Status.State, "the late answer is nobody's");
    }

    [TestMethod]
    public void Pause_ServerHangs_IsATimeout()
    {
        Connect();
        Fails(ErrorCode.Timeout, () => _client.Pause(CancellationToken.None));
    }

    [TestMethod]
    public void StartPrint_CancelledAfterItWasSent_MayHaveActed()
    {
        using CancellationTokenSource stop = new CancellationTokenSource();
        Answers("""{"connection_id":1}""");
        AnswersReady(25);
        Answers("""{"count":0,"jobs":[]}""");
        _client.Connect(stop.Token);
        _hal.Time.CancelAfter(50, stop);
        HubException error = Fails(ErrorCode.Cancelled, () => _client.StartPrint("a.gcode", StartOptions.Default, stop.Token));
        Assert.IsTrue(error.MayHaveActed);
    }

    [TestMethod]
    public void StartPrint_Refused_IsTheServersReason()
    {
        Connect();
        Answers("""{"count":0,"jobs":[]}""");
        Says("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":400,\"message\":\"SD busy\"},\"id\":" + (_id + 1) + "}");
        Fails(ErrorCode.WrongState, () => _client.StartPrint("a.gcode", StartOptions.Default, CancellationToken.None));
    }

    [TestMethod]
    public void Poll_ConnectionBreaks_IsConnectionLost()
    {
        Connect();
        _peer.Resets();
        Fails(ErrorCode.ConnectionLost, () =>
        {
            Poll();
            Poll();
        });
    }

    [TestMethod]
    public void Poll_Garbage_IsBadJson()
    {
        Connect();
        for (int i = 0; i < 8; i++)
        {
            Says("<html>");
        }

        Fails(ErrorCode.BadJson, Poll);
    }

    /// <summary>SDCARD_RESET_FILE in PRINT_END or CANCEL_PRINT: marcolivierarsenault/moonraker-home-assistant issue 744.</summary>
    [TestMethod]
    [DataRow("complete", PrinterState.Finished)]
    [DataRow("cancelled", PrinterState.Cancelled)]
    [DataRow("error", PrinterState.Error)]
    public void Poll_EndThatIsResetAtOnce_IsShownBeforeIdle(string end, PrinterState expected)
    {
        Connect();
        SaysPrint("printing", "a.gcode");
        Poll();
        Poll();
        Assert.AreEqual(PrinterState.Printing, _client.Status.State);
        SaysPrint(end, "a.gcode");
        SaysPrint("standby", "");
        Poll();
        Assert.AreEqual(expected, _client.Status.State);
        Assert.AreEqual("a.gcode", _client.Status.Job);
        Poll();
        bool isKept = expected != PrinterState.Error;
        Assert.AreEqual(isKept ? expected : PrinterState.Idle, _client.Status.State);
        Assert.AreEqual(isKept ? "a.gcode" : null, _client.Status.Job);
    }

    [TestMethod]
    [DataRow("completed", PrinterState.Finished)]
    [DataRow("cancelled", PrinterState.Cancelled)]
    public void Poll_EndThatKlipperShowsNoMore_IsThatOfTheHistory(string status, PrinterState expected)
    {
        Connect();
        SaysPrint("printing", "sub/a.gcode");
        Poll();
        Poll();
        SaysPrint("standby", "");
        AwaitsNextRequest();
        Answers("{\"count\":1,\"jobs\":[{\"job_id\":\"1\",\"filename\":\"sub/a.gcode\",\"status\":\"" + status + "\"}]}");
        Poll();
        Poll();
        Assert.AreEqual(expected, _client.Status.State);
        Assert.AreEqual("a.gcode", _client.Status.Job);
    }

    [TestMethod]
    public void Poll_PrinterFallsSilentInMidPrint_IsNoticedWithin20Seconds()
    {
        Connect();
        SaysPrint("printing", "a.gcode");
        Poll();
        Poll();
        Assert.AreEqual(PrinterState.Printing, _client.Status.State);
        Fails(ErrorCode.Timeout, () =>
        {
            while (_hal.Time.NowMs < 60_000)
            {
                Poll();
            }
        });
        Assert.IsTrue(_hal.Time.NowMs is > 10_000 and < 20_000, _hal.Time.NowMs.ToString());
    }

    /// <summary>The answer to the question for the file's metadata, which each job brings, is left out.</summary>
    private void SaysPrint(string state, string file)
    {
        Says("{\"jsonrpc\": \"2.0\", \"method\": \"notify_status_update\", \"params\": [{\"print_stats\": {\"state\": \"" + state + "\", \"filename\": \"" + file
            + "\", \"print_duration\": 9}}, 1.5]}");
        _id += state == "printing" ? 1 : 0;
    }

    [TestMethod]
    public void Poll_BinaryAndEmptyMessages_PassBy()
    {
        Connect();
        _peer.Gives(WebSocketBytes.Frame(0x82, "binary"));
        Says("");
        Says("");
        Says(Update);
        Poll();
        Assert.AreEqual(25.5, _client.Status.Nozzle);
        Assert.AreEqual(1, _hal.Net.Dials);
    }

    /// <summary>Moonraker before March 2022 (its docs/api_changes.md).</summary>
    [TestMethod]
    public void Connect_VersionWithoutIdentify_GoesOnWithTheLoginOfTheUpgrade()
    {
        SaysMethodNotFound();
        AnswersReady(25);
        _client.Connect(CancellationToken.None);
        Poll();
        Assert.AreEqual(PrinterState.Idle, _client.Status.State, _client.Status.ErrorMessage);
        Assert.AreEqual(25.0, _client.Status.Nozzle);
        Assert.AreEqual(1, _hal.Net.Dials);
    }

    [TestMethod]
    [DataRow("{}")]
    [DataRow("null")]
    [DataRow("7")]
    [DataRow("\"text\"")]
    public void Poll_UpdateOfAnotherForm_AsksForTheStateOnTheSameConnection(string parameters)
    {
        string odd = "{\"jsonrpc\": \"2.0\", \"method\": \"notify_status_update\", \"params\": " + parameters + "}";
        Connect();
        Says(odd);
        AwaitsNextRequest();
        AnswersReady(31);
        Poll();
        Poll();
        Assert.AreEqual(31.0, _client.Status.Nozzle);
        long before = _peer.WrittenCount;
        long start = _hal.Time.NowMs;
        Says(odd);
        AwaitsNextRequest();
        AnswersReady(32);
        while (_client.Status.Nozzle != 32)
        {
            Poll();
            Assert.IsTrue(_hal.Time.NowMs - start < 4_000, "asked for again");
            Assert.IsTrue(_hal.Time.NowMs - start > 1_500 || _peer.WrittenCount == before, "not all the time");
        }

        Assert.AreEqual(1, _hal.Net.Dials);
    }

    [TestMethod]
    [DataRow("ready", PrinterState.Idle)]
    [DataRow("shutdown", PrinterState.Error)]
    public void Connect_ServerInfoLongerThanTheBuffer_AsksKlipperItself(string state, PrinterState expected)
    {
        string info = "{\"state\":\"" + state + "\",\"state_message\":\"MCU shutdown\"}";
        Answers("{}");
        Answers("{\"klippy_state\":\"" + state + "\",\"warnings\":[\"" + new string('A', 300_000) + "\"]}");
        Answers(info);
        if (state == "ready")
        {
            Answers("""{"objects":["gcode"]}""");
            Answers("""{"status":{"webhooks":{"state":"ready"},"print_stats":{"state":"standby","filename":""}}}""");
        }
        else
        {
            Answers(info);
        }

        _client.Connect(CancellationToken.None);
        Poll();
        Assert.AreEqual(expected, _client.Status.State, _client.Status.ErrorMessage);
        Assert.AreEqual(1, _hal.Net.Dials);
    }

    [TestMethod]
    public void Poll_OneBrokenMessage_IsPassedOverAndTheStateAskedFor()
    {
        Connect();
        Says("""{"jsonrpc": "2.0", "method": "notify_status_update", "params": [{"print_stats" """);
        AwaitsNextRequest();
        AnswersReady(31);
        Poll();
        Poll();
        Assert.AreEqual(31.0, _client.Status.Nozzle);
        Assert.AreEqual(1, _hal.Net.Dials, "the same connection");
    }

    [TestMethod]
    public void Poll_NotificationLongerThanTheBuffer_IsPassedOver()
    {
        Connect();
        Says("{\"jsonrpc\": \"2.0\", \"method\": \"notify_history_changed\", \"params\": [\"" + new string('A', 600_000) + "\"]}");
        Says(Update);
        long before = _peer.WrittenCount;
        while (_client.Status.Nozzle != 25.5)
        {
            Poll();
            Assert.IsTrue(_hal.Time.NowMs < 15_000, "the update behind it");
        }

        Assert.AreEqual(before, _peer.WrittenCount, "nothing is asked again for it");
        Assert.AreEqual(1, _hal.Net.Dials);
    }

    [TestMethod]
    public void Poll_StatusUpdateLongerThanTheBuffer_AsksForTheState()
    {
        Connect();
        Says("{\"jsonrpc\": \"2.0\", \"method\": \"notify_status_update\", \"params\": [{\"x\":\"" + new string('A', 600_000) + "\"}]}");
        AwaitsNextRequest();
        AnswersReady(32);
        while (_client.Status.Nozzle != 32)
        {
            Poll();
            Assert.IsTrue(_hal.Time.NowMs < 15_000, "the state is asked for");
        }

        Assert.AreEqual(1, _hal.Net.Dials);
    }

    [TestMethod]
    public void Connect_ObjectListLongerThanTheBuffer_GoesOnWithoutIt()
    {
        Answers("{}");
        Answers("""{"klippy_state":"ready"}""");
        Answers("{\"objects\":[\"gcode_macro " + new string('A', 600_000) + "\"]}");
        Answers("""{"status":{"webhooks":{"state":"ready"},"print_stats":{"state":"standby"},"extruder":{"temperature":33}}}""");
        _client.Connect(CancellationToken.None);
        Poll();
        Assert.AreEqual(33.0, _client.Status.Nozzle);
    }

    /// <summary>Seen with Moonraker 0.10 and Klipper 0.13: for half a second after Moonraker's start Klipper's methods are not there.</summary>
    [TestMethod]
    [DataRow("startup")]
    [DataRow("ready")]
    public void Connect_MoonrakerHasJustStarted_WaitsAndShowsThePrintThatGoesOn(string told)
    {
        Answers("{}");
        AnswersJustStarted(told);
        _client.Connect(CancellationToken.None);
        Poll();
        Assert.AreEqual(PrinterState.Offline, _client.Status.State);
        AwaitsNextRequest();
        AnswersJustStarted(told);
        long until = _hal.Time.NowMs + 800;
        while (_hal.Time.NowMs < until)
        {
            Poll();
        }

        AwaitsNextRequest();
        Answers("""{"klippy_state":"ready"}""");
        Answers("""{"objects":["gcode"]}""");
        Answers("""{"status":{"webhooks":{"state":"ready"},"print_stats":{"state":"printing","filename":"a.gcode","print_duration":9}}}""");
        Assert.AreEqual("Klipper is starting", _client.Status.ErrorMessage);
        while (_client.Status.State != PrinterState.Printing)
        {
            Poll();
            Assert.IsTrue(_hal.Time.NowMs < 5_000, "seen within a second of its being there");
        }

        Assert.AreEqual(1, _hal.Net.Dials, "the link stays");
    }

    private void AnswersJustStarted(string told)
    {
        Answers("{\"klippy_connected\":true,\"klippy_state\":\"" + told + "\"}");
        SaysMethodNotFound();
    }

    private void SaysMethodNotFound() =>
        Says("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32601,\"message\":\"Method not found\"},\"id\":" + ++_id + "}");

    [TestMethod]
    public void StartPrint_RefusedBehindAMacro_FailsTheStart()
    {
        Connect();
        Poll();
        Answers("""{"count":0,"jobs":[]}""");
        _id++;
        _peer.Pauses(1600);
        Answers("""{"klippy_state":"ready"}""");
        Says("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":400,\"message\":\"Unable to open file\"},\"id\":" + (_id - 1) + "}");
        _client.Start.Begin(_client.Status);
        _client.StartPrint("a.gcode", StartOptions.Default, CancellationToken.None);
        Poll();
        Assert.AreEqual(StartVerdict.Failed, _client.Start.Verdict);
        StringAssert.Contains(_client.Start.Failure!.Message, "Unable to open file");
    }

    [TestMethod]
    [DataRow("startup", "printing", ErrorCode.WrongState)]
    [DataRow("ready", "printing", ErrorCode.WrongState)]
    [DataRow("ready", "standby", ErrorCode.WrongState)]
    [DataRow("disconnected", "standby", ErrorCode.PrinterOffline)]
    public void ClearError_StateOfNowDoesNotAllowIt_SendsNothing(string klippy, string print, ErrorCode expected)
    {
        // Shutdown in the last report; Klipper was restarted since.
        Answers("{}");
        Answers("""{"klippy_state":"shutdown"}""");
        Answers("""{"state":"shutdown","state_message":"MCU shutdown"}""");
        _client.Connect(CancellationToken.None);
        Poll();
        Assert.AreEqual(PrinterState.Error, _client.Status.State);
        Answers("{\"klippy_state\":\"" + klippy + "\"}");
        if (klippy == "ready")
        {
            Answers("""{"objects":["gcode"]}""");
            Answers("{\"status\":{\"webhooks\":{\"state\":\"ready\"},\"print_stats\":{\"state\":\"" + print + "\",\"filename\":\"a.gcode\"}}}");
        }
        else if (klippy == "startup")
        {
            Answers("""{"state":"startup","state_message":"Printer is not ready"}""");
        }

        long before = _peer.WrittenCount;
        Fails(expected, () => _client.ClearError(CancellationToken.None));
        Assert.IsTrue(_peer.WrittenCount > before, "it asked");
    }

    [TestMethod]
    public void Poll_NoVirtualSdcard_SaysWhatIsMissing()
    {
        Answers("{}");
        Answers("""{"klippy_state":"ready"}""");
        Answers("""{"objects":["gcode","webhooks","extruder"]}""");
        Answers("""{"status":{"webhooks":{"state":"ready"},"print_stats":{},"virtual_sdcard":{},"extruder":{"temperature":21,"target":0}}}""");
        _client.Connect(CancellationToken.None);
        Poll();
        Assert.AreEqual(PrinterState.Unknown, _client.Status.State);
        StringAssert.Contains(_client.Status.ErrorMessage, "[virtual_sdcard]");
        Assert.AreEqual(21.0, _client.Status.Nozzle);
    }

    [TestMethod]
    public void Poll_SpoolmanConfigured_ShowsTheActiveSpoolWithoutWaitingForIt()
    {
        List<string> logged = [];
        _log.Lines = logged;
        Answers("""{"connection_id":1}""");
        Answers("""{"klippy_connected":true,"klippy_state":"ready","components":["database","spoolman"]}""");
        Answers("""{"objects":["gcode","webhooks","extruder"]}""");
        Answers("""{"status":{"webhooks":{"state":"ready"},"print_stats":{"state":"standby","filename":""},"extruder":{"temperature":25,"target":0}}}""");
        _client.Connect(CancellationToken.None);
        Poll();
        int asked = _peer.WrittenCount;
        Assert.AreEqual(PrinterState.Idle, _client.Status.State, "nothing waits for the answer");
        Assert.AreEqual(0, _client.Status.Filaments.Count);

        Answers("""{"spoolman_connected":true,"pending_reports":[],"spool_id":2}""");
        Poll();
        Assert.IsGreaterThan(asked, _peer.WrittenCount, "it asks about the spool");
        Assert.AreEqual(1, _client.Status.Filaments.Count);
        Assert.IsNull(_client.Status.Filaments[0].Type);

        Says(Update);
        Poll();
        Assert.AreEqual(25.5, _client.Status.Nozzle, "reports pass a slow Spoolman");
        Answers("""{"response":{"id":2,"filament":{"material":"PLA","weight":1000,"color_hex":"BD0B0B"},"remaining_weight":500},"error":null}""");
        Poll();
        Filament filament = _client.Status.Filaments[0];
        Assert.AreEqual("0 PLA #BD0B0B 50 Yes", $"{filament.Slot} {filament.Type} {filament.Colors![0]} {filament.RemainingPercent} {filament.IsActive}");

        Says("""{"jsonrpc": "2.0", "method": "notify_active_spool_set", "params": [{"spool_id": 3}]}""");
        asked = _peer.WrittenCount;
        Poll();
        Assert.IsGreaterThan(asked, _peer.WrittenCount, "it asks about the other spool");
        Says("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":503,\"message\":\"Spoolman server not available\"},\"id\":" + ++_id + "}");
        Poll();
        Assert.IsNull(_client.Status.Filaments[0].Type);
        Assert.AreEqual(PrinterState.Idle, _client.Status.State);
        Assert.IsEmpty(logged, "Spoolman's faults are not the printer's");
    }

    [TestMethod]
    public void Poll_NoSpoolmanConfigured_AsksNothing()
    {
        Connect();
        int asked = _peer.WrittenCount;
        Poll();
        Poll();
        Assert.AreEqual(asked, _peer.WrittenCount);
        Assert.AreEqual(0, _client.Status.Filaments.Count);
    }

    [TestMethod]
    public void Poll_Updates_AllocateNothing()
    {
        Connect();
        for (int i = 0; i < 40; i++)
        {
            Says(Update);
            _peer.Pauses(250);
        }

        // The least: Support/Allocated.cs says why.
        long allocated = long.MaxValue;
        long updates = 0;
        for (int round = 0; round < 3; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 20; i++)
            {
                Poll();
            }

            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
            updates = _client.Status.LastReportMs;
        }

        Assert.AreEqual(25.5, _client.Status.Nozzle);
        Assert.IsTrue(updates > 4000, "updates came in the last round too");
        Assert.AreEqual(0L, allocated);
    }

    private sealed class LogLines : ILogSink
    {
        public List<string>? Lines { get; set; }

        public void Write(long timeMs, LogLevel level, string area, string message) => Lines?.Add(level + " " + area + ": " + message);
    }
}
