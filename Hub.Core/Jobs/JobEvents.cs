using System.Collections;

namespace Hub.Core.Jobs;

/// <summary>The events that one change of a record brings, numbered in order. Thread: one owner.</summary>
public sealed class JobEvents
{
    private readonly ArrayList _items = new ArrayList();
    private readonly long _firstId;

    /// <summary>An empty list.</summary>
    /// <param name="firstId">The id of the first event.</param>
    /// <param name="now">When they happened.</param>
    public JobEvents(long firstId, JobMoment now)
    {
        _firstId = firstId;
        Now = now;
    }

    /// <summary>When these events happened.</summary>
    public JobMoment Now { get; }

    /// <summary>How many there are.</summary>
    public int Count => _items.Count;

    /// <summary>The id of the next one to be added.</summary>
    public long NextId => _firstId + _items.Count;

    /// <summary>One of them.</summary>
    public JobEvent this[int index] => (JobEvent)_items[index]!;

    /// <summary>Adds an event of a printer, with its id; the caller fills in the rest.</summary>
    public JobEvent Add(JobRecord record, JobEventKind kind)
    {
        JobEvent item = new JobEvent
        {
            Id = NextId,
            PrinterId = record.PrinterId,
            Kind = kind,
        };
        item.SeenAt(Now);
        _items.Add(item);
        record.LastEventId = item.Id;
        return item;
    }
}
