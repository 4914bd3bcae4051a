using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Hub.Core.Drivers;

namespace Hub.Hal.Esp32S3;

/// <summary>nanoFramework's System.Net behind the core's sockets. Thread: any.</summary>
internal sealed class NanoNetwork : IRawNetwork
{
    private const string NoAddress = "0.0.0.0";

    /// <inheritdoc/>
    public bool IsUp
    {
        get
        {
            NetworkInterface[] interfaces = NetworkInterface.GetAllNetworkInterfaces();
            for (int i = 0; i < interfaces.Length; i++)
            {
                string address = interfaces[i].IPv4Address;
                if (address != null && address.Length > 0 && address != NoAddress)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <inheritdoc/>
    public byte[] Resolve(string host)
    {
        int code;
        try
        {
            IPAddress[] addresses = Dns.GetHostEntry(host).AddressList;
            if (addresses.Length > 0)
            {
                return addresses[0].GetAddressBytes();
            }

            code = RawSocketException.NoSuchHost;
        }
        catch (SocketException error)
        {
            code = error.ErrorCode;
        }

        throw new RawSocketException(code);
    }

    /// <inheritdoc/>
    public IRawSocket OpenTcp() => new NanoSocket(Open(SocketType.Stream, ProtocolType.Tcp));

    /// <inheritdoc/>
    public IRawUdp OpenUdp(int localPort)
    {
        Socket socket = Open(SocketType.Dgram, ProtocolType.Udp);
        int code;
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(IPAddress.Any, localPort));
            return new NanoUdp(socket);
        }
        catch (SocketException error)
        {
            code = error.ErrorCode;
        }

        socket.Close();
        throw new RawSocketException(code);
    }

    private static Socket Open(SocketType type, ProtocolType protocol)
    {
        int code;
        try
        {
            return new Socket(AddressFamily.InterNetwork, type, protocol);
        }
        catch (SocketException error)
        {
            code = error.ErrorCode;
        }

        throw new RawSocketException(code);
    }
}
