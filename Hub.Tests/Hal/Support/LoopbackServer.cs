using System;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace Hub.Tests.Hal;

/// <summary>Accepts TCP connections on loopback and hands each to a handler; sockets close with the handler or the server.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener _listener;
    private readonly ConcurrentBag<Socket> _accepted = [];
    private readonly Task _loop;

    public LoopbackServer(Func<Socket, Task> handle, IPAddress? address = null)
    {
        _listener = new TcpListener(address ?? IPAddress.Loopback, 0);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _loop = AcceptAsync(handle);
    }

    public int Port { get; }

    public int Accepted => _accepted.Count;

    public static LoopbackServer Echo(IPAddress? address = null) => new(EchoAsync, address);

    public static LoopbackServer Silent() => new(_ => Task.Delay(-1));

    public void Dispose()
    {
        _listener.Dispose();
        foreach (Socket socket in _accepted)
        {
            socket.Dispose();
        }

        _loop.Wait(1000);
    }

    public static async Task CopyAsync(System.IO.Stream from, System.IO.Stream to)
    {
        byte[] buffer = new byte[64 * 1024];
        int size;
        while ((size = await from.ReadAsync(buffer)) > 0)
        {
            await to.WriteAsync(buffer.AsMemory(0, size));
        }
    }

    private static async Task EchoAsync(Socket socket)
    {
        using var stream = new NetworkStream(socket);
        await CopyAsync(stream, stream);
        socket.Shutdown(SocketShutdown.Send);
    }

    private async Task AcceptAsync(Func<Socket, Task> handle)
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync();
                socket.NoDelay = true;
                _accepted.Add(socket);
                _ = Task.Run(() => HandleAsync(handle, socket));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private static async Task HandleAsync(Func<Socket, Task> handle, Socket socket)
    {
        try
        {
            await handle(socket);
        }
        catch (Exception)
        {
            // The client's side of the test says what went wrong.
        }
        finally
        {
            socket.Dispose();
        }
    }
}
