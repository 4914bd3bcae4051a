using System;
using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Hal;

/// <summary>What every <see cref="ISocketFactory"/> does with UDP.</summary>
public abstract class UdpContract
{
    private const int TimeoutMs = Patience.LimitMs;
    private const string Loopback = "127.0.0.1";
    private const string Group = "239.255.77.77";

    protected abstract ISocketFactory Open();

    [TestMethod]
    public void Send_ToAnotherSocket_ArrivesWithTheSender()
    {
        ISocketFactory sockets = Open();
        using IUdpSocket one = sockets.OpenUdp(0, Loopback);
        using IUdpSocket two = sockets.OpenUdp(0, Loopback);
        Assert.AreEqual(string.Empty, two.RemoteAddress);
        one.Send([0, 1, 2, 3], 1, 3, Loopback, two.LocalPort);
        byte[] buffer = new byte[10];
        Assert.AreEqual(3, two.Receive(buffer, TimeoutMs));
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, buffer[..3]);
        Assert.AreEqual(Loopback, two.RemoteAddress);
    }

    [TestMethod]
    public void Receive_EmptyAndLongDatagrams_AreKeptApart()
    {
        ISocketFactory sockets = Open();
        using IUdpSocket one = sockets.OpenUdp(0, Loopback);
        using IUdpSocket two = sockets.OpenUdp(0, null);
        one.Send([], 0, 0, Loopback, two.LocalPort);
        one.Send([1, 2, 3], 0, 3, Loopback, two.LocalPort);
        one.Send([4], 0, 1, Loopback, two.LocalPort);
        byte[] buffer = new byte[2];
        Assert.AreEqual(0, two.Receive(buffer, TimeoutMs));
        Assert.AreEqual(2, two.Receive(buffer, TimeoutMs));
        Assert.AreEqual(1, two.Receive(buffer, TimeoutMs));
        Assert.AreEqual(4, buffer[0]);
    }

    [TestMethod]
    public void Receive_NothingComes_ReturnsMinusOneInAboutTheTime()
    {
        using IUdpSocket socket = Open().OpenUdp(0, Loopback);
        FairWatch watch = FairWatch.StartNew();
        Assert.AreEqual(-1, socket.Receive(new byte[1], 0));
        Assert.AreEqual(-1, socket.Receive(new byte[1], 200));
        Assert.IsGreaterThanOrEqualTo(190, watch.WallMilliseconds);
        Assert.IsLessThan(2000, watch.ElapsedMilliseconds);
    }

    [TestMethod]
    public void JoinMulticast_TwoSocketsOnOnePort_BothReceive()
    {
        ISocketFactory sockets = Open();
        int port = UdpPorts.Next();
        using IUdpSocket one = sockets.OpenUdp(port, Loopback);
        using IUdpSocket two = sockets.OpenUdp(port, Loopback);
        using IUdpSocket sender = sockets.OpenUdp(0, Loopback);
        one.JoinMulticast(Group);
        two.JoinMulticast(Group);
        sender.Send([7], 0, 1, Group, one.LocalPort);
        byte[] buffer = new byte[10];
        Assert.AreEqual(1, one.Receive(buffer, TimeoutMs));
        Assert.AreEqual(1, two.Receive(buffer, TimeoutMs));
        Assert.AreEqual(7, buffer[0]);
        Assert.AreEqual(Loopback, one.RemoteAddress);
    }

    [TestMethod]
    public void Receive_SentToNobody_NothingBreaks()
    {
        ISocketFactory sockets = Open();
        IUdpSocket gone = sockets.OpenUdp(0, Loopback);
        int port = gone.LocalPort;
        gone.Dispose();
        using IUdpSocket socket = sockets.OpenUdp(0, Loopback);
        socket.Send([1], 0, 1, Loopback, port);
        Assert.AreEqual(-1, socket.Receive(new byte[1], 100));
        socket.Send([1], 0, 1, Loopback, socket.LocalPort);
        Assert.AreEqual(1, socket.Receive(new byte[1], TimeoutMs));
    }

    [TestMethod]
    public void Receive_CameThroughAnotherInterface_IsDropped()
    {
        ISocketFactory sockets = Open();
        using IUdpSocket sender = sockets.OpenUdp(0, null);
        string? outside = OutsideAddress();
        if (outside == null)
        {
            // A machine without a network has one interface alone: nothing can come through another.
            Assert.IsGreaterThan(0, sender.LocalPort);
            return;
        }

        using IUdpSocket socket = sockets.OpenUdp(0, outside);
        sender.Send([1], 0, 1, Loopback, socket.LocalPort);
        Assert.AreEqual(-1, socket.Receive(new byte[1], 200));
        sender.Send([2], 0, 1, outside, socket.LocalPort);
        Assert.AreEqual(1, socket.Receive(new byte[1], TimeoutMs));
    }

    [TestMethod]
    public void Dispose_Twice_CountsOnceAndEndsEveryCall()
    {
        ISocketFactory sockets = Open();
        IUdpSocket socket = sockets.OpenUdp(0, null);
        Assert.AreEqual(1, sockets.OpenSockets);
        socket.Dispose();
        socket.Dispose();
        Assert.AreEqual(0, sockets.OpenSockets);
        Assert.ThrowsExactly<ObjectDisposedException>(() => socket.Receive(new byte[1], 0));
        Assert.ThrowsExactly<ObjectDisposedException>(() => socket.Send([1], 0, 1, Loopback, 9));
        Assert.ThrowsExactly<ObjectDisposedException>(() => socket.JoinMulticast(Group));
    }

    [TestMethod]
    public void OpenUdp_BadAddress_IsRefusedAndNotCounted()
    {
        ISocketFactory sockets = Open();
        Assert.ThrowsExactly<ArgumentException>(() => sockets.OpenUdp(0, "not an address"));
        Assert.AreEqual(ErrorCode.ConnectFailed, Assert.ThrowsExactly<HubException>(() => sockets.OpenUdp(0, "203.0.113.1")).Code);
        Assert.AreEqual(0, sockets.OpenSockets);
    }

    private static string? OutsideAddress()
    {
        foreach (NetworkInterface candidate in NetworkInterface.GetAllNetworkInterfaces())
        {
            foreach (UnicastIPAddressInformation unicast in candidate.GetIPProperties().UnicastAddresses)
            {
                if (unicast.Address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(unicast.Address))
                {
                    return unicast.Address.ToString();
                }
            }
        }

        return null;
    }
}
