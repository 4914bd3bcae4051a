using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Core.Printers;

/// <summary>Waits between two questions to a printer. Thread: any.</summary>
internal static class Waits
{
    private const int SliceMs = 50;

    /// <summary>Waits for an event; false when it was not set in this time (-1: however long it takes) or the wait was cancelled.</summary>
    public static bool For(WaitHandle handle, int timeoutMs, CancellationToken cancel) => cancel.CanBeCanceled
        ? WaitHandle.WaitAny(new WaitHandle[] { handle, cancel.WaitHandle }, timeoutMs, false) == 0
        : handle.WaitOne(timeoutMs, false);

    /// <summary>Sleeps. Errors: <see cref="ErrorCode.Cancelled"/>, within 100 ms.</summary>
    public static void Sleep(IClock clock, int milliseconds, CancellationToken cancel)
    {
        long untilMs = clock.NowMs + milliseconds;
        long leftMs = milliseconds;
        while (leftMs > 0)
        {
            if (cancel.IsCancellationRequested)
            {
                throw new HubException(ErrorCode.Cancelled, "cancelled");
            }

            clock.Sleep(leftMs < SliceMs ? (int)leftMs : SliceMs);
            leftMs = untilMs - clock.NowMs;
        }
    }
}
