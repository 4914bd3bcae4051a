using System.Threading;
using Hub.Core.Hal;
using Hub.Core.Mqtt;
using Hub.Tests.Support;

namespace Hub.Tests.Hal;

/// <summary>A HAL whose TLS shows no certificates and knows no authorities, as the board's. It counts TLS connections.</summary>
internal sealed class NoCertificatesHal : ForwardingHal
{
    private readonly BlindSockets _sockets;

    public NoCertificatesHal(IHal hal)
        : base(hal)
    {
        _sockets = new BlindSockets(hal.Sockets);
        Mqtt = new MqttFactory(this);
    }

    public override ISocketFactory Sockets => _sockets;

    public override IMqttFactory Mqtt { get; }

    /// <summary>TLS connections that were begun.</summary>
    public int Dials => Volatile.Read(ref _sockets.Dials);

    private sealed class BlindSockets(ISocketFactory sockets) : ForwardingSockets(sockets)
    {
        public int Dials;

        public override bool ShowsCertificates => false;

        public override bool HasRootStore => false;

        public override IByteStream ConnectTls(string host, int port, TlsOptions options, int timeoutMs)
        {
            Interlocked.Increment(ref Dials);
            return new BlindStream(base.ConnectTls(host, port, options, timeoutMs));
        }
    }

    private sealed class BlindStream(IByteStream stream) : IByteStream
    {
        public TlsPeer? Peer => new("", stream.Peer!.IsVerified);

        public bool WaitReadable(int timeoutMs) => stream.WaitReadable(timeoutMs);

        public int Read(byte[] buffer, int offset, int count, int timeoutMs) => stream.Read(buffer, offset, count, timeoutMs);

        public int Write(byte[] buffer, int offset, int count, int timeoutMs) => stream.Write(buffer, offset, count, timeoutMs);

        public void Dispose() => stream.Dispose();
    }
}
