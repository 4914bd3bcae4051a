using System;
using System.Collections;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Json;
using Hub.Core.Logging;
using Hub.Core.Network;
using Hub.Core.Requests;

namespace Hub.Core.Provisioning;

/// <summary>
/// Provisioning over Bluetooth (docs/provisioning.md): hosts the services, decides with the pure parts of this folder and carries out what centrals ask for. The driver's calls only
/// take and give values, under one lock; everything that waits happens on the thread "provisioning", joins and requests on threads of their own. Thread: any for the
/// driver's calls, the owner's for the rest.
/// </summary>
public sealed class Provisioner : IBleHandler, IConfigListener, IRequestListener, IDisposable
{
    /// <summary>Area of its log lines.</summary>
    public const string LogArea = "provisioning";

    /// <summary>How often the button is looked at, in ms.</summary>
    private const int TurnMs = 100;

    /// <summary>For how long after a central's access no TLS handshake may begin: it would stop every thread, and the central waits 2 s.</summary>
    private const int HoldTlsMs = 2000;

    /// <summary>Pause after the radio refused to advertise, in ms.</summary>
    private const int AdvertiseAgainMs = 5000;

    /// <summary>For how long the light blinks after Improv's identify, in ms.</summary>
    private const int IdentifyMs = 5000;

    /// <summary>Time for the thread to end, in ms.</summary>
    private const int StopMs = 2000;

    /// <summary>Whole messages that wait for the thread.</summary>
    private const int MaxMessages = 8;

    private readonly IHal _hal;
    private readonly Log _log;
    private readonly ConfigManager _config;
    private readonly HubRequests _requests;
    private readonly WifiKeeper? _network;
    private readonly string _pageUrl;
    private readonly GattIds _ids = new GattIds();
    private readonly object _gate = new object();
    private readonly AutoResetEvent _wake = new AutoResetEvent(false);
    private readonly WriteRules _rules;
    private readonly PlainValues _values;
    private readonly ImprovService _improv;
    private readonly StationState _station = new StationState();
    private readonly ChunkReader _chunks = new ChunkReader();
    private readonly Queue _messages = new Queue();
    private readonly Hashtable _subscribed = new Hashtable();
    private readonly ButtonWatch _button = new ButtonWatch();
    private readonly GattSender _sender;
    private RequestChannel? _channel;
    private Thread? _thread;
    private Heartbeat? _heartbeat;
    private string _name = "Hub";
    private string _code = "";
    private bool _isProvisioned;
    private bool _isWifiChanged;
    private bool _isNewConnection;
    private bool _isStopped;
    private long _lastAccessMs;
    private long _advertiseFromMs;
    private byte[]? _advertised;
    private IDisposable? _tlsHold;
    private long _identifyUntilMs;
    private bool _isLightOn;
    private string _shownWifi = "";

    /// <summary>Makes it; <see cref="Start"/> starts it.</summary>
    /// <param name="hal">The platform.</param>
    /// <param name="log">The log.</param>
    /// <param name="config">The configuration, loaded.</param>
    /// <param name="requests">Answers what centrals ask.</param>
    /// <param name="network">Keeps the hub in its network; null where the hub does not manage it.</param>
    /// <param name="pageUrl">Address of the provisioning page, where Improv's clients go next; empty for none.</param>
    public Provisioner(IHal hal, Log log, ConfigManager config, HubRequests requests, WifiKeeper? network, string pageUrl)
    {
        _hal = hal;
        _log = log;
        _config = config;
        _requests = requests;
        _network = network;
        _pageUrl = pageUrl;
        _rules = new WriteRules(hal.Clock.NowMs);
        _values = new PlainValues(_ids, config);
        _improv = new ImprovService(_ids);
        _sender = new GattSender(hal, _ids.Requests);
    }

    /// <summary>The pairing code for a label, such as ABCD-EFGH-IJKL; empty before <see cref="Start"/>. Never for the log: the cloud can read it.</summary>
    public string ShownCode => _code.Length == 0 ? "" : PairingCode.Shown(_code);

    /// <summary>True when the machine has Bluetooth and it was started.</summary>
    public bool IsStarted => _code.Length > 0;

    /// <summary>Hosts the services. Returns at once. Errors: <see cref="ErrorCode.NotSupported"/> where there is no Bluetooth.</summary>
    public void Start()
    {
        if (!_hal.Radio.Ble.IsAvailable)
        {
            throw new HubException(ErrorCode.NotSupported, "this machine has no Bluetooth that the hub can use");
        }

        _code = PairingCode.Load(_hal, _log);
        _log.Mask(new Secret(_code));
        _log.Mask(new Secret(ShownCode));
        _name = Advertisement.NameOf(_hal.System.DeviceId);
        _isProvisioned = _config.Wifi != null;
        _rules.SetProvisioned(_isProvisioned, _hal.Clock.NowMs);
        _config.Listen(this);
        _thread = new Thread(Guard.Loop(_log, LogArea, Run));
        _thread.Start();
    }

    /// <summary>Ends the services, for which it waits a little; what runs goes on.</summary>
    public void Dispose()
    {
        _config.Unlisten(this);
        lock (_gate)
        {
            _isStopped = true;
        }

        _wake.Set();

        // The next one on this radio must not be ended by this one's thread.
        if (_thread != null)
        {
            _thread.Join(StopMs);
        }
    }

    /// <inheritdoc/>
    public void ConfigChanged(string documentKey)
    {
        // No lock: whoever changes the configuration holds its own.
        _isWifiChanged |= documentKey == ConfigManager.WifiKey;
        _wake.Set();
    }

    /// <inheritdoc/>
    public void OnConnected()
    {
        lock (_gate)
        {
            long nowMs = _hal.Clock.NowMs;
            Forget();
            Refresh(nowMs);
            _rules.Connected(nowMs);
            _improv.Heard(_rules.IsWriteOpen(nowMs));
            _lastAccessMs = nowMs;
        }

        _wake.Set();
    }

    /// <inheritdoc/>
    public void OnDisconnected()
    {
        lock (_gate)
        {
            Forget();
            _rules.Disconnected();
        }

        _wake.Set();
    }

    /// <inheritdoc/>
    public byte[]? OnRead(BleCharacteristic characteristic)
    {
        WifiState radio = _hal.Radio.Wifi.State;
        lock (_gate)
        {
            long nowMs = _hal.Clock.NowMs;
            _lastAccessMs = nowMs;
            return _values.Read(characteristic, _station.Now(radio, _isProvisioned)) ?? _improv.Read(characteristic, _rules.IsWriteOpen(nowMs));
        }
    }

    /// <inheritdoc/>
    public bool OnWrite(BleCharacteristic characteristic, byte[] value)
    {
        bool isTaken;
        lock (_gate)
        {
            isTaken = Take(characteristic, value, _hal.Clock.NowMs);
        }

        _wake.Set();
        return isTaken;
    }

    /// <inheritdoc/>
    public void OnSubscribed(BleCharacteristic characteristic, bool isSubscribed)
    {
        WifiState radio = _hal.Radio.Wifi.State;
        lock (_gate)
        {
            _lastAccessMs = _hal.Clock.NowMs;
            _subscribed[characteristic.Uuid] = isSubscribed;
            if (characteristic == _ids.Status)
            {
                _station.Heard(radio, _isProvisioned);
            }
        }
    }

    /// <summary>A request that plain values or Improv made has its answer.</summary>
    public void Answered(HubRequest request)
    {
        byte[]? scan = request.Id == "improv" && request.Method == RequestMethods.WifiScan && request.Result != null ? ScanResult(request.Result) : null;
        lock (_gate)
        {
            if (request.Method == RequestMethods.WifiJoin)
            {
                _station.JoinEnded(request.Error == null);
                if (request.Id == "improv")
                {
                    _improv.JoinEnded(request.Error == null);
                    if (request.Error == null)
                    {
                        _improv.SetResult(Result(ImprovPackets.Settings, _pageUrl.Length == 0 ? new string[0] : new[] { _pageUrl }, 1));
                    }
                }
            }
            else if (request.Method == RequestMethods.WifiScan)
            {
                _improv.ScanEnded(scan);
            }
        }

        _wake.Set();
    }

    /// <summary>Does what is due.</summary>
    internal void Turn()
    {
        long nowMs = _hal.Clock.NowMs;
        bool isPressed = _button.See(_hal.Button.IsPressed);
        bool isConnected;
        bool isReachable;
        bool isWriteOpen;
        lock (_gate)
        {
            if (isPressed)
            {
                _rules.Pressed(nowMs);
            }

            Refresh(nowMs);
            if (_isNewConnection)
            {
                _isNewConnection = false;
                _channel!.Reset();
                _rules.LoggedOut();
                _sender.Reset();
            }

            isConnected = _rules.IsConnected;
            isReachable = _rules.IsReachable(nowMs);
            isWriteOpen = _rules.IsWriteOpen(nowMs);
            _channel!.IsProvisioned = _isProvisioned;
        }

        if (isPressed)
        {
            _log.Info(LogArea, "the button was pressed: for 10 minutes everybody in reach may set the hub up");
        }

        if (isConnected && !isReachable)
        {
            _hal.Radio.Ble.Disconnect();
        }

        HoldTls(nowMs, isConnected);
        Work();
        Advertise(nowMs, isConnected, isReachable, isWriteOpen);
        Tell();
        Light(nowMs);
    }

    private void Run()
    {
        if (IsStopped())
        {
            return;
        }

        Heartbeat beat = _log.Heartbeats.Begin(LogArea);
        Begin(beat);
        _hal.Radio.Ble.Host(_name, _ids.Services(), this);
        _advertised = null;
        while (!IsStopped())
        {
            beat.Beat("provisioning");
            Turn();
            beat.Beat("waiting");
            _hal.Clock.Wait(_wake, TurnMs);
        }

        _tlsHold?.Dispose();
        _tlsHold = null;
        _hal.Radio.Ble.Stop();
        beat.End();
    }

    /// <summary>Derives the key, which takes a while on the board.</summary>
    internal void Begin(Heartbeat beat)
    {
        _heartbeat = beat;
        if (_channel == null)
        {
            byte[] key = PairingCode.Key(_hal.Hash, _code, _hal.System.DeviceId);
            _channel = new RequestChannel(_hal, _log, _requests, _rules, _gate, _wake, key);
        }
    }

    /// <summary>Under the gate: what the configuration says of the network.</summary>
    private void Refresh(long nowMs)
    {
        bool isProvisioned = _config.Wifi != null;
        if (isProvisioned != _isProvisioned)
        {
            _isProvisioned = isProvisioned;
            _rules.SetProvisioned(isProvisioned, nowMs);
        }

        if (_isWifiChanged)
        {
            _isWifiChanged = false;
            _station.NetworkChanged();
        }
    }

    /// <summary>Under the gate: nothing of a former connection may reach the next one.</summary>
    private void Forget()
    {
        _values.Reset();
        _improv.Reset();
        _chunks.Reset();
        _messages.Clear();
        _subscribed.Clear();
        _isNewConnection = true;
    }

    /// <summary>Under the gate. False when the write is refused.</summary>
    private bool Take(BleCharacteristic characteristic, byte[] value, long nowMs)
    {
        _lastAccessMs = nowMs;
        if (!_rules.IsConnected || !_rules.IsReachable(nowMs))
        {
            return false;
        }

        if (characteristic == _ids.Requests)
        {
            return TakeChunk(value);
        }

        bool isOpen = _rules.IsWriteOpen(nowMs);
        if (characteristic == _ids.ImprovCommand)
        {
            if (_improv.Write(value, isOpen, _station.IsJoining, nowMs))
            {
                _station.JoinBegan();
            }

            return true;
        }

        bool isConnect = characteristic == _ids.Command && value.Length == 1 && value[0] == PlainValues.Connect;
        if (!isOpen || !_values.Has(characteristic) || (isConnect && _station.IsJoining) || !_values.Write(characteristic, value))
        {
            return false;
        }

        if (isConnect && _values.WillJoin)
        {
            _station.JoinBegan();
        }

        return true;
    }

    private bool TakeChunk(byte[] value)
    {
        if (_messages.Count >= MaxMessages)
        {
            return false;
        }

        ChunkResult result = _chunks.Take(value);
        if (result == ChunkResult.Complete)
        {
            _messages.Enqueue(new GattMessage(_chunks.Message, _chunks.IsSealed));
        }
        else if (result == ChunkResult.TooLarge)
        {
            _messages.Enqueue(new GattMessage(null, false));
        }

        return result == ChunkResult.More || result == ChunkResult.Complete;
    }

    /// <summary>Carries out what came, one after the other.</summary>
    private void Work()
    {
        while (true)
        {
            GattMessage? message = null;
            PlainCommand? command = null;
            byte[]? packet = null;
            lock (_gate)
            {
                if (_isNewConnection)
                {
                    // The connection has changed: its messages wait for the next turn.
                    return;
                }

                if (_messages.Count > 0)
                {
                    message = (GattMessage)_messages.Dequeue()!;
                }

                command = _values.TakeCommand();
                packet = _improv.TakeCommand();
            }

            if (message == null && command == null && packet == null)
            {
                return;
            }

            if (message != null && message.Bytes == null)
            {
                _channel!.TooLarge();
            }
            else if (message != null)
            {
                _channel!.Handle(message.Bytes!, message.IsSealed);
            }

            if (command != null)
            {
                Run(command);
            }

            if (packet != null)
            {
                Run(packet);
            }
        }
    }

    /// <summary>A command of the plain values.</summary>
    private void Run(PlainCommand command)
    {
        if (command.Code == PlainValues.Connect)
        {
            if (command.Ids != null)
            {
                StoreIds(command.Ids);
            }

            Join("plain", command.Network);
        }
        else if (command.Code == PlainValues.Disconnect)
        {
            Try("leave the network", () => _network?.Disconnect());
            lock (_gate)
            {
                _station.Left();
            }
        }
        else
        {
            Try("forget the network", () => _network?.Forget());
            lock (_gate)
            {
                _values.Reset();
                _station.Left();
            }
        }
    }

    /// <summary>A command of Improv.</summary>
    private void Run(byte[] packet)
    {
        switch (packet[0])
        {
            case ImprovPackets.Settings:
                Join("improv", ImprovService.Network(packet));
                break;
            case ImprovPackets.Identify:
                _identifyUntilMs = _hal.Clock.NowMs + IdentifyMs;
                break;
            case ImprovPackets.DeviceInfo:
                byte[] info = Result(ImprovPackets.DeviceInfo, new[] { Text.Product.Name, Text.Product.Version, _hal.System.HardwareVersion ?? "unknown", _name }, 1);
                lock (_gate)
                {
                    _improv.SetResult(info);
                }

                break;
            default:
                _requests.Submit(new HubRequest("improv", RequestMethods.WifiScan, null, this));
                break;
        }
    }

    /// <summary>What <see cref="StationState.JoinBegan"/> began must end: by the request's answer.</summary>
    private void Join(string id, Hashtable? network)
    {
        if (network == null)
        {
            lock (_gate)
            {
                _station.NothingToJoin();
            }

            return;
        }

        _requests.Submit(new HubRequest(id, RequestMethods.WifiJoin, network, this));
    }

    private void StoreIds(Hashtable ids) => Try("store hub id and tenant id", () => _config.SetCloud(ids));

    private void Try(string what, ThreadStart step)
    {
        try
        {
            step();
        }
        catch (HubException e)
        {
            _log.Warning(LogArea, "could not " + what + ": " + e.Message);
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            // The join that follows must begin, or none ever could.
            _log.Fault(LogArea, e);
        }
    }

    private void Advertise(long nowMs, bool isConnected, bool isReachable, bool isWriteOpen)
    {
        IBle ble = _hal.Radio.Ble;
        if (!isReachable)
        {
            if (_advertised != null)
            {
                _advertised = null;
                ble.StopAdvertising();
                _log.Info(LogArea, "the hub can be set up again after a restart, or when its button is pressed");
            }

            return;
        }

        byte state;
        lock (_gate)
        {
            state = _improv.State(isWriteOpen);
        }

        // A hub that has its network is advertised as provisioned, or every Improv client in reach would offer it to its user.
        state = state == ImprovService.AuthorizationRequired ? ImprovService.Provisioned : state;
        byte[] wanted = Advertisement.Of(state, ImprovService.Capabilities);
        bool isSame = _advertised != null && LoginSteps.AreSame(_advertised, wanted, 0);
        if (isConnected || nowMs < _advertiseFromMs || (isSame && ble.IsAdvertising))
        {
            return;
        }

        try
        {
            ble.Advertise((byte[])wanted.Clone(), Advertisement.ScanResponse(_name));
            _advertised = wanted;
        }
        catch (HubException e)
        {
            _advertiseFromMs = nowMs + AdvertiseAgainMs;
            _log.Warning(LogArea, "the hub cannot be found over Bluetooth: " + e.Message);
        }
    }

    /// <summary>Sends what is new.</summary>
    private void Tell()
    {
        TellWifi();
        while (true)
        {
            byte[]? message = _channel!.TakeMessage(out bool isSealed);
            if (message == null)
            {
                break;
            }

            if (!_sender.SendMessage(message, isSealed, _heartbeat!))
            {
                // Its central waits for it: one that connects again asks again.
                _hal.Radio.Ble.Disconnect();
            }
        }

        WifiState radio = _hal.Radio.Wifi.State;
        while (true)
        {
            int status;
            lock (_gate)
            {
                status = IsHeard(_ids.Status) ? _station.TakeNews(radio, _isProvisioned) : -1;
            }

            if (status < 0)
            {
                break;
            }

            Send(_ids.Status, new[] { (byte)status });
        }

        TellImprov();
    }

    private void TellImprov()
    {
        byte[]? error;
        byte[]? state;
        byte[]? result;
        lock (_gate)
        {
            error = _improv.TakeError();
            state = _improv.TakeState(_rules.IsWriteOpen(_hal.Clock.NowMs));
            result = _improv.TakeResult();
        }

        if (error != null)
        {
            Send(_ids.ImprovError, error);
        }

        // The result first: improv-wifi-sdk 1.4.0 shows its address only then.
        if (result != null)
        {
            Send(_ids.ImprovResult, result);
        }

        if (state != null)
        {
            Send(_ids.ImprovState, state);
        }
    }

    private void TellWifi()
    {
        if (!_channel!.IsLoggedIn)
        {
            _shownWifi = "";
            return;
        }

        IWifi wifi = _hal.Radio.Wifi;
        WifiState state = wifi.State;
        WifiConfig? network = _config.Wifi;
        string ssid = network == null ? "" : network.Ssid;
        string shown = ((int)state).ToString() + ssid;
        if (shown != _shownWifi)
        {
            _shownWifi = shown;
            _channel.ShowWifi(ChannelMessages.Wifi(WifiRequests.NameOf(state), ssid, wifi.SignalDbm));
        }
    }

    /// <summary>A few tries: a central that does not take a value in this time reads it by itself.</summary>
    private void Send(BleCharacteristic characteristic, byte[] value)
    {
        const int Tries = 25;
        const int PauseMs = 20;
        for (int i = 0; i < Tries && IsHeardNow(characteristic); i++)
        {
            if (_sender.Send(characteristic, value))
            {
                return;
            }

            _hal.Clock.Sleep(PauseMs);
        }
    }

    private bool IsHeardNow(BleCharacteristic characteristic)
    {
        lock (_gate)
        {
            return IsHeard(characteristic);
        }
    }

    /// <summary>Under the gate.</summary>
    private bool IsHeard(BleCharacteristic characteristic) => _rules.IsConnected && _subscribed[characteristic.Uuid] is bool isSubscribed && isSubscribed;

    private void HoldTls(long nowMs, bool isConnected)
    {
        bool isWanted = isConnected && nowMs - LastAccessMs() < HoldTlsMs && !_channel!.IsDialling;
        if (isWanted && _tlsHold == null)
        {
            _tlsHold = _hal.Sockets.HoldTls();
        }
        else if (!isWanted && _tlsHold != null)
        {
            _tlsHold.Dispose();
            _tlsHold = null;
        }
    }

    private long LastAccessMs()
    {
        lock (_gate)
        {
            return _lastAccessMs;
        }
    }

    /// <summary>The light shows that the hub waits for its network, and blinks when a person looks for it.</summary>
    private void Light(long nowMs)
    {
        bool isOn = !_isProvisioned;
        if (nowMs < _identifyUntilMs)
        {
            const int BlinkMs = 250;
            isOn = nowMs / BlinkMs % 2 == 0;
        }

        // Again and again while it is on: others show theirs, too.
        if (isOn || _isLightOn)
        {
            _isLightOn = isOn;
            _hal.Indicator.Show(isOn ? IndicatorState.Provisioning : IndicatorState.Ok);
        }
    }

    private byte[] Result(byte command, string[] texts, int group)
    {
        // Before a central has negotiated its MTU there is little room; a client that reads gets no more either.
        int room = _hal.Radio.Ble.MaxNotifyBytes;
        return ImprovPackets.Result(command, texts, group, room);
    }

    private byte[] ScanResult(byte[] json)
    {
        ArrayList texts = new ArrayList();
        Hashtable tree = (Hashtable)_hal.JsonDocuments.Parse(json)!;
        ArrayList networks = (ArrayList)tree["networks"]!;
        for (int i = 0; i < networks.Count; i++)
        {
            Hashtable network = (Hashtable)networks[i]!;
            texts.Add(network["ssid"]);
            texts.Add(network["signal_dbm"]!.ToString());

            // The board cannot tell how a network is protected: a client asks for a password then, which may stay empty.
            texts.Add(network["security"] as string == "open" ? "NO" : "WPA2");
        }

        string[] all = new string[texts.Count];
        texts.CopyTo(all);
        const int TextsOfNetwork = 3;
        return Result(ImprovPackets.Scan, all, TextsOfNetwork);
    }

    private bool IsStopped()
    {
        lock (_gate)
        {
            return _isStopped;
        }
    }

    /// <summary>A message that waits for the thread; without bytes, one that was too long. Immutable.</summary>
    private sealed class GattMessage
    {
        public GattMessage(byte[]? bytes, bool isSealed)
        {
            Bytes = bytes;
            IsSealed = isSealed;
        }

        public byte[]? Bytes { get; }

        public bool IsSealed { get; }
    }
}
