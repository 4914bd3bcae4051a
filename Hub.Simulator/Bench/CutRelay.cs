using System;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Simulator.Bench;

/// <summary>
/// A TCP relay on loopback that can be cut and mended. While it is cut, its connections are reset and new ones refused, as by a machine
/// whose server has died; the port stays its own. Thread: one owner.
/// </summary>
internal sealed class CutRelay : IDisposable
{
    private const int Backlog = 512;

    private readonly ConcurrentDictionary<Socket, bool> _open = [];
    private Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private CancellationTokenSource _cut = new();

    /// <summary>Takes a port; it is cut until <see cref="Mend"/>.</summary>
    public CutRelay()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Leads to a server from now on.</summary>
    public void Mend(Uri server)
    {
        _cut = new CancellationTokenSource();
        Socket listener = _listener;
        CancellationToken cut = _cut.Token;
        listener.Listen(Backlog);
        _ = AcceptAsync(listener, new IPEndPoint(IPAddress.Loopback, server.Port), cut);
    }

    /// <summary>Resets all connections and refuses new ones.</summary>
    public void Cut()
    {
        _cut.Cancel();
        _listener.Dispose();

        // A bound socket that does not listen: connections to it are refused, and no other program takes the port.
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(EndPoint);
        foreach (Socket socket in _open.Keys)
        {
            Reset(socket);
        }
    }

    public void Dispose()
    {
        _cut.Cancel();
        _listener.Dispose();
        foreach (Socket socket in _open.Keys)
        {
            Reset(socket);
        }

        _cut.Dispose();
    }

    private void Reset(Socket socket)
    {
        _open.TryRemove(socket, out _);
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }

        socket.Dispose();
    }

    private async Task AcceptAsync(Socket listener, IPEndPoint server, CancellationToken cut)
    {
        try
        {
            while (true)
            {
                _ = RelayAsync(await listener.AcceptAsync(cut), server, cut);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // It was cut.
        }
    }

    private async Task RelayAsync(Socket near, IPEndPoint server, CancellationToken cut)
    {
        Socket far = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        _open[near] = true;
        _open[far] = true;
        try
        {
            await far.ConnectAsync(server, cut);
            await Task.WhenAny(CopyAsync(near, far, cut), CopyAsync(far, near, cut));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The server is gone.
        }
        finally
        {
            Reset(near);
            Reset(far);
        }
    }

    private static async Task CopyAsync(Socket from, Socket to, CancellationToken cut)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            for (int read = await from.ReceiveAsync(buffer, cut); read > 0; read = await from.ReceiveAsync(buffer, cut))
            {
                for (int sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), cut);
                }
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One side is gone.
        }
    }
}
