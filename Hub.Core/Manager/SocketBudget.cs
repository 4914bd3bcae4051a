using System;

namespace Hub.Core.Manager;

/// <summary>
/// Shares the machine's sockets (16 on the board) so that nothing fails with "no socket left" and nothing starves. One is kept
/// for the tunnel, one for discovery, two for uploads. Of the rest each printer that reports by itself holds one; polled
/// printers share what is left, at least one, by turns in the order of asking. Polled printers keep their connection while no
/// other waits. Opens nothing itself. Thread: any.
/// </summary>
/// <remarks>
/// Who gets a socket that comes free is decided by <see cref="SocketQueue"/>, who gives one up for others by
/// <see cref="SocketHolders"/>, how many each use may have by <see cref="SocketShares"/>, and where one lease stands by
/// <see cref="LeaseSteps"/>.
/// </remarks>
public sealed class SocketBudget
{
    /// <summary>A machine with at least this number of sockets has plenty of them, and of what comes with them; the board has 16.</summary>
    public const int Plenty = 64;

    /// <summary>Sockets kept for the tunnel.</summary>
    public const int TunnelSockets = 1;

    /// <summary>Sockets kept for discovery.</summary>
    public const int DiscoverySockets = 1;

    /// <summary>Sockets kept for uploads: one over FTPS or two over HTTP.</summary>
    public const int TransferSockets = 2;

    private readonly object _lock = new object();
    private readonly SocketShares _shares;
    private readonly SocketQueue _queue = new SocketQueue();
    private readonly SocketHolders _holders = new SocketHolders();
    private SocketLease? _asking;

    /// <summary>Makes the budget.</summary>
    /// <param name="total">
    /// Sockets of the machine (<see cref="Hub.Core.Hal.ISocketFactory.MaxSockets"/>); 0 or less when it has none or does not say,
    /// nothing is held back then. At least one is for printers, whatever it is.
    /// </param>
    public SocketBudget(int total)
    {
        _shares = new SocketShares(total);
    }

    /// <summary>Sockets of the machine.</summary>
    public int Total => _shares.Total;

    /// <summary>Those of them that printers' links share.</summary>
    public int ForPrinters => _shares.ForPrinters;

    /// <summary>Sockets that are held now.</summary>
    public int InUse
    {
        get
        {
            lock (_lock)
            {
                return _shares.InUse;
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
                return _queue.Total;
            }
        }
    }

    /// <summary>Makes a lease of one socket, not held yet.</summary>
    public SocketLease Lease(SocketUse use, ISocketUser? user) => Lease(use, 1, user);

    /// <summary>Makes a lease, not held yet.</summary>
    /// <param name="use">What for.</param>
    /// <param name="sockets">How many at once: 1, or up to <see cref="TransferSockets"/> for an upload.</param>
    /// <param name="user">Is woken when its turn comes; null for an owner that checks by itself.</param>
    public SocketLease Lease(SocketUse use, int sockets, ISocketUser? user) =>
        sockets >= 1 && sockets <= (use == SocketUse.Transfer ? TransferSockets : 1)
            ? new SocketLease(this, use, sockets, user)
            : throw new ArgumentException("a lease is for one socket, that of an upload for up to two");

    /// <summary>How many sockets are held for this.</summary>
    public int Used(SocketUse use)
    {
        lock (_lock)
        {
            return _shares.Used(use);
        }
    }

    internal bool Take(SocketLease lease, bool isUrgent)
    {
        lock (_lock)
        {
            LeaseState before = lease.State;
            bool goesBefore = isUrgent && lease.Use == SocketUse.Poll;
            LeaseState after = LeaseSteps.After(before, goesBefore ? LeaseEvent.AskUrgent : LeaseEvent.Ask);
            if (LeaseSteps.IsHeld(after))
            {
                lease.State = after;
                return true;
            }

            if (after != before)
            {
                Move(lease, after);
            }

            _asking = lease;
            Serve();
            _asking = null;
            return LeaseSteps.IsHeld(lease.State);
        }
    }

    internal bool Keep(SocketLease lease)
    {
        lock (_lock)
        {
            lease.Step(LeaseEvent.EndUse);
            bool isWanted = LeaseSteps.IsWanted(lease.State)
                || (lease.Use == SocketUse.Poll && SocketHolders.WantedOfPolled(_shares, _queue) > 0);
            return !LeaseSteps.IsHeld(lease.State) || !isWanted;
        }
    }

    internal void GiveBack(SocketLease lease, bool forGood)
    {
        lock (_lock)
        {
            Move(lease, LeaseSteps.After(lease.State, forGood ? LeaseEvent.Withdraw : LeaseEvent.Return));
            Serve();
        }
    }

    internal void Change(SocketLease lease, SocketUse use)
    {
        if (!SocketShares.IsLink(lease.Use) || !SocketShares.IsLink(use))
        {
            throw new ArgumentException("only a printer's link can change between push and poll");
        }

        lock (_lock)
        {
            if (lease.Use == use)
            {
                return;
            }

            bool isHeld = LeaseSteps.IsHeld(lease.State);
            if (!isHeld)
            {
                // One that waits goes to the end of its new queue.
                LeaseState state = lease.State == LeaseState.WaitingUrgent ? LeaseState.Waiting : lease.State;
                Leave(lease);
                lease.Use = use;
                lease.State = state;
                Enter(lease);
            }
            else
            {
                // One that holds its socket keeps its place among the holders.
                _shares.Add(lease.Use, -lease.Sockets);
                _shares.Add(use, lease.Sockets);
                _shares.PolledThere += use == SocketUse.Poll ? 1 : -1;
                lease.Use = use;
            }

            Serve();
        }
    }

    internal bool IsHeld(SocketLease lease)
    {
        lock (_lock)
        {
            return LeaseSteps.IsHeld(lease.State);
        }
    }

    internal bool IsWanted(SocketLease lease)
    {
        lock (_lock)
        {
            // A polled one that has just come on has its turn first.
            return LeaseSteps.IsWanted(lease.State) && (lease.Use == SocketUse.Push || !LeaseSteps.IsBusy(lease.State));
        }
    }

    internal string? Reason(SocketLease lease)
    {
        lock (_lock)
        {
            return LeaseSteps.IsWaiting(lease.State) ? _shares.Reason(lease.Use) : null;
        }
    }

    private void Move(SocketLease lease, LeaseState state)
    {
        Leave(lease);
        lease.State = state;
        Enter(lease);
    }

    /// <summary>Takes a lease out of what its state and use count it for.</summary>
    private void Leave(SocketLease lease)
    {
        if (LeaseSteps.IsWaiting(lease.State))
        {
            _queue.Remove(lease);
        }
        else if (LeaseSteps.IsHeld(lease.State))
        {
            _shares.Add(lease.Use, -lease.Sockets);
            if (SocketShares.IsLink(lease.Use))
            {
                _holders.Remove(lease);
            }
        }

        if (lease.State != LeaseState.Away && lease.Use == SocketUse.Poll)
        {
            _shares.PolledThere--;
        }
    }

    /// <summary>Counts a lease for what its state and use say.</summary>
    private void Enter(SocketLease lease)
    {
        if (LeaseSteps.IsWaiting(lease.State))
        {
            _queue.Add(lease);
        }
        else if (LeaseSteps.IsHeld(lease.State))
        {
            _shares.Add(lease.Use, lease.Sockets);
            if (SocketShares.IsLink(lease.Use))
            {
                _holders.Add(lease);
            }
        }

        if (lease.State != LeaseState.Away && lease.Use == SocketUse.Poll)
        {
            _shares.PolledThere++;
        }
    }

    /// <summary>Gives out what fits, then has holders give way to those that still wait.</summary>
    private void Serve()
    {
        SocketLease? next = _queue.Next(_shares);
        while (next != null)
        {
            Move(next, LeaseSteps.After(next.State, LeaseEvent.Grant));
            if (next != _asking)
            {
                next.Wake();
            }

            next = _queue.Next(_shares);
        }

        _holders.Ask(_shares, _queue);
    }
}
