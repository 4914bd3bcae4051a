using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Manager;

namespace Hub.Core.Discovery;

/// <summary>
/// The sockets of a search in a hub with few of them: it borrows those of uploads, so that no printer loses its own; uploads wait until the
/// search ends. Thread: any.
/// </summary>
public sealed class SearchSockets : ISocketUser
{
    private readonly AutoResetEvent _changed = new AutoResetEvent(false);

    private SearchSockets()
    {
    }

    /// <summary>Waits for them. Errors: <see cref="ErrorCode.OutOfSockets"/> with the reason; <see cref="ErrorCode.Cancelled"/>.</summary>
    /// <param name="sockets">Whose.</param>
    /// <param name="clock">By which it waits.</param>
    /// <param name="timeoutMs">Longest wait, in ms.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The lease, held; the caller disposes it.</returns>
    public static SocketLease Lease(SocketBudget sockets, IClock clock, int timeoutMs, CancellationToken cancel)
    {
        SearchSockets turn = new SearchSockets();
        SocketLease lease = sockets.Lease(SocketUse.Transfer, PrinterDiscovery.SocketsOneByOne, turn);
        if (!lease.TryTake())
        {
            turn.Wait(lease, clock, timeoutMs, cancel);
        }

        if (lease.IsHeld)
        {
            return lease;
        }

        string reason = lease.Reason ?? "no sockets are free";
        lease.Dispose();
        throw cancel.IsCancellationRequested
            ? new HubException(ErrorCode.Cancelled, "cancelled")
            : new HubException(ErrorCode.OutOfSockets, "the hub cannot search now: " + reason + "; try again later");
    }

    /// <inheritdoc/>
    public void SocketsChanged() => _changed.Set();

    private void Wait(SocketLease lease, IClock clock, int timeoutMs, CancellationToken cancel)
    {
        long untilMs = clock.NowMs + timeoutMs;
        using (cancel.Register(SocketsChanged))
        {
            while (!lease.IsHeld && !cancel.IsCancellationRequested && clock.NowMs < untilMs)
            {
                clock.Wait(_changed, (int)(untilMs - clock.NowMs));
            }
        }
    }
}
