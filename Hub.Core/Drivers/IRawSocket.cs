namespace Hub.Core.Drivers;

/// <summary>
/// A TCP socket with the calls of a small device. Thread: one owner, <see cref="Close"/> excepted, which ends what another thread waits
/// for. Ownership: buffers stay the caller's. Errors: <see cref="RawSocketException"/>.
/// </summary>
public interface IRawSocket
{
    /// <summary>Connects; other threads run while it waits. Code <see cref="RawSocketException.TimedOut"/> when the limit is over; the socket must be closed after any error.</summary>
    /// <param name="address">IPv4 address, 4 bytes.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="timeoutMs">Longest wait.</param>
    void Connect(byte[] address, int port, int timeoutMs);

    /// <summary>
    /// Makes the TLS handshake as a client, TLS 1.2. On the board every thread stops until the server has answered or closed, and nothing
    /// limits that. Errors: <see cref="RawTlsException"/>.
    /// </summary>
    /// <param name="serverName">Name that is sent and compared with the certificate.</param>
    /// <param name="caPem">Trust anchors as PEM text; null with <paramref name="isVerified"/> false.</param>
    /// <param name="isVerified">False accepts any certificate.</param>
    void StartTls(string serverName, string? caPem, bool isVerified);

    /// <summary>Decrypted bytes that wait to be read; 0 without TLS.</summary>
    int Pending { get; }

    /// <summary>Waits until bytes, an end or an error have arrived; other threads run. With TLS the bytes may be the beginning of a record.</summary>
    bool CanRead(int timeoutMs);

    /// <summary>Waits until the socket accepts some 2.8 KB at once; other threads run.</summary>
    bool CanWrite(int timeoutMs);

    /// <summary>
    /// Reads what has arrived, 0 at the end. Only after <see cref="CanRead"/> or with <see cref="Pending"/> bytes, as it would wait otherwise. With TLS
    /// every thread stops on the board until the record that has begun is complete.
    /// </summary>
    int Receive(byte[] buffer, int offset, int count);

    /// <summary>Sends all bytes. Only after <see cref="CanWrite"/> and at most 2.8 KB, as every thread stops with TLS until they are accepted otherwise.</summary>
    void Send(byte[] buffer, int offset, int count);

    /// <summary>The peer's IPv4 address, 4 bytes; null where it is not known.</summary>
    byte[]? RemoteAddress { get; }

    /// <summary>Closes; with TLS it says so to the peer. Throws nothing.</summary>
    void Close();
}
