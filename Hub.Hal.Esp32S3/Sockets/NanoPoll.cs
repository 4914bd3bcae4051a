using System.Net.Sockets;
using Hub.Core.Drivers;

namespace Hub.Hal.Esp32S3;

/// <summary>Waits for a Socket of nanoFramework, in the core's unit and errors. Thread: the socket's owner, or who looks after it meanwhile.</summary>
internal static class NanoPoll
{
    private const int MicrosecondsPerMs = 1000;

    /// <summary>True once the socket can be read or written; other threads run in the meantime. Errors: <see cref="RawSocketException"/>.</summary>
    internal static bool Wait(Socket socket, int timeoutMs, SelectMode mode)
    {
        int code;
        try
        {
            return socket.Poll(timeoutMs > 0 ? timeoutMs * MicrosecondsPerMs : 0, mode);
        }
        catch (SocketException error)
        {
            code = error.ErrorCode;
        }

        throw new RawSocketException(code);
    }
}
