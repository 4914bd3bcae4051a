using System.Collections;

namespace Hub.Core.Jobs;

/// <summary>The events that one change of a record brings, numbered in order. Thread: one owner.</summary>
public sealed class JobEvents
{
    private readonly ArrayList _items = new ArrayList();
    private readonly long _firstId;
    private readonly long _timeMs;

    /// <summary>An empty list.</summary>
    /// <param name="firstId">The id of the first event.</param>
    /// <param name="timeMs">When they happened, in Unix ms (UTC); 0 while the clock is not set.</param>
    public JobEvents(long firstId, long timeMs)
    {
        _firstId = firstId;
        _timeMs = timeMs;
    }

    /// <summary>The time of these events, in Unix ms (UTC); 0 while the clock is not set.</summary>
    public long TimeMs => _timeMs;

    /// <summary>How many there are.</summary>
    public int Count => _items.Count;

    /// <summary>One of them.</summary>
    public JobEvent this[int index] => (JobEvent)_items[index]!;

    /// <summary>Adds an event of a printer, with its id; the caller fills in the rest.</summary>
    public JobEvent Add(JobRecord record, JobEventKind kind)
    {
        JobEvent item = new JobEvent
        {
            Id = _firstId + _items.Count,
            TimeMs = _timeMs,
            PrinterId = record.PrinterId,
            Kind = kind,
        };
        _items.Add(item);
        record.LastEventId = item.Id;
        return item;
    }
}
