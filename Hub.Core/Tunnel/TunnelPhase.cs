namespace Hub.Core.Tunnel;

/// <summary>Where the connection to the cloud stands.</summary>
public enum TunnelPhase
{
    /// <summary>No connection; the next try is due later.</summary>
    Offline = 0,

    /// <summary>A connection is being opened.</summary>
    Connecting = 1,

    /// <summary>Connected; the cloud has not answered the hello yet.</summary>
    Greeting = 2,

    /// <summary>Welcomed: messages go both ways.</summary>
    Online = 3,

    /// <summary>Not connected, and not tried again: the cloud asked for it, or none is configured.</summary>
    Resting = 4,
}

/// <summary>Names of <see cref="TunnelPhase"/>. Thread: any.</summary>
public static class TunnelPhases
{
    /// <summary>The word for people and messages.</summary>
    public static string Name(TunnelPhase phase) => phase switch
    {
        TunnelPhase.Connecting => "connecting",
        TunnelPhase.Greeting => "greeting",
        TunnelPhase.Online => "online",
        TunnelPhase.Resting => "resting",
        _ => "offline",
    };
}
