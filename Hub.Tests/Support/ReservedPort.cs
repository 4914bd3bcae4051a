using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;

namespace Hub.Tests.Support;

/// <summary>
/// Loopback TCP ports that belong to this test until it releases them, whether something listens there or not: for servers
/// that are given a port, that go away and come back, and for ports where nothing must listen. The system hands out a port
/// again that was only found to be free, and a server of another test that has bound it but does not listen yet does not
/// stop a third one from listening there. ProFTPD's PASV does not even notice (its core_pasv ignores the result of listen).
/// </summary>
/// <remarks>
/// On Linux, a bound socket that does not listen prevents the system from handing out the port, while a server that asks for
/// exactly this port gets it (both with SO_REUSEADDR, which .NET and the servers set). On other systems the port is only found to be free.
/// </remarks>
internal sealed class ReservedPort : IDisposable
{
    private const int Tries = 100;

    private readonly List<Socket> _sockets = [];

    /// <summary>Reserves consecutive ports.</summary>
    public ReservedPort(int count = 1)
    {
        for (int i = 0; i < Tries && _sockets.Count < count; i++)
        {
            Release();
            TryReserve(count);
        }

        Port = _sockets.Count == count ? PortOf(_sockets[0]) : throw new InvalidOperationException("no " + count + " free ports in a row");
        if (!OperatingSystem.IsLinux())
        {
            Release();
        }
    }

    /// <summary>The first port.</summary>
    public int Port { get; }

    public void Dispose() => Release();

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    private void TryReserve(int count)
    {
        try
        {
            int port = 0;
            foreach (int offset in Enumerable.Range(0, count))
            {
                Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                _sockets.Add(socket);
                socket.Bind(new IPEndPoint(IPAddress.Loopback, offset == 0 ? 0 : port + offset));
                port = offset == 0 ? PortOf(socket) : port;
            }
        }
        catch (Exception e) when (e is SocketException or ArgumentOutOfRangeException)
        {
            // One of the following ports is taken.
            Release();
        }
    }

    private void Release()
    {
        _sockets.ForEach(s => s.Dispose());
        _sockets.Clear();
    }
}
