using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.WebSockets;

namespace Hub.Core.Tunnel;

/// <summary>
/// The connection to the cloud: one thread, one WebSocket, kept for ever. <see cref="TunnelMachine"/> says when to do what,
/// <see cref="TunnelOutbox"/> what to send, <see cref="TunnelReceiver"/> deals with what comes. Thread: any for the members.
/// </summary>
internal sealed class TunnelClient : IDisposable
{
    /// <summary>Area of its log lines.</summary>
    public const string LogArea = "cloud";

    /// <summary>Longest message of the cloud.</summary>
    public const int MaxMessageBytes = 64 * 1024;

    /// <summary>Close code of a cloud to which another hub connected under the same id.</summary>
    private const int TakenOverCode = 4004;

    private const string FaultError = "a fault of the hub itself ended the connection";

    /// <summary>Messages that are read before what is due is sent.</summary>
    private const int MessagesPerTurn = 64;

    private const int SendTimeoutMs = 10 * 1000;
    private const int LongestWaitMs = 1000;
    private const int UnsignalledWaitMs = 100;

    /// <summary>
    /// While a file's bytes come, the thread waits for the socket alone, which is cheaper than a signal of it (docs/benchmarks.md), in waits of
    /// this many ms, after which it sends what else is due; after as many empty ones as below it waits for everything.
    /// </summary>
    private const int FlowWaitMs = 2;
    private const int MostEmptyFlowWaits = 4;

    /// <summary>How long stopping waits for the thread, which may be opening a connection, in ms.</summary>
    private const int StopTimeoutMs = 2000;

    private readonly IHal _hal;
    private readonly Log _log;
    private readonly SocketLease _lease;
    private readonly TunnelOutbox _outbox;
    private readonly FileStreams _streams;
    private readonly ICloudCommands _commands;
    private readonly CloudClaim _claim;
    private readonly TunnelReceiver _receiver;
    private readonly AutoResetEvent _wake;
    private readonly TunnelMachine _machine = new TunnelMachine();
    private readonly TunnelMessages _messages = new TunnelMessages();
    private readonly CancellationTokenSource _stop = new CancellationTokenSource();
    private readonly byte[] _random = new byte[2];
    private readonly object _gate = new object();
    private readonly Thread _thread;

    // Guarded by the gate.
    private TunnelSettings? _wanted;
    private TunnelState _state = new TunnelState(TunnelPhase.Resting, null, null, 0, null, null);
    private bool _mustRest;
    private bool _isStopped;

    // The tunnel's thread alone.
    private TunnelSettings? _settings;
    private WebSocketClient? _socket;
    private string? _error;
    private int _connections;
    private bool _hadNetwork;
    private int _claims;
    private int _emptyFlowWaits;

    /// <summary>Makes it; <see cref="Start"/> starts its thread, which rests until <see cref="Connect"/>.</summary>
    public TunnelClient(
        IHal hal, Log log, SocketBudget sockets, TunnelOutbox outbox, FileStreams streams, ICloudCommands commands, CloudClaim claim, AutoResetEvent wake)
    {
        _hal = hal;
        _log = log;
        _lease = sockets.Lease(SocketUse.Tunnel, null);
        _outbox = outbox;
        _streams = streams;
        _commands = commands;
        _claim = claim;
        _receiver = new TunnelReceiver(hal.Clock, log, _machine, outbox, streams, commands, claim);
        _messages.CanCheckFiles = hal.Hash is IRunningHashes;
        _wake = wake;
        _thread = new Thread(Guard.Loop(log, LogArea, Run));
    }

    /// <summary>Where it stands.</summary>
    public TunnelState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    private bool IsStopped
    {
        get
        {
            lock (_gate)
            {
                return _isStopped;
            }
        }
    }

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Which cloud to be connected to from now on; null for none. The same one again changes nothing.</summary>
    public void Connect(TunnelSettings? settings)
    {
        lock (_gate)
        {
            _wanted = settings;
        }

        _wake.Set();
    }

    /// <summary>Closes the connection once what waits has been sent, and opens none until <see cref="Connect"/> names another cloud.</summary>
    public void Rest()
    {
        lock (_gate)
        {
            _mustRest = true;
        }

        _wake.Set();
    }

    /// <summary>Closes the connection and ends the thread; waits up to 2 s for it.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isStopped)
            {
                return;
            }

            _isStopped = true;
        }

        _stop.Cancel();
        _wake.Set();
        if (_thread.IsAlive)
        {
            _thread.Join(StopTimeoutMs);
        }
    }

    private void Run()
    {
        // After a fault of the hub, the connection is in a state that nobody knows, and so is the machine.
        Close();
        if (_machine.Interrupted(_hal.Clock.NowMs))
        {
            _error = FaultError;
        }

        Heartbeat beat = _log.Heartbeats.Begin(LogArea);
        while (!IsStopped)
        {
            beat.Beat("serving the cloud");
            int waitMs = Turn();
            Publish();
            if (waitMs > 0)
            {
                beat.Beat("waiting");
                Wait(waitMs);
            }
        }

        Close();
        _lease.Dispose();
        beat.End();
    }

    /// <summary>Does all that is due; returns for how long nothing is.</summary>
    private int Turn()
    {
        HubException? failure = null;
        try
        {
            TakeSettings();
            CheckNetwork();
            CheckClaim();
            if (_socket != null)
            {
                Receive();
                Tick();
                Write();
                Act(_machine.Next(_hal.Clock.NowMs));
                CheckRest();
            }
            else if (_machine.Next(_hal.Clock.NowMs) == TunnelAction.Connect)
            {
                Open();
            }
        }
        catch (HubException e)
        {
            failure = e;
        }

        if (failure != null)
        {
            Lost(failure);
        }

        return _machine.WaitMs(_hal.Clock.NowMs, LongestWaitMs);
    }

    private void Wait(int milliseconds)
    {
        bool isFlowing = _socket != null && _emptyFlowWaits < MostEmptyFlowWaits && _streams.IsExpecting;
        if (!isFlowing && (_socket == null || _socket.TrySignal(_wake)))
        {
            _hal.Clock.Wait(_wake, milliseconds);
            return;
        }

        HubException? failure = null;
        try
        {
            if (isFlowing)
            {
                _emptyFlowWaits++;
                _socket!.WaitForInput(FlowWaitMs);
            }
            else if (_socket!.Receive(milliseconds < UnsignalledWaitMs ? milliseconds : UnsignalledWaitMs))
            {
                Handle();
                _streams.Flush();
            }
        }
        catch (HubException e)
        {
            failure = e;
        }

        if (failure != null)
        {
            Lost(failure);
        }
    }

    private void TakeSettings()
    {
        TunnelSettings? wanted;
        lock (_gate)
        {
            wanted = _wanted;
        }

        if (wanted == null ? _settings == null : wanted.IsSame(_settings))
        {
            // The hub's name may be another one.
            _settings = wanted;
            return;
        }

        Close();
        lock (_gate)
        {
            _mustRest = false;
        }

        if (_settings != null && (wanted == null || !wanted.IsSameCloud(_settings)))
        {
            _outbox.ForgetAnswers();
        }

        _settings = wanted;
        _error = null;
        _receiver.Forget();
        if (wanted == null)
        {
            _machine.Rest();
        }
        else
        {
            _machine.Begin(_hal.Clock.NowMs);
        }
    }

    private void CheckNetwork()
    {
        bool hasNetwork = _hal.Radio.Wifi.State == WifiState.Connected;
        if (hasNetwork && !_hadNetwork)
        {
            _machine.NetworkIsBack(_hal.Clock.NowMs);
        }

        _hadNetwork = hasNetwork;
    }

    private void CheckClaim()
    {
        _machine.IsClaiming = _claim.LeftMs > 0;
        int claims = _claim.Count;
        if (claims != _claims)
        {
            _claims = claims;
            _machine.Claim(_hal.Clock.NowMs);
        }
    }

    private void CheckRest()
    {
        bool mustRest;
        lock (_gate)
        {
            mustRest = _mustRest;
            _mustRest = false;
        }

        if (mustRest)
        {
            _log.Warning(LogArea, "the cloud asked the hub to disconnect: it stays so until it restarts or cloud.json names another cloud or hub");
            Close();
            _machine.Rest();
            _error = "disconnected by the cloud";
        }
    }

    private void Open()
    {
        if (!_lease.TryTake())
        {
            _machine.NoSocket(_hal.Clock.NowMs);
            return;
        }

        _machine.Connecting();
        Publish();
        TunnelSettings settings = _settings!;
        WebSocketClient socket = new WebSocketClient(_hal, settings.Origin, settings.Tls, MaxMessageBytes) { SkipsLongMessages = true, BringsFiles = true };
        _socket = socket;
        socket.Connect(new HttpRequest("GET", settings.Path), _stop.Token);
        _machine.Connected(_hal.Clock.NowMs);
        byte[]? address = socket.RemoteAddress;
        _commands.Connected(address != null && PrivateAddress.Is(address));
        _receiver.Begin(settings);
        Act(_machine.Next(_hal.Clock.NowMs));
    }

    private void Receive()
    {
        for (int i = 0; i < MessagesPerTurn && _socket!.Receive(0); i++)
        {
            Handle();
        }

        _streams.Flush();
        _machine.Heard(_socket!.LastReceivedMs);
    }

    private void Handle()
    {
        bool wasWelcomed = _receiver.IsWelcomed;
        _emptyFlowWaits = 0;
        _receiver.Handle(_socket!);
        if (_receiver.IsWelcomed && !wasWelcomed)
        {
            _connections++;
            _error = null;
            Publish();
            _log.Info(LogArea, "connected to " + _settings!.Url + " as hub " + _settings.HubId);
        }
    }

    private void Tick()
    {
        if (_machine.Phase == TunnelPhase.Online)
        {
            _commands.Tick();
        }
    }

    private void Write()
    {
        while (_machine.Phase == TunnelPhase.Online && !IsStopped && _outbox.TryWrite(_messages))
        {
            Send();
            _outbox.Sent();
            if (_socket!.Receive(0))
            {
                Handle();
            }
        }

        _streams.Flush();
    }

    private void Act(TunnelAction action)
    {
        switch (action)
        {
            case TunnelAction.Hello:
                SayHello();
                break;
            case TunnelAction.Heartbeat:
                if (_outbox.TryWriteAgain(_messages))
                {
                    Send();
                }
                else
                {
                    SayHello();
                }

                break;
            case TunnelAction.Ping:
                _socket!.SendPing(SendTimeoutMs);
                _machine.Pinged(_hal.Clock.NowMs);
                break;
            case TunnelAction.Drop:
                throw new HubException(ErrorCode.Timeout, _machine.Phase == TunnelPhase.Greeting ? "it does not answer the hub's hello" : "nothing came from it for 90 s");
            default:
                break;
        }
    }

    private void SayHello()
    {
        TunnelSettings settings = _settings!;
        string? timestamp = null;
        string? signature = null;
        if (settings.Secret != null && _hal.Clock.IsUtcSynced)
        {
            timestamp = UnixTime.NowSeconds(_hal.Clock).ToString();
            signature = HelloSignature.Of(_hal.Hash, settings.Secret, settings.HubId, timestamp);
        }

        string? claim = settings.IsPrivate ? _claim.Proof : null;
        _messages.Hello(settings.HubId, settings.HubName, _hal.System, claim, timestamp, signature);
        Send();
        _machine.SentHello(_hal.Clock.NowMs);
    }

    private void Send()
    {
        _socket!.SendText(_messages.Buffer, 0, _messages.Length, SendTimeoutMs);
        _machine.Sent(_hal.Clock.NowMs);
    }

    private void Lost(HubException error)
    {
        _hal.System.FillRandom(_random);
        int random = (_random[0] << 8) | _random[1];
        if (_socket != null && _socket.CloseCode == TakenOverCode)
        {
            error = new HubException(error.Code, "another hub connected there as hub " + _settings!.HubId + ": set another hub_id in cloud.json of one of the two")
            {
                RetryAfterMs = TunnelMachine.TakenOverMs,
            };
        }

        _machine.Failed(error, _hal.Clock.NowMs, random);
        Close();
        if (IsStopped)
        {
            return;
        }

        string words = TunnelMachine.IsUnclaimed(error)
            ? "it does not know hub " + _settings!.HubId + " yet (" + error.Message + "): claim it there; the hub keeps trying"
            : error.Message;
        if (words != _error)
        {
            _error = words;
            _log.Warning(LogArea, "not connected to " + _settings!.Url + ": " + words);
        }
    }

    /// <summary>Closes the connection, if there is one, and waits for no answer: the cloud gives none. Throws nothing.</summary>
    private void Close()
    {
        _outbox.Lost(_machine.ArrivedMs);
        _streams.Lost();
        if (_socket != null)
        {
            _socket.Close(0);
            _socket.Dispose();
            _socket = null;
        }

        _lease.Return();
    }

    private void Publish()
    {
        if (_state.Phase == _machine.Phase && _state.Error == _error && _state.Connections == _connections && _state.HubName == _receiver.HubName && _state.TenantId == _receiver.TenantId)
        {
            return;
        }

        TunnelState state = new TunnelState(_machine.Phase, _settings?.Url, _error, _connections, _receiver.HubName, _receiver.TenantId);
        lock (_gate)
        {
            _state = state;
        }
    }
}
