using Hub.Core.Errors;
using Hub.Core.Jobs;
using Hub.Core.Logging;
using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <summary>
/// One printer's start from its sending to its outcome, also when no command waits for it any more: what the client has seen of it goes to the
/// <see cref="StartKeeper"/>. Thread: the printer's worker.
/// </summary>
internal sealed class StartTracker
{
    private readonly Log _log;
    private readonly string _id;
    private readonly IPrinterClient _client;
    private readonly StartKeeper _keeper;
    private PrinterCommand? _command;

    public StartTracker(Log log, string id, IPrinterClient client, StartKeeper keeper)
    {
        _log = log;
        _id = id;
        _client = client;
        _keeper = keeper;
    }

    /// <summary>When time alone changes something, in monotonic ms.</summary>
    public long DueMs => _keeper.DueMs;

    /// <summary>A start is about to be sent, and counts as sent from here on; else says why it must not be.</summary>
    public HubException? Begin(PrinterCommand command, long nowMs)
    {
        PrintRequest request = command.Print ??= new PrintRequest(UploadNames.OfPath(command.StoredPath!)) { Id = command.Id };
        HubException? refusal = (request.Keeper == null ? _keeper.Accept(request) : null)
            ?? _keeper.Sending(request, _client.Status, command.DeadlineMs - nowMs);
        if (refusal == null)
        {
            _command = command;
            _client.Start.Begin(_client.Status);
        }

        return refusal;
    }

    /// <summary>A start had no effect and is sent again later.</summary>
    public void NotActed(PrinterCommand command)
    {
        if (command == _command)
        {
            _keeper.NotActed(command.Print!);
            _client.Start.End();
        }
    }

    /// <summary>A start had no effect and is not sent again.</summary>
    public void Refused(PrinterCommand command, HubException error)
    {
        if (command == _command)
        {
            _keeper.Refused(command.Print!, error);
            End();
        }
    }

    /// <summary>Time passed. The start whose outcome that decided; null when there is none.</summary>
    public PrinterCommand? Tick()
    {
        _keeper.Tick();
        PrinterCommand? command = _command;
        if (command == null || !command.Print!.IsEnded)
        {
            return null;
        }

        End();
        return command;
    }

    /// <summary>A poll went well. The start whose outcome the printer has shown by now; null when there is none.</summary>
    /// <param name="isFresh">False while the last report is from before the link was lost.</param>
    /// <param name="failure">Why it failed, or null.</param>
    public PrinterCommand? Settle(bool isFresh, out HubException? failure)
    {
        failure = null;
        if (isFresh)
        {
            _keeper.Reported(_client.Status);
        }

        StartEvidence evidence = _client.Start;
        PrinterCommand? command = _command;
        if (command == null || evidence.Verdict < StartVerdict.Shown)
        {
            return null;
        }

        failure = evidence.Failure;
        _keeper.Judged(command.Print!, _client.Status, failure);
        End();
        if (command.IsFinished)
        {
            _log.Info(_id, failure == null ? "the start that was sent before is seen now" : "the start that was sent before failed: " + failure.Message);
        }

        return command;
    }

    /// <summary>The worker ends.</summary>
    public void Close(HubException error) => _keeper.Close(error);

    private void End()
    {
        _command = null;
        _client.Start.End();
    }
}
