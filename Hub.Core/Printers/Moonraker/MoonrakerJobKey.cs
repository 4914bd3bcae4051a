using Hub.Core.Hal;

namespace Hub.Core.Printers.Moonraker;

/// <summary>
/// The key of Klipper's job: its file, and when it began by print_stats' total_duration, which also runs while it is paused. Moonraker's history has an
/// id, but only where it is kept, and it would have to be asked for. Built once for each job. Thread: one owner.
/// </summary>
internal sealed class MoonrakerJobKey
{
    private readonly IClock _clock;
    private readonly MoonrakerReport _report;
    private readonly MoonrakerStateRules _rules;
    private int _number;
    private string? _key;

    public MoonrakerJobKey(IClock clock, MoonrakerReport report, MoonrakerStateRules rules)
    {
        _clock = clock;
        _report = report;
        _rules = rules;
    }

    /// <summary>The key of the job that Klipper shows, or showed last; null before the first.</summary>
    public string? Present()
    {
        if (_rules.JobNumber != _number)
        {
            _number = _rules.JobNumber;
            _key = JobKeys.Timed(_report.FileName ?? "", BeganSeconds());
        }

        return _key;
    }

    private long BeganSeconds()
    {
        bool isRunning = _report.Print == KlipperPrint.Printing || _report.Print == KlipperPrint.Paused;
        if (!isRunning || !(0 <= _report.TotalDuration) || !_clock.IsUtcSynced)
        {
            return 0;
        }

        return UnixTime.NowSeconds(_clock) - (long)_report.TotalDuration;
    }
}
