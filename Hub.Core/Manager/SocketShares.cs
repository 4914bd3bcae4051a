using System;

namespace Hub.Core.Manager;

/// <summary>How many sockets each use may have, and has. Thread: guarded by the budget's lock.</summary>
internal sealed class SocketShares
{
    /// <summary>Kinds of use.</summary>
    public const int Uses = 6;

    /// <summary>From this many sockets on, four uploads over FTPS fit at once.</summary>
    private const int PlentyOfSockets = 64;
    private const int TransferSocketsOfPlenty = 4 * SocketBudget.TransferSockets;

    private const int Unlimited = int.MaxValue / 2;

    private readonly int[] _used = new int[Uses];

    public SocketShares(int total)
    {
        int limit = total > 0 ? total : Unlimited;
        ForTransfers = limit >= PlentyOfSockets ? TransferSocketsOfPlenty : SocketBudget.TransferSockets;
        int kept = SocketBudget.TunnelSockets + SocketBudget.DiscoverySockets + ForTransfers;
        Total = limit > kept ? limit : kept + 1;
        ForPrinters = Total - kept;
    }

    /// <summary>Sockets of the machine.</summary>
    public int Total { get; }

    /// <summary>Those of them that printers' links share.</summary>
    public int ForPrinters { get; }

    /// <summary>Those that are kept for uploads.</summary>
    public int ForTransfers { get; }

    /// <summary>Polled printers that hold or wait for a socket, or will ask again.</summary>
    public int PolledThere { get; set; }

    /// <summary>Most sockets of printers that report by themselves: one stays for polled printers when there is any.</summary>
    public int PushLimit => ForPrinters - (PolledThere > 0 ? 1 : 0);

    /// <summary>Sockets that are held now.</summary>
    public int InUse
    {
        get
        {
            int sum = 0;
            for (int i = 0; i < Uses; i++)
            {
                sum += _used[i];
            }

            return sum;
        }
    }

    public static bool IsLink(SocketUse use) => use == SocketUse.Push || use == SocketUse.Poll;

    /// <summary>Sockets that are held for this.</summary>
    public int Used(SocketUse use) => _used[(int)use];

    /// <summary>Counts sockets that were given out, or came back with a negative number.</summary>
    public void Add(SocketUse use, int sockets) => _used[(int)use] += sockets;

    /// <summary>True when a lease's sockets may be given out now.</summary>
    public bool Fits(SocketLease lease)
    {
        int afterwards = Used(lease.Use) + lease.Sockets;

        // Only an emergency stop takes what is kept for others, so only then may the whole be what is missing.
        return afterwards <= Limit(lease.Use) && InUse + lease.Sockets <= Total;
    }

    /// <summary>Why a lease waits, as one line for people.</summary>
    public string Reason(SocketUse use)
    {
        switch (use)
        {
            case SocketUse.Push:
                return "waits for a free connection: " + PushLimit.ToString() + " of " + ForPrinters.ToString()
                    + " for printers are in use" + (PolledThere > 0 ? " and one is for those that are asked by turns" : "")
                    + "; disable printers or use a hub with more sockets";
            case SocketUse.Poll:
                return "waits for its turn: " + PolledThere.ToString() + " printers share " + (ForPrinters - Used(SocketUse.Push)).ToString()
                    + " of " + Total.ToString() + " connections";
            case SocketUse.Transfer:
                return "waits for another upload to end: the " + ForTransfers.ToString() + " connections for uploads are in use";
            default:
                return "waits for a free connection: all " + Total.ToString() + " are in use";
        }
    }

    private int Limit(SocketUse use)
    {
        int links = ForPrinters - Used(SocketUse.Push) - Used(SocketUse.Poll);
        switch (use)
        {
            case SocketUse.Tunnel:
                return SocketBudget.TunnelSockets;
            case SocketUse.Discovery:
                return SocketBudget.DiscoverySockets;
            case SocketUse.Transfer:
                return ForTransfers;
            case SocketUse.Push:
                return Math.Min(PushLimit, Used(SocketUse.Push) + links);
            case SocketUse.Poll:
                return Used(SocketUse.Poll) + links;
            default:
                return Total;
        }
    }
}
