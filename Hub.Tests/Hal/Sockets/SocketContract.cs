using System;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Hal;

/// <summary>What every <see cref="ISocketFactory"/> does with plain TCP.</summary>
public abstract class SocketContract
{
    private const int TimeoutMs = Patience.LimitMs;

    private static readonly byte[] s_hello = Encoding.ASCII.GetBytes("hello");

    protected abstract ISocketFactory Open(int maxSockets = 16);

    [TestMethod]
    public void ConnectTcp_EchoServer_GivesTheBytesBack()
    {
        using LoopbackServer server = LoopbackServer.Echo();
        ISocketFactory sockets = Open();
        using IByteStream stream = sockets.ConnectTcp("127.0.0.1", server.Port, TimeoutMs);
        Assert.IsNull(stream.Peer);
        CollectionAssert.AreEqual(new byte[] { 127, 0, 0, 1 }, ((IRemoteAddress)stream).RemoteAddress());
        Assert.AreEqual(1, sockets.OpenSockets);
        stream.WriteAll(s_hello);
        Assert.IsTrue(stream.WaitReadable(TimeoutMs));
        CollectionAssert.AreEqual(s_hello, stream.ReadExactly(5));
    }

    [TestMethod]
    public void ConnectTcp_NameWithSeveralAddresses_FindsTheOneThatListens()
    {
        // localhost is often ::1 first; the server listens on 127.0.0.1 alone.
        using LoopbackServer server = LoopbackServer.Echo();
        using IByteStream stream = Open().ConnectTcp("localhost", server.Port, TimeoutMs);
        stream.WriteAll(s_hello);
        CollectionAssert.AreEqual(s_hello, stream.ReadExactly(5));
    }

    [TestMethod]
    public void ConnectTcp_Ipv6Loopback_WorksWhereTheSystemHasIt()
    {
        if (!HasIpv6Loopback())
        {
            HubException error = Assert.ThrowsExactly<HubException>(() => Open().ConnectTcp("::1", 9, TimeoutMs));
            Assert.AreEqual(ErrorCode.ConnectFailed, error.Code);
            return;
        }

        using LoopbackServer server = LoopbackServer.Echo(IPAddress.IPv6Loopback);
        using IByteStream stream = Open().ConnectTcp("::1", server.Port, TimeoutMs);
        stream.WriteAll(s_hello);
        CollectionAssert.AreEqual(s_hello, stream.ReadExactly(5));
    }

    [TestMethod]
    public void ConnectTcp_NobodyListens_SaysSo()
    {
        using ReservedPort nobodys = new();
        int port = nobodys.Port;
        ISocketFactory sockets = Open();
        HubException error = Assert.ThrowsExactly<HubException>(() => sockets.ConnectTcp("127.0.0.1", port, TimeoutMs));
        Assert.AreEqual(ErrorCode.ConnectFailed, error.Code);
        StringAssert.Contains(error.Message, "127.0.0.1:" + port);
        Assert.AreEqual(0, sockets.OpenSockets);
    }

    [TestMethod]
    [DataRow("no-such-printer.invalid")]
    [DataRow("not..a..name")]
    public void ConnectTcp_UnknownHost_SaysSo(string host)
    {
        ISocketFactory sockets = Open();
        HubException error = Assert.ThrowsExactly<HubException>(() => sockets.ConnectTcp(host, 80, TimeoutMs));
        Assert.AreEqual(ErrorCode.DnsFailed, error.Code);
        StringAssert.Contains(error.Message, host);
        Assert.AreEqual(0, sockets.OpenSockets);
    }

    [TestMethod]
    public void ConnectTcp_NoAnswer_EndsInTime()
    {
        using var full = new FullListener(IPAddress.Loopback);
        ISocketFactory sockets = Open();
        FairWatch watch = FairWatch.StartNew();
        HubException error = Assert.ThrowsExactly<HubException>(() => sockets.ConnectTcp("127.0.0.1", full.Port, 400));
        Assert.AreEqual(full.IsSilent ? ErrorCode.Timeout : ErrorCode.ConnectFailed, error.Code);
        Assert.IsLessThan(3000, watch.ElapsedMilliseconds);
        Assert.AreEqual(0, sockets.OpenSockets);
    }

    [TestMethod]
    public void ConnectTcp_BudgetUsedUp_IsRefusedUntilOneCloses()
    {
        using LoopbackServer server = LoopbackServer.Echo();
        ISocketFactory sockets = Open(maxSockets: 2);
        Assert.AreEqual(2, sockets.MaxSockets);
        using IByteStream first = sockets.ConnectTcp("127.0.0.1", server.Port, TimeoutMs);
        using IUdpSocket second = sockets.OpenUdp(0, "127.0.0.1");
        HubException error = Assert.ThrowsExactly<HubException>(() => sockets.ConnectTcp("127.0.0.1", server.Port, TimeoutMs));
        Assert.AreEqual(ErrorCode.OutOfSockets, error.Code);
        Assert.AreEqual(2, sockets.OpenSockets);
        second.Dispose();
        using IByteStream third = sockets.ConnectTcp("127.0.0.1", server.Port, TimeoutMs);
        Assert.AreEqual(2, sockets.OpenSockets);
    }

    [TestMethod]
    public void Dispose_Twice_CountsOnceAndEndsEveryCall()
    {
        using LoopbackServer server = LoopbackServer.Echo();
        ISocketFactory sockets = Open();
        IByteStream stream = sockets.ConnectTcp("127.0.0.1", server.Port, TimeoutMs);
        stream.Dispose();
        stream.Dispose();
        Assert.AreEqual(0, sockets.OpenSockets);
        Assert.ThrowsExactly<ObjectDisposedException>(() => stream.Read(new byte[1], 0, 1, 0));
        Assert.ThrowsExactly<ObjectDisposedException>(() => stream.Write(new byte[1], 0, 1, 0));
        Assert.ThrowsExactly<ObjectDisposedException>(() => stream.WaitReadable(0));
    }

    [TestMethod]
    public void Read_NothingComes_ReturnsMinusOneInAboutTheTime()
    {
        using LoopbackServer server = LoopbackServer.Silent();
        using IByteStream stream = Open().ConnectTcp("127.0.0.1", server.Port, TimeoutMs);
        FairWatch watch = FairWatch.StartNew();
        Assert.IsFalse(stream.WaitReadable(0));
        Assert.AreEqual(-1, stream.Read(new byte[1], 0, 1, 0));
        Assert.AreEqual(-1, stream.Read(new byte[1], 0, 1, 200));
        Assert.IsFalse(stream.WaitReadable(200));
        Assert.IsGreaterThanOrEqualTo(380, watch.WallMilliseconds);
        Assert.IsLessThan(2000, watch.ElapsedMilliseconds);
    }

    [TestMethod]
    public void Read_PeerClosed_GivesTheRestAndThenTheEnd()
    {
        using var server = new LoopbackServer(async socket => await socket.SendAsync(s_hello));
        using IByteStream stream = Open().ConnectTcp("127.0.0.1", server.Port, TimeoutMs);
        CollectionAssert.AreEqual(s_hello, stream.ReadExactly(5));
        Assert.IsTrue(stream.WaitReadable(TimeoutMs));
        Assert.AreEqual(0, stream.Read(new byte[9], 0, 9, TimeoutMs));
        Assert.AreEqual(0, stream.Read(new byte[9], 0, 9, TimeoutMs));
        Assert.IsTrue(stream.WaitReadable(0));
    }

    [TestMethod]
    public void Write_PeerClosedItsSideOnly_StillArrives()
    {
        var received = new TaskCompletionSource<byte[]>();
        using var server = new LoopbackServer(async socket =>
        {
            socket.Shutdown(SocketShutdown.Send);
            byte[] bytes = new byte[5];
            int size = await socket.ReceiveAsync(bytes);
            received.SetResult(bytes[..size]);
        });
        using IByteStream stream = Open().ConnectTcp("127.0.0.1", server.Port, TimeoutMs);
        Assert.AreEqual(0, stream.Read(new byte[9], 0, 9, TimeoutMs));
        stream.WriteAll(s_hello);
        Assert.IsTrue(received.Task.Wait(TimeoutMs));
        CollectionAssert.AreEqual(s_hello, received.Task.Result);
    }

    [TestMethod]
    public void ReadAndWrite_PeerResets_ConnectionLostAndStaysLost()
    {
        using var server = new LoopbackServer(async socket =>
        {
            await socket.ReceiveAsync(new byte[5]);
            socket.Close(0);
        });
        ISocketFactory sockets = Open();
        using IByteStream stream = sockets.ConnectTcp("127.0.0.1", server.Port, TimeoutMs);
        stream.WriteAll(s_hello);
        Assert.IsTrue(stream.WaitReadable(TimeoutMs));
        for (int i = 0; i < 2; i++)
        {
            HubException error = Assert.ThrowsExactly<HubException>(() => stream.Read(new byte[1], 0, 1, TimeoutMs));
            Assert.AreEqual(ErrorCode.ConnectionLost, error.Code);
        }

        Assert.AreEqual(ErrorCode.ConnectionLost, Assert.ThrowsExactly<HubException>(() => stream.Write(s_hello, 0, 5, TimeoutMs)).Code);
        stream.Dispose();
        Assert.AreEqual(0, sockets.OpenSockets);
    }

    [TestMethod]
    public void Write_PeerDoesNotRead_ReturnsZeroAndGoesOnWhenItReads()
    {
        using var mayRead = new SemaphoreSlim(0);
        var total = new TaskCompletionSource<long>();
        using var server = new LoopbackServer(async socket =>
        {
            await mayRead.WaitAsync();
            byte[] buffer = new byte[64 * 1024];
            long sum = 0;
            int size;
            while ((size = await socket.ReceiveAsync(buffer)) > 0)
            {
                sum += size;
            }

            total.SetResult(sum);
        });
        IByteStream stream = Open().ConnectTcp("127.0.0.1", server.Port, TimeoutMs);
        long taken = 0;
        byte[] block = new byte[256 * 1024];
        int size;
        while ((size = stream.Write(block, 0, block.Length, 100)) > 0)
        {
            taken += size;
            Assert.IsLessThan(200_000_000, taken, "the peer reads nothing, yet everything is taken");
        }

        mayRead.Release();
        stream.WriteAll(block);
        stream.Dispose();
        Assert.IsTrue(total.Task.Wait(TimeoutMs));
        Assert.AreEqual(taken + block.Length, total.Task.Result);
    }

    [TestMethod]
    public void Exchange_EightMebibytes_ArriveUnchanged()
    {
        byte[] bytes = new byte[8 * 1024 * 1024];
        new Random(5).NextBytes(bytes);
        using LoopbackServer server = LoopbackServer.Echo();
        using IByteStream stream = Open().ConnectTcp("127.0.0.1", server.Port, TimeoutMs);
        CollectionAssert.AreEqual(SHA256.HashData(bytes), stream.Exchange(bytes));
    }

    [TestMethod]
    public void Connect_BadArguments_AreRefused()
    {
        ISocketFactory sockets = Open();
        Assert.Throws<ArgumentException>(() => sockets.ConnectTcp(string.Empty, 80, TimeoutMs));
        Assert.Throws<ArgumentException>(() => sockets.ConnectTcp("127.0.0.1", 0, TimeoutMs));
        Assert.Throws<ArgumentException>(() => sockets.ConnectTcp("127.0.0.1", 65536, TimeoutMs));
        Assert.AreEqual(0, sockets.OpenSockets);
    }

    private static bool HasIpv6Loopback()
    {
        try
        {
            using var listener = new TcpListener(IPAddress.IPv6Loopback, 0);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
