using System;
using Hub.Core.Errors;

namespace Hub.Core.Hal;

/// <summary>A UDP socket. Thread: one owner. Ownership: buffers stay the caller's.</summary>
public interface IUdpSocket : IDisposable
{
    /// <summary>The port it is bound to.</summary>
    int LocalPort { get; }

    /// <summary>Receives datagrams sent to a multicast group on the socket's interface.</summary>
    /// <param name="group">Group address, such as 224.0.0.251.</param>
    void JoinMulticast(string group);

    /// <summary>Sends one datagram. Errors: <see cref="ErrorCode.ConnectFailed"/> when there is no route.</summary>
    void Send(byte[] buffer, int offset, int count, string address, int port);

    /// <summary>
    /// Waits for one datagram; bytes that do not fit the buffer are cut off. The sender is in
    /// <see cref="RemoteAddress"/> until the next call.
    /// </summary>
    /// <returns>Bytes received (0 for an empty datagram), -1 when none came in <paramref name="timeoutMs"/>.</returns>
    int Receive(byte[] buffer, int timeoutMs);

    /// <summary>Address of the last sender, empty before the first datagram.</summary>
    string RemoteAddress { get; }
}
