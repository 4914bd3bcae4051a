using System.Net;
using System.Net.Sockets;
using System.Threading;
using Hub.Core.Drivers;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Hal.Esp32S3;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Nano;

/// <summary>The sockets of the runtime over its loopback.</summary>
[TestClass]
public class Esp32SocketsTests
{
    private readonly RawSockets _sockets = new RawSockets(new NanoNetwork(), new Esp32Clock(), 16, 15);

    [TestMethod]
    public void Connect_EchoInPieces_GivesAllBytesAndTheEnd()
    {
        Socket listener = Listen(1);
        Thread echo = new Thread(() =>
        {
            Socket peer = listener.Accept();
            byte[] some = new byte[1000];
            int got = peer.Receive(some, 0, some.Length, SocketFlags.None);
            while (got > 0)
            {
                peer.Send(some, 0, got, SocketFlags.None);
                got = peer.Receive(some, 0, some.Length, SocketFlags.None);
            }

            peer.Close();
        });
        echo.Start();
        IByteStream stream = _sockets.ConnectTcp("127.0.0.1", PortOf(listener), 2000);
        byte[] sent = new byte[30000];
        byte[] read = new byte[30000];
        for (int i = 0; i < sent.Length; i++)
        {
            sent[i] = (byte)(i * 7);
        }

        int written = 0;
        int got = 0;
        while (got < sent.Length)
        {
            written += written < sent.Length ? stream.Write(sent, written, sent.Length - written, 1) : 0;
            int part = stream.Read(read, got, read.Length - got, 20);
            got += part > 0 ? part : 0;
        }

        for (int i = 0; i < sent.Length; i++)
        {
            Assert.AreEqual(sent[i], read[i]);
        }

        Assert.AreEqual(-1, stream.Read(read, 0, 10, 20));
        stream.Dispose();
        listener.Close();
        Assert.AreEqual(0, _sockets.OpenSockets);
    }

    [TestMethod]
    public void Connect_RefusedTwentyTimes_LeavesAllSocketsFree()
    {
        Socket listener = Listen(1);
        int port = PortOf(listener);
        listener.Close();
        for (int i = 0; i < 20; i++)
        {
            try
            {
                _sockets.ConnectTcp("127.0.0.1", port, 1000);
                Assert.Fail("connected");
            }
            catch (HubException error)
            {
                Assert.AreEqual((int)ErrorCode.ConnectFailed, (int)error.Code, error.Message);
            }
        }

        Assert.AreEqual(0, _sockets.OpenSockets);
    }

    [TestMethod]
    public void Read_PeerCloses_IsTheEnd()
    {
        Socket listener = Listen(1);
        Thread server = new Thread(() => listener.Accept().Close());
        server.Start();
        IByteStream stream = _sockets.ConnectTcp("127.0.0.1", PortOf(listener), 2000);
        Assert.IsTrue(stream.WaitReadable(2000));
        Assert.AreEqual(0, stream.Read(new byte[10], 0, 10, 2000));
        stream.Dispose();
        listener.Close();
    }

    [TestMethod]
    public void StartTls_ServerThatSpeaksNoTls_IsRefusedAndClosed()
    {
        Socket listener = Listen(1);
        Thread server = new Thread(() =>
        {
            Socket peer = listener.Accept();
            byte[] hello = { (byte)'2', (byte)'2', (byte)'0', (byte)' ', (byte)'h', (byte)'i', 13, 10 };
            peer.Send(hello, 0, hello.Length, SocketFlags.None);
            Thread.Sleep(300);
            peer.Close();
        });
        server.Start();
        try
        {
            // The handshake stops every thread, the server's too: its words must be there before.
            IByteStream tcp = _sockets.ConnectTcp("127.0.0.1", PortOf(listener), 2000);
            Assert.IsTrue(tcp.WaitReadable(2000));
            _sockets.StartTls(tcp, "127.0.0.1", new TlsOptions { Insecure = true }, 2000, CancellationToken.None);
            Assert.Fail("made TLS of it");
        }
        catch (HubException error)
        {
            Assert.AreEqual((int)ErrorCode.TlsFailed, (int)error.Code, error.Message);
        }

        listener.Close();
        Assert.AreEqual(0, _sockets.OpenSockets);
    }

    [TestMethod]
    public void Udp_ToItself_GivesTheDatagramAndItsSender()
    {
        IUdpSocket socket = _sockets.OpenUdp(0, null);
        byte[] bytes = { 1, 2, 3 };
        socket.Send(bytes, 0, 3, "127.0.0.1", socket.LocalPort);
        byte[] buffer = new byte[100];
        Assert.AreEqual(3, socket.Receive(buffer, 2000));
        Assert.AreEqual("127.0.0.1", socket.RemoteAddress);
        Assert.AreEqual(-1, socket.Receive(buffer, 20));
        socket.Dispose();
        Assert.AreEqual(0, _sockets.OpenSockets);
    }

    private static Socket Listen(int backlog)
    {
        Socket listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(new IPAddress(new byte[] { 127, 0, 0, 1 }), 0));
        listener.Listen(backlog);
        return listener;
    }

    private static int PortOf(Socket listener) => ((IPEndPoint)listener.LocalEndPoint).Port;
}
