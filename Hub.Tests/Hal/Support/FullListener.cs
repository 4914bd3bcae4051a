using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace Hub.Tests.Hal;

/// <summary>A listener whose queue is full: Linux and macOS then ignore further connects, Windows refuses them.</summary>
internal sealed class FullListener : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _waiting = [];

    public FullListener()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        while (TryConnect())
        {
            if (_waiting.Count > 1000)
            {
                throw new InvalidOperationException("the listener's queue does not fill up");
            }
        }
    }

    public int Port { get; }

    /// <summary>True when connects get no answer, false when they are refused.</summary>
    public bool IsSilent { get; private set; }

    public void Dispose()
    {
        _listener.Dispose();
        _waiting.ForEach(socket => socket.Dispose());
    }

    private bool TryConnect()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _waiting.Add(socket);
        using var limit = new CancellationTokenSource(200);
        try
        {
            socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port), limit.Token).AsTask().GetAwaiter().GetResult();
            return true;
        }
        catch (OperationCanceledException)
        {
            IsSilent = true;
            return false;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
