using System;
using System.Collections.Generic;
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
    private readonly HashSet<PrinterKey> _printers = [];
    private readonly HashSet<string> _transfers = [];
    private bool _hubs;

    /// <summary>Waits until something changed.</summary>
    public Task WaitAsync(CancellationToken cancel) => _wake.WaitAsync(cancel);

    /// <summary>Takes what changed.</summary>
    public FarmChanges Take()
    {
        lock (_gate)
        {
            FarmChanges changes = new([.. _printers], [.. _transfers], _hubs);
            _printers.Clear();
            _transfers.Clear();
            _hubs = false;
            return changes;
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

    internal void MarkTransfer(string id)
    {
        lock (_gate)
        {
            _transfers.Add(id);
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

/// <summary>What changed.</summary>
/// <param name="Printers">These printers; one that is not there any more was removed.</param>
/// <param name="Transfers">The ids of these transfers.</param>
/// <param name="Hubs">True when some hub did.</param>
internal sealed record FarmChanges(PrinterKey[] Printers, string[] Transfers, bool Hubs)
{
    /// <summary>True when nothing did.</summary>
    public bool IsEmpty => Printers.Length == 0 && Transfers.Length == 0 && !Hubs;
}
