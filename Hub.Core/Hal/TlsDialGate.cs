using System.Collections;
using System.Threading;
using Hub.Core.Errors;

namespace Hub.Core.Hal;

/// <summary>
/// Lets one TLS handshake run at a time, in the order of the requests: on the board a handshake stops every thread and needs
/// 40 to 50 KB. For implementations of <see cref="ISocketFactory"/>; the wait does not count towards the printer's own time limit. Thread: any.
/// </summary>
public sealed class TlsDialGate
{
    /// <summary>Longest single wait, so that a cancellation is seen soon.</summary>
    private const int SliceMs = 50;

    private readonly IClock _clock;
    private readonly Queue _line = new Queue();
    private bool _isTaken;

    /// <summary>Makes an open gate.</summary>
    public TlsDialGate(IClock clock)
    {
        _clock = clock;
    }

    /// <summary>Threads that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_line)
            {
                return _line.Count;
            }
        }
    }

    /// <summary>
    /// Waits for the gate and enters it; after success the caller must call <see cref="Leave"/>. Errors: <see cref="ErrorCode.Timeout"/> after
    /// <paramref name="timeoutMs"/>, <see cref="ErrorCode.Cancelled"/>.
    /// </summary>
    public void Enter(int timeoutMs, CancellationToken cancel)
    {
        ManualResetEvent turn;
        lock (_line)
        {
            if (!_isTaken)
            {
                _isTaken = true;
                return;
            }

            turn = new ManualResetEvent(false);
            _line.Enqueue(turn);
        }

        long untilMs = _clock.NowMs + timeoutMs;
        while (!turn.WaitOne(SliceMs, false))
        {
            bool isCancelled = cancel.IsCancellationRequested;
            if ((isCancelled || _clock.NowMs >= untilMs) && TryStepOut(turn))
            {
                throw isCancelled
                    ? new HubException(ErrorCode.Cancelled, "cancelled while waiting for another TLS connection to be made")
                    : new HubException(ErrorCode.Timeout, "other TLS connections were being made for " + (timeoutMs / 1000).ToString() + " s, one at a time: try again");
            }
        }
    }

    /// <summary>Lets the next thread enter.</summary>
    public void Leave()
    {
        lock (_line)
        {
            if (_line.Count > 0)
            {
                ((ManualResetEvent)_line.Dequeue()!).Set();
            }
            else
            {
                _isTaken = false;
            }
        }
    }

    /// <summary>False when its turn came in the meantime.</summary>
    private bool TryStepOut(ManualResetEvent turn)
    {
        lock (_line)
        {
            bool isFound = false;
            for (int i = _line.Count; i > 0; i--)
            {
                object? other = _line.Dequeue();
                if (other == turn)
                {
                    isFound = true;
                }
                else
                {
                    _line.Enqueue(other);
                }
            }

            return isFound;
        }
    }
}
