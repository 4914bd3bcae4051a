using System;
using System.IO;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Hal;
using Hub.Core.Mqtt;
using Hub.Core.WebSockets;
using Hub.Hal.Desktop;
using Hub.Tests.Portable;
using Hub.Tests.Support;
using Hub.Tests.WebSockets;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Hal;

/// <summary>An event that is set when there is something to read: of the laptop's connections, and of the clients on them.</summary>
[TestClass]
public sealed class ReadSignalTests
{
    private const int TimeoutMs = Patience.LimitMs;

    private static readonly byte[] s_hello = Encoding.ASCII.GetBytes("hello");

    private readonly AutoResetEvent _readable = new(false);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void SignalReadable_BytesCome_AreReadAndTheNextOnesAreSignalledAgain(bool isTls)
    {
        using LoopbackServer server = Server(isTls, EchoAsync);
        using IByteStream stream = Connect(server, isTls);
        for (int round = 0; round < 3; round++)
        {
            Signal(stream);
            Assert.IsFalse(stream.WaitReadable(0), "nothing has been sent");
            Assert.IsFalse(_readable.WaitOne(0), "nothing has been sent");
            stream.WriteAll(s_hello);
            Assert.IsTrue(_readable.WaitOne(TimeoutMs));
            CollectionAssert.AreEqual(s_hello, stream.ReadExactly(5));
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void SignalReadable_BytesAreThere_IsSetAtOnce(bool isTls)
    {
        using LoopbackServer server = Server(isTls, EchoAsync);
        using IByteStream stream = Connect(server, isTls);
        stream.WriteAll(s_hello);
        Assert.IsTrue(stream.WaitReadable(TimeoutMs));
        Signal(stream);
        Assert.IsTrue(_readable.WaitOne(TimeoutMs));
        CollectionAssert.AreEqual(s_hello, stream.ReadExactly(5));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Read_WhileASignalIsAwaited_WaitsForTheBytesItself(bool isTls)
    {
        using LoopbackServer server = Server(isTls, EchoAsync);
        using IByteStream stream = Connect(server, isTls);
        Signal(stream);
        Assert.AreEqual(-1, stream.Read(new byte[1], 0, 1, 1));
        stream.WriteAll(s_hello);
        CollectionAssert.AreEqual(s_hello, stream.ReadExactly(5));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void SignalReadable_PeerEnds_IsSet(bool isTls)
    {
        TaskCompletionSource mayEnd = new();
        using LoopbackServer server = Server(isTls, _ => mayEnd.Task);
        using IByteStream stream = Connect(server, isTls);
        Signal(stream);
        Assert.IsFalse(_readable.WaitOne(0));
        mayEnd.SetResult();
        server.Dispose();
        Assert.IsTrue(_readable.WaitOne(TimeoutMs));
        Assert.IsTrue(stream.WaitReadable(0));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void SignalReadable_OwnEnd_IsSet(bool isTls)
    {
        using LoopbackServer server = Server(isTls, EchoAsync);
        IByteStream stream = Connect(server, isTls);
        Signal(stream);
        stream.Dispose();
        Assert.IsTrue(_readable.WaitOne(TimeoutMs));
        Signal(stream);
        Assert.IsTrue(_readable.WaitOne(0), "a closed connection is never waited for");
    }

    [TestMethod]
    public void WebSocket_SecondMessageCameWithTheFirst_IsSignalledAtOnce()
    {
        using WebSocketRawServer server = new();
        using ManualResetEventSlim sendsMore = new();
        using ManualResetEventSlim ends = new();
        Task serving = server.Serve(socket =>
        {
            socket.Send(WebSocketBytes.Join(WebSocketBytes.Frame(0x81, "one"), WebSocketBytes.Frame(0x81, "two")));
            sendsMore.Wait(TimeoutMs);
            socket.Send(WebSocketBytes.Frame(0x81, "three"));
            ends.Wait(TimeoutMs);
        });
        using WebSocketClient client = server.Connect();
        Assert.IsTrue(client.Receive(TimeoutMs));
        Assert.IsTrue(client.TrySignal(_readable));
        Assert.IsTrue(_readable.WaitOne(TimeoutMs), "the second one is not read yet");
        Assert.IsTrue(client.Receive(TimeoutMs));
        Assert.IsFalse(client.Receive(0));
        client.TrySignal(_readable);
        Assert.IsFalse(_readable.WaitOne(0), "all is read");
        sendsMore.Set();
        Assert.IsTrue(_readable.WaitOne(TimeoutMs));
        Assert.IsTrue(client.Receive(TimeoutMs));
        ends.Set();
        Assert.IsTrue(serving.Wait(TimeoutMs));
    }

    [TestMethod]
    public void Mqtt_SecondMessageCameWithTheFirst_IsSignalledAtOnce()
    {
        TaskCompletionSource sendsMore = new();
        using LoopbackServer server = Server(false, async stream =>
        {
            await stream.WriteAsync(MqttBytes.Join([MqttBytes.Welcome, MqttBytes.Publish("t", "one"), MqttBytes.Publish("t", "two")]));
            await sendsMore.Task;
            await stream.WriteAsync(MqttBytes.Publish("t", "three"));
            await EchoAsync(stream);
        });
        using DesktopHal hal = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
        using CoreMqttClient client = new(hal, new MqttOptions { Host = "127.0.0.1", Port = server.Port, ClientId = "", KeepAliveSeconds = 0 });
        client.Connect(CancellationToken.None);
        Assert.IsTrue(client.TrySignal(_readable));
        Assert.IsTrue(_readable.WaitOne(TimeoutMs), "what came with the answer is not read yet");
        Assert.IsNotNull(client.Receive(TimeoutMs, CancellationToken.None));
        client.TrySignal(_readable);
        Assert.IsTrue(_readable.WaitOne(TimeoutMs), "the second one is not read yet");
        Assert.IsNotNull(client.Receive(TimeoutMs, CancellationToken.None));
        Assert.IsNull(client.Receive(0, CancellationToken.None));
        client.TrySignal(_readable);
        Assert.IsFalse(_readable.WaitOne(0), "all is read");
        sendsMore.SetResult();
        Assert.IsTrue(_readable.WaitOne(TimeoutMs));
        Assert.IsNotNull(client.Receive(TimeoutMs, CancellationToken.None));
    }

    private static LoopbackServer Server(bool isTls, Func<Stream, Task> handle) => isTls
        ? TlsServer.Start(TestCertificates.SelfSigned("signal"), handle)
        : new LoopbackServer(async socket =>
        {
            using NetworkStream stream = new(socket);
            await handle(stream);
        });

    private static Task EchoAsync(Stream stream) => LoopbackServer.CopyAsync(stream, stream);

    private static IByteStream Connect(LoopbackServer server, bool isTls)
    {
        DesktopSockets sockets = new(16);
        return isTls
            ? sockets.ConnectTls("127.0.0.1", server.Port, new TlsOptions { Insecure = true }, TimeoutMs)
            : sockets.ConnectTcp("127.0.0.1", server.Port, TimeoutMs);
    }

    private void Signal(IByteStream stream) => ((IReadSignal)stream).SignalReadable(_readable);
}
