using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Jobs;
using Hub.Core.Printers;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Tunnel;

/// <summary>file_stream: files over the tunnel, as the printers accept them.</summary>
[TestClass]
public sealed class FileStreamTests : FileStreamTestBase
{
    private const int Window = 4 * 1024 * 1024;

    [TestMethod]
    public void Stream_File_IsUploadedAndStarted()
    {
        Ready("octo-1");
        Printed printed = Reads("octo-1");
        Client("octo-1").AfterCommand = [PrinterState.Printing];
        byte[] data = Data((3 * Window) + 123);
        StreamSender sender = new(Cloud, 7, data);
        Assert.IsTrue(IsSuccess(sender.Begin("octo-1", extra: ",\"sha256\":\"" + StreamSender.Sha256(data).ToUpperInvariant() + "\"")));
        Assert.IsTrue(sender.SendAll());
        PassSlowly(() => Progress(sender.JobId).Any(p => p.TryGetProperty("started", out _)), "the start");
        CollectionAssert.AreEqual(data, printed.Bytes);
        Assert.AreEqual(sender.Size, sender.Granted);
        JsonElement[] words = Progress(sender.JobId);
        Assert.AreEqual("complete", FakeCloud.Text(words[^2], "stage"));
        Assert.IsFalse(words[^2].TryGetProperty("started", out _));
        Assert.IsTrue(words[^1].GetProperty("started").GetBoolean());
        Assert.IsTrue(Hub.History("octo-1", 1) is [{ CommandId: "s7", IsStarted: true }]);
        Assert.IsNull(sender.Cancelled);
    }

    [TestMethod]
    public void Stream_WithoutStart_IsOnlyUploaded()
    {
        Ready("octo-1");
        Printed printed = Reads("octo-1");
        Client("octo-1").Status.Job = "other.gcode";
        Client("octo-1").State = PrinterState.Printing;
        PassSlowly(() => FakeCloud.Text(Cloud.StatusOf("octo-1")!.Value, "status") == "printing", "another job");
        StreamSender sender = new(Cloud, 1, Data(1));
        Assert.IsTrue(IsSuccess(sender.Begin("octo-1", start: false)));
        Assert.IsTrue(sender.SendAll());
        Ended(sender.JobId, "complete");
        Assert.IsTrue(printed.IsWhole);
        Assert.AreEqual(0, Client("octo-1").Count("start"));
        Assert.IsFalse(Hub.History("octo-1", 9).Any(j => j.CommandId == "s1"), "an upload is no job");
    }

    [TestMethod]
    public void Stream_PrinterTakesNothing_CloudIsHeldBackAndOthersAreNot()
    {
        Ready("octo-1", "octo-2");
        Printed slow = Reads("octo-1");
        Printed fast = Reads("octo-2");
        slow.Gate.Reset();
        StreamSender held = new(Cloud, 1, Data(3 * Window));
        Assert.IsTrue(IsSuccess(held.Begin("octo-1", start: false)));
        Client("octo-1").OnUpload = null;
        StreamSender other = new(Cloud, 2, Data(2 * Window));
        Assert.IsTrue(IsSuccess(other.Begin("octo-2", start: false)));
        Assert.IsTrue(other.SendAll());
        Ended(other.JobId, "complete");
        Assert.IsTrue(fast.IsWhole);

        // One that reads nothing at all gets nothing; one that stops gets a window ahead.
        Assert.AreEqual(0, held.Granted);
        Client("octo-1").HoldUpload = false;
        slow.Gate.Set();
        Assert.IsTrue(held.Send(1));
        Patience.Until(() => slow.Bytes.Length == 1, "the first byte");
        slow.Gate.Reset();
        Assert.IsTrue(held.Send(held.Granted - 1));
        Patience.Until(() => held.Granted <= slow.Bytes.Length + Window, "no more than a window");
        slow.Gate.Set();
        Assert.IsTrue(held.SendAll());
        Ended(held.JobId, "complete");
        Assert.IsTrue(slow.IsWhole);
    }

    [TestMethod]
    public async Task Stream_FourAtOnce_EachGetsItsOwnBytes()
    {
        string[] printers = ["octo-1", "octo-2", "octo-3", "octo-4"];
        Ready(printers);
        await Task.WhenAll(printers.Select((printer, i) => Task.Run(() =>
        {
            Printed printed = Reads(printer);
            byte[] data = Data(Window + (i * 100_001));
            StreamSender sender = new(Cloud, (uint)i, data);
            Assert.IsTrue(IsSuccess(sender.Begin(printer, start: false)));
            Assert.IsTrue(sender.SendAll());
            Ended(sender.JobId, "complete");
            CollectionAssert.AreEqual(data, printed.Bytes);
        })));
    }

    [TestMethod]
    public void Stream_CancelledByTheCloud_EndsAtThePrinter()
    {
        Ready("octo-1");
        Printed printed = Reads("octo-1");
        StreamSender sender = new(Cloud, 1, Data(100_000));
        Assert.IsTrue(IsSuccess(sender.Begin("octo-1")));
        Assert.IsTrue(sender.Send(50_000));
        sender.Cancel("somebody changed their mind");
        JsonElement last = Ended(sender.JobId, "cancelled");
        Assert.Contains("changed their mind", Error(last));
        Assert.AreEqual("cancelled", FakeCloud.Text(last, "error_code"));
        Assert.IsFalse(printed.IsWhole);
        Assert.Contains("changed their mind", Hub.History("octo-1", 1)[0].Cause!);
        Assert.IsNull(sender.Cancelled, "the cloud knows");

        // What was on its way is dropped, and the printer takes the next file.
        sender.SendFrame(1000);
        StreamSender next = new(Cloud, 2, Data(1000));
        Assert.IsTrue(IsSuccess(next.Begin("octo-1")));
        Assert.IsTrue(next.SendAll());
        PassSlowly(() => Client("octo-1").Count("start") == 1, "the start");
        Assert.IsTrue(printed.IsWhole);
    }

    [TestMethod]
    public void Stream_CancelledWhileItWaitsForItsTurn_EndsAtOnce()
    {
        Ready("octo-1", "octo-2", "octo-3", "octo-4", "octo-5");
        StreamSender[] senders = [.. Enumerable.Range(1, 5).Select(i => new StreamSender(Cloud, (uint)i, Data(100)))];
        for (int i = 0; i < 5; i++)
        {
            Reads("octo-" + (i + 1));
            Assert.IsTrue(IsSuccess(senders[i].Begin("octo-" + (i + 1))));
        }

        StreamSender waiting = senders.Single(s => !Patient(() => s.Granted > 0, s));
        waiting.Cancel();
        Ended(waiting.JobId, "cancelled");
        foreach (StreamSender sender in senders.Where(s => s != waiting))
        {
            sender.Cancel();
            Ended(sender.JobId, "cancelled");
        }

        bool Patient(Func<bool> has, StreamSender sender)
        {
            // Four get credit; who does not is the one that waits for a thread.
            Patience.Until(() => senders.Count(s => s.Granted > 0) == 4, "credit for four");
            return has() && sender.Id > 0;
        }
    }

    [TestMethod]
    public void Stream_PrinterFails_CloudIsToldToStop()
    {
        Ready("octo-1");
        Client("octo-1").OnSource = (source, _, _) =>
        {
            source.Read(new byte[10], 0, 10, 0);
            throw new HubException(ErrorCode.StorageFull, "the printer's storage is full");
        };
        StreamSender sender = new(Cloud, 1, Data(100_000));
        Assert.IsTrue(IsSuccess(sender.Begin("octo-1")));
        JsonElement last = Ended(sender.JobId, "failed");
        Assert.Contains("storage is full", Error(last));
        Assert.AreEqual("storage_full", FakeCloud.Text(last, "error_code"));
        Patience.Until(() => sender.Cancelled != null, "file_cancel");
        Assert.Contains("storage is full", sender.Cancelled!);
    }

    [TestMethod]
    public void Stream_ConnectionBreaks_FailsAndIsToldAfterTheReconnect()
    {
        Ready("octo-1", "octo-2");
        Printed printed = Reads("octo-1");
        Printed whole = Reads("octo-2");
        whole.Gate.Reset();
        StreamSender sender = new(Cloud, 1, Data(100_000));
        StreamSender complete = new(Cloud, 2, Data(1000));
        Assert.IsTrue(IsSuccess(sender.Begin("octo-1")));
        whole.Gate.Set();
        Assert.IsTrue(IsSuccess(complete.Begin("octo-2", start: false)));
        Assert.IsTrue(complete.Send(999));
        Patience.Until(() => whole.Bytes.Length == 999, "all but one");
        whole.Gate.Reset();
        Assert.IsTrue(complete.SendAll());
        Assert.IsTrue(sender.Send(50_000));
        Patience.Until(() => printed.Bytes.Length == 50_000, "the half");

        // The end of the whole one is behind this command.
        Assert.IsTrue(IsSuccess(Cloud.Ask("g1", "{\"type\":\"gcode\",\"command_id\":\"g1\",\"printer_id\":\"octo-2\",\"lines\":[\"G28\"]}")));
        Cloud.Drop();
        Reconnected(2);
        Assert.Contains("broke before the whole file had come", Error(Ended(sender.JobId, "failed")));
        Assert.IsFalse(printed.IsWhole);
        whole.Gate.Set();
        Ended(complete.JobId, "complete");
        Assert.IsTrue(whole.IsWhole, "a file that had come whole goes on");

        // The same id is free on the new connection.
        StreamSender again = new(Cloud, 1, Data(100));
        Assert.AreEqual("s1", again.CommandId);
        Assert.IsTrue(IsSuccess(Cloud.Ask("s1b", Begin(again, "s1b"))));
        Assert.IsTrue(again.SendAll());
        PassSlowly(() => Client("octo-1").Count("start") == 1, "the start");
    }

    [TestMethod]
    public void Stream_Progress_IsReportedTwiceASecondAtMostAndToTheEnd()
    {
        Ready("octo-1");
        Printed printed = Reads("octo-1");
        StreamSender sender = new(Cloud, 1, Data(2_000_000));
        Assert.IsTrue(IsSuccess(sender.Begin("octo-1", start: false)));
        Assert.IsTrue(sender.SendAll());
        Ended(sender.JobId, "complete");
        Assert.IsTrue(printed.IsWhole);
        Assert.IsLessThanOrEqualTo(1, Progress(sender.JobId).Count(p => FakeCloud.Text(p, "stage") == "uploading"), "no time has passed");
        Assert.AreEqual(100, Progress(sender.JobId)[^1].GetProperty("progress_percentage").GetInt32());
    }

    [TestMethod]
    public void Gcode_IsSentToThePrinter()
    {
        Ready("octo-1");
        Assert.IsTrue(IsSuccess(Cloud.Ask("g1", "{\"type\":\"gcode\",\"command_id\":\"g1\",\"printer_id\":\"octo-1\",\"lines\":[\"G28\",\"M104 S0\"]}")));
        Assert.AreEqual(1, Client("octo-1").Count("gcode"));
        Assert.Contains("lines", Error(Cloud.Ask("g2", "{\"type\":\"gcode\",\"command_id\":\"g2\",\"printer_id\":\"octo-1\"}")));
        Assert.Contains("lines must be", Error(Cloud.Ask("g3", "{\"type\":\"gcode\",\"command_id\":\"g3\",\"printer_id\":\"octo-1\",\"lines\":[\"G28\",7]}")));
        Assert.AreEqual(1, Client("octo-1").Count("gcode"));
    }

    private static string Begin(StreamSender sender, string commandId) =>
        $"{{\"type\":\"file_begin\",\"command_id\":\"{commandId}\",\"stream_id\":{sender.Id},\"job_id\":\"j-again\",\"printer_id\":\"octo-1\",\"file_name\":\"a.gcode\",\"size\":{sender.Size},\"start\":true}}";
}
