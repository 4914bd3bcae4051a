using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Hal.Desktop;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Hal;

[TestClass]
public sealed class TcpDialerTests
{
    [TestMethod]
    public async Task ConnectAny_FirstAddressRefuses_TriesTheSecond()
    {
        using LoopbackServer server = LoopbackServer.Silent();
        IPAddress[] addresses = [IPAddress.IPv6Loopback, IPAddress.Loopback];
        using Socket socket = await TcpDialer.ConnectAnyAsync(addresses, server.Port, "printer", new Deadline(5000));
        Assert.IsTrue(socket.Connected);
    }

    [TestMethod]
    public async Task ConnectAny_FirstAddressSilent_LeavesTimeForTheSecond()
    {
        // macOS has one IPv4 loopback address alone.
        IPAddress silent = OperatingSystem.IsMacOS() ? IPAddress.IPv6Loopback : IPAddress.Parse("127.0.0.2");
        using LoopbackServer server = LoopbackServer.Silent();
        using var full = new FullListener(silent, server.Port);
        using Socket socket = await TcpDialer.ConnectAnyAsync([silent, IPAddress.Loopback], server.Port, "printer", new Deadline(4000));
        Assert.AreEqual(IPAddress.Loopback, ((IPEndPoint)socket.RemoteEndPoint!).Address);
    }

    [TestMethod]
    public async Task ConnectAny_NoAddress_DnsFailed()
    {
        HubException error = await Assert.ThrowsExactlyAsync<HubException>(
            () => TcpDialer.ConnectAnyAsync([], 80, "printer:80", new Deadline(100)));
        Assert.AreEqual(ErrorCode.DnsFailed, error.Code);
    }
}
