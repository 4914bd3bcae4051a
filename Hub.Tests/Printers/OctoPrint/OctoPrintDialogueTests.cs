using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Hub.Core.Printers.OctoPrint;
using Hub.Tests.Portable;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Printers.OctoPrint;

/// <summary>The client against whole dialogues of a real OctoPrint 1.11.8: what the hub would have shown.</summary>
[TestClass]
public sealed class OctoPrintDialogueTests : IDisposable
{
    private readonly ScriptedHal _hal = new ScriptedHal { Machine = Mock.Of<ISystem>() };
    private readonly OctoPrintClient _client;
    private readonly JobBench _jobs = new();
    private readonly List<string> _shown = [];
    private readonly List<(string Path, StartVerdict Verdict)> _starts = [];
    private readonly List<PrinterStatus> _statuses = [];

    public OctoPrintDialogueTests()
    {
        _client = new OctoPrintClient(_hal, new PrinterConfig { Id = "octo-1", Type = PrinterTypes.OctoPrint, Url = "http://127.0.0.1:5000", ApiKey = new Secret("obviously-fake-key") }) { Listener = _jobs.Recorder };
    }

    public void Dispose()
    {
        _client.Dispose();
        Assert.AreEqual(0, _hal.Pool.Rented, "every buffer is given back");
    }

    /// <summary>Polls at every round of the recording, and starts what its client started.</summary>
    private void Play(string name)
    {
        RecordedDialogue dialogue = RecordedDialogue.Of("OctoPrint", name);
        while (dialogue.MoveNext())
        {
            _hal.Time.Advance(Math.Max(0, dialogue.NowMs + 1000 - _hal.Time.NowMs));
            if (dialogue.Command == null)
            {
                Poll(dialogue);
            }
            else if (dialogue.Command.StartsWith("POST /api/files/local/", StringComparison.Ordinal) && (bool?)dialogue.CommandBody?["print"] == true)
            {
                Start(dialogue, dialogue.Command["POST /api/files/local/".Length..]);
            }
        }
    }

    private void Poll(RecordedDialogue dialogue)
    {
        _client.Disconnect();
        ScriptedStream stream = new ScriptedStream(_hal.Time);
        for (int i = 0; i < 4; i++)
        {
            stream.AwaitsRequest(i + 1).Gives(dialogue.Answer(i % 2 == 0 ? "GET /api/printer" : "GET /api/job"));
        }

        _hal.Net.Add(stream);
        _client.Poll(CancellationToken.None);
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
            _starts[^1] = (_starts[^1].Path, _client.Start.Verdict);
            _client.Start.End();
        }
    }

    private void Start(RecordedDialogue dialogue, string path)
    {
        _client.Disconnect();
        _hal.Net.Add(new ScriptedStream(_hal.Time).AwaitsRequest(1).Gives(dialogue.Answer(dialogue.Command!)));
        _client.Start.Begin(_client.Status);
        try
        {
            _client.StartPrint(path, StartOptions.Default, CancellationToken.None);
            _starts.Add((path, StartVerdict.Open));
        }
        catch (HubException e) when (e.Code == ErrorCode.WrongState)
        {
            _client.Start.End();
        }
    }

    private string All => string.Join(" | ", _shown);

    [TestMethod]
    [DataRow("job", "1 started box.gcode; 2 cancelled box.gcode of 1")]
    [DataRow("disconnect-in-mid-print", "1 started box.gcode; 2 failed box.gcode of 1; 3 started box.gcode; 4 failed box.gcode of 3; 5 started box.gcode; 6 failed box.gcode of 5; 7 error")]
    [DataRow("file-deleted-at-end", "1 started gone.gcode; 2 finished gone.gcode of 1")]
    [DataRow("finish-and-again", "1 started short.gcode; 2 finished short.gcode of 1; 3 started short.gcode; 4 finished short.gcode of 3; 5 started second.gcode; 6 finished second.gcode of 5; 7 started second.gcode; 8 finished second.gcode of 7; 9 started tiny.gcode; 10 finished tiny.gcode of 9")]
    [DataRow("sd-print", "1 started fake-c~1.gco; 2 finished fake-c~1.gco of 1; 3 started fake-c~1.gco; 4 cancelled fake-c~1.gco of 3")]
    [DataRow("two-tools", "1 started left.gcode; 2 finished left.gcode of 1; 3 started both.gcode; 4 finished both.gcode of 3")]
    public void Jobs_OfARecording_AreEachOneStartAndOneEnd(string name, string events)
    {
        Play(name);
        Assert.AreEqual(events, _jobs.Events(), All);
    }

    [TestMethod]
    public void FileDeletedAtTheEnd_IsFinishedAndKeepsItsName()
    {
        Play("file-deleted-at-end");
        Assert.AreEqual("finished gone.gcode", _shown[^1], All);
        Assert.AreEqual(("gone.gcode", StartVerdict.Shown), _starts.Single());
        Assert.AreEqual(100, _statuses[^1].ProgressPercentage, 0.01);
    }

    [TestMethod]
    public void JobAfterJob_EveryStartIsProvenAndEveryEndIsItsOwn()
    {
        Play("finish-and-again");
        CollectionAssert.AreEqual(
            new[] { ("short.gcode", StartVerdict.Shown), ("short.gcode", StartVerdict.Shown), ("second.gcode", StartVerdict.Shown), ("tiny.gcode", StartVerdict.Shown) },
            _starts,
            All);
        Assert.IsFalse(_shown.Any(s => s.StartsWith("cancelled", StringComparison.Ordinal)), All);
        Assert.AreEqual("finished tiny.gcode", _shown[^1], "its file was deleted afterwards: " + All);
        Assert.AreEqual(4, _shown.Count(s => s.StartsWith("finished", StringComparison.Ordinal)) - (_shown.Contains("finished second.gcode") ? 1 : 0), All);
    }

    [TestMethod]
    public void SerialLineLostInMidPrint_TheJobFailedUntilTheNextOneBegins()
    {
        Play("disconnect-in-mid-print");
        int lost = _shown.IndexOf("offline box.gcode print_failed");
        Assert.IsTrue(lost >= 0, All);
        Assert.AreEqual("error box.gcode print_failed", _shown[lost + 1], "OctoPrint is connected again: " + All);
        Assert.IsTrue(_shown[lost + 2].StartsWith("printing", StringComparison.Ordinal) || _shown[lost + 2].StartsWith("preparing", StringComparison.Ordinal), "the next job: " + All);
        Assert.IsTrue(_shown.Contains("error box.gcode printer_error"), "while the printer reports its fault: " + All);
        Assert.IsFalse(_shown.Any(s => s.StartsWith("finished", StringComparison.Ordinal) || s.StartsWith("cancelled", StringComparison.Ordinal)), All);
        Assert.IsTrue(_statuses.Any(s => s.ErrorMessage != null && s.ErrorMessage.Contains("Thermal Runaway", StringComparison.Ordinal) && s.ErrorCode == "print_failed"), "the reason stays");
        Assert.IsTrue(
            _statuses.Where(s => s.ErrorCode == "print_failed" && s.ErrorMessage!.Contains("Thermal Runaway", StringComparison.Ordinal)).All(s => !s.ErrorMessage!.StartsWith("OctoPrint", StringComparison.Ordinal)),
            "the printer's words come first");
        Assert.IsTrue(_starts.All(s => s.Verdict == StartVerdict.Shown));
    }

    [TestMethod]
    public void SecondTool_TheHeatedOneIsShownAndAllAreListed()
    {
        Play("two-tools");
        PrinterStatus status = _statuses.Last(s => s.Job == "left.gcode" && s.State == PrinterState.Printing);
        Assert.AreEqual(210, status.Nozzle, 0.1);
        Assert.AreEqual(210, status.NozzleTarget, 0.1);
        Assert.AreEqual(2, status.Tools.Count);
        Assert.AreEqual("tool1", status.Tools.Name(status.Tools.Active));
        status = _statuses.Last(s => s.Job == "both.gcode" && s.State == PrinterState.Printing);
        Assert.AreEqual(215, status.NozzleTarget, 0.1, "the hotter of two");
        Assert.AreEqual(160, status.Tools.Target(0), 0.1);
        Assert.AreEqual("preparing left.gcode", _shown[1], All);
    }

    [TestMethod]
    public void PauseResumeCancel_AreShownAsTheyHappened()
    {
        Play("job");
        string[] states = [.. _shown.Select(s => s.Split(' ')[0])];
        int paused = Array.IndexOf(states, "paused");
        Assert.IsTrue(paused > 0 && Array.LastIndexOf(states, "printing") > paused, All);
        Assert.AreEqual("cancelled", states[^1], All);
        Assert.AreEqual("box.gcode", _statuses[^1].Job);
    }
}
