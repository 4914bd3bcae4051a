using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>A plain TCP connection: a non-blocking socket that is polled. Thread: one owner.</summary>
internal sealed class TcpStream : IByteStream, IAbortable, IReadSignal, IRemoteAddress
{
    private readonly Socket _socket;
    private readonly IDisposable _lease;
    private ReadSignal? _signal;
    private HubException? _lost;
    private bool _isDisposed;

    /// <summary>Takes over a connected socket and its lease.</summary>
    public TcpStream(Socket socket, IDisposable lease, string place)
    {
        _socket = socket;
        _socket.Blocking = false;
        _lease = lease;
        Place = place;
    }

    public TlsPeer? Peer => null;

    /// <summary>The peer's host and port, for messages.</summary>
    public string Place { get; }

    public byte[]? RemoteAddress() => SocketPlace.AddressOf(_socket);

    public bool WaitReadable(int timeoutMs)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _lost != null || PollRead(timeoutMs);
    }

    public void SignalReadable(AutoResetEvent readable)
    {
        if (_isDisposed || _lost != null)
        {
            readable.Set();
            return;
        }

        _signal ??= new ReadSignal(_socket);
        _signal.Set(readable);
    }

    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        // A read of nothing would look like the end of the stream.
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ThrowIfUnusable();
        var deadline = new Deadline(timeoutMs);
        while (true)
        {
            if (_signal == null || _signal.Wait(0))
            {
                int got = _socket.Receive(buffer, offset, count, SocketFlags.None, out SocketError error);
                if (error == SocketError.Success)
                {
                    return got;
                }

                ThrowUnlessWouldBlock(error);
            }

            int leftMs = deadline.RemainingMs;
            if (leftMs <= 0 || !PollRead(leftMs))
            {
                return -1;
            }
        }
    }

    public int Write(byte[] buffer, int offset, int count, int timeoutMs)
    {
        ThrowIfUnusable();
        var deadline = new Deadline(timeoutMs);
        while (true)
        {
            int sent = _socket.Send(buffer, offset, count, SocketFlags.None, out SocketError error);
            if (error == SocketError.Success)
            {
                return sent;
            }

            ThrowUnlessWouldBlock(error);
            if (!Poll(SelectMode.SelectWrite, deadline.RemainingMs))
            {
                return 0;
            }
        }
    }

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _socket.Dispose();
        _signal?.Dispose();
        _lease.Dispose();
    }

    public void Abort()
    {
        if (!_isDisposed)
        {
            ResetOnClose.Set(_socket);
            Dispose();
        }
    }

    /// <summary>Hands over the socket, blocking again, and its lease; the stream is unusable then.</summary>
    public Socket Detach(out IDisposable lease)
    {
        ThrowIfUnusable();
        _isDisposed = true;
        _socket.Blocking = true;
        lease = _lease;
        return _socket;
    }

    private bool PollRead(int timeoutMs)
    {
        if (_signal == null)
        {
            return Poll(SelectMode.SelectRead, timeoutMs);
        }

        var deadline = new Deadline(timeoutMs);
        return _signal.Wait(timeoutMs) && Poll(SelectMode.SelectRead, deadline.RemainingMs);
    }

    private bool Poll(SelectMode mode, int timeoutMs) =>
        _socket.Poll(TimeSpan.FromMilliseconds(Math.Max(0, timeoutMs)), mode);

    private void ThrowIfUnusable()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_lost != null)
        {
            throw _lost;
        }
    }

    private void ThrowUnlessWouldBlock(SocketError error)
    {
        if (error != SocketError.WouldBlock)
        {
            _lost = SocketErrors.Lost(Place, new SocketException((int)error));
            throw _lost;
        }
    }
}
