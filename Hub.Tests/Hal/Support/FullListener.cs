using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace Hub.Tests.Hal;

/// <summary>A listener whose queue is full: Linux and macOS then ignore further connects, Windows refuses them.</summary>
internal sealed class FullListener : IDisposable
{
    private readonly Socket _listener;
    private readonly IPEndPoint _place;
    private readonly List<Socket> _waiting = [];

    public FullListener(IPAddress address, int port = 0)
    {
        _listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(address, port));
        _listener.Listen(1);
        _place = (IPEndPoint)_listener.LocalEndPoint!;
        while (TryConnect())
        {
            if (_waiting.Count > 1000)
            {
                throw new InvalidOperationException("the listener's queue does not fill up");
            }
        }
    }

    public int Port => _place.Port;

    /// <summary>True when connects get no answer, false when they are refused.</summary>
    public bool IsSilent { get; private set; }

    public void Dispose()
    {
        _listener.Dispose();
        _waiting.ForEach(socket => socket.Dispose());
    }

    private bool TryConnect()
    {
        var socket = new Socket(_place.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _waiting.Add(socket);
        using var limit = new CancellationTokenSource(200);
        try
        {
            socket.ConnectAsync(_place, limit.Token).AsTask().GetAwaiter().GetResult();
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
