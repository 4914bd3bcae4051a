using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>
/// A TCP port of a virtual printer that can be closed with all its connections and opened again, as a reboot does.
/// Thread: any.
/// </summary>
internal sealed class BambuListener(IPAddress address, Func<Socket, CancellationToken, Task> serve) : IDisposable
{
    private const int AcceptFaultMs = 50;

    private readonly Lock _gate = new();
    private readonly HashSet<Socket> _connections = [];
    private Socket? _place;
    private Socket? _listener;
    private CancellationTokenSource? _stop;

    /// <summary>0 before it first listens, then always the same.</summary>
    public int Port { get; private set; }

    /// <summary>Listens; port 0 uses a free one. Errors: SocketException when the port is taken.</summary>
    public void Start(int port)
    {
        port = KeepPlace(port);
        Socket listener = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(new IPEndPoint(address, port));
            listener.Listen(64);
        }
        catch
        {
            listener.Dispose();
            throw;
        }

        CancellationTokenSource stop = new();
        lock (_gate)
        {
            _listener = listener;
            _stop = stop;
            Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        }

        _ = AcceptAsync(listener, stop.Token);
    }

    /// <summary>Closes the port and every connection.</summary>
    public void Stop()
    {
        Socket[] open;
        CancellationTokenSource? stop;
        lock (_gate)
        {
            _listener?.Dispose();
            _listener = null;
            open = [.. _connections];
            _connections.Clear();
            stop = _stop;
            _stop = null;
        }

        stop?.Cancel();
        stop?.Dispose();
        foreach (Socket socket in open)
        {
            Break(socket);
        }
    }

    /// <summary>Aborts every connection; the port stays open.</summary>
    public void BreakConnections()
    {
        Socket[] open;
        lock (_gate)
        {
            open = [.. _connections];
            _connections.Clear();
        }

        foreach (Socket socket in open)
        {
            Break(socket);
        }
    }

    public void Dispose()
    {
        Stop();
        _place?.Dispose();
    }

    /// <summary>Closes a connection with a reset.</summary>
    public static void Break(Socket socket)
    {
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

    /// <summary>
    /// Keeps the port reserved while the printer is down: on Linux a bound socket that does not listen
    /// does so, and does not block a program that asks for the port by its number. Returns the port.
    /// </summary>
    private int KeepPlace(int port)
    {
        if (_place == null && OperatingSystem.IsLinux())
        {
            Socket place = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                place.Bind(new IPEndPoint(address, port));
            }
            catch
            {
                place.Dispose();
                throw;
            }

            _place = place;
        }

        return _place == null ? port : ((IPEndPoint)_place.LocalEndPoint!).Port;
    }

    private async Task AcceptAsync(Socket listener, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                Socket socket = await listener.AcceptAsync(stop).ConfigureAwait(false);
                _ = ServeAsync(socket, stop);
            }
            catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // A client that left before it was accepted, or no descriptor left: the port keeps listening.
                await Task.Delay(AcceptFaultMs, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private async Task ServeAsync(Socket socket, CancellationToken stop)
    {
        lock (_gate)
        {
            _connections.Add(socket);
        }

        try
        {
            socket.NoDelay = true;
            await Task.Yield();
            await serve(socket, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException or OperationCanceledException or ObjectDisposedException)
        {
            // The client disconnected or broke the protocol; nothing is left to do.
        }
        finally
        {
            lock (_gate)
            {
                _connections.Remove(socket);
            }

            socket.Dispose();
        }
    }
}
