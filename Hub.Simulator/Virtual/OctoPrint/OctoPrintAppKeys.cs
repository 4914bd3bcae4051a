using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Hub.Simulator.Virtual.OctoPrint;

/// <summary>The appkeys plugin: a client asks for a key, a person decides (docs/bundledplugins/appkeys.rst). Thread: any.</summary>
public sealed class OctoPrintAppKeys
{
    // octoprint/plugins/appkeys: POLL_TIMEOUT and CUTOFF_TIME.
    private const double StaleSeconds = 5;
    private const double CutoffSeconds = 600;
    private const int MaxPending = 64;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly string _prefix;
    private readonly List<Request> _requests = [];
    private readonly HashSet<string> _keys = [];
    private int _counter;

    internal OctoPrintAppKeys(TimeProvider time, string prefix)
    {
        _time = time;
        _prefix = prefix;
    }

    /// <summary>When set, a request is granted without a decision after this time, in ms.</summary>
    public int? AutoAcceptMs { get; set; }

    /// <summary>The requests that wait for a decision.</summary>
    public IReadOnlyList<(string App, string UserToken)> Pending
    {
        get
        {
            lock (_gate)
            {
                RemoveStale();
                return [.. _requests.Where(r => r.Key == null).Select(r => (r.App, r.UserToken))];
            }
        }
    }

    /// <summary>Grants or denies one request, or all pending ones without a token; false when there is none.</summary>
    public bool Decide(string? userToken, bool accept)
    {
        lock (_gate)
        {
            RemoveStale();
            List<Request> chosen = [.. _requests.Where(r => r.Key == null && (userToken == null || r.UserToken == userToken || r.AppToken == userToken))];
            foreach (Request request in chosen)
            {
                if (accept)
                {
                    Grant(request);
                }
                else
                {
                    _requests.Remove(request);
                }
            }

            return chosen.Count > 0;
        }
    }

    internal bool IsKey(string key)
    {
        lock (_gate)
        {
            return _keys.Contains(key);
        }
    }

    /// <summary>Stores a request and returns its polling token; null when too many are pending.</summary>
    internal string? Ask(string app)
    {
        lock (_gate)
        {
            RemoveStale();
            if (_requests.Count >= MaxPending)
            {
                return null;
            }

            _counter++;
            Request request = new(app, _prefix + "apptokenfakefakefakefakefake" + _counter.ToString("D4"), _prefix + "usertokenfakefakefakefakefak" + _counter.ToString("D4"), _time.GetTimestamp());
            _requests.Add(request);
            return request.AppToken;
        }
    }

    /// <summary>The outcome of a request: undecided, granted with its key (returned once), or unknown.</summary>
    internal (bool IsKnown, string? Key) Poll(string appToken)
    {
        lock (_gate)
        {
            RemoveStale();
            Request? request = _requests.Find(r => r.AppToken == appToken);
            if (request == null)
            {
                return (false, null);
            }

            request.Polled = _time.GetTimestamp();
            if (request.Key == null && AutoAcceptMs is { } wait && _time.GetElapsedTime(request.Created).TotalMilliseconds >= wait)
            {
                Grant(request);
            }

            if (request.Key != null)
            {
                _requests.Remove(request);
            }

            return (true, request.Key);
        }
    }

    private void Grant(Request request)
    {
        request.Key = _prefix + "issuedfakekeyissuedfakekey" + request.AppToken[^4..];
        _keys.Add(request.Key);
    }

    private void RemoveStale() => _requests.RemoveAll(r =>
        _time.GetElapsedTime(r.Polled).TotalSeconds > StaleSeconds || _time.GetElapsedTime(r.Created).TotalSeconds > CutoffSeconds);

    private sealed class Request(string app, string appToken, string userToken, long created)
    {
        public string App { get; } = app;

        public string AppToken { get; } = appToken;

        public string UserToken { get; } = userToken;

        public long Created { get; } = created;

        public long Polled { get; set; } = created;

        public string? Key { get; set; }
    }
}
