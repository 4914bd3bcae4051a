using Hub.Core.Errors;
using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <summary>One printer's socket: when its client may open a connection, and when it has to close it. Thread: the printer's worker.</summary>
internal sealed class PrinterSocket
{
    private readonly SocketLease _lease;
    private readonly IPrinterClient _client;

    public PrinterSocket(SocketBudget budget, IPrinterClient client, ISocketUser worker)
    {
        _client = client;

        // Whether this printer pushes is known only after its client has connected.
        _lease = budget.Lease(client is IPushClient ? SocketUse.Push : SocketUse.Poll, worker);
    }

    /// <summary>True when the link should be closed because another printer needs its socket.</summary>
    public bool MustClose => _lease.Use == SocketUse.Push && _lease.IsWanted;

    /// <summary>True for a printer that shares sockets by turns.</summary>
    public bool HasTurns => _lease.Use == SocketUse.Poll;

    /// <summary>Asks before anything that may open a connection; false when it has to wait: the worker is woken later.</summary>
    /// <param name="isCommand">It is for a command.</param>
    public bool TryBegin(bool isCommand) => isCommand ? _lease.TryTakeSoon() : _lease.TryTake();

    /// <summary>A connect, poll or command has ended and the link stands: an idle connection is closed when others wait for its socket.</summary>
    public void End()
    {
        _lease.Become(_client is IPushClient push && push.IsPushing ? SocketUse.Push : SocketUse.Poll);
        if (!_lease.TryKeep())
        {
            Rest();
        }
    }

    /// <summary>Between two uses: gives an idle connection to those that wait.</summary>
    public void GiveWay()
    {
        if (_lease.IsWanted)
        {
            Rest();
        }
    }

    /// <summary>The link was closed.</summary>
    /// <param name="forGood">It will not be tried again soon.</param>
    public void Closed(bool forGood)
    {
        if (forGood)
        {
            _lease.Withdraw();
        }
        else
        {
            _lease.Return();
        }
    }

    /// <summary>Why the printer goes without.</summary>
    public HubException Refusal() => new HubException(ErrorCode.OutOfSockets, _lease.Reason ?? "gave its connection to others");

    private void Rest()
    {
        // A client that polls, but cannot rest, keeps its connection: it holds the socket that it has open.
        if (_lease.Use == SocketUse.Poll && _client is IPolledClient polled)
        {
            polled.ReleaseIdleConnection();
            _lease.Return();
        }
    }
}
