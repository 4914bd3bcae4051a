using System;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>
/// A TLS connection. Thread: one owner. An SslStream is unusable when a read or write on it is cancelled
/// midway, so at most one of each is outstanding, on buffers of its own, and only the wait ends.
/// </summary>
internal sealed class TlsStream : IByteStream, IAbortable, IReadSignal, IRemoteAddress
{
    private const int BufferSize = 16 * 1024;

    /// <summary>How long <see cref="Dispose"/> itself waits for the last bytes and the close_notify.</summary>
    private const int CloseWaitMs = 250;

    /// <summary>How long that may continue in the background, as with plain TCP.</summary>
    private const int DefaultLingerMs = 30_000;

    private readonly HubSslStream _ssl;
    private readonly Socket _socket;
    private readonly IDisposable _lease;
    private readonly string _place;
    private readonly int _lingerMs;
    private readonly CancellationTokenSource _stopReading = new();
    private readonly PendingRead _pendingRead = new();
    private readonly byte[] _readBuffer = new byte[BufferSize];
    private readonly byte[] _writeBuffer = new byte[BufferSize];
    private int _readStart;
    private int _readEnd;
    private bool _isEnded;
    private Task? _pendingWrite;
    private HubException? _lost;
    private bool _isAborted;
    private bool _isDisposed;

    /// <summary>Takes over the stream, its socket and the lease.</summary>
    public TlsStream(HubSslStream ssl, Socket socket, IDisposable lease, string place, int lingerMs = DefaultLingerMs)
    {
        _lingerMs = lingerMs;
        _ssl = ssl;
        _socket = socket;
        _lease = lease;
        _place = place;
        Peer = ssl.Certificate;
    }

    public TlsPeer? Peer { get; }

    public byte[]? RemoteAddress() => SocketPlace.AddressOf(_socket);

    public bool WaitReadable(int timeoutMs)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_readStart < _readEnd || _isEnded || _lost != null)
        {
            return true;
        }

        BeginRead();
        if (!_pendingRead.Wait(timeoutMs))
        {
            return false;
        }

        try
        {
            _readStart = 0;
            _readEnd = 0;
            _readEnd = _pendingRead.Take();
            _isEnded = _readEnd == 0;
        }
        catch (Exception e)
        {
            _lost = SocketErrors.Lost(_place, e);
        }

        return true;
    }

    public void SignalReadable(AutoResetEvent readable)
    {
        if (_isDisposed || _readStart < _readEnd || _isEnded || _lost != null)
        {
            readable.Set();
            return;
        }

        BeginRead();
        _pendingRead.Signal(readable);
    }

    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        // A read of nothing would look like the end of the stream.
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        if (!WaitReadable(timeoutMs))
        {
            return -1;
        }

        int size = Math.Min(count, _readEnd - _readStart);
        if (size == 0 && _lost != null)
        {
            throw _lost;
        }

        _readBuffer.AsSpan(_readStart, size).CopyTo(buffer.AsSpan(offset, count));
        _readStart += size;
        return size;
    }

    public int Write(byte[] buffer, int offset, int count, int timeoutMs)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var deadline = new Deadline(timeoutMs);
        if (!FinishWrite(timeoutMs))
        {
            return 0;
        }

        int taken = Math.Min(count, BufferSize);
        buffer.AsSpan(offset, taken).CopyTo(_writeBuffer);
        _pendingWrite = _ssl.WriteAsync(_writeBuffer.AsMemory(0, taken)).AsTask();
        FinishWrite(deadline.RemainingMs);
        return taken;
    }

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            CloseAsync().Wait(CloseWaitMs);
        }
    }

    public void Abort()
    {
        if (!_isDisposed)
        {
            _isAborted = true;
            ResetOnClose.Set(_socket);
            Dispose();
        }
    }

    private void BeginRead()
    {
        if (!_pendingRead.IsBegun)
        {
            _pendingRead.Begin(_ssl.ReadAsync(_readBuffer.AsMemory(), _stopReading.Token));
        }
    }

    private static bool IsDone(Task task, int timeoutMs) =>
        task.IsCompleted || Task.WaitAny([task], Math.Max(0, timeoutMs)) == 0;

    /// <summary>False when the write before this one is still on its way.</summary>
    private bool FinishWrite(int timeoutMs)
    {
        if (_lost != null)
        {
            throw _lost;
        }

        if (_pendingWrite == null)
        {
            return true;
        }

        if (!IsDone(_pendingWrite, timeoutMs))
        {
            return false;
        }

        if (!_pendingWrite.IsCompletedSuccessfully)
        {
            _lost = SocketErrors.Lost(_place, _pendingWrite.Exception!);
            throw _lost;
        }

        _pendingWrite = null;
        return true;
    }

    private async Task CloseAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(_lingerMs);
            await _stopReading.CancelAsync().ConfigureAwait(false);
            await _pendingRead.SettleAsync().ConfigureAwait(false);
            if (_pendingWrite != null && !_isAborted)
            {
                await _pendingWrite.WaitAsync(limit.Token).ConfigureAwait(false);
            }

            if (_lost == null && !_isAborted)
            {
                await _ssl.ShutdownAsync().WaitAsync(limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception)
        {
            // The close_notify is a courtesy: a connection that does not accept it is closed without. But one that did not
            // accept all bytes is reset, or the peer may mistake a part of a file for the whole. (On Linux .NET does so by itself
            // while a send is pending, which is not documented.)
            if (_pendingWrite is { IsCompletedSuccessfully: false })
            {
                ResetOnClose.Set(_socket);
            }
        }
        finally
        {
            _socket.Dispose();
            await Settled(_pendingWrite).ConfigureAwait(false);
            await _ssl.DisposeAsync().ConfigureAwait(false);
            _stopReading.Dispose();
            _lease.Dispose();
        }
    }

    private static async Task Settled(Task? task)
    {
        if (task != null)
        {
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
