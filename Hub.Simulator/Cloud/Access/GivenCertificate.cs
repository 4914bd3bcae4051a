using System;
using System.IO;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;

namespace Hub.Simulator.Cloud.Access;

/// <summary>
/// A certificate and key in PEM files of the user's own, such as those of an ACME client. A changed file is read again while the cloud runs.
/// </summary>
internal sealed class GivenCertificate : IServerCertificate
{
    private static readonly TimeSpan s_checkEvery = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly string _keyPath;
    private readonly TimeProvider _clock;
    private readonly Action<string> _log;
    private SslStreamCertificateContext _current;
    private DateTime _written;
    private DateTimeOffset _checkAt;

    /// <summary>Reads the files. Errors: IOException.</summary>
    /// <param name="path">The certificate.</param>
    /// <param name="keyPath">Its private key, without a password; may be the same file.</param>
    /// <param name="clock">Now.</param>
    /// <param name="log">One line when a changed file cannot be used; the former certificate stays.</param>
    public GivenCertificate(string path, string keyPath, TimeProvider clock, Action<string> log)
    {
        _path = path;
        _keyPath = keyPath;
        _clock = clock;
        _log = log;
        _written = WrittenAt();
        _current = Read();
        _checkAt = clock.GetUtcNow() + s_checkEvery;
    }

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
                    ReadAgain();
                }

                return _current;
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _current.TargetCertificate.Dispose();
        }
    }

    private void ReadAgain()
    {
        DateTime written = WrittenAt();
        if (written == _written)
        {
            return;
        }

        try
        {
            _current = Read();
            _written = written;
        }
        catch (IOException e)
        {
            _log("the former certificate stays: " + e.Message);
        }
    }

    private SslStreamCertificateContext Read()
    {
        try
        {
            using X509Certificate2 read = X509Certificate2.CreateFromPemFile(_path, _keyPath);

            // What follows the certificate in its file are those of its authorities, which clients need too.
            X509Certificate2Collection chain = [];
            chain.ImportFromPemFile(_path);
            return Certificates.Context(read, chain);
        }
        catch (Exception e) when (e is CryptographicException or UnauthorizedAccessException or ArgumentException or IOException)
        {
            throw new IOException($"the certificate '{_path}' with the key '{_keyPath}' cannot be used: {e.Message}", e);
        }
    }

    private DateTime WrittenAt()
    {
        DateTime certificate = File.GetLastWriteTimeUtc(_path);
        DateTime key = File.GetLastWriteTimeUtc(_keyPath);
        return certificate > key ? certificate : key;
    }
}
