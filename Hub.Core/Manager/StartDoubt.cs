namespace Hub.Core.Manager;

/// <summary>
/// Whether a start that was sent may still show its effect, so that no second one is sent. One for each printer: the
/// worker of a changed configuration takes over that of the worker before. Thread: any.
/// </summary>
internal sealed class StartDoubt
{
    /// <summary>
    /// A start stays in doubt at least this long: an H2D Pro takes 80 to 210 s from project_file to PREPARE, and a second start
    /// ends the first job on an A1 mini (bambuddy services/print_scheduler.py, issue 2598).
    /// </summary>
    public const int LeastMs = 300000;

    private readonly object _lock = new object();
    private PrinterCommand? _start;
    private long _untilMs;

    /// <summary>Notes a start that is about to be sent; false when another one is neither seen nor past its time.</summary>
    public bool TryBegin(PrinterCommand start, long nowMs)
    {
        lock (_lock)
        {
            if (_start != null && _start != start && _untilMs > nowMs)
            {
                return false;
            }

            _start = start;
            _untilMs = nowMs + LeastMs > start.DeadlineMs ? nowMs + LeastMs : start.DeadlineMs;
            return true;
        }
    }

    /// <summary>True while a start is neither seen nor past its time.</summary>
    public bool IsOpen(long nowMs)
    {
        lock (_lock)
        {
            return _start != null && _untilMs > nowMs;
        }
    }

    /// <summary>The printer was seen at work, so what was sent has come true or is overtaken.</summary>
    public void Settle()
    {
        lock (_lock)
        {
            _start = null;
        }
    }

    /// <summary>The outcome of this start is known. Nothing happens when it is not the one that was noted.</summary>
    public void End(PrinterCommand start)
    {
        lock (_lock)
        {
            if (_start == start)
            {
                _start = null;
            }
        }
    }
}
