using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace Hub.Tests.Support;

/// <summary>
/// UDP ports for groups that several sockets of one test share: each is used once in a run, and is below those that the system
/// hands out. A port that was only found to be free may become another test's group, and both would receive each other's printers.
/// </summary>
internal static class UdpPorts
{
    private const int First = 10_000;
    private const int Last = 30_000;

    private static int s_next = Random.Shared.Next(First, Last);

    public static int Next()
    {
        while (true)
        {
            int port = First + ((Interlocked.Increment(ref s_next) & int.MaxValue) % (Last - First));
            using Socket probe = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Any, port));
                return port;
            }
            catch (SocketException)
            {
                // Another program uses it.
            }
        }
    }
}
