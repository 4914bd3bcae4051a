using Hub.Core.Hal;
using Hub.Tests.Support;

namespace Hub.Tests.Ftp;

/// <summary>A HAL whose sockets cannot reuse a TLS session, as the board's.</summary>
internal sealed class NoReuseHal(IHal hal) : ForwardingHal(hal)
{
    public override ISocketFactory Sockets { get; } = new NoReuseSockets(hal.Sockets);

    private sealed class NoReuseSockets(ISocketFactory sockets) : ForwardingSockets(sockets)
    {
        public override bool CanReuseTlsSession => false;
    }
}
