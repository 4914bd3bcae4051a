using System;
using System.Threading;

namespace Hub.Core.Hal;

/// <summary>Time. Thread: any. Intervals are measured with <see cref="NowMs"/>, never with UTC.</summary>
public interface IClock
{
    /// <summary>Monotonic milliseconds since an arbitrary start; never goes back, never wraps.</summary>
    long NowMs { get; }

    /// <summary>Coordinated universal time; meaningful only while <see cref="IsUtcSynced"/>.</summary>
    DateTime UtcNow { get; }

    /// <summary>False until the wall clock was set from outside (SNTP on the board); always true on a laptop.</summary>
    bool IsUtcSynced { get; }

    /// <summary>Blocks the calling thread for <paramref name="milliseconds"/> (0 or less yields).</summary>
    void Sleep(int milliseconds);

    /// <summary>
    /// Blocks until <paramref name="handle"/> is set (true) or <paramref name="milliseconds"/> have passed by this clock (false).
    /// Threads that sleep until something is due wait here, so that a test's clock can wake them.
    /// </summary>
    bool Wait(WaitHandle handle, int milliseconds);
}
