using System;
using System.Collections;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Text;

namespace Hub.Core.Discovery;

/// <summary>
/// Searches for printers by mDNS and SSDP on every interface at once, asks the HTTP servers that were heard of what they are,
/// and, where asked to, a bounded list of addresses. Thread: <see cref="Run"/> blocks the caller's and starts more; the rest any.
/// </summary>
public sealed class PrinterDiscovery
{
    /// <summary>Most sockets that are open at once where there are few.</summary>
    public const int SocketsOneByOne = 2;

    private const string LogArea = "discovery";
    private const int IdleMs = 20;

    private readonly IHal _hal;
    private readonly DiscoveryOptions _options;
    private readonly HttpProbe _probe;
    private readonly Log? _log;
    private readonly ArrayList _problems = new ArrayList();
    private readonly object _gate = new object();
    private int _searching;
    private int _probedPorts;
    private string? _address;
    private int _nextPort;
    private long _giveUpMs;

    /// <summary>Makes a search that has not begun.</summary>
    /// <param name="hal">Sockets, buffers and clock.</param>
    /// <param name="options">What to search and to ask.</param>
    /// <param name="log">Gets the faults of the hub itself; null where only <see cref="Problems"/> are read.</param>
    public PrinterDiscovery(IHal hal, DiscoveryOptions options, Log? log = null)
    {
        _log = log;
        _hal = hal;
        _options = options;
        _probe = new HttpProbe(hal);
    }

    /// <summary>What was found; it fills while the search runs.</summary>
    public DiscoveryTable Table { get; } = new DiscoveryTable();

    /// <summary>How many of the addresses to probe are done.</summary>
    public int ProbedAddresses
    {
        get
        {
            lock (_gate)
            {
                return _options.ProbePorts.Length == 0 ? 0 : _probedPorts / _options.ProbePorts.Length;
            }
        }
    }

    /// <summary>What could not be done, one line each; the rest was done all the same.</summary>
    public string[] Problems
    {
        get
        {
            lock (_gate)
            {
                return TextList.ToArray(_problems);
            }
        }
    }

    /// <summary>True where sockets are few: all is done one by one then, with <see cref="SocketsOneByOne"/> of them at most.</summary>
    public bool IsOneByOne => _hal.Sockets.MaxSockets > 0 && _hal.Sockets.MaxSockets < SocketBudget.Plenty;

    /// <summary>Searches once, and ends in bounded time, whatever the servers do.</summary>
    /// <param name="cancel">Ends it early, without an error.</param>
    /// <remarks>
    /// Asking ends <see cref="DiscoveryOptions.ProbeTimeoutMs"/> three times after the listening, or after the time that
    /// <see cref="DiscoveryOptions.ConnectTimeoutMs"/> for every port of every address makes, whichever is later. What is not
    /// asked by then is one of the <see cref="Problems"/>.
    /// </remarks>
    public void Run(CancellationToken cancel)
    {
        long connectsMs = ConnectsMs();
        _giveUpMs = _hal.Clock.NowMs + (connectsMs > _options.ForMs ? connectsMs : _options.ForMs) + (2 * (long)_options.ProbeTimeoutMs);
        int networks = _options.ForMs == 0 ? 0 : _options.Interfaces.Length == 0 ? 1 : _options.Interfaces.Length;
        if (IsOneByOne)
        {
            SearchOneByOne(networks, cancel);
            Ask(cancel);
        }
        else
        {
            RunBeside(networks, cancel);
        }

        int left = _options.Targets == null || cancel.IsCancellationRequested ? 0 : _options.Targets.Count - ProbedAddresses;
        if (left > 0)
        {
            AddProblem(left.ToString() + " of " + _options.Targets!.Count.ToString()
                + " addresses were not asked to the end: servers that do not answer took all the time; probe them again in smaller parts");
        }
    }

    private void RunBeside(int networks, CancellationToken cancel)
    {
        ArrayList threads = new ArrayList();
        for (int i = 0; i < networks; i++)
        {
            StartSearches(threads, InterfaceAt(i), cancel);
        }

        for (int i = 0; i < _options.Parallelism; i++)
        {
            Start(threads, () => Ask(cancel));
        }

        for (int i = 0; i < threads.Count; i++)
        {
            ((Thread)threads[i]!).Join();
        }
    }

    /// <summary>Starts a thread; what no thread is left for, is done here.</summary>
    private void Start(ArrayList threads, ThreadStart work)
    {
        try
        {
            Thread thread = new Thread(Guard.Once(_log, LogArea, work));
            thread.Start();
            threads.Add(thread);
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception)
        {
            Guard.Try(_log, LogArea, work);
        }
    }

    /// <summary>How long all ports take that do not answer at all.</summary>
    private long ConnectsMs()
    {
        if (_options.Targets == null)
        {
            return 0;
        }

        int atOnce = IsOneByOne || _options.Parallelism < 1 ? 1 : _options.Parallelism;
        int ports = _options.Targets.Count * _options.ProbePorts.Length;
        return (ports + atOnce - 1) / atOnce * (long)_options.ConnectTimeoutMs;
    }

    /// <summary>Null, for the system's choice, where none was named. (No array holds that null: an unset element of a string[] ends nanoCLR.)</summary>
    private string? InterfaceAt(int index) => _options.Interfaces.Length == 0 ? null : _options.Interfaces[index];

    private void SearchOneByOne(int networks, CancellationToken cancel)
    {
        if (networks == 0)
        {
            return;
        }

        int forMs = _options.ForMs / (networks * (1 + _options.SsdpPorts.Length));
        for (int i = 0; i < networks; i++)
        {
            Search(InterfaceAt(i), 0, forMs, cancel);
            for (int k = 0; k < _options.SsdpPorts.Length; k++)
            {
                Search(InterfaceAt(i), _options.SsdpPorts[k], forMs, cancel);
            }
        }
    }

    private void StartSearches(ArrayList threads, string? address, CancellationToken cancel)
    {
        lock (_gate)
        {
            _searching += 1 + _options.SsdpPorts.Length;
        }

        Start(threads, () => SearchBeside(address, 0, cancel));
        for (int i = 0; i < _options.SsdpPorts.Length; i++)
        {
            int port = _options.SsdpPorts[i];
            Start(threads, () => SearchBeside(address, port, cancel));
        }
    }

    private void SearchBeside(string? address, int ssdpPort, CancellationToken cancel)
    {
        try
        {
            Search(address, ssdpPort, _options.ForMs, cancel);
        }
        finally
        {
            lock (_gate)
            {
                _searching--;
            }
        }
    }

    private void Search(string? address, int ssdpPort, int forMs, CancellationToken cancel)
    {
        string place = address == null ? "" : " on " + address;
        try
        {
            if (ssdpPort == 0)
            {
                MdnsSearch.Run(_hal, address, _options.MdnsPort, forMs, Table, cancel, _log);
            }
            else
            {
                string? problem = SsdpSearch.Run(_hal, address, ssdpPort, forMs, Table, cancel, _log);
                if (problem != null)
                {
                    AddProblem("printers that only announce themselves may be missing" + place + ": " + problem);
                }
            }
        }
        catch (HubException e)
        {
            AddProblem((ssdpPort == 0 ? "mDNS" : "SSDP, port " + ssdpPort.ToString()) + place + ": " + e.Message);
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            Fault((ssdpPort == 0 ? "mDNS" : "SSDP, port " + ssdpPort.ToString()) + place, e);
        }
    }

    private void Ask(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            // Looked at first: a search that has ended adds no more.
            bool isLast;
            lock (_gate)
            {
                isLast = _searching == 0;
            }

            if (!TryAskOne(cancel) && isLast)
            {
                return;
            }
        }
    }

    /// <summary>Asks one server that was announced, or else the next port of the addresses to probe; rests when there is neither.</summary>
    /// <returns>False when there was none.</returns>
    private bool TryAskOne(CancellationToken cancel)
    {
        try
        {
            HttpCandidate? candidate = Table.TakeCandidate();
            if (candidate != null)
            {
                Confirm(candidate, cancel);
                return true;
            }

            if (_hal.Clock.NowMs < _giveUpMs && TryTakeTarget(out string address, out int port))
            {
                Probe(address, port, cancel);
                return true;
            }
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            // What one server sent costs only itself.
            Fault("a server could not be asked what it is", e);
            return true;
        }

        _hal.Clock.Sleep(IdleMs);
        return false;
    }

    /// <summary>The ports are given out one by one: a slow server holds up no other port of its address.</summary>
    private bool TryTakeTarget(out string address, out int port)
    {
        address = "";
        port = 0;
        if (_options.Targets == null || _options.ProbePorts.Length == 0)
        {
            return false;
        }

        lock (_gate)
        {
            if (_address == null || _nextPort == _options.ProbePorts.Length)
            {
                _address = _options.Targets.Take();
                _nextPort = 0;
            }

            if (_address == null)
            {
                return false;
            }

            address = _address;
            port = _options.ProbePorts[_nextPort++];
            return true;
        }
    }

    private void Probe(string address, int port, CancellationToken cancel)
    {
        try
        {
            if (!IsOpen(address, port))
            {
                return;
            }

            if (port == _options.BambuPort)
            {
                IdentifyBambu(address);
            }
            else
            {
                Identify(new HttpCandidate(address, port, port == 443), cancel);
            }
        }
        finally
        {
            lock (_gate)
            {
                _probedPorts++;
            }
        }
    }

    /// <summary>Time for the two waits of one server, connecting and answering: begun in time, both end within a <see cref="DiscoveryOptions.ProbeTimeoutMs"/> of the end of asking.</summary>
    private int WaitMs()
    {
        long leftMs = (_giveUpMs + _options.ProbeTimeoutMs - _hal.Clock.NowMs) / 2;
        return leftMs >= _options.ProbeTimeoutMs ? _options.ProbeTimeoutMs : leftMs < 1 ? 1 : (int)leftMs;
    }

    private bool IsOpen(string address, int port)
    {
        try
        {
            using IByteStream stream = _hal.Sockets.ConnectTcp(address, port, _options.ConnectTimeoutMs);
            return true;
        }
        catch (HubException e)
        {
            if (e.Code == ErrorCode.OutOfSockets)
            {
                AddProblem(e.Message);
            }

            return false;
        }
    }

    private void IdentifyBambu(string address)
    {
        try
        {
            DiscoveredPrinter? found = BambuProbe.Identify(_hal, address, _options.BambuPort, WaitMs());
            if (found != null)
            {
                Table.Add(found);
            }
        }
        catch (HubException e)
        {
            AddProblem(e.Message);
        }
    }

    /// <summary>Asks a server that was announced. Many that keep the line open without an answer must not hold up the end.</summary>
    private void Confirm(HttpCandidate candidate, CancellationToken cancel)
    {
        if (_hal.Clock.NowMs >= _giveUpMs || !Identify(candidate, cancel))
        {
            Table.AddSilent(candidate);
        }
    }

    /// <returns>True when it is one of the three.</returns>
    private bool Identify(HttpCandidate candidate, CancellationToken cancel)
    {
        try
        {
            DiscoveredPrinter? found = _probe.Identify(candidate.Address, candidate.Port, candidate.IsTls, candidate.Path, WaitMs(), cancel);
            if (found != null)
            {
                found.Name = found.Name == null ? null : PrinterNames.Short(found.Name);
                found.Model = found.Model == "OctoPrint" ? null : found.Model;
                Table.AddProbed(found);
                return true;
            }
        }
        catch (HubException e)
        {
            if (e.Code != ErrorCode.Cancelled)
            {
                AddProblem(candidate.Address + ":" + candidate.Port.ToString() + " could not be asked what it is: " + e.Message);
            }
        }

        return false;
    }

    private void Fault(string where, Exception e)
    {
        _log?.Fault(LogArea, e);
        AddProblem(where + ": a fault of the hub itself: " + OneLine.Of(e.Message));
    }

    private void AddProblem(string problem)
    {
        lock (_gate)
        {
            // The same on many interfaces, or for many addresses, is said once.
            if (_problems.Count < 16 && _problems.IndexOf(problem) < 0)
            {
                _problems.Add(problem);
            }
        }
    }
}
