using System;
using System.Collections;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Json;
using Hub.Core.Logging;
using Hub.Core.Requests;

namespace Hub.Core.Provisioning;

/// <summary>
/// Login and requests of the central (docs/provisioning.md, "Requests"). What it wants to say waits in <see cref="TakeMessage"/>. Thread: the provisioner's for all
/// but <see cref="Answered"/>, which any may call.
/// </summary>
internal sealed class RequestChannel : IRequestListener, IStepListener
{
    /// <summary>Requests that may be open at a time.</summary>
    public const int MaxOpen = 4;

    /// <summary>Requests that are remembered, and for how long after their answer.</summary>
    private const int MaxRemembered = 8;
    private const int RememberedMs = 2 * 60 * 1000;
    private const int MaxIdLength = 64;

    private readonly IHal _hal;
    private readonly Log _log;
    private readonly HubRequests _requests;
    private readonly WriteRules _rules;
    private readonly object _rulesGate;
    private readonly AutoResetEvent _wake;
    private readonly LoginSteps _login;
    private readonly object _gate = new object();
    private readonly ArrayList _remembered = new ArrayList();
    private readonly Queue _answered = new Queue();
    private readonly Queue _plain = new Queue();
    private SealedBox? _box;
    private int _dialling;
    private byte[]? _wifiEvent;

    /// <summary>Makes it.</summary>
    /// <param name="hal">The platform.</param>
    /// <param name="log">The log.</param>
    /// <param name="requests">Answers the requests.</param>
    /// <param name="rules">Who may write.</param>
    /// <param name="rulesGate">Guards the rules.</param>
    /// <param name="wake">Set when there is something to send.</param>
    /// <param name="key">The pairing code's key.</param>
    public RequestChannel(IHal hal, Log log, HubRequests requests, WriteRules rules, object rulesGate, AutoResetEvent wake, byte[] key)
    {
        _hal = hal;
        _log = log;
        _requests = requests;
        _rules = rules;
        _rulesGate = rulesGate;
        _wake = wake;
        _login = new LoginSteps(hal, key);
    }

    /// <summary>True when the hub has a network in its configuration, for the hello.</summary>
    public bool IsProvisioned { get; set; }

    /// <summary>True while a request runs that dials by itself, so that TLS must not be held back.</summary>
    public bool IsDialling
    {
        get
        {
            lock (_gate)
            {
                return _dialling > 0;
            }
        }
    }

    /// <summary>True when wifi messages have somebody to read them.</summary>
    public bool IsLoggedIn => _box != null;

    /// <summary>A connection began or ended: its login is over. Requests that run go on, and are remembered.</summary>
    public void Reset()
    {
        _box = null;
        _login.Reset();
        _plain.Clear();
        _wifiEvent = null;
    }

    /// <summary>A whole message of the central. Throws nothing but an abort.</summary>
    public void Handle(byte[] message, bool isSealed)
    {
        if (!isSealed)
        {
            HandlePlain(message);
            return;
        }

        long nowMs = _hal.Clock.NowMs;
        bool isLoggedIn;
        lock (_rulesGate)
        {
            isLoggedIn = _rules.IsLoggedIn(nowMs);
        }

        byte[]? opened = _box == null || !isLoggedIn ? null : _box.Open(message);
        if (opened == null)
        {
            LogOut();
            Say(ChannelMessages.Error("login_needed", "log in first, or again: nothing was asked for 10 minutes, or the message's seal is wrong", -1));
            return;
        }

        lock (_rulesGate)
        {
            _rules.Asked(nowMs);
        }

        HandleRequest(opened);
    }

    /// <summary>A message was too long to be taken.</summary>
    public void TooLarge() => Say(ChannelMessages.Error("too_large", "a message to the hub has at most 8192 bytes", -1));

    /// <summary>The network's state changed; the newest one is sent.</summary>
    public void ShowWifi(byte[] message) => _wifiEvent = _box == null ? null : message;

    /// <inheritdoc/>
    public void Answered(HubRequest request)
    {
        lock (_gate)
        {
            RememberedRequest? known = Find(request.Id);
            if (known == null)
            {
                return;
            }

            known.Answer(request, _hal.Clock.NowMs);
            _dialling -= Dials(known.Method) ? 1 : 0;
            _answered.Enqueue(known);
        }

        _wake.Set();
    }

    /// <inheritdoc/>
    public void StepEnded(HubRequest request, byte[] step)
    {
        lock (_gate)
        {
            _answered.Enqueue(ChannelMessages.Step(request.Id, step));
        }

        _wake.Set();
    }

    /// <summary>The next message to send, sealed by now if it must be; null for none.</summary>
    public byte[]? TakeMessage(out bool isSealed)
    {
        isSealed = false;
        if (_plain.Count > 0)
        {
            return (byte[])_plain.Dequeue()!;
        }

        byte[]? message = TakeAnswer();
        if (message == null)
        {
            message = _wifiEvent;
            _wifiEvent = null;
        }

        SealedBox? box = _box;
        if (message == null || box == null)
        {
            return null;
        }

        isSealed = true;
        return box.Seal(message, message.Length);
    }

    private static bool Dials(string method) => method == RequestMethods.PrintersTest || method.StartsWith("cloud.");

    private byte[]? TakeAnswer()
    {
        lock (_gate)
        {
            if (_answered.Count == 0 || _box == null)
            {
                // Without a login nobody may read them: they stay remembered, and are sent when they are asked for again.
                _answered.Clear();
                return null;
            }

            object waiting = _answered.Dequeue()!;
            if (waiting is byte[] step)
            {
                return step;
            }

            RememberedRequest next = (RememberedRequest)waiting;
            byte[] message = ChannelMessages.Response(next.Id, next.Result, next.Error);
            next.Sent();
            return message;
        }
    }

    private void HandlePlain(byte[] message)
    {
        Hashtable? tree = Parse(message);
        string type = tree == null ? "" : tree["type"] as string ?? "";
        if (tree != null && type == "hello")
        {
            Hello(tree);
        }
        else if (tree != null && type == "login")
        {
            Login(tree);
        }
        else if (tree != null && type == "request")
        {
            Say(ChannelMessages.Error("login_needed", "log in with the pairing code first", -1));
        }
        else
        {
            Say(ChannelMessages.Error("bad_message", "the message is not one of docs/provisioning.md", -1));
        }
    }

    private void Hello(Hashtable tree)
    {
        byte[]? nonce = Bytes(tree["nonce"]);
        if (nonce == null || nonce.Length != LoginSteps.NonceBytes || !(tree["version"] is long version) || version != ChannelMessages.Version)
        {
            Say(ChannelMessages.Error("bad_message", "a hello has version 1 and a nonce of 16 bytes", -1));
            return;
        }

        LogOut();
        int triesLeft;
        lock (_rulesGate)
        {
            triesLeft = _rules.TriesLeft;
        }

        Say(ChannelMessages.Hello(_login.Begin(nonce), _hal.System.DeviceId, IsProvisioned, triesLeft));
    }

    private void Login(Hashtable tree)
    {
        byte[]? proof = Bytes(tree["proof"]);
        if (proof == null || !_login.IsBegun)
        {
            Say(ChannelMessages.Error("bad_message", "a login has a proof, and a hello before it", -1));
            return;
        }

        long nowMs = _hal.Clock.NowMs;
        bool isLocked;
        lock (_rulesGate)
        {
            isLocked = _rules.IsLocked;
        }

        if (isLocked)
        {
            _login.Reset();
            Say(ChannelMessages.Error("pairing_locked", "too many wrong pairing codes: press the hub's BOOT button or restart it", 0));
            return;
        }

        byte[]? own = _login.Prove(proof, out SealedBox? box);
        int triesLeft;
        lock (_rulesGate)
        {
            if (own == null)
            {
                _rules.WrongCode();
            }
            else
            {
                _rules.RightCode(nowMs);
            }

            triesLeft = _rules.TriesLeft;
        }

        if (own == null)
        {
            _log.Warning(Provisioner.LogArea, "a login over Bluetooth had a wrong pairing code; tries left: " + triesLeft.ToString());
            Say(ChannelMessages.Error("wrong_code", "the pairing code is wrong", triesLeft));
            return;
        }

        _log.Info(Provisioner.LogArea, "a login over Bluetooth with the pairing code");
        Say(ChannelMessages.Login(own));
        _box = box;
    }

    private void HandleRequest(byte[] message)
    {
        Hashtable? tree = Parse(message);
        string? id = tree == null ? null : tree["request_id"] as string;
        if (tree == null || id == null || id.Length == 0 || id.Length > MaxIdLength || tree["type"] as string != "request")
        {
            Say(ChannelMessages.Error("bad_message", "a request has type, request_id (1 to 64 characters), method and params", -1));
            return;
        }

        string method = tree["method"] as string ?? "";
        RememberedRequest entry;
        lock (_gate)
        {
            RememberedRequest? known = Find(id);
            if (known != null && (!known.IsAnswered || known.HasAnswer))
            {
                if (known.IsAnswered)
                {
                    _answered.Enqueue(known);
                }

                return;
            }

            if (known != null)
            {
                _remembered.Remove(known);
            }

            entry = new RememberedRequest(id, method);
            if (!Remember(entry))
            {
                HubRequest refused = new HubRequest(id, method, null, this);
                refused.Answer(null, new HubException(ErrorCode.QueueFull, "at most 4 requests are answered at a time"));
                entry.Answer(refused, _hal.Clock.NowMs);
                _answered.Enqueue(entry);
                return;
            }

            _dialling += Dials(method) ? 1 : 0;
        }

        HubRequest request = new HubRequest(id, method, tree["params"] as Hashtable, this);
        if (method == "pairing.get")
        {
            request.Answer(Pairing(), null);
            return;
        }

        _requests.Submit(request);
    }

    private byte[] Pairing()
    {
        long windowMs;
        int triesLeft;
        lock (_rulesGate)
        {
            windowMs = _rules.WindowLeftMs(_hal.Clock.NowMs);
            triesLeft = _rules.TriesLeft;
        }

        const int InitialBytes = 64;
        const int MaxBytes = 256;
        const int MsPerSecond = 1000;
        JsonWriter json = new JsonWriter(InitialBytes, MaxBytes);
        json.BeginObject();
        if (windowMs >= 0)
        {
            json.Member("window_seconds", windowMs / MsPerSecond);
        }

        json.Member("tries_left", (long)triesLeft);
        json.EndObject();
        return json.ToArray();
    }

    /// <summary>Under the gate. False when as many as may be are open.</summary>
    private bool Remember(RememberedRequest entry)
    {
        long nowMs = _hal.Clock.NowMs;
        int open = 0;
        for (int i = _remembered.Count - 1; i >= 0; i--)
        {
            RememberedRequest other = (RememberedRequest)_remembered[i]!;
            open += other.IsAnswered ? 0 : 1;
            if (other.IsAnswered && nowMs - other.AnsweredMs > RememberedMs)
            {
                _remembered.RemoveAt(i);
            }
        }

        if (open >= MaxOpen)
        {
            return false;
        }

        for (int i = 0; i < _remembered.Count && _remembered.Count >= MaxRemembered; i++)
        {
            if (((RememberedRequest)_remembered[i]!).IsAnswered)
            {
                _remembered.RemoveAt(i--);
            }
        }

        _remembered.Add(entry);
        return true;
    }

    /// <summary>Under the gate.</summary>
    private RememberedRequest? Find(string id)
    {
        for (int i = 0; i < _remembered.Count; i++)
        {
            RememberedRequest entry = (RememberedRequest)_remembered[i]!;
            if (entry.Id == id)
            {
                return entry;
            }
        }

        return null;
    }

    private void LogOut()
    {
        _box = null;
        _wifiEvent = null;
        lock (_rulesGate)
        {
            _rules.LoggedOut();
        }
    }

    private void Say(byte[] plain)
    {
        // A central that asks and does not listen gets no more than this.
        const int MaxWaiting = 8;
        if (_plain.Count < MaxWaiting)
        {
            _plain.Enqueue(plain);
        }
    }

    private Hashtable? Parse(byte[] message)
    {
        try
        {
            return _hal.JsonDocuments.Parse(message) as Hashtable;
        }
        catch (HubException)
        {
            return null;
        }
    }

    private static byte[]? Bytes(object? base64)
    {
        string? text = base64 as string;
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        try
        {
            return Convert.FromBase64String(text);
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception)
        {
            // The board's CLR throws other types than .NET's FormatException.
            return null;
        }
    }
}
