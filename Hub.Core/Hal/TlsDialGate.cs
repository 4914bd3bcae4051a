using System;
using System.Collections;
using System.Threading;
using Hub.Core.Errors;

namespace Hub.Core.Hal;

/// <summary>
/// Where TLS handshakes wait, in the order of the requests. On the board one runs at a time, as a handshake stops every thread and needs
/// 40 to 50 KB, and after each the other threads have some time to themselves: twelve printers that come back at once must not stop
/// the hub for their twelve handshakes together. For implementations of <see cref="ISocketFactory"/>; the wait does not count
/// towards the printer's own time limit. Thread: any.
/// </summary>
public sealed class TlsDialGate
{
    /// <summary>Longest single wait, so that a cancellation is seen soon.</summary>
    private const int SliceMs = 50;

    private readonly IClock _clock;
    private readonly int _atOnce;
    private readonly int _minGapMs;
    private readonly int _maxGapMs;
    private readonly Queue _line = new Queue();
    private int _inside;
    private int _holds;
    private long _enteredMs;
    private long _opensMs;

    /// <summary>Makes an open gate for one handshake at a time, without a pause between two.</summary>
    public TlsDialGate(IClock clock)
        : this(clock, 1, 0, 0)
    {
    }

    /// <summary>Makes an open gate.</summary>
    /// <param name="clock">Time.</param>
    /// <param name="atOnce">How many handshakes may run at once.</param>
    /// <param name="minGapMs">Shortest pause after a handshake, in ms; a longer handshake is followed by a pause of its own length.</param>
    /// <param name="maxGapMs">Longest pause, in ms.</param>
    public TlsDialGate(IClock clock, int atOnce, int minGapMs, int maxGapMs)
    {
        _clock = clock;
        _atOnce = atOnce;
        _minGapMs = minGapMs;
        _maxGapMs = maxGapMs;
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
    /// Keeps the gate closed until what it returns is disposed of, and all others like it. A handshake that has begun goes on. See
    /// <see cref="ISocketFactory.HoldTls"/>.
    /// </summary>
    public IDisposable Hold()
    {
        lock (_line)
        {
            _holds++;
        }

        return new Grip(this);
    }

    /// <summary>
    /// Waits for the gate and enters it; after success the caller must call <see cref="Leave"/>. Errors: <see cref="ErrorCode.Timeout"/> after
    /// <paramref name="timeoutMs"/>, <see cref="ErrorCode.Cancelled"/>.
    /// </summary>
    public void Enter(int timeoutMs, CancellationToken cancel)
    {
        AutoResetEvent turn = new AutoResetEvent(false);
        lock (_line)
        {
            _line.Enqueue(turn);
        }

        long untilMs = _clock.NowMs + timeoutMs;
        while (!TryEnter(turn))
        {
            bool isCancelled = cancel.IsCancellationRequested;
            if (isCancelled || _clock.NowMs >= untilMs)
            {
                throw StepOut(turn, timeoutMs, isCancelled);
            }

            _clock.Wait(turn, SliceMs);
        }
    }

    /// <summary>Lets the next thread enter, after the pause.</summary>
    public void Leave()
    {
        lock (_line)
        {
            long nowMs = _clock.NowMs;
            long gapMs = nowMs - _enteredMs;
            gapMs = gapMs < _minGapMs ? _minGapMs : gapMs;
            _opensMs = nowMs + (gapMs < _maxGapMs ? gapMs : _maxGapMs);
            _inside--;
            WakeFirst();
        }
    }

    private bool TryEnter(AutoResetEvent turn)
    {
        lock (_line)
        {
            long nowMs = _clock.NowMs;
            if (_line.Peek() != turn || _holds > 0 || _inside >= _atOnce || nowMs < _opensMs)
            {
                return false;
            }

            _line.Dequeue();
            _inside++;
            _enteredMs = nowMs;
            WakeFirst();
            return true;
        }
    }

    private HubException StepOut(AutoResetEvent turn, int timeoutMs, bool isCancelled)
    {
        bool isHeld;
        lock (_line)
        {
            isHeld = _holds > 0;
            for (int i = _line.Count; i > 0; i--)
            {
                object? other = _line.Dequeue();
                if (other != turn)
                {
                    _line.Enqueue(other);
                }
            }

            WakeFirst();
        }

        if (isCancelled)
        {
            return new HubException(ErrorCode.Cancelled, "cancelled while waiting for another TLS connection to be made");
        }

        string seconds = (timeoutMs / 1000).ToString();
        return isHeld
            ? new HubException(ErrorCode.Timeout, "TLS connections wait while the hub is being set up, for more than " + seconds + " s: it tries again by itself")
            : new HubException(ErrorCode.Timeout, "other TLS connections were being made for " + seconds + " s, one at a time: try again");
    }

    private void WakeFirst()
    {
        if (_line.Count > 0)
        {
            ((AutoResetEvent)_line.Peek()!).Set();
        }
    }

    private void Release()
    {
        lock (_line)
        {
            _holds--;
            WakeFirst();
        }
    }

    private sealed class Grip : IDisposable
    {
        private readonly object _lock = new object();
        private TlsDialGate? _gate;

        public Grip(TlsDialGate gate)
        {
            _gate = gate;
        }

        public void Dispose()
        {
            TlsDialGate? gate;
            lock (_lock)
            {
                gate = _gate;
                _gate = null;
            }

            if (gate != null)
            {
                gate.Release();
            }
        }
    }
}
