using System;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;

namespace Hub.Tests.Hal;

/// <summary>Makes TLS servers on loopback.</summary>
internal static class TlsServer
{
    public static LoopbackServer Echo(X509Certificate2 leaf, X509Certificate2? intermediate = null, SslProtocols protocols = SslProtocols.Tls12) =>
        Start(leaf, stream => LoopbackServer.CopyAsync(stream, stream), intermediate, protocols);

    public static LoopbackServer Start(X509Certificate2 leaf, Func<SslStream, Task> handle, X509Certificate2? intermediate = null, SslProtocols protocols = SslProtocols.Tls12)
    {
        // One set of options for all connections: sessions resume only within one.
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(leaf, intermediate == null ? null : [intermediate], offline: true),
            EnabledSslProtocols = protocols,
        };
        return new LoopbackServer(async socket =>
        {
            using var stream = new SslStream(new NetworkStream(socket));
            await stream.AuthenticateAsServerAsync(options);
            await handle(stream);
            await stream.ShutdownAsync();
        });
    }
}
