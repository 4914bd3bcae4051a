using System;
using System.Collections.Generic;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Hal.Desktop;
using Hub.Tests.Portable;

namespace Hub.Tests.Printers.Bambu;

/// <summary>A HAL for one printer: a driven clock, a broker from a script, and a certificate to look at.</summary>
internal sealed class BambuTestHal : IHal, IMqttFactory, ISocketFactory
{
    public ManualClock Time { get; } = new();

    /// <summary>What the next session does; a new one for each.</summary>
    public Func<ScriptedMqtt> NextSession { get; set; } = () => new ScriptedMqtt();

    public List<ScriptedMqtt> Sessions { get; } = [];

    public ScriptedMqtt Session => Sessions[^1];

    /// <summary>SHA-256 that a look at the printer shows.</summary>
    public string Certificate { get; set; } = new('a', 64);

    public int Looks { get; private set; }

    public TlsOptions? LookedWith { get; private set; }

    public IClock Clock => Time;

    public INvs Nvs { get; } = new MemoryNvs();

    public ISocketFactory Sockets => this;

    public bool HasRootStore => true;

    public bool ShowsCertificates => true;

    public IBufferPool Buffers { get; } = new CountingBufferPool(16 * 1024, 8);

    public IJsonDocuments JsonDocuments => throw new NotSupportedException();

    public IHash Hash { get; } = new DesktopHash();

    public ICipher Cipher => throw new NotSupportedException();

    public ISystem System { get; } = new SampleEntropy();

    public IIndicator Indicator => throw new NotSupportedException();

    public IGpio Gpio => throw new NotSupportedException();

    public IButton Button => throw new NotSupportedException();

    public IRadio Radio => throw new NotSupportedException();

    public IMqttFactory Mqtt => this;

    public IUpdateStore Updates => throw new NotSupportedException();

    public bool CanReuseTlsSession => true;

    public int MaxSockets => 16;

    public int OpenSockets => 0;

    public IMqttClient Create(MqttOptions options)
    {
        ScriptedMqtt session = NextSession();
        session.Options = options;
        session.Clock = Time;
        Sessions.Add(session);
        return session;
    }

    public IByteStream ConnectTcp(string host, int port, int timeoutMs) => throw new HubException(ErrorCode.ConnectFailed, "nobody there");

    public IByteStream ConnectTls(string host, int port, TlsOptions options, int timeoutMs)
    {
        Looks++;
        LookedWith = options;
        return new ScriptedStream(Time) { Peer = new TlsPeer(Certificate, false) };
    }

    public IByteStream StartTls(IByteStream connection, string host, TlsOptions options, int timeoutMs, CancellationToken cancel) => throw new NotSupportedException();

    public IUdpSocket OpenUdp(int localPort, string? localAddress) => throw new NotSupportedException();

    public IDisposable HoldTls() => throw new NotSupportedException();
}
