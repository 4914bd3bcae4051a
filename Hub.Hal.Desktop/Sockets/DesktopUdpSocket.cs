using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>A UDP socket for IPv4. Thread: one owner.</summary>
/// <remarks>
/// A socket bound to one interface's address gets no multicast on Linux and macOS, so the socket is
/// bound to all addresses, and datagrams that arrived through another interface are dropped here.
/// </remarks>
internal sealed class DesktopUdpSocket : IUdpSocket
{
    private readonly Socket _socket;
    private readonly IDisposable _lease;
    private readonly IPAddress? _interface;
    private readonly int _interfaceIndex;
    private bool _isDisposed;

    /// <summary>Opens the socket and takes over the lease unless it fails.</summary>
    public DesktopUdpSocket(int localPort, IPAddress? localAddress, IDisposable lease)
    {
        _interface = localAddress;
        _interfaceIndex = localAddress == null ? 0 : IndexOf(localAddress);
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (localPort != 0)
            {
                // Only for a named port: the system could otherwise pick one that is in use.
                _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            }

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

    public void JoinMulticast(string group)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        IPAddress address = IPAddress.Parse(group);
        SocketException? problem = TryJoin(address, _interface ?? IPAddress.Any);
        bool isJoined = problem == null;
        if (_interface == null)
        {
            // By itself the system joins only on the default route's interface, and fails where there is no such route.
            foreach (IPAddress other in Networks())
            {
                isJoined |= TryJoin(address, other) == null;
            }
        }

        if (!isJoined)
        {
            throw new HubException(ErrorCode.ConnectFailed, $"cannot join the multicast group {group}: {problem!.Message}", problem);
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
            // Windows reports here that an earlier datagram was not received (ICMP port unreachable).
            return -1;
        }

        if (_interface != null && packet.Interface != _interfaceIndex && !packet.Address.Equals(_interface))
        {
            return -1;
        }

        RemoteAddress = ((IPEndPoint)sender).Address.ToString();
        return size;
    }

    /// <summary>One IPv4 address of each network but loopback.</summary>
    internal static IEnumerable<IPAddress> Networks() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(i => i.OperationalStatus == OperationalStatus.Up && i.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .Select(i => i.GetIPProperties().UnicastAddresses.FirstOrDefault(a => a.Address.AddressFamily == AddressFamily.InterNetwork)?.Address)
        .OfType<IPAddress>();

    /// <summary>Null when it was joined.</summary>
    private SocketException? TryJoin(IPAddress group, IPAddress onInterface)
    {
        try
        {
            _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(group, onInterface));
            return null;
        }
        catch (SocketException e)
        {
            return e;
        }
    }

    private static int IndexOf(IPAddress address)
    {
        if (IPAddress.IsLoopback(address))
        {
            return NetworkInterface.LoopbackInterfaceIndex;
        }

        foreach (NetworkInterface candidate in NetworkInterface.GetAllNetworkInterfaces())
        {
            IPInterfaceProperties properties = candidate.GetIPProperties();
            foreach (UnicastIPAddressInformation unicast in properties.UnicastAddresses)
            {
                if (unicast.Address.Equals(address))
                {
                    return properties.GetIPv4Properties().Index;
                }
            }
        }

        throw new HubException(ErrorCode.ConnectFailed, $"no network interface of this machine has the address {address}");
    }
}
