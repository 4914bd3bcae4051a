using System;
using System.IO;
using System.Net.Sockets;
using Hub.Core.Drivers;

namespace Hub.Hal.Desktop;

/// <summary>Calls to .NET's sockets whose errors have the board's numbers, which are Winsock's as .NET's are.</summary>
internal static class SocketCalls
{
    /// <summary>Errors: <see cref="RawSocketException"/> for those of sockets.</summary>
    public static T Do<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (SocketException e)
        {
            throw new RawSocketException((int)e.SocketErrorCode);
        }
        catch (IOException e)
        {
            throw new RawSocketException((int)(e.InnerException is SocketException inner ? inner.SocketErrorCode : SocketError.ConnectionAborted));
        }
        catch (ObjectDisposedException)
        {
            throw new RawSocketException((int)SocketError.NotSocket);
        }
    }
}
