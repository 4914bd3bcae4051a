using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using Hub.Core.Discovery;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Hal.Desktop;
using Hub.Tests.Configuration;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Discovery;

/// <summary>Faults in the threads of discovery, and servers that take all the time there is.</summary>
[TestClass]
public sealed class DiscoveryFaultTests
{
    private const string Moved = "192.168.1.77";

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void Run_SocketsThrow_EndsWithWhatWentWrong()
    {
        using DesktopHal desktop = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
        Mock<ISocketFactory> sockets = new();
        sockets.Setup(s => s.OpenUdp(It.IsAny<int>(), It.IsAny<string?>())).Throws(new ArgumentOutOfRangeException("port"));
        sockets.Setup(s => s.ConnectTcp(It.IsAny<string>(), It.IsAny<int>(), It.IsAny<int>())).Throws(new ArgumentOutOfRangeException("host"));
        Mock<IHal> hal = new();
        hal.Setup(h => h.Clock).Returns(desktop.Clock);
        hal.Setup(h => h.Buffers).Returns(desktop.Buffers);
        hal.Setup(h => h.Sockets).Returns(sockets.Object);
        ConfigTestBed bed = new();
        ProbeTargets targets = new();
        targets.Add("127.0.0.1");
        PrinterDiscovery discovery = new(hal.Object, new DiscoveryOptions { ForMs = 50, Targets = targets, ProbePorts = [80], Parallelism = 2 }, bed.Log);

        discovery.Run(TestContext.CancellationToken);

        Assert.AreEqual(1, discovery.ProbedAddresses);
        Assert.AreEqual(4, bed.Log.Faults, string.Join('\n', discovery.Problems));
        Assert.HasCount(4, discovery.Problems);
    }

    [TestMethod]
    public void Run_EveryPortDrips_EndsTogetherAndNotOneAfterTheOther()
    {
        using DesktopHal hal = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
        List<Socket> tarpits = [.. Enumerable.Range(0, 24).Select(_ => Tarpit())];
        ProbeTargets targets = new();
        targets.Add("127.0.0.1");
        DiscoveryOptions options = new()
        {
            ForMs = 0,
            Targets = targets,
            ProbePorts = [.. tarpits.Select(t => ((IPEndPoint)t.LocalEndPoint!).Port)],
            Parallelism = 2,
            ProbeTimeoutMs = 400,
            ConnectTimeoutMs = 10,
        };
        PrinterDiscovery discovery = new(hal, options);

        FairWatch watch = FairWatch.StartNew();
        discovery.Run(TestContext.CancellationToken);

        // 24 ports of 400 ms on two threads are 4800 ms; asking ends after 60 + 2 * 400 ms, and what was begun then 400 ms later.
        Assert.IsLessThan(2300, watch.ElapsedMilliseconds);
        Assert.ContainsSingle(p => p.StartsWith("1 of 1 addresses were not asked to the end", StringComparison.Ordinal), discovery.Problems);
        tarpits.ForEach(t => t.Dispose());
    }

    [TestMethod]
    public void Follower_OneAnnouncementBreaksIt_NextOneIsServed()
    {
        ConfigTestBed bed = ConfigTestBed.Loaded(ConfigTestBed.Bambu);
        Mock<ITrustStore> trust = new();
        trust.SetupSequence(t => t.Find(It.IsAny<string>()))
            .Throws(new ArgumentOutOfRangeException("length"))
            .Throws(new HubException(ErrorCode.StorageFailed, "the disk is full"))
            .Returns(new string('b', 64));
        using ManualResetEventSlim served = new();
        using AddressFollower follower = new(Hal(3, served), bed.Log, bed.Config, trust.Object, id => id == "bambu-1" ? LinkState.Waiting : LinkState.Disabled, null, 2021);

        follower.Start();

        Assert.IsTrue(served.Wait(Patience.LimitMs), "all announcements are read");
        Assert.AreEqual(Moved, bed.Config.Find("bambu-1")!.Host);
        Assert.AreEqual(1, bed.Log.Faults);
    }

    [TestMethod]
    public void Follower_SocketThrows_ThreadStaysAndEndsWhenAsked()
    {
        ConfigTestBed bed = ConfigTestBed.Loaded(ConfigTestBed.Bambu);
        using ManualResetEventSlim opened = new();
        Mock<ISocketFactory> sockets = new();
        sockets.Setup(s => s.OpenUdp(It.IsAny<int>(), It.IsAny<string?>())).Callback(opened.Set).Throws(new ObjectDisposedException("socket"));
        AddressFollower follower = new(Hal(sockets.Object), bed.Log, bed.Config, Mock.Of<ITrustStore>(), _ => LinkState.Disabled, null, 2021);

        follower.Start();

        Assert.IsTrue(opened.Wait(Patience.LimitMs));
        follower.Dispose();
        Assert.AreEqual(1, bed.Log.Faults);
    }

    private static Socket Tarpit()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen(10);
        return socket;
    }

    /// <summary>A HAL whose socket hears the same announcement a few times, then nothing more.</summary>
    private static IHal Hal(int times, ManualResetEventSlim served)
    {
        byte[] message = Encoding.ASCII.GetBytes($"NOTIFY * HTTP/1.1\r\nLocation: {Moved}\r\nNT: {SsdpMessage.BambuTarget}\r\nNTS: ssdp:alive\r\nUSN: 01P00A000000001\r\n\r\n");
        Mock<IUdpSocket> socket = new();
        socket.Setup(s => s.RemoteAddress).Returns(Moved);
        socket.Setup(s => s.Receive(It.IsAny<byte[]>(), It.IsAny<int>())).Returns((byte[] buffer, int _) =>
        {
            if (times-- > 0)
            {
                message.CopyTo(buffer, 0);
                return message.Length;
            }

            served.Set();
            Thread.Sleep(1);
            return -1;
        });
        return Hal(Mock.Of<ISocketFactory>(f => f.OpenUdp(It.IsAny<int>(), It.IsAny<string?>()) == socket.Object && f.ShowsCertificates));
    }

    private static IHal Hal(ISocketFactory sockets)
    {
        Mock<IHal> hal = new();
        hal.Setup(h => h.Clock).Returns(new DesktopClock());
        hal.Setup(h => h.Buffers).Returns(new PooledBuffers(4));
        hal.Setup(h => h.Sockets).Returns(sockets);
        return hal.Object;
    }
}
