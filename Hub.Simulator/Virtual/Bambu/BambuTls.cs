using System;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>TLS 1.2 of one printer, as on X1C and H2D, with a certificate that can change. Thread: any.</summary>
internal sealed class BambuTls(SslStreamCertificateContext certificate)
{
    private static readonly TimeSpan s_handshakeTimeout = TimeSpan.FromSeconds(10);

    private volatile SslServerAuthenticationOptions _options = Options(certificate);

    /// <summary>The current certificate.</summary>
    public X509Certificate2 Certificate => _options.ServerCertificateContext!.TargetCertificate;

    /// <summary>Uses this certificate from the next handshake on.</summary>
    public void Use(SslStreamCertificateContext certificate) => _options = Options(certificate);

    /// <summary>Does the handshake. The stream owns the socket. Errors: AuthenticationException, IOException, OperationCanceledException.</summary>
    public async Task<(SslStream Stream, bool IsResumed)> AcceptAsync(Socket socket, CancellationToken stop)
    {
        HandshakeWatch watch = new(new NetworkStream(socket, ownsSocket: true));
        SslStream stream = new(watch);
        try
        {
            using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
            timeout.CancelAfter(s_handshakeTimeout);
            await stream.AuthenticateAsServerAsync(_options, timeout.Token).ConfigureAwait(false);
            return (stream, watch.IsResumed);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // One certificate context for all connections: sessions live in it, so that one made on a control connection can be
    // resumed on a data connection. Any session of this certificate is accepted, while vsftpd requires the control connection's.
    private static SslServerAuthenticationOptions Options(SslStreamCertificateContext certificate) => new()
    {
        ServerCertificateContext = certificate,
        EnabledSslProtocols = SslProtocols.Tls12,
        ClientCertificateRequired = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        AllowTlsResume = true,
    };
}
