using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Core.Jobs;

/// <summary>
/// The durable log of events: a ring of segments in the hub's storage. An append rewrites one small segment, and storage writes are atomic,
/// so a power cut at any moment loses at most the events being written. A segment's number follows from an event's id, and the other way round.
/// Thread: the owner of <see cref="JobStore"/>'s lock. Errors: those of <see cref="INvs"/>; what is stored stays as it was.
/// </summary>
internal sealed class JobLog
{
    private readonly INvs _nvs;
    private readonly int _capacity;
    private readonly int _segmentEvents;
    private readonly ISystem _entropy;
    private JobLogHead? _head;
    private byte[]? _tail;
    private long _lastId;

    /// <summary>Makes a log on a storage; nothing is read yet.</summary>
    /// <param name="nvs">The storage.</param>
    /// <param name="capacity">Events that are kept at least.</param>
    /// <param name="segmentEvents">Events in a segment, for a log that does not exist yet.</param>
    /// <param name="entropy">Where a log that begins gets its id from.</param>
    public JobLog(INvs nvs, int capacity, int segmentEvents, ISystem entropy)
    {
        _nvs = nvs;
        _capacity = capacity;
        _segmentEvents = segmentEvents;
        _entropy = entropy;
    }

    /// <summary>Id of the oldest event that is kept; one above <see cref="LastId"/> when there is none.</summary>
    public long FirstId => Head.FirstId > _lastId ? _lastId + 1 : Head.FirstId;

    /// <summary>Id of the newest event; 0 before the first.</summary>
    public long LastId => _lastId;

    /// <summary>The event up to which all are acknowledged.</summary>
    public long AckedId => Head.AckedId;

    /// <summary>Events that had to go before they were acknowledged.</summary>
    public long Dropped => Head.Dropped;

    /// <summary>Which log it is; null before its first event, and for one that was begun by a version without ids.</summary>
    public string? LogId => Head.LogId;

    private JobLogHead Head => _head!;

    /// <summary>Reads head and newest segment: another process may have appended. Call it first, and after taking the lock.</summary>
    public void Refresh()
    {
        JobLogHead? head = ReadHead();
        if (head == null)
        {
            _head = new JobLogHead(_capacity, _segmentEvents);
            _tail = null;
            _lastId = 0;
            return;
        }

        _head = head;
        ReadTail();
    }

    /// <summary>Appends events that are numbered from <see cref="LastId"/> + 1 on.</summary>
    public void Append(ArrayList events)
    {
        int next = 0;
        while (next < events.Count)
        {
            JobLogHead head = PrepareTail();
            long room = head.EndOf(head.Last) - _lastId;
            int count = events.Count - next > room ? (int)room : events.Count - next;
            byte[] segment = JobLogSegment.Extended(_tail, head, events, next, count);
            _nvs.Write(NvsNamespaces.JobLog, head.KeyOf(head.Last), segment);
            _tail = segment;
            _lastId += count;
            next += count;
        }
    }

    /// <summary>The events from an id on, oldest first, at most <paramref name="max"/>. The array is the caller's.</summary>
    public JobEvent[] Read(long fromId, int max)
    {
        ArrayList found = new ArrayList();
        long id = fromId > FirstId ? fromId : FirstId;
        while (id <= _lastId && found.Count < max)
        {
            long number = Head.NumberOf(id);
            byte[]? segment = number == Head.Last ? _tail : ReadSegment(number);
            if (segment != null)
            {
                JobLogSegment.Collect(segment, id, max, found);
            }

            id = Head.EndOf(number) + 1;
        }

        JobEvent[] events = new JobEvent[found.Count];
        found.CopyTo(events);
        return events;
    }

    /// <summary>Acknowledges all events up to this one: they may go when their space is needed. An older one changes nothing.</summary>
    public void Ack(long upToId)
    {
        long acked = upToId > _lastId ? _lastId : upToId;
        if (acked > Head.AckedId)
        {
            JobLogHead head = Head.Acknowledged(acked);
            head.Write(_nvs);
            _head = head;
        }
    }

    /// <summary>Writes the times of a boot's events that have none, segment by segment. Cut short, it is done again or some stay without.</summary>
    public void Date(BootDates boot)
    {
        long first = boot.FirstUndatedId > FirstId ? boot.FirstUndatedId : FirstId;
        for (long number = Head.NumberOf(first); number <= Head.Last; number++)
        {
            byte[]? segment = number == Head.Last ? _tail : ReadSegment(number);
            byte[]? dated = segment == null ? null : JobLogSegment.Dated(segment, boot);
            if (dated != null)
            {
                _nvs.Write(NvsNamespaces.JobLog, Head.KeyOf(number), dated);
                _tail = number == Head.Last ? dated : _tail;
            }
        }
    }

    private JobLogHead? ReadHead()
    {
        HubException failure;
        try
        {
            return JobLogHead.Read(_nvs);
        }
        catch (HubException e)
        {
            failure = e;
        }

        if (!JobLogHead.IsDamaged(_nvs))
        {
            throw failure;
        }

        return JobLogHead.Rebuild(_nvs);
    }

    /// <summary>A segment with room for an event. The head goes first: it then names a segment that is not there, which is an empty one.</summary>
    private JobLogHead PrepareTail()
    {
        JobLogHead head = Head;
        if (!head.IsStored)
        {
            RemoveLeftovers();
            head = head.Named(_entropy);
            head.Write(_nvs);
            _head = head;
        }
        else if (_lastId == head.EndOf(head.Last))
        {
            head = head.RolledOver();
            head.Write(_nvs);
            _head = head;
            _tail = null;
        }

        return head;
    }

    /// <summary>What a factory reset that was cut short left behind must not come back as events.</summary>
    private void RemoveLeftovers()
    {
        string[] keys = _nvs.Keys(NvsNamespaces.JobLog);
        for (int i = 0; i < keys.Length; i++)
        {
            _nvs.Delete(NvsNamespaces.JobLog, keys[i]);
        }
    }

    private void ReadTail()
    {
        long number = Head.Last;
        _tail = null;
        _lastId = Head.EndOf(number - 1);
        try
        {
            byte[]? segment = _nvs.Read(NvsNamespaces.JobLog, Head.KeyOf(number));
            if (segment != null && JobLogSegment.NumberOf(segment) == number)
            {
                _tail = segment;
                _lastId = JobLogSegment.LastId(segment, _lastId);
            }
        }
        catch (HubException)
        {
            // Its events are lost, but none of its ids is used again.
            _lastId = Head.EndOf(number);
        }
    }

    /// <summary>Null for a segment that is damaged, or that another process has overwritten by now.</summary>
    private byte[]? ReadSegment(long number)
    {
        try
        {
            byte[]? segment = _nvs.Read(NvsNamespaces.JobLog, Head.KeyOf(number));
            return segment != null && JobLogSegment.NumberOf(segment) == number ? segment : null;
        }
        catch (HubException)
        {
            return null;
        }
    }
}
