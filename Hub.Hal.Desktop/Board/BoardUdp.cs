using System;
using System.Net;
using System.Net.Sockets;
using Hub.Core.Drivers;

namespace Hub.Hal.Desktop;

/// <summary>A UDP socket with the board's calls. Thread: one owner.</summary>
internal sealed class BoardUdp : IRawUdp
{
    private readonly SingleCore _core;
    private readonly Socket _socket;

    /// <summary>Takes over a bound socket.</summary>
    private BoardUdp(SingleCore core, Socket socket)
    {
        _core = core;
        _socket = socket;
        LocalPort = ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public static BoardUdp Open(SingleCore core, int localPort)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (localPort != 0)
            {
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            }

            socket.Bind(new IPEndPoint(IPAddress.Any, localPort));
            return new BoardUdp(core, socket);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    public int LocalPort { get; }

    public string RemoteAddress { get; private set; } = string.Empty;

    /// <summary>The board has one network; a laptop joins on all of its networks where none is named.</summary>
    public void JoinGroup(byte[] group, byte[] onInterface)
    {
        _core.Call();
        IPAddress address = new(group);
        IPAddress named = new(onInterface);
        SocketError problem = TryJoin(address, named);
        if (!named.Equals(IPAddress.Any))
        {
            SocketCalls.Do(() =>
            {
                _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, BitConverter.ToInt32(onInterface));
                return true;
            });
        }
        else
        {
            foreach (IPAddress other in DesktopUdpSocket.Networks())
            {
                problem = TryJoin(address, other) == SocketError.Success ? SocketError.Success : problem;
            }
        }

        if (problem != SocketError.Success)
        {
            throw new RawSocketException((int)problem);
        }
    }

    public void SendTo(byte[] buffer, int offset, int count, byte[] address, int port)
    {
        _core.Call();
        SocketCalls.Do(() => _socket.SendTo(buffer, offset, count, SocketFlags.None, new IPEndPoint(new IPAddress(address), port)));
    }

    public bool CanRead(int timeoutMs)
    {
        _core.Call();
        if (SocketCalls.Do(() => _socket.Poll(0, SelectMode.SelectRead)))
        {
            return true;
        }

        if (timeoutMs <= 0)
        {
            return false;
        }

        bool isThere = SocketCalls.Do(() => _socket.Poll(TimeSpan.FromMilliseconds(timeoutMs), SelectMode.SelectRead));
        _core.Woken();
        return isThere;
    }

    public int ReceiveFrom(byte[] buffer)
    {
        _core.Call();
        EndPoint sender = new IPEndPoint(IPAddress.Any, 0);
        int size = SocketCalls.Do(() => _socket.ReceiveFrom(buffer, ref sender));
        RemoteAddress = ((IPEndPoint)sender).Address.ToString();
        return size;
    }

    public void Close()
    {
        _core.Pass();
        _socket.Dispose();
    }

    private SocketError TryJoin(IPAddress group, IPAddress onInterface)
    {
        try
        {
            _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(group, onInterface));
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }
}
