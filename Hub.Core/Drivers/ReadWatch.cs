using System;
using System.Collections;
using System.Threading;
using Hub.Core.Hal;
using Hub.Core.Logging;

namespace Hub.Core.Drivers;

/// <summary>
/// One thread that looks at all connections whose owners sleep until something arrives: a small device has no call that waits for several sockets, or for a
/// socket and an event, and each owner would have to wake up many times a second by itself. The thread begins with the first connection and ends when there
/// was none for a while. Thread: any.
/// </summary>
internal sealed class ReadWatch
{
    /// <summary>Time between two looks, in ms: what arrives waits for half of it on average.</summary>
    public const int LookMs = 100;

    /// <summary>How long the thread stays without a connection to look at, in ms.</summary>
    private const int IdleMs = 5000;

    private readonly IClock _clock;
    private readonly ArrayList _streams = new ArrayList();
    private readonly AutoResetEvent _hasStream = new AutoResetEvent(false);
    private bool _isRunning;

    /// <summary>Makes it; no thread runs yet.</summary>
    public ReadWatch(IClock clock)
    {
        _clock = clock;
    }

    /// <summary>Connections that are watched.</summary>
    public int Count
    {
        get
        {
            lock (_streams)
            {
                return _streams.Count;
            }
        }
    }

    /// <summary>Watches a connection until something has arrived.</summary>
    public void Add(RawStream stream)
    {
        lock (_streams)
        {
            if (!_streams.Contains(stream))
            {
                _streams.Add(stream);
            }

            _isRunning = _isRunning || TryStartThread();
        }

        _hasStream.Set();
    }

    /// <summary>The connection is closed.</summary>
    public void Remove(RawStream stream)
    {
        lock (_streams)
        {
            _streams.Remove(stream);
        }
    }

    /// <summary>Looks at all of them once.</summary>
    internal void Look()
    {
        lock (_streams)
        {
            for (int i = _streams.Count - 1; i >= 0; i--)
            {
                if (((RawStream)_streams[i]!).Look())
                {
                    _streams.RemoveAt(i);
                }
            }
        }
    }

    /// <summary>The board has memory for a few threads only: without this one, owners notice what arrives when they wake up by themselves.</summary>
    private bool TryStartThread()
    {
        try
        {
            new Thread(Guard.Loop(null, "sockets", Run)).Start();
            return true;
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception)
        {
            return false;
        }
    }

    private void Run()
    {
        while (true)
        {
            Look();
            if (Count > 0)
            {
                _clock.Sleep(LookMs);
            }
            else if (!_hasStream.WaitOne(IdleMs, false) && HasEnded())
            {
                return;
            }
        }
    }

    private bool HasEnded()
    {
        lock (_streams)
        {
            _isRunning = _streams.Count > 0;
            return !_isRunning;
        }
    }
}
