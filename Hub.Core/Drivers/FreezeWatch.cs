namespace Hub.Core.Drivers;

/// <summary>
/// Notices that for a while no thread of a small device ran: a TLS handshake or a lookup of a name stops all of them. What waited for its answer meanwhile may
/// be too late. Someone calls <see cref="Pulse"/> regularly. Thread: serialised by the owner.
/// </summary>
internal sealed class FreezeWatch
{
    /// <summary>Time between two pulses, in ms.</summary>
    public const int PulseMs = 250;

    /// <summary>A longer silence is a freeze, in ms: safely less than the 2 s that a central waits.</summary>
    public const int LimitMs = 1500;

    /// <summary>How long after a freeze something can still be from before it, in ms.</summary>
    public const int AfterMs = 1000;

    private long _pulseMs;
    private long _freeFromMs;

    /// <summary>Begins; there was no freeze.</summary>
    public void Begin(long nowMs)
    {
        _pulseMs = nowMs;
        _freeFromMs = nowMs;
    }

    /// <summary>A thread runs.</summary>
    public void Pulse(long nowMs)
    {
        if (nowMs - _pulseMs > LimitMs)
        {
            _freeFromMs = nowMs + AfterMs;
        }

        _pulseMs = nowMs;
    }

    /// <summary>True when what is seen now may have waited through a freeze.</summary>
    public bool WasFrozen(long nowMs) => nowMs - _pulseMs > LimitMs || nowMs < _freeFromMs;
}
