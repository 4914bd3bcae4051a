using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Support;

/// <summary>The guarantees of the suite's own helpers.</summary>
[TestClass]
public sealed class SharedHelpersTests
{
    [TestMethod]
    public void SharedText_ReadWhileItIsWritten_HoldsWholeLines()
    {
        const int Lines = 20_000;
        SharedText text = new();
        Thread writer = new(() =>
        {
            for (int i = 0; i < Lines; i++)
            {
                text.WriteLine("line");
            }
        });
        writer.Start();
        while (writer.IsAlive)
        {
            Assert.EndsWith(Environment.NewLine, Environment.NewLine + text);
        }

        Assert.HasCount(Lines, text.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [TestMethod]
    public void ReservedPort_ServerComesAndGoes_PortStaysItsOwn()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Inconclusive("ports are reserved on Linux only");
        }

        using ReservedPort port = new();
        for (int i = 0; i < 2; i++)
        {
            AssertRefused(port.Port);
            using TcpListener server = new(IPAddress.Loopback, port.Port);
            server.Start();
            using TcpClient client = new();
            client.Connect(IPAddress.Loopback, port.Port);
        }
    }

    /// <summary>What happened to ProFTPD: two have bound a port, and the second to listen finds it taken.</summary>
    [TestMethod]
    public void Listen_PortThatAnotherBoundAndListensOn_Fails()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Inconclusive("other systems refuse the second to bind");
        }

        using Socket first = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        first.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using Socket second = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        second.Bind(first.LocalEndPoint!);
        second.Listen();
        Assert.ThrowsExactly<SocketException>(() => first.Listen());
    }

    [TestMethod]
    public void ReservedPorts_InARow_AreReserved()
    {
        using ReservedPort ports = new(3);
        for (int i = 0; i < 3; i++)
        {
            AssertRefused(ports.Port + i);
        }
    }

    [TestMethod]
    public void FairWatch_ThreadThatSleeps_MeasuresIt()
    {
        FairWatch watch = FairWatch.StartNew();
        Thread.Sleep(200);
        Assert.IsGreaterThanOrEqualTo(195, watch.WallMilliseconds);
        Assert.IsLessThanOrEqualTo(watch.WallMilliseconds, watch.ElapsedMilliseconds);
    }

    private static void AssertRefused(int port)
    {
        using TcpClient client = new();
        SocketException error = Assert.ThrowsExactly<SocketException>(() => client.Connect(IPAddress.Loopback, port));
        Assert.AreEqual(SocketError.ConnectionRefused, error.SocketErrorCode);
    }
}
