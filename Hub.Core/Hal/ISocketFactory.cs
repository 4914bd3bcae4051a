namespace Hub.Core.Hal;

/// <summary>
/// Opens network connections. Thread: any; what it returns belongs to one thread at a time.
/// Errors: <see cref="ErrorCode.DnsFailed"/>, <see cref="ErrorCode.ConnectFailed"/>,
/// <see cref="ErrorCode.Timeout"/>, <see cref="ErrorCode.TlsFailed"/>,
/// <see cref="ErrorCode.TlsUntrusted"/>, <see cref="ErrorCode.OutOfSockets"/>.
/// </summary>
public interface ISocketFactory
{
    /// <summary>True when a TLS connection can resume the session of an earlier one (FTPS servers may demand it).</summary>
    bool CanReuseTlsSession { get; }

    /// <summary>How many sockets may be open at once (16 on the board).</summary>
    int MaxSockets { get; }

    /// <summary>Sockets open now.</summary>
    int OpenSockets { get; }

    /// <summary>Opens a TCP connection.</summary>
    /// <param name="host">Name, IPv4 or bare IPv6 address (no brackets).</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="timeoutMs">For name resolution and connect together.</param>
    IByteStream ConnectTcp(string host, int port, int timeoutMs);

    /// <summary>Opens a TLS connection; see <see cref="TlsOptions"/> for what is verified.</summary>
    /// <param name="host">Name or address to connect to.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="options">Whom to trust; the same object for connections that should share a session.</param>
    /// <param name="timeoutMs">For resolution, connect and handshake together. On the board the handshake has no timeout.</param>
    IByteStream ConnectTls(string host, int port, TlsOptions options, int timeoutMs);

    /// <summary>Opens a UDP socket.</summary>
    /// <param name="localPort">Port to bind, shared with others where the system allows it; 0 for any.</param>
    /// <param name="localAddress">Interface address to bind and to use for multicast, or null for all.</param>
    IUdpSocket OpenUdp(int localPort, string? localAddress);
}
