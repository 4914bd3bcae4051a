using Hub.Core.Errors;
using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <summary>
/// Whether a start that was sent may still show its effect, so that no second one is sent: not by the worker of a changed
/// configuration, which takes over this object, and not by another process or after a restart, which find it in the storage.
/// One for each printer. Thread: any.
/// </summary>
internal sealed class StartDoubt
{
    /// <summary>
    /// A start stays in doubt at least this long: an H2D Pro takes 80 to 210 s from project_file to PREPARE, and a second start
    /// ends the first job on an A1 mini (maziggy/bambuddy services/print_scheduler.py and its issue 2598).
    /// </summary>
    public const int LeastMs = 300000;

    private readonly object _lock = new object();
    private readonly OpenStarts? _stored;
    private readonly PrinterConfig? _printer;
    private PrinterCommand? _start;
    private bool _isOpen;
    private long _untilMs;

    /// <summary>One that is known in this process alone.</summary>
    public StartDoubt()
    {
    }

    /// <summary>One that outlives this process.</summary>
    public StartDoubt(OpenStarts stored, PrinterConfig printer)
    {
        _stored = stored;
        _printer = printer;
    }

    /// <summary>Finds the start that another process sent, or this one before a restart.</summary>
    public void Load(long nowMs)
    {
        lock (_lock)
        {
            TryLoad(nowMs);
        }
    }

    /// <summary>The refusal of a start while another one is neither seen nor past its time.</summary>
    public static HubException Refusal() => new HubException(
        ErrorCode.WrongState, "an earlier start was sent and the printer has not shown it yet: check the printer, or wait some minutes");

    /// <summary>Notes a start that is about to be sent; false when another one is neither seen nor past its time.</summary>
    public bool TryBegin(PrinterCommand start, long nowMs)
    {
        lock (_lock)
        {
            bool isAgain = _isOpen && _start == start;
            if (!isAgain && ((_isOpen && _untilMs > nowMs) || TryLoad(nowMs)))
            {
                return false;
            }

            _start = start;
            _isOpen = true;
            _untilMs = nowMs + LeastMs > start.DeadlineMs ? nowMs + LeastMs : start.DeadlineMs;
            if (!isAgain && _stored != null)
            {
                _stored.Remember(_printer!, (int)(_untilMs - nowMs));
            }

            return true;
        }
    }

    /// <summary>True while a start is neither seen nor past its time.</summary>
    public bool IsOpen(long nowMs)
    {
        lock (_lock)
        {
            return _isOpen && _untilMs > nowMs;
        }
    }

    /// <summary>The printer was seen at work, so what was sent has come true or is overtaken.</summary>
    public void Settle()
    {
        lock (_lock)
        {
            Close();
        }
    }

    /// <summary>The outcome of this start is known. Nothing happens when it is not the one that was noted.</summary>
    public void End(PrinterCommand start)
    {
        lock (_lock)
        {
            if (_start == start)
            {
                Close();
            }
        }
    }

    private bool TryLoad(long nowMs)
    {
        int leftMs = _isOpen || _stored == null ? 0 : _stored.LeftMs(_printer!, LeastMs);
        if (leftMs <= 0)
        {
            return false;
        }

        _start = null;
        _isOpen = true;
        _untilMs = nowMs + leftMs;
        return true;
    }

    private void Close()
    {
        if (_isOpen && _stored != null)
        {
            _stored.Forget(_printer!);
        }

        _isOpen = false;
        _start = null;
    }
}
