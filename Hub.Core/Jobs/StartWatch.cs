using Hub.Core.Printers;

namespace Hub.Core.Jobs;

/// <summary>
/// Judges a start that was sent before a restart, or by another process, from what was stored of it and what the printer shows
/// now. The client that sent it knew more (<see cref="StartEvidence"/>), so what is not certain here stays open. Pure. Thread: one owner.
/// </summary>
internal sealed class StartWatch
{
    /// <summary>How long an end of our job must stand before it counts, in ms: a P2S shows the new name under the old FINISH for seconds.</summary>
    public const int StandMs = 20000;

    private const long None = -1;

    private long _endMs = None;

    /// <summary>True while an end is shown that may be our job's.</summary>
    public bool IsUndecided => _endMs != None;

    /// <summary>True when a report says something of the printer; a server that has no link to it says nothing.</summary>
    public static bool IsNews(PrinterStatus status) => status.State != PrinterState.Unknown && status.State != PrinterState.Offline;

    /// <summary>Judges what the printer shows.</summary>
    public StartVerdict Judge(PendingStart start, PrinterStatus status, long nowMs)
    {
        PrinterState state = status.State;
        if (PrinterStates.HasJob(state))
        {
            // A start is only sent to a printer without a job.
            _endMs = None;
            start.NoteJob(status.Job);
            return state != PrinterState.Cancelling && start.MayBe(status.Job) ? StartVerdict.Shown : StartVerdict.Open;
        }

        bool isEnd = state == PrinterState.Finished || state == PrinterState.Cancelled;
        bool isNewJob = start.JobKeyBefore == null || status.JobKey == null ? start.StateBefore != state : !JobKeys.AreSame(start.JobKeyBefore, status.JobKey);
        if (isEnd && isNewJob && start.MayHaveEnded(status.Job))
        {
            _endMs = _endMs == None ? nowMs : _endMs;
            return nowMs - _endMs >= StandMs ? StartVerdict.Shown : StartVerdict.Open;
        }

        _endMs = None;
        bool isNewError = state == PrinterState.Error && (start.StateBefore != PrinterState.Error || start.ErrorBefore != status.ErrorCode);
        return isNewError ? StartVerdict.Failed : StartVerdict.Open;
    }
}
