using Hub.Core.Errors;
using Hub.Core.Logging;
using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <summary>
/// One printer's start from its sending to its outcome, also when no command waits for it any more. Thread: the printer's worker.
/// </summary>
internal sealed class StartTracker
{
    private readonly Log _log;
    private readonly string _id;
    private readonly IPrinterClient _client;
    private PrinterCommand? _start;

    public StartTracker(Log log, string id, IPrinterClient client, StartDoubt doubt)
    {
        _log = log;
        _id = id;
        _client = client;
        Doubt = doubt;
    }

    /// <summary>Whether a start may still be on its way; outlives the worker. Set before the worker starts.</summary>
    public StartDoubt Doubt { get; set; }

    /// <summary>A start is about to be sent.</summary>
    public void Begin(PrinterCommand start)
    {
        _start = start;
        _client.Start.Begin(_client.Status);
    }

    /// <summary>A command had no effect and is not sent any more: if it is the start that is in doubt, that is over.</summary>
    public void NotSent(PrinterCommand command)
    {
        if (command == _start)
        {
            End();
        }
    }

    /// <summary>Gives up a start whose asker and whose doubt have ended: it was not seen in minutes.</summary>
    public void EndExpired(long nowMs)
    {
        if (_start != null && _start.IsFinished && !Doubt.IsOpen(nowMs))
        {
            End();
        }
    }

    /// <summary>The start whose outcome the printer has shown by now, which is then settled; null when there is none.</summary>
    /// <param name="failure">Why it failed, or null.</param>
    public PrinterCommand? Settle(out HubException? failure)
    {
        failure = null;
        if (_start == null && PrinterStates.HasJob(_client.Status.State))
        {
            // The start of a worker or process before this one.
            Doubt.Settle();
        }

        StartEvidence evidence = _client.Start;
        if (_start == null || evidence.Verdict < StartVerdict.Shown)
        {
            return null;
        }

        PrinterCommand start = _start;
        failure = evidence.Failure;
        End();
        if (start.IsFinished)
        {
            _log.Info(_id, failure == null ? "the start that was sent before is seen now" : "the start that was sent before failed: " + failure.Message);
        }

        return start;
    }

    private void End()
    {
        if (_start != null)
        {
            Doubt.End(_start);
            _start = null;
        }

        _client.Start.End();
    }
}
