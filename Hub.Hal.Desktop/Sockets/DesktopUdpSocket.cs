using System;
using System.Net;
using System.Net.Sockets;
using Hub.Core;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>A UDP socket for IPv4. Thread: one owner.</summary>
/// <remarks>
/// A socket bound to one interface's address gets no multicast on Linux and macOS, so the socket is
/// bound to all and what was sent to another of this machine's addresses is dropped here.
/// </remarks>
internal sealed class DesktopUdpSocket : IUdpSocket
{
    private readonly Socket _socket;
    private readonly IDisposable _lease;
    private readonly IPAddress? _interface;
    private bool _isDisposed;

    /// <summary>Opens the socket and takes over the lease unless it fails.</summary>
    public DesktopUdpSocket(int localPort, IPAddress? localAddress, IDisposable lease)
    {
        _interface = localAddress;
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.PacketInformation, true);
            if (localAddress != null)
            {
                int address = BitConverter.ToInt32(localAddress.GetAddressBytes());
                _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, address);
            }

            _socket.Bind(new IPEndPoint(IPAddress.Any, localPort));
        }
        catch (SocketException e)
        {
            _socket.Dispose();
            throw new HubException(ErrorCode.ConnectFailed, $"cannot open UDP port {localPort}: {e.Message}", e);
        }

        _lease = lease;
        LocalPort = ((IPEndPoint)_socket.LocalEndPoint!).Port;
    }

    public int LocalPort { get; }

    public string RemoteAddress { get; private set; } = string.Empty;

    public int RemotePort { get; private set; }

    public void JoinMulticast(string group)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        try
        {
            var option = new MulticastOption(IPAddress.Parse(group), _interface ?? IPAddress.Any);
            _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, option);
        }
        catch (SocketException e)
        {
            throw new HubException(ErrorCode.ConnectFailed, $"cannot join the multicast group {group}: {e.Message}", e);
        }
    }

    public void Send(byte[] buffer, int offset, int count, string address, int port)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        try
        {
            _socket.SendTo(buffer, offset, count, SocketFlags.None, new IPEndPoint(IPAddress.Parse(address), port));
        }
        catch (SocketException e)
        {
            throw SocketErrors.Connect(SocketErrors.Place(address, port), e);
        }
    }

    public int Receive(byte[] buffer, int timeoutMs)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var deadline = new Deadline(timeoutMs);
        while (_socket.Poll(TimeSpan.FromMilliseconds(deadline.RemainingMs), SelectMode.SelectRead))
        {
            int size = ReceiveOne(buffer);
            if (size >= 0)
            {
                return size;
            }
        }

        return -1;
    }

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _socket.Dispose();
            _lease.Dispose();
        }
    }

    /// <summary>-1 for a datagram that is not for this socket.</summary>
    private int ReceiveOne(byte[] buffer)
    {
        SocketFlags flags = SocketFlags.None;
        EndPoint sender = new IPEndPoint(IPAddress.Any, 0);
        int size;
        IPPacketInformation packet;
        try
        {
            size = _socket.ReceiveMessageFrom(buffer, 0, buffer.Length, ref flags, ref sender, out packet);
        }
        catch (SocketException)
        {
            // Windows reports an earlier datagram that nobody took (ICMP port unreachable) here.
            return -1;
        }

        if (!IsForUs(packet.Address))
        {
            return -1;
        }

        RemoteAddress = ((IPEndPoint)sender).Address.ToString();
        RemotePort = ((IPEndPoint)sender).Port;
        return size;
    }

    private bool IsForUs(IPAddress destination)
    {
        byte first = destination.GetAddressBytes()[0];
        bool isToMany = (first & 0xF0) == 0xE0 || first == 255;
        return _interface == null || isToMany || destination.Equals(_interface);
    }
}
