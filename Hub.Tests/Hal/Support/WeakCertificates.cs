using System;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hub.Tests.Hal;

/// <summary>A root, an intermediate and a leaf, one of which is weak as named; all RSA of 2048 bits with SHA-256 otherwise.</summary>
internal sealed class WeakCertificates : IDisposable
{
    private readonly X509Certificate2 _root;

    public WeakCertificates(string kind, string commonName)
    {
        using RSA rootKey = RSA.Create(2048);
        using RSA issuerKey = RSA.Create(kind == "issuer-rsa1024" ? 1024 : 2048);
        using RSA leafKey = RSA.Create(kind == "rsa1024" ? 1024 : 2048);
        DateTimeOffset from = DateTimeOffset.UtcNow.AddDays(-2);
        DateTimeOffset to = DateTimeOffset.UtcNow.AddDays(10);

        // A root's own signature proves nothing: SHA-1 there is no weakness.
        CertificateRequest root = Ca("Old root", rootKey);
        _root = root.Create(root.SubjectName, new OldSignature(rootKey, OldSignature.Sha1), from, to, [3]);
        Intermediate = Ca("Weak CA", issuerKey).Create(_root.SubjectName, Generator(rootKey, kind == "issuer-sha1" ? OldSignature.Sha1 : null), from, to, [1]);
        CertificateRequest leaf = new("CN=" + commonName, leafKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        string? old = kind switch
        {
            "sha1" => OldSignature.Sha1,
            "md5" => OldSignature.Md5,
            "sha1pss" => OldSignature.Pss,
            _ => null,
        };
        using X509Certificate2 signed = leaf.Create(Intermediate.SubjectName, Generator(issuerKey, old), from, to, [2]);
        using X509Certificate2 withKey = signed.CopyWithPrivateKey(leafKey);
        Leaf = X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }

    public X509Certificate2 Leaf { get; }

    public X509Certificate2 Intermediate { get; }

    public string CaPem => _root.ExportCertificatePem();

    public void Dispose()
    {
        _root.Dispose();
        Intermediate.Dispose();
        Leaf.Dispose();
    }

    private static X509SignatureGenerator Generator(RSA key, string? old) =>
        old == null ? X509SignatureGenerator.CreateForRSA(key, RSASignaturePadding.Pkcs1) : new OldSignature(key, old);

    private static CertificateRequest Ca(string name, RSA key)
    {
        CertificateRequest request = new("CN=" + name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request;
    }

    /// <summary>Signatures that .NET checks, but makes no more.</summary>
    private sealed class OldSignature(RSA key, string algorithm) : X509SignatureGenerator
    {
        public const string Sha1 = "1.2.840.113549.1.1.5";
        public const string Md5 = "1.2.840.113549.1.1.4";

        /// <summary>RFC 4055: without parameters its hash is SHA-1.</summary>
        public const string Pss = "1.2.840.113549.1.1.10";

        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm)
        {
            AsnWriter writer = new(AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(algorithm);
                if (algorithm == Pss)
                {
                    writer.PushSequence().Dispose();
                }
                else
                {
                    writer.WriteNull();
                }
            }

            return writer.Encode();
        }

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => key.SignData(
            data, algorithm == Md5 ? HashAlgorithmName.MD5 : HashAlgorithmName.SHA1, algorithm == Pss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);

        protected override PublicKey BuildPublicKey() => CreateForRSA(key, RSASignaturePadding.Pkcs1).PublicKey;
    }
}
