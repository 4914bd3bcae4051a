using System;
using System.Text;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.WebSockets;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>Handshakes, messages and farewells over connections in memory.</summary>
[TestClass]
public class WebSocketClientTests
{
    private const string Switch = "HTTP/1.1 101 Switching Protocols\r\n";
    private const string Headers = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
    private const string Accept = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
    private const string Opened = Switch + Headers + Accept + "\r\n";

    private const string RequestText =
        "GET /websocket?x=1 HTTP/1.1\r\nHost: printer:7125\r\nUser-Agent: print-farm-hub/0.1.0\r\nX-Api-Key: FAKE-KEY\r\n"
        + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

    private readonly ScriptedHal _hal = NewHal(16 * 1024);

    private ScriptedStream _peer = new ScriptedStream(new ManualClock());

    [TestMethod]
    public void Connect_Handshake_WritesTheWholeRequest()
    {
        WebSocketClient client = Connected();
        Assert.AreEqual(RequestText, _peer.WrittenText());
        Assert.AreEqual("tcp printer 7125 5000", _hal.Net.LastDial);
        Assert.IsTrue(client.IsOpen);
        Assert.AreEqual(-1L, client.LastPongMs);
        AssertClean(client);
    }

    [TestMethod]
    public void Connect_Https_DialsTlsAndKeepsThePeersRecord()
    {
        Peer().Peer = new TlsPeer("ab", true);
        TlsOptions options = new TlsOptions();
        WebSocketClient client = new WebSocketClient(_hal, HttpOrigin.Parse("https://h/base"), options);
        client.Connect(new HttpRequest("GET", "/ws"), CancellationToken.None);
        Assert.AreEqual("tls h 443 5000", _hal.Net.LastDial);
        Assert.IsTrue(ReferenceEquals(options, _hal.Net.LastTls));
        Assert.IsTrue(_peer.WrittenText().StartsWith("GET /base/ws HTTP/1.1\r\n"));
        AssertClean(client);
        Assert.AreEqual("ab", client.Peer!.Sha256);
    }

    [TestMethod]
    public void Connect_HeadersInOtherForms_AreTaken()
    {
        string[] heads =
        {
            Switch + "upgrade: WebSocket\r\nCONNECTION: keep-alive, upgrade\r\n" + Accept,
            Switch + "Connection: keep-alive\r\nConnection: UPGRADE\r\n" + Accept + "Upgrade: websocket\r\n",
            "HTTP/1.1 101\r\n" + Headers + Accept + "Sec-WebSocket-Extensions:\r\n",
            "HTTP/1.1 100 Continue\r\n\r\n" + Switch + Headers + Accept + "Content-Length: 5\r\n",
        };
        for (int i = 0; i < heads.Length; i++)
        {
            Assert.AreEqual("", ConnectError(heads[i] + "\r\n"));
        }
    }

    [TestMethod]
    public void Connect_WrongHandshake_IsBadResponse()
    {
        string[][] cases =
        {
            new[] { Switch + "Connection: Upgrade\r\n" + Accept, "printer:7125 switches to a protocol other than WebSocket" },
            new[] { Switch + "Upgrade: h2c\r\nConnection: Upgrade\r\n" + Accept, "printer:7125 switches to a protocol other than WebSocket" },
            new[] { Switch + "Upgrade: websocket\r\nConnection: close\r\n" + Accept, "printer:7125 switches to a protocol other than WebSocket" },
            new[] { Switch + Headers, "printer:7125 answers another WebSocket request than this one (Sec-WebSocket-Accept is wrong); is there a proxy in between?" },
            new[] { Switch + Headers + "Sec-WebSocket-Accept: S3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", "printer:7125 answers another WebSocket request than this one (Sec-WebSocket-Accept is wrong); is there a proxy in between?" },
            new[] { Switch + Headers + Accept + "Sec-WebSocket-Extensions: permessage-deflate\r\n", "printer:7125 uses a WebSocket extension that was not requested" },
            new[] { Switch + Headers + Accept + "Sec-WebSocket-Protocol: chat\r\n", "printer:7125 uses a WebSocket subprotocol that was not requested" },
            new[] { "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage", "printer:7125 answers 200 instead of opening a WebSocket: page" },
            new[] { "SSH-2.0-OpenSSH_9.2\r\n", "printer:7125 does not speak HTTP/1.x, it sent: SSH-2.0-OpenSSH_9.2" },
        };
        for (int i = 0; i < cases.Length; i++)
        {
            Assert.AreEqual("bad_response: " + cases[i][1], ConnectError(cases[i][0] + "\r\n"));
        }
    }

    [TestMethod]
    public void Connect_OtherStatus_CarriesItAndTheServersWords()
    {
        string[][] cases =
        {
            new[] { "401", "auth_rejected" }, new[] { "403", "auth_rejected" }, new[] { "404", "not_found" }, new[] { "410", "not_found" },
            new[] { "429", "throttled" }, new[] { "301", "redirected" }, new[] { "400", "refused" }, new[] { "426", "refused" },
            new[] { "500", "server_error" }, new[] { "503", "server_error" }, new[] { "200", "bad_response" },
        };
        for (int i = 0; i < cases.Length; i++)
        {
            HubException error = ConnectFailure("HTTP/1.1 " + cases[i][0] + " X\r\nRetry-After: 7\r\nContent-Length: 17\r\n\r\nHub not\tclaimed.\n")!;
            Assert.AreEqual(cases[i][1], ErrorCodes.Name(error.Code));
            Assert.AreEqual("printer:7125 answers " + cases[i][0] + " instead of opening a WebSocket: Hub not.claimed", error.Message);
            Assert.AreEqual(cases[i][0], error.HttpStatus.ToString());
            Assert.AreEqual(7000, error.RetryAfterMs);
        }
    }

    [TestMethod]
    public void Connect_RefusalWithALongOrCutBody_IsStillARefusal()
    {
        HubException error = ConnectFailure("HTTP/1.1 404 X\r\nContent-Length: 900\r\n\r\n" + new string('w', 500))!;
        Assert.AreEqual("printer:7125 answers 404 instead of opening a WebSocket: " + new string('w', 100), error.Message);
        error = ConnectFailure("HTTP/1.1 404 X\r\nContent-Length: 9\r\n\r\ncut")!;
        Assert.AreEqual("printer:7125 answers 404 instead of opening a WebSocket: cut", error.Message);
        error = ConnectFailure("HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n")!;
        Assert.AreEqual("printer:7125 answers 404 instead of opening a WebSocket", error.Message);
    }

    [TestMethod]
    public void Connect_SilentOrLostPeer_IsAnErrorInTime()
    {
        ScriptedHal silent = NewHal(4096);
        silent.AddPeer().Gives("HTTP/1.1 101 S");
        WebSocketClient client = NewClient(silent);
        client.HandshakeTimeoutMs = 3000;
        long sinceMs = silent.Time.NowMs;
        Assert.AreEqual("timeout: printer:7125 fell silent in the middle of its answer for 3 s", ErrorOf(client, CancellationToken.None));
        Assert.AreEqual(3000L, silent.Time.NowMs - sinceMs);
        AssertClean(silent, client);
        Assert.AreEqual("connection_lost: printer:7125 closed the connection in the middle of its answer", ConnectError("HTTP/1.1 101 S"));
        Assert.AreEqual("connection_lost: printer:7125 closed the connection without an answer", ConnectError(""));
        Assert.AreEqual("connect_failed: nobody answers in this script", ErrorOf(NewClient(silent), CancellationToken.None));
        AssertClean(silent, client);
    }

    [TestMethod]
    public void Connect_CancelledWhileWaiting_EndsWithin100Ms()
    {
        _hal.AddPeer();
        CancellationTokenSource source = new CancellationTokenSource();
        _hal.Time.CancelAfter(1050, source);
        long sinceMs = _hal.Time.NowMs;
        WebSocketClient client = NewClient(_hal);
        Assert.AreEqual("cancelled: the request to printer:7125 was cancelled", ErrorOf(client, source.Token));
        Assert.IsTrue(_hal.Time.NowMs - sinceMs <= 1150);
        AssertClean(client);
    }

    [TestMethod]
    public void Connect_BodyOrOtherMethod_IsRefused()
    {
        HttpRequest post = new HttpRequest("POST", "/");
        try
        {
            NewClient(_hal).Connect(post, CancellationToken.None);
        }
        catch (ArgumentException)
        {
            Assert.AreEqual(0, _hal.Net.Dials);
            return;
        }

        Assert.Fail("a POST opens no WebSocket");
    }

    [TestMethod]
    public void Receive_FramesBehindTheHandshake_AreNotLost()
    {
        byte[] frames = WebSocketBytes.Join(WebSocketBytes.Frame(0x81, "one"), WebSocketBytes.Frame(0x82, "two"));
        byte[] answer = WebSocketBytes.Join(Encoding.UTF8.GetBytes(Opened), frames);
        for (int size = 1; size <= answer.Length; size++)
        {
            ScriptedHal hal = NewHal(4096);
            hal.AddPeer().AwaitsRequest(1).GivesInPieces(answer, size);
            WebSocketClient client = NewClient(hal);
            client.Connect(Request(), CancellationToken.None);
            Assert.AreEqual("text one", Next(client, 1000));
            Assert.AreEqual("bin two", Next(client, 1000));
            Assert.AreEqual("", Next(client, 0));
            Assert.AreEqual(0, hal.Pool.Rented, "an idle connection holds a buffer");
            AssertClean(hal, client);
        }
    }

    [TestMethod]
    public void Receive_NothingThere_ReturnsInTime()
    {
        WebSocketClient client = Connected();
        long sinceMs = _hal.Time.NowMs;
        Assert.IsFalse(client.Receive(1234));
        Assert.AreEqual(1234L, _hal.Time.NowMs - sinceMs);
        Assert.IsFalse(client.Receive(0));
        Assert.AreEqual(1234L, _hal.Time.NowMs - sinceMs);
        AssertClean(client);
    }

    [TestMethod]
    public void Receive_MessageInFragmentsAndDelays_IsOneMessage()
    {
        Peer().Gives(WebSocketBytes.Frame(0x01, "Hel")).Pauses(700).Gives(WebSocketBytes.Frame(0x89, "p")).Pauses(700).Gives(WebSocketBytes.Frame(0x80, "lo"));
        WebSocketClient client = Connect();
        Assert.IsFalse(client.Receive(500));
        Assert.IsFalse(client.Receive(500));
        Assert.AreEqual("pong p", Sent());
        Assert.AreEqual("text Hello", Next(client, 500));
        AssertClean(client);
    }

    [TestMethod]
    public void Receive_Ping_IsAnsweredWithItsPayload()
    {
        byte[] longest = WebSocketBytes.Pattern(125);
        Peer().Gives(WebSocketBytes.Frame(0x89, "")).Gives(WebSocketBytes.Frame(0x89, longest)).Gives(WebSocketBytes.Frame(0x81, "m"));
        WebSocketClient client = Connect();
        Assert.AreEqual("text m", Next(client, 100));
        Assert.AreEqual("pong |pong " + WebSocketBytes.Show(longest, 0, 125), Sent());
        AssertClean(client);
    }

    [TestMethod]
    public void Receive_FloodOfPings_IsAnsweredInTurns()
    {
        byte[] ping = WebSocketBytes.Frame(0x89, "");
        byte[] flood = new byte[100 * ping.Length];
        for (int i = 0; i < 100; i++)
        {
            Array.Copy(ping, 0, flood, i * ping.Length, ping.Length);
        }

        Peer().Gives(flood).Gives(WebSocketBytes.Frame(0x81, "m"));
        WebSocketClient client = Connect();
        Assert.IsFalse(client.Receive(0));
        Assert.AreEqual((16 * "pong |".Length) - 1, Sent().Length, "the owner has its turn after 16");
        Assert.AreEqual("text m", Next(client, 100));
        AssertClean(client);
    }

    [TestMethod]
    public void SendPing_Pong_IsNoted()
    {
        Peer().AwaitsBytes(RequestText.Length + 6).Pauses(300).Gives(WebSocketBytes.Frame(0x8A, ""));
        WebSocketClient client = Connect();
        client.SendPing(1000);
        Assert.AreEqual("ping ", Sent());
        long sentMs = _hal.Time.NowMs;
        Assert.IsFalse(client.Receive(1000));
        Assert.AreEqual(sentMs + 300, client.LastPongMs);
        Assert.AreEqual(sentMs + 300, client.LastReceivedMs);
        AssertClean(client);
    }

    [TestMethod]
    public void Receive_Close_IsAnsweredAndTold()
    {
        Peer().Gives(WebSocketBytes.Frame(0x81, "m")).Gives(WebSocketBytes.Close(4001, "no\nhello"));
        WebSocketClient client = Connect();
        Assert.AreEqual("text m", Next(client, 100));
        Assert.AreEqual("connection_lost: printer:7125 closed the WebSocket with code 4001: no.hello", Next(client, 100));
        Assert.AreEqual(4001, client.CloseCode);
        Assert.AreEqual("no.hello", client.CloseReason);
        Assert.AreEqual("close 4001", Sent());
        Assert.AreEqual(1, _peer.Disposals);
        Assert.IsFalse(client.IsOpen);
        Assert.AreEqual("connection_lost: printer:7125 has no open WebSocket with the hub", Next(client, 100));
        AssertClean(client);
    }

    [TestMethod]
    public void Receive_CloseWithoutCode_IsAnsweredWithoutCode()
    {
        Peer().Gives(WebSocketBytes.Frame(0x88, ""));
        WebSocketClient client = Connect();
        Assert.AreEqual("connection_lost: printer:7125 closed the WebSocket", Next(client, 100));
        Assert.AreEqual(WebSocketCloseCodes.NoCode, client.CloseCode);
        Assert.AreEqual("close", Sent());
        AssertClean(client);
    }

    [TestMethod]
    public void Receive_EndOrReset_IsConnectionLost()
    {
        Peer().Gives(WebSocketBytes.Hex("81 05 48")).Ends();
        WebSocketClient client = Connect();
        Assert.AreEqual("connection_lost: printer:7125 ended the WebSocket connection without a close", Next(client, 100));
        Assert.AreEqual(WebSocketCloseCodes.Abnormal, client.CloseCode);
        Peer().Resets();
        client = Connect();
        Assert.AreEqual("connection_lost: printer:7125 broke the WebSocket connection", Next(client, 100));
        Assert.AreEqual(WebSocketCloseCodes.Abnormal, client.CloseCode);
        AssertClean(client);
    }

    [TestMethod]
    public void Receive_BrokenFrame_ClosesWithTheCodeOfTheRule()
    {
        string[] frames = { "c1 00", "81 01 ff", "82 7f 00 00 00 00 7f ff ff ff" };
        string[] codes = { "close 1002", "close 1007", "close 1009" };
        for (int i = 0; i < frames.Length; i++)
        {
            Peer().Gives(WebSocketBytes.Hex(frames[i]));
            WebSocketClient client = Connect();
            Assert.IsTrue(Next(client, 100).StartsWith("bad_response: printer:7125 breaks the WebSocket protocol: it s"));
            Assert.AreEqual(codes[i], Sent());
            Assert.AreEqual(1, _peer.Disposals);
            AssertClean(client);
        }
    }

    [TestMethod]
    public void Receive_Cancelled_EndsWithin100MsAndLeavesAFarewell()
    {
        Peer();
        CancellationTokenSource source = new CancellationTokenSource();
        WebSocketClient client = NewClient(_hal);
        client.Connect(Request(), source.Token);
        _hal.Time.CancelAfter(1050, source);
        long sinceMs = _hal.Time.NowMs;
        Assert.AreEqual("cancelled: the WebSocket to printer:7125 was cancelled", Next(client, 60000));
        Assert.IsTrue(_hal.Time.NowMs - sinceMs <= 1150);
        Assert.IsTrue(client.IsOpen);
        sinceMs = _hal.Time.NowMs;
        client.Close(5000);
        Assert.AreEqual(0L, _hal.Time.NowMs - sinceMs);
        Assert.AreEqual("close 1000", Sent());
        AssertClean(client);
    }

    [TestMethod]
    public void Send_Messages_AreMaskedInWindowsAndLeftUnchanged()
    {
        int[] sizes = { 0, 1, 125, 126, 255, 256, 257, 1000, 65535, 65536 };
        for (int i = 0; i < sizes.Length; i++)
        {
            ScriptedHal hal = NewHal(1001);
            ScriptedStream peer = hal.AddPeer().AwaitsRequest(1).Gives(Opened).TakesAtMost(i % 2 == 0 ? int.MaxValue : 77);
            WebSocketClient client = NewClient(hal);
            client.Connect(Request(), CancellationToken.None);
            byte[] payload = WebSocketBytes.Pattern(sizes[i] + 2);
            string before = WebSocketBytes.Show(payload, 1, sizes[i]);
            client.SendText(payload, 1, sizes[i], 1000);
            client.SendBinary(payload, 1, sizes[i], 1000);
            Assert.AreEqual("text " + before + "|bin " + before, WebSocketBytes.HubFrames(peer.WrittenBytes(), RequestText.Length));
            Assert.AreEqual(before, WebSocketBytes.Show(payload, 1, sizes[i]));
            AssertClean(hal, client);
        }
    }

    [TestMethod]
    public void Send_EveryFrame_HasAMaskOfItsOwn()
    {
        WebSocketClient client = Connected();
        client.SendPing(100);
        client.SendPing(100);
        byte[] sent = _peer.WrittenBytes();
        int first = RequestText.Length;
        Assert.AreNotEqual(WebSocketBytes.Show(sent, first + 2, 4), WebSocketBytes.Show(sent, first + 8, 4));
        AssertClean(client);
    }

    [TestMethod]
    public void Send_PeerThatDoesNotRead_IsTimeoutAndClosed()
    {
        Peer().StallsAfter(RequestText.Length + 100);
        WebSocketClient client = Connect();
        long sinceMs = _hal.Time.NowMs;
        Assert.AreEqual("timeout: printer:7125 does not read: a message could not be sent in time", SendError(client, 1500));
        Assert.AreEqual(1500L, _hal.Time.NowMs - sinceMs);
        Assert.IsFalse(client.IsOpen);
        Assert.AreEqual(1, _peer.Disposals);
        Assert.AreEqual("connection_lost: printer:7125 has no open WebSocket with the hub", SendError(client, 1500));
        AssertClean(client);
    }

    [TestMethod]
    public void Receive_PongThatNobodyReads_IsTimeoutAndClosed()
    {
        Peer().Gives(WebSocketBytes.Frame(0x89, "p")).StallsAfter(RequestText.Length);
        WebSocketClient client = Connect();
        client.WriteTimeoutMs = 700;
        Assert.AreEqual("timeout: printer:7125 does not read: a message could not be sent in time", Next(client, 100));
        AssertClean(client);
    }

    [TestMethod]
    public void Send_PeerThatResets_IsConnectionLostAndCancelledIsCancelled()
    {
        Peer().ResetsAfter(RequestText.Length + 100);
        WebSocketClient client = Connect();
        Assert.AreEqual("connection_lost: printer:7125 broke the WebSocket connection", SendError(client, 1500));
        AssertClean(client);
        Peer().StallsAfter(RequestText.Length + 100);
        CancellationTokenSource source = new CancellationTokenSource();
        client = NewClient(_hal);
        client.Connect(Request(), source.Token);
        _hal.Time.CancelAfter(500, source);
        long sinceMs = _hal.Time.NowMs;
        Assert.AreEqual("cancelled: the WebSocket to printer:7125 was cancelled", SendError(client, 60000));
        Assert.IsTrue(_hal.Time.NowMs - sinceMs <= 600);
        Assert.IsFalse(client.IsOpen);
        AssertClean(client);
    }

    [TestMethod]
    public void Close_ServerAnswers_EndsAtOnceAndDropsMessages()
    {
        Peer().AwaitsBytes(RequestText.Length + 8).Gives(WebSocketBytes.Frame(0x81, "late")).Gives(WebSocketBytes.Frame(0x89, "p"))
            .Pauses(200).Gives(WebSocketBytes.Close(1000, ""));
        WebSocketClient client = Connect();
        long sinceMs = _hal.Time.NowMs;
        client.Close(5000);
        Assert.AreEqual(200L, _hal.Time.NowMs - sinceMs);
        Assert.AreEqual("close 1000", Sent(), "nothing may follow a close");
        Assert.AreEqual(1000, client.CloseCode);
        AssertClean(client);
    }

    [TestMethod]
    public void Close_ServerThatNeverAnswers_EndsInTime()
    {
        WebSocketClient client = Connected();
        long sinceMs = _hal.Time.NowMs;
        client.Close(1500);
        Assert.AreEqual(1500L, _hal.Time.NowMs - sinceMs);
        Assert.AreEqual("close 1000", Sent());
        Assert.AreEqual(1, _peer.Disposals);
        client.Close(1500);
        Assert.AreEqual(1500L, _hal.Time.NowMs - sinceMs);
        AssertClean(client);
    }

    [TestMethod]
    public void Close_ServerThatDoesNotReadOrIsGone_EndsInTime()
    {
        Peer().StallsAfter(RequestText.Length);
        WebSocketClient client = Connect();
        long sinceMs = _hal.Time.NowMs;
        client.Close(1500);
        Assert.AreEqual(1500L, _hal.Time.NowMs - sinceMs);
        AssertClean(client);
        Peer().ResetsAfter(RequestText.Length);
        client = Connect();
        client.Close(1500);
        AssertClean(client);
    }

    [TestMethod]
    public void Connect_Again_ForgetsTheOldConnection()
    {
        Peer().Gives(WebSocketBytes.Hex("01 05 48 65")).Gives(WebSocketBytes.Hex("6c"));
        WebSocketClient client = Connect();
        Assert.IsFalse(client.Receive(10));
        ScriptedStream old = _peer;
        Peer().Gives(WebSocketBytes.Frame(0x81, "new"));
        client.Connect(Request(), CancellationToken.None);
        Assert.AreEqual(1, old.Disposals);
        Assert.AreEqual("text new", Next(client, 10));
        AssertClean(client);
    }

    private static ScriptedHal NewHal(int bufferSize)
    {
        ScriptedHal hal = new ScriptedHal(bufferSize);
        hal.Machine = new SampleEntropy();
        hal.Hasher = new SampleHash();
        return hal;
    }

    private static WebSocketClient NewClient(ScriptedHal hal) => new WebSocketClient(hal, HttpOrigin.Parse("http://printer:7125"), null);

    private static HttpRequest Request()
    {
        HttpRequest request = new HttpRequest("GET", "/websocket?x=1");
        request.AddHeader("X-Api-Key", new Secret("FAKE-KEY"));
        return request;
    }

    /// <summary>The next message, an error, or nothing.</summary>
    private static string Next(WebSocketClient client, int timeoutMs)
    {
        try
        {
            return !client.Receive(timeoutMs) ? "" : (client.IsText ? "text " : "bin ") + WebSocketBytes.Show(client.Message, 0, client.MessageLength);
        }
        catch (HubException error)
        {
            return ErrorCodes.Name(error.Code) + ": " + error.Message;
        }
    }

    private static string ErrorOf(WebSocketClient client, CancellationToken cancel)
    {
        try
        {
            client.Connect(Request(), cancel);
            return "";
        }
        catch (HubException error)
        {
            Assert.IsFalse(client.IsOpen);
            return ErrorCodes.Name(error.Code) + ": " + error.Message;
        }
    }

    private static string SendError(WebSocketClient client, int timeoutMs)
    {
        try
        {
            client.SendText(WebSocketBytes.Pattern(1000), 0, 1000, timeoutMs);
            return "";
        }
        catch (HubException error)
        {
            return ErrorCodes.Name(error.Code) + ": " + error.Message;
        }
    }

    /// <summary>Connects to a peer that gives these bytes and ends.</summary>
    private static HubException? ConnectFailure(string answer)
    {
        ScriptedHal hal = NewHal(4096);
        hal.AddPeer().AwaitsRequest(1).Gives(answer).Ends();
        WebSocketClient client = NewClient(hal);
        HubException? failure = null;
        try
        {
            client.Connect(Request(), CancellationToken.None);
        }
        catch (HubException error)
        {
            failure = error;
        }

        Assert.AreEqual(failure == null, client.IsOpen);
        AssertClean(hal, client);
        return failure;
    }

    private static string ConnectError(string answer)
    {
        HubException? error = ConnectFailure(answer);
        return error == null ? "" : ErrorCodes.Name(error.Code) + ": " + error.Message;
    }

    /// <summary>No buffer and no connection may be left.</summary>
    private static void AssertClean(ScriptedHal hal, WebSocketClient client)
    {
        client.Dispose();
        Assert.IsFalse(client.IsOpen);
        Assert.AreEqual(0, hal.Pool.Rented);
        Assert.AreEqual(0, hal.Net.OpenSockets);
    }

    private void AssertClean(WebSocketClient client) => AssertClean(_hal, client);

    /// <summary>Prepares a server that takes the handshake.</summary>
    private ScriptedStream Peer()
    {
        _peer = _hal.AddPeer().AwaitsRequest(1).Gives(Opened);
        return _peer;
    }

    private WebSocketClient Connected()
    {
        Peer();
        return Connect();
    }

    private WebSocketClient Connect()
    {
        WebSocketClient client = NewClient(_hal);
        client.Connect(Request(), CancellationToken.None);
        return client;
    }

    /// <summary>The frames the hub sent after its request.</summary>
    private string Sent() => WebSocketBytes.HubFrames(_peer.WrittenBytes(), RequestText.Length);
}
