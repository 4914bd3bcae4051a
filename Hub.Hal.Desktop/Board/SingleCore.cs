using System;
using System.Diagnostics;
using System.Threading;

namespace Hub.Hal.Desktop;

/// <summary>
/// The board's CPU: one task of its operating system runs every thread of the hub, so that whoever is in native code that waits stops all
/// others. A laptop's threads cannot be stopped anywhere; they stop in their next call to the HAL. Thread: any.
/// </summary>
internal sealed class SingleCore
{
    private readonly object _lock = new();
    private readonly BoardBehaviour _board;
    private readonly Random _random;
    private Thread? _frozenBy;
    private long _freeAtTicks;

    public SingleCore(BoardBehaviour board)
    {
        _board = board;
        _random = new Random(board.Seed);
    }

    /// <summary>Longest time that the threads stood still at once, in ms.</summary>
    public long LongestFreezeMs { get; private set; }

    /// <summary>How often they stood still.</summary>
    public int Freezes { get; private set; }

    /// <summary>Reads that were begun although nothing had arrived: each would have stopped the board.</summary>
    public int BlindReads => Volatile.Read(ref _blindReads);

    private int _blindReads;

    /// <summary>Waits while another thread is in native code that waits.</summary>
    public void Pass()
    {
        lock (_lock)
        {
            AwaitThaw();
        }
    }

    /// <summary>A call into the drivers: it waits as <see cref="Pass"/> does, and costs CPU time.</summary>
    public void Call() => Spend(_board.CallMicroseconds * 1000L);

    /// <summary>CPU time for bytes that were received or are to be sent.</summary>
    public void Bytes(int count) => Spend((long)count * _board.ByteNanoseconds);

    /// <summary>The calling thread slept or waited: it is woken late.</summary>
    public void Woken()
    {
        double late;
        lock (_lock)
        {
            // The square: a thread is rarely as late as it can be.
            late = _random.NextDouble();
            late *= late * _board.MaxLateMs;
        }

        Thread.Sleep((int)late);
        Pass();
    }

    /// <summary>Runs native code that waits without letting other threads run.</summary>
    /// <param name="work">The code; what it throws is passed on.</param>
    public T Frozen<T>(Func<T> work)
    {
        long beginTicks;
        lock (_lock)
        {
            AwaitThaw();
            _frozenBy = Thread.CurrentThread;
            beginTicks = Stopwatch.GetTimestamp();
        }

        try
        {
            return work();
        }
        finally
        {
            lock (_lock)
            {
                _frozenBy = null;
                Freezes++;
                LongestFreezeMs = Math.Max(LongestFreezeMs, (long)Stopwatch.GetElapsedTime(beginTicks).TotalMilliseconds);
                Monitor.PulseAll(_lock);
            }
        }
    }

    /// <summary>How long the next handshake takes at least, in ms.</summary>
    public int HandshakeMs()
    {
        lock (_lock)
        {
            return _random.Next(_board.MinHandshakeMs, Math.Max(_board.MinHandshakeMs, _board.MaxHandshakeMs) + 1);
        }
    }

    public void NoteBlindRead() => Interlocked.Increment(ref _blindReads);

    /// <summary>Threads get their CPU time one after the other; less than a millisecond of it is collected.</summary>
    private void Spend(long nanoseconds)
    {
        long waitTicks;
        lock (_lock)
        {
            AwaitThaw();
            long nowTicks = Stopwatch.GetTimestamp();
            _freeAtTicks = Math.Max(_freeAtTicks, nowTicks) + (nanoseconds * Stopwatch.Frequency / 1_000_000_000);
            waitTicks = _freeAtTicks - nowTicks;
        }

        int waitMs = (int)(waitTicks * 1000 / Stopwatch.Frequency);
        if (waitMs > 0)
        {
            Thread.Sleep(waitMs);
            Pass();
        }
    }

    private void AwaitThaw()
    {
        while (_frozenBy != null && _frozenBy != Thread.CurrentThread)
        {
            Monitor.Wait(_lock);
        }
    }
}
