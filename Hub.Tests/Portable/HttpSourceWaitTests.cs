using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Streams;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>Bodies whose source must be waited for, on a clock that is driven.</summary>
[TestClass]
public class HttpSourceWaitTests
{
    private const int FileBytes = 50000;
    private const string Created = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";
    private const string TooLarge = "HTTP/1.1 413 Large\r\nContent-Length: 0\r\n\r\n";

    private ScriptedHal _hal = new ScriptedHal();
    private DripSource _source = new DripSource(new ManualClock(), 0);

    [TestInitialize]
    public void Begin()
    {
        _hal = new ScriptedHal();
        _source = new DripSource(_hal.Time, FileBytes);
    }

    [TestMethod]
    public void Send_SourceThatDrips_SendsAllOfItAndWaitsInSlices()
    {
        for (int kind = 0; kind < 2; kind++)
        {
            Begin();
            _source.Pauses(30000).Gives(100).Pauses(59000).Gives(20000).Gives(1).Pauses(59000).Gives(FileBytes - 20101).Pauses(40000);
            CountingDigest digest = new CountingDigest();
            MultipartBody form = new MultipartBody("B", "file", "a.gcode", _source, null);
            form.AddSha256("checksum", digest);
            IHttpBody body = kind == 0 ? new UploadBody(_source, null) : form;
            ScriptedStream peer = _hal.AddPeer().AwaitsBytes((int)body.Length + 50).Pauses(200).Gives(Created);
            Assert.AreEqual("", ErrorOf(body, CancellationToken.None));
            byte[] written = peer.WrittenBytes();
            int at = IndexAfterHead(written, kind == 0 ? 1 : 2);
            for (int i = 0; i < FileBytes; i++)
            {
                Assert.IsTrue(written[at + i] == PatternSource.At(i), "differs at " + i.ToString());
            }

            Assert.AreEqual(ByteChannel.SliceMs, _source.LongestWaitMs);
            Assert.AreEqual(188L, (_hal.Time.NowMs - 1000) / 1000);
            Assert.AreEqual(kind == 0 ? 0 : FileBytes, digest.Bytes);
            Assert.AreEqual(0, _hal.Pool.Rented);
        }
    }

    [TestMethod]
    public void Send_SourceGivesNothing_HeadLeavesAndTheRefusalIsSeen()
    {
        ScriptedStream peer = _hal.AddPeer().AwaitsRequest(1).Pauses(2000).Gives(TooLarge);
        Assert.AreEqual("413", ErrorOf(new UploadBody(_source, null), CancellationToken.None));
        AssertSeenAt(3000);
        Assert.IsTrue(peer.WrittenText().EndsWith("\r\n\r\n"), "the head alone");
        Assert.AreEqual(1, peer.Disposals);
    }

    [TestMethod]
    public void Send_RefusedWhileTheSourcePauses_IsSeenAtOnce()
    {
        int[] given = { 10, 20000, FileBytes };
        for (int i = 0; i < given.Length; i++)
        {
            // All bytes but no end: the last piece is kept back until it is known that no more follows.
            Begin();
            _source.Gives(given[i]).Pauses(59000);
            _hal.AddPeer().AwaitsRequest(1).Pauses(2000).Gives(TooLarge);
            Assert.AreEqual("413", ErrorOf(new UploadBody(_source, null), CancellationToken.None));
            AssertSeenAt(3000);
        }
    }

    [TestMethod]
    public void Send_SourceFallsSilent_FailsAfterAMinute()
    {
        int[] given = { 0, 10, 20000, FileBytes };
        for (int i = 0; i < given.Length; i++)
        {
            // Every byte begins the time anew.
            Begin();
            _source.Pauses(40000).Gives(given[i]).Pauses(int.MaxValue);
            ScriptedStream peer = _hal.AddPeer();
            Assert.AreEqual("source_failed: no more of the file came for 60 s: send it again", ErrorOf(new UploadBody(_source, null), CancellationToken.None));
            AssertSeenAt(given[i] == 0 ? 61000 : 101000);
            Assert.IsTrue(peer.WrittenCount < FileBytes, "the request was completed");
            Assert.AreEqual(1, peer.Disposals);
            Assert.AreEqual(1, _hal.Net.Dials);
        }
    }

    [TestMethod]
    public void Send_CancelledWhileTheSourceIsSilent_EndsWithinASlice()
    {
        int[] given = { 0, 10, FileBytes };
        for (int i = 0; i < given.Length; i++)
        {
            Begin();
            _source.Gives(given[i]).Pauses(int.MaxValue);
            ScriptedStream peer = _hal.AddPeer();
            CancellationTokenSource cancel = new CancellationTokenSource();
            _hal.Time.CancelAfter(5730, cancel);
            Assert.AreEqual("cancelled: the request to h:80 was cancelled", ErrorOf(new UploadBody(_source, null), cancel.Token));
            AssertSeenAt(6730);
            Assert.AreEqual(1, peer.Disposals);
            cancel.Dispose();
        }
    }

    [TestMethod]
    public void Send_PeerClosesWhileTheSourceIsSilent_SaysWhatWasWaitedFor()
    {
        for (int kind = 0; kind < 2; kind++)
        {
            Begin();
            _source.Gives(10).Pauses(int.MaxValue);
            ScriptedStream peer = _hal.AddPeer().AwaitsRequest(1).Pauses(12000);
            ScriptedStream ready = kind == 0 ? peer.Ends() : peer.Resets();
            string what = kind == 0 ? "closed the connection without an answer" : "broke the connection while its answer was awaited";
            string error = ErrorOf(new UploadBody(_source, null), CancellationToken.None);
            Assert.AreEqual("connection_lost: h:80 " + what + "; the upload had been waiting for more of the file for 12 s", error);
            AssertSeenAt(13000);
            Assert.AreEqual(1, ready.Disposals);
        }
    }

    private static int IndexAfterHead(byte[] bytes, int heads)
    {
        for (int i = 4; i <= bytes.Length; i++)
        {
            bool isEnd = bytes[i - 1] == '\n' && bytes[i - 2] == '\r' && bytes[i - 3] == '\n' && bytes[i - 4] == '\r';
            heads -= isEnd ? 1 : 0;
            if (heads == 0)
            {
                return i;
            }
        }

        return -1;
    }

    private void AssertSeenAt(long timeMs) =>
        Assert.IsTrue(_hal.Time.NowMs >= timeMs && _hal.Time.NowMs <= timeMs + 200, "it was seen at " + _hal.Time.NowMs.ToString());

    private string ErrorOf(IHttpBody body, CancellationToken cancel)
    {
        HttpRequest request = new HttpRequest("PUT", "/f");
        request.Body = body;
        HttpClient client = new HttpClient(_hal, HttpOrigin.Parse("http://h"), null);
        string result;
        try
        {
            int status = client.Send(request, cancel).Status;
            result = status == 201 ? "" : status.ToString();
        }
        catch (HubException error)
        {
            result = ErrorCodes.Name(error.Code) + ": " + error.Message;
        }

        client.Close();
        Assert.AreEqual(0, _hal.Pool.Rented);
        Assert.AreEqual(0, _hal.Net.OpenSockets);
        return result;
    }

    /// <summary>No digest at all: counts what it is given.</summary>
    private sealed class CountingDigest : IRunningHash
    {
        public int Bytes { get; private set; }

        public void Add(byte[] data, int offset, int count) => Bytes += count;

        public byte[] End() => new byte[32];

        public void Dispose()
        {
            // It holds nothing.
        }
    }
}
