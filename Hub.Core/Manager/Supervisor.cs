using System;
using System.Collections;
using System.Threading;
using Hub.Core.Hal;
using Hub.Core.Logging;

namespace Hub.Core.Manager;

/// <summary>
/// The manager's thread beside the workers. It ends commands whose time is over although their worker hangs in a dying connection,
/// and notifies listeners of ends and progress: they run under no lock and on no worker's thread. It sleeps until the earliest
/// deadline. The thread begins with the first command and stays until <see cref="Stop"/>. Thread: any for all members.
/// </summary>
internal sealed class Supervisor
{
    private const string LogArea = "supervisor";

    private readonly IClock _clock;
    private readonly Log _log;
    private readonly ArrayList _open = new ArrayList();
    private readonly Queue _news = new Queue();
    private readonly AutoResetEvent _wake = new AutoResetEvent(false);
    private Thread? _thread;
    private bool _isStopping;

    /// <summary>What it is ending at this moment, which nothing else remembers. Thread: its own.</summary>
    private ISupervised? _late;

    public Supervisor(IClock clock, Log log)
    {
        _clock = clock;
        _log = log;
    }

    /// <summary>True while its thread exists.</summary>
    public bool IsRunning
    {
        get
        {
            lock (_open)
            {
                return _thread != null;
            }
        }
    }

    /// <summary>Follows something until <see cref="Ended"/>.</summary>
    public void Watch(ISupervised item)
    {
        lock (_open)
        {
            _open.Add(item);
            StartThread();
        }

        _wake.Set();
    }

    /// <summary>It has ended: follows it no more, and notifies its listener.</summary>
    public void Ended(ISupervised item)
    {
        lock (_open)
        {
            _open.Remove(item);
        }

        Notify(item);
    }

    /// <summary>There is something new for its listener.</summary>
    public void Notify(ISupervised item)
    {
        if (!item.HasListener)
        {
            return;
        }

        lock (_open)
        {
            if (!_news.Contains(item))
            {
                _news.Enqueue(item);
            }

            StartThread();
        }

        _wake.Set();
    }

    /// <summary>Ends all commands that are still open, and waits until the listeners know, but no longer than this.</summary>
    public void Stop(int timeoutMs)
    {
        Thread? thread;
        lock (_open)
        {
            _isStopping = true;
            thread = _thread;
        }

        _wake.Set();
        if (thread != null && thread != Thread.CurrentThread)
        {
            thread.Join(timeoutMs);
        }
    }

    /// <summary>With the lock held. The board has memory for a few threads only: without this one, workers still end commands at their deadlines.</summary>
    private void StartThread()
    {
        if (_thread != null)
        {
            return;
        }

        try
        {
            Thread thread = new Thread(Guard.Loop(_log, LogArea, Run));
            thread.Start();
            _thread = thread;
        }
        catch (Exception e)
        {
            if (e is ThreadAbortException)
            {
                throw;
            }

            _log.Warning(LogArea, "the hub has no thread left to supervise commands: " + e.Message);
        }
    }

    private void Run()
    {
        // A fault ended the last round: its command must end all the same. Once, as it may be the one that throws.
        ISupervised? late = _late;
        _late = null;
        late?.GiveUp(_isStopping);
        Heartbeat beat = _log.Heartbeats.Begin(LogArea);
        try
        {
            Serve(beat);
        }
        finally
        {
            beat.End();
        }
    }

    private void Serve(Heartbeat beat)
    {
        while (true)
        {
            ISupervised? notified = null;
            ISupervised? late = null;
            int waitMs = 0;
            lock (_open)
            {
                if (_news.Count > 0)
                {
                    notified = (ISupervised)_news.Dequeue()!;
                }
                else if (_isStopping && _open.Count == 0)
                {
                    _thread = null;
                    return;
                }
                else
                {
                    late = FindLate(out waitMs);
                }
            }

            if (notified != null)
            {
                beat.Beat("notifying of an end");
                Guard.Try(_log, notified.PrinterId, notified.NotifyListener);
            }
            else if (late != null)
            {
                beat.Beat("ending a late command");
                _late = late;
                late.GiveUp(_isStopping);
                _late = null;
            }
            else
            {
                beat.Beat("waiting");
                _clock.Wait(_wake, waitMs);
            }
        }
    }

    /// <summary>Takes out one whose time is over, or null. With the lock held.</summary>
    /// <param name="waitMs">How long there is none.</param>
    private ISupervised? FindLate(out int waitMs)
    {
        long nowMs = _clock.NowMs;
        long nextMs = long.MaxValue;
        for (int i = 0; i < _open.Count; i++)
        {
            ISupervised item = (ISupervised)_open[i]!;
            long dueMs = item.DueMs;
            if (dueMs <= nowMs || (_isStopping && dueMs < long.MaxValue))
            {
                _open.RemoveAt(i);
                waitMs = 0;
                return item;
            }

            nextMs = dueMs < nextMs ? dueMs : nextMs;
        }

        waitMs = nextMs - nowMs < int.MaxValue ? (int)(nextMs - nowMs) : int.MaxValue;
        return null;
    }
}
