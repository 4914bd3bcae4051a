using System;
using System.Diagnostics;

namespace Hub.Hal.Desktop;

/// <summary>A point in time until which a call may block.</summary>
internal readonly struct Deadline
{
    private readonly long _start;
    private readonly int _timeoutMs;

    public Deadline(int timeoutMs)
    {
        _start = Stopwatch.GetTimestamp();
        _timeoutMs = Math.Max(0, timeoutMs);
    }

    /// <summary>Milliseconds left, rounded up so that a wait for them does not end early; 0 once over.</summary>
    public int RemainingMs =>
        (int)Math.Ceiling(Math.Max(0, _timeoutMs - Stopwatch.GetElapsedTime(_start).TotalMilliseconds));
}
