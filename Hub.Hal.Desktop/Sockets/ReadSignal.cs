using System;
using System.Net.Sockets;
using System.Threading;

namespace Hub.Hal.Desktop;

/// <summary>
/// Watches a socket until it is readable, by a read of nothing. While one is under way, other reads of the socket find nothing, so the
/// owner waits for it here. Thread: one owner; the read ends on a thread of the pool.
/// </summary>
internal sealed class ReadSignal : IDisposable
{
    private readonly object _gate = new();
    private readonly Socket _socket;
    private readonly SocketAsyncEventArgs _read = new(true);
    private AutoResetEvent? _signal;
    private bool _isUnderWay;

    public ReadSignal(Socket socket)
    {
        _socket = socket;
        _read.SetBuffer(Memory<byte>.Empty);
        _read.Completed += (_, _) => End();
    }

    /// <summary>Has the event set when the socket is readable or broken.</summary>
    public void Set(AutoResetEvent signal)
    {
        lock (_gate)
        {
            _signal = signal;
            if (_isUnderWay)
            {
                return;
            }

            _isUnderWay = true;
        }

        bool isPending = false;
        try
        {
            isPending = _socket.ReceiveAsync(_read);
        }
        catch (SocketException)
        {
            // The next read meets the error.
        }

        if (!isPending)
        {
            End();
        }
    }

    /// <summary>Waits until no read is under way.</summary>
    /// <returns>False when one is after <paramref name="timeoutMs"/>: nothing is readable yet.</returns>
    public bool Wait(int timeoutMs)
    {
        lock (_gate)
        {
            return !_isUnderWay || (timeoutMs > 0 && Monitor.Wait(_gate, timeoutMs));
        }
    }

    /// <summary>After the socket was closed, which ends the read.</summary>
    public void Dispose() => _read.Dispose();

    private void End()
    {
        AutoResetEvent? signal;
        lock (_gate)
        {
            _isUnderWay = false;
            signal = _signal;
            Monitor.PulseAll(_gate);
        }

        signal!.Set();
    }
}
