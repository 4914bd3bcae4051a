using System;
using System.Collections;

namespace Hub.Core.Manager;

/// <summary>
/// The printers' leases that are held, in the order in which they got their socket, and which of them should give it up: idle
/// polled printers first, then polled ones after their poll; for an emergency stop or a polled printer that finds no socket of its
/// kind, the printer that came last of those that report by themselves. Thread: guarded by the budget's lock.
/// </summary>
internal sealed class SocketHolders
{
    private readonly ArrayList _holders = new ArrayList();
    private int _wanted;

    public void Add(SocketLease lease) => _holders.Add(lease);

    public void Remove(SocketLease lease)
    {
        SetWanted(lease, false);
        _holders.Remove(lease);
    }

    /// <summary>How many sockets of polled printers others wait for.</summary>
    public static int WantedOfPolled(SocketShares shares, SocketQueue queue)
    {
        int wanted = queue.Count(SocketUse.Emergency) + queue.Count(SocketUse.Poll);
        int push = Math.Min(queue.Count(SocketUse.Push), shares.PushLimit - shares.Used(SocketUse.Push));
        return push > 0 ? wanted + push : wanted;
    }

    /// <summary>Marks those that should give way to the ones that wait, wakes them, and unmarks the others.</summary>
    public void Ask(SocketShares shares, SocketQueue queue)
    {
        AskPolled(shares, queue);
        AskPush(shares, queue);
    }

    /// <summary>Marks as many polled holders as are waited for: idle ones first, of those the one that has its socket longest.</summary>
    private void AskPolled(SocketShares shares, SocketQueue queue)
    {
        int wanted = Math.Min(WantedOfPolled(shares, queue), shares.Used(SocketUse.Poll));
        if (wanted == 0 && _wanted == 0)
        {
            return;
        }

        int marked = 0;
        for (int i = 0; i < _holders.Count; i++)
        {
            SocketLease lease = (SocketLease)_holders[i]!;
            if (lease.Use == SocketUse.Poll && LeaseSteps.IsWanted(lease.State))
            {
                SetWanted(lease, marked < wanted);
                marked += LeaseSteps.IsWanted(lease.State) ? 1 : 0;
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
            if (lease.Use == SocketUse.Poll && LeaseSteps.IsBusy(lease.State) == isBusy && !LeaseSteps.IsWanted(lease.State))
            {
                SetWanted(lease, true);
                marked++;
            }
        }

        return marked;
    }

    /// <summary>
    /// Marks those of the push holders that came last: where a polled printer came and finds no socket left for its kind, and
    /// where an emergency stop waits and no polled one is idle.
    /// </summary>
    private void AskPush(SocketShares shares, SocketQueue queue)
    {
        int wanted = shares.Used(SocketUse.Push) - shares.PushLimit;
        wanted = wanted > 0 ? wanted : 0;
        int stops = queue.Count(SocketUse.Emergency);
        if (wanted == 0 && stops == 0 && _wanted == 0)
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
            if (lease.Use == SocketUse.Push && LeaseSteps.IsBusy(lease.State) == isBusy)
            {
                SetWanted(lease, wanted > 0);
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
            idle += lease.Use == SocketUse.Poll && !LeaseSteps.IsBusy(lease.State) ? 1 : 0;
        }

        return idle;
    }

    private void SetWanted(SocketLease lease, bool isWanted)
    {
        if (LeaseSteps.IsWanted(lease.State) == isWanted)
        {
            return;
        }

        lease.Step(isWanted ? LeaseEvent.Want : LeaseEvent.Unwant);
        _wanted += isWanted ? 1 : -1;
        if (isWanted)
        {
            lease.Wake();
        }
    }
}
