using System;
using System.Threading;
using Hub.Core.Hal;

namespace Hub.Tests.Portable;

/// <summary>Real time, where threads wait for one another.</summary>
public sealed class TickClock : IClock
{
    /// <inheritdoc/>
    public long NowMs => Environment.TickCount64;

    /// <inheritdoc/>
    public DateTime UtcNow => DateTime.UtcNow;

    /// <inheritdoc/>
    public bool IsUtcSynced => false;

    /// <inheritdoc/>
    public void Sleep(int milliseconds) => Thread.Sleep(milliseconds);

    /// <inheritdoc/>
    public bool Wait(WaitHandle handle, int milliseconds) => handle.WaitOne(milliseconds, false);
}
