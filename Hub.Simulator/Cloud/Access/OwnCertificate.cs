using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;

namespace Hub.Simulator.Cloud.Access;

/// <summary>
/// A certificate of the cloud's <see cref="OwnAuthority"/>. It is stored, so that a restart changes nothing, and replaced while the cloud runs: a month before its end, and when
/// this machine has a name or address that it lacks.
/// </summary>
internal sealed class OwnCertificate : IServerCertificate
{
    private const string ServerFile = "cloud-server.pem";

    private static readonly TimeSpan s_renewBefore = TimeSpan.FromDays(30);
    private static readonly TimeSpan s_checkEvery = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly PrivateFiles _files;
    private readonly OwnAuthority _authority;
    private readonly Func<string[]> _names;
    private readonly Action<string> _log;
    private readonly TimeProvider _clock;
    private SslStreamCertificateContext _current;
    private DateTimeOffset _checkAt;

    private OwnCertificate(PrivateFiles files, OwnAuthority authority, Func<string[]> names, TimeProvider clock, Action<string> log)
    {
        _files = files;
        _authority = authority;
        _names = names;
        _clock = clock;
        _log = log;
        _current = Stored() ?? Issue();
        _checkAt = clock.GetUtcNow() + s_checkEvery;
    }

    /// <summary>The authority's certificate in PEM.</summary>
    public string CaPem => _authority.CaPem;

    /// <summary>Where the authority's certificate is.</summary>
    public string CaPath => _authority.CaPath;

    /// <inheritdoc/>
    public SslStreamCertificateContext Current
    {
        get
        {
            lock (_gate)
            {
                if (_clock.GetUtcNow() >= _checkAt)
                {
                    _checkAt = _clock.GetUtcNow() + s_checkEvery;
                    Renew();
                }

                return _current;
            }
        }
    }

    /// <summary>Opens the certificate of a folder. Errors: IOException when the folder or a file in it cannot be used.</summary>
    /// <param name="folder">The cloud's data folder.</param>
    /// <param name="names">Names and addresses at this moment; asked again while the cloud runs.</param>
    /// <param name="clock">Now.</param>
    /// <param name="log">One line when a renewal fails.</param>
    public static OwnCertificate Open(string folder, Func<string[]> names, TimeProvider clock, Action<string> log)
    {
        try
        {
            PrivateFiles files = new(folder);
            return new OwnCertificate(files, OwnAuthority.Open(files, clock), names, clock, log);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new IOException($"the certificate files ({OwnAuthority.CaFile} and others) in '{folder}' are damaged: delete them, and give the new {OwnAuthority.CaFile} to the hubs ({e.Message})", e);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _current.TargetCertificate.Dispose();
            _authority.Dispose();
        }
    }

    private void Renew()
    {
        if (IsGood(_current.TargetCertificate))
        {
            return;
        }

        try
        {
            // The old one is not disposed: a handshake may be using it.
            _current = Issue();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            _log("the certificate is not renewed: " + e.Message);
        }
    }

    private SslStreamCertificateContext? Stored()
    {
        string? pem = _files.Read(ServerFile);
        if (pem == null)
        {
            return null;
        }

        using X509Certificate2 certificate = X509Certificate2.CreateFromPem(pem, pem);
        return IsGood(certificate) && _authority.Issued(certificate) ? Certificates.Context(certificate, []) : null;
    }

    private SslStreamCertificateContext Issue()
    {
        using X509Certificate2 issued = _authority.Issue(_names());
        using ECDsa key = issued.GetECDsaPrivateKey()!;
        _files.Write(ServerFile, issued.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        return Certificates.Context(issued, []);
    }

    private bool IsGood(X509Certificate2 certificate)
    {
        DateTime now = _clock.GetUtcNow().UtcDateTime;
        return certificate.NotBefore.ToUniversalTime() <= now
            && certificate.NotAfter.ToUniversalTime() > now + s_renewBefore
            && _names().All(NamesOf(certificate).Contains);
    }

    private static HashSet<string> NamesOf(X509Certificate2 certificate)
    {
        X509SubjectAlternativeNameExtension? names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        return names == null
            ? []
            : new HashSet<string>(names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(a => a.ToString())), StringComparer.OrdinalIgnoreCase);
    }
}
