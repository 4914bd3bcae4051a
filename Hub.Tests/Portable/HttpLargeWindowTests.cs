using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Http;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>A file that is sent through a large buffer: checks and progress follow what the peer accepts, not the buffer's size.</summary>
[TestClass]
public class HttpLargeWindowTests
{
    private const int FileBytes = 300000;
    private const int LargeBytes = 128 * 1024;
    private const string Created = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";

    private readonly RecordedProgress _progress = new RecordedProgress();
    private ScriptedHal _hal = new ScriptedHal();
    private ScriptedStream _peer = new ScriptedStream(new ManualClock());
    private PatternSource _source = new PatternSource(0);

    [TestInitialize]
    public void Begin()
    {
        _hal = new ScriptedHal(4096, LargeBytes);
        _peer = _hal.AddPeer();
        _source = new PatternSource(FileBytes);
    }

    [TestMethod]
    public void Send_File_GoesThroughALargeBufferExactly()
    {
        _peer.AwaitsBytes(FileBytes + 50).Gives(Created);
        Assert.AreEqual("201", Send(FileBytes));
        Assert.AreEqual(LargeBytes, _source.LargestRead);
        Assert.AreEqual(2, _hal.Pool.HighWaterMark);
        byte[] written = _peer.WrittenBytes();
        int head = written.Length - FileBytes;
        for (int i = 0; i < FileBytes; i++)
        {
            Assert.IsTrue(written[head + i] == PatternSource.At(i), "differs at " + i.ToString());
        }
    }

    [TestMethod]
    public void Send_SmallBody_LeavesTheLargeBuffersAlone()
    {
        _peer.AwaitsBytes(4096).Gives(Created);
        _source = new PatternSource(4096);
        Assert.AreEqual("201", Send(4096));
        Assert.AreEqual(0, _hal.Pool.LargeRents);
    }

    [TestMethod]
    public void Send_PeerAcceptsPieces_ProgressFollowsEachOfThem()
    {
        _peer.TakesAtMost(5000).AwaitsBytes(FileBytes + 50).Gives(Created);
        Assert.AreEqual("201", Send(FileBytes));
        Assert.AreEqual((long)FileBytes, _progress.Last);
        Assert.IsTrue(_progress.Reports >= FileBytes / 5000 && !_progress.WentWrong, _progress.Reports.ToString());
    }

    [TestMethod]
    public void Send_RefusedWhileThePeerAcceptsPieces_StopsInsideTheWindow()
    {
        _peer.TakesAtMost(5000).AwaitsBytes(20000).Gives("HTTP/1.1 413 Large\r\nContent-Length: 0\r\n\r\n");
        Assert.AreEqual("413", Send(FileBytes));
        Assert.IsTrue(_peer.WrittenCount < 50000, _peer.WrittenCount.ToString());
    }

    [TestMethod]
    public void Send_CancelledWhileThePeerAcceptsPieces_StopsInsideTheWindow()
    {
        _peer.TakesAtMost(5000).TakesAfter(100);
        CancellationTokenSource cancel = new CancellationTokenSource();
        _hal.Time.CancelAfter(730, cancel);
        Assert.AreEqual("cancelled: the request to h:80 was cancelled", Send(FileBytes, cancel.Token));
        Assert.IsTrue(_peer.WrittenCount < 50000, _peer.WrittenCount.ToString());
        cancel.Dispose();
    }

    /// <summary>The least pace is that of the board's window of 16 KiB in a minute, whatever the window.</summary>
    [TestMethod]
    public void Send_SlowPeer_NeedsSixteenKibibytesInAMinute()
    {
        _peer.TakesAtMost(1000).TakesAfter(3400).AwaitsBytes(FileBytes + 50).Gives(Created);
        Assert.AreEqual("201", Send(FileBytes));

        Begin();
        _peer.TakesAtMost(1000).TakesAfter(4000);
        Assert.AreEqual("timeout: h:80 accepts the request too slowly: less than 16384 bytes in 60 s", Send(FileBytes));
        Assert.IsTrue(_peer.WrittenCount < 16384, _peer.WrittenCount.ToString());
    }

    private string Send(int length) => Send(length, CancellationToken.None);

    private string Send(int length, CancellationToken cancel)
    {
        HttpClient client = new HttpClient(_hal, HttpOrigin.Parse("http://h"), null);
        HttpRequest request = new HttpRequest("PUT", "/f");
        request.Body = new UploadBody(_source, _progress);
        Assert.AreEqual((long)length, request.Body.Length);
        string outcome;
        try
        {
            outcome = client.Send(request, cancel).Status.ToString();
        }
        catch (HubException error)
        {
            outcome = ErrorCodes.Name(error.Code) + ": " + error.Message;
        }

        client.Close();
        Assert.AreEqual(0, _hal.Pool.Rented);
        Assert.AreEqual(0, _hal.Net.OpenSockets);
        return outcome;
    }
}
