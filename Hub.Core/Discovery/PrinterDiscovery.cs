using System.Collections;
using System.Threading;
using Hub.Core.Hal;

namespace Hub.Core.Discovery;

/// <summary>
/// Searches for printers by mDNS and SSDP on every interface at once, asks the HTTP servers that were heard of what they are,
/// and, where asked to, a bounded list of addresses. Thread: <see cref="Run"/> blocks the caller's and starts more; the rest any.
/// </summary>
public sealed class PrinterDiscovery
{
    /// <summary>Most sockets that are open at once where there are few.</summary>
    public const int SocketsOneByOne = 2;

    private const int IdleMs = 20;

    /// <summary>The board has 16, and the printers need them.</summary>
    private const int PlentyOfSockets = 64;

    private readonly IHal _hal;
    private readonly DiscoveryOptions _options;
    private readonly HttpProbe _probe;
    private readonly ArrayList _problems = new ArrayList();
    private readonly object _gate = new object();
    private int _searching;
    private int _probed;
    private long _giveUpMs;

    /// <summary>Makes a search that has not begun.</summary>
    public PrinterDiscovery(IHal hal, DiscoveryOptions options)
    {
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
                return _probed;
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
                return (string[])_problems.ToArray(typeof(string));
            }
        }
    }

    /// <summary>True where sockets are few: all is done one by one then, with <see cref="SocketsOneByOne"/> of them at most.</summary>
    public bool IsOneByOne => _hal.Sockets.MaxSockets > 0 && _hal.Sockets.MaxSockets < PlentyOfSockets;

    /// <summary>Searches once. It ends with the time, or when the addresses to probe are done if that is later.</summary>
    /// <param name="cancel">Ends it early, without an error.</param>
    public void Run(CancellationToken cancel)
    {
        _giveUpMs = _hal.Clock.NowMs + _options.ForMs + (2 * (long)_options.ProbeTimeoutMs);
        int networks = _options.ForMs == 0 ? 0 : _options.Interfaces.Length == 0 ? 1 : _options.Interfaces.Length;
        if (IsOneByOne)
        {
            SearchOneByOne(networks, cancel);
            Ask(cancel);
            return;
        }

        ArrayList threads = new ArrayList();
        for (int i = 0; i < networks; i++)
        {
            StartSearches(threads, InterfaceAt(i), cancel);
        }

        for (int i = 0; i < _options.Parallelism; i++)
        {
            threads.Add(new Thread(() => Ask(cancel)));
        }

        for (int i = 0; i < threads.Count; i++)
        {
            ((Thread)threads[i]!).Start();
        }

        for (int i = 0; i < threads.Count; i++)
        {
            ((Thread)threads[i]!).Join();
        }
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
        _searching += 1 + _options.SsdpPorts.Length;
        threads.Add(new Thread(() => SearchBeside(address, 0, cancel)));
        for (int i = 0; i < _options.SsdpPorts.Length; i++)
        {
            int port = _options.SsdpPorts[i];
            threads.Add(new Thread(() => SearchBeside(address, port, cancel)));
        }
    }

    private void SearchBeside(string? address, int ssdpPort, CancellationToken cancel)
    {
        Search(address, ssdpPort, _options.ForMs, cancel);
        lock (_gate)
        {
            _searching--;
        }
    }

    private void Search(string? address, int ssdpPort, int forMs, CancellationToken cancel)
    {
        string place = address == null ? "" : " on " + address;
        try
        {
            if (ssdpPort == 0)
            {
                MdnsSearch.Run(_hal, address, _options.MdnsPort, forMs, Table, cancel);
            }
            else
            {
                string? problem = SsdpSearch.Run(_hal, address, ssdpPort, forMs, Table, cancel);
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

            HttpCandidate? candidate = Table.TakeCandidate();
            string? address = candidate == null && _options.Targets != null ? _options.Targets.Take() : null;
            if (candidate != null)
            {
                Confirm(candidate, cancel);
            }
            else if (address != null)
            {
                Probe(address, cancel);
            }
            else if (isLast)
            {
                return;
            }
            else
            {
                _hal.Clock.Sleep(IdleMs);
            }
        }
    }

    private void Probe(string address, CancellationToken cancel)
    {
        for (int i = 0; i < _options.ProbePorts.Length && !cancel.IsCancellationRequested; i++)
        {
            int port = _options.ProbePorts[i];
            if (!IsOpen(address, port))
            {
                continue;
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

        lock (_gate)
        {
            _probed++;
        }
    }

    private bool IsOpen(string address, int port)
    {
        try
        {
            using IByteStream stream = _hal.Sockets.ConnectTcp(address, port, _options.ConnectTimeoutMs);
            return true;
        }
        catch (HubException e) when (e.Code != ErrorCode.OutOfSockets)
        {
            return false;
        }
        catch (HubException e)
        {
            AddProblem(e.Message);
            return false;
        }
    }

    private void IdentifyBambu(string address)
    {
        try
        {
            DiscoveredPrinter? found = BambuProbe.Identify(_hal, address, _options.BambuPort, _options.ProbeTimeoutMs);
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
            DiscoveredPrinter? found = _probe.Identify(candidate.Address, candidate.Port, candidate.IsTls, candidate.Path, _options.ProbeTimeoutMs, cancel);
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
