using System;
using System.Text;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>Requests, answers, reuse and repetition over connections in memory.</summary>
[TestClass]
public class HttpClientTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [TestMethod]
    public void Send_Get_WritesTheWholeHeadOnce()
    {
        ScriptedHal hal = new ScriptedHal();
        ScriptedStream peer = hal.AddPeer().AwaitsRequest(1).Gives(Ok);
        HttpClient client = NewClient(hal, "http://printer.local:5000/octo");
        HttpRequest request = new HttpRequest("GET", "/api/job?x=1");
        request.AddHeader("X-Api-Key", new Secret("FAKE-KEY"));
        request.AddHeader("Accept", "application/json");
        Assert.AreEqual("ok", BodyOf(client.Send(request, CancellationToken.None)));
        Assert.AreEqual(
            "GET /octo/api/job?x=1 HTTP/1.1\r\nHost: printer.local:5000\r\nUser-Agent: print-farm-hub/0.1.0\r\n"
            + "X-Api-Key: FAKE-KEY\r\nAccept: application/json\r\n\r\n",
            peer.WrittenText());
        Assert.AreEqual("tcp printer.local 5000 5000", hal.Net.LastDial);
        AssertClean(hal, client);
    }

    [TestMethod]
    public void Send_PostWithBody_WritesLengthTypeAndBody()
    {
        ScriptedHal hal = new ScriptedHal();
        ScriptedStream peer = hal.AddPeer().AwaitsRequest(1).Gives("HTTP/1.1 204 No Content\r\n\r\n");
        HttpClient client = NewClient(hal, "http://[::1]");
        HttpResponse response = client.Send(Post("{\"command\":\"cancel\"}"), CancellationToken.None);
        Assert.AreEqual(204, response.Status);
        Assert.AreEqual(0L, response.ContentLength);
        Assert.AreEqual(
            "POST /api/job HTTP/1.1\r\nHost: [::1]\r\nUser-Agent: print-farm-hub/0.1.0\r\nContent-Type: application/json\r\n"
            + "Content-Length: 20\r\n\r\n{\"command\":\"cancel\"}",
            peer.WrittenText());
        Assert.AreEqual("tcp ::1 80 5000", hal.Net.LastDial);
        AssertClean(hal, client);
    }

    [TestMethod]
    public void Send_PostWithoutBody_StatesLengthZero()
    {
        ScriptedHal hal = new ScriptedHal();
        ScriptedStream peer = hal.AddPeer().AwaitsRequest(1).Gives(Ok);
        HttpClient client = NewClient(hal, "http://h");
        client.Send(new HttpRequest("POST", "/"), CancellationToken.None);
        Assert.IsTrue(peer.WrittenText().EndsWith("\r\nContent-Length: 0\r\n\r\n"));
        AssertClean(hal, client);
    }

    [TestMethod]
    public void Send_Https_DialsTlsAndKeepsThePeersRecord()
    {
        ScriptedHal hal = new ScriptedHal();
        ScriptedStream peer = hal.AddPeer().AwaitsRequest(1).Gives(Ok).Ends();
        peer.Peer = new TlsPeer("ab", true);
        TlsOptions options = new TlsOptions();
        HttpClient client = new HttpClient(hal, HttpOrigin.Parse("https://h"), options);
        BodyOf(client.Send(Get(), CancellationToken.None));
        Assert.AreEqual("tls h 443 5000", hal.Net.LastDial);
        Assert.IsTrue(ReferenceEquals(options, hal.Net.LastTls));
        client.Close();
        Assert.AreEqual("ab", client.Peer!.Sha256);
        AssertClean(hal, client);
    }

    [TestMethod]
    public void Send_AnswersInPiecesOfEverySize_GiveTheSame()
    {
        byte[] answer = Encoding.UTF8.GetBytes("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n");
        for (int size = 1; size <= answer.Length; size++)
        {
            ScriptedHal hal = new ScriptedHal();
            hal.AddPeer().AwaitsRequest(1).GivesInPieces(answer, size);
            HttpClient client = NewClient(hal, "http://h");
            HttpResponse response = client.Send(Get(), CancellationToken.None);
            Assert.AreEqual(200, response.Status);
            Assert.AreEqual(-1L, response.ContentLength);
            Assert.AreEqual("b", response.Header("a")!);
            Assert.AreEqual("hello", BodyOf(response));
            Assert.AreEqual(1, hal.Net.OpenSockets);
            Assert.AreEqual(0, hal.Pool.Rented);
            AssertClean(hal, client);
        }
    }

    [TestMethod]
    public void Send_SecondGet_UsesTheKeptConnectionWithoutHoldingBuffers()
    {
        ScriptedHal hal = new ScriptedHal();
        ScriptedStream peer = hal.AddPeer().AwaitsRequest(1).Gives(Ok).AwaitsRequest(2).Gives(Ok).AwaitsRequest(3).Gives(Ok);
        HttpClient client = NewClient(hal, "http://h");
        for (int i = 0; i < 3; i++)
        {
            Assert.AreEqual("ok", BodyOf(client.Send(Get(), CancellationToken.None)));
            Assert.AreEqual(0, hal.Pool.Rented);
        }

        Assert.AreEqual(1, hal.Net.Dials);
        Assert.AreEqual(0, peer.Disposals);
        Assert.AreEqual(1, hal.Pool.HighWaterMark);
        AssertClean(hal, client);
    }

    [TestMethod]
    public void Send_ConnectionNotToBeKept_OpensAnother()
    {
        string[] answers =
        {
            "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more",
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        };
        for (int i = 0; i < answers.Length; i++)
        {
            ScriptedHal hal = new ScriptedHal();
            ScriptedStream first = hal.AddPeer().AwaitsRequest(1).Gives(answers[i]).AwaitsRequest(2).Gives(Ok);
            hal.AddPeer().AwaitsRequest(1).Gives(Ok);
            HttpClient client = NewClient(hal, "http://h");
            Assert.AreEqual("ok", BodyOf(client.Send(Get(), CancellationToken.None)));
            Assert.AreEqual(1, first.Disposals, answers[i]);
            Assert.AreEqual("ok", BodyOf(client.Send(Get(), CancellationToken.None)));
            Assert.AreEqual(2, hal.Net.Dials);
            AssertClean(hal, client);
        }
    }

    [TestMethod]
    public void Send_KeptConnectionThatEndedOrSpokeUnasked_IsNotUsed()
    {
        for (int kind = 0; kind < 3; kind++)
        {
            ScriptedHal hal = new ScriptedHal();
            ScriptedStream first = hal.AddPeer().AwaitsRequest(1).Gives(Ok).Pauses(50);
            first = kind == 0 ? first.Ends() : kind == 1 ? first.Resets() : first.Gives("HTTP/1.1 408 Request Timeout\r\n\r\n");
            hal.AddPeer().AwaitsRequest(1).Gives(Ok);
            HttpClient client = NewClient(hal, "http://h");
            BodyOf(client.Send(Get(), CancellationToken.None));
            hal.Time.Advance(100);
            first.ForgetWritten();
            Assert.AreEqual("ok", BodyOf(client.Send(Get(), CancellationToken.None)));
            Assert.AreEqual(0, first.WrittenCount);
            AssertClean(hal, client);
        }
    }

    [TestMethod]
    public void Send_StaleConnection_RepeatsARepeatableRequestOnce()
    {
        ScriptedHal hal = new ScriptedHal();
        hal.AddPeer().AwaitsRequest(1).Gives(Ok).AwaitsRequest(2).Ends();
        ScriptedStream second = hal.AddPeer().AwaitsRequest(1).Gives(Ok);
        HttpClient client = NewClient(hal, "http://h");
        BodyOf(client.Send(Get(), CancellationToken.None));
        HttpRequest request = Post("again");
        request.IsRepeatable = true;
        Assert.AreEqual("ok", BodyOf(client.Send(request, CancellationToken.None)));
        Assert.IsTrue(second.WrittenText().EndsWith("\r\n\r\nagain"));
        AssertClean(hal, client);
    }

    [TestMethod]
    public void Send_SecondLossInARow_IsAnError()
    {
        ScriptedHal hal = new ScriptedHal();
        hal.AddPeer().AwaitsRequest(1).Gives(Ok).AwaitsRequest(2).Resets();
        hal.AddPeer().AwaitsRequest(1).Ends();
        hal.AddPeer().AwaitsRequest(1).Gives(Ok);
        HttpClient client = NewClient(hal, "http://h");
        BodyOf(client.Send(Get(), CancellationToken.None));
        Assert.AreEqual("connection_lost: h:80 closed the connection without an answer", ErrorOf(client, Get()));
        Assert.AreEqual(2, hal.Net.Dials);
        AssertClean(hal, client);
    }

    [TestMethod]
    public void Send_LossAfterTheFirstByteOfAnAnswer_IsNotRepeated()
    {
        ScriptedHal hal = new ScriptedHal();
        hal.AddPeer().AwaitsRequest(1).Gives(Ok).AwaitsRequest(2).Gives("H").Ends();
        hal.AddPeer().AwaitsRequest(1).Gives(Ok);
        HttpClient client = NewClient(hal, "http://h");
        BodyOf(client.Send(Get(), CancellationToken.None));
        Assert.AreEqual("connection_lost: h:80 closed the connection in the middle of its answer", ErrorOf(client, Get()));
        Assert.AreEqual(1, hal.Net.Dials);
        AssertClean(hal, client);
    }

    [TestMethod]
    public void Send_BodyThatCannotRewind_IsNotRepeated()
    {
        ScriptedHal hal = new ScriptedHal();
        hal.AddPeer().AwaitsRequest(1).Gives(Ok).AwaitsRequest(2).Ends();
        hal.AddPeer().AwaitsRequest(1).Gives(Ok);
        HttpClient client = NewClient(hal, "http://h");
        BodyOf(client.Send(Get(), CancellationToken.None));
        HttpRequest request = Put(new PatternSource(10), null);
        request.IsRepeatable = true;
        Assert.AreEqual("connection_lost: h:80 closed the connection without an answer", ErrorOf(client, request));
        AssertClean(hal, client);
    }

    [TestMethod]
    public void Send_NotRepeatable_UsesAConnectionOfItsOwnAndIsNeverRepeated()
    {
        ScriptedHal hal = new ScriptedHal();
        ScriptedStream first = hal.AddPeer().AwaitsRequest(1).Gives(Ok).AwaitsRequest(2).Gives(Ok);
        ScriptedStream second = hal.AddPeer().AwaitsRequest(1).Ends();
        ScriptedStream third = hal.AddPeer().AwaitsRequest(1).Gives(Ok);
        HttpClient client = NewClient(hal, "http://h");
        BodyOf(client.Send(Get(), CancellationToken.None));
        Assert.AreEqual(
            "connection_lost: h:80 closed the connection without an answer; the printer may or may not have acted",
            ErrorOf(client, Post("start")));
        Assert.AreEqual(1, first.Disposals);
        Assert.IsTrue(second.WrittenText().EndsWith("start"));
        Assert.AreEqual(0, third.WrittenCount);
        AssertClean(hal, client);
    }

    [TestMethod]
    public void Send_NobodyThere_SaysNothingOfActing()
    {
        ScriptedHal hal = new ScriptedHal();
        HttpClient client = NewClient(hal, "http://h");
        Assert.AreEqual("connect_failed: nobody answers in this script", ErrorOf(client, Post("start")));
        AssertClean(hal, client);
    }

    [TestMethod]
    public void Send_UnreadBody_IsNotTakenForTheNextAnswer()
    {
        ScriptedHal hal = new ScriptedHal();
        hal.AddPeer().AwaitsRequest(1).Gives("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nHTTP/1.1 500 No\r\n").AwaitsRequest(2).Gives(Ok);
        hal.AddPeer().AwaitsRequest(1).Gives(Ok);
        HttpClient client = NewClient(hal, "http://h");
        HttpResponse old = client.Send(Get(), CancellationToken.None);
        Assert.AreEqual("ok", BodyOf(client.Send(Get(), CancellationToken.None)));
        Assert.AreEqual(200, old.Status);
        try
        {
            old.Header("Content-Length");
        }
        catch (InvalidOperationException)
        {
            AssertClean(hal, client);
            return;
        }

        Assert.Fail("an old answer speaks for a new one");
    }

    [TestMethod]
    public void Send_ReaderStoppedWithTheLastData_KeepsTheConnectionIfItsEndIsSound()
    {
        string[] ends = { "\r\n0\r\n\r\n", "\r\n0\r\n", "\r\nnonsense\r\n", "\r\n1\r\nx\r\n0\r\n\r\n" };
        for (int i = 0; i < ends.Length; i++)
        {
            ScriptedHal hal = new ScriptedHal();
            hal.AddPeer().AwaitsRequest(1).Gives("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}" + ends[i]).AwaitsRequest(2).Gives(Ok);
            hal.AddPeer().AwaitsRequest(1).Gives(Ok);
            HttpClient client = NewClient(hal, "http://h");
            Assert.AreEqual(2, client.Send(Get(), CancellationToken.None).Read(new byte[100], 0, 100));
            Assert.AreEqual("ok", BodyOf(client.Send(Get(), CancellationToken.None)));
            Assert.AreEqual(i == 0 ? 1 : 2, hal.Net.Dials);
            AssertClean(hal, client);
        }
    }

    [TestMethod]
    public void Drain_ShortRest_KeepsTheConnectionAndTheHeaders()
    {
        ScriptedHal hal = new ScriptedHal();
        hal.AddPeer().AwaitsRequest(1).Gives("HTTP/1.1 404 No\r\nA: b\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nbad\r\n").Pauses(500)
            .Gives("0\r\n\r\n").AwaitsRequest(2).Gives(Ok);
        HttpClient client = NewClient(hal, "http://h");
        HttpResponse response = client.Send(Get(), CancellationToken.None);
        response.Drain();
        response.Drain();
        Assert.AreEqual("b", response.Header("A")!);
        Assert.AreEqual(0, response.Read(new byte[5], 0, 5));
        Assert.AreEqual("ok", BodyOf(client.Send(Get(), CancellationToken.None)));
        Assert.AreEqual(1, hal.Net.Dials);
        AssertClean(hal, client);
    }

    [TestMethod]
    public void Drain_LongOrFailingRest_ClosesWithoutAnError()
    {
        for (int kind = 0; kind < 4; kind++)
        {
            ScriptedHal hal = new ScriptedHal();
            ScriptedStream peer = hal.AddPeer().AwaitsRequest(1);
            switch (kind)
            {
                case 0:
                    peer.Gives("HTTP/1.1 404 No\r\nContent-Length: 65537\r\n\r\nabc");
                    break;
                case 1:
                    peer.Gives("HTTP/1.1 404 No\r\nContent-Length: 4\r\n\r\nabc").Ends();
                    break;
                case 2:
                    peer.Gives("HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef");
                    break;
                default:
                    peer.Gives("HTTP/1.1 404 No\r\n\r\n").GivesInPieces(new byte[70000], 9000);
                    break;
            }

            HttpClient client = NewClient(hal, "http://h");
            HttpResponse response = client.Send(Get(), CancellationToken.None);
            response.Drain();
            Assert.AreEqual(404, response.Status);
            Assert.IsNull(response.Header("X"));
            Assert.AreEqual(1, peer.Disposals);
            AssertClean(hal, client);
        }
    }

    [TestMethod]
    public void Read_BodyUntilTheEnd_EndsWithTheConnection()
    {
        ScriptedHal hal = new ScriptedHal();
        hal.AddPeer().AwaitsRequest(1).Gives("HTTP/1.1 200 OK\r\n\r\nsome").Pauses(3000).Gives("thing").Ends();
        HttpClient client = NewClient(hal, "http://h");
        Assert.AreEqual("something", BodyOf(client.Send(Get(), CancellationToken.None)));
        AssertClean(hal, client);
    }

    [TestMethod]
    public void Read_TruncatedBody_IsConnectionLost()
    {
        ScriptedHal hal = new ScriptedHal();
        hal.AddPeer().AwaitsRequest(1).Gives("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell").Ends();
        HttpClient client = NewClient(hal, "http://h");
        Assert.AreEqual("connection_lost: h:80 closed the connection in the middle of its answer", ErrorOf(client, Get()));
        AssertClean(hal, client);
    }

    [TestMethod]
    public void ReadAll_BodyLargerThanTheBuffer_IsBadResponseAndOneThatFitsExactlyIsNot()
    {
        string[] heads = { "Content-Length: 5", "Transfer-Encoding: chunked", "X: until the end" };
        string[] bodies = { "hello", "5\r\nhello\r\n0\r\n\r\n", "hello" };
        for (int i = 0; i < heads.Length; i++)
        {
            for (int size = 4; size <= 5; size++)
            {
                ScriptedHal hal = new ScriptedHal();
                hal.AddPeer().AwaitsRequest(1).Gives("HTTP/1.1 200 OK\r\n" + heads[i] + "\r\n\r\n" + bodies[i]).Ends();
                HttpClient client = NewClient(hal, "http://h");
                HttpResponse response = client.Send(Get(), CancellationToken.None);
                string result;
                try
                {
                    result = response.ReadAll(new byte[size]).ToString();
                }
                catch (HubException error)
                {
                    result = ErrorCodes.Name(error.Code) + ": " + error.Message;
                }

                Assert.AreEqual(size == 5 ? "5" : "bad_response: h:80 sends an answer of more than 4 bytes", result);
                AssertClean(hal, client);
            }
        }
    }

    [TestMethod]
    public void Send_Redirect_IsReturnedAsItIs()
    {
        ScriptedHal hal = new ScriptedHal();
        hal.AddPeer().AwaitsRequest(1).Gives("HTTP/1.1 301 Moved\r\nLocation: https://h/\r\nContent-Length: 0\r\n\r\n");
        HttpClient client = NewClient(hal, "http://h");
        HttpResponse response = client.Send(Get(), CancellationToken.None);
        Assert.AreEqual(301, response.Status);
        Assert.AreEqual("https://h/", response.Header("Location")!);
        AssertClean(hal, client);
    }

    [TestMethod]
    public void Send_ServerOfAnotherProtocol_IsBadResponse()
    {
        ScriptedHal hal = new ScriptedHal();
        hal.AddPeer().Gives("SSH-2.0-OpenSSH_9.2\r\n");
        HttpClient client = NewClient(hal, "http://h:22");
        Assert.AreEqual("bad_response: h:22 does not speak HTTP/1.x, it sent: SSH-2.0-OpenSSH_9.2", ErrorOf(client, Get()));
        AssertClean(hal, client);
    }

    [TestMethod]
    public void Send_RequestTooLongForABuffer_IsAnErrorBeforeTheDial()
    {
        ScriptedHal hal = new ScriptedHal(256);
        hal.AddPeer().AwaitsRequest(1).Gives(Ok);
        HttpClient client = NewClient(hal, "http://h");
        HttpRequest request = Get();
        request.AddHeader("X", new string('x', 200));
        Assert.AreEqual("internal: the request to h:80 is too long for one buffer", ErrorOf(client, request));
        Assert.AreEqual(0, hal.Net.Dials);
        AssertClean(hal, client);
    }

    [TestMethod]
    public void Send_NoBufferLeft_IsOutOfMemoryAndLeaksNothing()
    {
        ScriptedHal hal = new ScriptedHal();
        byte[][] taken = new byte[8][];
        for (int i = 0; i < taken.Length; i++)
        {
            taken[i] = hal.Pool.Rent();
        }

        hal.AddPeer().AwaitsRequest(1).Gives(Ok);
        HttpClient client = NewClient(hal, "http://h");
        Assert.AreEqual("out_of_memory: no buffer is left", ErrorOf(client, Get()));
        for (int i = 0; i < taken.Length; i++)
        {
            hal.Pool.Return(taken[i]);
        }

        Assert.AreEqual("ok", BodyOf(client.Send(Get(), CancellationToken.None)));
        AssertClean(hal, client);
    }

    [TestMethod]
    public void AddHeader_DangerousNamesAndValues_AreRefusedWithoutShowingSecrets()
    {
        string[][] cases =
        {
            new[] { "A\r\nB", "c" }, new[] { "A", "b\rc" }, new[] { "A", "b\nX: y" }, new[] { "", "b" },
            new[] { "A:", "b" }, new[] { "A B", "c" }, new[] { "Host", "h" }, new[] { "content-length", "5" },
            new[] { "Transfer-Encoding", "chunked" }, new[] { "EXPECT", "100-continue" }, new[] { "Connection", "close" },
        };
        for (int i = 0; i < cases.Length; i++)
        {
            Assert.IsTrue(Refuses(cases[i][0], cases[i][1], false), cases[i][0]);
            Assert.IsTrue(Refuses(cases[i][0], cases[i][1] + "hunter2", true), cases[i][0]);
        }

        Assert.IsFalse(Refuses("X-Api-Key", "hunter2", true));
    }

    [TestMethod]
    public void Constructor_RequestLineThatCouldBreak_IsRefused()
    {
        string[][] cases =
        {
            new[] { "", "/" }, new[] { "GET /x", "/" }, new[] { "GET\r\n", "/" }, new[] { "GET", "" }, new[] { "GET", "x" },
            new[] { "GET", "/a b" }, new[] { "GET", "/a\r\nX: y" },
        };
        for (int i = 0; i < cases.Length; i++)
        {
            bool isRefused = false;
            try
            {
                Assert.IsFalse(new HttpRequest(cases[i][0], cases[i][1]).IsRepeatable);
            }
            catch (ArgumentException)
            {
                isRefused = true;
            }

            Assert.IsTrue(isRefused, cases[i][0] + " " + cases[i][1]);
        }
    }

    private static bool Refuses(string name, string value, bool isSecret)
    {
        HttpRequest request = new HttpRequest("GET", "/");
        try
        {
            if (isSecret)
            {
                request.AddHeader(name, new Secret(value));
            }
            else
            {
                request.AddHeader(name, value);
            }

            return false;
        }
        catch (ArgumentException error)
        {
            Assert.IsFalse(error.Message.Contains("hunter2"), error.Message);
            return true;
        }
    }

    private static HttpClient NewClient(ScriptedHal hal, string url) => new HttpClient(hal, HttpOrigin.Parse(url), null);

    private static HttpRequest Get() => new HttpRequest("GET", "/");

    private static HttpRequest Post(string body)
    {
        HttpRequest request = new HttpRequest("POST", "/api/job");
        request.Body = new BytesBody(body);
        request.ContentType = "application/json";
        return request;
    }

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

    /// <summary>Sends and reads all; gives the error back as text, empty when there was none.</summary>
    private static string ErrorOf(HttpClient client, HttpRequest request)
    {
        try
        {
            BodyOf(client.Send(request, CancellationToken.None));
            return "";
        }
        catch (HubException error)
        {
            return ErrorCodes.Name(error.Code) + ": " + error.Message;
        }
    }

    /// <summary>No buffer and no connection may be left.</summary>
    private static void AssertClean(ScriptedHal hal, HttpClient client)
    {
        client.Close();
        Assert.AreEqual(0, hal.Pool.Rented);
        Assert.AreEqual(0, hal.Net.OpenSockets);
    }
}
