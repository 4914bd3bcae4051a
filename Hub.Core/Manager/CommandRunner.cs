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
    private readonly PrinterSockets _sockets;
    private readonly EmergencyStopper _stopper;
    private readonly CancellationToken _stop;
    private readonly CommandInbox _inbox = new CommandInbox();
    private readonly ArrayList _unproven = new ArrayList();
    private PrinterCommand? _inHand;

    /// <summary>The start whose outcome the client looks for; its asker may have given up.</summary>
    private PrinterCommand? _start;

    public CommandRunner(
        IClock clock, Log log, string id, IPrinterClient client, LinkMachine link, PrinterSockets sockets, EmergencyStopper stopper, CancellationToken stop)
    {
        _clock = clock;
        _log = log;
        _id = id;
        _client = client;
        _link = link;
        _sockets = sockets;
        _stopper = stopper;
        _stop = stop;
    }

    /// <summary>Whether a start may still be on its way; outlives the worker. Set before the worker starts.</summary>
    public StartDoubt StartDoubt { get; set; } = new StartDoubt();

    /// <summary>True while somebody waits for this printer, who goes before the turns of others.</summary>
    public bool IsAwaited => _inHand != null || _unproven.Count > 0;

    /// <summary>True when a command can be taken at once.</summary>
    public bool HasNext => _inHand == null && _inbox.HasCommands;

    /// <summary>When the first command that is under way has failed unless it is proven.</summary>
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

            return earliest;
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
            Finish(command, Gone());
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

    /// <summary>Carries out the next command if its time has come, and fails those whose time is over. A start that nobody saw in minutes is given up.</summary>
    /// <param name="linkError">Why there is no link, when there is none.</param>
    public void Turn(HubException? linkError)
    {
        _inHand ??= TakeReady();
        if (_inHand != null && !MustWait(_inHand))
        {
            Do(_inHand, linkError);
            _inHand = null;
        }

        FailExpired();
        if (_start != null && _start.IsFinished && !StartDoubt.IsOpen(_clock.NowMs))
        {
            EndStart();
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
            if (command.Verb != PrinterVerb.Start && CommandProof.Judge(command.Verb, _client.Status.State) is string verdict)
            {
                _unproven.RemoveAt(i);
                Finish(command, verdict == CommandProof.Done ? null : Disproven(verdict));
            }
        }
    }

    /// <summary>The printer's own words say why it is in that state.</summary>
    private HubException Disproven(string verdict)
    {
        string? words = _client.Status.ErrorMessage;
        return new HubException(ErrorCode.WrongState, words == null ? verdict : verdict + " (" + words + ")");
    }

    /// <summary>Settles the start that is open once the printer has shown its outcome, also when its asker waits no more.</summary>
    public void JudgeStart()
    {
        if (_start == null && PrinterStates.HasJob(_client.Status.State))
        {
            // The start of a worker or process before this one.
            StartDoubt.Settle();
        }

        StartEvidence evidence = _client.Start;
        if (_start == null || evidence.Verdict < StartVerdict.Shown)
        {
            return;
        }

        PrinterCommand start = _start;
        HubException? failure = evidence.Failure;
        EndStart();
        _unproven.Remove(start);
        if (start.IsFinished)
        {
            _log.Info(_id, failure == null ? "the start that was sent before is seen now" : "the start that was sent before failed: " + failure.Message);
        }

        Finish(start, failure);
    }

    /// <summary>Fails the command in hand by a fault of the hub.</summary>
    public void FailInHand(HubException fault)
    {
        Finish(_inHand, fault);
        _inHand = null;
    }

    /// <summary>The worker ends: nothing is left waiting.</summary>
    public void Shut()
    {
        Finish(_inHand, Gone());
        for (int i = 0; i < _unproven.Count; i++)
        {
            PrinterCommand command = (PrinterCommand)_unproven[i]!;
            Finish(command, command.TooEarly != null ? Gone() : new HubException(
                command.Verb == PrinterVerb.Start ? ErrorCode.StartNotShown : ErrorCode.ConnectionLost,
                "the command was sent, but the printer was removed or the hub stopped before its outcome was seen: look at the printer"));
        }

        _unproven.Clear();
        FailWaiting();
    }

    private static HubException Gone() => new HubException(ErrorCode.UnknownPrinter, "the printer was removed or the hub stops; the command was not sent");

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
            NotSent(command);
            Finish(command, refusal);
            return;
        }

        PrinterState stateBefore = _client.Status.State;
        try
        {
            command.IsSent = true;
            BeginStart(command);
            Send(command);
        }
        catch (HubException e)
        {
            if (!e.MayHaveActed && (CommandProof.IsTooEarly(command.Verb, stateBefore, e) || MaySendAgain(command, e)))
            {
                // A start that waits stays in doubt, so that no second one goes between.
                command.IsSent = false;
                command.TooEarly = e;
                command.NotBeforeMs = _clock.NowMs + (e.RetryAfterMs > 0 ? e.RetryAfterMs : SendAgainMs);
                _client.Start.End();
                _unproven.Add(command);
                return;
            }

            if (!e.MayHaveActed)
            {
                NotSent(command);
                Finish(command, e);
                return;
            }

            // The answer was lost, not the command: only the printer's state can tell, and it is never sent again.
            _log.Warning(_id, "the answer to a command was lost (" + e.Message + "); watching the printer's state instead");
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
            return linkError ?? new HubException(ErrorCode.PrinterOffline, "there is no link to the printer");
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
            ? StartDoubt.Refusal() : null;
    }

    private void BeginStart(PrinterCommand command)
    {
        if (command.Verb == PrinterVerb.Start)
        {
            _start = command;
            _client.Start.Begin(_client.Status);
        }
    }

    /// <summary>A command had no effect and is not sent any more: if it is the start that is in doubt, that is over.</summary>
    private void NotSent(PrinterCommand command)
    {
        if (command == _start)
        {
            EndStart();
        }
    }

    private void EndStart()
    {
        if (_start != null)
        {
            StartDoubt.End(_start);
            _start = null;
        }

        _client.Start.End();
    }

    private void Finish(PrinterCommand? command, HubException? error) =>
        command?.Finish(error == null ? null : _log.Masked(error));

    private void Send(PrinterCommand command)
    {
        switch (command.Verb)
        {
            case PrinterVerb.Pause:
                _client.Pause(_stop);
                break;
            case PrinterVerb.Resume:
                _client.Resume(_stop);
                break;
            case PrinterVerb.Cancel:
                _client.Cancel(_stop);
                break;
            case PrinterVerb.Gcode:
                ((IGcode)_client).SendGcode(command.Lines!, _stop);
                break;
            case PrinterVerb.Light:
                ((ILight)_client).SetLight(command.Level == 1, _stop);
                break;
            case PrinterVerb.Speed:
                ((ISpeedLevels)_client).SetSpeed(command.Level, _stop);
                break;
            case PrinterVerb.ClearError:
                ((IErrorClearing)_client).ClearError(_stop);
                break;
            default:
                _client.StartPrint(command.StoredPath!, command.Options, _stop);
                break;
        }
    }

    private static string SinceSent(PrinterCommand command) =>
        (command.LostAnswer == null ? "" : " and its answer was lost") + " (waited " + (command.TimeoutMs / 1000).ToString() + " s)";

    private void FailExpired()
    {
        long now = _clock.NowMs;
        for (int i = _unproven.Count - 1; i >= 0; i--)
        {
            PrinterCommand command = (PrinterCommand)_unproven[i]!;
            if (command.DeadlineMs <= now)
            {
                _unproven.RemoveAt(i);
                if (command.TooEarly != null)
                {
                    NotSent(command);
                }

                Finish(command, Expired(command));
            }
        }
    }

    private HubException Expired(PrinterCommand command)
    {
        if (command.TooEarly != null)
        {
            return new HubException(ErrorCode.Timeout, "the printer did not accept the command in time; nothing was sent that could still act: " + command.TooEarly.Message);
        }

        string state = PrinterStates.Name(_client.Status.State);
        string? message = _client.Status.ErrorMessage;
        if (command.Verb == PrinterVerb.Start)
        {
            return new HubException(ErrorCode.StartNotShown, "the start was sent; the printer has not shown it yet" + SinceSent(command) + (message == null ? "" : "; it shows " + message) + ": check the printer before you start the file again");
        }

        return command.LostAnswer != null
            ? new HubException(
                ErrorCode.Timeout,
                "the answer to the command was lost and the printer shows '" + state + "'; it was not sent again: look at the printer before you repeat it")
            : new HubException(
                ErrorCode.Timeout,
                "the printer took the command, but still shows '" + state + "' after " + (command.TimeoutMs / 1000).ToString() + " s" + (message == null ? "" : ": " + message));
    }
}
