using System;
using System.Threading;
using Hub.Core.Hal;

namespace Hub.Tests.Portable;

/// <summary>A clock that only moves when it is told to, or when somebody sleeps on it.</summary>
public sealed class ManualClock : IClock
{
    private CancellationTokenSource? _cancelled;
    private long _cancelAtMs;

    /// <inheritdoc/>
    public long NowMs { get; private set; } = 1000;

    /// <inheritdoc/>
    public DateTime UtcNow => new DateTime(2026, 1, 1).AddMilliseconds(NowMs + SetByMs);

    /// <inheritdoc/>
    public bool IsUtcSynced { get; set; } = true;

    /// <summary>By how much the time of day was set forward, in ms; negative for back.</summary>
    public long SetByMs { get; set; }

    /// <inheritdoc/>
    public void Sleep(int milliseconds) => Advance(milliseconds);

    /// <inheritdoc/>
    public bool Wait(WaitHandle handle, int milliseconds)
    {
        bool isSet = handle.WaitOne(0, false);
        Advance(isSet ? 0 : milliseconds);
        return isSet || handle.WaitOne(0, false);
    }

    /// <summary>Lets time pass.</summary>
    public void Advance(long milliseconds)
    {
        NowMs += milliseconds;
        if (_cancelled != null && NowMs >= _cancelAtMs)
        {
            CancellationTokenSource cancelled = _cancelled;
            _cancelled = null;
            cancelled.Cancel();
        }
    }

    /// <summary>Cancels once that much time has passed.</summary>
    public void CancelAfter(int milliseconds, CancellationTokenSource source)
    {
        _cancelled = source;
        _cancelAtMs = NowMs + milliseconds;
    }
}
