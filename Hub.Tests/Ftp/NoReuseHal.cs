using System.Threading;
using Hub.Core.Hal;
using Hub.Tests.Support;

namespace Hub.Tests.Ftp;

/// <summary>A HAL whose sockets cannot reuse a TLS session, as the board's: every handshake is a full one.</summary>
internal sealed class NoReuseHal(IHal hal) : ForwardingHal(hal)
{
    public override ISocketFactory Sockets { get; } = new NoReuseSockets(hal.Sockets);

    private sealed class NoReuseSockets(ISocketFactory sockets) : ForwardingSockets(sockets)
    {
        public override bool CanReuseTlsSession => false;

        public override IByteStream ConnectTls(string host, int port, TlsOptions options, int timeoutMs) => base.ConnectTls(host, port, Full(options), timeoutMs);

        public override IByteStream StartTls(IByteStream tcp, string host, TlsOptions options, int timeoutMs, CancellationToken cancel) =>
            base.StartTls(tcp, host, Full(options), timeoutMs, cancel);

        private static TlsOptions Full(TlsOptions options) => new()
        {
            ServerName = options.ServerName,
            CaPem = options.CaPem,
            PinSha256 = options.PinSha256,
            Insecure = options.Insecure,
            Tls12Only = options.Tls12Only || options.ReusesSession,
        };
    }
}
