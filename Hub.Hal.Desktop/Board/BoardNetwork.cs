using System;
using System.Net;
using System.Net.Sockets;
using Hub.Core.Drivers;

namespace Hub.Hal.Desktop;

/// <summary>A laptop's network with the calls of the board, and no more: IPv4, and a lookup that stops every other thread. Thread: any.</summary>
internal sealed class BoardNetwork(SingleCore core, BoardBehaviour board) : IRawNetwork
{
    public bool IsUp => true;

    public byte[] Resolve(string host)
    {
        core.Call();
        return core.Frozen(() => board.Resolve == null ? FirstAddress(host) : board.Resolve(host));
    }

    public IRawSocket OpenTcp()
    {
        core.Call();
        return new BoardSocket(core, SocketCalls.Do(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)));
    }

    public IRawUdp OpenUdp(int localPort)
    {
        core.Call();
        return SocketCalls.Do(() => BoardUdp.Open(core, localPort));
    }

    private static byte[] FirstAddress(string host)
    {
        IPAddress[] addresses;
        try
        {
            addresses = SocketCalls.Do(() => Dns.GetHostAddresses(host, AddressFamily.InterNetwork));
        }
        catch (ArgumentException)
        {
            addresses = [];
        }

        return addresses.Length > 0 ? addresses[0].GetAddressBytes() : throw new RawSocketException(RawSocketException.NoSuchHost);
    }
}
