using System.Collections.Generic;
using System.Text;
using System.Text.Json;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Tunnel;

/// <summary>job_cancel: one job is ended wherever it is, and never another.</summary>
[TestClass]
public sealed class JobCancelTests : FileStreamTestBase
{
    [TestMethod]
    public void Cancel_DuringTheUpload_EndsIt()
    {
        Ready("octo-1");
        Printed printed = Reads("octo-1");
        StreamSender sender = new(Cloud, 1, Data(100_000));
        Assert.IsTrue(IsSuccess(sender.Begin("octo-1")));
        sender.Send(50_000);
        Patience.Until(() => printed.Bytes.Length == 50_000, "the half");
        Assert.IsTrue(IsSuccess(Cancel(sender.JobId)));
        Ended(sender.JobId, "cancelled");
        Patience.Until(() => sender.Cancelled != null, "file_cancel");
        Assert.IsFalse(printed.IsWhole);
        Assert.AreEqual(0, Client("octo-1").Count("start"));
        Assert.Contains("no job", Error(Cancel("another")));
        Assert.Contains("does not run", Error(Cancel(sender.JobId)));
    }

    [TestMethod]
    public void Cancel_DuringAnUploadAlone_EndsIt()
    {
        Ready("octo-1");
        Reads("octo-1");
        StreamSender sender = new(Cloud, 1, Data(100_000));
        Assert.IsTrue(IsSuccess(sender.Begin("octo-1", start: false)));
        Assert.IsTrue(IsSuccess(Cancel(sender.JobId)));
        Ended(sender.JobId, "cancelled");
    }

    [TestMethod]
    public void Cancel_WhileTheDownloadOpens_EndsItAndItsCommand()
    {
        Ready("octo-1");
        using ManualResetEvent gate = new(false);
        using FileServer files = new(new byte[1000]) { Gate = gate };
        Cloud.Send(Print("c1", files));
        Patience.Until(() => files.Requests == 1, "the request");
        Assert.IsTrue(IsSuccess(Cancel("j-c1")));
        Ended("j-c1", "cancelled");
        Patience.Until(() => Cloud.Acks("c1").Length == 1, "its ack");
        Assert.Contains("cancelled", Error(Cloud.Acks("c1")[0]));
        gate.Set();
        Assert.AreEqual(0, Client("octo-1").Count("upload"));
    }

    [TestMethod]
    public void Cancel_WhileTheDownloadIsUploaded_EndsIt()
    {
        Ready("octo-1");
        using FileServer files = new(Encoding.ASCII.GetBytes("G28\n"));
        Client("octo-1").HoldUpload = true;
        Assert.IsTrue(IsSuccess(Cloud.Ask("c1", Print("c1", files))));
        Patience.Until(() => Client("octo-1").Count("upload") == 1, "the upload");
        Assert.IsTrue(IsSuccess(Cancel("j-c1")));
        Ended("j-c1", "cancelled");
        Assert.AreEqual("failed", Hub.History("octo-1", 1)[0].OutcomeName);
        Assert.Contains("the cloud cancelled the job", Hub.History("octo-1", 1)[0].Cause!);
    }

    [TestMethod]
    public void Cancel_AfterThePrintHasBegun_CancelsIt()
    {
        Ready("octo-1");
        Reads("octo-1");
        Client("octo-1").AfterCommand = [PrinterState.Printing];
        StreamSender sender = Printing("octo-1", 1);
        Client("octo-1").AfterCommand = [PrinterState.Cancelled];
        Cloud.Send(CancelOf(sender.JobId));
        Acked("cancel-" + sender.JobId);
        Assert.IsTrue(IsSuccess(Cloud.Acks("cancel-" + sender.JobId)[0]));
        Assert.AreEqual(1, Client("octo-1").Count("cancel"));
    }

    [TestMethod]
    public void Cancel_AnotherJobRunsByNow_IsRefused()
    {
        Ready("octo-1");
        Reads("octo-1");
        Client("octo-1").AfterCommand = [PrinterState.Printing];
        StreamSender first = Printing("octo-1", 1);
        Client("octo-1").AfterCommand = null;
        Client("octo-1").State = PrinterState.Finished;
        PassSlowly(() => Hub.History("octo-1", 1) is [{ OutcomeName: "finished" }], "its end");
        Client("octo-1").Status.Job = "by-hand.gcode";
        Client("octo-1").State = PrinterState.Printing;
        PassSlowly(() => Hub.History("octo-1", 1) is [{ OutcomeName: "running", Job: "by-hand.gcode" }], "another job");
        Assert.Contains("nothing was cancelled", Error(Cancel(first.JobId)));
        Assert.AreEqual(0, Client("octo-1").Count("cancel"));
    }

    [TestMethod]
    public void Cancel_StartNotSentYet_IsNotSent()
    {
        Ready("octo-1");
        Reads("octo-1");
        StreamSender sender = new(Cloud, 1, Data(10));
        Assert.IsTrue(IsSuccess(sender.Begin("octo-1")));

        // The printer's worker waits for an answer when the start is due.
        using ManualResetEvent gate = new(false);
        Client("octo-1").PollGate = gate;
        Clock.Settle();
        Clock.Pass(1000);
        Patience.Until(() => Client("octo-1").IsHanging, "a poll");
        sender.SendAll();
        Ended(sender.JobId, "complete");
        Assert.IsTrue(IsSuccess(Cancel(sender.JobId)));
        Ended(sender.JobId, "cancelled");
        Client("octo-1").PollGate = null;
        gate.Set();
        Client("octo-1").AfterCommand = [PrinterState.Printing];
        StreamSender next = Printing("octo-1", 2);
        Assert.AreEqual(1, Client("octo-1").Count("start"), next.JobId);
    }

    private StreamSender Printing(string printer, uint id)
    {
        StreamSender sender = new(Cloud, id, Data(10));
        Assert.IsTrue(IsSuccess(sender.Begin(printer)));
        sender.SendAll();
        PassSlowly(() => Hub.History(printer, 1) is [{ IsStarted: true }] jobs && jobs[0].CommandId == sender.CommandId, "the job");
        return sender;
    }

    private static string CancelOf(string jobId) => $"{{\"type\":\"job_cancel\",\"command_id\":\"cancel-{jobId}\",\"job_id\":\"{jobId}\"}}";

    private readonly HashSet<string> _asked = [];

    private JsonElement Cancel(string jobId)
    {
        string id = "cancel-" + jobId + (_asked.Add(jobId) ? "" : "-again");
        return Cloud.Ask(id, $"{{\"type\":\"job_cancel\",\"command_id\":\"{id}\",\"job_id\":\"{jobId}\"}}");
    }

    private static string Print(string id, FileServer files) =>
        $"{{\"type\":\"print_command\",\"command_id\":\"{id}\",\"printer_id\":\"octo-1\",\"job_id\":\"j-{id}\",\"action\":\"start\",\"file_url\":\"{files.Url}\",\"file_name\":\"a.gcode\"}}";
}
