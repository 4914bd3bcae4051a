using System;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Hal.Desktop;

/// <summary>
/// The one outstanding read of a connection: its owner blocks until it ends, or has an event set then. Thread: one owner; the read ends
/// on a thread of the pool.
/// </summary>
/// <remarks>
/// Not <see cref="Task.Wait(int)"/> or its like: they yield some thirty times before they sleep, and did so for each quiet connection ten
/// times a second. With 250 Bambu printers that was half of the hub's processor time.
/// </remarks>
internal sealed class PendingRead
{
    private readonly object _gate = new();
    private readonly Action _end;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _awaiter;
    private AutoResetEvent? _signal;
    private TaskCompletionSource? _settled;
    private bool _hasEnded;

    public PendingRead()
    {
        _end = End;
    }

    /// <summary>True from <see cref="Begin"/> until the result was taken.</summary>
    public bool IsBegun { get; private set; }

    /// <summary>Watches this read; there must be no other.</summary>
    public void Begin(ValueTask<int> read)
    {
        IsBegun = true;
        _hasEnded = false;
        _awaiter = read.ConfigureAwait(false).GetAwaiter();
        if (_awaiter.IsCompleted)
        {
            _hasEnded = true;
        }
        else
        {
            _awaiter.UnsafeOnCompleted(_end);
        }
    }

    /// <summary>Waits for its end; 0 only checks.</summary>
    /// <returns>False when it did not end within <paramref name="timeoutMs"/>.</returns>
    public bool Wait(int timeoutMs)
    {
        lock (_gate)
        {
            return _hasEnded || (timeoutMs > 0 && Monitor.Wait(_gate, timeoutMs));
        }
    }

    /// <summary>The result of a read that has ended, or its error.</summary>
    public int Take()
    {
        IsBegun = false;
        return _awaiter.GetResult();
    }

    /// <summary>Has the event set when it ends, at once if it has.</summary>
    public void Signal(AutoResetEvent signal)
    {
        lock (_gate)
        {
            if (!_hasEnded)
            {
                _signal = signal;
                return;
            }
        }

        signal.Set();
    }

    /// <summary>Waits for its end, whatever that is; the owner does nothing else with it any more.</summary>
    public async Task SettleAsync()
    {
        if (!IsBegun)
        {
            return;
        }

        TaskCompletionSource? settled = null;
        lock (_gate)
        {
            if (!_hasEnded)
            {
                _settled = settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        if (settled != null)
        {
            await settled.Task.ConfigureAwait(false);
        }

        try
        {
            _ = Take();
        }
        catch (Exception)
        {
            // Its connection ends, and with it any read.
        }
    }

    private void End()
    {
        AutoResetEvent? signal;
        lock (_gate)
        {
            _hasEnded = true;
            signal = _signal;
            _signal = null;
            _settled?.SetResult();
            Monitor.PulseAll(_gate);
        }

        signal?.Set();
    }
}
