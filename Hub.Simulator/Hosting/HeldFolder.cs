using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Hal.Desktop;

namespace Hub.Simulator.Hosting;

/// <summary>A data folder that a running hub has locked. It checks regularly that the folder still exists: without it a second hub could run.</summary>
internal sealed class HeldFolder(string folder, FileStream held) : IDisposable
{
    private const int CheckMs = 500;

    /// <summary>True when the folder or its lock file was deleted, moved or replaced.</summary>
    public bool IsLost => !FileOwner.IsStillAt(held, held.Name);

    /// <summary>Waits for the stop, and stops the hub when its folder is lost.</summary>
    public async Task WatchAsync(CancellationTokenSource stop)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(CheckMs));
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

    /// <summary>Errors: storage_failed when the hub stopped because its folder is gone.</summary>
    public void ThrowIfLost()
    {
        if (IsLost)
        {
            throw VerbException.Of(ErrorCode.StorageFailed, $"the data folder '{folder}' was deleted or replaced while the hub ran, so it has stopped: start it again with the right folder");
        }
    }

    public void Dispose() => held.Dispose();
}
