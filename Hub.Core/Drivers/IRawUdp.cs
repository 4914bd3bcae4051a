namespace Hub.Core.Drivers;

/// <summary>A UDP socket with the calls of a small device. Thread: one owner. Errors: <see cref="RawSocketException"/>.</summary>
public interface IRawUdp
{
    /// <summary>The port it is bound to.</summary>
    int LocalPort { get; }

    /// <summary>Joins a multicast group on an interface. Both are IPv4 addresses, 4 bytes; an interface of zeros is the default one.</summary>
    void JoinGroup(byte[] group, byte[] onInterface);

    /// <summary>Sends one datagram to an IPv4 address.</summary>
    void SendTo(byte[] buffer, int offset, int count, byte[] address, int port);

    /// <summary>Waits for a datagram; other threads run.</summary>
    bool CanRead(int timeoutMs);

    /// <summary>Takes one datagram, which <see cref="CanRead"/> has seen; what does not fit the buffer is lost.</summary>
    int ReceiveFrom(byte[] buffer);

    /// <summary>Address of the last sender in dotted form; empty before the first datagram.</summary>
    string RemoteAddress { get; }

    /// <summary>Closes. Throws nothing.</summary>
    void Close();
}
