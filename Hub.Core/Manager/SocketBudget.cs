using System;
using System.Collections;

namespace Hub.Core.Manager;

/// <summary>
/// Shares the machine's sockets (16 on the board) so that nobody runs into "no socket left" and nobody starves. One is kept
/// for the tunnel, one for discovery, two for uploads. Of the rest each printer that reports by itself holds one; polled
/// printers share what is left, at least one, by turns in the order of asking. Opens nothing itself. Thread: any.
/// </summary>
/// <remarks>
/// Who gets a socket that comes free: an emergency stop, then what the kept ones are for, then a printer that reports by
/// itself, then a polled printer with somebody's command (but not twice in a row while others wait), then the polled printer
/// that waits longest. Polled printers keep their connection while nobody waits. When an emergency stop finds none free, an
/// idle polled printer gives way, else the printer that came last of those that report by themselves.
/// </remarks>
public sealed class SocketBudget
{
    /// <summary>Sockets kept for the tunnel.</summary>
    public const int TunnelSockets = 1;

    /// <summary>Sockets kept for discovery.</summary>
    public const int DiscoverySockets = 1;

    /// <summary>Sockets kept for uploads: one over FTPS or two over HTTP.</summary>
    public const int TransferSockets = 2;

    /// <summary>From so many sockets on, four uploads over FTPS fit at once.</summary>
    private const int PlentyOfSockets = 64;
    private const int TransferSocketsOfPlenty = 4 * TransferSockets;

    private const int Unlimited = int.MaxValue / 2;
    private const int Uses = 6;

    /// <summary>Place of the polled printers' urgent queue, behind one queue for each use.</summary>
    private const int Urgent = Uses;

    private readonly object _lock = new object();
    private readonly int[] _used = new int[Uses];
    private readonly int[] _waiting = new int[Uses];
    private readonly ArrayList[] _queues = new ArrayList[Uses + 1];

    /// <summary>Printers' leases that are held, in the order in which they got their socket.</summary>
    private readonly ArrayList _holders = new ArrayList();
    private readonly int _forTransfers;
    private int _polledThere;
    private int _yielding;
    private bool _wasUrgent;
    private SocketLease? _asking;

    /// <summary>Makes the budget.</summary>
    /// <param name="total">
    /// Sockets of the machine (<see cref="Hub.Core.Hal.ISocketFactory.MaxSockets"/>); 0 or less when it has none or does not tell,
    /// nothing is held back then. At least one is for printers, whatever it is.
    /// </param>
    public SocketBudget(int total)
    {
        int limit = total > 0 ? total : Unlimited;
        _forTransfers = limit >= PlentyOfSockets ? TransferSocketsOfPlenty : TransferSockets;
        int kept = TunnelSockets + DiscoverySockets + _forTransfers;
        Total = limit > kept ? limit : kept + 1;
        ForPrinters = Total - kept;
        for (int i = 0; i < _queues.Length; i++)
        {
            _queues[i] = new ArrayList();
        }
    }

    /// <summary>Sockets of the machine.</summary>
    public int Total { get; }

    /// <summary>Those of them that printers' links share.</summary>
    public int ForPrinters { get; }

    /// <summary>Sockets that are held now.</summary>
    public int InUse
    {
        get
        {
            lock (_lock)
            {
                return Sum();
            }
        }
    }

    /// <summary>Leases that wait now.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                int count = 0;
                for (int i = 0; i < _queues.Length; i++)
                {
                    count += _queues[i].Count;
                }

                return count;
            }
        }
    }

    /// <summary>Makes a lease of one socket, not held yet.</summary>
    public SocketLease Lease(SocketUse use, ISocketUser? user) => Lease(use, 1, user);

    /// <summary>Makes a lease, not held yet.</summary>
    /// <param name="use">What for.</param>
    /// <param name="sockets">How many at once: 1, or up to <see cref="TransferSockets"/> for an upload.</param>
    /// <param name="user">Is woken when its turn comes; null for an owner that looks by itself.</param>
    public SocketLease Lease(SocketUse use, int sockets, ISocketUser? user) =>
        sockets >= 1 && sockets <= (use == SocketUse.Transfer ? TransferSockets : 1)
            ? new SocketLease(this, use, sockets, user)
            : throw new ArgumentException("a lease is for one socket, that of an upload for up to two");

    /// <summary>How many sockets are held for this.</summary>
    public int Used(SocketUse use)
    {
        lock (_lock)
        {
            return _used[(int)use];
        }
    }

    internal bool Take(SocketLease lease, bool isUrgent)
    {
        lock (_lock)
        {
            lease.IsBusy = true;
            Arrive(lease);
            if (lease.HasSockets)
            {
                return true;
            }

            bool goesBefore = isUrgent && lease.Use == SocketUse.Poll;
            if (lease.IsQueued && goesBefore && !lease.IsUrgent)
            {
                Dequeue(lease);
            }

            if (!lease.IsQueued)
            {
                Enqueue(lease, goesBefore);
            }

            _asking = lease;
            Serve();
            _asking = null;
            return lease.HasSockets;
        }
    }

    internal bool Keep(SocketLease lease)
    {
        lock (_lock)
        {
            if (!lease.HasSockets)
            {
                return true;
            }

            lease.IsBusy = false;
            return !(lease.MustYield || (lease.Use == SocketUse.Poll && WantedOfPolled() > 0));
        }
    }

    internal void GiveBack(SocketLease lease, bool forGood)
    {
        lock (_lock)
        {
            lease.IsBusy = false;
            if (lease.HasSockets)
            {
                Release(lease);
            }
            else if (lease.IsQueued)
            {
                Dequeue(lease);
            }

            if (forGood && lease.IsThere)
            {
                lease.IsThere = false;
                _polledThere -= lease.Use == SocketUse.Poll ? 1 : 0;
            }

            Serve();
        }
    }

    internal void Change(SocketLease lease, SocketUse use)
    {
        if (!IsLink(lease.Use) || !IsLink(use))
        {
            throw new ArgumentException("only a printer's link can change between push and poll");
        }

        lock (_lock)
        {
            if (lease.Use == use)
            {
                return;
            }

            bool wasQueued = lease.IsQueued;
            if (wasQueued)
            {
                Dequeue(lease);
            }

            if (lease.HasSockets)
            {
                _used[(int)lease.Use]--;
                _used[(int)use]++;
            }

            if (lease.IsThere)
            {
                _polledThere += use == SocketUse.Poll ? 1 : -1;
            }

            lease.Use = use;
            if (wasQueued)
            {
                Enqueue(lease, false);
            }

            Serve();
        }
    }

    internal bool IsHeld(SocketLease lease)
    {
        lock (_lock)
        {
            return lease.HasSockets;
        }
    }

    internal bool IsWanted(SocketLease lease)
    {
        lock (_lock)
        {
            // A polled one that has just come on has its turn first.
            return lease.MustYield && (lease.Use == SocketUse.Push || !lease.IsBusy);
        }
    }

    internal string? Reason(SocketLease lease)
    {
        lock (_lock)
        {
            if (!lease.IsQueued)
            {
                return null;
            }

            switch (lease.Use)
            {
                case SocketUse.Push:
                    return "waits for a free connection: " + (ForPrinters - (_polledThere > 0 ? 1 : 0)).ToString() + " of " + ForPrinters.ToString()
                        + " for printers are in use" + (_polledThere > 0 ? " and one is for those that are asked by turns" : "")
                        + "; disable printers or use a hub with more sockets";
                case SocketUse.Poll:
                    return "waits for its turn: " + _polledThere.ToString() + " printers share " + (ForPrinters - _used[(int)SocketUse.Push]).ToString()
                        + " of " + Total.ToString() + " connections";
                case SocketUse.Transfer:
                    return "waits for another upload to end: the " + _forTransfers.ToString() + " connections for uploads are in use";
                default:
                    return "waits for a free connection: all " + Total.ToString() + " are in use";
            }
        }
    }

    private static bool IsLink(SocketUse use) => use == SocketUse.Push || use == SocketUse.Poll;

    private void Arrive(SocketLease lease)
    {
        if (!lease.IsThere)
        {
            lease.IsThere = true;
            _polledThere += lease.Use == SocketUse.Poll ? 1 : 0;
        }
    }

    private void Enqueue(SocketLease lease, bool isUrgent)
    {
        lease.IsQueued = true;
        lease.IsUrgent = isUrgent;
        _queues[isUrgent ? Urgent : (int)lease.Use].Add(lease);
        _waiting[(int)lease.Use]++;
    }

    private void Dequeue(SocketLease lease)
    {
        lease.IsQueued = false;
        _queues[lease.IsUrgent ? Urgent : (int)lease.Use].Remove(lease);
        _waiting[(int)lease.Use]--;
    }

    private void Release(SocketLease lease)
    {
        lease.HasSockets = false;
        _used[(int)lease.Use] -= lease.Sockets;
        if (IsLink(lease.Use))
        {
            _holders.Remove(lease);
            SetYield(lease, false);
        }
    }

    /// <summary>Gives out what fits, then has holders give way to those that still wait.</summary>
    private void Serve()
    {
        SocketLease? next = Next();
        while (next != null)
        {
            Dequeue(next);
            next.HasSockets = true;
            _used[(int)next.Use] += next.Sockets;
            if (IsLink(next.Use))
            {
                _holders.Add(next);
            }

            if (next != _asking)
            {
                next.Wake();
            }

            next = Next();
        }

        AskPolled();
        AskPush();
    }

    private SocketLease? Next() =>
        First(SocketUse.Emergency) ?? First(SocketUse.Tunnel) ?? First(SocketUse.Discovery) ?? First(SocketUse.Transfer)
        ?? First(SocketUse.Push) ?? FirstPolled();

    private SocketLease? First(SocketUse use)
    {
        if (_waiting[(int)use] == 0)
        {
            return null;
        }

        SocketLease first = (SocketLease)_queues[(int)use][0]!;
        return Fits(first) ? first : null;
    }

    private SocketLease? FirstPolled()
    {
        if (_waiting[(int)SocketUse.Poll] == 0)
        {
            return null;
        }

        ArrayList urgent = _queues[Urgent];
        ArrayList turns = _queues[(int)SocketUse.Poll];
        bool isUrgent = urgent.Count > 0 && (!_wasUrgent || turns.Count == 0);
        SocketLease first = (SocketLease)(isUrgent ? urgent : turns)[0]!;
        if (!Fits(first))
        {
            return null;
        }

        _wasUrgent = isUrgent;
        return first;
    }

    private bool Fits(SocketLease lease)
    {
        int afterwards = _used[(int)lease.Use] + lease.Sockets;

        // Only an emergency stop takes what is kept for others, so only then may the whole be what is missing.
        return afterwards <= Limit(lease.Use) && Sum() + lease.Sockets <= Total;
    }

    private int Limit(SocketUse use)
    {
        int links = ForPrinters - _used[(int)SocketUse.Push] - _used[(int)SocketUse.Poll];
        switch (use)
        {
            case SocketUse.Tunnel:
                return TunnelSockets;
            case SocketUse.Discovery:
                return DiscoverySockets;
            case SocketUse.Transfer:
                return _forTransfers;
            case SocketUse.Push:
                return Math.Min(PushLimit(), _used[(int)SocketUse.Push] + links);
            case SocketUse.Poll:
                return _used[(int)SocketUse.Poll] + links;
            default:
                return Total;
        }
    }

    /// <summary>One socket stays for polled printers when there is any.</summary>
    private int PushLimit() => ForPrinters - (_polledThere > 0 ? 1 : 0);

    private int Sum()
    {
        int sum = 0;
        for (int i = 0; i < Uses; i++)
        {
            sum += _used[i];
        }

        return sum;
    }

    /// <summary>How many sockets of polled printers others wait for.</summary>
    private int WantedOfPolled()
    {
        int wanted = _waiting[(int)SocketUse.Emergency] + _waiting[(int)SocketUse.Poll];
        int push = Math.Min(_waiting[(int)SocketUse.Push], PushLimit() - _used[(int)SocketUse.Push]);
        return push > 0 ? wanted + push : wanted;
    }

    /// <summary>Marks as many polled holders as are waited for: idle ones first, of those the one that has its socket longest.</summary>
    private void AskPolled()
    {
        int wanted = Math.Min(WantedOfPolled(), _used[(int)SocketUse.Poll]);
        if (wanted == 0 && _yielding == 0)
        {
            return;
        }

        int marked = 0;
        for (int i = 0; i < _holders.Count; i++)
        {
            SocketLease lease = (SocketLease)_holders[i]!;
            if (lease.Use == SocketUse.Poll && lease.MustYield)
            {
                SetYield(lease, marked < wanted);
                marked += lease.MustYield ? 1 : 0;
            }
        }

        marked = MarkPolled(marked, wanted, false);
        MarkPolled(marked, wanted, true);
    }

    private int MarkPolled(int marked, int wanted, bool isBusy)
    {
        for (int i = 0; i < _holders.Count && marked < wanted; i++)
        {
            SocketLease lease = (SocketLease)_holders[i]!;
            if (lease.Use == SocketUse.Poll && lease.IsBusy == isBusy && !lease.MustYield)
            {
                SetYield(lease, true);
                marked++;
            }
        }

        return marked;
    }

    /// <summary>
    /// Marks those of the push holders that came last: where a polled printer came and finds no socket left for its kind, and
    /// where an emergency stop waits and no polled one is idle.
    /// </summary>
    private void AskPush()
    {
        int wanted = _used[(int)SocketUse.Push] - PushLimit();
        wanted = wanted > 0 ? wanted : 0;
        int stops = _waiting[(int)SocketUse.Emergency];
        if (wanted == 0 && stops == 0 && _yielding == 0)
        {
            return;
        }

        wanted += stops > 0 ? Math.Max(0, stops - IdlePolled()) : 0;

        // One that connects does not hear anything before it is done.
        wanted = MarkPush(wanted, false);
        MarkPush(wanted, true);
    }

    private int MarkPush(int wanted, bool isBusy)
    {
        for (int i = _holders.Count - 1; i >= 0; i--)
        {
            SocketLease lease = (SocketLease)_holders[i]!;
            if (lease.Use == SocketUse.Push && lease.IsBusy == isBusy)
            {
                SetYield(lease, wanted > 0);
                wanted--;
            }
        }

        return wanted;
    }

    private int IdlePolled()
    {
        int idle = 0;
        for (int i = 0; i < _holders.Count; i++)
        {
            SocketLease lease = (SocketLease)_holders[i]!;
            idle += lease.Use == SocketUse.Poll && !lease.IsBusy ? 1 : 0;
        }

        return idle;
    }

    private void SetYield(SocketLease lease, bool mustYield)
    {
        if (lease.MustYield == mustYield)
        {
            return;
        }

        lease.MustYield = mustYield;
        _yielding += mustYield ? 1 : -1;
        if (mustYield)
        {
            lease.Wake();
        }
    }
}
