using System;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Hub.Core.Errors;

namespace Hub.Hal.Desktop;

/// <summary>Says in one line why a certificate is not trusted; null when it is.</summary>
internal static class TlsProblems
{
    private const string CommonNameOid = "2.5.4.3";
    private const string SubjectAlternativeNameOid = "2.5.29.17";

    public static string? Pin(string expected, string actual) => actual.Equals(expected, StringComparison.OrdinalIgnoreCase)
        ? null
        : $"its certificate changed (pinned {expected[..12].ToLowerInvariant()}…, shown {actual}); if the device was replaced or reset, store the new pin";

    public static TlsProblem? Chain(X509Certificate2 leaf, X509Chain? chain, SslPolicyErrors errors, string sha256)
    {
        if ((errors & SslPolicyErrors.RemoteCertificateChainErrors) == 0)
        {
            return null;
        }

        X509ChainStatusFlags flags = X509ChainStatusFlags.NoError;
        string details = string.Empty;
        foreach (X509ChainStatus status in chain?.ChainStatus ?? [])
        {
            flags |= status.Status;
            details = status.StatusInformation.Trim();
        }

        if ((flags & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0)
        {
            string issuer = leaf.GetNameInfo(X509NameType.SimpleName, forIssuer: true);
            return new TlsProblem($"the issuer '{issuer}' of its certificate is not trusted; give its CA or pin the certificate ({sha256})", Remedy.TrustAuthority);
        }

        return new TlsProblem((flags & X509ChainStatusFlags.NotTimeValid) != 0 ? Time(leaf) : $"its certificate is not valid: {details}");
    }

    /// <summary>
    /// Compares the name with the subject alternative names, or with the common name where there are
    /// none: Bambu printers show CN = serial and nothing else.
    /// </summary>
    public static string? Name(X509Certificate2 leaf, string expected)
    {
        string? commonName = CommonName(leaf);
        bool fits = leaf.Extensions[SubjectAlternativeNameOid] == null
            ? string.Equals(commonName, expected, StringComparison.OrdinalIgnoreCase)
            : Uri.CheckHostName(expected) != UriHostNameType.Unknown && leaf.MatchesHostname(expected, allowWildcards: true, allowCommonName: false);
        return fits ? null : $"its certificate belongs to '{commonName}', not to '{expected}'; check the serial number or the host name";
    }

    /// <summary>A chain that can be forged. Does not apply to a pin, which compares the whole certificate.</summary>
    public static string? Weak(X509Certificate2 leaf, X509Chain? chain, TlsAnchors? anchors, string sha256) => TlsStrength.Weakness(leaf, chain, anchors) is string weakness
        ? $"its certificate is too weak to be trusted ({weakness}); renew it, or pin it ({sha256})"
        : null;

    /// <summary>Which date of a leaf, or of its authority, is wrong.</summary>
    public static string Time(X509Certificate2 leaf)
    {
        DateTime now = DateTime.Now;
        if (now > leaf.NotAfter)
        {
            return $"its certificate expired on {leaf.NotAfter:yyyy-MM-dd}; renew it or check this computer's clock";
        }

        return now < leaf.NotBefore
            ? $"its certificate is valid only from {leaf.NotBefore:yyyy-MM-dd}; check this computer's clock"
            : "its issuer's certificate is out of date; give the current CA or check this computer's clock";
    }

    /// <summary>Common name of a certificate's subject, or null.</summary>
    public static string? CommonName(X509Certificate2 leaf)
    {
        foreach (X500RelativeDistinguishedName part in leaf.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            if (!part.HasMultipleElements && part.GetSingleElementType().Value == CommonNameOid)
            {
                return part.GetSingleElementValue();
            }
        }

        return null;
    }
}
