using System;
using System.Collections;
using System.Threading;
using Hub.Core.Discovery;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Manager;

namespace Hub.Core.Requests;

/// <summary>
/// Searches the network, on a thread that lives as long as the search. Who asks while it runs shares its result.
/// Thread: any.
/// </summary>
internal sealed class PrinterSearch : IDisposable
{
    /// <summary>Longest wait for sockets, where they are few, in ms.</summary>
    private const int LeaseMs = 5 * 1000;

    private const int MaxAskers = 16;

    private readonly IHal _hal;
    private readonly Log _log;
    private readonly SocketBudget _sockets;
    private readonly DiscoveryOptions _options;
    private readonly ArrayList _askers = new ArrayList();
    private readonly CancellationTokenSource _stop = new CancellationTokenSource();
    private Thread? _thread;

    // The search's thread alone.
    private DiscoveredPrinter[]? _found;
    private HubException? _error;
    private bool _isSearched;

    /// <summary>Makes it.</summary>
    /// <param name="hal">Sockets and clock.</param>
    /// <param name="log">Where faults are reported.</param>
    /// <param name="sockets">Who may open sockets.</param>
    /// <param name="options">How to search.</param>
    public PrinterSearch(IHal hal, Log log, SocketBudget sockets, DiscoveryOptions options)
    {
        _hal = hal;
        _log = log;
        _sockets = sockets;
        _options = options;
    }

    /// <summary>A search has ended. Thread: the search's.</summary>
    /// <param name="asker">Who asked.</param>
    /// <param name="found">What was found, the same array for all who share the search; null when nothing could be searched.</param>
    /// <param name="error">Why nothing could be searched, or null.</param>
    public delegate void Ended(object asker, DiscoveredPrinter[]? found, HubException? error);

    /// <summary>Searches. Errors: <see cref="ErrorCode.QueueFull"/>; <see cref="ErrorCode.OutOfMemory"/> when no thread is left.</summary>
    /// <param name="asker">Who asks; handed to <paramref name="ended"/>.</param>
    /// <param name="ended">Hears of the end, exactly once.</param>
    public void Begin(object asker, Ended ended)
    {
        lock (_askers)
        {
            if (_askers.Count >= MaxAskers)
            {
                throw new HubException(ErrorCode.QueueFull, "too many searches wait: try again later");
            }

            Asker waiting = new Asker(asker, ended);
            _askers.Add(waiting);
            if (_thread != null)
            {
                return;
            }

            try
            {
                Thread thread = new Thread(Guard.Loop(_log, HubRequests.LogArea, Run));
                thread.Start();
                _thread = thread;
            }
            catch (Exception e)
            {
                _askers.Remove(waiting);
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

    /// <summary>Searches, then tells all who asked. A fault begins it again where it was, so that each of them hears of the end.</summary>
    private void Run()
    {
        if (!_isSearched)
        {
            Search();
            _isSearched = true;
        }

        Asker? asker = Next();
        while (asker != null)
        {
            asker.Ended(asker.Name, _found, _error);
            asker = Next();
        }
    }

    private void Search()
    {
        _found = null;
        _error = null;
        try
        {
            _found = SearchNow();
        }
        catch (HubException e)
        {
            _error = e;
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            _log.Fault(HubRequests.LogArea, e);
            _error = new HubException(ErrorCode.Internal, "a fault of the hub ended the search");
        }
    }

    /// <summary>Takes out who is to be told next; null when the search is over.</summary>
    private Asker? Next()
    {
        lock (_askers)
        {
            if (_askers.Count == 0)
            {
                _isSearched = false;
                _thread = null;
                return null;
            }

            Asker asker = (Asker)_askers[0]!;
            _askers.RemoveAt(0);
            return asker;
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

        SocketLease lease = SearchSockets.Lease(_sockets, _hal.Clock, LeaseMs, _stop.Token);
        HubException? failure = null;
        try
        {
            discovery.Run(_stop.Token);
        }
        catch (HubException e)
        {
            failure = e;
        }

        // Not in a finally: it may catch (docs/board.md).
        lease.Dispose();
        return failure == null ? discovery.Table.ToArray() : throw failure;
    }

    private sealed class Asker
    {
        public Asker(object name, Ended ended)
        {
            Name = name;
            Ended = ended;
        }

        public object Name { get; }

        public Ended Ended { get; }
    }
}
