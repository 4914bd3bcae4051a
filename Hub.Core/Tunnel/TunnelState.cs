namespace Hub.Core.Tunnel;

/// <summary>The tunnel at one moment. Immutable.</summary>
public sealed class TunnelState
{
    internal TunnelState(TunnelPhase phase, string? url, string? error, int connections, string? hubName, string? tenantId)
    {
        Phase = phase;
        Url = url;
        Error = error;
        Connections = connections;
        HubName = hubName;
        TenantId = tenantId;
    }

    /// <summary>Where the connection stands.</summary>
    public TunnelPhase Phase { get; }

    /// <summary>The cloud's address; null when none is configured.</summary>
    public string? Url { get; }

    /// <summary>Why there is no connection, in one line; null while there is one or before the first try failed.</summary>
    public string? Error { get; }

    /// <summary>How often the cloud has welcomed the hub over a new connection.</summary>
    public int Connections { get; }

    /// <summary>What the cloud calls the hub, or null.</summary>
    public string? HubName { get; }

    /// <summary>The account that the cloud says the hub belongs to, or null.</summary>
    public string? TenantId { get; }
}
