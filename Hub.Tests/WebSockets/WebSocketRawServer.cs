using System;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Http;
using Hub.Core.WebSockets;
using Hub.Hal.Desktop;
using Hub.Tests.Support;

namespace Hub.Tests.WebSockets;

/// <summary>A server on loopback that does the handshake and leaves the rest to the test.</summary>
internal sealed class WebSocketRawServer : IDisposable
{
    private readonly TcpListener _listener = new TcpListener(IPAddress.Loopback, 0);
    private readonly DesktopHal _hal = new DesktopHal("unused", new DesktopHalOptions { Nvs = new Core.Hal.MemoryNvs() });
    private volatile bool _isStopping;

    public WebSocketRawServer()
    {
        _listener.Start();
    }

    public bool IsStopping => _isStopping;

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Takes one connection; it ends with the action, and so may the action with it.</summary>
    public Task Serve(Action<Socket> action) =>
        Task.Factory.StartNew(() => ServeOne(action), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public WebSocketClient Connect() => Connect(CancellationToken.None);

    public WebSocketClient Connect(CancellationToken cancel)
    {
        WebSocketClient client = new WebSocketClient(_hal, HttpOrigin.Parse($"http://127.0.0.1:{Port}"), null);
        client.Connect(new HttpRequest("GET", "/"), cancel);
        return client;
    }

    public void Stop() => _isStopping = true;

    public void Dispose()
    {
        Stop();
        _listener.Stop();
        _hal.Dispose();
    }

    private static void Answer(Socket socket)
    {
        byte[] buffer = new byte[4096];
        int count = 0;
        do
        {
            count += socket.Receive(buffer, count, buffer.Length - count, SocketFlags.None);
        }
        while (!Encoding.Latin1.GetString(buffer, 0, count).EndsWith("\r\n\r\n", StringComparison.Ordinal));

        const string Name = "Sec-WebSocket-Key: ";
        string head = Encoding.Latin1.GetString(buffer, 0, count);
        int start = head.IndexOf(Name, StringComparison.Ordinal) + Name.Length;
        string key = head[start..head.IndexOf('\r', start)];
#pragma warning disable CA5350 // RFC 6455 wants SHA-1.
        string accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        socket.Send(Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"));
    }

    private void ServeOne(Action<Socket> action)
    {
        using Socket socket = _listener.AcceptSocket();
        socket.NoDelay = true;
        socket.SendTimeout = Patience.LimitMs;
        try
        {
            Answer(socket);
            action(socket);
        }
        catch (SocketException)
        {
            // The client may leave at any time.
        }
    }
}
