using System;
using System.Threading;
using Hub.Core.Hal;

namespace Hub.Hal.Esp32S3;

/// <summary>The CLR's tick counter and wall clock.</summary>
internal sealed class Esp32Clock : IClock
{
    /// <inheritdoc/>
    public long NowMs => Environment.TickCount64;

    /// <inheritdoc/>
    public DateTime UtcNow => DateTime.UtcNow;

    /// <summary>Always false: the board has no battery-backed clock, and SNTP needs the network driver, which is still to come.</summary>
    public bool IsUtcSynced => false;

    /// <inheritdoc/>
    public void Sleep(int milliseconds) => Thread.Sleep(milliseconds > 0 ? milliseconds : 0);

    /// <inheritdoc/>
    public bool Wait(WaitHandle handle, int milliseconds) => handle.WaitOne(milliseconds > 0 ? milliseconds : 0, false);
}
