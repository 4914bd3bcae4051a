using System;
using Hub.Core.Errors;

namespace Hub.Core.Hal;

/// <summary>
/// A connected stream of bytes (TCP or TLS). Thread: one owner; no member may run at the same time
/// as another, <see cref="IDisposable.Dispose"/> included. Ownership: buffers stay the caller's and
/// are not touched after the call. No call blocks longer than its timeout, except as below.
/// </summary>
/// <remarks>
/// What the board cannot promise (nanoFramework's stock CLR, docs/board.md): once the first byte of a TLS record has arrived, a read stops
/// every thread of the hub until the record is complete or the connection ends, and no timeout or cancellation ends that. A peer that sends half
/// a record and falls silent stops the hub; only a watchdog in hardware ends it. A TLS write stops every thread until the socket has accepted
/// it. An implementation therefore reads only what it has seen arrive (<see cref="WaitReadable"/> is such a look; <see cref="Read"/> makes its own), writes
/// small pieces to a socket that has room for them, and yields between two portions of a stream that does not pause
/// (Hub.Core/Drivers does). The thread that owns the stream disposes of it: a Dispose by another thread does not end
/// a call that stops all threads, as it cannot run.
/// <para>
/// Reads and writes never throw because of a timeout: they report "nothing yet", so that the owner
/// can check its inbox or its cancellation between two short waits. Errors:
/// <see cref="ErrorCode.ConnectionLost"/> when the peer reset the connection.
/// </para>
/// </remarks>
public interface IByteStream : IDisposable
{
    /// <summary>
    /// Waits until <see cref="Read"/> would return at once (data, end of stream or an error).
    /// A timeout of 0 only checks.
    /// </summary>
    /// <returns>False when nothing arrived within <paramref name="timeoutMs"/>.</returns>
    bool WaitReadable(int timeoutMs);

    /// <summary>Reads the bytes that have arrived, at most <paramref name="count"/>, which must not be 0.</summary>
    /// <returns>Bytes read; 0 at the end of the stream; -1 when nothing arrived within <paramref name="timeoutMs"/>.</returns>
    int Read(byte[] buffer, int offset, int count, int timeoutMs);

    /// <summary>
    /// Hands bytes to the connection, which may accept fewer than offered. Accepted bytes may still be on their
    /// way: only the peer's answer proves arrival.
    /// </summary>
    /// <returns>Bytes accepted, 0 when the peer accepted none within <paramref name="timeoutMs"/>.</returns>
    int Write(byte[] buffer, int offset, int count, int timeoutMs);

    /// <summary>What the TLS handshake showed about the peer; null on plain TCP.</summary>
    TlsPeer? Peer { get; }
}

/// <summary>A connection that can also be aborted. A HAL's streams need not support it. Thread: as for <see cref="IByteStream"/>.</summary>
public interface IAbortable
{
    /// <summary>
    /// Closes at once and drops bytes that are still on their way; the peer sees a reset instead of a regular end, so it does
    /// not mistake half a file for a whole one. Throws nothing.
    /// </summary>
    void Abort();
}

/// <summary>
/// A connection that knows where it leads to, whatever name it was opened by: who must not connect to some addresses asks before anything is
/// sent. TCP connections have it; TLS needs none, as it can begin on one. Thread: as for <see cref="IByteStream"/>.
/// </summary>
public interface IRemoteAddress
{
    /// <summary>The peer's IP address: 4 bytes, or 16 for IPv6, the first of them first. The caller's. Null where it is not known.</summary>
    byte[]? RemoteAddress();
}
