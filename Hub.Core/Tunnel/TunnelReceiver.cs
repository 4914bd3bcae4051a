using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.WebSockets;

namespace Hub.Core.Tunnel;

/// <summary>What the cloud sends, and whom it is for: the connection, the outbox, the streams of files, or the commands. Thread: the tunnel's.</summary>
internal sealed class TunnelReceiver
{
    private readonly IClock _clock;
    private readonly Log _log;
    private readonly TunnelMachine _machine;
    private readonly TunnelOutbox _outbox;
    private readonly FileStreams _streams;
    private readonly ICloudCommands _commands;
    private readonly CloudClaim _claim;
    private readonly CloudMessageReader _reader = new CloudMessageReader();
    private TunnelSettings? _settings;
    private CloudFeatures _features;
    private string? _complaint;

    public TunnelReceiver(IClock clock, Log log, TunnelMachine machine, TunnelOutbox outbox, FileStreams streams, ICloudCommands commands, CloudClaim claim)
    {
        _clock = clock;
        _log = log;
        _machine = machine;
        _outbox = outbox;
        _streams = streams;
        _commands = commands;
        _claim = claim;
    }

    /// <summary>The hub's name in the cloud, or null.</summary>
    public string? HubName { get; private set; }

    /// <summary>The account that the hub belongs to, or null.</summary>
    public string? TenantId { get; private set; }

    /// <summary>True once the present connection was welcomed.</summary>
    public bool IsWelcomed { get; private set; }

    /// <summary>A connection begins.</summary>
    /// <param name="settings">To which cloud.</param>
    public void Begin(TunnelSettings settings)
    {
        _settings = settings;
        IsWelcomed = false;
    }

    /// <summary>Another cloud, or none: what the former one said counts no more.</summary>
    public void Forget()
    {
        HubName = null;
        TenantId = null;
    }

    /// <summary>Deals with the message that the socket has received.</summary>
    public void Handle(WebSocketClient socket)
    {
        _machine.Heard(_clock.NowMs);
        string? trouble;
        if (socket.IsCut)
        {
            trouble = "it sent a message of more than " + (TunnelClient.MaxMessageBytes / 1024).ToString() + " KiB";
        }
        else if (socket.IsText)
        {
            trouble = Handle(_reader.Read(socket.Message, 0, socket.MessageLength));
        }
        else
        {
            trouble = _streams.Frame(socket.Message, socket.MessageOffset, socket.MessageLength);
        }

        if (trouble != null)
        {
            Complain(trouble);
        }
    }

    /// <summary>Null, or what is wrong with the message.</summary>
    private string? Handle(CloudMessage message)
    {
        if (message.CommandId != null)
        {
            if (message.Type == CloudMessageType.HubConfig)
            {
                // The hub has this name in the cloud, also where it cannot be stored.
                HubName = message.HubName ?? HubName;
            }

            _commands.Handle(message);
            return null;
        }

        if (message.Type == CloudMessageType.Error)
        {
            return Refused(message);
        }

        if (message.Type == CloudMessageType.Request && message.RequestId != null && (_features & CloudFeatures.Requests) != 0)
        {
            _commands.Request(message);
            return null;
        }

        if (message.Fault != null)
        {
            return message.Fault.Message;
        }

        switch (message.Type)
        {
            case CloudMessageType.Welcome:
                Welcomed(message);
                return null;
            case CloudMessageType.EventAck:
                _outbox.Acknowledged(message.UpTo, message.LogId);
                return null;
            case CloudMessageType.HubClaimed:
                return Claimed(message.Secret);
            case CloudMessageType.FileEnd:
                return _streams.End(message.StreamId);
            case CloudMessageType.FileCancel:
                _streams.Cancel(message.StreamId, message.Error);
                return null;
            case CloudMessageType.Request:
                return message.RequestId == null ? "it sent a request without a request_id" : "it sent a request, but its hub_welcome does not name requests";
            default:
                return "it sent a " + message.TypeName + " without a command_id";
        }
    }

    private void Welcomed(CloudMessage message)
    {
        // A hello that is repeated may be answered without the account.
        TenantId = message.TenantId ?? TenantId;
        HubName = message.HubName ?? HubName;
        _machine.Welcomed(_clock.NowMs);
        _commands.Welcomed(message.HasFeatures, message.Features);
        _outbox.Welcomed(message.Features);
        _features = message.Features;
        if (!IsWelcomed)
        {
            IsWelcomed = true;
            _complaint = null;
        }
    }

    private string? Claimed(Secret? secret)
    {
        if (secret == null)
        {
            return "it sent a hub_claimed without a secret";
        }

        try
        {
            if (_claim.LeftMs > 0)
            {
                _log.Mask(secret);
            }

            _claim.Accept(secret, _settings!);
            _log.Info(TunnelClient.LogArea, "claimed: " + _settings!.Url + " gave hub " + _settings.HubId + " its secret");
            return null;
        }
        catch (HubException e)
        {
            return e.Message;
        }
    }

    private string? Refused(CloudMessage message)
    {
        if (message.Code == "NOT_AUTHENTICATED")
        {
            _outbox.Doubt(_clock.NowMs - TunnelMachine.DoubtMs);
            _machine.NotAuthenticated(_clock.NowMs);
            return null;
        }

        return "it reports " + (message.Code ?? "an error") + (message.Text == null ? "" : ": " + message.Text);
    }

    /// <summary>Says once what is wrong with the cloud, until something else is.</summary>
    private void Complain(string what)
    {
        if (what != _complaint)
        {
            _complaint = what;
            _log.Warning(TunnelClient.LogArea, "trouble with the cloud: " + what);
        }
    }
}
