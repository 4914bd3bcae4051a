using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hub.Hal.Desktop;

/// <summary>
/// Finds certificates whose keys or signatures can be forged today: their chain proves nothing, whoever signed it. (NIST SP 800-131A:
/// RSA of at least 2048 bits; SHA-1 signatures have been broken since 2017, shattered.io, MD5 since 2008.)
/// </summary>
internal static class TlsStrength
{
    private const int MinRsaBits = 2048;
    private const int MinEcBits = 224;
    private const string RsaPss = "1.2.840.113549.1.1.10";

    private static readonly Asn1Tag s_hashOfPss = new(TagClass.ContextSpecific, 0);

    /// <summary>What is weak in a chain, or null. The anchor's own signature proves nothing and is ignored; its key counts.</summary>
    /// <param name="leaf">The certificate that was shown.</param>
    /// <param name="chain">The chain that was built for it.</param>
    /// <param name="anchors">Where it ends; null for the last one of the chain.</param>
    public static string? Weakness(X509Certificate2 leaf, X509Chain? chain, TlsAnchors? anchors)
    {
        if (chain == null || chain.ChainElements.Count == 0)
        {
            return Key(leaf) ?? Signature(leaf);
        }

        for (int i = 0; i < chain.ChainElements.Count; i++)
        {
            X509Certificate2 certificate = chain.ChainElements[i].Certificate;
            bool isAnchor = i > 0 && (i == chain.ChainElements.Count - 1 || (anchors != null && anchors.EndAt(certificate)));
            string? weakness = Key(certificate) ?? (isAnchor ? null : Signature(certificate));
            if (weakness != null)
            {
                return i == 0 ? weakness : $"{weakness}, of its issuer '{certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)}'";
            }

            if (isAnchor)
            {
                return null;
            }
        }

        return null;
    }

    private static string? Key(X509Certificate2 certificate)
    {
        using RSA? rsa = certificate.GetRSAPublicKey();
        if (rsa != null)
        {
            return rsa.KeySize < MinRsaBits ? $"an RSA key of {rsa.KeySize} bits" : null;
        }

        using ECDsa? ec = certificate.GetECDsaPublicKey();
        return ec != null && ec.KeySize < MinEcBits ? $"a key of {ec.KeySize} bits" : null;
    }

    private static string? Signature(X509Certificate2 certificate)
    {
        string? oid = certificate.SignatureAlgorithm.Value;
        return Hash(oid == RsaPss ? HashOfPss(certificate) : oid) is string hash ? "a signature with " + hash : null;
    }

    /// <summary>Name of a broken hash, in a signature's algorithm or alone; null for all others.</summary>
    private static string? Hash(string? oid) => oid switch
    {
        "1.2.840.113549.1.1.2" or "1.2.840.113549.2.2" => "MD2",
        "1.2.840.113549.1.1.3" or "1.2.840.113549.2.4" => "MD4",
        "1.2.840.113549.1.1.4" or "1.2.840.113549.2.5" => "MD5",
        "1.2.840.113549.1.1.5" or "1.3.14.3.2.29" or "1.2.840.10045.4.1" or "1.2.840.10040.4.3" or "1.3.14.3.2.26" => "SHA-1",
        _ => null,
    };

    /// <summary>RFC 4055 section 3.1: the hash is a parameter of the algorithm, SHA-1 where there is none.</summary>
    private static string HashOfPss(X509Certificate2 certificate)
    {
        const string sha1 = "1.3.14.3.2.26";
        AsnReader signed = new AsnReader(certificate.RawData, AsnEncodingRules.DER).ReadSequence();
        signed.ReadEncodedValue();
        AsnReader algorithm = signed.ReadSequence();
        algorithm.ReadObjectIdentifier();
        AsnReader? parameters = algorithm.HasData ? algorithm.ReadSequence() : null;
        return parameters is { HasData: true } && parameters.PeekTag().HasSameClassAndValue(s_hashOfPss)
            ? parameters.ReadSequence(s_hashOfPss).ReadSequence().ReadObjectIdentifier()
            : sha1;
    }
}
