using System;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hub.Tests.Hal;

/// <summary>Certificates made for one test: a root with or without an intermediate, leaves in a printer's or a web server's manner.</summary>
internal sealed class TestCertificates
{
    private readonly X509Certificate2 _issuer;

    public TestCertificates(string name = "Test CA")
    {
        _issuer = MakeCa(name, null);
        Root = _issuer;
    }

    private TestCertificates(X509Certificate2 root, X509Certificate2 issuer)
    {
        Root = root;
        _issuer = issuer;
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Issuer => _issuer;

    public string CaPem => Root.ExportCertificatePem();

    public TestCertificates Intermediate(int validToDays = 400) => new(Root, MakeCa("Test device CA", Root, validToDays));

    /// <summary>The issuer's name and key once more, signed by another root.</summary>
    public X509Certificate2 CrossSignedBy(TestCertificates other)
    {
        CertificateRequest request = CaRequest(_issuer.SubjectName, _issuer.GetECDsaPrivateKey()!);
        return request.Create(other.Root, DateTimeOffset.UtcNow.AddDays(-10), DateTimeOffset.UtcNow.AddDays(10), Serial());
    }

    /// <summary>What somebody makes who has no more than a leaf and its key: another leaf, signed with it.</summary>
    public static X509Certificate2 SignedByLeaf(X509Certificate2 leaf, string commonName)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var generator = X509SignatureGenerator.CreateForECDsa(leaf.GetECDsaPrivateKey()!);
        using X509Certificate2 signed = Request(commonName, key, null).Create(leaf.SubjectName, generator, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(5), Serial());
        return Loadable(signed.CopyWithPrivateKey(key));
    }

    /// <summary>A leaf with CN alone, as printers show it, or with subject alternative names besides.</summary>
    public X509Certificate2 Leaf(string commonName, string[]? names = null, int validFromDays = -1, int validToDays = 10)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = Request(commonName, key, names);
        using X509Certificate2 signed = request.Create(_issuer, DateTimeOffset.UtcNow.AddDays(validFromDays), DateTimeOffset.UtcNow.AddDays(validToDays), Serial());
        return Loadable(signed.CopyWithPrivateKey(key));
    }

    public static X509Certificate2 SelfSigned(string commonName)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Loadable(Request(commonName, key, null).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(10)));
    }

    public static string PinOf(X509Certificate2 certificate) => Convert.ToHexString(certificate.GetCertHash(HashAlgorithmName.SHA256));

    private static CertificateRequest Request(string commonName, ECDsa key, string[]? names)
    {
        var request = new CertificateRequest("CN=" + commonName, key, HashAlgorithmName.SHA256);
        if (names != null)
        {
            var alternatives = new SubjectAlternativeNameBuilder();
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
        }

        return request;
    }

    private static X509Certificate2 MakeCa(string name, X509Certificate2? parent, int validToDays = 400)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = CaRequest(new X500DistinguishedName("CN=" + name), key);
        DateTimeOffset from = DateTimeOffset.UtcNow.AddDays(-400);
        return parent == null
            ? request.CreateSelfSigned(from, DateTimeOffset.UtcNow.AddDays(401))
            : request.Create(parent, from, DateTimeOffset.UtcNow.AddDays(validToDays), Serial()).CopyWithPrivateKey(key);
    }

    // Without a key usage, like Bambu's CA.
    private static CertificateRequest CaRequest(X500DistinguishedName name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request;
    }

    private static byte[] Serial() => [1, .. RandomNumberGenerator.GetBytes(8)];

    // Windows serves TLS only with a key that was imported.
    private static X509Certificate2 Loadable(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
}
