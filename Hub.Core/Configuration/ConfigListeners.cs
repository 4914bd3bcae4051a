using System;
using System.Collections;
using System.Threading;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Text;

namespace Hub.Core.Configuration;

/// <summary>
/// Notifies listeners of changed documents: in order, never while a lock is held, and of each change at least once. A thread that
/// finds another one notifying leaves its change to that one, so a listener that waits for another editor cannot deadlock both.
/// Thread: any.
/// </summary>
internal sealed class ConfigListeners
{
    private readonly object _gate = new object();
    private readonly ArrayList _listeners = new ArrayList();
    private readonly ArrayList _pending = new ArrayList();
    private readonly Log _log;
    private bool _isNotifying;

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

    /// <summary>Notes a change for <see cref="Notify"/>. May be called under the editor's lock.</summary>
    public void Note(string documentKey)
    {
        lock (_gate)
        {
            // A document is read when its listener is notified: one note is enough.
            if (!_pending.Contains(documentKey))
            {
                _pending.Add(documentKey);
            }
        }
    }

    /// <summary>Notifies the listeners of what was noted, unless another thread is doing so.</summary>
    public void Notify()
    {
        string? key = Next(true);
        while (key != null)
        {
            foreach (object listener in Listeners())
            {
                NotifyOne((IConfigListener)listener, key);
            }

            key = Next(false);
        }
    }

    private string? Next(bool isFirst)
    {
        lock (_gate)
        {
            if (isFirst && _isNotifying)
            {
                return null;
            }

            _isNotifying = _pending.Count > 0;
            if (!_isNotifying)
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

    private void NotifyOne(IConfigListener listener, string key)
    {
        try
        {
            listener.ConfigChanged(key);
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            _log.Error(ConfigManager.LogArea, "the change of " + key + " was not applied: " + OneLine.Of(e.Message));
        }
    }
}
