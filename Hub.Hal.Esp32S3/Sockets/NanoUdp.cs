using System;
using System.Net;
using System.Net.Sockets;
using Hub.Core.Drivers;

namespace Hub.Hal.Esp32S3;

/// <summary>A UDP Socket of nanoFramework. Thread: one owner.</summary>
internal sealed class NanoUdp : IRawUdp
{
    private const int AddressSize = 4;

    private readonly Socket _socket;

    /// <summary>Takes over a bound socket.</summary>
    internal NanoUdp(Socket socket)
    {
        _socket = socket;
        LocalPort = ((IPEndPoint)socket.LocalEndPoint).Port;
    }

    /// <inheritdoc/>
    public int LocalPort { get; }

    /// <inheritdoc/>
    public string RemoteAddress { get; private set; } = "";

    /// <inheritdoc/>
    public void JoinGroup(byte[] group, byte[] onInterface)
    {
        byte[] membership = new byte[2 * AddressSize];
        Array.Copy(group, 0, membership, 0, AddressSize);
        Array.Copy(onInterface, 0, membership, AddressSize, AddressSize);
        int code;
        try
        {
            _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, membership);
            return;
        }
        catch (SocketException error)
        {
            code = error.ErrorCode;
        }

        throw new RawSocketException(code);
    }

    /// <inheritdoc/>
    public void SendTo(byte[] buffer, int offset, int count, byte[] address, int port)
    {
        int code;
        try
        {
            _socket.SendTo(buffer, offset, count, SocketFlags.None, new IPEndPoint(new IPAddress(address), port));
            return;
        }
        catch (SocketException error)
        {
            code = error.ErrorCode;
        }

        throw new RawSocketException(code);
    }

    /// <inheritdoc/>
    public bool CanRead(int timeoutMs) => NanoPoll.Wait(_socket, timeoutMs, SelectMode.SelectRead);

    /// <inheritdoc/>
    public int ReceiveFrom(byte[] buffer)
    {
        int code;
        try
        {
            EndPoint sender = new IPEndPoint(IPAddress.Any, 0);
            int size = _socket.ReceiveFrom(buffer, 0, buffer.Length, SocketFlags.None, ref sender);
            RemoteAddress = ((IPEndPoint)sender).Address.ToString();
            return size;
        }
        catch (SocketException error)
        {
            code = error.ErrorCode;
        }

        throw new RawSocketException(code);
    }

    /// <inheritdoc/>
    public void Close() => _socket.Close();
}
