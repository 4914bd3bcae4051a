namespace Hub.Core.Discovery;

/// <summary>Stub until the real one is merged.</summary>
public sealed class DiscoveryTable
{
    private readonly System.Collections.ArrayList _printers = new System.Collections.ArrayList();

    private readonly System.Collections.ArrayList _candidates = new System.Collections.ArrayList();

    /// <summary>Notes a server to be probed.</summary>
    public bool AddCandidate(HttpCandidate candidate)
    {
        lock (_printers)
        {
            return _candidates.Add(candidate) >= 0;
        }
    }

    /// <summary>Adds a printer.</summary>
    public void Add(DiscoveredPrinter printer)
    {
        lock (_printers)
        {
            _printers.Add(printer);
        }
    }
}
