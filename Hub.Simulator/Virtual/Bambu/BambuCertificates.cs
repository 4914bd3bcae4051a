using System;
using System.Collections.Concurrent;
using System.IO;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>
/// The certificates of virtual Bambu printers: their own CA and a leaf for each serial, like those of older
/// printers (RSA 2048, CN = serial, no other names, a CA without key usage). A printer shows its CA with its leaf, as real ones do
/// (ha-bambulab issues 541, 1705); .NET sends no self-signed one, so it is the CA of a root that nobody has. Thread: any.
/// </summary>
public sealed class BambuCertificates
{
    // One key for all leaves and one for all CAs of the process: generating one takes a large part of a second.
    private static readonly Lazy<RSA> s_caKey = new(() => RSA.Create(2048));
    private static readonly Lazy<RSA> s_leafKey = new(() => RSA.Create(2048));
    private static readonly Lazy<BambuCertificates> s_ofProcess = new(() => new BambuCertificates(null));

    private readonly ConcurrentDictionary<string, SslStreamCertificateContext> _leaves = new(StringComparer.Ordinal);
    private readonly string? _folder;
    private readonly X509Certificate2 _ca;

    /// <summary>Stores them in a folder, so that pins outlive the process; null stores none. Errors: IOException when the folder cannot be used.</summary>
    public BambuCertificates(string? folder)
    {
        _folder = folder;
        if (folder != null)
        {
            Directory.CreateDirectory(folder);
        }

        _ca = Load("ca.pfx") ?? Save("ca.pfx", MakeCa());
    }

    /// <summary>
    /// Shared by all fleets without a folder: a printer keeps its pin when its fleet restarts, and printers of the
    /// same serial accept each other's TLS sessions, which .NET's client remembers by name only.
    /// </summary>
    public static BambuCertificates OfProcess => s_ofProcess.Value;

    /// <summary>The CA, for clients that verify the chain.</summary>
    public string CaPem => _ca.ExportCertificatePem();

    /// <summary>The certificate of this serial, always the same.</summary>
    public SslStreamCertificateContext LeafOf(string serial) =>
        _leaves.GetOrAdd(serial, _ => Context(Load(serial + ".pfx") ?? Save(serial + ".pfx", NewLeaf(serial, validDays: 3650))));

    /// <summary>Another certificate, as after a firmware update.</summary>
    public SslStreamCertificateContext MakeLeaf(string serial, int validDays) => Context(NewLeaf(serial, validDays));

    /// <summary>The certificate of this serial without its CA, as some printers show it.</summary>
    public SslStreamCertificateContext LeafAlone(string serial) => SslStreamCertificateContext.Create(LeafOf(serial).TargetCertificate, null, offline: true);

    /// <summary>The value for tls.pin of printers.json.</summary>
    public static string PinOf(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return Convert.ToHexStringLower(certificate.GetCertHash(HashAlgorithmName.SHA256));
    }

    private SslStreamCertificateContext Context(X509Certificate2 certificate) =>
        SslStreamCertificateContext.Create(certificate, [X509CertificateLoader.LoadCertificate(_ca.RawData)], offline: true);

    private static X509Certificate2 MakeCa()
    {
        CertificateRequest request = new("CN=Virtual BBL CA, O=Not Bambu Lab", s_caKey.Value, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using RSA rootKey = RSA.Create(2048);
        CertificateRequest rootRequest = new("CN=Virtual BBL Root, O=Not Bambu Lab", rootKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 root = rootRequest.CreateSelfSigned(now.AddDays(-60), now.AddDays(3660));
        using X509Certificate2 ca = request.Create(root, now.AddDays(-60), now.AddDays(3660), [1, .. RandomNumberGenerator.GetBytes(8)]);
        return X509CertificateLoader.LoadPkcs12(ca.CopyWithPrivateKey(s_caKey.Value).Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    private X509Certificate2 NewLeaf(string serial, int validDays)
    {
        CertificateRequest request = new("CN=" + serial, s_leafKey.Value, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        byte[] number = [1, .. RandomNumberGenerator.GetBytes(8)];
        using X509Certificate2 leaf = request.Create(_ca, now.AddDays(-30), now.AddDays(validDays), number);

        // On Windows a TLS server needs an imported key.
        return X509CertificateLoader.LoadPkcs12(leaf.CopyWithPrivateKey(s_leafKey.Value).Export(X509ContentType.Pkcs12), null);
    }

    private X509Certificate2? Load(string name)
    {
        string? path = _folder == null ? null : Path.Combine(_folder, name);
        return File.Exists(path) ? X509CertificateLoader.LoadPkcs12FromFile(path, null) : null;
    }

    private X509Certificate2 Save(string name, X509Certificate2 certificate)
    {
        if (_folder != null)
        {
            File.WriteAllBytes(Path.Combine(_folder, name), certificate.Export(X509ContentType.Pkcs12));
        }

        return certificate;
    }
}
