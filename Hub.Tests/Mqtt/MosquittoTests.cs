using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Hal.Desktop;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Mqtt;

/// <summary>The laptop's client against the real mosquitto; with TLS as Bambu printers have it, and plain.</summary>
public abstract class MosquittoTests : MqttContract
{
    private readonly DesktopHal _hal = new DesktopHal("", new DesktopHalOptions { Nvs = new MemoryNvs() });

    protected override IMqttFactory Factory => _hal.Mqtt;

    protected override IBufferPool Buffers => _hal.Buffers;

    private protected abstract MosquittoBroker Shared { get; }

    [TestCleanup]
    public void CloseAll()
    {
        Assert.AreEqual(0, _hal.Buffers.Rented, "a buffer leaks");
        Patience.Until(() => _hal.Sockets.OpenSockets == 0, "a socket that leaks");
        _hal.Dispose();
    }

    protected override MqttOptions Options(string clientId) => OptionsOf(Shared, clientId);

    protected override (MqttOptions Options, Action Kill, IDisposable Broker) OwnBroker(string clientId)
    {
        MosquittoBroker broker = MosquittoBroker.Start();
        return (OptionsOf(broker, clientId), broker.Kill, broker);
    }

    private protected abstract MqttOptions OptionsOf(MosquittoBroker broker, string clientId);
}

[TestClass]
public class MosquittoPlainTests : MosquittoTests
{
    private static readonly Lazy<MosquittoBroker> s_broker = new(MosquittoBroker.Start);

    private protected override MosquittoBroker Shared => s_broker.Value;

    [ClassCleanup]
    public static void EndBroker()
    {
        if (s_broker.IsValueCreated)
        {
            s_broker.Value.Dispose();
        }
    }

    private protected override MqttOptions OptionsOf(MosquittoBroker broker, string clientId) => broker.Plain(clientId);
}

[TestClass]
public class MosquittoTlsTests : MosquittoTests
{
    private static readonly Lazy<MosquittoBroker> s_broker = new(MosquittoBroker.Start);

    private protected override MosquittoBroker Shared => s_broker.Value;

    [ClassCleanup]
    public static void EndBroker()
    {
        if (s_broker.IsValueCreated)
        {
            s_broker.Value.Dispose();
        }
    }

    [TestMethod]
    public void Connect_CertificateOfAnotherSerial_IsUntrusted()
    {
        MqttOptions options = NewOptions();
        options.Tls!.ServerName = "01P00OTHER000001";
        using IMqttClient client = Factory.Create(options);
        HubException error = Assert.ThrowsExactly<HubException>(() => client.Connect(CancellationToken.None));
        Assert.AreEqual(ErrorCode.TlsUntrusted, error.Code, error.Message);
    }

    [TestMethod]
    public void Connect_PinnedCertificate_IsVerified()
    {
        using IMqttClient first = Connected(NewOptions());
        MqttOptions options = NewOptions();
        options.Tls = new TlsOptions { ServerName = MosquittoBroker.Serial, PinSha256 = first.Peer!.Sha256 };
        using IMqttClient client = Connected(options);
        Assert.IsTrue(client.Peer!.IsVerified);
    }

    [TestMethod]
    public void Connect_PlainToTheTlsPort_IsAnErrorThatEndsInTime()
    {
        MqttOptions options = NewOptions();
        options.Tls = null;
        options.ConnectTimeoutMs = 3000;
        using IMqttClient client = Factory.Create(options);
        HubException error = Assert.ThrowsExactly<HubException>(() => client.Connect(CancellationToken.None));
        Assert.IsTrue(error.Code is ErrorCode.ConnectionLost or ErrorCode.BadResponse or ErrorCode.Timeout, error.Message);
    }

    private protected override MqttOptions OptionsOf(MosquittoBroker broker, string clientId) => broker.Tls(clientId);
}
