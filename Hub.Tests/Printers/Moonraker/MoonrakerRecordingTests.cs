using System;
using System.Collections.Generic;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Hub.Core.Printers.Moonraker;
using Hub.Tests.Portable;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Moonraker;

/// <summary>The client against what a real Moonraker with Klipper said (Recordings/README.md), on a driven clock.</summary>
[TestClass]
public sealed class MoonrakerRecordingTests
{
    private readonly ScriptedHal _drivers = new ScriptedHal { Machine = new SampleEntropy(), Hasher = new SampleHash() };

    private readonly JobBench _jobs = new();

    [TestMethod]
    [DataRow("finish-and-again", "1 started short.gcode; 2 finished short.gcode of 1; 3 started short.gcode; 4 finished short.gcode of 3; 5 started second.gcode; 6 finished second.gcode of 5; 7 started tiny.gcode; 8 finished tiny.gcode of 7; 9 started tiny.gcode; 10 finished tiny.gcode of 9; 11 started tiny.gcode; 12 finished tiny.gcode of 11; 13 started short.gcode; 14 finished short.gcode of 13; 15 started bad.gcode; 16 failed bad.gcode of 15")]
    [DataRow("firmware-restart-in-mid-print", "1 started box.gcode; 2 failed box.gcode of 1")]
    [DataRow("job", "1 started box.gcode; 2 cancelled box.gcode of 1; 3 started box.gcode; 4 cancelled box.gcode of 3")]
    [DataRow("mcu-lost-in-mid-print", "1 started box.gcode; 2 failed box.gcode of 1")]
    [DataRow("moonraker-restarts-in-mid-print", "1 started box.gcode; 2 cancelled box.gcode of 1")]
    public void Jobs_OfARecording_AreEachOneStartAndOneEnd(string name, string events)
    {
        List<string> seen = Replay(name, name == "mcu-lost-in-mid-print" ? "firmware-restart-in-mid-print" : null);
        Assert.AreEqual(events, _jobs.Events(), string.Join(" | ", seen));
    }

    /// <summary>Replays a recording; gives each state with its job, and the outcome of each start, in order.</summary>
    private List<string> Replay(string name, string? opening)
    {
        RecordedSocket server = new RecordedSocket(_drivers.Time, "Moonraker", name, opening);
        using MoonrakerClient client = new MoonrakerClient(new RecordedHal(_drivers, server), new PrinterConfig { Id = "m", Type = PrinterTypes.Moonraker, Url = "http://printer:7125" }) { Listener = _jobs.Recorder };
        List<string> seen = [];
        client.Connect(CancellationToken.None);
        StartVerdict verdict = StartVerdict.None;
        long endMs = long.MaxValue;
        while (_drivers.Time.NowMs < endMs)
        {
            Poll(client, seen);
            if (client.Start.Verdict != verdict)
            {
                verdict = client.Start.Verdict;
                seen.Add(verdict == StartVerdict.Shown ? "start shown" : "start failed: " + client.Start.Failure?.Message);
            }

            if (server.StartFile is { } file)
            {
                seen.Add("start " + file);
                client.Start.Begin(client.Status);
                verdict = StartVerdict.Open;
                Start(client, file, seen);
                verdict = client.Start.Verdict;
            }

            endMs = server.IsDone && endMs == long.MaxValue ? _drivers.Time.NowMs + 1000 : endMs;
        }

        return seen;
    }

    /// <summary>A poll; a broken link is opened again, as the worker does.</summary>
    private static void Poll(MoonrakerClient client, List<string> seen)
    {
        try
        {
            client.Poll(CancellationToken.None);
            Note(seen, client.Status);
        }
        catch (HubException e)
        {
            Assert.IsFalse(ErrorCodes.EndsLink(e.Code), e.Message);
            seen.Add(ErrorCodes.Name(e.Code));
            client.Disconnect();
            client.Connect(CancellationToken.None);
        }
    }

    private static void Start(MoonrakerClient client, string file, List<string> seen)
    {
        try
        {
            client.StartPrint(file, StartOptions.Default, CancellationToken.None);
        }
        catch (HubException e)
        {
            seen.Add("refused: " + e.Message);
            client.Start.End();
        }
    }

    private static void Note(List<string> seen, PrinterStatus status)
    {
        string state = PrinterStates.Name(status.State) + (status.Job == null ? "" : " " + status.Job) + (status.ErrorMessage == null ? "" : ": " + status.ErrorMessage);
        if (seen.FindLast(s => !s.StartsWith("start", StringComparison.Ordinal) && !s.StartsWith("refused", StringComparison.Ordinal)) != state)
        {
            seen.Add(state);
        }
    }

    [TestMethod]
    public void Replay_Job_ShowsWhatHappened() => AssertSeen(
        "job",
        null,
        "idle",
        "start box.gcode",
        "preparing box.gcode",
        "start shown",
        "start box.gcode",
        "start failed: Klipper cannot do this now (400): SD busy",
        "printing box.gcode",
        "start box.gcode",
        "refused: Klipper cannot do this now (400): SD busy",
        "paused box.gcode",
        "printing box.gcode",
        "cancelled box.gcode",
        "start box.gcode",
        "printing box.gcode",
        "start shown",
        "paused box.gcode",
        "cancelled box.gcode");

    [TestMethod]
    public void Replay_FinishAndAgain_EveryStartIsSeenWhateverItsState() => AssertSeen(
        "finish-and-again",
        null,
        "cancelled box.gcode",
        "start short.gcode",
        "printing short.gcode",
        "start shown",
        "finished short.gcode",
        "start short.gcode",
        "printing short.gcode",
        "start shown",
        "finished short.gcode",
        "start second.gcode",
        "printing second.gcode",
        "start shown",
        "finished second.gcode",
        "start tiny.gcode",
        "finished tiny.gcode",
        "start shown",
        "start tiny.gcode",
        "start shown",
        "start tiny.gcode",
        "start shown",
        "printing short.gcode",
        "finished short.gcode",
        "start bad.gcode",
        "preparing bad.gcode",
        "start shown",
        "error bad.gcode: Move out of range: 9999.000 0.000 0.000 [5.000]");

    [TestMethod]
    public void Replay_MoonrakerRestartsInMidPrint_ThePrintGoesOn() => AssertSeen(
        "moonraker-restarts-in-mid-print",
        null,
        "idle",
        "start box.gcode",
        "preparing box.gcode",
        "start shown",
        "connection_lost",
        "offline box.gcode: Moonraker is running, but Klipper is not connected",
        "printing box.gcode",
        "cancelled box.gcode");

    [TestMethod]
    public void Replay_FirmwareRestartInMidPrint_TheJobIsLost() => AssertSeen(
        "firmware-restart-in-mid-print",
        null,
        "idle",
        "start box.gcode",
        "preparing box.gcode",
        "start shown",
        "printing box.gcode",
        "offline box.gcode: Moonraker is running, but Klipper is not connected",
        "error box.gcode: the print was lost with Klipper (restart, power or connection)");

    [TestMethod]
    public void Replay_McuLostInMidPrint_TheReasonStaysOverTheRestart() => AssertSeen(
        "mcu-lost-in-mid-print",
        "firmware-restart-in-mid-print",
        "idle",
        "start box.gcode",
        "preparing box.gcode",
        "start shown",
        "error box.gcode: Lost communication with MCU 'mcu'",
        "offline box.gcode: Moonraker is running, but Klipper is not connected",
        "error box.gcode: the print was lost with Klipper: Lost communication with MCU 'mcu'");

    [TestMethod]
    public void Replay_TwoExtruders_TheSelectedOneIsTheNozzle()
    {
        RecordedSocket server = new RecordedSocket(_drivers.Time, "Moonraker", "two-extruders", "firmware-restart-in-mid-print");
        using MoonrakerClient client = new MoonrakerClient(new RecordedHal(_drivers, server), new PrinterConfig { Id = "m", Type = PrinterTypes.Moonraker, Url = "http://printer:7125" });
        client.Connect(CancellationToken.None);
        double hottest = 0;
        while (!server.IsDone)
        {
            client.Poll(CancellationToken.None);
            hottest = Math.Max(hottest, client.Status.NozzleTarget);
            if (server.StartFile != null)
            {
                Assert.AreEqual(0, client.Status.Tools.Active);
                client.StartPrint("left.gcode", StartOptions.Default, CancellationToken.None);
            }
        }

        Assert.AreEqual(120.0, hottest);
        Assert.AreEqual(2, client.Status.Tools.Count);
        Assert.AreEqual(1, client.Status.Tools.Active);
        Assert.AreEqual("extruder1", client.Status.Tools.Name(1));
    }

    private void AssertSeen(string name, string? opening, params string[] expected) =>
        Assert.AreEqual(string.Join('\n', expected), string.Join('\n', Replay(name, opening)));

    private sealed class RecordedHal(ScriptedHal drivers, RecordedSocket server) : ForwardingHal(drivers)
    {
        public override ISocketFactory Sockets => server;
    }
}
