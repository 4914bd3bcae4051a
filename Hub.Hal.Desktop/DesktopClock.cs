using System;
using System.Diagnostics;
using System.Threading;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>The operating system's clocks. Thread: any.</summary>
public sealed class DesktopClock : IClock
{
    private static readonly long s_start = Stopwatch.GetTimestamp();

    /// <inheritdoc/>
    public long NowMs => (long)Stopwatch.GetElapsedTime(s_start).TotalMilliseconds;

    /// <inheritdoc/>
    public DateTime UtcNow => DateTime.UtcNow;

    /// <inheritdoc/>
    public bool IsUtcSynced => true;

    /// <inheritdoc/>
    public void Sleep(int milliseconds) => Thread.Sleep(Math.Max(0, milliseconds));

    /// <inheritdoc/>
    public bool Wait(WaitHandle handle, int milliseconds) => handle.WaitOne(Math.Max(0, milliseconds));
}
