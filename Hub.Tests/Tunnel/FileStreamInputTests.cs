using System.Linq;
using System.Text.Json;
using Hub.Core.Printers;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Tunnel;

/// <summary>file_stream from a cloud that does not keep to it: the stream that is wrong ends with a clear reason, and nothing else is disturbed.</summary>
[TestClass]
public sealed class FileStreamInputTests : FileStreamTestBase
{
    [TestMethod]
    public void MoreThanAnnounced_Fails() => AssertFails(s =>
    {
        s.Send(99_990);
        s.SendFrame(11);
    }, "more than the 100000 bytes", size: 100_000, has: 100_001);

    [TestMethod]
    public void MoreThanAnnouncedAfterTheEnd_Fails() => AssertFails(s =>
    {
        // Credit comes once the printer reads, which it must not be stopped from before.
        Patience.Until(() => s.Granted > 0, "credit");
        Printer.Gate.Reset();
        s.Send(100_000);
        s.SendFrame(1);
    }, "more than the 100000 bytes", size: 100_000, has: 100_001);

    [TestMethod]
    public void FewerThanAnnounced_Fails() => AssertFails(s =>
    {
        s.Send(99_999);
        s.End();
    }, "99999 of the 100000 bytes", size: 100_000);

    [TestMethod]
    public void MoreThanItsCredit_Fails() => AssertFails(s =>
    {
        s.Send(1);
        Printer.Gate.Reset();
        while (s.Cancelled == null && s.Sent < s.Size)
        {
            s.SendFrame((int)System.Math.Min(StreamSender.FrameBytes, s.Size - s.Sent));
        }
    }, "more than it had credit for", size: 10_000_000);

    [TestMethod]
    public void LongFrame_Fails() => AssertFails(s => Cloud.SendBinary(new byte[] { 1, 0, 0, 0, 1 }.Concat(new byte[StreamSender.FrameBytes + 1]).ToArray()), "a frame has 1 to 16384", size: 100_000);

    [TestMethod]
    public void EmptyFrame_Fails() => AssertFails(s => Cloud.SendBinary(new byte[] { 1, 0, 0, 0, 1 }), "a frame has 1 to 16384", size: 100_000);

    [TestMethod]
    public void WrongSha256_NeverWholeAtThePrinterAndNotStarted()
    {
        AssertFails(s => s.SendAll(), "SHA-256 differs", size: 100_000, extra: ",\"sha256\":\"" + new string('0', 64) + "\"", isSent: true);
        Assert.IsLessThan(100_000, Printer.Bytes.Length);
    }

    [TestMethod]
    public void UnknownStream_IsAnsweredOnceAndHurtsNothing()
    {
        Ready("octo-1");
        StreamSender sender = new(Cloud, 99, new byte[100]);
        sender.SendFrame(10);
        sender.SendFrame(10);
        sender.End();
        Patience.Until(() => sender.Cancelled != null, "file_cancel");
        Assert.Contains("there is no stream 99", sender.Cancelled!);
        Cloud.SendBinary(new byte[] { 1, 0, 0 });
        Cloud.SendBinary(new byte[] { 2, 0, 0, 0, 1, 5 });
        Cloud.SendBinary(System.Array.Empty<byte>());
        Cloud.Send("{\"type\":\"file_end\"}");
        Cloud.Send("{\"type\":\"file_cancel\",\"stream_id\":5}");
        Cloud.Send("{\"type\":\"file_cancel\",\"stream_id\":-5}");
        AssertStillWorks();
        Assert.HasCount(1, Cloud.Of("file_cancel"));
    }

    [TestMethod]
    public void BadBegin_IsRefusedWithTheReason()
    {
        Ready("octo-1");
        AssertRefused("the file is empty", new StreamSender(Cloud, 1, []));
        AssertRefused("slash", new StreamSender(Cloud, 2, new byte[1]), file: "../a.gcode");
        AssertRefused("is no file that octoprint prints", new StreamSender(Cloud, 3, new byte[1]), file: "a.png");
        AssertRefused("nobody", new StreamSender(Cloud, 4, new byte[1]), printer: "nobody");
        AssertRefused("before its time limit", new StreamSender(Cloud, 5, new byte[1]), extra: ",\"expires_at\":1000");
        AssertRefused("sha256 must be 64 hex digits", new StreamSender(Cloud, 6, new byte[1]), extra: ",\"sha256\":\"abc\"");
        AssertRefused("for Bambu printers only", new StreamSender(Cloud, 7, new byte[1]), extra: ",\"options\":{\"plate\":2}");
        AssertRefused("options.filaments must be", new StreamSender(Cloud, 8, new byte[1]), extra: ",\"options\":{\"filaments\":[\"a\"]}");
        Assert.Contains("stream_id must be", Error(Cloud.Ask("b1", "{\"type\":\"file_begin\",\"command_id\":\"b1\",\"stream_id\":4294967296,\"job_id\":\"j\",\"printer_id\":\"octo-1\",\"file_name\":\"a.gcode\",\"size\":1,\"start\":true}")));
        Assert.Contains("start is missing", Error(Cloud.Ask("b2", "{\"type\":\"file_begin\",\"command_id\":\"b2\",\"stream_id\":1,\"job_id\":\"j\",\"printer_id\":\"octo-1\",\"file_name\":\"a.gcode\",\"size\":1}")));
        Assert.Contains("size is missing", Error(Cloud.Ask("b3", "{\"type\":\"file_begin\",\"command_id\":\"b3\",\"stream_id\":1,\"job_id\":\"j\",\"printer_id\":\"octo-1\",\"file_name\":\"a.gcode\",\"start\":true}")));
        AssertStillWorks();
    }

    [TestMethod]
    public void SecondBeginOfAnId_IsRefusedAndTheFirstGoesOn()
    {
        Ready("octo-1", "octo-2");
        Printed printed = Reads("octo-1");
        byte[] data = Data(100_000);
        StreamSender first = new(Cloud, 1, data);
        Assert.IsTrue(IsSuccess(first.Begin("octo-1")));
        first.Send(50_000);
        JsonElement ack = Cloud.Ask("second", "{\"type\":\"file_begin\",\"command_id\":\"second\",\"stream_id\":1,\"job_id\":\"j2\",\"printer_id\":\"octo-2\",\"file_name\":\"a.gcode\",\"size\":5,\"start\":true}");
        Assert.Contains("stream_id 1 is in use", Error(ack));
        first.SendAll();
        PassSlowly(() => Client("octo-1").Count("start") == 1, "the start");
        CollectionAssert.AreEqual(data, printed.Bytes);

        // The printer of the refused one is free.
        StreamSender next = new(Cloud, 2, Data(10));
        Reads("octo-2");
        Assert.IsTrue(IsSuccess(next.Begin("octo-2")));
        next.SendAll();
        PassSlowly(() => Client("octo-2").Count("start") == 1, "the start");
    }

    [TestMethod]
    public void RepeatedBegin_GetsTheSameAnswerAndOneUpload()
    {
        Ready("octo-1");
        Reads("octo-1");
        StreamSender sender = new(Cloud, 1, Data(1000));
        Assert.IsTrue(IsSuccess(sender.Begin("octo-1")));
        Assert.IsTrue(IsSuccess(sender.Begin("octo-1")));
        sender.SendAll();
        PassSlowly(() => Client("octo-1").Count("start") == 1, "the start");
        Assert.IsTrue(IsSuccess(sender.Begin("octo-1")));
        Assert.AreEqual(1, Client("octo-1").Count("upload"));
    }

    private Printed? _printed;

    private Printed Printer => _printed!;

    private void AssertFails(System.Action<StreamSender> send, string words, int size, int has = 0, string extra = "", bool isSent = false)
    {
        Ready("octo-1");
        _printed = Reads("octo-1");
        StreamSender sender = new(Cloud, 1, new System.IO.MemoryStream(Data(has == 0 ? size : has)), size);
        Assert.IsTrue(IsSuccess(sender.Begin("octo-1", extra: extra)));
        send(sender);
        Printer.Gate.Set();
        Assert.Contains(words, Error(Ended(sender.JobId, "failed")));
        if (!isSent)
        {
            Patience.Until(() => sender.Cancelled != null, "file_cancel");
            Assert.Contains(words, sender.Cancelled!);
        }

        Assert.IsFalse(Printer.IsWhole);
        AssertStillWorks();
    }

    /// <summary>The same connection and printer print another file.</summary>
    private void AssertStillWorks()
    {
        Printed printed = Reads("octo-1");
        StreamSender next = new(Cloud, 1000, Data(5000));
        Assert.IsTrue(IsSuccess(next.Begin("octo-1")));
        Assert.IsTrue(next.SendAll());
        PassSlowly(() => Client("octo-1").Count("start") == 1, "the start");
        Assert.IsTrue(printed.IsWhole);
        Assert.AreEqual(1, Cloud.Connections);
    }

    private static void AssertRefused(string words, StreamSender sender, string printer = "octo-1", string file = "a.gcode", string extra = "")
    {
        JsonElement ack = sender.Begin(printer, file, extra: extra);
        Assert.IsFalse(IsSuccess(ack), ack.ToString());
        Assert.Contains(words, Error(ack));
    }
}
