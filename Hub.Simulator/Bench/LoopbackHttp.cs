using System;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;

namespace Hub.Simulator.Bench;

/// <summary>The least that HTTP costs on this machine: answers every POST with the same bytes. Thread: one for each connection.</summary>
internal sealed class LoopbackHttp : IDisposable
{
    private const int BufferBytes = 4096;
    private const string Length = "Content-Length: ";

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] _answer;

    /// <summary>Begins to listen.</summary>
    /// <param name="body">The body of every answer.</param>
    public LoopbackHttp(string body)
    {
        _answer = Encoding.UTF8.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + Length + Encoding.UTF8.GetByteCount(body) + "\r\n\r\n" + body);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public Uri Address => new("http://" + _listener.LocalEndPoint);

    public void Dispose() => _listener.Dispose();

    /// <summary>Bytes of the first request in some text, its body included; 0 while it is not complete.</summary>
    internal static int LengthOf(string text)
    {
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return 0;
        }

        int start = text.IndexOf(Length, StringComparison.OrdinalIgnoreCase) + Length.Length;
        int body = start < Length.Length || start > end ? 0 : int.Parse(text.AsSpan(start, text.IndexOf('\r', start) - start));
        int length = end + 4 + body;
        return length <= text.Length ? length : 0;
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                Socket client = _listener.Accept();
                new Thread(() => Serve(client)) { IsBackground = true }.Start();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The benchmark is done.
        }
    }

    private void Serve(Socket client)
    {
        using Socket socket = client;
        socket.NoDelay = true;
        byte[] buffer = new byte[BufferBytes];
        int count = 0;
        try
        {
            for (int read = socket.Receive(buffer); read > 0; read = socket.Receive(buffer, count, BufferBytes - count, SocketFlags.None))
            {
                count += read;
                if (LengthOf(Encoding.Latin1.GetString(buffer, 0, count)) == count)
                {
                    socket.Send(_answer);
                    count = 0;
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client is done.
        }
    }
}
