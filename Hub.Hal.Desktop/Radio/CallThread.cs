using System;
using System.Collections.Generic;
using System.Threading;
using Hub.Core.Logging;

namespace Hub.Hal.Desktop;

/// <summary>A thread that makes calls, one after the other. Thread: any. Ownership: disposed of by who made it.</summary>
internal sealed class CallThread : IDisposable
{
    private readonly object _gate = new();
    private readonly Queue<Action> _calls = new();
    private readonly string _name;
    private Thread? _thread;
    private bool _isEnded;

    /// <summary>Makes it; the thread begins with the first call.</summary>
    public CallThread(string name)
    {
        _name = name;
    }

    /// <summary>True on the thread itself.</summary>
    public bool IsCurrent => Thread.CurrentThread == _thread;

    /// <summary>Has a call made after those that wait. What it throws is dropped. Returns at once.</summary>
    public void Post(Action call)
    {
        lock (_gate)
        {
            if (_isEnded)
            {
                return;
            }

            _calls.Enqueue(call);
            Monitor.Pulse(_gate);
            if (_thread == null)
            {
                _thread = new Thread(Guard.Loop(null, _name, Run)) { IsBackground = true, Name = _name };
                _thread.Start();
            }
        }
    }

    /// <summary>Makes no more calls. Does not wait for the one under way.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isEnded = true;
            _calls.Clear();
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        while (Next() is Action call)
        {
            Guard.Try(null, _name, new ThreadStart(call));
        }
    }

    private Action? Next()
    {
        lock (_gate)
        {
            while (_calls.Count == 0 && !_isEnded)
            {
                Monitor.Wait(_gate);
            }

            return _isEnded ? null : _calls.Dequeue();
        }
    }
}
