namespace Hub.Core.Manager;

/// <summary>
/// Whether a start that was sent may still show its effect, so that no second one is sent. One for each printer: the
/// worker of a changed configuration takes over that of the worker before. Thread: any.
/// </summary>
internal sealed class StartDoubt
{
    private readonly object _lock = new object();
    private PrinterCommand? _start;

    /// <summary>Notes a start that is about to be sent; false when another one is neither seen nor past its time.</summary>
    public bool TryBegin(PrinterCommand start, long nowMs)
    {
        lock (_lock)
        {
            if (_start != null && _start.DeadlineMs > nowMs)
            {
                return false;
            }

            _start = start;
            return true;
        }
    }

    /// <summary>True while a start is neither seen nor past its time.</summary>
    public bool IsOpen(long nowMs)
    {
        lock (_lock)
        {
            return _start != null && _start.DeadlineMs > nowMs;
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
