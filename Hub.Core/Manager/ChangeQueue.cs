using System;
using System.Collections;
using System.Threading;
using Hub.Core.Hal;

namespace Hub.Core.Manager;

/// <summary>
/// A subscription to changed printers: in status, link or configuration, added, removed or given an upload. Changes are coalesced: a
/// printer that changed ten times since the subscriber last asked is reported once, so a slow subscriber costs one entry per
/// printer and blocks no other. What changed is read from <see cref="PrinterManager.Refresh"/> or
/// <see cref="PrinterManager.Snapshot(string)"/>; a printer that is no longer there was removed. A change that comes after an id
/// was taken is reported again. Thread: any may mark; one owner takes. Ownership: whoever got it from
/// <see cref="PrinterManager.Watch"/> disposes it.
/// </summary>
public sealed class ChangeQueue : IDisposable
{
    /// <summary>More than a hub has printers: only ids that come and go unseen reach it.</summary>
    internal const int Capacity = 1024;

    /// <summary>How often a waiting listener checks for printers that time alone has changed, in ms.</summary>
    private const int LookMs = 500;

    private readonly PrinterManager _owner;
    private readonly IClock _clock;
    private readonly string? _only;
    private readonly Queue _ids = new Queue();
    private readonly Hashtable _marked = new Hashtable();
    private readonly AutoResetEvent _arrived;
    private long _lookMs;
    private bool _isDisposed;
    private bool _isCancelled;

    /// <summary>Makes it.</summary>
    /// <param name="owner">Whose printers.</param>
    /// <param name="clock">By which it waits.</param>
    /// <param name="only">The one printer whose changes count; null for all.</param>
    /// <param name="arrived">Set when a change comes to an empty queue; null for an owner that waits in <see cref="Take(int)"/>.</param>
    internal ChangeQueue(PrinterManager owner, IClock clock, string? only, AutoResetEvent? arrived)
    {
        _only = only;
        _arrived = arrived ?? new AutoResetEvent(false);
        _owner = owner;
        _clock = clock;
        _lookMs = clock.NowMs;
    }

    /// <summary>Changes that were forgotten because the listener let more than 1024 ids wait.</summary>
    public int Dropped { get; private set; }

    /// <summary>
    /// The id of a printer that changed, the one that waits longest first; null when none did within
    /// <paramref name="timeoutMs"/>, and at once after <see cref="Dispose"/>.
    /// </summary>
    public string? Take(int timeoutMs)
    {
        long untilMs = _clock.NowMs + timeoutMs;
        while (true)
        {
            long nowMs = _clock.NowMs;
            if (nowMs >= _lookMs)
            {
                _lookMs = nowMs + LookMs;
                _owner.MarkAged(nowMs);
            }

            string? id = TryTake(out bool isOver);
            long waitMs = untilMs < _lookMs ? untilMs - nowMs : _lookMs - nowMs;
            if (id != null || isOver || untilMs <= nowMs)
            {
                return id;
            }

            _clock.Wait(_arrived, (int)waitMs);
        }
    }

    /// <summary>The same, and null at once after a cancellation. (The other one allocates nothing; on the board a token costs memory.)</summary>
    public string? Take(int timeoutMs, CancellationToken cancel)
    {
        string? id;
        using (cancel.Register(Cancel))
        {
            id = Take(timeoutMs);
        }

        lock (_ids)
        {
            _isCancelled = false;
        }

        return id;
    }

    /// <summary>Takes no more changes; who waits in <see cref="Take(int)"/> returns.</summary>
    public void Dispose()
    {
        _owner.Unwatch(this);
        lock (_ids)
        {
            _isDisposed = true;
            _ids.Clear();
            _marked.Clear();
        }

        _arrived.Set();
    }

    internal void Mark(string id)
    {
        if (_only != null && _only != id)
        {
            return;
        }

        bool isFirst;
        lock (_ids)
        {
            if (_isDisposed || _marked.Contains(id))
            {
                return;
            }

            isFirst = _ids.Count == 0;
            if (_ids.Count >= Capacity)
            {
                Dequeue();
                Dropped++;
            }

            _ids.Enqueue(id);
            _marked.Add(id, id);
        }

        if (isFirst)
        {
            // Whoever takes waits only for an empty queue.
            _arrived.Set();
        }
    }

    /// <summary>Ends the wait of who takes now.</summary>
    private void Cancel()
    {
        lock (_ids)
        {
            _isCancelled = true;
        }

        _arrived.Set();
    }

    private string? TryTake(out bool isOver)
    {
        lock (_ids)
        {
            isOver = _isDisposed || _isCancelled;
            return _ids.Count == 0 ? null : Dequeue();
        }
    }

    /// <summary>Under the lock.</summary>
    private string Dequeue()
    {
        string id = (string)_ids.Dequeue()!;
        _marked.Remove(id);
        return id;
    }
}
