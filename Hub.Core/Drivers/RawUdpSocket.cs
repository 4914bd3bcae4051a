using System;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Text;

namespace Hub.Core.Drivers;

/// <summary>A UDP socket over a small device's. Thread: one owner.</summary>
internal sealed class RawUdpSocket : IUdpSocket
{
    /// <summary>Pause after an error, in ms: a socket that is broken fails at once, each time, and its owner asks again.</summary>
    private const int ErrorPauseMs = 50;

    private readonly RawSockets _owner;
    private readonly IRawUdp _socket;
    private readonly byte[] _interface;
    private bool _isDisposed;

    /// <summary>Takes over a bound socket.</summary>
    /// <param name="owner">Counts it.</param>
    /// <param name="socket">The socket.</param>
    /// <param name="onInterface">IPv4 address of the interface for multicast; zeros for the default one.</param>
    public RawUdpSocket(RawSockets owner, IRawUdp socket, byte[] onInterface)
    {
        _owner = owner;
        _socket = socket;
        _interface = onInterface;
    }

    /// <inheritdoc/>
    public int LocalPort => _socket.LocalPort;

    /// <inheritdoc/>
    public string RemoteAddress => _socket.RemoteAddress;

    /// <inheritdoc/>
    public void JoinMulticast(string group)
    {
        ThrowIfDisposed();
        int code;
        try
        {
            _socket.JoinGroup(Address(group), _interface);
            return;
        }
        catch (RawSocketException error)
        {
            code = error.Code;
        }

        throw new HubException(ErrorCode.ConnectFailed, "cannot join the multicast group " + group + " (socket error " + code.ToString() + ")");
    }

    /// <inheritdoc/>
    public void Send(byte[] buffer, int offset, int count, string address, int port)
    {
        ThrowIfDisposed();
        int code;
        try
        {
            _socket.SendTo(buffer, offset, count, Address(address), port);
            return;
        }
        catch (RawSocketException error)
        {
            code = error.Code;
        }

        throw SocketWords.Connect(address + ":" + port.ToString(), code);
    }

    /// <inheritdoc/>
    public int Receive(byte[] buffer, int timeoutMs)
    {
        ThrowIfDisposed();
        try
        {
            return _socket.CanRead(timeoutMs) ? _socket.ReceiveFrom(buffer) : -1;
        }
        catch (RawSocketException)
        {
            // An earlier datagram was not received (ICMP port unreachable), or this one did not fit.
        }

        _owner.Pause(ErrorPauseMs < timeoutMs ? ErrorPauseMs : timeoutMs);
        return -1;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _owner.Close(_socket);
        }
    }

    private static byte[] Address(string text) => Ipv4.Bytes(text) ?? throw new ArgumentException("'" + text + "' is not an IPv4 address");

    private void ThrowIfDisposed()
    {
        if (_isDisposed)
        {
            throw new ObjectDisposedException("the UDP socket was closed");
        }
    }
}
