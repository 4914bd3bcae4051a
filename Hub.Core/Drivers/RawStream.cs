using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Core.Drivers;

/// <summary>
/// A TCP or TLS connection over a small device's socket. Reads ask first whether there is anything, and writes go out in pieces that the
/// socket accepts at once, so that with TLS, too, no call stops the other threads for longer than one piece or record takes. Thread: one owner.
/// </summary>
internal sealed class RawStream : IByteStream, IReadSignal, IRemoteAddress
{
    /// <summary>
    /// Most bytes of one send: lwIP reports a socket as writable once it accepts this much at once (<c>TCP_SNDLOWAT</c> in its opt.h, with the ESP32's
    /// send buffer of 5,744 bytes), and a TLS record adds some 30 bytes.
    /// </summary>
    public const int MaxPieceBytes = 2800;

    /// <summary>Most bytes of one <see cref="Write"/>, and of reads without a pause between them: other printers' threads are to have their turn.</summary>
    public const int MaxTurnBytes = 16384;

    private readonly RawSockets _owner;
    private readonly IRawSocket _socket;
    private readonly string _place;
    private readonly bool _isTls;
    private AutoResetEvent? _readable;
    private HubException? _lost;
    private bool _isDisposed;

    /// <summary>Bytes read and written since the stream last had nothing to do or let others run.</summary>
    private int _turnBytes;

    /// <summary>Takes over a connected socket.</summary>
    public RawStream(RawSockets owner, IRawSocket socket, string place, TlsPeer? peer)
    {
        _owner = owner;
        _socket = socket;
        _place = place;
        _isTls = peer != null;
        Peer = peer;
    }

    /// <inheritdoc/>
    public TlsPeer? Peer { get; }

    /// <summary>The peer's host and port, for messages.</summary>
    public string Place => _place;

    /// <summary>Why the connection broke; null while it has not.</summary>
    public HubException? Lost => _lost;

    /// <inheritdoc/>
    public byte[]? RemoteAddress() => _isDisposed ? null : _socket.RemoteAddress;

    /// <inheritdoc/>
    public bool WaitReadable(int timeoutMs)
    {
        ThrowIfDisposed();
        if (_lost != null)
        {
            return true;
        }

        try
        {
            return _socket.Pending > 0 || _socket.CanRead(timeoutMs);
        }
        catch (RawSocketException)
        {
            // The read that follows says what happened.
            return true;
        }
    }

    /// <inheritdoc/>
    public void SignalReadable(AutoResetEvent readable)
    {
        if (_isDisposed || WaitReadable(0))
        {
            readable.Set();
            return;
        }

        _readable = readable;
        _owner.Watch.Add(this);
    }

    /// <summary>
    /// For the watch's thread: sets the event that was asked for when something has arrived. The owner had read all decrypted bytes when it asked, so
    /// the socket alone tells. True when there is nothing more to watch for.
    /// </summary>
    internal bool Look()
    {
        AutoResetEvent? readable = _readable;
        if (_isDisposed || readable == null)
        {
            return true;
        }

        bool isReadable;
        try
        {
            isReadable = _socket.CanRead(0);
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception)
        {
            // Whatever it is, the owner finds out by reading; it must not keep the watch from the other connections.
            isReadable = true;
        }

        if (isReadable)
        {
            _readable = null;
            readable.Set();
        }

        return isReadable;
    }

    /// <inheritdoc/>
    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        if (count <= 0)
        {
            throw new ArgumentException("a read of no bytes would look like the end of the stream");
        }

        ThrowIfUnusable();
        try
        {
            if (_socket.Pending == 0 && !_socket.CanRead(timeoutMs))
            {
                _turnBytes = 0;
                return -1;
            }

            EndTurn();
            int read = _socket.Receive(buffer, offset, count);
            _turnBytes += read;
            return read;
        }
        catch (RawSocketException error)
        {
            _lost = SocketWords.Lost(_place, error.Code, error);
        }

        throw _lost;
    }

    /// <inheritdoc/>
    public int Write(byte[] buffer, int offset, int count, int timeoutMs)
    {
        ThrowIfUnusable();
        EndTurn();
        int most = count < MaxTurnBytes ? count : MaxTurnBytes;
        int sent = 0;
        try
        {
            while (sent < most && _socket.CanWrite(sent == 0 ? timeoutMs : 0))
            {
                int piece = most - sent < MaxPieceBytes ? most - sent : MaxPieceBytes;
                _socket.Send(buffer, offset + sent, piece);
                sent += piece;
                _turnBytes += piece;
            }

            return sent;
        }
        catch (RawSocketException error)
        {
            // How much of the piece went out is not known: nothing more may follow it.
            _lost = SocketWords.Lost(_place, error.Code, error);
        }

        throw _lost;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _owner.Watch.Remove(this);
            _owner.Close(_socket, _isTls);
        }
    }

    /// <summary>Hands over the socket of a TCP connection, also of a broken one; the stream is unusable then.</summary>
    public IRawSocket Detach()
    {
        ThrowIfDisposed();
        _isDisposed = true;
        _owner.Watch.Remove(this);
        return _socket;
    }

    /// <summary>A peer that sends without a pause, or a large file, must not keep the CPU from the other printers.</summary>
    private void EndTurn()
    {
        if (_turnBytes >= MaxTurnBytes)
        {
            _turnBytes = 0;
            _owner.Yield();
        }
    }

    private void ThrowIfUnusable()
    {
        ThrowIfDisposed();
        if (_lost != null)
        {
            throw _lost;
        }
    }

    private void ThrowIfDisposed()
    {
        if (_isDisposed)
        {
            throw new ObjectDisposedException("the connection to " + _place + " was closed");
        }
    }
}
