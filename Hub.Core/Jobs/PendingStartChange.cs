namespace Hub.Core.Jobs;

/// <summary>Writes the pending start into the record.</summary>
internal sealed class PendingStartChange
{
    private readonly PendingStart _start;

    public PendingStartChange(PendingStart start)
    {
        _start = start;
    }

    public bool Do(JobRecord record, JobEvents events)
    {
        record.PendingStart = _start;
        return true;
    }
}
