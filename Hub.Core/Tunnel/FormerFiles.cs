using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Jobs;
using Hub.Core.Logging;

namespace Hub.Core.Tunnel;

/// <summary>
/// Files that were on their way when the hub stopped: the cloud gets the last word on each, by what the job log says of its print. Thread: the
/// tunnel's.
/// </summary>
internal sealed class FormerFiles
{
    /// <summary>How often a print is looked after whose outcome the log does not have yet, in ms.</summary>
    internal const int LookMs = 2000;

    private const int LookedBack = 64;

    private readonly IClock _clock;
    private readonly Log _log;
    private readonly CommandBook _book;
    private readonly JobStore _jobs;
    private readonly TunnelOutbox _outbox;
    private ArrayList? _untold;
    private long _lookMs;
    private bool _hasWarned;

    public FormerFiles(IClock clock, Log log, CommandBook book, JobStore jobs, TunnelOutbox outbox)
    {
        _clock = clock;
        _log = log;
        _book = book;
        _jobs = jobs;
        _outbox = outbox;
    }

    /// <summary>Reports what is known by now; the cloud is connected.</summary>
    /// <param name="tellsStarts">True when the cloud understands more than the base protocol's four words.</param>
    public void Tick(bool tellsStarts)
    {
        _untold ??= _book.Untold();
        if (_untold.Count == 0 || _clock.NowMs < _lookMs)
        {
            return;
        }

        _lookMs = _clock.NowMs + LookMs;
        try
        {
            // In this order: a start that is not pending any more has its outcome in the log.
            string[] pending = _jobs.PendingCommands();
            JobEntry[] jobs = JobHistory.Read(_jobs, null, LookedBack);
            for (int i = _untold.Count - 1; i >= 0; i--)
            {
                CommandEntry entry = (CommandEntry)_untold[i]!;
                if (!entry.IsPrint || !Contains(pending, entry.Id))
                {
                    _untold.RemoveAt(i);
                    Report(entry, Find(jobs, entry.Id), tellsStarts);
                }
            }
        }
        catch (HubException e)
        {
            if (!_hasWarned)
            {
                _hasWarned = true;
                _log.Warning(TunnelClient.LogArea, "what became of former prints cannot be read: " + e.Message);
            }
        }
    }

    private static bool Contains(string[] ids, string id)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            if (ids[i] == id)
            {
                return true;
            }
        }

        return false;
    }

    private static JobEntry? Find(JobEntry[] jobs, string commandId)
    {
        for (int i = 0; i < jobs.Length; i++)
        {
            if (jobs[i].CommandId == commandId)
            {
                return jobs[i];
            }
        }

        return null;
    }

    private void Report(CommandEntry entry, JobEntry? job, bool tellsStarts)
    {
        bool isStarted = job != null && job.IsStarted;
        bool isCancelled = !isStarted && tellsStarts && job?.Code == ErrorCodes.Name(ErrorCode.Cancelled);
        string stage = isStarted ? FileProgressAnswer.Complete : isCancelled ? FileProgressAnswer.Cancelled : FileProgressAnswer.Failed;
        FileProgressAnswer answer = new FileProgressAnswer(entry.PrinterId!, entry.JobId!, stage, 0)
        {
            IsStarted = isStarted && tellsStarts,
        };
        if (!isStarted)
        {
            answer.Error = job?.Cause ?? (entry.Error != null && entry.Error != CommandBook.RestartedError ? entry.Error : Unknown(entry));
            answer.ErrorCode = tellsStarts ? job?.Code ?? ErrorCodes.Name(ErrorCode.HubStopped) : null;
        }

        answer.MarkLast(_book, entry.Id);
        _outbox.PutLast(entry.JobId!, answer);
    }

    private static string Unknown(CommandEntry entry) => entry.IsPrint
        ? CommandBook.RestartedError
        : "the hub stopped before it knew whether the printer has the whole file: send it again";
}
