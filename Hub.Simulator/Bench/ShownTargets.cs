using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;

namespace Hub.Simulator.Bench;

/// <summary>The bed target that each printer got during an outage, and when a subscriber of the cloud saw it. Thread: any.</summary>
internal sealed class ShownTargets
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _wanted = [];
    private readonly Dictionary<string, long> _seen = [];

    /// <summary>How many are seen.</summary>
    public int Seen
    {
        get
        {
            lock (_gate)
            {
                return _seen.Count;
            }
        }
    }

    /// <summary>A printer gets a new target; what was seen of it no longer counts.</summary>
    public void Want(string printer, int target)
    {
        lock (_gate)
        {
            _wanted[printer] = target;
            _seen.Remove(printer);
        }
    }

    /// <summary>The cloud shows a target.</summary>
    public void Show(string printer, double target, long timestamp)
    {
        lock (_gate)
        {
            if (_wanted.TryGetValue(printer, out int wanted) && wanted == target)
            {
                _seen.TryAdd(printer, timestamp);
            }
        }
    }

    /// <summary>Seconds from a moment until all of some printers were seen; null when one was not.</summary>
    public double? SecondsSince(long start, IEnumerable<string> printers)
    {
        lock (_gate)
        {
            long last = start;
            foreach (string printer in printers)
            {
                if (!_seen.TryGetValue(printer, out long at))
                {
                    return null;
                }

                last = at > last ? at : last;
            }

            return Stopwatch.GetElapsedTime(start, last).TotalSeconds;
        }
    }
}
