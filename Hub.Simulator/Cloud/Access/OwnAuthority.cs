using System;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hub.Simulator.Cloud.Access;

/// <summary>
/// The cloud's own certificate authority: made once, in the data folder, and given to the hubs; it signs the certificates that the cloud shows, which may
/// therefore change. ECDSA P-256. Errors: IOException, CryptographicException. Thread: one at a time.
/// </summary>
internal sealed class OwnAuthority : IDisposable
{
    /// <summary>The authority's certificate, which hubs and browsers are given.</summary>
    public const string CaFile = "cloud-ca.pem";

    private const string KeyFile = "cloud-ca.key";
    private const int CaYears = 10;
    private const int ServerDays = 90;
    private const int SerialBytes = 16;
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly X509Certificate2 _ca;
    private readonly TimeProvider _clock;

    private OwnAuthority(X509Certificate2 ca, string caPath, TimeProvider clock)
    {
        _ca = ca;
        _clock = clock;
        CaPath = caPath;
    }

    /// <summary>Where the authority's certificate is.</summary>
    public string CaPath { get; }

    /// <summary>The authority's certificate in PEM.</summary>
    public string CaPem => _ca.ExportCertificatePem();

    /// <summary>Opens the authority of a folder; makes one where there is none, or where it ends within a server certificate's life.</summary>
    public static OwnAuthority Open(PrivateFiles files, TimeProvider clock)
    {
        X509Certificate2? ca = Load(files);
        if (ca != null && ca.NotAfter.ToUniversalTime() < clock.GetUtcNow().UtcDateTime.AddDays(ServerDays))
        {
            ca.Dispose();
            ca = null;
        }

        return new OwnAuthority(ca ?? Make(files, clock), files.PathOf(CaFile), clock);
    }

    /// <summary>True when this authority signed the certificate.</summary>
    public bool Issued(X509Certificate2 certificate)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_ca);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        return chain.Build(certificate);
    }

    /// <summary>A new certificate and key for a server of these names and addresses. The caller disposes it.</summary>
    public X509Certificate2 Issue(string[] names)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=Print-farm cloud", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_ca, true, false));
        SubjectAlternativeNameBuilder alternatives = new();
        foreach (string name in names)
        {
            if (IPAddress.TryParse(name, out IPAddress? address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(alternatives.Build());

        // From yesterday: a hub's clock may be a little behind.
        DateTimeOffset now = _clock.GetUtcNow();
        using X509Certificate2 signed = request.Create(_ca, now.AddDays(-1), now.AddDays(ServerDays), Serial());
        return signed.CopyWithPrivateKey(key);
    }

    public void Dispose() => _ca.Dispose();

    private static X509Certificate2? Load(PrivateFiles files)
    {
        string? certificate = files.Read(CaFile);
        string? key = files.Read(KeyFile);
        return certificate != null && key != null ? X509Certificate2.CreateFromPem(certificate, key) : null;
    }

    private static X509Certificate2 Make(PrivateFiles files, TimeProvider clock)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string name = "CN=Print-farm cloud CA " + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        CertificateRequest request = new(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        DateTimeOffset now = clock.GetUtcNow();
        X509Certificate2 ca = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(CaYears));

        // The key first: a certificate without it would be given to hubs in vain.
        files.Write(KeyFile, key.ExportPkcs8PrivateKeyPem() + "\n");
        files.Write(CaFile, ca.ExportCertificatePem() + "\n");
        return ca;
    }

    // Positive, and never zero (RFC 5280 §4.1.2.2).
    private static byte[] Serial()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(SerialBytes);
        serial[0] = (byte)((serial[0] & 0x7F) | 1);
        return serial;
    }
}
