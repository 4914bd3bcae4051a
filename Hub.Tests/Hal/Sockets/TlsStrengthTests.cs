using System.Security.Cryptography.X509Certificates;
using Hub.Hal.Desktop;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Hal;

/// <summary>
/// Chains that can be forged are no proof. They are built here and not shown in a handshake: a server of .NET refuses to show such certificates
/// (OpenSSL's security level 2), while those of devices show them.
/// </summary>
[TestClass]
public sealed class TlsStrengthTests
{
    private const string Serial = "01P00TEST0000001";

    [TestMethod]
    [DataRow("rsa1024", "an RSA key of 1024 bits")]
    [DataRow("sha1", "a signature with SHA-1")]
    [DataRow("md5", "a signature with MD5")]
    [DataRow("sha1pss", "a signature with SHA-1")]
    [DataRow("issuer-rsa1024", "an RSA key of 1024 bits, of its issuer 'Weak CA'")]
    [DataRow("issuer-sha1", "a signature with SHA-1, of its issuer 'Weak CA'")]
    public void Weak_OneCertificateOfTheChain_IsNamed(string kind, string weakness)
    {
        using WeakCertificates weak = new(kind, Serial);
        using X509Chain chain = Build(weak);

        string? problem = TlsProblems.Weak(weak.Leaf, chain, null, "ab12");

        StringAssert.Contains(problem, "(" + weakness + ")");
        StringAssert.Contains(problem, "pin it (ab12)");
    }

    [TestMethod]
    public void Weak_Rsa2048WithSha256_IsNone()
    {
        using WeakCertificates strong = new("none", Serial);
        using X509Chain chain = Build(strong);
        Assert.HasCount(3, chain.ChainElements);
        Assert.IsNull(TlsProblems.Weak(strong.Leaf, chain, null, "ab12"), "a root's own signature proves nothing, with SHA-1 or without");
    }

    [TestMethod]
    public void Weak_ChainEndsAtAGivenIntermediate_WhatIsBeyondItDoesNotCount()
    {
        using WeakCertificates weak = new("issuer-sha1", Serial);
        using X509Chain chain = Build(weak);

        Assert.IsNull(TlsProblems.Weak(weak.Leaf, chain, new TlsAnchors([weak.Intermediate]), "ab12"));
    }

    [TestMethod]
    public void Weak_NoChain_LeafIsJudgedAlone()
    {
        using WeakCertificates weak = new("sha1", Serial);
        Assert.IsNotNull(TlsProblems.Weak(weak.Leaf, null, null, "ab12"));
        Assert.IsNull(TlsProblems.Weak(TestCertificates.SelfSigned(Serial), null, null, "ab12"));
    }

    private static X509Chain Build(WeakCertificates certificates)
    {
        X509Chain chain = new();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.ImportFromPem(certificates.CaPem);
        chain.ChainPolicy.ExtraStore.Add(certificates.Intermediate);
        chain.Build(certificates.Leaf);
        return chain;
    }
}
