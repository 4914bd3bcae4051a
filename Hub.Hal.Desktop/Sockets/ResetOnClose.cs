using System.Net.Sockets;

namespace Hub.Hal.Desktop;

/// <summary>Makes a socket's close discard bytes that are still on their way.</summary>
internal static class ResetOnClose
{
    public static void Set(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (SocketException)
        {
            // macOS refuses it for a connection that has already broken: nothing is on its way then.
        }
    }
}
