namespace Hub.Core.Discovery;

/// <summary>Stub until the real one is merged.</summary>
public sealed class DiscoveryTable
{
    private readonly System.Collections.ArrayList _printers = new System.Collections.ArrayList();

    /// <summary>Adds a printer.</summary>
    public void Add(DiscoveredPrinter printer)
    {
        lock (_printers)
        {
            _printers.Add(printer);
        }
    }
}
