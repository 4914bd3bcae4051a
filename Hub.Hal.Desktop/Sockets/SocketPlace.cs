using System;
using System.Net;
using System.Net.Sockets;

namespace Hub.Hal.Desktop;

/// <summary>Where a socket leads to. Thread: any.</summary>
internal static class SocketPlace
{
    /// <summary>The peer's address; null when the socket has none any more.</summary>
    public static byte[]? AddressOf(Socket socket)
    {
        try
        {
            return (socket.RemoteEndPoint as IPEndPoint)?.Address.GetAddressBytes();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }
}
