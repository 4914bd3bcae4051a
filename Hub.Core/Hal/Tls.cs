namespace Hub.Core.Hal;

/// <summary>
/// Whom a TLS connection trusts. Immutable after first use; connections that should resume each
/// other's session share one instance with <see cref="ReusesSession"/> set.
/// </summary>
public sealed class TlsOptions
{
    /// <summary>Name sent as SNI and compared with the certificate (for Bambu the serial). Null: the host connected to.</summary>
    public string? ServerName { get; set; }

    /// <summary>
    /// Trust anchors as PEM text, or null for the system's. Each certificate in it is an anchor, including intermediate ones.
    /// </summary>
    public string? CaPem { get; set; }

    /// <summary>
    /// SHA-256 of the leaf certificate as 64 hex digits: when set, it alone decides, and chain and name are not checked. Only where
    /// <see cref="ISocketFactory.ShowsCertificates"/>.
    /// </summary>
    public string? PinSha256 { get; set; }

    /// <summary>True to accept any certificate: only when the user explicitly chose so.</summary>
    public bool Insecure { get; set; }

    /// <summary>
    /// True to resume the session of an earlier connection with the same server name, and to save one for later connections. Only FTPS
    /// needs it; all others leave it false: .NET keeps one session per server name for the whole process, and an MQTT
    /// connection to the same printer would replace the session that the file server requires.
    /// </summary>
    public bool ReusesSession { get; set; }

    /// <summary>
    /// True to offer TLS 1.2 at most, for printers whose firmware supports no later version. False also offers TLS 1.3 where the
    /// platform has it. (Session reuse implies TLS 1.2.)
    /// </summary>
    public bool Tls12Only { get; set; }

    /// <summary>A copy with <see cref="ReusesSession"/> set.</summary>
    public TlsOptions WithSessionReuse() => new TlsOptions
    {
        ServerName = ServerName,
        CaPem = CaPem,
        PinSha256 = PinSha256,
        Insecure = Insecure,
        Tls12Only = Tls12Only,
        ReusesSession = true,
    };

    /// <summary>True when both trust the same peers by the same rules.</summary>
    public bool IsSame(TlsOptions? other) =>
        other != null
        && ServerName == other.ServerName
        && CaPem == other.CaPem
        && PinSha256 == other.PinSha256
        && Insecure == other.Insecure
        && Tls12Only == other.Tls12Only
        && ReusesSession == other.ReusesSession;
}

/// <summary>What a finished TLS handshake showed about the peer. Immutable.</summary>
public sealed class TlsPeer
{
    /// <summary>Makes the record.</summary>
    /// <param name="sha256">SHA-256 of the leaf certificate, 64 lower-case hex digits; empty where the platform does not show it.</param>
    /// <param name="isVerified">True when chain and name, or the pin, were checked and match.</param>
    /// <param name="commonName">Common name of the leaf certificate, or null where it has none or the platform does not show it.</param>
    public TlsPeer(string sha256, bool isVerified, string? commonName = null)
    {
        CommonName = commonName;
        Sha256 = sha256;
        IsVerified = isVerified;
    }

    /// <summary>SHA-256 of the leaf certificate, 64 lower-case hex digits; empty where the platform does not show it (<see cref="ISocketFactory.ShowsCertificates"/>).</summary>
    public string Sha256 { get; }

    /// <summary>True when chain and name, or the pin, were checked and match.</summary>
    public bool IsVerified { get; }

    /// <summary>Common name of the leaf certificate, null where it has none or the platform does not show it (the board). The peer chose it: mask it before it is shown.</summary>
    public string? CommonName { get; }
}
