using System;
using System.Threading;
using Hub.Core.Drivers;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>What the core decides about a small device's sockets.</summary>
[TestClass]
public class DriverSocketsTests
{
    private readonly ManualClock _clock = new ManualClock();
    private readonly FakeRawNetwork _network;
    private readonly RawSockets _sockets;

    public DriverSocketsTests()
    {
        _network = new FakeRawNetwork(_clock);
        _sockets = new RawSockets(_network, _clock, 4, 2);
    }

    private static TlsOptions Trusting(string? ca) => new TlsOptions { CaPem = ca, ServerName = "01P00A", Insecure = ca == null };

    [TestMethod]
    public void ConnectTcp_FailsInEachWay_SaysSoAndKeepsNoSocket()
    {
        object[][] cases =
        {
            new object[] { RawSocketException.Refused, ErrorCode.ConnectFailed, "nothing listens at 10.0.0.9:80" },
            new object[] { RawSocketException.TimedOut, ErrorCode.Timeout, "no answer from 10.0.0.9:80" },
            new object[] { RawSocketException.Unreachable, ErrorCode.ConnectFailed, "no route to 10.0.0.9:80" },
            new object[] { RawSocketException.NoSocket, ErrorCode.OutOfSockets, "no socket left" },
            new object[] { RawSocketException.Unfinished, ErrorCode.ConnectFailed, "cannot connect to 10.0.0.9:80; is it switched on" },
            new object[] { 4711, ErrorCode.ConnectFailed, "socket error 4711" },
        };
        for (int i = 0; i < cases.Length; i++)
        {
            _network.ConnectError = (int)cases[i][0];
            HubException error = FailureOfTcp("10.0.0.9");
            Assert.AreEqual((int)(ErrorCode)cases[i][1], (int)error.Code, error.Message);
            Assert.IsTrue(error.Message.IndexOf((string)cases[i][2]) >= 0, error.Message);
        }

        Assert.AreEqual(0, _sockets.OpenSockets);
        Assert.AreEqual(0, _network.Open);
        Assert.AreEqual(0, _network.Lookups, "an address was looked up");
    }

    [TestMethod]
    public void ConnectTcp_DeviceGivesNoSocket_SaysSoWhateverItsNumber()
    {
        _network.OpenError = RawSocketException.Unfinished;
        HubException error = FailureOfTcp("10.0.0.9");
        Assert.AreEqual((int)ErrorCode.OutOfSockets, (int)error.Code, error.Message);
        Assert.AreEqual(0, _sockets.OpenSockets);
    }

    [TestMethod]
    public void ConnectTcp_MoreThanThereAre_IsRefusedUntilOneIsClosed()
    {
        IByteStream first = _sockets.ConnectTcp("10.0.0.9", 80, 1000);
        for (int i = 1; i < 4; i++)
        {
            _sockets.ConnectTcp("10.0.0.9", 80, 1000);
        }

        Assert.AreEqual((int)ErrorCode.OutOfSockets, (int)FailureOfTcp("10.0.0.9").Code);
        first.Dispose();
        first.Dispose();
        Assert.AreEqual(3, _sockets.OpenSockets);
        _sockets.ConnectTcp("10.0.0.9", 80, 1000).Dispose();
    }

    [TestMethod]
    public void ConnectTcp_WithoutANetwork_AsksNoNameServer()
    {
        _network.IsUp = false;
        HubException error = FailureOfTcp("printer.lan");
        Assert.AreEqual((int)ErrorCode.ConnectFailed, (int)error.Code);
        Assert.AreEqual(0, _network.Lookups);
        Assert.AreEqual(0, _sockets.OpenSockets);
    }

    [TestMethod]
    public void ConnectTcp_NameAgain_UsesTheAddressForTenMinutes()
    {
        _network.LookupMs = 300;
        _sockets.ConnectTcp("printer.lan", 80, 1000).Dispose();
        Assert.AreEqual(700, _network.Last.ConnectMs, "the lookup counts towards the limit");
        _sockets.ConnectTcp("printer.lan", 80, 1000).Dispose();
        Assert.AreEqual(1, _network.Lookups);
        _clock.Advance(600001);
        _network.LookupError = RawSocketException.NameServerSilent;
        _sockets.ConnectTcp("printer.lan", 80, 1000).Dispose();
        Assert.AreEqual(2, _network.Lookups, "asked again, and the last address served");
        _sockets.ConnectTcp("printer.lan", 80, 1000).Dispose();
        Assert.AreEqual(2, _network.Lookups, "a dead name server was asked at every dial");
    }

    [TestMethod]
    public void ConnectTcp_AddressOfNameIsDead_AsksTheNameServerAgain()
    {
        _sockets.ConnectTcp("printer.lan", 80, 1000).Dispose();
        _network.ConnectError = RawSocketException.TimedOut;
        FailureOfTcp("printer.lan");
        _network.ConnectError = 0;
        _sockets.ConnectTcp("printer.lan", 80, 1000).Dispose();
        Assert.AreEqual(2, _network.Lookups, "the printer may have another address");
    }

    [TestMethod]
    public void ConnectTcp_UnknownName_IsNotLookedUpAtEveryDial()
    {
        _network.LookupError = RawSocketException.NoSuchHost;
        HubException first = FailureOfTcp("nowhere");
        Assert.AreEqual((int)ErrorCode.DnsFailed, (int)first.Code);
        Assert.AreEqual(first.Message, FailureOfTcp("nowhere").Message, "the same reason");
        Assert.AreEqual(1, _network.Lookups);
        _clock.Advance(30001);
        FailureOfTcp("nowhere");
        Assert.AreEqual(2, _network.Lookups);
        Assert.AreEqual(0, _sockets.OpenSockets);
    }

    [TestMethod]
    public void Read_NothingArrived_NeverCallsReceive()
    {
        IByteStream stream = _sockets.ConnectTls("10.0.0.9", 8883, Trusting("CA"), 1000);
        FakeRawSocket socket = _network.Last;
        byte[] buffer = new byte[100];
        Assert.AreEqual(-1, stream.Read(buffer, 0, 100, 50));
        Assert.IsFalse(stream.WaitReadable(50));
        Assert.AreEqual(0, socket.BlindReceives);
        socket.Pending = 7;
        Assert.IsTrue(stream.WaitReadable(0), "decrypted bytes wait");
        Assert.AreEqual(7, stream.Read(buffer, 0, 100, 50));
        socket.IsEnded = true;
        Assert.AreEqual(0, stream.Read(buffer, 0, 100, 50));
    }

    [TestMethod]
    public void Read_Reset_IsALostConnectionFromThenOn()
    {
        IByteStream stream = _sockets.ConnectTcp("10.0.0.9", 80, 1000);
        _network.Last.Error = RawSocketException.Reset;
        Assert.IsTrue(stream.WaitReadable(0));
        for (int i = 0; i < 2; i++)
        {
            try
            {
                stream.Read(new byte[10], 0, 10, 0);
                Assert.Fail("read from a reset connection");
            }
            catch (HubException error)
            {
                Assert.AreEqual((int)ErrorCode.ConnectionLost, (int)error.Code);
            }

            _network.Last.Error = 0;
        }
    }

    [TestMethod]
    public void Write_Much_GoesOutInPiecesWhileTheSocketAccepts()
    {
        IByteStream stream = _sockets.ConnectTls("10.0.0.9", 8883, Trusting("CA"), 1000);
        FakeRawSocket socket = _network.Last;
        byte[] bytes = new byte[40000];
        Assert.AreEqual(16384, stream.Write(bytes, 0, bytes.Length, 100));
        Assert.AreEqual("2800 2800 2800 2800 2800 2384 ", socket.Pieces);
        socket.Accepts = 1;
        Assert.AreEqual(2800, stream.Write(bytes, 0, 10000, 100));
        Assert.AreEqual(0, stream.Write(bytes, 0, 10000, 100), "a full socket takes nothing");
        Assert.AreEqual(0, socket.BlindSends);
    }

    [TestMethod]
    public void ConnectTls_ServerName_IsTheOptionsOrTheHost()
    {
        IByteStream stream = _sockets.ConnectTls("10.0.0.9", 8883, Trusting("CA"), 1000);
        Assert.AreEqual("01P00A", _network.Last.ServerName);
        Assert.AreEqual("CA", _network.Last.CaPem);
        Assert.IsTrue(_network.Last.IsVerified && stream.Peer != null && stream.Peer.IsVerified);
        stream.Dispose();
        stream = _sockets.ConnectTls("10.0.0.9", 8883, new TlsOptions { Insecure = true }, 1000);
        Assert.AreEqual("10.0.0.9", _network.Last.ServerName);
        Assert.IsFalse(_network.Last.IsVerified || stream.Peer!.IsVerified);
        stream.Dispose();
        Assert.AreEqual(0, _network.Open);
    }

    [TestMethod]
    public void ConnectTls_WhatTheDeviceCannotCheck_IsRefusedBeforeADial()
    {
        Refuses(new TlsOptions { PinSha256 = "00" }, ErrorCode.NotSupported, "CA certificate");
        Refuses(new TlsOptions(), ErrorCode.NotSupported, "CA certificate");
        _clock.IsUtcSynced = false;
        Refuses(Trusting("CA"), ErrorCode.TlsFailed, "clock");
        Assert.AreEqual(0, _network.Sockets.Count);
        _sockets.ConnectTls("10.0.0.9", 8883, new TlsOptions { Insecure = true }, 1000).Dispose();
    }

    [TestMethod]
    public void ConnectTls_HandshakeFails_ClosesAndSaysWhy()
    {
        object[][] cases =
        {
            new object[] { -9984, ErrorCode.TlsUntrusted, "is not for '01P00A'" },
            new object[] { -29440, ErrorCode.TlsFailed, "does not speak TLS" },
            new object[] { -30592, ErrorCode.TlsFailed, "refused the TLS handshake" },
            new object[] { -32512, ErrorCode.OutOfMemory, "no memory" },
            new object[] { 0x08, ErrorCode.TlsUntrusted, "not signed by the configured CA" },
            new object[] { 0x04, ErrorCode.TlsUntrusted, "is not for '01P00A'" },
            new object[] { 0x01, ErrorCode.TlsUntrusted, "has expired" },
            new object[] { 0x200, ErrorCode.TlsUntrusted, "not valid yet" },
            new object[] { 0, ErrorCode.TlsFailed, "TLS error 0" },
        };
        for (int i = 0; i < cases.Length; i++)
        {
            _network.TlsError = (int)cases[i][0];
            try
            {
                _sockets.ConnectTls("10.0.0.9", 8883, Trusting("CA"), 1000);
                Assert.Fail("connected in spite of error " + cases[i][0].ToString());
            }
            catch (HubException error)
            {
                Assert.AreEqual((int)(ErrorCode)cases[i][1], (int)error.Code, error.Message);
                Assert.IsTrue(error.Message.IndexOf((string)cases[i][2]) >= 0, error.Message);
            }
        }

        Assert.AreEqual(0, _network.Open);
        Assert.AreEqual(0, _sockets.OpenSockets);
        _network.TlsError = int.MinValue;
        _sockets.ConnectTls("10.0.0.9", 8883, Trusting("CA"), 1000);
        _sockets.ConnectTls("10.0.0.9", 8883, Trusting("CA"), 1000);
    }

    [TestMethod]
    public void ConnectTls_MoreThanTheDeviceHolds_IsRefusedAndKeepsNoSocket()
    {
        IByteStream first = _sockets.ConnectTls("10.0.0.9", 8883, Trusting("CA"), 1000);
        _sockets.ConnectTls("10.0.0.9", 8883, Trusting("CA"), 1000);
        Refuses(Trusting("CA"), ErrorCode.OutOfSockets, "TLS connections");
        Assert.AreEqual(2, _sockets.OpenSockets);
        first.Dispose();
        _sockets.ConnectTls("10.0.0.9", 8883, Trusting("CA"), 1000);
    }

    [TestMethod]
    public void ConnectTls_AfterAHandshake_LeavesTheOthersTheirTime()
    {
        _network.HandshakeMs = 700;
        _sockets.ConnectTls("10.0.0.9", 8883, Trusting("CA"), 1000);
        long endMs = _clock.NowMs;
        _sockets.ConnectTls("10.0.0.8", 8883, Trusting("CA"), 1000);
        Assert.IsTrue(_clock.NowMs - endMs >= 2 * 700, "two handshakes without a pause of their length: " + (_clock.NowMs - endMs).ToString());
    }

    [TestMethod]
    public void ConnectTls_HeldBack_FailsWithAReasonAndKeepsNoSocket()
    {
        IDisposable one = _sockets.HoldTls();
        IDisposable two = _sockets.HoldTls();
        one.Dispose();
        one.Dispose();
        Refuses(Trusting("CA"), ErrorCode.Timeout, "while the hub is being set up");
        Assert.AreEqual(0, _network.Open);
        Assert.AreEqual(0, _sockets.OpenSockets);
        Assert.IsTrue(_network.Last.ServerName == null, "a handshake began");
        _sockets.ConnectTcp("10.0.0.9", 80, 1000).Dispose();
        two.Dispose();
        _sockets.ConnectTls("10.0.0.9", 8883, Trusting("CA"), 1000).Dispose();
    }

    [TestMethod]
    public void Read_PeerThatNeverPauses_LetsOthersRun()
    {
        YieldClock clock = new YieldClock();
        RawSockets sockets = new RawSockets(_network, clock, 4, 2);
        IByteStream stream = sockets.ConnectTcp("10.0.0.9", 80, 1000);
        byte[] buffer = new byte[4096];
        for (int i = 0; i < 12; i++)
        {
            _network.Last.Arrived = 4096;
            Assert.AreEqual(4096, stream.Read(buffer, 0, 4096, 0));
        }

        Assert.AreEqual(2, clock.Yields, "48 KiB without a pause");
        stream.Read(buffer, 0, 4096, 0);
        for (int i = 0; i < 4; i++)
        {
            _network.Last.Arrived = 4096;
            stream.Read(buffer, 0, 4096, 0);
        }

        Assert.AreEqual(2, clock.Yields, "a pause ends the turn");
        stream.Write(new byte[20000], 0, 20000, 0);
        stream.Write(new byte[20000], 0, 20000, 0);
        Assert.AreEqual(4, clock.Yields, "writes count as well");
    }

    [TestMethod]
    public void StartTls_OnTcp_TakesTheSocketOver()
    {
        IByteStream tcp = _sockets.ConnectTcp("10.0.0.9", 990, 1000);
        IByteStream tls = _sockets.StartTls(tcp, "10.0.0.9", Trusting("CA"), 1000, CancellationToken.None);
        tcp.Dispose();
        Assert.AreEqual(1, _network.Open, "the old stream closed what it had given away");
        tls.Dispose();
        Assert.AreEqual(0, _sockets.OpenSockets);

        tcp = _sockets.ConnectTcp("10.0.0.9", 990, 1000);
        try
        {
            _sockets.StartTls(tcp, "10.0.0.9", new TlsOptions { PinSha256 = "00" }, 1000, CancellationToken.None);
            Assert.Fail("a pin was accepted");
        }
        catch (HubException error)
        {
            Assert.AreEqual((int)ErrorCode.NotSupported, (int)error.Code);
        }

        Assert.AreEqual(0, _network.Open);
        Assert.AreEqual(0, _sockets.OpenSockets);
    }

    [TestMethod]
    public void SignalReadable_SomethingArrivesLater_SetsTheEventOnce()
    {
        RawSockets sockets = new RawSockets(_network, new TickClock(), 4, 2);
        RawStream stream = (RawStream)sockets.ConnectTcp("10.0.0.9", 80, 1000);
        AutoResetEvent readable = new AutoResetEvent(false);
        _network.Last.Arrived = 5;
        stream.SignalReadable(readable);
        Assert.IsTrue(readable.WaitOne(0, false), "it has arrived already");

        _network.Last.Arrived = 0;
        stream.SignalReadable(readable);
        Assert.IsFalse(stream.Look());
        _network.Last.Arrived = 5;
        Assert.IsTrue(readable.WaitOne(10000, false), "the watch's thread did not look");
        stream.Dispose();
        Assert.AreEqual(0, sockets.Watch.Count);
        stream.SignalReadable(readable);
        Assert.IsTrue(readable.WaitOne(0, false), "a closed connection has nothing to wait for");
    }

    [TestMethod]
    public void SignalReadable_ConnectionIsReset_SetsTheEvent()
    {
        RawSockets sockets = new RawSockets(_network, new TickClock(), 4, 2);
        RawStream stream = (RawStream)sockets.ConnectTcp("10.0.0.9", 80, 1000);
        AutoResetEvent readable = new AutoResetEvent(false);
        stream.SignalReadable(readable);
        _network.Last.Error = RawSocketException.Reset;
        Assert.IsTrue(readable.WaitOne(10000, false));
        stream.Dispose();
    }

    [TestMethod]
    public void SignalReadable_AnotherConnectionFaults_IsSeenAllTheSame()
    {
        RawSockets sockets = new RawSockets(_network, new TickClock(), 4, 2);
        RawStream first = (RawStream)sockets.ConnectTcp("10.0.0.9", 80, 1000);
        RawStream second = (RawStream)sockets.ConnectTcp("10.0.0.9", 80, 1000);
        AutoResetEvent readable = new AutoResetEvent(false);
        AutoResetEvent faulted = new AutoResetEvent(false);
        first.SignalReadable(readable);
        second.SignalReadable(faulted);
        _network.Last.PollFault = new InvalidOperationException("out of memory");
        Assert.IsTrue(faulted.WaitOne(10000, false), "its owner finds out by reading");
        ((FakeRawSocket)_network.Sockets[0]!).Arrived = 5;
        Assert.IsTrue(readable.WaitOne(10000, false));
        first.Dispose();
        second.Dispose();
    }

    [TestMethod]
    public void StartTls_OnABrokenConnection_ClosesIt()
    {
        IByteStream tcp = _sockets.ConnectTcp("10.0.0.9", 990, 1000);
        _network.Last.Error = RawSocketException.Reset;
        try
        {
            tcp.Read(new byte[8], 0, 8, 0);
            Assert.Fail("read");
        }
        catch (HubException error)
        {
            Assert.AreEqual((int)ErrorCode.ConnectionLost, (int)error.Code);
        }

        try
        {
            _sockets.StartTls(tcp, "10.0.0.9", Trusting("CA"), 1000, CancellationToken.None);
            Assert.Fail("began TLS");
        }
        catch (HubException error)
        {
            Assert.AreEqual((int)ErrorCode.ConnectionLost, (int)error.Code);
        }

        Assert.AreEqual(0, _sockets.OpenSockets);
        Assert.AreEqual(0, _network.Open);
    }

    [TestMethod]
    public void Connections_DriverThrowsWhatItShouldNot_KeepNoSocketAndNoGate()
    {
        IByteStream tcp = _sockets.ConnectTcp("10.0.0.9", 990, 1000);
        _network.Fault = new InvalidOperationException("out of memory");
        for (int i = 0; i < 5; i++)
        {
            Faults(() => _sockets.ConnectTcp("10.0.0.9", 80, 1000));
            Faults(() => _sockets.ConnectTcp("printer.lan", 80, 1000));
            Faults(() => _sockets.OpenUdp(2021, null));
        }

        Faults(() => _sockets.StartTls(tcp, "10.0.0.9", Trusting("CA"), 1000, CancellationToken.None));
        Assert.AreEqual(0, _sockets.OpenSockets);
        Assert.AreEqual(0, _network.Open);

        _network.Fault = null;
        IByteStream first = _sockets.ConnectTls("10.0.0.9", 8883, Trusting("CA"), 1000);
        IByteStream second = _sockets.ConnectTls("10.0.0.9", 8883, Trusting("CA"), 1000);
        first.Dispose();
        second.Dispose();
    }

    [TestMethod]
    public void ConnectTls_SocketErrorInTheHandshake_IsNoJudgementOfTheCertificate()
    {
        _network.TlsError = RawSocketException.Reset;
        Refuses(Trusting("CA"), ErrorCode.TlsFailed, "broke in the TLS handshake (socket error 10054)");
    }

    [TestMethod]
    public void Resolve_PrinterOffAndNameServerSilent_IsAskedEvery30S()
    {
        _sockets.ConnectTcp("printer.lan", 80, 1000).Dispose();
        _network.ConnectError = RawSocketException.TimedOut;
        FailureOfTcp("printer.lan");
        Assert.AreEqual(1, _network.Lookups);
        _network.LookupError = RawSocketException.NameServerSilent;
        FailureOfTcp("printer.lan");
        FailureOfTcp("printer.lan");
        Assert.AreEqual(2, _network.Lookups, "each lookup stops every thread");
        _clock.Advance(30000);
        FailureOfTcp("printer.lan");
        Assert.AreEqual(3, _network.Lookups);
    }

    [TestMethod]
    public void Resolve_FailsWithoutANumber_IsRememberedAsWell()
    {
        _network.Fault = new RawSocketException(0);
        Assert.AreEqual((int)ErrorCode.DnsFailed, (int)FailureOfTcp("printer.lan").Code);
        Assert.AreEqual((int)ErrorCode.DnsFailed, (int)FailureOfTcp("printer.lan").Code);
        Assert.AreEqual(1, _network.Lookups);
    }

    [TestMethod]
    public void Receive_BrokenUdpSocket_TakesItsTime()
    {
        _network.Udp = new BrokenRawUdp();
        IUdpSocket socket = _sockets.OpenUdp(2021, null);
        long beforeMs = _clock.NowMs;
        Assert.AreEqual(-1, socket.Receive(new byte[8], 250));
        Assert.AreEqual(50, (int)(_clock.NowMs - beforeMs), "whoever listens asks again at once");
        Assert.AreEqual(-1, socket.Receive(new byte[8], 0));
        Assert.AreEqual(50, (int)(_clock.NowMs - beforeMs));
    }

    [TestMethod]
    public void OpenUdp_Fails_KeepsNoSocket()
    {
        _network.OpenError = 10048;
        try
        {
            _sockets.OpenUdp(2021, null);
            Assert.Fail("opened");
        }
        catch (HubException error)
        {
            Assert.AreEqual((int)ErrorCode.ConnectFailed, (int)error.Code);
            Assert.IsTrue(error.Message.IndexOf("2021") >= 0, error.Message);
        }

        Assert.AreEqual(0, _sockets.OpenSockets);
    }

    private sealed class YieldClock : IClock
    {
        public int Yields { get; private set; }

        public long NowMs => 1000;

        public DateTime UtcNow => new DateTime(2026, 1, 1);

        public bool IsUtcSynced => true;

        public void Sleep(int milliseconds) => Yields += milliseconds == 0 ? 1 : 0;

        public bool Wait(WaitHandle handle, int milliseconds) => false;
    }

    private delegate void Call();

    private static void Faults(Call call)
    {
        string message = "";
        try
        {
            call();
        }
        catch (InvalidOperationException error)
        {
            message = error.Message;
        }

        Assert.AreEqual("out of memory", message);
    }

    private HubException FailureOfTcp(string host)
    {
        try
        {
            _sockets.ConnectTcp(host, 80, 1000);
        }
        catch (HubException error)
        {
            return error;
        }

        throw new InvalidOperationException("connected");
    }

    private void Refuses(TlsOptions options, ErrorCode code, string words)
    {
        try
        {
            _sockets.ConnectTls("10.0.0.9", 8883, options, 1000);
            Assert.Fail("connected");
        }
        catch (HubException error)
        {
            Assert.AreEqual((int)code, (int)error.Code, error.Message);
            Assert.IsTrue(error.Message.IndexOf(words) >= 0, error.Message);
        }
    }
}
