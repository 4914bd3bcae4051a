using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Text;

namespace Hub.Core.Jobs;

/// <summary>
/// The head of the job log: which log it is, how it is divided, its first and last segment, how far it is acknowledged. Immutable. Segment n holds the events
/// n * E + 1 to (n + 1) * E and is stored under the key n modulo the number of segments.
/// </summary>
internal sealed class JobLogHead
{
    private const string Key = "head";
    private const byte FormatVersion = 1;

    private const int SegmentEventsTag = 1;
    private const int SegmentsTag = 2;
    private const int FirstTag = 3;
    private const int LastTag = 4;
    private const int AckedTag = 5;
    private const int DroppedTag = 6;
    private const int LogIdTag = 7;

    private const int LogIdBytes = 8;

    private int _segmentEvents;
    private int _segments;

    /// <summary>The head of an empty log.</summary>
    public JobLogHead(int capacity, int segmentEvents)
    {
        _segmentEvents = segmentEvents;

        // One more than the capacity needs, since the newest segment may hold one event.
        _segments = ((capacity + segmentEvents - 1) / segmentEvents) + 1;
    }

    private JobLogHead()
    {
    }

    /// <summary>Number of the newest segment.</summary>
    public long Last { get; private set; }

    /// <summary>The event up to which all are acknowledged.</summary>
    public long AckedId { get; private set; }

    /// <summary>Events that had to go before they were acknowledged.</summary>
    public long Dropped { get; private set; }

    /// <summary>
    /// Tells this log from the one that the hub had before it was reset: 16 random hex digits. Null for a log that was begun by a version without
    /// them, and keeps that for as long as it lasts: a cloud has its events under no id.
    /// </summary>
    public string? LogId { get; private set; }

    /// <summary>False for a log that does not exist yet.</summary>
    public bool IsStored { get; private set; }

    /// <summary>Id of the first event of the oldest segment.</summary>
    public long FirstId => (First * _segmentEvents) + 1;

    private long First { get; set; }

    /// <summary>The stored head; null when there is none. Errors: <see cref="ErrorCode.StorageFailed"/>.</summary>
    public static JobLogHead? Read(INvs nvs)
    {
        byte[]? stored = nvs.Read(NvsNamespaces.JobLog, Key);
        if (stored == null)
        {
            return null;
        }

        JobLogHead? head = stored.Length > 0 && stored[0] == FormatVersion ? Read(new FieldReader(stored, 1, stored.Length - 1)) : null;
        if (head == null)
        {
            throw new HubException(ErrorCode.StorageFailed, "the stored job log was written by another version of the hub: 'factory-reset' forgets it");
        }

        return head;
    }

    /// <summary>A head from its fields; null when they are none.</summary>
    public static JobLogHead? Read(FieldReader fields)
    {
        JobLogHead head = new JobLogHead { IsStored = true };
        while (fields.Next())
        {
            head.Take(fields);
        }

        return head._segmentEvents > 0 && head._segments > 0 ? head : null;
    }

    /// <summary>
    /// The head as the newest segment knows it, when the stored one is damaged; null when there is no segment either. Some acknowledged
    /// events then count as not acknowledged. Reads every segment.
    /// </summary>
    public static JobLogHead? Rebuild(INvs nvs)
    {
        JobLogHead? newest = null;
        string[] keys = nvs.Keys(NvsNamespaces.JobLog);
        for (int i = 0; i < keys.Length; i++)
        {
            byte[]? segment = keys[i] == Key || nvs.ReadDamaged(NvsNamespaces.JobLog, keys[i]) != null ? null : nvs.Read(NvsNamespaces.JobLog, keys[i]);
            JobLogHead? head = segment == null ? null : JobLogSegment.HeadOf(segment);
            if (head != null && (newest == null || head.Last > newest.Last))
            {
                newest = head;
            }
        }

        return newest;
    }

    /// <summary>True when the stored head cannot be read any more.</summary>
    public static bool IsDamaged(INvs nvs) => nvs.ReadDamaged(NvsNamespaces.JobLog, Key) != null;

    public void Write(INvs nvs)
    {
        FieldWriter fields = new FieldWriter(64);
        fields.Append(new byte[] { FormatVersion }, 0, 1);
        Write(fields);
        nvs.Write(NvsNamespaces.JobLog, Key, fields.ToArray());
        IsStored = true;
    }

    public void Write(FieldWriter fields)
    {
        fields.Put(SegmentEventsTag, _segmentEvents);
        fields.Put(SegmentsTag, _segments);
        fields.Put(FirstTag, First);
        fields.Put(LastTag, Last);
        fields.Put(AckedTag, AckedId);
        fields.Put(DroppedTag, Dropped);
        fields.Put(LogIdTag, LogId);
    }

    /// <summary>The segment that an event is in.</summary>
    public long NumberOf(long id) => (id - 1) / _segmentEvents;

    /// <summary>Id of a segment's last event when it is full.</summary>
    public long EndOf(long number) => (number + 1) * _segmentEvents;

    /// <summary>The storage key of a segment.</summary>
    public string KeyOf(long number) => "s" + (number % _segments).ToString();

    /// <summary>The head with a new, empty newest segment, which takes the place of the oldest when the ring is full.</summary>
    public JobLogHead RolledOver()
    {
        JobLogHead head = Copy();
        head.Last = Last + 1;
        if (head.Last - First >= _segments)
        {
            head.First = head.Last - _segments + 1;
            long from = AckedId > FirstId - 1 ? AckedId : FirstId - 1;
            long lost = EndOf(head.First - 1) - from;
            head.Dropped += lost > 0 ? lost : 0;
        }

        return head;
    }

    /// <summary>The head of a log that begins now.</summary>
    public JobLogHead Named(ISystem entropy)
    {
        byte[] random = new byte[LogIdBytes];
        entropy.FillRandom(random);
        JobLogHead head = Copy();
        head.LogId = HexText.Of(random);
        return head;
    }

    /// <summary>The head with another acknowledged event.</summary>
    public JobLogHead Acknowledged(long id)
    {
        JobLogHead head = Copy();
        head.AckedId = id;
        return head;
    }

    private JobLogHead Copy() => new JobLogHead
    {
        _segmentEvents = _segmentEvents,
        _segments = _segments,
        First = First,
        Last = Last,
        AckedId = AckedId,
        Dropped = Dropped,
        LogId = LogId,
        IsStored = IsStored,
    };

    private void Take(FieldReader fields)
    {
        switch (fields.Tag)
        {
            case SegmentEventsTag:
                _segmentEvents = (int)fields.Number;
                break;
            case SegmentsTag:
                _segments = (int)fields.Number;
                break;
            case FirstTag:
                First = fields.Number;
                break;
            case LastTag:
                Last = fields.Number;
                break;
            case AckedTag:
                AckedId = fields.Number;
                break;
            case DroppedTag:
                Dropped = fields.Number;
                break;
            case LogIdTag:
                LogId = fields.Text;
                break;
        }
    }
}
