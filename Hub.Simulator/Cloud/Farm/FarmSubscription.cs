using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Simulator.Cloud.Farm;

/// <summary>
/// What changed since a subscriber last took it: each printer once, however often it changed. A slow subscriber costs one entry for each
/// printer and delays nobody. Thread: marks from any; one taker.
/// </summary>
internal sealed class FarmSubscription(Action<FarmSubscription> end) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private HashSet<PrinterKey> _printers = [];
    private bool _hubs;

    /// <summary>Waits until something changed.</summary>
    public Task WaitAsync(CancellationToken cancel) => _wake.WaitAsync(cancel);

    /// <summary>Takes what changed: the printers, and whether any hub did.</summary>
    public PrinterKey[] Take(out bool hubs)
    {
        lock (_gate)
        {
            PrinterKey[] printers = [.. _printers];
            _printers.Clear();
            hubs = _hubs;
            _hubs = false;
            return printers;
        }
    }

    public void Dispose() => end(this);

    internal void Mark(PrinterKey printer)
    {
        lock (_gate)
        {
            _printers.Add(printer);
            Wake();
        }
    }

    internal void MarkHubs()
    {
        lock (_gate)
        {
            _hubs = true;
            Wake();
        }
    }

    private void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            _wake.Release();
        }
    }
}
