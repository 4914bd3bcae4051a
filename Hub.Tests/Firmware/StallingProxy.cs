using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Tests.Firmware;

/// <summary>Stands before a server and can fall silent in the middle of a connection; it closes it after 3 s. Thread: any.</summary>
internal sealed class StallingProxy : IAsyncDisposable
{
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(3);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _target;
    private readonly Task _accepting;

    public StallingProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Bytes of the server's after which a new connection falls silent; int.MaxValue for never.</summary>
    public int SilentAfter { get; set; } = int.MaxValue;

    /// <summary>Connections that fell silent.</summary>
    public int Silences { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using TcpClient server = new();
        try
        {
            using (client)
            {
                await server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
                Task there = client.GetStream().CopyToAsync(server.GetStream(), _stop.Token);
                await BackAsync(server.GetStream(), client.GetStream());
                server.Close();
                client.Close();
                await there;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // One side closed.
        }
    }

    private async Task BackAsync(NetworkStream server, NetworkStream client)
    {
        int left = SilentAfter;
        byte[] buffer = new byte[16384];
        while (left > 0)
        {
            int read = await server.ReadAsync(buffer.AsMemory(0, Math.Min(buffer.Length, left)), _stop.Token);
            if (read == 0)
            {
                return;
            }

            await client.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
            left -= left == int.MaxValue ? 0 : read;
        }

        Silences++;
        await Task.Delay(s_silence, _stop.Token);
    }
}
