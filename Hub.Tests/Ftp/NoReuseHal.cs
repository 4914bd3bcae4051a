using System.Threading;
using Hub.Core.Hal;

namespace Hub.Tests.Ftp;

/// <summary>A HAL whose sockets cannot reuse a TLS session, as the board's.</summary>
internal sealed class NoReuseHal(IHal hal) : IHal, ISocketFactory
{
    public IClock Clock => hal.Clock;

    public INvs Nvs => hal.Nvs;

    public ISocketFactory Sockets => this;

    public IBufferPool Buffers => hal.Buffers;

    public IJsonDocuments JsonDocuments => hal.JsonDocuments;

    public IHash Hash => hal.Hash;

    public ISystem System => hal.System;

    public IIndicator Indicator => hal.Indicator;

    public IGpio Gpio => hal.Gpio;

    public IRadio Radio => hal.Radio;

    public IMqttFactory Mqtt => hal.Mqtt;

    public IUpdateStore Updates => hal.Updates;

    public bool CanReuseTlsSession => false;

    public int MaxSockets => hal.Sockets.MaxSockets;

    public int OpenSockets => hal.Sockets.OpenSockets;

    public IByteStream ConnectTcp(string host, int port, int timeoutMs) => hal.Sockets.ConnectTcp(host, port, timeoutMs);

    public IByteStream ConnectTls(string host, int port, TlsOptions options, int timeoutMs) => hal.Sockets.ConnectTls(host, port, options, timeoutMs);

    public IByteStream StartTls(IByteStream tcp, string host, TlsOptions options, int timeoutMs, CancellationToken cancel) =>
        hal.Sockets.StartTls(tcp, host, options, timeoutMs, cancel);

    public IUdpSocket OpenUdp(int localPort, string? localAddress) => hal.Sockets.OpenUdp(localPort, localAddress);
}
