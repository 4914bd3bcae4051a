using System;
using System.Collections;
using System.Linq;
using System.Text.Json;
using System.Threading;
using Hub.Core.Hal;
using Hub.Core.Jobs;
using Hub.Core.Printers;
using Hub.Core.Tunnel;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Tunnel;

/// <summary>print_command: one ack, one start at most, and the job's progress to its end.</summary>
[TestClass]
public sealed class CloudPrintTests : TunnelTestBase
{
    private const string Token = "c2VjcmV0LXRva2Vu";

    private readonly FileServer _files = new(new byte[1000]);

    [TestCleanup]
    public void StopFiles() => _files.Dispose();

    [TestMethod]
    public void Print_FileOfAUrl_IsAcknowledgedUploadedAndStartedOnce()
    {
        Ready();
        Client("octo-1").AfterCommand = [PrinterState.Printing];
        JsonElement ack = Cloud.Ask("c1", Print("c1"));
        Assert.IsTrue(IsSuccess(ack), ack.ToString());
        PassSlowly(() => Client("octo-1").Count("start") == 1, "the start");
        Patience.Until(() => LastStage() == "complete", "the last progress", Lines.ToString);
        PassSlowly(() => Hub.History("octo-1", 1) is [{ CommandId: "c1", IsStarted: true }], "the job");
        Assert.IsTrue(IsSuccess(Cloud.Ask("c1", Print("c1"))));
        Assert.AreEqual(1, Client("octo-1").Count("upload"));
        Assert.AreEqual(1, _files.Requests);
        Assert.DoesNotContain(Token, Lines.ToString());
    }

    [TestMethod]
    [DataRow("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "has no such file (404)")]
    [DataRow("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n", "refuses the file's link")]
    [DataRow("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>", "web page")]
    [DataRow("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "empty file")]
    public void Print_ServerDoesNotGiveTheFile_FailsWithTheReason(string answer, string words)
    {
        Ready();
        _files.Answer = answer;
        AssertRefused("c1", Print("c1"), words);
        Assert.AreEqual(0, Client("octo-1").Count("upload"));
        Assert.DoesNotContain(Token, Lines.ToString());
        JobEntry job = Hub.History("octo-1", 1)[0];
        Assert.AreEqual("c1", job.CommandId);
        Assert.Contains(words, job.Cause!);

        // Another command may follow at once.
        _files.Answer = null;
        Assert.IsTrue(IsSuccess(Cloud.Ask("c2", Print("c2"))));
        PassSlowly(() => Client("octo-1").Count("start") == 1, "the start");
    }

    [TestMethod]
    public void Print_WhatCannotBePrinted_IsRefusedBeforeTheDownload()
    {
        Ready();
        AssertRefused("c1", Print("c1", file: "picture.png"), "is no file that octoprint prints");
        AssertRefused("c2", Print("c2", file: "a/b.gcode"), "slash");
        AssertRefused("c3", Print("c3", url: "ftp://files/secret"), "http");
        AssertRefused("c4", Print("c4", printer: "nobody"), "nobody");
        AssertRefused("c5", Print("c5", extra: ",\"expires_at\":1000"), "before its time limit");
        AssertRefused("c6", Print("c6", extra: ",\"expires_at\":\"soon\""), "expires_at must be");
        Assert.AreEqual(0, _files.Requests);
    }

    [TestMethod]
    public void Print_PrinterAtWork_IsRefused()
    {
        Ready();
        Client("octo-1").Status.Job = "other.gcode";
        Client("octo-1").State = PrinterState.Printing;
        PassSlowly(() => FakeCloud.Text(Cloud.StatusOf("octo-1")!.Value, "status") == "printing", "the other job");
        AssertRefused("c1", Print("c1"), "cannot start a print");
    }

    [TestMethod]
    public void Print_SecondWhileOneIsOnItsWay_IsRefused()
    {
        Ready();
        Client("octo-1").HoldUpload = true;
        Assert.IsTrue(IsSuccess(Cloud.Ask("c1", Print("c1"))));
        AssertRefused("c2", Print("c2", job: "j2"), "on its way to this printer already");
        Client("octo-1").HoldUpload = false;
        PassSlowly(() => Client("octo-1").Count("start") == 1, "the start");
    }

    [TestMethod]
    public void Print_PrinterRemovedDuringTheUpload_Fails()
    {
        Ready();
        Client("octo-1").HoldUpload = true;
        Assert.IsTrue(IsSuccess(Cloud.Ask("c1", Print("c1"))));
        Patience.Until(() => Client("octo-1").Count("upload") == 1, "the upload");
        Hub.Config.Remove("octo-1");
        Patience.Until(() => LastStage() == "failed", "the failure", Lines.ToString);
        Assert.AreEqual(0, Client("octo-1").Count("start"));
    }

    [TestMethod]
    public void Print_HubRestartsDuringTheUpload_IsNotStartedAgain()
    {
        Ready();
        Client("octo-1").HoldUpload = true;
        Assert.IsTrue(IsSuccess(Cloud.Ask("c1", Print("c1"))));
        Patience.Until(() => Client("octo-1").Count("upload") == 1, "the upload");
        Restart();
        Status("octo-1", "idle");
        Assert.IsTrue(IsSuccess(Cloud.Ask("c1", Print("c1"))), "the same answer");
        Clock.PassThrough(10_000);
        Assert.AreEqual(0, Client("octo-1").Count("upload") + Client("octo-1").Count("start"));
        Assert.AreEqual("failed", Hub.History("octo-1", 1)[0].OutcomeName);
        Assert.AreEqual("failed", LastStage());
        Assert.HasCount(1, Cloud.Of("file_progress").Where(p => FakeCloud.Text(p, "stage") == "failed"));
    }

    [TestMethod]
    public void Print_HubRestartsDuringTheDownload_AnswersWithTheReason()
    {
        Ready();
        using ManualResetEvent gate = new(false);
        _files.Gate = gate;
        Cloud.Send(Print("c1"));
        Patience.Until(() => _files.Requests == 1, "the request");
        Restart();
        gate.Set();
        Status("octo-1", "idle");
        Assert.IsFalse(IsSuccess(Cloud.Ask("c1", Print("c1"))));
        Clock.PassThrough(10_000);
        Assert.AreEqual(0, Client("octo-1").Count("upload") + Client("octo-1").Count("start"));
        Assert.AreEqual(1, _files.Requests);
    }

    [TestMethod]
    public void Print_HubKilledWithoutAnOutcome_SaysThatItIsNotKnown()
    {
        KilledDuring("c1");
        Ready();
        PassSlowly(() => LastStage() == "failed", "the job's end, without its command");
        Assert.AreEqual(CommandBook.RestartedError, FakeCloud.Text(Cloud.Of("file_progress")[^1], "error"));
        JsonElement ack = Cloud.Ask("c1", Print("c1"));
        Assert.AreEqual(CommandBook.RestartedError, FakeCloud.Text(ack, "error"));
        Assert.AreEqual(0, _files.Requests);
        Restart();
        Status("octo-1", "idle");
        Clock.PassThrough(10_000);
        Assert.HasCount(1, Cloud.Of("file_progress"), "it was told");
    }

    [TestMethod]
    public void Print_HubKilledAndTheLogKnowsTheOutcome_AnswersWithIt()
    {
        Ready();
        PrintRequest request = new("a.gcode") { Id = "c1" };
        Assert.IsNull(Hub.Accept("octo-1", request));
        request.Dispose();
        RestartKilledDuring("c1");
        PassSlowly(() => LastStage() == "failed", "the job's end");
        Assert.Contains("was given up before it was started", FakeCloud.Text(Cloud.Of("file_progress")[^1], "error")!);
        Assert.Contains("was given up before it was started", FakeCloud.Text(Cloud.Ask("c1", Print("c1")), "error")!);
        Assert.AreEqual(0, _files.Requests);
    }

    [TestMethod]
    public void Print_HubKilledAndTheJobStarted_IsNeverCalledFailed()
    {
        Cloud.Capabilities = ["file_stream"];
        Ready();
        Client("octo-1").AfterCommand = [PrinterState.Printing];
        Assert.IsTrue(IsSuccess(Cloud.Ask("c1", Print("c1"))));
        PassSlowly(() => Hub.History("octo-1", 1) is [{ CommandId: "c1", IsStarted: true }], "the job");
        int before = Cloud.Of("file_progress").Length;
        RestartKilledDuring("c1");
        PassSlowly(() => Cloud.Of("file_progress").Length > before + 1 || Cloud.Of("file_progress").Skip(before).Any(p => p.TryGetProperty("started", out _)), "the word");
        Assert.IsEmpty(Cloud.Of("file_progress").Where(p => FakeCloud.Text(p, "stage") == "failed"));
    }

    [TestMethod]
    public void Print_HubKilledWhileItsStartIsPending_WaitsForTheOutcome()
    {
        Ready();
        PrintRequest request = new("a.gcode") { Id = "c1" };
        Assert.IsNull(Hub.Accept("octo-1", request));

        // Another process holds the start: this hub must not judge it.
        new CommandBook(Hub.Hal.Nvs, Hub.Log, 2048).Begin("c1", "j1", "octo-1", true, out _);
        FormerFiles former = new(Clock, Hub.Log, new CommandBook(Hub.Hal.Nvs, Hub.Log, 2048), Hub.Jobs, new TunnelOutbox(Hub.Manager, Hub.Health, new FileStreams(), Clock, Hub.Log, new AutoResetEvent(false)));
        former.Tick(false);
        Assert.HasCount(1, new CommandBook(Hub.Hal.Nvs, Hub.Log, 2048).Untold());
        request.Dispose();
    }

    [TestMethod]
    public void Print_Progress_IsReportedAndTheLastWordIsComplete()
    {
        Ready();
        using ManualResetEvent goOn = new(false);
        using ManualResetEvent end = new(false);
        Client("octo-1").OnUpload = progress =>
        {
            progress!.Report(100, 1000);
            goOn.WaitOne(Patience.LimitMs);
            progress.Report(200, 1000);
            end.WaitOne(Patience.LimitMs);
        };
        Cloud.Send(Print("c1"));
        Patience.Until(() => LastStage() == "uploading", "progress", Lines.ToString);
        Clock.Pass(CloudFile.ProgressMs - 1);
        goOn.Set();

        // By the end of another command, the supervisor has usually notified of the progress too: one that was reported would be seen.
        Assert.IsTrue(IsSuccess(Cloud.Ask("c2", "{\"type\":\"printer_command\",\"command_id\":\"c2\",\"printer_id\":\"octo-1\",\"action\":\"light_on\"}")));
        end.Set();
        Patience.Until(() => LastStage() == "complete", "the last progress", Lines.ToString);
        JsonElement[] uploading = [.. Cloud.Of("file_progress").Where(p => FakeCloud.Text(p, "stage") == "uploading")];
        Assert.HasCount(1, uploading, "at most two a second");
        Assert.AreEqual(100, Cloud.Of("file_progress")[^1].GetProperty("progress_percentage").GetInt32());
    }

    [TestMethod]
    public void Print_UploadFails_FailsTheJob()
    {
        Ready();
        Client("octo-1").UploadError = new Core.Errors.HubException(Core.Errors.ErrorCode.StorageFull, "the printer's storage is full");
        Cloud.Send(Print("c1"));
        Patience.Until(() => LastStage() == "failed", "the failure", Lines.ToString);
        Assert.Contains("storage is full", FakeCloud.Text(Cloud.Of("file_progress")[^1], "error")!);
        Assert.AreEqual(0, Client("octo-1").Count("start"));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Print_LastProgressDoesNotArrive_IsSentAgain(bool isForgotten)
    {
        Ready();
        Cloud.Loses = ("\"stage\":\"complete\"", isForgotten);
        Cloud.Send(Print("c1"));

        PassSlowly(() => LastStage() == "complete", "the last progress");
        Assert.IsNull(Cloud.Loses);

        // The ack may have been lost with the connection: asked again, the hub gives the same answer and does nothing.
        Assert.IsTrue(IsSuccess(Cloud.Ask("c1", Print("c1"))));
        Assert.AreEqual(1, Client("octo-1").Count("upload"));
        Assert.HasCount(1, Cloud.Of("file_progress").Where(m => FakeCloud.Text(m, "stage") == "complete").ToArray());
    }

    [TestMethod]
    public void Print_StartRefused_FailsTheJobAfterItsUpload()
    {
        Ready();
        Client("octo-1").CommandError = new Core.Errors.HubException(Core.Errors.ErrorCode.Refused, "the printer says no");
        Assert.IsTrue(IsSuccess(Cloud.Ask("c1", Print("c1"))));
        PassSlowly(() => LastStage() == "failed", "the failure");
        Assert.Contains("the printer says no", FakeCloud.Text(Cloud.Of("file_progress")[^1], "error")!);
    }

    [TestMethod]
    [DataRow(false, false, true)]
    [DataRow(false, true, false)]
    [DataRow(true, false, false)]
    public void Print_BedNotClear_IsRefusedWhereTheCloudKnowsBedsOrTheConfigurationSaysSo(bool knowsExtensions, bool isWritten, bool isStarted)
    {
        Cloud.Capabilities = knowsExtensions ? [] : null;
        Ready();
        if (isWritten)
        {
            Hub.Config.Update("octo-1", new Hashtable { ["require_clear_bed"] = true });
        }

        Client("octo-1").Status.Job = "former.gcode";
        Client("octo-1").State = PrinterState.Printing;
        Clock.PassUntil(() => Hub.Jobs.Counts().LastId == 1, "the former job");
        Client("octo-1").State = PrinterState.Finished;
        Clock.PassUntil(() => Hub.Jobs.Counts().LastId == 2, "its end");
        if (isStarted)
        {
            Assert.IsTrue(IsSuccess(Cloud.Ask("c1", Print("c1"))));
            PassSlowly(() => Client("octo-1").Count("start") == 1, "the start");
        }
        else
        {
            AssertRefused("c1", Print("c1"), "bed was not reported clear");
        }
    }

    private static bool IsSuccess(JsonElement ack) => ack.GetProperty("success").GetBoolean();

    private string Print(string id, string? file = null, string? url = null, string job = "j1", string printer = "octo-1", string extra = "") =>
        $"{{\"type\":\"print_command\",\"command_id\":\"{id}\",\"printer_id\":\"{printer}\",\"job_id\":\"{job}\",\"action\":\"start\",\"file_url\":\"{url ?? _files.Url}\",\"file_name\":\"{file ?? "a.gcode"}\"{extra}}}";

    /// <summary>What a hub leaves that was killed once it had noted a command.</summary>
    private void KilledDuring(string commandId) => new CommandBook(Hub.Hal.Nvs, Hub.Log, 2048).Begin(commandId, "j1", "octo-1", true, out _);

    /// <summary>The hub is started again, and finds that it was killed during a command.</summary>
    private void RestartKilledDuring(string commandId)
    {
        Hub.Dispose();
        foreach (string key in Hub.Hal.Nvs.Keys(NvsNamespaces.Commands))
        {
            Hub.Hal.Nvs.Delete(NvsNamespaces.Commands, key);
        }

        KilledDuring(commandId);
        Restart();
        Status("octo-1", "idle");
    }

    private string? LastStage() => Cloud.Of("file_progress").LastOrDefault() is { ValueKind: JsonValueKind.Object } last ? FakeCloud.Text(last, "stage") : null;

    private void AssertRefused(string id, string command, string words)
    {
        int before = Cloud.Of("file_progress").Length;
        JsonElement ack = Cloud.Ask(id, command);
        Assert.IsFalse(IsSuccess(ack), ack.ToString());
        Assert.Contains(words, FakeCloud.Text(ack, "error")!);
        JsonElement progress = Cloud.Of("file_progress").Skip(before).Last();
        Assert.AreEqual("failed", FakeCloud.Text(progress, "stage"));
        Assert.Contains(words, FakeCloud.Text(progress, "error")!);
    }

    private void Ready()
    {
        AddPrinter("octo-1");
        Start();
        Status("octo-1", "idle");
    }
}
