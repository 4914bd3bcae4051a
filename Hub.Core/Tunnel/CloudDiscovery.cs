using System;
using System.Collections;
using System.Threading;
using Hub.Core.Discovery;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Text;

namespace Hub.Core.Tunnel;

/// <summary>
/// Searches the network for the cloud, on a thread that lives as long as the search. Commands that come while it runs share its result.
/// Thread: any.
/// </summary>
internal sealed class CloudDiscovery : IDisposable
{
    /// <summary>Longest wait for sockets, where they are few, in ms.</summary>
    private const int LeaseMs = 5 * 1000;

    private const int LeaseLookMs = 100;
    private const int MaxAskers = 16;

    private readonly IHal _hal;
    private readonly Log _log;
    private readonly SocketBudget _sockets;
    private readonly DiscoveryOptions _options;
    private readonly Ended _ended;
    private readonly ArrayList _askers = new ArrayList();
    private readonly CancellationTokenSource _stop = new CancellationTokenSource();
    private Thread? _thread;

    /// <summary>Makes it.</summary>
    /// <param name="hal">Sockets and clock.</param>
    /// <param name="log">Where faults are reported.</param>
    /// <param name="sockets">Who may open sockets.</param>
    /// <param name="options">How to search.</param>
    /// <param name="ended">Hears of each command's end.</param>
    public CloudDiscovery(IHal hal, Log log, SocketBudget sockets, DiscoveryOptions options, Ended ended)
    {
        _hal = hal;
        _log = log;
        _sockets = sockets;
        _options = options;
        _ended = ended;
    }

    /// <summary>A search for a command has ended. Thread: the search's.</summary>
    /// <param name="commandId">The command.</param>
    /// <param name="found">What was found, or null.</param>
    /// <param name="error">Why nothing could be searched, or null.</param>
    public delegate void Ended(string commandId, DiscoveredPrinter[]? found, HubException? error);

    /// <summary>Searches for a command. Errors: <see cref="ErrorCode.QueueFull"/>; no thread is left.</summary>
    public void Search(string commandId)
    {
        lock (_askers)
        {
            if (_askers.Count >= MaxAskers)
            {
                throw new HubException(ErrorCode.QueueFull, "too many searches wait: try again later");
            }

            _askers.Add(commandId);
            if (_thread != null)
            {
                return;
            }

            try
            {
                Thread thread = new Thread(Guard.Once(_log, TunnelClient.LogArea, Run));
                thread.Start();
                _thread = thread;
            }
            catch (Exception e)
            {
                _askers.Remove(commandId);
                throw new HubException(ErrorCode.OutOfMemory, "the hub has no thread left for a search: " + e.Message);
            }
        }
    }

    /// <summary>Ends a search that runs.</summary>
    public void Dispose()
    {
        Thread? thread;
        lock (_askers)
        {
            thread = _thread;
        }

        _stop.Cancel();
        thread?.Join();
    }

    private void Run()
    {
        DiscoveredPrinter[]? found = null;
        HubException? error = null;
        try
        {
            found = SearchNow();
        }
        catch (HubException e)
        {
            error = e;
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            _log.Fault(TunnelClient.LogArea, e);
            error = new HubException(ErrorCode.Internal, "a fault of the hub ended the search");
        }

        string[] askers;
        lock (_askers)
        {
            askers = TextList.ToArray(_askers);
            _askers.Clear();
            _thread = null;
        }

        for (int i = 0; i < askers.Length; i++)
        {
            _ended(askers[i], i == 0 ? found : null, error);
        }
    }

    private DiscoveredPrinter[] SearchNow()
    {
        PrinterDiscovery discovery = new PrinterDiscovery(_hal, _options, _log);
        if (!discovery.IsOneByOne)
        {
            discovery.Run(_stop.Token);
            return discovery.Table.ToArray();
        }

        // Where sockets are few, it borrows those of uploads, so that no printer loses its own.
        SocketLease lease = _sockets.Lease(SocketUse.Transfer, PrinterDiscovery.SocketsOneByOne, null);
        long untilMs = _hal.Clock.NowMs + LeaseMs;
        bool isHeld = lease.TryTake();
        while (!isHeld && _hal.Clock.NowMs < untilMs && !_stop.IsCancellationRequested)
        {
            _hal.Clock.Sleep(LeaseLookMs);
            isHeld = lease.IsHeld;
        }

        if (isHeld)
        {
            discovery.Run(_stop.Token);
        }

        lease.Dispose();
        return isHeld ? discovery.Table.ToArray() : throw new HubException(ErrorCode.OutOfSockets, "no sockets are free for a search: try again later");
    }
}
