using System;
using System.Collections;
using System.Threading;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Text;

namespace Hub.Core.Configuration;

/// <summary>
/// Tells listeners which documents changed: in order, never while a lock is held, and each change at least once. Whoever
/// finds another thread telling leaves his change to it, so a listener that waits for another editor cannot lock both up.
/// Thread: any.
/// </summary>
internal sealed class ConfigListeners
{
    private readonly object _gate = new object();
    private readonly ArrayList _listeners = new ArrayList();
    private readonly ArrayList _pending = new ArrayList();
    private readonly Log _log;
    private bool _isTelling;

    public ConfigListeners(Log log)
    {
        _log = log;
    }

    public void Add(IConfigListener listener)
    {
        lock (_gate)
        {
            _listeners.Add(listener);
        }
    }

    public void Remove(IConfigListener listener)
    {
        lock (_gate)
        {
            _listeners.Remove(listener);
        }
    }

    /// <summary>Notes a change; <see cref="Tell"/> tells it. May be called under the editor's lock.</summary>
    public void Note(string documentKey)
    {
        lock (_gate)
        {
            // What waits to be told is read when it is told: once is enough.
            if (!_pending.Contains(documentKey))
            {
                _pending.Add(documentKey);
            }
        }
    }

    /// <summary>Tells what was noted, unless another thread is at it.</summary>
    public void Tell()
    {
        string? key = Next(true);
        while (key != null)
        {
            foreach (object listener in Listeners())
            {
                TellOne((IConfigListener)listener, key);
            }

            key = Next(false);
        }
    }

    private string? Next(bool isFirst)
    {
        lock (_gate)
        {
            if (isFirst && _isTelling)
            {
                return null;
            }

            _isTelling = _pending.Count > 0;
            if (!_isTelling)
            {
                return null;
            }

            string key = (string)_pending[0]!;
            _pending.RemoveAt(0);
            return key;
        }
    }

    private object[] Listeners()
    {
        lock (_gate)
        {
            return _listeners.ToArray();
        }
    }

    private void TellOne(IConfigListener listener, string key)
    {
        try
        {
            listener.ConfigChanged(key);
        }
        catch (Exception e) when (e is not ThreadAbortException)
        {
            _log.Error(ConfigManager.LogArea, "the change of " + key + " was not taken up: " + OneLine.Of(e.Message));
        }
    }
}
