using System;
using System.Net.Security;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Hal;
using Hub.Hal.Desktop;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Hal;

[TestClass]
public sealed class DesktopSocketsTests : SocketContract
{
    protected override ISocketFactory Open(int maxSockets) => new DesktopSockets(maxSockets);
}

[TestClass]
public sealed class DesktopTlsTests : TlsContract
{
    protected override ISocketFactory Open() => new DesktopSockets(16);

    [TestMethod]
    public void Dispose_PeerNeverTakesTheRest_IsResetAndNotEnded()
    {
        const string Serial = "01P00TEST0000003";
        using var mayRead = new SemaphoreSlim(0);
        var end = new TaskCompletionSource<SocketError>();
        using var server = new LoopbackServer(async socket =>
        {
            using var tls = new SslStream(new NetworkStream(socket));
            await tls.AuthenticateAsServerAsync(TestCertificates.SelfSigned(Serial));
            await mayRead.WaitAsync();
            byte[] buffer = new byte[64 * 1024];
            SocketError error;
            int size;
            do
            {
                size = socket.Receive(buffer, 0, buffer.Length, SocketFlags.None, out error);
            }
            while (size > 0);
            end.SetResult(error);
        });
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect("127.0.0.1", server.Port);
        TlsTrust trust = TlsTrust.For(new TlsOptions { ServerName = Serial, Insecure = true }, "127.0.0.1");
        HubSslStream ssl = TlsDialer.HandshakeAsync(socket, trust, "test", new Deadline(Patience.LimitMs), CancellationToken.None).GetAwaiter().GetResult();
        var lease = new CancellationTokenSource();
        var stream = new TlsStream(ssl, socket, lease, "test", lingerMs: 50);
        byte[] block = new byte[16 * 1024];
        while (stream.Write(block, 0, block.Length, 100) > 0)
        {
            // Until nothing is taken any more.
        }

        stream.Dispose();
        Patience.Until(() => !IsUsable(lease), "it lets go of its socket");
        mayRead.Release();
        Assert.IsTrue(end.Task.Wait(Patience.LimitMs));
        Assert.AreEqual(SocketError.ConnectionReset, end.Task.Result, "an orderly end would stand for a whole file");
    }

    private static bool IsUsable(CancellationTokenSource lease)
    {
        try
        {
            return lease.Token.CanBeCanceled;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }
}

[TestClass]
public sealed class DesktopUdpTests : UdpContract
{
    protected override ISocketFactory Open() => new DesktopSockets(16);
}
