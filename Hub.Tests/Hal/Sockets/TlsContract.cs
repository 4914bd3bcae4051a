using System;
using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Hal;

/// <summary>What every <see cref="ISocketFactory"/> does with TLS streams once connected, and whom it trusts.</summary>
public abstract class TlsContract
{
    private const int TimeoutMs = Patience.LimitMs;
    private const string Serial = "01P00TEST0000001";

    private static readonly byte[] s_hello = Encoding.ASCII.GetBytes("hello");
    private static readonly TestCertificates s_ca = new();
    private static readonly X509Certificate2 s_printer = s_ca.Leaf(Serial);

    protected abstract ISocketFactory Open();

    [TestMethod]
    public void ConnectTls_CaAndCommonNameFit_IsVerified()
    {
        using LoopbackServer server = TlsServer.Echo(s_printer);
        ISocketFactory sockets = Open();
        using IByteStream stream = Connect(sockets, server, PrinterTrust());
        Assert.IsTrue(stream.Peer!.IsVerified);
        Assert.AreEqual(TestCertificates.PinOf(s_printer), stream.Peer.Sha256, ignoreCase: true);
        stream.WriteAll(s_hello);
        CollectionAssert.AreEqual(s_hello, stream.ReadExactly(5));
        stream.Dispose();
        stream.Dispose();
        Assert.AreEqual(0, sockets.OpenSockets);
        Assert.ThrowsExactly<ObjectDisposedException>(() => stream.Read(new byte[1], 0, 1, 0));
        Assert.ThrowsExactly<ObjectDisposedException>(() => stream.Write(new byte[1], 0, 1, 0));
        Assert.ThrowsExactly<ObjectDisposedException>(() => stream.WaitReadable(0));
    }

    [TestMethod]
    public void ConnectTls_SelfSignedLeafAsItsOwnCa_IsVerified()
    {
        X509Certificate2 leaf = TestCertificates.SelfSigned(Serial);
        using LoopbackServer server = TlsServer.Echo(leaf);
        using IByteStream stream = Connect(Open(), server, new TlsOptions { ServerName = Serial, CaPem = leaf.ExportCertificatePem() });
        Assert.IsTrue(stream.Peer!.IsVerified);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void ConnectTls_Intermediate_MayComeFromServerOrFromUser(bool isSent)
    {
        TestCertificates device = s_ca.Intermediate();
        using LoopbackServer server = TlsServer.Echo(device.Leaf(Serial), isSent ? device.Issuer : null);
        string pem = isSent ? s_ca.CaPem : s_ca.CaPem + "\n" + device.Issuer.ExportCertificatePem();
        using IByteStream stream = Connect(Open(), server, new TlsOptions { ServerName = Serial, CaPem = pem });
        Assert.IsTrue(stream.Peer!.IsVerified);
    }

    [TestMethod]
    [DataRow(true, false)]
    [DataRow(false, false)]
    [DataRow(true, true)]
    public void ConnectTls_IntermediateGivenAlone_IsAnAnchor(bool isSent, bool isBesideAnother)
    {
        TestCertificates device = s_ca.Intermediate();
        using LoopbackServer server = TlsServer.Echo(device.Leaf(Serial), isSent ? device.Issuer : null);
        string pem = device.Issuer.ExportCertificatePem();
        pem = isBesideAnother ? s_ca.Intermediate().Issuer.ExportCertificatePem() + "\n" + pem : pem;
        using IByteStream stream = Connect(Open(), server, new TlsOptions { ServerName = Serial, CaPem = pem });
        Assert.IsTrue(stream.Peer!.IsVerified);
    }

    [TestMethod]
    public void ConnectTls_CrossSignedAuthority_IsTheSameAnchor()
    {
        TestCertificates device = s_ca.Intermediate();
        X509Certificate2 twin = device.CrossSignedBy(new TestCertificates("Older CA"));
        X509Certificate2 leaf = device.Leaf(Serial, validToDays: 5);
        using LoopbackServer server = TlsServer.Echo(leaf, twin);
        foreach (string pem in new[] { device.Issuer.ExportCertificatePem(), twin.ExportCertificatePem(), s_ca.CaPem + "\n" + device.Issuer.ExportCertificatePem() })
        {
            using IByteStream stream = Connect(Open(), server, new TlsOptions { ServerName = Serial, CaPem = pem });
            Assert.IsTrue(stream.Peer!.IsVerified);
        }
    }

    [TestMethod]
    public void ConnectTls_IntermediateOfTheSameNameOnly_IsUntrusted()
    {
        TestCertificates device = s_ca.Intermediate();
        TestCertificates other = new TestCertificates().Intermediate();
        AssertUntrusted(other.Leaf(Serial), Trust(device.Issuer), "not", other.Issuer);
        AssertUntrusted(other.Leaf(Serial), Trust(device.Issuer), "not");
        AssertUntrusted(s_ca.Leaf(Serial), Trust(device.Issuer), "not");
    }

    [TestMethod]
    public void ConnectTls_IntermediateAsAnchor_RulesStillHold()
    {
        TestCertificates device = s_ca.Intermediate();
        AssertUntrusted(device.Leaf("01P00OTHER"), Trust(device.Issuer), "belongs to '01P00OTHER'", device.Issuer);
        AssertUntrusted(device.Leaf(Serial, validFromDays: -20, validToDays: -10), Trust(device.Issuer), "expired on", device.Issuer);
        AssertUntrusted(device.Leaf(Serial, validFromDays: 5), Trust(device.Issuer), "only from", device.Issuer);
        TestCertificates old = s_ca.Intermediate(validToDays: -5);
        AssertUntrusted(old.Leaf(Serial, validFromDays: -20, validToDays: -10), Trust(old.Issuer), "expired on", old.Issuer);
    }

    [TestMethod]
    public void ConnectTls_LeafGivenAsAuthority_StandsForItselfAlone()
    {
        TestCertificates device = s_ca.Intermediate();
        X509Certificate2 leaf = device.Leaf(Serial);
        using LoopbackServer server = TlsServer.Echo(leaf, device.Issuer);
        using IByteStream stream = Connect(Open(), server, Trust(leaf));
        Assert.IsTrue(stream.Peer!.IsVerified);
        AssertUntrusted(device.Leaf(Serial), Trust(leaf), "not trusted", device.Issuer);
        AssertUntrusted(TestCertificates.SignedByLeaf(leaf, Serial), Trust(leaf), "", leaf);
    }

    [TestMethod]
    [DataRow("localhost", null)]
    [DataRow("127.0.0.1", null)]
    [DataRow("printer.lan", "printer.lan")]
    [DataRow("*.lan", "printer.lan")]
    public void ConnectTls_AlternativeNameFits_IsVerified(string name, string? serverName)
    {
        using LoopbackServer server = TlsServer.Echo(s_ca.Leaf("other", [name]));
        var options = new TlsOptions { ServerName = serverName, CaPem = s_ca.CaPem };
        string host = serverName == null ? name : "127.0.0.1";
        using IByteStream stream = Open().ConnectTls(host, server.Port, options, TimeoutMs);
        Assert.IsTrue(stream.Peer!.IsVerified);
    }

    [TestMethod]
    public void ConnectTls_OtherSerial_IsUntrusted() =>
        AssertUntrusted(s_printer, new TlsOptions { ServerName = "01P00OTHER", CaPem = s_ca.CaPem }, "belongs to '" + Serial + "'");

    [TestMethod]
    public void ConnectTls_CommonNameBesideAlternativeNames_DoesNotCount() =>
        AssertUntrusted(s_ca.Leaf(Serial, ["other.lan"]), PrinterTrust(), "not to '" + Serial + "'");

    [TestMethod]
    public void ConnectTls_NoServerName_HostIsCompared() =>
        AssertUntrusted(s_printer, new TlsOptions { CaPem = s_ca.CaPem }, "not to '127.0.0.1'");

    [TestMethod]
    public void ConnectTls_OtherCa_IsUntrusted() =>
        AssertUntrusted(new TestCertificates("Other CA").Leaf(Serial), PrinterTrust(), "'Other CA'");

    [TestMethod]
    public void ConnectTls_CaOfTheSameNameOnly_IsUntrusted() =>
        AssertUntrusted(new TestCertificates().Leaf(Serial), PrinterTrust(), "not");

    [TestMethod]
    public void ConnectTls_PrivateCaWithSystemTrust_IsUntrusted() =>
        AssertUntrusted(s_printer, new TlsOptions { ServerName = Serial }, "is not trusted");

    [TestMethod]
    public void ConnectTls_Expired_IsUntrusted() =>
        AssertUntrusted(s_ca.Leaf(Serial, validFromDays: -20, validToDays: -10), PrinterTrust(), "expired on");

    [TestMethod]
    public void ConnectTls_NotYetValid_IsUntrusted() =>
        AssertUntrusted(s_ca.Leaf(Serial, validFromDays: 5), PrinterTrust(), "only from");

    [TestMethod]
    public void ConnectTls_PinFits_AloneDecides()
    {
        X509Certificate2 leaf = new TestCertificates("Unknown CA").Leaf("whoever", validFromDays: -20, validToDays: -10);
        using LoopbackServer server = TlsServer.Echo(leaf);
        var options = new TlsOptions { ServerName = Serial, PinSha256 = TestCertificates.PinOf(leaf), CaPem = s_ca.CaPem };
        using IByteStream stream = Connect(Open(), server, options);
        Assert.IsTrue(stream.Peer!.IsVerified);
    }

    [TestMethod]
    public void ConnectTls_PinOfAnother_IsUntrustedEvenIfInsecure()
    {
        var options = new TlsOptions { ServerName = Serial, CaPem = s_ca.CaPem, PinSha256 = new string('a', 64), Insecure = true };
        AssertUntrusted(s_printer, options, TestCertificates.PinOf(s_printer).ToLowerInvariant());
    }

    [TestMethod]
    public void ConnectTls_Insecure_ConnectsUnverified()
    {
        using LoopbackServer server = TlsServer.Echo(TestCertificates.SelfSigned("whoever"));
        using IByteStream stream = Connect(Open(), server, new TlsOptions { Insecure = true });
        Assert.IsFalse(stream.Peer!.IsVerified);
        stream.WriteAll(s_hello);
        CollectionAssert.AreEqual(s_hello, stream.ReadExactly(5));
    }

    [TestMethod]
    public void ConnectTls_PinOrCaIsNone_IsAConfigurationError()
    {
        ISocketFactory sockets = Open();
        foreach (TlsOptions options in new[] { new TlsOptions { PinSha256 = "abc" }, new TlsOptions { PinSha256 = new string('x', 64) }, new TlsOptions { CaPem = "none" } })
        {
            HubException error = Assert.ThrowsExactly<HubException>(() => sockets.ConnectTls("127.0.0.1", 9, options, TimeoutMs));
            Assert.AreEqual(ErrorCode.ConfigInvalid, error.Code);
        }

        Assert.AreEqual(0, sockets.OpenSockets);
    }

    [TestMethod]
    public void ConnectTls_PlainServer_SaysThatItSpeaksNoTls()
    {
        using var server = new LoopbackServer(async socket =>
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes("220 welcome to a plain server\r\n"));
            await Task.Delay(TimeoutMs);
        });
        AssertFails(server, ErrorCode.TlsFailed, "does not speak TLS");
    }

    [TestMethod]
    public void ConnectTls_ServerClosesAtOnce_TlsFailed()
    {
        using var server = new LoopbackServer(_ => Task.CompletedTask);
        AssertFails(server, ErrorCode.TlsFailed, "TLS");
    }

    [TestMethod]
    public void ConnectTls_ServerSilent_EndsInTime()
    {
        using LoopbackServer server = LoopbackServer.Silent();
        FairWatch watch = FairWatch.StartNew();
        AssertFails(server, ErrorCode.Timeout, "TLS handshake", timeoutMs: 400);
        Assert.IsGreaterThanOrEqualTo(380, watch.WallMilliseconds);
        Assert.IsLessThan(3000, watch.ElapsedMilliseconds);
    }

    [TestMethod]
    public void ConnectTls_Tls13OnlyForAPrinter_SaysWhatIsMissing()
    {
        using LoopbackServer server = TlsServer.Echo(s_printer, protocols: SslProtocols.Tls13);
        TlsOptions options = PrinterTrust();
        options.Tls12Only = true;
        AssertFails(server, ErrorCode.TlsFailed, OperatingSystem.IsLinux() ? "no TLS 1.2" : "TLS", options: options);
    }

    [TestMethod]
    public void ConnectTls_Tls13OnlyForFiles_IsNotSpoken()
    {
        using LoopbackServer server = TlsServer.Echo(s_printer, protocols: SslProtocols.Tls13);
        AssertFails(server, ErrorCode.TlsFailed, "TLS", options: PrinterTrust().WithSessionReuse());
    }

    [TestMethod]
    [DataRow(SslProtocols.Tls12)]
    [DataRow(SslProtocols.Tls13)]
    [DataRow(SslProtocols.Tls12 | SslProtocols.Tls13)]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.OSX)]
    public void ConnectTls_AnyServer_IsSpokenTo(SslProtocols protocols)
    {
        using LoopbackServer server = TlsServer.Echo(s_printer, protocols: protocols);
        using IByteStream stream = Connect(Open(), server, PrinterTrust());
        Assert.IsTrue(stream.Peer!.IsVerified);
        for (int i = 0; i < 3; i++)
        {
            stream.WriteAll(s_hello);
            CollectionAssert.AreEqual(s_hello, stream.ReadExactly(5));
        }
    }

    [TestMethod]
    public void ConnectTls_NobodyListens_ConnectFailed()
    {
        LoopbackServer server = LoopbackServer.Silent();
        server.Dispose();
        AssertFails(server, ErrorCode.ConnectFailed, "127.0.0.1:" + server.Port);
    }

    [TestMethod]
    public void Exchange_EightMebibytes_ArriveUnchanged()
    {
        byte[] bytes = new byte[8 * 1024 * 1024];
        new Random(6).NextBytes(bytes);
        using LoopbackServer server = TlsServer.Echo(s_printer);
        using IByteStream stream = Connect(Open(), server, PrinterTrust());
        CollectionAssert.AreEqual(SHA256.HashData(bytes), stream.Exchange(bytes));
    }

    [TestMethod]
    public void Read_TimedOutBefore_LosesNothing()
    {
        using LoopbackServer server = TlsServer.Echo(s_printer);
        using IByteStream stream = Connect(Open(), server, PrinterTrust());
        byte[] buffer = new byte[5];
        Assert.AreEqual(-1, stream.Read(buffer, 0, 5, 0));
        Assert.AreEqual(-1, stream.Read(buffer, 0, 5, 150));
        Assert.IsFalse(stream.WaitReadable(0));
        stream.WriteAll(s_hello);
        CollectionAssert.AreEqual(s_hello, stream.ReadExactly(5));
    }

    [TestMethod]
    public void Read_PeerClosed_GivesTheRestAndThenTheEnd()
    {
        using LoopbackServer server = TlsServer.Start(s_printer, async tls => await tls.WriteAsync(s_hello));
        using IByteStream stream = Connect(Open(), server, PrinterTrust());
        CollectionAssert.AreEqual(s_hello, stream.ReadExactly(5));
        Assert.IsTrue(stream.WaitReadable(TimeoutMs));
        Assert.AreEqual(0, stream.Read(new byte[9], 0, 9, TimeoutMs));
        Assert.AreEqual(0, stream.Read(new byte[9], 0, 9, TimeoutMs));
    }

    [TestMethod]
    public void Read_PeerResets_ConnectionLost()
    {
        Socket? accepted = null;
        using LoopbackServer server = TlsServer.Start(s_printer, _ => Task.Delay(-1));
        using var relay = new RecordingRelay(server.Port, socket => accepted = socket);
        using IByteStream stream = Open().ConnectTls("127.0.0.1", relay.Port, PrinterTrust(), TimeoutMs);
        accepted!.Close(0);
        HubException error = Assert.ThrowsExactly<HubException>(() => stream.Read(new byte[1], 0, 1, TimeoutMs));
        Assert.AreEqual(ErrorCode.ConnectionLost, error.Code);
    }

    [TestMethod]
    public void Write_PeerDoesNotRead_ReturnsZeroAndLosesNothing()
    {
        using var mayRead = new SemaphoreSlim(0);
        var total = new TaskCompletionSource<long>();
        using LoopbackServer server = TlsServer.Start(s_printer, async tls =>
        {
            await mayRead.WaitAsync();
            byte[] buffer = new byte[64 * 1024];
            long sum = 0;
            int size;
            while ((size = await tls.ReadAsync(buffer)) > 0)
            {
                sum += size;
            }

            total.SetResult(sum);
        });
        ISocketFactory sockets = Open();
        IByteStream stream = Connect(sockets, server, PrinterTrust());
        long taken = 0;
        byte[] block = new byte[16 * 1024];
        int size;
        while ((size = stream.Write(block, 0, block.Length, 100)) > 0)
        {
            taken += size;
            Assert.IsLessThan(200_000_000, taken, "the peer reads nothing, yet everything is taken");
        }

        // Closing must not cut off what was taken: FTPS marks the end of a file by closing.
        stream.Dispose();
        Assert.AreEqual(1, sockets.OpenSockets);
        mayRead.Release();
        Assert.IsTrue(total.Task.Wait(TimeoutMs));
        Assert.AreEqual(taken, total.Task.Result);
        Patience.Until(() => sockets.OpenSockets == 0, "the socket's end");
    }

    [TestMethod]
    public void Dispose_Idle_SendsCloseNotify()
    {
        using LoopbackServer server = TlsServer.Echo(s_printer);
        using var relay = new RecordingRelay(server.Port);
        IByteStream stream = Open().ConnectTls("127.0.0.1", relay.Port, PrinterTrust(), TimeoutMs);
        Assert.IsFalse(stream.WaitReadable(0));
        stream.Dispose();
        Patience.Until(() => relay.HasClientAlert, "the alert");
    }

    [TestMethod]
    public void ConnectTls_SameOptionsAgain_ResumesTheSession()
    {
        // A name of its own: .NET may resume a session of another test with the same one.
        const string OwnSerial = "01P00TEST0000002";
        ISocketFactory sockets = Open();
        using LoopbackServer server = TlsServer.Echo(s_ca.Leaf(OwnSerial));
        var options = new TlsOptions { ServerName = OwnSerial, CaPem = s_ca.CaPem, ReusesSession = true };
        Assert.IsTrue(ShowsCertificate(sockets, server, options), "the first handshake is a full one");
        bool isFull = ShowsCertificate(sockets, server, options);

        // Elsewhere than on Linux it depends on the platform; then the capability only says "may".
        Assert.IsTrue(!OperatingSystem.IsLinux() || isFull == !sockets.CanReuseTlsSession, "the second handshake resumes");
    }

    [TestMethod]
    public void ConnectTls_ResumedWithOtherTrust_IsCheckedAgain()
    {
        ISocketFactory sockets = Open();
        using LoopbackServer server = TlsServer.Echo(s_printer);
        Connect(sockets, server, new TlsOptions { ServerName = Serial, Insecure = true, ReusesSession = true }).Dispose();
        var pinned = new TlsOptions { ServerName = Serial, PinSha256 = new string('0', 64), ReusesSession = true };
        HubException error = Assert.ThrowsExactly<HubException>(() => Connect(sockets, server, pinned));
        Assert.AreEqual(ErrorCode.TlsUntrusted, error.Code);
    }

    private static TlsOptions PrinterTrust() => new() { ServerName = Serial, CaPem = s_ca.CaPem };

    private static IByteStream Connect(ISocketFactory sockets, LoopbackServer server, TlsOptions options) =>
        sockets.ConnectTls("127.0.0.1", server.Port, options, TimeoutMs);

    private static bool ShowsCertificate(ISocketFactory sockets, LoopbackServer server, TlsOptions options)
    {
        using var relay = new RecordingRelay(server.Port);
        using IByteStream stream = sockets.ConnectTls("127.0.0.1", relay.Port, options, TimeoutMs);
        Assert.IsTrue(stream.Peer!.IsVerified);
        stream.WriteAll(s_hello);
        CollectionAssert.AreEqual(s_hello, stream.ReadExactly(5));
        return relay.HasServerCertificate;
    }

    private static TlsOptions Trust(X509Certificate2 authority) => new() { ServerName = Serial, CaPem = authority.ExportCertificatePem() };

    private void AssertUntrusted(X509Certificate2 leaf, TlsOptions options, string reason, X509Certificate2? issuer = null)
    {
        using LoopbackServer server = TlsServer.Echo(leaf, issuer);
        ISocketFactory sockets = Open();
        HubException error = Assert.ThrowsExactly<HubException>(() => Connect(sockets, server, options));
        Assert.AreEqual(ErrorCode.TlsUntrusted, error.Code);
        StringAssert.Contains(error.Message, reason);
        Assert.AreEqual(0, sockets.OpenSockets);
    }

    private void AssertFails(LoopbackServer server, ErrorCode code, string text, int timeoutMs = TimeoutMs, TlsOptions? options = null)
    {
        ISocketFactory sockets = Open();
        HubException error = Assert.ThrowsExactly<HubException>(() => sockets.ConnectTls("127.0.0.1", server.Port, options ?? PrinterTrust(), timeoutMs));
        Assert.AreEqual(code, error.Code, error.Message);
        StringAssert.Contains(error.Message, text);
        Assert.AreEqual(0, sockets.OpenSockets);
    }
}
