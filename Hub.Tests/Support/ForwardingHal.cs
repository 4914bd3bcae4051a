using System;
using System.Threading;
using Hub.Core.Hal;

namespace Hub.Tests.Support;

/// <summary>A HAL that forwards to another, except for what a test replaces.</summary>
internal abstract class ForwardingHal(IHal hal) : IHal
{
    public virtual IClock Clock => hal.Clock;

    public virtual INvs Nvs => hal.Nvs;

    public virtual ISocketFactory Sockets => hal.Sockets;

    public virtual IBufferPool Buffers => hal.Buffers;

    public virtual IJsonDocuments JsonDocuments => hal.JsonDocuments;

    public virtual IHash Hash => hal.Hash;

    public virtual ICipher Cipher => hal.Cipher;

    public virtual ISystem System => hal.System;

    public virtual IIndicator Indicator => hal.Indicator;

    public virtual IGpio Gpio => hal.Gpio;

    public virtual IButton Button => hal.Button;

    public virtual IRadio Radio => hal.Radio;

    public virtual IMqttFactory Mqtt => hal.Mqtt;

    public virtual IUpdateStore Updates => hal.Updates;
}

/// <summary>Sockets that forward to another HAL's, except for what a test replaces.</summary>
internal abstract class ForwardingSockets(ISocketFactory sockets) : ISocketFactory
{
    public virtual bool HasRootStore => sockets.HasRootStore;

    public virtual bool ShowsCertificates => sockets.ShowsCertificates;

    public virtual bool CanReuseTlsSession => sockets.CanReuseTlsSession;

    public int MaxSockets => sockets.MaxSockets;

    public int OpenSockets => sockets.OpenSockets;

    public IByteStream ConnectTcp(string host, int port, int timeoutMs) => sockets.ConnectTcp(host, port, timeoutMs);

    public virtual IByteStream ConnectTls(string host, int port, TlsOptions options, int timeoutMs) => sockets.ConnectTls(host, port, options, timeoutMs);

    public virtual IByteStream StartTls(IByteStream tcp, string host, TlsOptions options, int timeoutMs, CancellationToken cancel) =>
        sockets.StartTls(tcp, host, options, timeoutMs, cancel);

    public virtual IUdpSocket OpenUdp(int localPort, string? localAddress) => sockets.OpenUdp(localPort, localAddress);

    public IDisposable HoldTls() => sockets.HoldTls();
}
