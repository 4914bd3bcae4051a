using System;
using System.Security.Cryptography.X509Certificates;

namespace Hub.Hal.Desktop;

/// <summary>
/// The certificates that the user configured as authorities. .NET ends a chain only at a self-signed certificate; here each of
/// them ends one, including a device authority whose root is not available (Bambu's newer printers show such chains, ha-bambulab issue
/// 1596). A trust anchor is a name and a key (RFC 5280 section 6.1.1), so a cross-signed twin counts too. Thread: any.
/// </summary>
internal sealed class TlsAnchors
{
    private const X509ChainStatusFlags NoRoot = X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot;

    private readonly X509Certificate2Collection _anchors;

    public TlsAnchors(X509Certificate2Collection anchors)
    {
        _anchors = anchors;
    }

    /// <summary>
    /// What is wrong with the leaf's chain up to one of the anchors (dates, signatures, constraints; not the name): NoError
    /// when it leads there and everything is valid, null when it leads to none.
    /// </summary>
    /// <param name="leaf">The peer's certificate.</param>
    /// <param name="shown">The chain that was built first; its policy holds the other certificates that the peer sent.</param>
    public X509ChainStatusFlags? Judge(X509Certificate2 leaf, X509Chain shown)
    {
        X509ChainStatusFlags? best = null;
        foreach (X509Certificate2 anchor in _anchors)
        {
            // One at a time: given two authorities with the same name and different keys, a builder may choose the wrong one.
            X509ChainStatusFlags? found = Judge(leaf, shown, anchor);
            if (found == X509ChainStatusFlags.NoError)
            {
                return found;
            }

            best ??= found;
        }

        return best;
    }

    /// <summary>True for a certificate with the name and the key of an anchor: a chain ends there.</summary>
    public bool EndAt(X509Certificate2 certificate)
    {
        foreach (X509Certificate2 anchor in _anchors)
        {
            if (IsTwin(certificate, anchor))
            {
                return true;
            }
        }

        return false;
    }

    private static X509ChainStatusFlags? Judge(X509Certificate2 leaf, X509Chain shown, X509Certificate2 anchor)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
        chain.ChainPolicy.ExtraStore.Add(anchor);
        foreach (X509Certificate2 sent in shown.ChainPolicy.ExtraStore)
        {
            if (!sent.SubjectName.RawData.AsSpan().SequenceEqual(anchor.SubjectName.RawData))
            {
                chain.ChainPolicy.ExtraStore.Add(sent);
            }
        }

        chain.Build(leaf);
        X509ChainStatusFlags flags = X509ChainStatusFlags.NoError;
        for (int i = 0; i < chain.ChainElements.Count; i++)
        {
            X509ChainElement element = chain.ChainElements[i];
            foreach (X509ChainStatus status in element.ChainElementStatus)
            {
                flags |= status.Status & ~NoRoot;
            }

            if (i == 0 ? IsSame(element.Certificate, anchor) : IsTwin(element.Certificate, anchor))
            {
                return flags;
            }
        }

        return null;
    }

    /// <summary>A leaf that was configured as its own authority vouches for itself alone.</summary>
    private static bool IsSame(X509Certificate2 one, X509Certificate2 other) => one.RawData.AsSpan().SequenceEqual(other.RawData);

    private static bool IsTwin(X509Certificate2 one, X509Certificate2 other) =>
        one.SubjectName.RawData.AsSpan().SequenceEqual(other.SubjectName.RawData)
        && one.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(other.PublicKey.ExportSubjectPublicKeyInfo());
}
