using System;
using System.Collections;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <summary>
/// One printer's thread: it owns the client, connects, polls, carries out commands and publishes the
/// status. What to do when is decided by <see cref="LinkMachine"/> and <see cref="CommandProof"/>.
/// </summary>
internal sealed class PrinterWorker
{
    /// <summary>Poll interval while a command waits for its proof.</summary>
    private const int ProofPollMs = 250;

    private readonly IHal _hal;
    private readonly Log _log;
    private readonly IPrinterClient _client;
    private readonly LinkMachine _link;
    private readonly int _staleMs;
    private readonly CommandInbox _inbox = new CommandInbox();
    private readonly ArrayList _unproven = new ArrayList();
    private PrinterCommand? _inHand;
    private StartDoubt _startDoubt = new StartDoubt();
    private readonly AutoResetEvent _wake = new AutoResetEvent(false);
    private readonly EmergencyStopper _stopper;
    private readonly CancellationTokenSource _stop = new CancellationTokenSource();
    private readonly PrinterStatus _published = new PrinterStatus();
    private readonly Random _random;
    private readonly Thread _thread;
    private HubException? _linkError;
    private bool _isAnswered;
    private bool _hasFirstAnswer;

    private readonly PrinterManager _manager;

    public PrinterWorker(IHal hal, Log log, PrinterConfig config, IPrinterClient client, PrinterManager manager)
    {
        _manager = manager;
        _hal = hal;
        _log = log;
        Config = config;
        _client = client;
        _stopper = new EmergencyStopper(log, config.Id, client, _wake, manager.Sockets);
        _staleMs = client is IPushClient push ? push.StaleMs : LinkMachine.StaleMs;
        _link = new LinkMachine(hal.Clock.NowMs, config.PollMs, config.Enabled, _staleMs);
        byte[] seed = new byte[4];
        hal.System.FillRandom(seed);
        _random = new Random(BitConverter.ToInt32(seed, 0));
        _thread = new Thread(Run);
        Publish();
    }

    public PrinterConfig Config { get; }

    public IPrinterClient Client => _client;

    /// <summary>Where the link stands. Thread: any.</summary>
    public LinkState Link => _link.State;

    /// <summary>The transfer that runs or waits for this printer; guarded by the manager's lock.</summary>
    public Transfer? Transfer { get; set; }

    public bool HasFirstAnswer
    {
        get
        {
            lock (_published)
            {
                return _hasFirstAnswer;
            }
        }
    }

    /// <summary>The client's further controls; there when its capabilities name one of them.</summary>
    private IPrinterControls Controls => (IPrinterControls)_client;

    /// <summary>Takes over from the worker of a changed configuration: what that one, or one before it, started is not started again.</summary>
    public void Succeed(PrinterWorker? former) => _startDoubt = former == null ? _startDoubt : former._startDoubt;

    public void Start() => _thread.Start();

    /// <summary>Asks the thread to end; it closes the client itself. What it has not begun fails at once.</summary>
    public void Stop()
    {
        _inbox.Close();
        _stop.Cancel();
        FailWaiting();
        _wake.Set();
    }

    /// <summary>Waits for the thread's end and for emergency stops that are on their way, but no longer than this.</summary>
    public void Join(int timeoutMs)
    {
        long untilMs = _hal.Clock.NowMs + timeoutMs;
        _thread.Join(timeoutMs);
        long leftMs = untilMs - _hal.Clock.NowMs;
        _stopper.Join(leftMs > 0 ? (int)leftMs : 0);
    }

    /// <summary>Takes a command; else says why not.</summary>
    public HubException? Put(PrinterCommand command)
    {
        if (command.Verb == PrinterVerb.EmergencyStop)
        {
            return _stopper.Send(command);
        }

        command.StopsBefore = _stopper.Count;
        HubException? refusal = _inbox.Put(command);
        if (refusal == null)
        {
            _wake.Set();
        }

        return refusal;
    }

    /// <summary>Copies the status; one that no report renewed for a minute counts no more, whatever the worker is at.</summary>
    public void CopyStatus(PrinterStatus into)
    {
        lock (_published)
        {
            into.CopyFrom(_published);
        }

        if (into.LastReportMs >= 0 && _hal.Clock.NowMs - into.LastReportMs >= _staleMs && into.State != PrinterState.Offline)
        {
            MakeOffline(into);
            if (into.IsConnected)
            {
                into.IsConnected = false;
                into.ErrorCode = ErrorCodes.Name(ErrorCode.Timeout);
                into.ErrorMessage = "no report for more than a minute";
            }
        }
    }

    /// <summary>The refusal of what this printer cannot do, or null. Thread: any.</summary>
    public HubException? RefuseUnlessCapable(PrinterCapabilities needed) =>
        (_client.Capabilities & needed) == needed ? null : new HubException(ErrorCode.NotSupported, "this printer system has no such command");

    private static void MakeOffline(PrinterStatus status)
    {
        status.State = PrinterState.Offline;
        status.ClearJob();
        status.ClearTemperatures();
    }

    private void Run()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Turn();
            }
            catch (Exception e) when (e is not ThreadAbortException)
            {
                // A fault of the hub itself: shown on this printer, and the next try may go well.
                HubException fault = new HubException(ErrorCode.Internal, "a fault of the hub itself: " + e.Message, e);
                Finish(_inHand, fault);
                _inHand = null;
                LinkFailed(fault);
                Publish();
            }
        }

        Shut();
    }

    /// <summary>One round: what is due, then one command on a fresh state, then sleep until something is.</summary>
    private void Turn()
    {
        _inHand = _inbox.TryTake();
        if (_inHand != null)
        {
            // Nothing is sent on an old state, and nobody waits for the backoff or the next poll.
            _link.Wanted(_hal.Clock.NowMs);
        }

        if (_stopper.TakeNews())
        {
            _link.Wanted(_hal.Clock.NowMs);
        }

        bool worked = false;
        if (_link.State == LinkState.Waiting && IsDue())
        {
            Connect();
            worked = true;
        }

        if (_link.State == LinkState.Online && IsDue())
        {
            Poll();
            worked = true;
        }

        if (worked)
        {
            Publish();
        }

        DoCommand();
        Sleep();
    }

    private bool IsDue() => _link.DueMs <= _hal.Clock.NowMs;

    private void Sleep()
    {
        if (_inbox.HasCommands)
        {
            return;
        }

        long now = _hal.Clock.NowMs;
        long until = _link.DueMs;
        for (int i = 0; i < _unproven.Count; i++)
        {
            long deadline = ((PrinterCommand)_unproven[i]!).DeadlineMs;
            until = deadline < until ? deadline : until;
        }

        long wait = until - now;
        if (wait > 0)
        {
            _wake.WaitOne(wait > 60000 ? 60000 : (int)wait, false);
        }
    }

    private void Connect()
    {
        try
        {
            _client.Connect(_stop.Token);
            _link.Connected(_hal.Clock.NowMs);
            _linkError = null;
            _log.Info(Config.Id, "connected");
        }
        catch (HubException e)
        {
            LinkFailed(e);
        }
    }

    private void Poll()
    {
        try
        {
            _client.Poll(_stop.Token);
            if (_client is IPushClient push && push.IsPushing)
            {
                _link.Waited(_hal.Clock.NowMs, _client.Status.LastReportMs);
            }
            else
            {
                _link.Reported(_hal.Clock.NowMs);
            }

            _isAnswered = true;
            JudgeUnproven();
        }
        catch (HubException e)
        {
            LinkFailed(e);
        }
    }

    private void LinkFailed(HubException error)
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        bool isNews = _link.LastError != error.Code;
        _link.Failed(_hal.Clock.NowMs, error.Code, error.RetryAfterMs, _random.NextDouble());
        _linkError = error;
        CloseLink();
        _isAnswered = true;
        if (_link.State == LinkState.Refused)
        {
            _log.Error(Config.Id, error.Message + "; not tried again until the configuration changes");
        }
        else if (isNews)
        {
            _log.Warning(Config.Id, error.Message + "; trying again");
        }
        else
        {
            _log.Debug(Config.Id, error.Message);
        }
    }

    private void DoCommand()
    {
        _inHand ??= TakeReady();
        if (_inHand != null && !_stop.IsCancellationRequested)
        {
            Do(_inHand);
            _inHand = null;
        }

        FailExpired();
        if (_unproven.Count > 0)
        {
            _link.PollWithin(_hal.Clock.NowMs, ProofPollMs);
        }
    }

    /// <summary>A command that came too early and need not wait any longer, or null.</summary>
    private PrinterCommand? TakeReady()
    {
        PrinterState state = _client.Status.State;
        if (_link.State != LinkState.Online || state == PrinterState.Preparing)
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
                _startDoubt.End(command);
                Finish(command, e);
                return;
            }

            // The answer was lost, not the command: only the printer's state can tell, and it is never sent again.
            _log.Warning(Config.Id, "the answer to a command was lost (" + e.Message + "); watching the printer's state instead");
            command.LostAnswer = e;
        }

        if (!CommandProof.IsProvenByState(command.Verb))
        {
            Finish(command, command.LostAnswer);
            return;
        }

        _unproven.Add(command);
        _link.Wanted(_hal.Clock.NowMs);
    }

    /// <summary>Why a command is not sent, or null: a start then counts as sent.</summary>
    private HubException? Refusal(PrinterCommand command)
    {
        if (command.IsFinished || command.DeadlineMs <= _hal.Clock.NowMs)
        {
            return new HubException(ErrorCode.Timeout, "the printer did not answer in time; the command was not sent");
        }

        if (command.StopsBefore != _stopper.Count)
        {
            return new HubException(ErrorCode.Cancelled, "an emergency stop overtook the command: it was not sent");
        }

        if (_link.State != LinkState.Online)
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

        return command.Verb == PrinterVerb.Start && !_startDoubt.TryBegin(command, _hal.Clock.NowMs)
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
                _startDoubt.End(command);
                Publish();
                Finish(command, verdict == CommandProof.Done ? null : new HubException(ErrorCode.WrongState, verdict));
            }
        }
    }

    private void FailExpired()
    {
        long now = _hal.Clock.NowMs;
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

    private void Publish()
    {
        PrinterStatus status = _client.Status;
        string? message = status.ErrorMessage == null ? null : _log.Masked(status.ErrorMessage);
        bool isOnline = _link.State == LinkState.Online;
        lock (_published)
        {
            _published.CopyFrom(status);
            _published.ErrorMessage = message;
            _hasFirstAnswer = _isAnswered || _link.State == LinkState.Disabled;
            _published.IsConnected = isOnline && _isAnswered;
            if (!isOnline && _linkError != null)
            {
                _published.ErrorCode = ErrorCodes.Name(_linkError.Code);
                _published.ErrorMessage = _log.Masked(_linkError.Message);
            }

            if (!isOnline && _hasFirstAnswer && _link.IsStale(_hal.Clock.NowMs))
            {
                MakeOffline(_published);
            }
        }

        _manager.Changed(Config.Id);
    }

    private void Shut()
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
        CloseLink();
        _client.Dispose();
    }

    /// <summary>A client that cannot even close must not take the worker along.</summary>
    private void CloseLink()
    {
        try
        {
            _client.Disconnect();
        }
        catch (Exception e) when (e is not ThreadAbortException)
        {
            _log.Error(Config.Id, "closing the link failed by a fault of the hub: " + e.Message);
        }
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
