using System;
using System.Collections;
using System.Threading;

namespace Hub.Core.Manager;

/// <summary>
/// Tells one listener which printers changed: coalesced, so that a printer that changed ten times since the listener looked
/// is told once, and a slow listener costs one entry per printer and holds up nobody. What it became is read from
/// <see cref="PrinterManager.TryGetStatus"/>; a printer that is no longer there was removed. Thread: any may mark; one
/// owner takes. Ownership: who got it from <see cref="PrinterManager.Watch"/> disposes it.
/// </summary>
public sealed class ChangeQueue : IDisposable
{
    private readonly PrinterManager _owner;
    private readonly Queue _order = new Queue();
    private readonly Hashtable _waiting = new Hashtable();
    private readonly AutoResetEvent _arrived = new AutoResetEvent(false);

    internal ChangeQueue(PrinterManager owner)
    {
        _owner = owner;
    }

    /// <summary>The id of a printer that changed, the one that waits longest first; null when none did within <paramref name="timeoutMs"/>.</summary>
    public string? Take(int timeoutMs)
    {
        string? id = TryTake();
        if (id == null && timeoutMs > 0 && _arrived.WaitOne(timeoutMs, false))
        {
            id = TryTake();
        }

        return id;
    }

    /// <summary>Takes no more changes.</summary>
    public void Dispose() => _owner.Unwatch(this);

    internal void Mark(string id)
    {
        lock (_order)
        {
            if (_waiting.Contains(id))
            {
                return;
            }

            _waiting.Add(id, id);
            _order.Enqueue(id);
        }

        _arrived.Set();
    }

    private string? TryTake()
    {
        lock (_order)
        {
            if (_order.Count == 0)
            {
                return null;
            }

            string id = (string)_order.Dequeue()!;
            _waiting.Remove(id);
            return id;
        }
    }
}
