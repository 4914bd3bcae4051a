namespace Hub.Core.Drivers;

/// <summary>
/// The socket calls that a small device has: those of nanoFramework's System.Net, and no more. <see cref="RawSockets"/> makes the
/// HAL's connections of them; an implementation passes calls on and decides nothing. Errors of every method here and of the sockets:
/// <see cref="RawSocketException"/>. Thread: any.
/// </summary>
public interface IRawNetwork
{
    /// <summary>True while the network has an address: without one a dial cannot succeed.</summary>
    bool IsUp { get; }

    /// <summary>The first IPv4 address of a name, 4 bytes, the caller's. On the board every thread stops until the name server has answered.</summary>
    byte[] Resolve(string host);

    /// <summary>A TCP socket that is not connected.</summary>
    IRawSocket OpenTcp();

    /// <summary>A UDP socket that is bound.</summary>
    /// <param name="localPort">Port to bind; 0 for any.</param>
    IRawUdp OpenUdp(int localPort);
}
