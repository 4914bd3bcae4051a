using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Hub.Simulator.Cloud.Access;

/// <summary>Certificates as .NET's TLS server needs them.</summary>
internal static class Certificates
{
    /// <summary>What a server shows: a certificate with its key, and the authorities between it and a root. No network is asked for missing ones.</summary>
    public static SslStreamCertificateContext Context(X509Certificate2 certificate, X509Certificate2Collection chain)
    {
        // On Windows a TLS server needs an imported key.
        X509Certificate2 imported = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        return SslStreamCertificateContext.Create(imported, chain, offline: true);
    }

    /// <summary>Listens with TLS: every connection gets the certificate that is in force.</summary>
    public static void Use(ListenOptions listen, IServerCertificate certificate) => listen.UseHttps(new TlsHandshakeCallbackOptions
    {
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = certificate.Current }),
    });
}
