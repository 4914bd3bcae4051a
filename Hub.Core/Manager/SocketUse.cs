namespace Hub.Core.Manager;

/// <summary>What a socket is wanted for; see <see cref="SocketBudget"/>.</summary>
public enum SocketUse
{
    /// <summary>The connection to the cloud. A socket is kept for it from the start.</summary>
    Tunnel = 0,

    /// <summary>Looking for printers. A socket is kept for it from the start.</summary>
    Discovery = 1,

    /// <summary>An upload: one socket over HTTP, two over FTPS. Two sockets are kept for uploads.</summary>
    Transfer = 2,

    /// <summary>A printer that sends its reports by itself: one socket as long as it is linked.</summary>
    Push = 3,

    /// <summary>A printer that is asked for its reports: one socket for one turn, kept while no other waits.</summary>
    Poll = 4,

    /// <summary>An emergency stop: takes any free socket, also a kept one, and has others give way when none is free.</summary>
    Emergency = 5,
}
