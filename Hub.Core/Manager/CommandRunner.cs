using System.Collections;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <summary>
/// One printer's commands from the inbox to their proof: sends each once, on a fresh state, and finishes it when a later
/// state shows its outcome (<see cref="CommandProof"/>). Thread: the printer's worker, but for <see cref="Put"/>,
/// <see cref="Close"/>, <see cref="FailWaiting"/> and <see cref="RefuseUnlessCapable"/>, which any may call.
/// </summary>
internal sealed class CommandRunner
{
    /// <summary>Poll interval while a command waits for its proof.</summary>
    private const int ProofPollMs = 250;

    /// <summary>Wait before a command whose connection broke before it had left is sent again, in ms.</summary>
    private const int SendAgainMs = 500;

    /// <summary>How often that is done for one command.</summary>
    private const int MostSentAgain = 3;

    private readonly IClock _clock;
    private readonly Log _log;
    private readonly string _id;
    private readonly IPrinterClient _client;
    private readonly LinkMachine _link;
    private readonly PrinterSocket _sockets;
    private readonly EmergencyStopper _stopper;
    private readonly CancellationToken _stop;
    private readonly CommandInbox _inbox = new CommandInbox();
    private readonly ArrayList _unproven = new ArrayList();
    private readonly StartTracker _starts;
    private PrinterCommand? _inHand;

    public CommandRunner(
        IClock clock, Log log, string id, IPrinterClient client, LinkMachine link, PrinterSocket sockets, EmergencyStopper stopper, StartTracker starts, CancellationToken stop)
    {
        _clock = clock;
        _log = log;
        _id = id;
        _client = client;
        _link = link;
        _sockets = sockets;
        _stopper = stopper;
        _starts = starts;
        _stop = stop;
    }

    /// <summary>True while a command waits for this printer; it goes before the turns of others.</summary>
    public bool IsAwaited => _inHand != null || _unproven.Count > 0;

    /// <summary>True when a command can be started at once.</summary>
    public bool HasNext => _inHand == null && _inbox.HasCommands;

    /// <summary>When the first command that is under way has failed unless it is proven, or a start's time is over.</summary>
    public long EarliestDeadlineMs
    {
        get
        {
            long earliest = _inHand == null ? long.MaxValue : _inHand.DeadlineMs;
            for (int i = 0; i < _unproven.Count; i++)
            {
                long deadline = ((PrinterCommand)_unproven[i]!).DeadlineMs;
                earliest = deadline < earliest ? deadline : earliest;
            }

            long startMs = _starts.DueMs;
            return startMs < earliest ? startMs : earliest;
        }
    }

    /// <summary>The refusal of what this printer cannot do, or null.</summary>
    public HubException? RefuseUnlessCapable(PrinterCapabilities needed) =>
        (_client.Capabilities & needed) == needed ? null : new HubException(ErrorCode.NotSupported, "this printer system has no such command");

    /// <summary>Takes a command; else says why not.</summary>
    public HubException? Put(PrinterCommand command)
    {
        command.StopsBefore = _stopper.Count;
        return _inbox.Put(command);
    }

    /// <summary>Takes no more commands.</summary>
    public void Close() => _inbox.Close();

    /// <summary>Fails what is still in the inbox.</summary>
    public void FailWaiting()
    {
        PrinterCommand? command = _inbox.TryTake();
        while (command != null)
        {
            Finish(command, CommandErrors.Gone());
            command = _inbox.TryTake();
        }
    }

    /// <summary>Takes the next command in hand. False when there is none, or one is in hand already.</summary>
    public bool TakeNext()
    {
        if (_inHand != null)
        {
            return false;
        }

        _inHand = _inbox.TryTake();
        return _inHand != null;
    }

    /// <summary>Carries out the next command if its time has come, and fails those whose time is over. A start that was not seen in minutes is given up.</summary>
    /// <param name="linkError">Why there is no link, when there is none.</param>
    public void Turn(HubException? linkError)
    {
        if (_inHand != null && _inHand.IsSent)
        {
            // A fault of the hub ended the round in which it was sent, and what deals with such a fault failed too: it must not be sent again.
            FailInHand(new HubException(ErrorCode.Internal, "a fault of the hub itself hid the printer's answer"));
        }

        _inHand ??= TakeReady();
        if (_inHand != null && !MustWait(_inHand))
        {
            Do(_inHand, linkError);
            _inHand = null;
        }

        FailExpired();
        PrinterCommand? ended = _starts.Tick();
        if (ended != null)
        {
            _unproven.Remove(ended);
            Finish(ended, ended.Print!.Error);
        }

        if (_unproven.Count > 0)
        {
            _link.PollWithin(_clock.NowMs, ProofPollMs);
        }
    }

    /// <summary>Finishes the commands whose outcome the printer's state now shows.</summary>
    public void Judge()
    {
        for (int i = _unproven.Count - 1; i >= 0; i--)
        {
            PrinterCommand command = (PrinterCommand)_unproven[i]!;
            if (command.Rule.End == CommandEnd.ProvenByState && CommandProof.Judge(command.Verb, _client.Status.State) is string verdict)
            {
                _unproven.RemoveAt(i);
                Finish(command, verdict == CommandProof.Done ? null : CommandErrors.Disproven(verdict, _client.Status));
            }
        }
    }

    /// <summary>Settles the start that is open once the printer has shown its outcome, also when its asker waits no more.</summary>
    public void JudgeStart()
    {
        PrinterCommand? start = _starts.Settle(_link.IsFresh, out HubException? failure);
        if (start != null)
        {
            _unproven.Remove(start);
            Finish(start, failure);
        }
    }

    /// <summary>A fault of the hub ended the round of the command in hand: it fails, unless it went to the printer, whose state then shows what became of it.</summary>
    public void FailInHand(HubException fault)
    {
        PrinterCommand? command = _inHand;
        _inHand = null;
        if (command != null && command.IsSent && !command.IsFinished && command.Rule.End != CommandEnd.Accepted)
        {
            command.LostAnswer = fault;
            if (!_unproven.Contains(command))
            {
                _unproven.Add(command);
            }

            return;
        }

        Finish(command, fault);
    }

    /// <summary>The worker ends: nothing is left waiting, and the next one may take over a start that was sent.</summary>
    public void Shut()
    {
        _starts.Close(CommandErrors.Gone());
        Finish(_inHand, CommandErrors.Gone());
        for (int i = 0; i < _unproven.Count; i++)
        {
            PrinterCommand command = (PrinterCommand)_unproven[i]!;
            Finish(command, CommandErrors.Gone(command));
        }

        _unproven.Clear();
        FailWaiting();
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
            if (command.TooEarly != null && command.NotBeforeMs <= _clock.NowMs && CommandProof.Refuse(command.Verb, state, _client.Status.ErrorCode) == null)
            {
                _unproven.RemoveAt(i);
                command.TooEarly = null;
                return command;
            }
        }

        return null;
    }

    private void Do(PrinterCommand command, HubException? linkError)
    {
        HubException? refusal = Refusal(command, linkError);
        if (refusal != null)
        {
            Finish(command, refusal);
            return;
        }

        if (!command.TrySend())
        {
            _starts.Refused(command, command.Error!);
            return;
        }

        PrinterState stateBefore = _client.Status.State;
        try
        {
            CommandSender.Send(_client, command, _stop);
        }
        catch (HubException e)
        {
            if (!e.MayHaveActed && (CommandProof.IsTooEarly(command.Verb, stateBefore, e) || MaySendAgain(command, e)))
            {
                // A start that waits stays pending, so that no second one goes between.
                command.NotSent();
                command.TooEarly = e;
                command.NotBeforeMs = _clock.NowMs + (e.RetryAfterMs > 0 ? e.RetryAfterMs : SendAgainMs);
                _starts.NotActed(command);
                _unproven.Add(command);
                return;
            }

            if (!e.MayHaveActed)
            {
                _starts.Refused(command, _log.Masked(e));
                Finish(command, e);
                return;
            }

            // The answer was lost, not the command: only the printer's state shows what became of it, and it is never sent again.
            _log.Warning(_id, "the answer to '" + command.Rule.Name + "' was lost (" + e.Message + "); watching the printer's state instead");
            command.LostAnswer = e;
        }

        if (command.Rule.End == CommandEnd.Accepted)
        {
            Finish(command, command.LostAnswer);
            return;
        }

        _unproven.Add(command);
        _link.Wanted(_clock.NowMs);
    }

    /// <summary>
    /// True when a printer that is polled broke the connection before the command had left, so it knows nothing of it: Buddy
    /// closes a fourth connection at once, while it has not noticed yet that an earlier one has ended (three in Prusa-Firmware-Buddy lib/WUI).
    /// </summary>
    private bool MaySendAgain(PrinterCommand command, HubException error) =>
        error.Code == ErrorCode.ConnectionLost && !(_client is IPushClient push && push.IsPushing) && command.TimesSentAgain++ < MostSentAgain;

    /// <summary>Why a command is not sent, or null: a start then counts as sent.</summary>
    private HubException? Refusal(PrinterCommand command, HubException? linkError)
    {
        if (command.IsFinished || command.DeadlineMs <= _clock.NowMs)
        {
            return CommandErrors.NotSent(_link.WaitsForSocket ? _sockets.Refusal() : null);
        }

        if (command.StopsBefore != _stopper.Count)
        {
            return new HubException(ErrorCode.Cancelled, "an emergency stop overtook the command: it was not sent");
        }

        if (!_link.IsOpen)
        {
            return linkError ?? new HubException(ErrorCode.PrinterOffline, "there is no link to the printer");
        }

        // Some systems report what they can do only after they are connected.
        HubException? incapable = RefuseUnlessCapable(command.Rule.Needs);
        if (incapable != null)
        {
            return incapable;
        }

        string? senseless = CommandProof.Refuse(command.Verb, _client.Status.State, _client.Status.ErrorCode);
        if (senseless != null)
        {
            return new HubException(ErrorCode.WrongState, senseless);
        }

        return command.Verb == PrinterVerb.Start ? _starts.Begin(command, _clock.NowMs) : null;
    }

    private void Finish(PrinterCommand? command, HubException? error) =>
        command?.Finish(error == null ? null : _log.Masked(error));

    private void FailExpired()
    {
        long now = _clock.NowMs;
        for (int i = _unproven.Count - 1; i >= 0; i--)
        {
            PrinterCommand command = (PrinterCommand)_unproven[i]!;
            if (command.DeadlineMs <= now)
            {
                _unproven.RemoveAt(i);
                Finish(command, CommandErrors.Expired(command, _client.Status));
            }
        }
    }
}
