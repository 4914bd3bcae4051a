using System;
using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Drivers;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Hal.Desktop;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Hal;

/// <summary>The board's driver code over a laptop's sockets, which stop every thread where the board's do.</summary>
[TestClass]
public sealed class BoardSocketsTests : IDisposable
{
    private const int TimeoutMs = Patience.LimitMs;

    /// <summary>How long a server says nothing.</summary>
    private const int SilentMs = 800;

    /// <summary>A freeze that lasts about as long: the thread that measures it may begin late.</summary>
    private const int FrozenMs = 400;

    private const string Serial = "01P00TEST0000001";

    private static readonly TestCertificates s_ca = new();
    private static readonly X509Certificate2 s_printer = s_ca.Leaf(Serial);

    private readonly BoardBehaviour _board = new() { MinHandshakeMs = 0, MaxHandshakeMs = 0, MaxLateMs = 0, CallMicroseconds = 0, ByteNanoseconds = 0 };
    private DesktopHal? _hal;

    private DesktopHal Hal => _hal ??= new DesktopHal("unused", new DesktopHalOptions { Nvs = new MemoryNvs(), MaxSockets = 16, Board = _board });

    private ISocketFactory Sockets => Hal.Sockets;

    public void Dispose()
    {
        int blind = _hal?.Core!.BlindReads ?? 0;
        _hal?.Dispose();
        Assert.AreEqual(0, blind, "a read of what had not arrived would have stopped the board");
    }

    [TestMethod]
    public void ConnectTls_CaAndSerial_ExchangesBytesUnchanged()
    {
        using LoopbackServer server = TlsServer.Echo(s_printer);
        using IByteStream stream = Sockets.ConnectTls("127.0.0.1", server.Port, Trust(), TimeoutMs);
        Assert.IsTrue(stream.Peer!.IsVerified);
        Assert.AreEqual("", stream.Peer.Sha256, "the board sees no certificate");
        for (int i = 0; i < 16; i++)
        {
            byte[] sent = RandomNumberGenerator.GetBytes(30_000);
            stream.WriteAll(sent);
            CollectionAssert.AreEqual(sent, stream.ReadExactly(sent.Length));
        }

        stream.Dispose();
        Assert.AreEqual(0, Sockets.OpenSockets);
    }

    [TestMethod]
    public void ConnectTls_OtherCaOrSerialOrNoTls_SaysWhy()
    {
        using LoopbackServer server = TlsServer.Echo(s_printer);
        Fails(server, new TlsOptions { ServerName = Serial, CaPem = new TestCertificates().CaPem }, ErrorCode.TlsUntrusted, "not signed by the configured CA");
        Fails(server, new TlsOptions { ServerName = "01P00TEST0000002", CaPem = s_ca.CaPem }, ErrorCode.TlsUntrusted, "01P00TEST0000002");
        using LoopbackServer plain = new(async socket => await socket.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray()));
        Fails(plain, Trust(), ErrorCode.TlsFailed, "TLS");
        Assert.AreEqual(0, Sockets.OpenSockets);
    }

    [TestMethod]
    public void ConnectTls_ServerSilentInTheHandshake_StopsEveryThreadUntilItCloses()
    {
        using LoopbackServer server = new(socket => Task.Delay(SilentMs));
        Stalls stalls = new(Hal.Clock);
        HubException error = Assert.ThrowsExactly<HubException>(() => Sockets.ConnectTls("127.0.0.1", server.Port, Trust(), 100));
        Assert.AreEqual(ErrorCode.TlsFailed, error.Code, "a time limit of 100 ms does not hold: " + error.Message);
        Assert.IsGreaterThan(FrozenMs, stalls.LongestMs());
        Assert.AreEqual(0, Sockets.OpenSockets);
    }

    [TestMethod]
    public void Read_HalfARecordThenSilence_StopsEveryThreadFromItsFirstByteOn()
    {
        using SemaphoreSlim mayBegin = new(0);
        using LoopbackServer server = new(async socket =>
        {
            using SslStream tls = new(new NetworkStream(socket));
            await tls.AuthenticateAsServerAsync(s_printer);
            await mayBegin.WaitAsync();

            // Application data of 256 bytes, of which five come.
            await socket.SendAsync(new byte[] { 23, 3, 3, 1, 0, 1, 2, 3, 4, 5 });
            await Task.Delay(SilentMs);
        });
        using IByteStream stream = Sockets.ConnectTls("127.0.0.1", server.Port, Trust(), TimeoutMs);
        int freezes = Hal.Core!.Freezes;
        Assert.AreEqual(-1, stream.Read(new byte[10], 0, 10, 50), "nothing has begun");
        Assert.AreEqual(freezes, Hal.Core.Freezes, "a read that waits for a record stops nobody");

        mayBegin.Release();
        Assert.IsTrue(stream.WaitReadable(TimeoutMs));
        Stalls during = new(Hal.Clock);
        try
        {
            // What comes after half a record is an end or an error, as the library sees it.
            Assert.IsLessThanOrEqualTo(0, stream.Read(new byte[10], 0, 10, 50));
        }
        catch (HubException e)
        {
            Assert.AreEqual(ErrorCode.ConnectionLost, e.Code);
        }

        Assert.IsGreaterThan(FrozenMs, during.LongestMs());
    }

    [TestMethod]
    public void ConnectTls_MoreThanTheBoardHolds_IsRefused()
    {
        Assert.AreEqual(15, new BoardBehaviour().MaxTls);
        _board.MaxTls = 2;
        using LoopbackServer server = TlsServer.Echo(s_printer);
        using IByteStream first = Sockets.ConnectTls("127.0.0.1", server.Port, Trust(), TimeoutMs);
        using IByteStream second = Sockets.ConnectTls("127.0.0.1", server.Port, Trust(), TimeoutMs);
        Fails(server, Trust(), ErrorCode.OutOfSockets, "TLS connections");
        Assert.AreEqual(2, Sockets.OpenSockets);
        first.Dispose();
        using IByteStream third = Sockets.ConnectTls("127.0.0.1", server.Port, Trust(), TimeoutMs);
    }

    [TestMethod]
    public void ConnectTcp_Seventeenth_IsRefused()
    {
        using LoopbackServer server = LoopbackServer.Silent();
        IByteStream[] streams = new IByteStream[16];
        for (int i = 0; i < streams.Length; i++)
        {
            streams[i] = Sockets.ConnectTcp("127.0.0.1", server.Port, TimeoutMs);
        }

        HubException error = Assert.ThrowsExactly<HubException>(() => Sockets.ConnectTcp("127.0.0.1", server.Port, TimeoutMs));
        Assert.AreEqual(ErrorCode.OutOfSockets, error.Code);
        Array.ForEach(streams, s => s.Dispose());
        Sockets.ConnectTcp("127.0.0.1", server.Port, TimeoutMs).Dispose();
    }

    [TestMethod]
    public void ConnectTcp_NameServerSilent_StopsEveryThreadOnce()
    {
        int lookups = 0;
        _board.Resolve = _ =>
        {
            lookups++;
            Thread.Sleep(SilentMs);
            throw new RawSocketException(RawSocketException.NameServerSilent);
        };
        Stalls stalls = new(Hal.Clock);
        for (int i = 0; i < 3; i++)
        {
            HubException error = Assert.ThrowsExactly<HubException>(() => Sockets.ConnectTcp("printer.lan", 80, 100));
            Assert.AreEqual(ErrorCode.DnsFailed, error.Code);
        }

        Assert.IsGreaterThan(FrozenMs, stalls.LongestMs());
        Assert.AreEqual(1, lookups, "each lookup would stop the board");
    }

    [TestMethod]
    public void HoldTls_WhileHeld_NoHandshakeBeginsAndNothingStops()
    {
        using LoopbackServer server = TlsServer.Echo(s_printer);
        IDisposable hold = Sockets.HoldTls();
        Task<IByteStream> dial = Task.Factory.StartNew(() => Sockets.ConnectTls("127.0.0.1", server.Port, Trust(), TimeoutMs), TaskCreationOptions.LongRunning);
        Patience.Until(() => server.Accepted == 1, "the TCP connection");
        Assert.IsFalse(dial.Wait(2 * FrozenMs), "a handshake while the hub is being set up");
        Assert.AreEqual(0, Hal.Core!.Freezes);
        hold.Dispose();
        Assert.IsTrue(dial.Wait(TimeoutMs));
        dial.Result.Dispose();
    }

    [TestMethod]
    public void Udp_Datagram_ArrivesWithItsSender()
    {
        using IUdpSocket one = Sockets.OpenUdp(0, "127.0.0.1");
        using IUdpSocket two = Sockets.OpenUdp(0, null);
        byte[] buffer = new byte[10];
        Assert.AreEqual(-1, two.Receive(buffer, 20));
        one.Send([1, 2, 3], 0, 3, "127.0.0.1", two.LocalPort);
        Assert.AreEqual(3, two.Receive(buffer, TimeoutMs));
        Assert.AreEqual("127.0.0.1", two.RemoteAddress);
    }

    [TestMethod]
    public void Spend_ManyThreads_ShareOneCpu()
    {
        SingleCore core = new(new BoardBehaviour { CallMicroseconds = 5000 });
        Stopwatch watch = Stopwatch.StartNew();
        Task[] tasks = new Task[4];
        for (int i = 0; i < tasks.Length; i++)
        {
            tasks[i] = Task.Factory.StartNew(
                () =>
                {
                    for (int call = 0; call < 10; call++)
                    {
                        core.Call();
                    }
                },
                TaskCreationOptions.LongRunning);
        }

        Task.WaitAll(tasks);
        Assert.IsGreaterThanOrEqualTo(190, watch.ElapsedMilliseconds, "forty calls of 5 ms");
    }

    private static TlsOptions Trust() => new() { ServerName = Serial, CaPem = s_ca.CaPem };

    private void Fails(LoopbackServer server, TlsOptions options, ErrorCode code, string words)
    {
        HubException error = Assert.ThrowsExactly<HubException>(() => Sockets.ConnectTls("127.0.0.1", server.Port, options, TimeoutMs));
        Assert.AreEqual(code, error.Code, error.Message);
        StringAssert.Contains(error.Message, words);
    }

    /// <summary>A thread of the hub that does nothing but read the clock, and notes for how long it could not.</summary>
    private sealed class Stalls
    {
        private readonly Thread _thread;
        private long _longestMs;
        private volatile bool _isOver;

        public Stalls(IClock clock)
        {
            using ManualResetEventSlim runs = new();
            _thread = new Thread(() =>
            {
                long lastMs = clock.NowMs;
                runs.Set();
                while (!_isOver)
                {
                    Thread.Sleep(1);
                    long nowMs = clock.NowMs;
                    _longestMs = Math.Max(_longestMs, nowMs - lastMs);
                    lastMs = nowMs;
                }
            })
            { IsBackground = true };
            _thread.Start();
            runs.Wait();
        }

        /// <summary>Ends it.</summary>
        public long LongestMs()
        {
            _isOver = true;
            _thread.Join();
            return _longestMs;
        }
    }
}
