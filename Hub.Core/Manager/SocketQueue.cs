using System.Collections;

namespace Hub.Core.Manager;

/// <summary>
/// The leases that wait, in the order in which they are served: an emergency stop, then what the kept sockets are for, then a
/// printer that reports by itself, then a polled printer with a command (but not twice in a row while others wait), then
/// the polled printer that waits longest. Thread: guarded by the budget's lock.
/// </summary>
internal sealed class SocketQueue
{
    /// <summary>Place of the polled printers' urgent queue, after one queue for each use.</summary>
    private const int Urgent = SocketShares.Uses;

    private readonly ArrayList[] _queues = new ArrayList[SocketShares.Uses + 1];
    private bool _wasUrgent;

    public SocketQueue()
    {
        for (int i = 0; i < _queues.Length; i++)
        {
            _queues[i] = new ArrayList();
        }
    }

    /// <summary>Leases that wait.</summary>
    public int Total
    {
        get
        {
            int count = 0;
            for (int i = 0; i < _queues.Length; i++)
            {
                count += _queues[i].Count;
            }

            return count;
        }
    }

    /// <summary>Leases that wait for this.</summary>
    public int Count(SocketUse use) => _queues[(int)use].Count + (use == SocketUse.Poll ? _queues[Urgent].Count : 0);

    /// <summary>Adds a lease at the end of the queue that its state and use name.</summary>
    public void Add(SocketLease lease) => QueueOf(lease).Add(lease);

    /// <summary>Removes a lease; its state and use are still those it was added with.</summary>
    public void Remove(SocketLease lease) => QueueOf(lease).Remove(lease);

    /// <summary>Who gets sockets now; null when none waits whose sockets are free.</summary>
    public SocketLease? Next(SocketShares shares) =>
        First(SocketUse.Emergency, shares) ?? First(SocketUse.Tunnel, shares) ?? First(SocketUse.Discovery, shares) ?? First(SocketUse.Transfer, shares)
        ?? First(SocketUse.Push, shares) ?? FirstPolled(shares);

    private ArrayList QueueOf(SocketLease lease) => _queues[lease.State == LeaseState.WaitingUrgent ? Urgent : (int)lease.Use];

    private SocketLease? First(SocketUse use, SocketShares shares)
    {
        ArrayList queue = _queues[(int)use];
        if (queue.Count == 0)
        {
            return null;
        }

        SocketLease first = (SocketLease)queue[0]!;
        return shares.Fits(first) ? first : null;
    }

    private SocketLease? FirstPolled(SocketShares shares)
    {
        ArrayList urgent = _queues[Urgent];
        ArrayList turns = _queues[(int)SocketUse.Poll];
        if (urgent.Count + turns.Count == 0)
        {
            return null;
        }

        bool isUrgent = urgent.Count > 0 && (!_wasUrgent || turns.Count == 0);
        SocketLease first = (SocketLease)(isUrgent ? urgent : turns)[0]!;
        if (!shares.Fits(first))
        {
            return null;
        }

        _wasUrgent = isUrgent;
        return first;
    }
}
