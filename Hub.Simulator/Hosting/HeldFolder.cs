using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Hal.Desktop;

namespace Hub.Simulator.Hosting;

/// <summary>A data folder that a running hub holds. It looks now and then whether the folder is still there: who deletes it lets a second hub run.</summary>
internal sealed class HeldFolder(string folder, FileStream held) : IDisposable
{
    private const int LookMs = 500;

    /// <summary>True when the folder, or the lock in it, was deleted, moved or replaced.</summary>
    public bool IsLost => !FileOwner.IsStillAt(held, held.Name);

    /// <summary>Waits for the stop or, on the side, for the loss of the folder, which it makes a stop.</summary>
    public async Task WatchAsync(CancellationTokenSource stop)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(LookMs));
        try
        {
            while (await timer.WaitForNextTickAsync(stop.Token).ConfigureAwait(false))
            {
                if (IsLost)
                {
                    await stop.CancelAsync().ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The hub ends.
        }
    }

    /// <summary>Errors: storage_failed when the hub had to end because its folder is gone.</summary>
    public void ThrowIfLost()
    {
        if (IsLost)
        {
            throw VerbException.Of(ErrorCode.StorageFailed, $"the data folder '{folder}' was deleted or replaced while the hub ran, so it has stopped: start it again on the folder that is meant");
        }
    }

    public void Dispose() => held.Dispose();
}
