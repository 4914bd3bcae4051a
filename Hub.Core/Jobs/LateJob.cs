using Hub.Core.Printers;

namespace Hub.Core.Jobs;

/// <summary>
/// When a job's begin and end were first shown, while the storage fails: their events get these times once they can be recorded. Thread: one owner.
/// </summary>
internal sealed class LateJob
{
    private int _number;
    private long _beganMs;
    private long _endedMs;

    /// <summary>A report with news could not be recorded.</summary>
    /// <param name="status">The report.</param>
    /// <param name="phase">What it says of the job.</param>
    /// <param name="nowMs">Now in Unix ms (UTC), 0 when it is not known.</param>
    public void Note(PrinterStatus status, JobPhase phase, long nowMs)
    {
        if (phase == JobPhase.Silent)
        {
            return;
        }

        if (status.JobNumber != _number)
        {
            Forget();
            _number = status.JobNumber;
        }

        if (phase == JobPhase.Running)
        {
            _beganMs = _beganMs == 0 ? nowMs : _beganMs;
            _endedMs = 0;
        }
        else
        {
            _endedMs = _endedMs == 0 ? nowMs : _endedMs;
        }
    }

    /// <summary>All that was shown is recorded.</summary>
    public void Forget() => _beganMs = _endedMs = 0;

    /// <summary>When a job was first shown, in Unix ms (UTC); 0 when it is recorded at once, or not known.</summary>
    public long BeganMs(int number) => number == _number ? _beganMs : 0;

    /// <summary>The same of its end.</summary>
    public long EndedMs(int number) => number == _number ? _endedMs : 0;
}
