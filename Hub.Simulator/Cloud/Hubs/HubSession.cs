using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Access;
using Hub.Simulator.Cloud.Json;

namespace Hub.Simulator.Cloud.Hubs;

/// <summary>
/// One connection of a hub: hello, welcome, and then messages both ways (docs/tunnel.md). One task reads; anything may send. What the
/// messages mean is decided by <see cref="HubInbox"/>.
/// </summary>
internal sealed class HubSession
{
    /// <summary>Longest message that a hub may send.</summary>
    public const int MaxMessageBytes = 64 * 1024;

    /// <summary>Close codes of the base protocol, and 4004: another connection of this hub took over.</summary>
    public const int NoHello = 4001;
    public const int Silent = 4002;
    public const int Refused = 4003;
    public const int Replaced = 4004;

    /// <summary>Policy violation (RFC 6455 §7.4.1).</summary>
    public const int TooMuch = 1008;

    private const int MaxReasonBytes = 123;

    private static readonly TimeSpan s_helloTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_silenceTime = TimeSpan.FromSeconds(90);

    /// <summary>A hub that reads so little that one write takes longer is as good as gone.</summary>
    private static readonly TimeSpan s_stallTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_closeTime = TimeSpan.FromSeconds(1);

    private readonly WebSocket _socket;
    private readonly HubWire _wire;
    private readonly HubInbox _inbox;
    private readonly TimeProvider _clock;
    private readonly Action _abort;
    private readonly long _opened;
    private long _heard;
    private volatile HashSet<string> _features = [];
    private HubGreeting? _claiming;
    private volatile bool _isPending;
    private volatile KnownHub? _hub;
    private volatile bool _isEnded;
    private int _isClosing;

    /// <summary>A connection that was just opened.</summary>
    /// <param name="hubId">The id in its address.</param>
    /// <param name="remote">Where it comes from, or null.</param>
    /// <param name="wire">Its bytes.</param>
    /// <param name="inbox">Who handles its messages.</param>
    /// <param name="abort">Ends the connection without a word.</param>
    public HubSession(string hubId, IPAddress? remote, HubWire wire, HubInbox inbox, Action abort)
    {
        HubId = hubId;
        Remote = remote;
        _wire = wire;
        _inbox = inbox;
        _clock = inbox.Clock;
        _abort = abort;
        _socket = WebSocket.CreateFromStream(wire, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = TimeSpan.Zero });
        _opened = _heard = _clock.GetTimestamp();
    }

    /// <summary>The id in its address.</summary>
    public string HubId { get; }

    /// <summary>Where it comes from, or null.</summary>
    public IPAddress? Remote { get; }

    /// <summary>Since when it is welcomed, or null.</summary>
    public DateTimeOffset? Since { get; private set; }

    /// <summary>Its firmware's version, or null.</summary>
    public string? Firmware { get; private set; }

    /// <summary>The extensions that the hub announced.</summary>
    public IReadOnlyCollection<string> Features => _features;

    /// <summary>Where its job events go; null until it is welcomed.</summary>
    public EventIntake? Events { get; set; }

    /// <summary>True once the connection has ended.</summary>
    public bool IsEnded => _isEnded;

    /// <summary>True for an extension that both sides know.</summary>
    public bool Has(string feature) => _features.Contains(feature);

    /// <summary>Reads until the connection ends. Throws nothing but the cloud's own faults.</summary>
    public async Task RunAsync()
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxMessageBytes);
        try
        {
            while (await ReadAsync(buffer.AsMemory(0, MaxMessageBytes)))
            {
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The connection is gone.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            _isEnded = true;
            _socket.Dispose();
            Forget();
            if (_hub != null)
            {
                _inbox.Lost(_hub, this);
            }
        }
    }

    /// <summary>Sends a message.</summary>
    /// <returns>False when too many wait already, or the connection has ended.</returns>
    public ValueTask<bool> TrySendAsync(ReadOnlyMemory<byte> message) => _isEnded || _isClosing != 0 ? ValueTask.FromResult(false) : _wire.TrySendAsync(message);

    /// <summary>Sends bytes of a file within its credit; see <see cref="HubWire.TrySendFileAsync"/>.</summary>
    public ValueTask<bool> TrySendFileAsync(uint streamId, ReadOnlySequence<byte> data) =>
        _isEnded || _isClosing != 0 ? ValueTask.FromResult(false) : _wire.TrySendFileAsync(streamId, data);

    /// <summary>Reports what is wrong with a message to the hub.</summary>
    public async Task ErrorAsync(string code, string message) => await TrySendAsync(HubMessages.Error(code, message, _clock.GetUtcNow()));

    /// <summary>Closes with a code. Waits for no answer: the connection ends a second later at the latest.</summary>
    public async Task CloseAsync(int code, string reason)
    {
        if (Interlocked.Exchange(ref _isClosing, 1) != 0)
        {
            return;
        }

        try
        {
            await _socket.CloseOutputAsync((WebSocketCloseStatus)code, Fit(reason), CancellationToken.None).WaitAsync(s_closeTime);
            await Task.Delay(s_closeTime);
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or TimeoutException or InvalidOperationException)
        {
            // It cannot be told any more.
        }

        _abort();
    }

    /// <summary>A close frame has room for 123 bytes of reason (RFC 6455 §5.5).</summary>
    private static string Fit(string reason)
    {
        int length = reason.Length;
        while (Encoding.UTF8.GetByteCount(reason.AsSpan(0, length)) > MaxReasonBytes)
        {
            length--;
        }

        return reason[..length];
    }

    /// <summary>Ends a connection that does not say hello, or that went silent. Called once a second.</summary>
    public void Check()
    {
        if (_hub == null && !_isPending && _clock.GetElapsedTime(_opened) > s_helloTime)
        {
            _ = EndAsync(NoHello, "AUTH_TIMEOUT", "no hub_hello within 10 s");
        }
        else if (_clock.GetElapsedTime(Volatile.Read(ref _heard)) > s_silenceTime)
        {
            _ = CloseAsync(Silent, "no message for 90 s");
        }
        else if (_wire.WritingSince is { } since && _clock.GetElapsedTime(since) > s_stallTime)
        {
            // A close would have to wait behind what it does not read.
            _abort();
        }
    }

    private async Task EndAsync(int close, string code, string message)
    {
        if (_isClosing == 0)
        {
            await ErrorAsync(code, message);
            await CloseAsync(close, message);
        }
    }

    /// <summary>Reads and handles one message; false at the end.</summary>
    private async Task<bool> ReadAsync(Memory<byte> buffer)
    {
        int length = 0;
        bool isLong = false;
        ValueWebSocketReceiveResult part;
        do
        {
            if (length == buffer.Length)
            {
                isLong = true;
                length = 0;
            }

            part = await _socket.ReceiveAsync(buffer[length..], CancellationToken.None);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                await CloseAsync((int)WebSocketCloseStatus.NormalClosure, "");
                return false;
            }

            length += part.Count;
        }
        while (!part.EndOfMessage);

        Volatile.Write(ref _heard, _clock.GetTimestamp());
        if (isLong)
        {
            await ErrorAsync("MESSAGE_TOO_LONG", "a message may have " + MaxMessageBytes + " bytes");
        }
        else if (part.MessageType != WebSocketMessageType.Text)
        {
            await ErrorAsync("INVALID_MESSAGE", "a hub sends text messages only");
        }
        else
        {
            await HandleAsync(buffer[..length]);
        }

        return true;
    }

    private async Task HandleAsync(Memory<byte> bytes)
    {
        LoneSurrogates.Replace(bytes.Span);
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(bytes);
        }
        catch (JsonException)
        {
            await ErrorAsync("INVALID_MESSAGE", "the message is not JSON");
            return;
        }

        using (document)
        {
            JsonElement message = document.RootElement;
            string? type = message.ValueKind == JsonValueKind.Object ? message.Text("type") : null;
            if (type == null)
            {
                await ErrorAsync("INVALID_MESSAGE", "the message has no type");
            }
            else if (type == "hub_hello")
            {
                await GreetAsync(message);
            }
            else if (_hub == null)
            {
                await ErrorAsync("NOT_AUTHENTICATED", "send hub_hello first");
            }
            else
            {
                await _inbox.HandleAsync(_hub, this, type, message, bytes);
            }
        }
    }

    private async Task GreetAsync(JsonElement hello)
    {
        if (hello.Text("hub_id") != HubId)
        {
            await EndAsync(Refused, "HUB_ID_MISMATCH", "hub_id is not the one of the address");
            return;
        }

        HubGreeting? former = _claiming;
        JsonElement auth = hello.Object("auth");
        bool isSigned = auth.ValueKind == JsonValueKind.Object;
        HubGreeting greeting = new()
        {
            HubId = HubId,
            Remote = Remote,
            Timestamp = isSigned ? auth.Text("timestamp") ?? auth.Number("timestamp")?.ToString() : null,
            Signature = isSigned ? auth.Text("signature") : null,
            Claim = hello.Text("claim"),
            SendSecretAsync = SendSecretAsync,
        };
        HubVerdict verdict = await _inbox.Gate.JudgeAsync(greeting);
        _claiming = greeting.Claim == null ? null : greeting;
        if (former != null)
        {
            // A code that the hub shows no more is void. The same one has its place by this greeting now.
            _inbox.Gate.Gone(former);
        }

        if (verdict.IsWelcome)
        {
            Firmware = hello.Text("firmware_version");
            _features = hello.Items("capabilities").Where(c => c.ValueKind == JsonValueKind.String).Select(c => c.GetString()!).Intersect(CloudFeatures.Announced).ToHashSet();
            await WelcomeAsync();
        }
        else if (verdict.Code != null)
        {
            await EndAsync(Refused, verdict.Code, verdict.Message!);
        }
        else
        {
            _isPending = true;
        }
    }

    private async Task WelcomeAsync()
    {
        KnownHub? hub = _hub ?? _inbox.Hubs.GetOrAdd(HubId);
        if (hub == null)
        {
            await EndAsync(Refused, "TOO_MANY_HUBS", "this cloud knows too many hubs already");
            return;
        }

        bool isNew = _hub == null;
        Since ??= _clock.GetUtcNow();
        _hub = hub;
        if (isNew)
        {
            _inbox.Welcomed(hub, this);
        }

        await TrySendAsync(HubMessages.Welcome(HubId, hub.Name, _clock.GetUtcNow()));
    }

    private async Task SendSecretAsync(string secret)
    {
        if (!await TrySendAsync(HubMessages.Claimed(secret)))
        {
            throw new IOException("the hub's connection has ended");
        }
    }

    private void Forget()
    {
        if (_claiming != null)
        {
            _inbox.Gate.Gone(_claiming);
            _claiming = null;
        }
    }
}
