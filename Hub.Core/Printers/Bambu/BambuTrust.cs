using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Core.Printers.Bambu;

/// <summary>
/// Which certificate to accept for one printer: what the configuration says (authority, pin, or no check), else the certificate that
/// it showed first. A machine that sees no certificates (the board) needs the authority. Bambu's certificates carry the serial as their name. MQTT and FTPS check the same, each with
/// one options object, so that sessions are resumed. Thread: the worker; <see cref="ForFiles"/> is for any thread.
/// </summary>
internal sealed class BambuTrust
{
    private const int DialMs = 10000;

    private readonly object _lock = new object();
    private readonly IHal _hal;
    private readonly ITrustStore _store;
    private readonly PrinterConfig _config;
    private readonly string _serial;
    private readonly bool _isConfigured;
    private TlsOptions? _mqtt;
    private TlsOptions? _files;
    private string? _pin;
    private string? _firstSeen;

    public BambuTrust(IHal hal, ITrustStore store, PrinterConfig config)
    {
        _hal = hal;
        _store = store;
        _config = config;
        _serial = config.Serial ?? "";
        TlsOptions? tls = config.Tls;
        _isConfigured = tls != null && (tls.CaPem != null || tls.PinSha256 != null || tls.Insecure);
        if (_isConfigured)
        {
            _mqtt = Copy(tls!);
            _files = Copy(tls!);
        }
    }

    /// <summary>
    /// Null where this machine can check a printer with this configuration; otherwise the refusal. A pin, and the certificate that a printer
    /// shows first, are of use only where certificates are seen.
    /// </summary>
    public static HubException? Refusal(ISocketFactory sockets, TlsOptions? tls)
    {
        bool isChecked = tls != null && tls.PinSha256 == null && (tls.CaPem != null || tls.Insecure);
        return isChecked || sockets.ShowsCertificates
            ? null
            : new HubException(
                ErrorCode.TlsUntrusted,
                "this hub's machine does not see a printer's certificate, so it can trust a Bambu printer by its CA only: set 'ca' under 'tls', or on a laptop's hub that reaches the printer run 'printers export --for-board', which adds the CA, and import the result here");
    }

    /// <summary>
    /// For MQTT. If none is stored, or it was forgotten (--trust-new), the printer's certificate is read
    /// before any secret is sent. Errors: those of a TLS connect; <see cref="ErrorCode.TlsUntrusted"/> where this machine could not check the printer.
    /// </summary>
    public TlsOptions ForMqtt()
    {
        ThrowIfUnseen();
        if (!_isConfigured)
        {
            string? stored = _store.Find(_serial);
            _firstSeen = stored == null ? Look() : null;
            Pin(stored ?? _firstSeen!);
        }

        return _mqtt!;
    }

    /// <summary>For FTPS. Errors: <see cref="ErrorCode.PrinterOffline"/> while the certificate is not known yet; <see cref="ErrorCode.TlsUntrusted"/> as above.</summary>
    public TlsOptions ForFiles()
    {
        ThrowIfUnseen();
        if (!_isConfigured && _store.Find(_serial) is string stored)
        {
            // Another session may have logged in with this certificate before.
            Pin(stored);
        }

        lock (_lock)
        {
            return _files ?? throw new HubException(ErrorCode.PrinterOffline, "the printer was not reached yet: upload once it is connected");
        }
    }

    /// <summary>The printer took the access code: a certificate that was seen for the first time is trusted from now on.</summary>
    public void LoggedIn()
    {
        if (_firstSeen != null)
        {
            _store.Remember(_serial, _firstSeen);
            _firstSeen = null;
        }
    }

    /// <summary>Nobody logged in: what was seen for the first time is looked at anew.</summary>
    public void Failed()
    {
        if (_firstSeen != null)
        {
            _firstSeen = null;
            lock (_lock)
            {
                _pin = null;
                _mqtt = null;
                _files = null;
            }
        }
    }

    /// <summary>Adds to a refused certificate what the user can do.</summary>
    public HubException Explain(HubException error)
    {
        // The error of a chain or name that does not match is clear by itself; only a changed certificate can be accepted.
        bool isPinned = _config.Tls == null || _config.Tls.CaPem == null || _config.Tls.PinSha256 != null;
        return _hal.Sockets.ShowsCertificates && error.Code == ErrorCode.TlsUntrusted && isPinned
            ? new HubException(
                ErrorCode.TlsUntrusted,
                error.Message + "; if you know why, accept the new one with 'printers edit " + _config.Id + " --trust-new'",
                error)
            : error;
    }

    private TlsOptions Copy(TlsOptions tls) => new TlsOptions
    {
        ServerName = _serial,
        CaPem = tls.CaPem,
        PinSha256 = tls.PinSha256,
        Insecure = tls.Insecure,
        Tls12Only = true,
    };

    /// <summary>Sessions resume within one options object: another one only for another certificate.</summary>
    private void Pin(string sha256)
    {
        lock (_lock)
        {
            if (_pin != sha256)
            {
                _pin = sha256;
                _mqtt = Pinned(sha256);
                _files = Pinned(sha256);
            }
        }
    }

    private TlsOptions Pinned(string sha256) => new TlsOptions { ServerName = _serial, PinSha256 = sha256, Tls12Only = true };

    private string Look()
    {
        TlsOptions any = new TlsOptions { ServerName = _serial, Insecure = true, Tls12Only = true };
        using IByteStream stream = _hal.Sockets.ConnectTls(_config.Host ?? "", _config.MqttPort, any, DialMs);
        TlsPeer? peer = stream.Peer;
        return peer != null && peer.Sha256.Length > 0
            ? peer.Sha256
            : throw new HubException(ErrorCode.TlsUntrusted, "the printer showed no certificate: restart the printer");
    }

    private void ThrowIfUnseen()
    {
        HubException? refusal = Refusal(_hal.Sockets, _config.Tls);
        if (refusal != null)
        {
            throw refusal;
        }
    }
}
