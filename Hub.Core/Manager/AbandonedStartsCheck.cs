using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Jobs;
using Hub.Core.Logging;

namespace Hub.Core.Manager;

/// <summary>Checks once, some minutes from now, whether a start was left pending by a printer that is gone. Thread: the supervisor's.</summary>
internal sealed class AbandonedStartsCheck : ISupervised
{
    /// <summary>By then, the worker of a printer that came back has taken its start over, and the time of any other one is over, in ms.</summary>
    private const int DelayMs = StartMachine.NotShownMs + StartMachine.FirstReportMs;

    private readonly JobStore _store;
    private readonly IHal _hal;
    private readonly Log _log;

    public AbandonedStartsCheck(JobStore store, IHal hal, Log log)
    {
        _store = store;
        _hal = hal;
        _log = log;
        DueMs = hal.Clock.NowMs + DelayMs;
    }

    public string PrinterId => "";

    public long DueMs { get; }

    public bool HasListener => false;

    public void GiveUp(bool isStopping)
    {
        if (isStopping)
        {
            // The next hub on this storage checks again.
            return;
        }

        try
        {
            AbandonedStarts.End(_store, _hal, _log);
        }
        catch (HubException e)
        {
            _log.Warning(PrinterId, "the starts of printers that are gone have no outcome yet: " + e.Message);
        }
    }

    public void NotifyListener()
    {
        // There is none.
    }
}
