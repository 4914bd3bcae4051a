using Hub.Core.Hal;
using Hub.Hal.Desktop;
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
}

[TestClass]
public sealed class DesktopUdpTests : UdpContract
{
    protected override ISocketFactory Open() => new DesktopSockets(16);
}
