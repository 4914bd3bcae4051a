namespace Hub.Core.Tunnel;

/// <summary>What the tunnel has to do next; <see cref="TunnelMachine.Next"/> decides.</summary>
internal enum TunnelAction
{
    /// <summary>Nothing is due.</summary>
    Wait = 0,

    /// <summary>Open a connection.</summary>
    Connect = 1,

    /// <summary>Send a hello.</summary>
    Hello = 2,

    /// <summary>Send any message of the protocol: the cloud counts nothing else as a sign of life.</summary>
    Heartbeat = 3,

    /// <summary>Send a ping: its answer shows that the connection still stands.</summary>
    Ping = 4,

    /// <summary>Drop the connection: it is dead.</summary>
    Drop = 5,
}
