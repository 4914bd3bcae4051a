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
    private readonly CommandInbox _inbox = new CommandInbox();
    private readonly ArrayList _unproven = new ArrayList();
    private readonly AutoResetEvent _wake = new AutoResetEvent(false);
    private readonly CancellationTokenSource _stop = new CancellationTokenSource();
    private readonly PrinterStatus _published = new PrinterStatus();
    private readonly Random _random;
    private readonly Thread _thread;
    private HubException? _linkError;
    private bool _isAnswered;
    private bool _hasFirstAnswer;

    public PrinterWorker(IHal hal, Log log, PrinterConfig config, IPrinterClient client)
    {
        _hal = hal;
        _log = log;
        Config = config;
        _client = client;
        _link = new LinkMachine(hal.Clock.NowMs, config.PollMs, config.Enabled);
        byte[] seed = new byte[4];
        hal.System.FillRandom(seed);
        _random = new Random(BitConverter.ToInt32(seed, 0));
        _thread = new Thread(Run);
        Publish();
    }

    public PrinterConfig Config { get; }

    public IPrinterClient Client => _client;

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

    public CancellationToken StopToken => _stop.Token;

    public void Start() => _thread.Start();

    /// <summary>Asks the thread to end; it closes the client itself.</summary>
    public void Stop()
    {
        _inbox.Close();
        _stop.Cancel();
        _wake.Set();
    }

    /// <summary>Waits for the thread's end; false when it takes longer.</summary>
    public bool Join(int timeoutMs) => _thread.Join(timeoutMs);

    public bool TryPut(PrinterCommand command)
    {
        if (!_inbox.TryPut(command))
        {
            return false;
        }

        _wake.Set();
        return true;
    }

    public void CopyStatus(PrinterStatus into)
    {
        lock (_published)
        {
            into.CopyFrom(_published);
        }
    }

    private void Run()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                Turn();
            }
        }
        catch (Exception e) when (e is not ThreadAbortException)
        {
            // A fault of the hub itself: the printer is shown as faulty instead of silently frozen.
            Fail(new HubException(ErrorCode.Internal, "the hub's worker for this printer failed: " + e.Message, e));
        }

        Shut();
    }

    /// <summary>One round: what is due, then what is asked for, then sleep until something is.</summary>
    private void Turn()
    {
        if (_inbox.HasCommands)
        {
            // Somebody waits for an answer: do not let him wait for the backoff or the next poll.
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

        DoCommands();
        if (worked || _link.IsStale(_hal.Clock.NowMs))
        {
            Publish();
        }

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
        if (_published.State != PrinterState.Offline && _link.StaleAtMs < until)
        {
            until = _link.StaleAtMs;
        }

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
        _client.Disconnect();
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

    private void DoCommands()
    {
        while (!_stop.IsCancellationRequested)
        {
            PrinterCommand? command = _inbox.TryTake();
            if (command == null)
            {
                break;
            }

            Do(command);
        }

        FailExpired();
        if (_unproven.Count > 0)
        {
            _link.PollWithin(_hal.Clock.NowMs, ProofPollMs);
        }
    }

    private void Do(PrinterCommand command)
    {
        if (_link.State != LinkState.Online)
        {
            command.Finish(_linkError ?? new HubException(ErrorCode.PrinterOffline, "the printer is disabled in the configuration"));
            return;
        }

        string? refusal = CommandProof.Refuse(command.Verb, _client.Status.State);
        if (refusal != null)
        {
            command.Finish(new HubException(ErrorCode.WrongState, refusal));
            return;
        }

        try
        {
            Send(command);
        }
        catch (HubException e)
        {
            if (!MayHaveArrived(e.Code))
            {
                command.Finish(e);
                return;
            }

            // The answer was lost, not the command: only the printer's state can tell, and it is never sent again.
            _log.Warning(Config.Id, "the answer to a command was lost (" + e.Message + "); watching the printer's state instead");
            command.LostAnswer = e;
        }

        if (command.Verb == PrinterVerb.Gcode)
        {
            command.Finish(command.LostAnswer);
            return;
        }

        _unproven.Add(command);
        _link.Wanted(_hal.Clock.NowMs);
    }

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
            default:
                _client.StartPrint(command.StoredPath!, _stop.Token);
                break;
        }
    }

    private static bool MayHaveArrived(ErrorCode code) =>
        code == ErrorCode.Timeout || code == ErrorCode.ConnectionLost || code == ErrorCode.BadResponse
        || code == ErrorCode.BadJson || code == ErrorCode.ServerError;

    private void JudgeUnproven()
    {
        for (int i = _unproven.Count - 1; i >= 0; i--)
        {
            PrinterCommand command = (PrinterCommand)_unproven[i]!;
            string? verdict = CommandProof.Judge(command.Verb, _client.Status.State);
            if (verdict != null)
            {
                _unproven.RemoveAt(i);
                Publish();
                command.Finish(verdict == CommandProof.Done ? null : new HubException(ErrorCode.WrongState, verdict));
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
                command.Finish(Expired(command));
            }
        }
    }

    private HubException Expired(PrinterCommand command)
    {
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
        lock (_published)
        {
            _published.CopyFrom(_client.Status);
            _hasFirstAnswer = _isAnswered || _link.State == LinkState.Disabled;
            bool isOnline = _link.State == LinkState.Online;
            _published.IsConnected = isOnline && _isAnswered;
            if (isOnline)
            {
                return;
            }

            if (_linkError != null)
            {
                _published.ErrorCode = ErrorCodes.Name(_linkError.Code);
                _published.ErrorMessage = _log.Masked(_linkError.Message);
            }

            if (_hasFirstAnswer && _link.IsStale(_hal.Clock.NowMs))
            {
                _published.State = PrinterState.Offline;
                _published.ClearJob();
                _published.ClearTemperatures();
            }
        }
    }

    /// <summary>Shows a fault of the hub itself.</summary>
    private void Fail(HubException error)
    {
        _log.Error(Config.Id, error.Message);
        _link.Failed(_hal.Clock.NowMs, error.Code, 0, 0);
        _linkError = error;
        _isAnswered = true;
        Publish();
    }

    private void Shut()
    {
        _inbox.Close();
        HubException error = _linkError ?? new HubException(ErrorCode.UnknownPrinter, "the printer was removed or the hub stops");
        for (int i = 0; i < _unproven.Count; i++)
        {
            ((PrinterCommand)_unproven[i]!).Finish(error);
        }

        _unproven.Clear();
        PrinterCommand? command = _inbox.TryTake();
        while (command != null)
        {
            command.Finish(error);
            command = _inbox.TryTake();
        }

        _client.Dispose();
    }
}
