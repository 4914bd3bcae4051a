using Hub.Core.Errors;

namespace Hub.Core.Jobs;

/// <summary>Takes the pending start out of the record, with the event that says what became of it. Done again, it changes nothing.</summary>
internal sealed class StartOutcomeChange
{
    private readonly StartMachine _machine;
    private readonly string _file;
    private readonly string? _job;
    private readonly string? _jobKey;
    private readonly string? _cause;
    private readonly bool _wasStored;
    private readonly bool _isRecorded;

    /// <summary>Makes the change.</summary>
    /// <param name="machine">The start, with its outcome.</param>
    /// <param name="file">The file's name, safe to show.</param>
    /// <param name="job">The name of the job that has begun, or null.</param>
    /// <param name="jobKey">Its key, or null.</param>
    /// <param name="cause">Why it failed, in words without secrets, or null.</param>
    /// <param name="wasStored">True when the record had it as pending.</param>
    /// <param name="isRecorded">True when the log says already that its job began: only the record does not know.</param>
    public StartOutcomeChange(StartMachine machine, string file, string? job, string? jobKey, string? cause, bool wasStored, bool isRecorded)
    {
        _machine = machine;
        _file = file;
        _job = job;
        _jobKey = jobKey;
        _cause = cause;
        _wasStored = wasStored;
        _isRecorded = isRecorded;
    }

    public bool Do(JobRecord record, JobEvents events)
    {
        bool isPending = record.PendingStart != null && record.PendingStart.IsSame(_machine.Start);
        if (_wasStored && !isPending)
        {
            // The tracker saw its job begin, or an earlier try got as far as that: the event is there. What is pending now is another start.
            return false;
        }

        record.PendingStart = isPending ? null : record.PendingStart;
        if (_isRecorded)
        {
            return true;
        }

        if (_machine.Error == null)
        {
            StartedJob.Record(record, events, _machine.Start, _job ?? _file, _jobKey);
            return true;
        }

        JobEvent item = events.Add(record, JobEventKind.Failed);
        item.Job = _file;
        item.CommandId = _machine.Start.CommandId;
        item.Code = ErrorCodes.Name(_machine.Error.Code);
        item.Cause = _cause;
        return true;
    }
}
