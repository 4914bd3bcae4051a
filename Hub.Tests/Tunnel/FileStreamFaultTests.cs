using System;
using System.Collections;
using System.Globalization;
using System.Linq;
using System.Net.WebSockets;
using System.Text.Json;
using Hub.Core.Printers;
using Hub.Core.Tunnel;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Tunnel;

/// <summary>file_stream over connections that break at every message, and from a cloud that says everything twice.</summary>
[TestClass]
public sealed class FileStreamFaultTests : FileStreamTestBase
{
    private const int Window = 4 * 1024 * 1024;

    [TestMethod]
    public void Drop_AtEachMessageOfTheHub_TheJobHasOneEndAndStartsOnceAtMost()
    {
        Ready("octo-1");
        Printed printed = Reads("octo-1");
        Hub.Config.Update("octo-1", new Hashtable { ["require_clear_bed"] = false });
        for (int message = 1; message <= 8; message++)
        {
            Client("octo-1").State = PrinterState.Idle;
            PassSlowly(() => FakeCloud.Text(Cloud.StatusOf("octo-1")!.Value, "status") == "idle", "idle");
            Client("octo-1").AfterCommand = [PrinterState.Printing];
            int starts = Client("octo-1").Count("start");
            StreamSender sender = new(Cloud, (uint)message, Data(Window + 1000));
            int connections = Cloud.Connections;
            Cloud.DropAfter = message;
            bool isSent = TryRun(sender);
            PassSlowly(() => IsOver(sender.JobId), "the end of " + sender.JobId);
            bool isDropped = Cloud.DropAfter == 0;
            Cloud.DropAfter = 0;
            JsonElement last = Progress(sender.JobId)[^1];
            bool isStarted = last.TryGetProperty("started", out _);
            Assert.AreEqual(isStarted ? 1 : 0, Client("octo-1").Count("start") - starts, $"dropped at message {message}: {last}");
            Assert.IsTrue(isSent || !isStarted, "a file that was not sent whole is never printed");
            PassSlowly(() => Cloud.Connections > connections - (isDropped ? 0 : 1) && Hub.Cloud!.State.Phase == TunnelPhase.Online, "the next connection");
        }

        Assert.IsTrue(printed.IsWhole, "some came through");
    }

    [TestMethod]
    public void SaidTwice_IsDoneOnce()
    {
        Ready("octo-1");
        Printed printed = Reads("octo-1");
        Client("octo-1").AfterCommand = [PrinterState.Printing];
        Cloud.SendsTwice = true;
        byte[] data = Data(100_000);
        StreamSender sender = new(Cloud, 1, data);
        Assert.IsTrue(IsSuccess(sender.Begin("octo-1")));
        Assert.IsTrue(sender.SendAll());
        PassSlowly(() => IsOver(sender.JobId), "the start");
        CollectionAssert.AreEqual(data, printed.Bytes);
        Assert.AreEqual(1, Client("octo-1").Count("upload"));
        Assert.AreEqual(1, Client("octo-1").Count("start"));
    }

    [TestMethod]
    [DataRow(1000)]
    [DataRow(1001)]
    [DataRow(1008)]
    [DataRow(1011)]
    [DataRow(4001)]
    [DataRow(4002)]
    [DataRow(4003)]
    [DataRow(4004)]
    public void Close_InTheMiddle_FailsTheFileAndTheNextOneWorks(int code)
    {
        Ready("octo-1");
        Printed printed = Reads("octo-1");
        StreamSender sender = new(Cloud, 1, Data(100_000));
        Assert.IsTrue(IsSuccess(sender.Begin("octo-1", start: false)));
        sender.Send(50_000);
        Patience.Until(() => printed.Bytes.Length == 50_000, "the half");
        Cloud.Close(code, "bye");
        Patience.Until(() => Hub.Cloud!.State.Error != null, "the close", Lines.ToString);
        Reconnected(2);
        Assert.Contains("broke before the whole file had come", Error(Ended(sender.JobId, "failed")));
        StreamSender next = new(Cloud, 2, Data(1000));
        Assert.IsTrue(IsSuccess(next.Begin("octo-1", start: false)));
        Assert.IsTrue(next.SendAll());
        Ended(next.JobId, "complete");
    }

    private bool IsOver(string jobId) =>
        Stage(jobId) is "failed" or "cancelled" || (Progress(jobId) is { Length: > 0 } all && all[^1].TryGetProperty("started", out _));

    /// <summary>Sends a file as far as the connection lasts; the hub hears of it even when its first answer is lost.</summary>
    private bool TryRun(StreamSender sender)
    {
        try
        {
            Cloud.Send(string.Create(
                CultureInfo.InvariantCulture,
                $"{{\"type\":\"file_begin\",\"command_id\":\"{sender.CommandId}\",\"stream_id\":{sender.Id},\"job_id\":\"{sender.JobId}\",\"printer_id\":\"octo-1\",\"file_name\":\"a.gcode\",\"size\":{sender.Size},\"start\":true}}"));
            Patience.Until(() => sender.Granted > 0 || IsOver(sender.JobId) || Cloud.DropAfter == 0, "credit");
            while (sender.Sent < sender.Size && Cloud.DropAfter != 0)
            {
                if (sender.Sent < sender.Granted)
                {
                    sender.SendFrame((int)Math.Min(StreamSender.FrameBytes, sender.Granted - sender.Sent));
                }
            }

            bool isWhole = sender.Sent == sender.Size;
            if (isWhole)
            {
                sender.End();
            }

            return isWhole;
        }
        catch (AggregateException e) when (e.InnerException is WebSocketException or ObjectDisposedException or System.IO.IOException or InvalidOperationException)
        {
            return false;
        }
    }
}
