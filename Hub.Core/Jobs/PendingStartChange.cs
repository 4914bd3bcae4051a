namespace Hub.Core.Jobs;

/// <summary>Writes the pending start into the record: a new one, or how far it has got. Done again, it changes nothing. Thread: one owner.</summary>
internal sealed class PendingStartChange
{
    private readonly PendingStart _start;
    private readonly bool _isNew;

    /// <summary>Makes the change.</summary>
    /// <param name="start">The start.</param>
    /// <param name="isNew">False for one that was stored before.</param>
    public PendingStartChange(PendingStart start, bool isNew)
    {
        _start = start;
        _isNew = isNew;
    }

    /// <summary>
    /// True after <see cref="Do"/> when the record has the start no more: its job was seen to begin, which is recorded. Written again, it would get a
    /// second outcome.
    /// </summary>
    public bool IsOver { get; private set; }

    public bool Do(JobRecord record, JobEvents events)
    {
        IsOver = !_isNew && (record.PendingStart == null || !record.PendingStart.IsSame(_start));
        if (IsOver)
        {
            return false;
        }

        if (_start.Phase == StartPhase.Sent && _start.FirstEventId == 0)
        {
            _start.FirstEventId = events.NextId;
        }

        record.PendingStart = _start;
        return true;
    }
}
