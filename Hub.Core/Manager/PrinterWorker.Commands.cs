using System.Collections;
using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <content>The commands: taken from the inbox one at a time, sent on a fresh state, proven by a later one.</content>
internal sealed partial class PrinterWorker
{
    /// <summary>Poll interval while a command waits for its proof.</summary>
    private const int ProofPollMs = 250;

    private readonly CommandInbox _inbox = new CommandInbox();
    private readonly ArrayList _unproven = new ArrayList();
    private PrinterCommand? _inHand;

    /// <summary>The client's further controls; there when its capabilities name one of them.</summary>
    private IPrinterControls Controls => (IPrinterControls)_client;

    /// <summary>True while somebody waits for this printer, who goes before the turns of others.</summary>
    private bool IsAwaited => _inHand != null || _unproven.Count > 0;

    /// <summary>The refusal of what this printer cannot do, or null. Thread: any.</summary>
    public HubException? RefuseUnlessCapable(PrinterCapabilities needed) =>
        (_client.Capabilities & needed) == needed ? null : new HubException(ErrorCode.NotSupported, "this printer system has no such command");

    private void DoCommand()
    {
        _inHand ??= TakeReady();
        if (_inHand != null && !_stop.IsCancellationRequested && !MustWait(_inHand))
        {
            Do(_inHand);
            _inHand = null;
        }

        FailExpired();
        if (_unproven.Count > 0)
        {
            _link.PollWithin(_clock.NowMs, ProofPollMs);
        }
    }

    /// <summary>True while what is known is too old for it, as a push printer has not reported yet, or while a socket is missing.</summary>
    private bool MustWait(PrinterCommand command)
    {
        if (command.IsFinished || command.DeadlineMs <= _clock.NowMs)
        {
            return false;
        }

        // A polled printer's turn comes; one that reports by itself may wait for ever.
        if (!_link.IsOpen)
        {
            return _link.WaitsForSocket && _sockets.HasTurns;
        }

        // While the link is silent, a job may have begun at the printer itself. What ends or holds one up is not kept back.
        bool isOld = !_link.IsFresh || (command.Verb == PrinterVerb.Start && _link.State == LinkState.Degraded);
        return isOld || _link.WaitsForSocket || !_sockets.TryBegin(true);
    }

    /// <summary>A command that came too early and need not wait any longer, or null.</summary>
    private PrinterCommand? TakeReady()
    {
        PrinterState state = _client.Status.State;
        if (!_link.IsFresh || _link.WaitsForSocket || state == PrinterState.Preparing)
        {
            return null;
        }

        for (int i = 0; i < _unproven.Count; i++)
        {
            PrinterCommand command = (PrinterCommand)_unproven[i]!;
            if (command.TooEarly != null && CommandProof.Refuse(command.Verb, state, null) == null)
            {
                _unproven.RemoveAt(i);
                command.TooEarly = null;
                return command;
            }
        }

        return null;
    }

    private void Do(PrinterCommand command)
    {
        HubException? refusal = Refusal(command);
        if (refusal != null)
        {
            Finish(command, refusal);
            return;
        }

        command.StateBefore = _client.Status.State;
        try
        {
            command.IsSent = true;
            Send(command);
        }
        catch (HubException e)
        {
            if (!e.MayHaveActed && CommandProof.IsTooEarly(command.Verb, command.StateBefore, e.Code))
            {
                command.IsSent = false;
                command.TooEarly = e;
                _unproven.Add(command);
                return;
            }

            if (!e.MayHaveActed)
            {
                StartDoubt.End(command);
                Finish(command, e);
                return;
            }

            // The answer was lost, not the command: only the printer's state can tell, and it is never sent again.
            _log.Warning(Id, "the answer to a command was lost (" + e.Message + "); watching the printer's state instead");
            command.LostAnswer = e;
        }

        if (!CommandProof.IsProvenByState(command.Verb))
        {
            Finish(command, command.LostAnswer);
            return;
        }

        _unproven.Add(command);
        _link.Wanted(_clock.NowMs);
    }

    /// <summary>Why a command is not sent, or null: a start then counts as sent.</summary>
    private HubException? Refusal(PrinterCommand command)
    {
        if (command.IsFinished || command.DeadlineMs <= _clock.NowMs)
        {
            return _link.WaitsForSocket
                ? new HubException(ErrorCode.Timeout, "the command was not sent: the printer " + _sockets.Refusal().Message)
                : new HubException(ErrorCode.Timeout, "the printer did not answer in time; the command was not sent");
        }

        if (command.StopsBefore != _stopper.Count)
        {
            return new HubException(ErrorCode.Cancelled, "an emergency stop overtook the command: it was not sent");
        }

        if (!_link.IsOpen)
        {
            return _linkError ?? new HubException(ErrorCode.PrinterOffline, "there is no link to the printer");
        }

        // Some systems tell only once they are connected what they can do.
        HubException? incapable = RefuseUnlessCapable(command.Needs);
        if (incapable != null)
        {
            return incapable;
        }

        string? senseless = CommandProof.Refuse(command.Verb, _client.Status.State, _client.Status.ErrorCode);
        if (senseless != null)
        {
            return new HubException(ErrorCode.WrongState, senseless);
        }

        return command.Verb == PrinterVerb.Start && !StartDoubt.TryBegin(command, _clock.NowMs)
            ? new HubException(ErrorCode.WrongState, "a start is on its way already: wait until it is seen") : null;
    }

    private void Finish(PrinterCommand? command, HubException? error) =>
        command?.Finish(error == null ? null : _log.Masked(error));

    private void Send(PrinterCommand command)
    {
        switch (command.Verb)
        {
            case PrinterVerb.Pause:
                _client.Pause(_stop.Token);
                break;
            case PrinterVerb.Resume:
                _client.Resume(_stop.Token);
                break;
            case PrinterVerb.Cancel:
                _client.Cancel(_stop.Token);
                break;
            case PrinterVerb.Gcode:
                _client.SendGcode(command.Lines!, _stop.Token);
                break;
            case PrinterVerb.Light:
                Controls.SetLight(command.Level == 1, _stop.Token);
                break;
            case PrinterVerb.Speed:
                Controls.SetSpeed(command.Level, _stop.Token);
                break;
            case PrinterVerb.ClearError:
                Controls.ClearError(_stop.Token);
                break;
            default:
                _client.StartPrint(command.StoredPath!, command.Options, _stop.Token);
                break;
        }
    }

    private void JudgeUnproven()
    {
        for (int i = _unproven.Count - 1; i >= 0; i--)
        {
            PrinterCommand command = (PrinterCommand)_unproven[i]!;
            string? verdict = CommandProof.Judge(command.Verb, command.StateBefore, _client.Status.State);
            if (verdict != null)
            {
                _unproven.RemoveAt(i);
                StartDoubt.End(command);
                Publish();
                Finish(command, verdict == CommandProof.Done ? null : new HubException(ErrorCode.WrongState, verdict));
            }
        }
    }

    private void FailExpired()
    {
        long now = _clock.NowMs;
        for (int i = _unproven.Count - 1; i >= 0; i--)
        {
            PrinterCommand command = (PrinterCommand)_unproven[i]!;
            if (command.DeadlineMs <= now)
            {
                _unproven.RemoveAt(i);
                Finish(command, Expired(command));
            }
        }
    }

    private HubException Expired(PrinterCommand command)
    {
        if (command.TooEarly != null)
        {
            return new HubException(ErrorCode.Timeout, "the job is still being made ready, and the printer takes this only afterwards: " + command.TooEarly.Message);
        }

        string state = PrinterStates.Name(_client.Status.State);
        return command.LostAnswer != null
            ? new HubException(
                ErrorCode.Timeout,
                "the answer to the command was lost and the printer shows '" + state + "'; it was not sent again: look at the printer before you repeat it")
            : new HubException(
                ErrorCode.Timeout,
                "the printer took the command, but still shows '" + state + "' after " + (command.TimeoutMs / 1000).ToString() + " s");
    }

    /// <summary>Ends all that was asked for.</summary>
    private void EndCommands()
    {
        Finish(_inHand, Gone());
        for (int i = 0; i < _unproven.Count; i++)
        {
            PrinterCommand command = (PrinterCommand)_unproven[i]!;
            Finish(command, command.TooEarly != null ? Gone() : new HubException(
                ErrorCode.ConnectionLost,
                "the command was sent, but the printer was removed or the hub stopped before its outcome was seen: look at the printer"));
        }

        _unproven.Clear();
        FailWaiting();
    }

    /// <summary>Fails what is still in the inbox. Thread: any.</summary>
    private void FailWaiting()
    {
        PrinterCommand? command = _inbox.TryTake();
        while (command != null)
        {
            Finish(command, Gone());
            command = _inbox.TryTake();
        }
    }

    private static HubException Gone() => new HubException(ErrorCode.UnknownPrinter, "the printer was removed or the hub stops; the command was not sent");
}
