using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Jobs;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Core.Systems;

namespace Hub.Core.Manager;

/// <summary>
/// One printer's thread: it owns the client, connects, polls, carries out commands and publishes the
/// status. What to do when is decided by <see cref="LinkMachine"/> and <see cref="CommandProof"/>.
/// </summary>
internal sealed class PrinterWorker : ISocketUser, IPollUser
{
    /// <summary>A round that fails before it sleeps must not use all of the processor.</summary>
    private const int FaultPauseMs = 100;

    private readonly IClock _clock;
    private readonly Log _log;
    private readonly IPrinterClient _client;
    private readonly LinkMachine _link;
    private readonly PrinterSocket _sockets;
    private readonly PollShare _polls;
    private readonly PrinterSystem? _system;
    private readonly StartKeeper _keeper;
    private readonly StartTracker _starts;
    private readonly CommandRunner _commands;
    private readonly AutoResetEvent _wake = new AutoResetEvent(false);
    private readonly EmergencyStopper _stopper;
    private readonly CancellationTokenSource _stop = new CancellationTokenSource();
    private readonly PublishedStatus _published;
    private readonly StatusPublisher _publisher;
    private readonly LinkLog _linkLog;
    private readonly Random _random;
    private readonly Thread _thread;
    private readonly PrinterManager _manager;
    private readonly object _askLock = new object();
    private PrinterConfig _config;
    private Heartbeat? _beat;
    private HubException? _linkError;
    private bool _isAnswered;
    private bool _isRetryAsked;
    private bool _isSocketFree;

    public PrinterWorker(IHal hal, Log log, PrinterConfig config, IPrinterClient client, PrinterManager manager)
    {
        _manager = manager;
        _clock = hal.Clock;
        _log = log;
        _config = config;
        _client = client;
        _sockets = new PrinterSocket(manager.Sockets, client, this);
        _polls = manager.Polls.Share(this, config.PollMs);
        _system = PrinterSystems.Find(config.Type);
        NoteCost(false);
        _stopper = new EmergencyStopper(log, config.Id, client, _wake, manager.Sockets);
        int staleMs = client is IPushClient push ? push.StaleMs : Staleness.DefaultMs;
        _published = new PublishedStatus(staleMs);
        _link = new LinkMachine(_clock.NowMs, config.PollMs, config.Enabled, staleMs);
        _publisher = new StatusPublisher(log, client, _link, _published);
        Jobs = new JobRecorder(_clock, manager.Jobs, log, config);
        client.Listener = Jobs;
        _linkLog = new LinkLog(log, config.Id, _link);
        _keeper = new StartKeeper(manager.Jobs, hal, log, config) { Recorder = Jobs, RequiresClearBed = config.RequireClearBed };
        _starts = new StartTracker(log, config.Id, client, _keeper);
        _commands = new CommandRunner(_clock, log, config.Id, client, _link, _sockets, _stopper, _starts, _stop.Token);
        byte[] seed = new byte[4];
        hal.System.FillRandom(seed);
        _random = new Random(BitConverter.ToInt32(seed, 0));
        _thread = new Thread(Guard.Loop(log, config.Id, Run));
    }

    /// <summary>The configuration in force. Thread: any reads; the manager sets one that leaves the link as it is.</summary>
    public PrinterConfig Config
    {
        get
        {
            lock (_askLock)
            {
                return _config;
            }
        }

        set
        {
            lock (_askLock)
            {
                _config = value;
                _keeper.RequiresClearBed = value.RequireClearBed;
            }

            _wake.Set();
        }
    }

    public string Id => _config.Id;

    public IPrinterClient Client => _client;

    /// <summary>The last transfer to this printer, ended or not. Thread: any reads; set under the manager's lock.</summary>
    public Transfer? Transfer { get; set; }

    /// <summary>Records what its printer's jobs do.</summary>
    public JobRecorder Jobs { get; }

    /// <summary>Begins to work. The manager holds its lock during this, so whoever hears of the first change finds the printer.</summary>
    public void Start()
    {
        Publish();
        _thread.Start();
    }

    /// <summary>Asks the thread to end; it closes the client itself. What it has not begun fails at once.</summary>
    public void Stop()
    {
        Jobs.Close();
        _commands.Close();
        _stop.Cancel();
        _commands.FailWaiting();
        _wake.Set();
    }

    /// <summary>Waits for the thread's end and for emergency stops that are on their way, but no longer than this.</summary>
    public void Join(int timeoutMs)
    {
        long untilMs = _clock.NowMs + timeoutMs;
        _thread.Join(timeoutMs);
        long leftMs = untilMs - _clock.NowMs;
        _stopper.Join(leftMs > 0 ? (int)leftMs : 0);
    }

    /// <summary>True while a start is pending. Never waits. Thread: any.</summary>
    public bool HasPendingStart => _keeper.HasPending;

    /// <summary>Accepts a request to print; else says why not. Thread: any; waits for the storage.</summary>
    public HubException? Accept(PrintRequest request)
    {
        HubException? refusal = _keeper.Accept(request);
        _wake.Set();
        return refusal;
    }

    /// <summary>Takes a command; else says why not.</summary>
    public HubException? Put(PrinterCommand command)
    {
        if (command.Verb == PrinterVerb.EmergencyStop)
        {
            return _stopper.Send(command);
        }

        HubException? refusal = _commands.Put(command);
        if (refusal == null)
        {
            _wake.Set();
        }

        return refusal;
    }

    /// <summary>Copies what is known; a status that no report renewed for a minute counts no more, whatever the worker is doing.</summary>
    public void CopyTo(PrinterSnapshot into, long nowMs)
    {
        into.LastTransfer = Transfer;
        into.PollIntervalMs = _polls.CurrentMs(into.Config.PollMs);
        into.Bed = BedRule.Shown(into.Config, Jobs.Bed);
        into.StartRefusal = _keeper.Refusal;
        into.MayStartBeSettled = into.StartRefusal != null && _keeper.MayBeSettled;
        _published.CopyTo(into, nowMs);
    }

    /// <summary>True once when time alone has changed what this worker publishes: it may hang and be unable to do so. Thread: any.</summary>
    public bool HasAged(long nowMs) => _published.HasAged(nowMs);

    /// <summary>Asks for a try at once, though the printer was refused or waits. Thread: any.</summary>
    public void Retry()
    {
        lock (_askLock)
        {
            _isRetryAsked = true;
        }

        _wake.Set();
    }

    /// <summary>Lets a link that waits for a socket know that one is free. Thread: any.</summary>
    public void SocketFree()
    {
        lock (_askLock)
        {
            _isSocketFree = true;
        }

        _wake.Set();
    }

    /// <summary>The refusal of what this printer cannot do, or null. Thread: any.</summary>
    public HubException? RefuseUnlessCapable(PrinterCapabilities needed) => _commands.RefuseUnlessCapable(needed);

    void ISocketUser.SocketsChanged() => SocketFree();

    void IPollUser.PollsSooner() => _wake.Set();

    private void Run()
    {
        if (_link.State == LinkState.Disabled)
        {
            _log.Info(Id, "disabled: switched off in the configuration");
        }

        if (_link.State != LinkState.Disabled)
        {
            _polls.Join();
        }

        string? jobKey = Jobs.Open();
        if (jobKey != null && _client is IJobMemory memory)
        {
            memory.Expect(jobKey);
        }

        Heartbeat beat = _log.Heartbeats.Begin(Id);
        _beat = beat;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                beat.Beat("serving the printer");
                Turn();
            }
            catch (ThreadAbortException)
            {
                throw;
            }
            catch (Exception e)
            {
                // A fault of the hub itself: shown on this printer, and the next try may go well.
                _log.Fault(Id, e);
                HubException fault = new HubException(ErrorCode.Internal, "a fault of the hub itself: " + e.Message, e);
                _commands.FailInHand(fault);
                LinkFailed(fault);
                Publish();
                _wake.WaitOne(FaultPauseMs, false);
            }
        }

        Shut();
        beat.End();
    }

    /// <summary>One round, on the thread that runs it: what is due, then one command on a fresh state, then sleep until something is.</summary>
    internal void Turn()
    {
        TakeWishes();
        bool worked = GiveWay();
        if (IsDue())
        {
            worked = true;
            if (_sockets.TryBegin(_commands.IsAwaited))
            {
                ConnectOrPoll();
            }
            else
            {
                WaitForSocket();
            }
        }

        LinkState before = _link.State;
        _link.Tick(_clock.NowMs);
        _linkLog.Moved(before);
        if (worked || _publisher.HasLinkMoved)
        {
            Publish();
        }

        if (!_stop.IsCancellationRequested)
        {
            _commands.Turn(_linkError);
        }

        if (_link.IsOpen)
        {
            _sockets.End();
        }

        Sleep();
    }

    private void ConnectOrPoll()
    {
        if (!_link.IsOpen)
        {
            Connect();
        }

        if (_link.IsOpen && IsDue())
        {
            Poll();
        }
    }

    /// <summary>Leaves the socket to others when the budget asks for it. True when that broke the link.</summary>
    private bool GiveWay()
    {
        if (!_link.IsOpen || !_sockets.MustClose)
        {
            _sockets.GiveWay();
            return false;
        }

        // Not the printer's fault: it is tried again at once, and then waits for its turn.
        _linkError = new HubException(ErrorCode.OutOfSockets, "gave its connection to another printer or an emergency stop");
        _link.Failed(_clock.NowMs, ErrorCode.OutOfSockets, 0, 0);
        CloseLink();
        _sockets.Closed(false);
        _linkLog.State(_linkError.Message);
        return true;
    }

    /// <summary>Takes in what others asked for since the last round.</summary>
    private void TakeWishes()
    {
        long nowMs = _clock.NowMs;
        bool isRetryAsked;
        bool isSocketFree;
        int wishMs;
        lock (_askLock)
        {
            wishMs = _config.PollMs;
            isRetryAsked = _isRetryAsked;
            isSocketFree = _isSocketFree;
            _isRetryAsked = false;
            _isSocketFree = false;
        }

        int intervalMs = _polls.IntervalMs(wishMs, nowMs);
        _link.PollEvery(nowMs, intervalMs);
        if (_client is IPolledClient polled)
        {
            polled.PollIntervalMs = intervalMs;
        }

        if (isRetryAsked)
        {
            _link.Retry(nowMs);
        }

        if (isSocketFree)
        {
            _link.SocketFree(nowMs);
        }

        if (_commands.TakeNext() | _stopper.TakeNews())
        {
            // Nothing is sent on an old state, and no command waits for the backoff or the next poll.
            _link.Wanted(nowMs);
        }
    }

    private bool IsDue() => _link.DueMs <= _clock.NowMs;

    private void Sleep()
    {
        if (_commands.HasNext)
        {
            return;
        }

        long now = _clock.NowMs;
        bool isSignalled = RestUntilReport(now);
        long until = _commands.EarliestDeadlineMs < _link.WakeMs ? _commands.EarliestDeadlineMs : _link.WakeMs;
        long wait = until - now;
        if (wait > 0)
        {
            _beat?.Beat("waiting");
            bool isWoken = _clock.Wait(_wake, wait > 60000 ? 60000 : (int)wait);
            if (isWoken && isSignalled)
            {
                _link.Wanted(_clock.NowMs);
            }
        }
    }

    /// <summary>Has the next report wake this worker, where the client can; otherwise the client waits for it in its poll.</summary>
    private bool RestUntilReport(long nowMs)
    {
        int restMs = _link.IsOpen && _client is IPushClient push && push.IsPushing ? push.SignalReport(_wake) : 0;
        if (restMs > 0)
        {
            _link.Rest(nowMs, restMs);
        }

        return restMs > 0;
    }

    private void Connect()
    {
        try
        {
            _link.Connecting(_clock.NowMs);
            _log.Debug(Id, "connecting");
            Publish();
            _client.Connect(_stop.Token);
            _link.Connected(_clock.NowMs);
            _linkError = null;
            _linkLog.Connected();
        }
        catch (HubException e)
        {
            LinkFailed(e);
        }
    }

    private void Poll()
    {
        LinkState before = _link.State;
        try
        {
            _client.Poll(_stop.Token);
            long nowMs = _clock.NowMs;
            if (_client is IPushClient push && push.IsPushing)
            {
                _link.Waited(nowMs, _client.Status.LastReportMs);
            }
            else
            {
                _link.Reported(nowMs);
            }

            _isAnswered = true;
            NoteCost(true);
            if (_commands.IsAwaited)
            {
                // Who waits for the proof reads the status next.
                Publish();
                _commands.Judge();
            }

            _commands.JudgeStart();

            _linkLog.Moved(before);
            if (_link.IsSilent(nowMs))
            {
                throw new HubException(ErrorCode.Timeout, "no report for " + ((nowMs - _link.HeardMs) / 1000).ToString() + " s");
            }
        }
        catch (HubException e)
        {
            LinkFailed(e);
        }
    }

    /// <summary>What the printer costs the CPU as it is now; before its first answer, what its system costs most.</summary>
    private void NoteCost(bool isAnswered)
    {
        if (_system == null)
        {
            return;
        }

        bool isPush = _client is IPushClient push && (!isAnswered || push.IsPushing);
        bool isAtRest = isAnswered && PrinterStates.IsAtRest(_client.Status.State);
        _polls.Use(isPush, isPush ? _system.PushCostUs : isAtRest ? _system.RestCostUs : _system.PollCostUs);
    }

    /// <summary>The hub has no socket for what is due; the link waits, which is not the printer's fault.</summary>
    private void WaitForSocket()
    {
        bool wasOpen = _link.IsOpen;
        bool isNews = !_link.WaitsForSocket;
        HubException reason = _sockets.Refusal();
        _link.NoSocket(_clock.NowMs);
        if (!_link.IsOpen)
        {
            _linkError = reason;

            // A polled one has its turn soon; a first answer of the others may be far.
            _isAnswered |= !_sockets.HasTurns;
        }

        if (wasOpen && !_link.IsOpen)
        {
            CloseLink();
        }

        if (isNews && !_sockets.HasTurns)
        {
            _linkLog.State(reason.Message);
        }
    }

    private void LinkFailed(HubException error)
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        bool wasOpen = _link.IsOpen;
        _link.Failed(_clock.NowMs, error.Code, error.RetryAfterMs, _random.NextDouble());
        _linkError = error;
        CloseLink();
        _sockets.Closed(_link.State == LinkState.Refused);
        _isAnswered = true;
        _linkLog.Failed(error, wasOpen);
    }

    private void Publish()
    {
        if (_publisher.Publish(_clock.NowMs, _isAnswered, _linkError) | Jobs.TakeNews())
        {
            _manager.Changed(Id);
        }
    }

    /// <summary>Each step alone: what one of them throws must leave neither an open connection nor a held lease.</summary>
    internal void Shut()
    {
        Guard.Try(_log, Id, _polls.Leave);
        Guard.Try(_log, Id, _commands.Shut);
        CloseLink();
        Guard.Try(_log, Id, _client.Dispose);
        Guard.Try(_log, Id, ReturnSockets);
    }

    private void ReturnSockets() => _sockets.Closed(true);

    /// <summary>A client that cannot even close must not end its worker.</summary>
    private void CloseLink()
    {
        try
        {
            _client.Disconnect();
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            _log.Fault(Id, e);
        }
    }
}
