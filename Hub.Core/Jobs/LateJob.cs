using Hub.Core.Printers;

namespace Hub.Core.Jobs;

/// <summary>
/// When a job's begin and end were first shown, while the storage fails: their events get these times once they can be recorded. Thread: one owner.
/// </summary>
internal sealed class LateJob
{
    private int _number;
    private JobMoment? _began;
    private JobMoment? _ended;

    /// <summary>A report with news could not be recorded.</summary>
    /// <param name="status">The report.</param>
    /// <param name="phase">What it says of the job.</param>
    /// <param name="now">Now.</param>
    public void Note(PrinterStatus status, JobPhase phase, JobMoment now)
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
            _began = _began ?? now;
            _ended = null;
        }
        else
        {
            _ended = _ended ?? now;
        }
    }

    /// <summary>All that was shown is recorded.</summary>
    public void Forget() => _began = _ended = null;

    /// <summary>When a job was first shown; null when it is recorded at once.</summary>
    public JobMoment? Began(int number) => number == _number ? _began : null;

    /// <summary>The same of its end.</summary>
    public JobMoment? Ended(int number) => number == _number ? _ended : null;
}
