using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Hub.Core.Printers.PrusaLink;
using Hub.Tests.Portable;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.PrusaLink;

/// <summary>The client against whole dialogues of a real Prusa-Link 0.8.1: what the hub would have shown.</summary>
[TestClass]
public sealed class PrusaLinkDialogueTests : IDisposable
{
    private const string StartPath = "POST /api/v1/files/local/";
    private const string Version = "HTTP/1.0 200 OK\r\nContent-Length: 36\r\n\r\n{\"text\":\"PrusaLink 0.8.1\",\"sdk\":\"1\"}";

    private readonly ScriptedHal _hal = new ScriptedHal { Machine = new KnownRandom(), Hasher = new Md5Only() };
    private readonly PrusaLinkClient _client;
    private readonly JobBench _jobs = new();
    private readonly List<string> _shown = [];
    private bool _isConnected;
    private readonly List<(string File, string Outcome)> _starts = [];
    private readonly List<PrinterStatus> _statuses = [];

    public PrusaLinkDialogueTests()
    {
        _client = new PrusaLinkClient(_hal, new PrinterConfig { Id = "mk3", Type = PrinterTypes.PrusaLink, Url = "http://127.0.0.1:8017", ApiKey = new Secret("obviously-fake-key") }) { Listener = _jobs.Recorder };
    }

    public void Dispose()
    {
        _client.Dispose();
        Assert.AreEqual(0, _hal.Pool.Rented, "every buffer is given back");
    }

    private string All => string.Join(" | ", _shown);

    /// <summary>Polls at every round of the recording, and starts what its client started.</summary>
    private void Play(string name)
    {
        RecordedDialogue dialogue = RecordedDialogue.Of("PrusaLink", name);
        _isConnected = false;
        while (dialogue.MoveNext())
        {
            _hal.Time.Advance(Math.Max(0, dialogue.NowMs + 1000 - _hal.Time.NowMs));
            if (!_isConnected && !TryConnect(dialogue))
            {
                continue;
            }

            if (dialogue.Command == null)
            {
                Poll(dialogue);
            }
            else if (dialogue.Command.StartsWith(StartPath, StringComparison.Ordinal))
            {
                Start(dialogue, dialogue.Command[StartPath.Length..]);
            }
        }
    }

    [TestMethod]
    [DataRow("attention", "1 started user.gcode; 2 attention user.gcode of 1; 3 finished user.gcode of 1")]
    [DataRow("card-print", "1 started fake-sd.gcode; 2 finished fake-sd.gcode of 1")]
    [DataRow("job", "1 started; 2 cancelled box.gcode of 1")]
    [DataRow("serial-lost-in-mid-print", "1 started box.gcode; 2 failed box.gcode of 1; 3 started box.gcode; 4 failed box.gcode of 3")]
    [DataRow("server-restarts-in-mid-print", "1 started box.gcode; 2 failed box.gcode of 1")]
    [DataRow("start-soon-after-stop", "1 started box.gcode; 2 cancelled box.gcode of 1; 3 started box.gcode; 4 cancelled box.gcode of 3; 5 started short.gcode; 6 finished short.gcode of 5; 7 started short.gcode; 8 finished short.gcode of 7")]
    public void Jobs_OfARecording_AreEachOneStartAndOneEnd(string name, string events)
    {
        Play(name);
        Assert.AreEqual(events, _jobs.Events(), All);
    }

    private bool TryConnect(RecordedDialogue dialogue)
    {
        // Prusa-Link gives every answer a connection of its own.
        _client.Disconnect();
        _hal.Net.Forget();
        _hal.Net.Add(new ScriptedStream(_hal.Time).AwaitsRequest(1).Gives(Version).Ends());
        _hal.Net.Add(new ScriptedStream(_hal.Time).AwaitsRequest(1).Gives(dialogue.Answer("GET /api/v1/status")).Ends());
        try
        {
            _client.Connect(CancellationToken.None);
            _isConnected = true;
        }
        catch (HubException e) when (e.Code == ErrorCode.PrinterOffline || e.Code == ErrorCode.ServerError)
        {
            // 503 while it starts.
        }

        return _isConnected;
    }

    private void Poll(RecordedDialogue dialogue)
    {
        _client.Disconnect();
        _hal.Net.Forget();
        _hal.Net.Add(new ScriptedStream(_hal.Time).AwaitsRequest(1).Gives(dialogue.Answer("GET /api/v1/status")).Ends());
        _hal.Net.Add(new ScriptedStream(_hal.Time).AwaitsRequest(1).Gives(dialogue.Answer("GET /api/v1/job")).Ends());
        try
        {
            _client.Poll(CancellationToken.None);
        }
        catch (HubException e) when (e.Code == ErrorCode.PrinterOffline || e.Code == ErrorCode.ServerError)
        {
            _isConnected = false;
            return;
        }

        PrinterStatus status = new PrinterStatus();
        status.CopyFrom(_client.Status);
        _statuses.Add(status);
        string line = PrinterStates.Name(status.State) + (status.Job == null ? "" : " " + status.Job) + (status.ErrorCode == null ? "" : " " + status.ErrorCode);
        if (_shown.Count == 0 || _shown[^1] != line)
        {
            _shown.Add(line);
        }

        if (_client.Start.Verdict is StartVerdict.Shown or StartVerdict.Failed)
        {
            _starts[^1] = (_starts[^1].File, _client.Start.Verdict.ToString());
            _client.Start.End();
        }
    }

    private void Start(RecordedDialogue dialogue, string file)
    {
        _client.Disconnect();
        _hal.Net.Forget();
        _hal.Net.Add(new ScriptedStream(_hal.Time).AwaitsRequest(1).Gives(dialogue.Answer(dialogue.Command!)).Ends());
        _client.Start.Begin(_client.Status);
        try
        {
            _client.StartPrint("local/" + file, StartOptions.Default, CancellationToken.None);
            _starts.Add((file, "open"));
        }
        catch (HubException e)
        {
            _client.Start.End();
            _starts.Add((file, e.RetryAfterMs > 0 ? "later" : ErrorCodes.Name(e.Code)));
        }
    }

    [TestMethod]
    public void StartRightAfterAJob_IsRefusedForALater_AndThenShown()
    {
        Play("start-soon-after-stop");
        Assert.IsTrue(_starts.Count > 20, "the recording's client tried every second");
        CollectionAssert.AreEqual(
            new[] { ("box.gcode", "Shown"), ("box.gcode", "Shown"), ("short.gcode", "Shown"), ("short.gcode", "Shown"), ("tiny.gcode", "not_found") },
            _starts.Where(s => s.Outcome != "later").ToList(),
            "every refusal in the 11 s after an end is one that will pass");
        Assert.IsTrue(_shown.Contains("cancelled box.gcode") && _shown.Contains("finished short.gcode"), All);
        Assert.AreEqual("idle", _shown[^1], All);
    }

    [TestMethod]
    public void SerialLineLostInMidPrint_TheJobFailedUntilTheNextOneBegins()
    {
        Play("serial-lost-in-mid-print");
        int lost = _shown.IndexOf("error box.gcode printer_error");
        Assert.IsTrue(lost > 0, All);
        Assert.AreEqual("error box.gcode print_failed", _shown[lost + 1], "PrusaLink says IDLE: " + All);
        Assert.IsTrue(_shown[lost + 2].StartsWith("printing", StringComparison.Ordinal), All);
        Assert.AreEqual("error box.gcode print_failed", _shown[^1], All);
        StringAssert.Contains(_statuses[^1].ErrorMessage, "Firmware detected a hardware issue");
        Assert.IsFalse(_shown.Any(s => s.StartsWith("finished", StringComparison.Ordinal) || s.StartsWith("idle box", StringComparison.Ordinal)), All);
    }

    [TestMethod]
    public void ServerRestartsInMidPrint_TheJobIsLostAndNamed()
    {
        Play("server-restarts-in-mid-print");
        Assert.AreEqual("error box.gcode print_failed", _shown[^1], All);
        Assert.AreEqual("busy", _shown[^2], "while it starts: " + All);
        StringAssert.Contains(_statuses[^1].ErrorMessage, "the print was lost");
        Assert.IsTrue(_statuses.Where(s => s.State == PrinterState.Printing).All(s => double.IsNaN(s.ProgressPercentage)), "100 % from the beginning is the former job's");
    }

    [TestMethod]
    public void ProgressOfTheFormerJob_IsNotThatOfTheNextOne()
    {
        Play("serial-lost-in-mid-print");
        List<PrinterStatus> second = [.. _statuses.SkipWhile(s => s.ErrorCode != "print_failed").Where(s => s.State == PrinterState.Printing)];
        Assert.IsTrue(second.Count > 0 && second.All(s => double.IsNaN(s.ProgressPercentage) && s.RemainingTimeSeconds < 0), "it says 100 % from the beginning");
    }

    [TestMethod]
    public void WaitForAPerson_IsAttentionWithTheJob()
    {
        Play("attention");
        int attention = _shown.IndexOf("attention user.gcode printer_attention");
        Assert.IsTrue(attention > 0, All);
        Assert.AreEqual("printing user.gcode", _shown[attention + 1], All);
        Assert.AreEqual("finished user.gcode", _shown[attention + 2], All);
        Assert.AreEqual("idle", _shown[^1], All);
        Assert.AreEqual(("user.gcode", "Shown"), _starts.Single());
    }

    [TestMethod]
    public void PauseResumeStop_AreShownAsTheyHappened()
    {
        Play("job");
        CollectionAssert.IsSubsetOf(new[] { "paused box.gcode", "printing box.gcode", "cancelled box.gcode", "idle" }, _shown, All);
        Assert.AreEqual(("box.gcode", "Shown"), _starts[0], "the job's name could not be read at first");
        Assert.AreEqual(("box.gcode", "wrong_state"), (_starts[1].File, _starts[1].Outcome == "later" ? "wrong_state" : _starts[1].Outcome));
    }
}
