using System.Text;
using Hub.Core.Discovery;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Jobs;
using Hub.Core.Json;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Text;
using Hub.Core.Tunnel;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>What the hub writes to the cloud.</summary>
[TestClass]
public class TunnelMessagesTests
{
    private readonly TunnelMessages _messages = new TunnelMessages();

    [TestMethod]
    public void Hello_Unsigned_AndSigned()
    {
        ISystem machine = new KnownRandom();
        _messages.Hello("hub-1", null, machine, null, null, null);
        string start = "{\"type\":\"hub_hello\",\"hub_id\":\"hub-1\",\"firmware_version\":\"" + Product.Version
            + "\",\"hardware_version\":\"test-1\"";
        string end = ",\"protocol\":2,\"capabilities\":[\"job_event\",\"printer_list\",\"file_stream\",\"job_cancel\",\"gcode\",\"hub_health\",\"requests\",\"status_details\",\"claim\"]";
        AssertText(start + end + "}");
        _messages.Hello("hub-1", "Shop", machine, "aGFzaA==", "1700000000", "c2ln");
        AssertText(start + ",\"hub_name\":\"Shop\"" + end + ",\"claim\":\"aGFzaA==\",\"auth\":{\"timestamp\":\"1700000000\",\"signature\":\"c2ln\"}}");
    }

    [TestMethod]
    public void Ack_DoneAndFailed()
    {
        _messages.Ack("c1", null);
        AssertText("{\"type\":\"command_ack\",\"command_id\":\"c1\",\"success\":true}");
        _messages.Ack("c2", "it is \"idle\"");
        AssertText("{\"type\":\"command_ack\",\"command_id\":\"c2\",\"success\":false,\"error\":\"it is \\\"idle\\\"\"}");
    }

    [TestMethod]
    public void Response_ResultAndError()
    {
        byte[] result = Encoding.UTF8.GetBytes("{\"a\":[1]}");
        _messages.Response("r1", result, null);
        AssertText("{\"type\":\"response\",\"request_id\":\"r1\",\"result\":{\"a\":[1]}}");
        _messages.Response("r2", null, new HubException(ErrorCode.UnknownPrinter, "no printer \"x\""));
        AssertText("{\"type\":\"response\",\"request_id\":\"r2\",\"error\":{\"code\":\"unknown_printer\",\"message\":\"no printer \\\"x\\\"\"}}");
    }

    [TestMethod]
    public void Discovered_NamesThatTheHubAccepts()
    {
        PrinterConfig octo = Octo();
        octo.Url = "http://192.168.1.5:5000";
        DiscoveredPrinter[] found =
        {
            new DiscoveredPrinter { Type = PrinterTypes.OctoPrint, Address = "192.168.1.5", Port = 5000, Name = "Shelf" },
            new DiscoveredPrinter { Type = PrinterTypes.Moonraker, Address = "192.168.1.6", Port = 7125 },
            new DiscoveredPrinter { Type = PrinterTypes.OctoPrint, Address = "192.168.1.7", Port = 443, IsTls = true, Path = "/octo" },
            new DiscoveredPrinter { Type = PrinterTypes.Bambu, Address = "192.168.1.8", Serial = "01P", Model = "P1S", MqttPort = 5105 },
        };
        _messages.Discovered(found, new PrinterConfig[] { octo });
        AssertText(
            "{\"type\":\"printer_discovered\",\"printers\":["
            + "{\"serial_number\":\"octo-1\",\"ip_address\":\"192.168.1.5:5000\",\"model\":\"octoprint\",\"name\":\"Shelf\",\"connection_type\":\"octoprint\"},"
            + "{\"serial_number\":\"192.168.1.6-7125\",\"ip_address\":\"192.168.1.6:7125\",\"model\":\"moonraker\",\"connection_type\":\"klipper\"},"
            + "{\"serial_number\":\"192.168.1.7-443\",\"ip_address\":\"https://192.168.1.7:443/octo\",\"model\":\"octoprint\",\"connection_type\":\"octoprint\"},"
            + "{\"serial_number\":\"01P\",\"ip_address\":\"192.168.1.8:5105\",\"model\":\"P1S\",\"connection_type\":\"bambu\"}]}");
    }

    [TestMethod]
    public void Status_Printing_HasProgress()
    {
        _messages.Status(Snapshot(Octo(), Printing()), false);
        AssertText(
            "{\"type\":\"printer_status\",\"printer_id\":\"octo-1\",\"status\":\"printing\",\"is_connected\":true,\"progress_percentage\":42.5,\"remaining_time_seconds\":60,"
            + "\"current_layer\":3,\"total_layers\":9,\"temperatures\":{\"nozzle\":215,\"bed\":60}}");
    }

    [TestMethod]
    public void Status_WithDetails_HasTheObjectOfTheCommandLine()
    {
        PrinterSnapshot snapshot = Snapshot(Octo(), Printing());
        snapshot.Bed = BedState.Occupied;
        _messages.Status(snapshot, true);
        JsonWriter details = new JsonWriter(1024, 4096);
        PrinterSnapshotJson.Write(details, snapshot);
        string expected = ",\"details\":" + details + "}";
        Assert.AreEqual(expected, Text().Substring(Text().Length - expected.Length));
        Assert.IsTrue(expected.IndexOf("\"state\":\"printing\",\"job\":\"a.gcode\"") > 0 && expected.IndexOf("\"bed_clear\":false") > 0, expected);
    }

    [TestMethod]
    public void Status_JobIsOver_HasNoProgress()
    {
        PrinterState[] states = { PrinterState.Idle, PrinterState.Finished, PrinterState.Cancelled, PrinterState.Error, PrinterState.Offline, PrinterState.Busy };
        for (int i = 0; i < states.Length; i++)
        {
            PrinterStatus status = Printing();
            status.State = states[i];
            _messages.Status(Snapshot(Octo(), status), false);
            Assert.IsTrue(Text().IndexOf("progress") < 0 && Text().IndexOf("layer") < 0 && Text().IndexOf("remaining") < 0, Text());
        }
    }

    [TestMethod]
    public void Status_Bambu_IsNamedByItsSerial()
    {
        PrinterConfig bambu = new PrinterConfig { Id = "bambu-1", Type = PrinterTypes.Bambu, Serial = "01P" };
        PrinterStatus status = new PrinterStatus { State = PrinterState.Error, ErrorCode = "0300-8003", ErrorMessage = "jam" };
        _messages.Status(Snapshot(bambu, status), false);
        AssertText("{\"type\":\"printer_status\",\"printer_id\":\"01P\",\"status\":\"error\",\"is_connected\":false,\"error_code\":\"0300-8003\",\"error_message\":\"jam\"}");
    }

    [TestMethod]
    public void Word_EveryState_IsOneOfTheCloudsWords()
    {
        AssertWord("offline", PrinterState.Unknown, null);
        AssertWord("offline", PrinterState.Offline, null);
        AssertWord("idle", PrinterState.Idle, null);
        AssertWord("idle", PrinterState.Finished, "a");
        AssertWord("idle", PrinterState.Cancelled, "a");
        AssertWord("printing", PrinterState.Busy, null);
        AssertWord("printing", PrinterState.Preparing, "a");
        AssertWord("printing", PrinterState.Printing, "a");
        AssertWord("printing", PrinterState.Pausing, "a");
        AssertWord("printing", PrinterState.Resuming, "a");
        AssertWord("printing", PrinterState.Cancelling, "a");
        AssertWord("paused", PrinterState.Paused, "a");
        AssertWord("paused", PrinterState.Attention, "a");
        AssertWord("error", PrinterState.Attention, null);
        AssertWord("error", PrinterState.Error, "a");
    }

    [TestMethod]
    public void JobEvent_LeavesOutWhatIsNotKnown()
    {
        _messages.JobEvent(new JobEvent { Id = 8, PrinterId = "octo-1", Kind = JobEventKind.Error, Code = "jam" }, "S1", null, JobEvent.UnknownMs);
        AssertText("{\"type\":\"job_event\",\"event_id\":8,\"printer_id\":\"S1\",\"kind\":\"error\",\"error_code\":\"jam\"}");
        _messages.JobEvent(
            new JobEvent { Id = 9, PrinterId = "octo-1", Kind = JobEventKind.Finished, TimeMs = 1700000000000, JobId = 7, Job = "a.gcode", CommandId = "c1", DurationMs = 5000 },
            "octo-1",
            "00c0ffee",
            JobEvent.UnknownMs);
        AssertText(
            "{\"type\":\"job_event\",\"log_id\":\"00c0ffee\",\"event_id\":9,\"printer_id\":\"octo-1\",\"kind\":\"finished\",\"time\":1700000000000,\"job_id\":7,\"job\":\"a.gcode\",\"command_id\":\"c1\",\"duration_ms\":5000}");
    }

    [TestMethod]
    public void JobEvent_OfAnUnsetClock_SaysWhatIsKnownOfItsTime()
    {
        JobEvent item = new JobEvent { Id = 8, PrinterId = "octo-1", Kind = JobEventKind.Attention, UptimeMs = 5000, Boot = 77 };
        _messages.JobEvent(item, "octo-1", null, JobEvent.UnknownMs);
        AssertText("{\"type\":\"job_event\",\"event_id\":8,\"printer_id\":\"octo-1\",\"kind\":\"attention\",\"uptime_ms\":5000,\"boot\":77}");
        _messages.JobEvent(item, "octo-1", null, 250);
        AssertText("{\"type\":\"job_event\",\"event_id\":8,\"printer_id\":\"octo-1\",\"kind\":\"attention\",\"uptime_ms\":5000,\"boot\":77,\"age_ms\":250}");
        item.TimeMs = 1700000000000;
        _messages.JobEvent(item, "octo-1", null, JobEvent.UnknownMs);
        AssertText("{\"type\":\"job_event\",\"event_id\":8,\"printer_id\":\"octo-1\",\"kind\":\"attention\",\"time\":1700000000000,\"uptime_ms\":5000,\"boot\":77}");
    }

    [TestMethod]
    public void FileProgress_OfTheBaseCloud_AndBeyond()
    {
        _messages.FileProgress(new FileProgressAnswer("S1", "j1", FileProgressAnswer.Uploading, 42));
        AssertText("{\"type\":\"file_progress\",\"printer_id\":\"S1\",\"job_id\":\"j1\",\"stage\":\"uploading\",\"progress_percentage\":42}");
        _messages.FileProgress(new FileProgressAnswer("S1", "j1", FileProgressAnswer.Failed, 0) { Error = "no" });
        AssertText("{\"type\":\"file_progress\",\"printer_id\":\"S1\",\"job_id\":\"j1\",\"stage\":\"failed\",\"progress_percentage\":0,\"error\":\"no\"}");
        _messages.FileProgress(new FileProgressAnswer("S1", "j1", FileProgressAnswer.Cancelled, 0) { Error = "no", ErrorCode = "cancelled" });
        AssertText(
            "{\"type\":\"file_progress\",\"printer_id\":\"S1\",\"job_id\":\"j1\",\"stage\":\"cancelled\",\"progress_percentage\":0,\"error\":\"no\",\"error_code\":\"cancelled\"}");
        _messages.FileProgress(new FileProgressAnswer("S1", "j1", FileProgressAnswer.Complete, 0) { IsStarted = true });
        AssertText("{\"type\":\"file_progress\",\"printer_id\":\"S1\",\"job_id\":\"j1\",\"stage\":\"complete\",\"progress_percentage\":100,\"started\":true}");
    }

    [TestMethod]
    public void Streams_CreditAndCancel()
    {
        _messages.FileCredit(4294967295, 1048576);
        AssertText("{\"type\":\"file_credit\",\"stream_id\":4294967295,\"bytes\":1048576}");
        _messages.FileCancel(0, "no");
        AssertText("{\"type\":\"file_cancel\",\"stream_id\":0,\"error\":\"no\"}");
    }

    [TestMethod]
    public void WireIds_SerialForBambu_IdOtherwise()
    {
        PrinterConfig bambu = new PrinterConfig { Id = "bambu-1", Type = PrinterTypes.Bambu, Serial = "01P" };
        PrinterConfig[] printers = { Octo(), bambu };
        Assert.AreEqual("bambu-1", WireIds.Find(printers, "01p")!.Id);
        Assert.AreEqual("bambu-1", WireIds.Find(printers, "bambu-1")!.Id);
        Assert.AreEqual("octo-1", WireIds.Find(printers, "octo-1")!.Id);
        Assert.IsNull(WireIds.Find(printers, "OCTO-1"));
        Assert.AreEqual("01P", WireIds.Of(printers, "bambu-1"));
        Assert.AreEqual("gone", WireIds.Of(printers, "gone"));
    }

    private static PrinterConfig Octo() => new PrinterConfig { Id = "octo-1", Type = PrinterTypes.OctoPrint };

    private static PrinterSnapshot Snapshot(PrinterConfig config, PrinterStatus status)
    {
        PrinterSnapshot snapshot = new PrinterSnapshot(config, LinkState.Online);
        snapshot.Status.CopyFrom(status);
        return snapshot;
    }

    private static PrinterStatus Printing() => new PrinterStatus
    {
        State = PrinterState.Printing,
        IsConnected = true,
        Job = "a.gcode",
        ProgressPercentage = 42.5,
        RemainingTimeSeconds = 60,
        CurrentLayer = 3,
        TotalLayers = 9,
        Nozzle = 215,
        Bed = 60,
    };

    private static void AssertWord(string expected, PrinterState state, string? job) =>
        Assert.AreEqual(expected, CloudStatus.Word(new PrinterStatus { State = state, Job = job }));

    private void AssertText(string expected) => Assert.AreEqual(expected, Text());

    private string Text() => Encoding.UTF8.GetString(_messages.Buffer, 0, _messages.Length);
}
