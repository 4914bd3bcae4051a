using System;
using System.Threading;
using Hub.Core.Errors;

namespace Hub.Core.Hal;

/// <summary>
/// Opens network connections. Thread: any; the connections it returns belong to one thread at a time.
/// Errors: <see cref="ErrorCode.DnsFailed"/>, <see cref="ErrorCode.ConnectFailed"/>,
/// <see cref="ErrorCode.Timeout"/>, <see cref="ErrorCode.TlsFailed"/>,
/// <see cref="ErrorCode.TlsUntrusted"/>, <see cref="ErrorCode.OutOfSockets"/>.
/// </summary>
/// <remarks>
/// What the board cannot promise: a TLS handshake (0.5 to 2 s of CPU time at best) and a lookup of a name stop every thread of the hub, and neither a
/// timeout nor a cancellation ends them; a server that falls silent in the handshake stops the hub until it closes the connection. An
/// implementation therefore makes one handshake at a time with a pause after each (<see cref="TlsDialGate"/>), remembers
/// addresses, and dials before it waits for its turn. What must not be stopped holds the handshakes back (<see cref="HoldTls"/>).
/// </remarks>
public interface ISocketFactory
{
    /// <summary>True when a TLS connection can resume the session of an earlier one (FTPS servers may demand it).</summary>
    bool CanReuseTlsSession { get; }

    /// <summary>
    /// True when the machine has certificate authorities of its own, which a connection without <see cref="TlsOptions.CaPem"/> and
    /// <see cref="TlsOptions.PinSha256"/> is checked by. The board has none.
    /// </summary>
    bool HasRootStore { get; }

    /// <summary>
    /// True when a TLS connection shows its peer's certificate (<see cref="TlsPeer.Sha256"/>): only then can a pin be checked, and a
    /// printer be trusted by the certificate that it showed first. The board's TLS shows none; it checks chain and name itself. Ask
    /// <see cref="TlsChecks"/> before a dial.
    /// </summary>
    bool ShowsCertificates { get; }

    /// <summary>How many sockets may be open at once (16 on the board).</summary>
    int MaxSockets { get; }

    /// <summary>Sockets open now.</summary>
    int OpenSockets { get; }

    /// <summary>Opens a TCP connection.</summary>
    /// <param name="host">Name, IPv4 or bare IPv6 address (no brackets).</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="timeoutMs">For name resolution and connect together. On the board the resolution has no timeout.</param>
    IByteStream ConnectTcp(string host, int port, int timeoutMs);

    /// <summary>Opens a TLS connection; see <see cref="TlsOptions"/> for what is verified.</summary>
    /// <param name="host">Name or address to connect to.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="options">Whom to trust; pass the same object for connections that should share a session.</param>
    /// <param name="timeoutMs">For resolution, connect and handshake together. On the board the handshake has no timeout.</param>
    IByteStream ConnectTls(string host, int port, TlsOptions options, int timeoutMs);

    /// <summary>
    /// Begins TLS, as the client, on a TCP connection of this factory: for protocols that dial before they encrypt (FTPS data
    /// connections). It takes ownership of the connection, even when it fails. Errors: <see cref="ErrorCode.Cancelled"/> besides those above.
    /// </summary>
    /// <param name="tcp">What <see cref="ConnectTcp"/> returned; not to be used afterwards.</param>
    /// <param name="host">The server's name where the options give none.</param>
    /// <param name="options">Whom to trust; pass the same object for connections that should share a session.</param>
    /// <param name="timeoutMs">For the handshake.</param>
    /// <param name="cancel">Ends the handshake; on the board it takes effect only after the handshake.</param>
    IByteStream StartTls(IByteStream tcp, string host, TlsOptions options, int timeoutMs, CancellationToken cancel);

    /// <summary>Opens a UDP socket.</summary>
    /// <param name="localPort">Port to bind, shared with others where the system allows it; 0 for any.</param>
    /// <param name="localAddress">Interface address to bind and to use for multicast, or null for all.</param>
    IUdpSocket OpenUdp(int localPort, string? localAddress);

    /// <summary>
    /// Keeps TLS handshakes from beginning until what it returns is disposed of (once; by any thread), and all others like it: for work whose threads must
    /// answer in time, such as provisioning over Bluetooth. Connections that exist are not affected. A dial waits in the meantime, for 60 s; then it fails
    /// with <see cref="ErrorCode.Timeout"/>. Returns at once: a handshake that has begun goes on.
    /// </summary>
    IDisposable HoldTls();
}
