using System;
using System.Text;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Http;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>Streamed bodies, early answers, timeouts and cancellation, on a clock that is driven.</summary>
[TestClass]
public class HttpUploadTests
{
    private const int FileBytes = 100000;
    private const string PutHead = "PUT /f HTTP/1.1\r\nHost: h\r\nUser-Agent: print-farm-hub/0.1.0\r\nContent-Length: 100000\r\n\r\n";
    private const string Created = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";

    [TestMethod]
    public void Send_LargeBody_GoesThroughOneWindowExactly()
    {
        ScriptedHal hal = new ScriptedHal();
        ScriptedStream peer = hal.AddPeer().TakesAtMost(5000);
        HttpClient client = NewClient(hal);
        PatternSource source = new PatternSource(FileBytes, FileBytes, 7000);
        RecordedProgress progress = new RecordedProgress();
        int headBytes = PutHead.Length;
        peer.AwaitsBytes(headBytes + FileBytes).Gives(Created);
        Assert.AreEqual(201, client.Send(Put(source, progress), CancellationToken.None).Status);
        byte[] written = peer.WrittenBytes();
        Assert.AreEqual(headBytes + FileBytes, written.Length);
        for (int i = 0; i < FileBytes; i++)
        {
            Assert.IsTrue(written[headBytes + i] == PatternSource.At(i), "differs at " + i.ToString());
        }

        Assert.IsTrue(source.LargestRead <= hal.Pool.BufferSize);
        Assert.AreEqual(2, hal.Pool.HighWaterMark, "the window, and the buffer for the answer");
        Assert.AreEqual((long)FileBytes, progress.Last);
        Assert.AreEqual((long)FileBytes, progress.Total);
        Assert.IsTrue(progress.Reports >= 10 && !progress.WentWrong);
        Assert.AreEqual(1, hal.Net.OpenSockets);
        AssertClean(hal, client);
    }

    [TestMethod]
    public void Send_BodyInWindowsOfOddSizes_IsTheSame()
    {
        for (int size = 280; size < 330; size += 7)
        {
            ScriptedHal hal = new ScriptedHal(size);
            ScriptedStream peer = hal.AddPeer().Pauses(1).Gives(Created);
            HttpClient client = NewClient(hal);
            string body = new string('b', 1000);
            HttpRequest request = new HttpRequest("POST", "/f");
            request.Body = new BytesBody(body);
            Assert.AreEqual(201, client.Send(request, CancellationToken.None).Status);
            Assert.IsTrue(peer.WrittenText().EndsWith("Content-Length: 1000\r\n\r\n" + body));
            AssertClean(hal, client);
        }
    }

    [TestMethod]
    public void Send_SourceOfAnotherLength_NeverCompletesTheRequest()
    {
        int[] lengths = { 0, 1, 99999, 100001, 200000 };
        for (int i = 0; i < lengths.Length; i++)
        {
            for (int kind = 0; kind < 2; kind++)
            {
                ScriptedHal hal = new ScriptedHal();
                ScriptedStream peer = hal.AddPeer();
                HttpClient client = NewClient(hal);
                PatternSource source = new PatternSource(FileBytes, lengths[i], int.MaxValue);
                HttpRequest request = new HttpRequest("PUT", "/f");
                request.Body = kind == 0 ? new UploadBody(source, null) : new DishonestBody(source);
                string error = ErrorOf(client, request, CancellationToken.None);
                Assert.IsTrue(error.StartsWith("source_changed: "), error);
                Assert.IsTrue(peer.WrittenCount < PutHead.Length + FileBytes, "a request was completed");
                Assert.AreEqual(1, peer.Disposals);
                AssertClean(hal, client);
            }
        }
    }

    [TestMethod]
    public void Send_EmptyBodyThatHasBytes_IsRefused()
    {
        ScriptedHal hal = new ScriptedHal();
        ScriptedStream peer = hal.AddPeer();
        HttpClient client = NewClient(hal);
        Assert.IsTrue(ErrorOf(client, Put(new PatternSource(0, 1, 1), null), CancellationToken.None).StartsWith("source_changed: "));
        Assert.AreEqual(0, peer.WrittenCount);
        AssertClean(hal, client);
    }

    [TestMethod]
    public void Send_SourceThatFails_GivesItsOwnErrorAndIsNotRepeated()
    {
        for (int kind = 0; kind < 2; kind++)
        {
            ScriptedHal hal = new ScriptedHal();
            hal.AddPeer();
            hal.AddPeer();
            HttpClient client = NewClient(hal);
            HttpRequest request = new HttpRequest("PUT", "/f");
            request.Body = new FailingBody(kind == 0);
            string error;
            try
            {
                error = ErrorOf(client, request, CancellationToken.None);
            }
            catch (InvalidOperationException)
            {
                error = "passed on";
            }

            Assert.AreEqual(kind == 0 ? "connection_lost: the cloud went away" : "passed on", error);
            Assert.AreEqual(1, hal.Net.Dials);
            AssertClean(hal, client);
        }
    }

    [TestMethod]
    public void Send_EarlyAnswer_StopsTheSendingAndIsReturned()
    {
        string[] statuses = { "401", "403", "413", "200" };
        for (int i = 0; i < statuses.Length; i++)
        {
            ScriptedHal hal = new ScriptedHal();
            ScriptedStream peer = hal.AddPeer().AwaitsBytes(20000).Gives("HTTP/1.1 " + statuses[i] + " X\r\nContent-Length: 2\r\n\r\nno");
            HttpClient client = NewClient(hal);
            HttpResponse response = client.Send(Put(new PatternSource(FileBytes), null), CancellationToken.None);
            Assert.AreEqual(statuses[i], response.Status.ToString());
            Assert.AreEqual("no", BodyOf(response));
            Assert.IsTrue(peer.WrittenCount < 40000, peer.WrittenCount.ToString());
            Assert.AreEqual(1, peer.Disposals);
            AssertClean(hal, client);
        }
    }

    [TestMethod]
    public void Send_InterimAnswerWhileSending_DoesNotStopIt()
    {
        ScriptedHal hal = new ScriptedHal();
        ScriptedStream peer = hal.AddPeer().AwaitsBytes(100).Gives("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 2").AwaitsBytes(FileBytes + 50).Gives("01 Created\r\nContent-Length: 0\r\n\r\n");
        HttpClient client = NewClient(hal);
        Assert.AreEqual(201, client.Send(Put(new PatternSource(FileBytes), null), CancellationToken.None).Status);
        Assert.IsTrue(peer.WrittenCount > FileBytes);
        AssertClean(hal, client);
    }

    [TestMethod]
    public void Send_AnswerWhileThePeerTakesNothing_IsSeen()
    {
        ScriptedHal hal = new ScriptedHal();
        hal.AddPeer().StallsAfter(30000).AwaitsBytes(30000).Pauses(2000).Gives("HTTP/1.1 413 Large\r\nContent-Length: 0\r\n\r\n");
        HttpClient client = NewClient(hal);
        Assert.AreEqual(413, client.Send(Put(new PatternSource(FileBytes), null), CancellationToken.None).Status);
        Assert.AreEqual(2L, (hal.Time.NowMs - 1000) / 1000);
        AssertClean(hal, client);
    }

    [TestMethod]
    public void Send_WriteFailsWithTheAnswerWaiting_GivesTheAnswer()
    {
        ScriptedHal hal = new ScriptedHal();
        hal.AddPeer().ResetsAfter(30000).AwaitsBytes(30000).Pauses(300).Gives("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno").Ends();
        HttpClient client = NewClient(hal);
        HttpResponse response = client.Send(Put(new PatternSource(FileBytes), null), CancellationToken.None);
        Assert.AreEqual(403, response.Status);
        Assert.AreEqual("no", BodyOf(response));
        AssertClean(hal, client);
    }

    [TestMethod]
    public void Send_WriteFailsWithoutAnAnswer_IsConnectionLost()
    {
        for (int kind = 0; kind < 3; kind++)
        {
            ScriptedHal hal = new ScriptedHal();
            ScriptedStream peer = hal.AddPeer().ResetsAfter(30000).AwaitsBytes(30000);
            ScriptedStream ready = kind == 0 ? peer.Ends() : kind == 1 ? peer.Resets() : peer;
            HttpClient client = NewClient(hal);
            string error = ErrorOf(client, Put(new PatternSource(FileBytes), null), CancellationToken.None);
            Assert.IsTrue(error.StartsWith("connection_lost: h:80 "), error);
            Assert.IsTrue(error.IndexOf("may or may not") < 0, "half a request is no request: " + error);
            Assert.AreEqual(1, ready.Disposals);
            AssertClean(hal, client);
        }
    }

    [TestMethod]
    public void Send_PeerTakesNothing_TimesOut()
    {
        ScriptedHal hal = new ScriptedHal();
        hal.AddPeer().StallsAfter(50000);
        HttpClient client = NewClient(hal);
        string error = ErrorOf(client, Put(new PatternSource(FileBytes), null), CancellationToken.None);
        Assert.AreEqual("timeout: h:80 accepted nothing of the request for 15 s", error);
        Assert.AreEqual(16000L, hal.Time.NowMs);
        AssertClean(hal, client);
    }

    [TestMethod]
    public void Send_SlowUploadOfAnHour_IsNotHitByTheTotalTimeout()
    {
        ScriptedHal hal = new ScriptedHal();
        ScriptedStream peer = hal.AddPeer().AwaitsBytes(FileBytes + 50).Pauses(9000).Gives("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
        HttpClient client = NewClient(hal);
        HttpRequest request = new HttpRequest("PUT", "/f");
        request.Body = new SlowBody(new UploadBody(new PatternSource(FileBytes, FileBytes, 1000), null), hal.Time);
        Assert.AreEqual(201, client.Send(request, CancellationToken.None).Status);
        Assert.IsTrue(hal.Time.NowMs > 3600000);
        Assert.IsTrue(peer.WrittenCount > FileBytes);
        AssertClean(hal, client);
    }

    [TestMethod]
    public void Send_NoAnswer_TimesOutAfterTheSilence()
    {
        ScriptedHal hal = new ScriptedHal();
        hal.AddPeer();
        hal.AddPeer().AwaitsRequest(1).Pauses(4000).Gives("HTTP/1.1 200 OK\r\n");
        HttpClient client = NewClient(hal);
        Assert.AreEqual("timeout: h:80 did not answer within 10 s", ErrorOf(client, Get(), CancellationToken.None));
        Assert.AreEqual(11000L, hal.Time.NowMs);
        Assert.AreEqual("timeout: h:80 fell silent in the middle of its answer for 10 s", ErrorOf(client, Get(), CancellationToken.None));
        Assert.AreEqual(25000L, hal.Time.NowMs);
        AssertClean(hal, client);
    }

    [TestMethod]
    public void Send_KeptConnectionThatAnswersNothing_IsNotRepeated()
    {
        ScriptedHal hal = new ScriptedHal();
        hal.AddPeer().AwaitsRequest(1).Gives(Created);
        hal.AddPeer().AwaitsRequest(1).Gives(Created);
        HttpClient client = NewClient(hal);
        Assert.AreEqual("", ErrorOf(client, Get(), CancellationToken.None));
        Assert.AreEqual("timeout: h:80 did not answer within 10 s", ErrorOf(client, Get(), CancellationToken.None));
        Assert.AreEqual(1, hal.Net.Dials);
        AssertClean(hal, client);
    }

    [TestMethod]
    public void Read_DrippingAnswer_MeetsTheTotalTimeout()
    {
        ScriptedHal hal = new ScriptedHal();
        DripFrom(hal.AddPeer());
        HttpClient client = NewClient(hal);
        Assert.AreEqual("timeout: h:80 did not complete its answer within 30 s", ErrorOf(client, Get(), CancellationToken.None));
        Assert.AreEqual(31000L, hal.Time.NowMs);
        AssertClean(hal, client);
    }

    [TestMethod]
    public void Read_DrippingAnswerWithoutTotalTimeout_IsReadToTheEnd()
    {
        ScriptedHal hal = new ScriptedHal();
        DripFrom(hal.AddPeer());
        HttpClient client = NewClient(hal);
        client.TotalTimeoutMs = 0;
        Assert.AreEqual("", ErrorOf(client, Get(), CancellationToken.None));
        Assert.AreEqual(51000L, hal.Time.NowMs);
        AssertClean(hal, client);
    }

    [TestMethod]
    public void Send_CancelledAtAnyMoment_EndsWithin100MsAndLeavesNothing()
    {
        for (int kind = 0; kind < 4; kind++)
        {
            ScriptedHal hal = new ScriptedHal();
            ScriptedStream peer = hal.AddPeer();
            bool isUpload = kind == 0 || kind == 3;
            switch (kind)
            {
                case 0:
                    peer.StallsAfter(50000);
                    break;
                case 1:
                    peer.AwaitsRequest(1).Gives("HTTP/1.1 2");
                    break;
                case 2:
                    DripFrom(peer.AwaitsRequest(1));
                    break;
                default:
                    peer.ResetsAfter(50000);
                    break;
            }

            HttpClient client = NewClient(hal);
            CancellationTokenSource source = new CancellationTokenSource();
            hal.Time.CancelAfter(730, source);
            string error = ErrorOf(client, isUpload ? Put(new PatternSource(FileBytes), null) : Get(), source.Token);
            Assert.AreEqual("cancelled: the request to h:80 was cancelled", error);
            Assert.IsTrue(hal.Time.NowMs <= 1830, kind.ToString() + " took until " + hal.Time.NowMs.ToString());
            Assert.AreEqual(1, peer.Disposals);
            source.Dispose();
            AssertClean(hal, client);
        }
    }

    [TestMethod]
    public void Send_CancelledBefore_OpensNothing()
    {
        ScriptedHal hal = new ScriptedHal();
        hal.AddPeer();
        HttpClient client = NewClient(hal);
        CancellationTokenSource source = new CancellationTokenSource();
        source.Cancel();
        Assert.AreEqual("cancelled: the request to h:80 was cancelled", ErrorOf(client, Put(new PatternSource(1), null), source.Token));
        Assert.AreEqual(0, hal.Net.Dials);
        source.Dispose();
        AssertClean(hal, client);
    }

    /// <summary>A body of 10 bytes, one every 5 s.</summary>
    private static void DripFrom(ScriptedStream peer)
    {
        peer.AwaitsRequest(1).Gives("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
        for (int i = 0; i < 10; i++)
        {
            peer.Pauses(5000).Gives("x");
        }
    }

    private static HttpClient NewClient(ScriptedHal hal) => new HttpClient(hal, HttpOrigin.Parse("http://h"), null);

    private static HttpRequest Get() => new HttpRequest("GET", "/");

    private static HttpRequest Put(PatternSource source, RecordedProgress? progress)
    {
        HttpRequest request = new HttpRequest("PUT", "/f");
        request.Body = new UploadBody(source, progress);
        return request;
    }

    private static string BodyOf(HttpResponse response)
    {
        byte[] buffer = new byte[1000];
        return Encoding.UTF8.GetString(buffer, 0, response.ReadAll(buffer));
    }

    private static string ErrorOf(HttpClient client, HttpRequest request, CancellationToken cancel)
    {
        try
        {
            BodyOf(client.Send(request, cancel));
            return "";
        }
        catch (HubException error)
        {
            return ErrorCodes.Name(error.Code) + ": " + error.Message;
        }
    }

    private static void AssertClean(ScriptedHal hal, HttpClient client)
    {
        client.Close();
        Assert.AreEqual(0, hal.Pool.Rented);
        Assert.AreEqual(0, hal.Net.OpenSockets);
    }

    /// <summary>States a length and does not check it.</summary>
    private sealed class DishonestBody : IHttpBody
    {
        private readonly PatternSource _source;

        public DishonestBody(PatternSource source)
        {
            _source = source;
        }

        public long Length => _source.Length;

        public int Read(byte[] buffer, int offset, int count, int timeoutMs) => _source.Read(buffer, offset, count, timeoutMs);

        public void OnSent(long sentBytes)
        {
            // Nobody asks.
        }

        public bool TryRewind() => false;
    }

    /// <summary>Fails in the middle: with an error that looks like the connection's, or with a fault.</summary>
    private sealed class FailingBody : IHttpBody
    {
        private readonly bool _isHubError;

        public FailingBody(bool isHubError)
        {
            _isHubError = isHubError;
        }

        public long Length => 100000;

        public int Read(byte[] buffer, int offset, int count, int timeoutMs)
        {
            if (_isHubError)
            {
                throw new HubException(ErrorCode.ConnectionLost, "the cloud went away");
            }

            throw new InvalidOperationException("a fault");
        }

        public void OnSent(long sentBytes)
        {
            // Nobody asks.
        }

        public bool TryRewind() => true;
    }

    /// <summary>Takes 40 s for every piece.</summary>
    private sealed class SlowBody : IHttpBody
    {
        private readonly IHttpBody _body;
        private readonly ManualClock _clock;

        public SlowBody(IHttpBody body, ManualClock clock)
        {
            _body = body;
            _clock = clock;
        }

        public long Length => _body.Length;

        public int Read(byte[] buffer, int offset, int count, int timeoutMs)
        {
            _clock.Advance(40000);
            return _body.Read(buffer, offset, count, timeoutMs);
        }

        public void OnSent(long sentBytes) => _body.OnSent(sentBytes);

        public bool TryRewind() => _body.TryRewind();
    }
}
