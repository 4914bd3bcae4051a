using System;
using System.Threading;
using Hub.Core.Hal;
using nanoFramework.Networking;

namespace Hub.Hal.Esp32S3;

/// <summary>The CLR's tick counter and wall clock, which a time server sets (SNTP). Thread: any.</summary>
internal sealed class Esp32Clock : IClock
{
    /// <summary>The chip has no clock that runs without power and starts long before this year.</summary>
    private const int FirstSetYear = 2025;

    private bool _isSynced;

    /// <inheritdoc/>
    public long NowMs => Environment.TickCount64;

    /// <inheritdoc/>
    public DateTime UtcNow => DateTime.UtcNow;

    /// <summary>False until a time server has set the clock, and true from then on.</summary>
    public bool IsUtcSynced
    {
        get
        {
            if (!_isSynced && DateTime.UtcNow.Year >= FirstSetYear)
            {
                _isSynced = true;
            }

            return _isSynced;
        }
    }

    /// <summary>
    /// Begins to ask a time server (0.pool.ntp.org), now and every hour, as soon as there is a network. Returns at once, and may be called again. The state of
    /// the client cannot be asked for: Sntp.IsStarted throws a NullReferenceException, because its native code expects an object (nf-interpreter, 2026-11).
    /// </summary>
    internal static void StartSync() => Sntp.Start();

    /// <inheritdoc/>
    public void Sleep(int milliseconds) => Thread.Sleep(milliseconds > 0 ? milliseconds : 0);

    /// <inheritdoc/>
    public bool Wait(WaitHandle handle, int milliseconds) => handle.WaitOne(milliseconds > 0 ? milliseconds : 0, false);
}
