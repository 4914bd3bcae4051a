using System;
using System.Collections.Concurrent;
using System.Formats.Asn1;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>
/// The SslStream settings for <see cref="TlsOptions"/> and one server name. There is one per options
/// object and name, because sessions resume only within one SslClientAuthenticationOptions.
/// </summary>
internal sealed class TlsTrust
{
    private static readonly ConditionalWeakTable<TlsOptions, ConcurrentDictionary<string, TlsTrust>> s_known = new();

    private readonly TlsOptions _options;
    private readonly string _serverName;
    private readonly TlsAnchors? _anchors;

    private TlsTrust(TlsOptions options, string serverName)
    {
        _options = options;
        _serverName = serverName;
        CheckPin(options.PinSha256);
        X509Certificate2Collection? authorities = options.CaPem == null ? null : ReadPem(options.CaPem);
        _anchors = authorities == null ? null : new TlsAnchors(authorities);
        Authentication = new SslClientAuthenticationOptions
        {
            TargetHost = serverName,
            EnabledSslProtocols = ProtocolsOf(options),
            AllowRenegotiation = false,
            AllowTlsResume = options.ReusesSession,
            CertificateChainPolicy = MakeChainPolicy(options, authorities),
            RemoteCertificateValidationCallback = OnCertificate,
        };
    }

    public SslClientAuthenticationOptions Authentication { get; }

    /// <summary>Errors: <see cref="ErrorCode.ConfigInvalid"/> for an invalid pin or CA.</summary>
    public static TlsTrust For(TlsOptions options, string host)
    {
        ConcurrentDictionary<string, TlsTrust> byName = s_known.GetValue(options, _ => new ConcurrentDictionary<string, TlsTrust>());
        return byName.GetOrAdd(options.ServerName ?? host, name => new TlsTrust(options, name));
    }

    /// <summary>macOS has no TLS 1.3 in .NET. A session that must be resumed uses TLS 1.2, as the printers' file servers do.</summary>
    private static SslProtocols ProtocolsOf(TlsOptions options) =>
        options.Tls12Only || options.ReusesSession || OperatingSystem.IsMacOS() ? SslProtocols.Tls12 : SslProtocols.Tls12 | SslProtocols.Tls13;

    private static void CheckPin(string? pin)
    {
        if (pin != null && (pin.Length != 64 || !pin.AsSpan().TrimEnd("0123456789abcdefABCDEF").IsEmpty))
        {
            throw new HubException(ErrorCode.ConfigInvalid, "tls.pin must be the SHA-256 of the certificate as 64 hex digits");
        }
    }

    private static X509ChainPolicy MakeChainPolicy(TlsOptions options, X509Certificate2Collection? authorities)
    {
        // A handshake must not wait for web servers that a certificate names.
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        bool usesSystemTrust = options.PinSha256 == null && !options.Insecure && options.CaPem == null;
        if (!usesSystemTrust)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        }

        if (authorities != null)
        {
            policy.CustomTrustStore.AddRange(authorities);
            policy.ExtraStore.AddRange(policy.CustomTrustStore);
        }

        return policy;
    }

    private static X509Certificate2Collection ReadPem(string pem)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new HubException(ErrorCode.ConfigInvalid, "tls.ca holds a damaged certificate; paste the whole PEM text", e);
        }

        return certificates.Count > 0
            ? certificates
            : throw new HubException(ErrorCode.ConfigInvalid, "tls.ca holds no certificate; it must be PEM text (-----BEGIN CERTIFICATE-----)");
    }

    private bool OnCertificate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var stream = (HubSslStream)sender;
        if (certificate is not X509Certificate2 leaf)
        {
            stream.Problem = new TlsProblem("it showed no certificate");
            return false;
        }

        string sha256 = Convert.ToHexStringLower(leaf.GetCertHash(HashAlgorithmName.SHA256));
        bool isChecked = _options.PinSha256 != null || !_options.Insecure;
        stream.Certificate = new TlsPeer(sha256, isVerified: isChecked, NameOf(leaf));
        stream.Problem = FindProblem(leaf, chain, errors, sha256);
        return stream.Problem == null;
    }

    /// <summary>This runs in the middle of a handshake: any problem with a certificate, even an unreadable one, is a result and not an exception.</summary>
    private TlsProblem? FindProblem(X509Certificate2 leaf, X509Chain? chain, SslPolicyErrors errors, string sha256)
    {
        try
        {
            return Judge(leaf, chain, errors, sha256);
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException or ArgumentException)
        {
            return new TlsProblem($"its certificate cannot be read ({e.Message}); renew it, or pin it ({sha256})");
        }
    }

    private static string? NameOf(X509Certificate2 leaf)
    {
        try
        {
            return TlsProblems.CommonName(leaf);
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException or InvalidOperationException)
        {
            return null;
        }
    }

    private TlsProblem? Judge(X509Certificate2 leaf, X509Chain? chain, SslPolicyErrors errors, string sha256)
    {
        if (_options.PinSha256 != null)
        {
            return TlsProblem.Of(TlsProblems.Pin(_options.PinSha256, sha256));
        }

        return _options.Insecure ? null
            : ChainProblem(leaf, chain, errors, sha256) ?? TlsProblem.Of(TlsProblems.Name(leaf, _serverName) ?? TlsProblems.Weak(leaf, chain, _anchors, sha256));
    }

    private TlsProblem? ChainProblem(X509Certificate2 leaf, X509Chain? chain, SslPolicyErrors errors, string sha256)
    {
        TlsProblem? problem = TlsProblems.Chain(leaf, chain, errors, sha256);
        if (problem == null || chain == null || _anchors == null)
        {
            return problem;
        }

        X509ChainStatusFlags? flags = _anchors.Judge(leaf, chain);
        return flags == X509ChainStatusFlags.NoError ? null : flags == X509ChainStatusFlags.NotTimeValid ? new TlsProblem(TlsProblems.Time(leaf)) : problem;
    }
}
