using System;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using Hub.Core.Drivers;

namespace Hub.Hal.Esp32S3;

/// <summary>A Socket of nanoFramework and, once TLS has begun, the SslStream over it. Thread: one owner, <see cref="Close"/> excepted.</summary>
internal sealed class NanoSocket : IRawSocket
{
    private readonly Socket _socket;
    private readonly object _limitLock = new object();
    private SslStream? _tls;
    private bool _isConnectOver;
    private bool _isLate;

    /// <summary>Takes over a socket.</summary>
    internal NanoSocket(Socket socket)
    {
        _socket = socket;
    }

    /// <inheritdoc/>
    public int Pending
    {
        get
        {
            if (_tls == null)
            {
                return 0;
            }

            int code;
            try
            {
                return (int)_tls.Length;
            }
            catch (SocketException error)
            {
                code = error.ErrorCode;
            }

            throw new RawSocketException(code);
        }
    }

    /// <inheritdoc/>
    public byte[]? RemoteAddress
    {
        get
        {
            try
            {
                IPEndPoint? peer = _socket.RemoteEndPoint as IPEndPoint;
                return peer == null ? null : peer.Address.GetAddressBytes();
            }
            catch (SocketException)
            {
                return null;
            }
        }
    }

    /// <summary>Socket.Connect has no time limit of its own and there is no non-blocking mode; a timer closes the socket, which ends the wait.</summary>
    public void Connect(byte[] address, int port, int timeoutMs)
    {
        int code;
        Timer limit = new Timer(OnLate, null, timeoutMs > 0 ? timeoutMs : 1, Timeout.Infinite);
        try
        {
            _socket.Connect(new IPEndPoint(new IPAddress(address), port));

            // 46 ms of a handshake otherwise pass in waiting for acknowledgements.
            _socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, true);
            code = 0;
        }
        catch (SocketException error)
        {
            code = error.ErrorCode;
        }
        catch (ObjectDisposedException)
        {
            code = RawSocketException.TimedOut;
        }

        limit.Dispose();
        lock (_limitLock)
        {
            _isConnectOver = true;
            code = _isLate ? RawSocketException.TimedOut : code;
        }

        if (code != 0)
        {
            throw new RawSocketException(code);
        }
    }

    /// <inheritdoc/>
    public void StartTls(string serverName, string? caPem, bool isVerified)
    {
        int code;
        try
        {
            SslStream tls = new NanoTlsStream(_socket);
            _tls = tls;
            tls.SslVerification = isVerified ? SslVerification.CertificateRequired : SslVerification.NoVerification;
            tls.AuthenticateAsClient(serverName, null, caPem == null ? null : new X509Certificate(caPem), SslProtocols.Tls12);
            return;
        }
        catch (SocketException error)
        {
            code = error.ErrorCode;
        }
        catch (Exception)
        {
            // System.Net after 1.11 throws an exception of its own here, whose type this version does not have.
            code = 0;
        }

        throw new RawTlsException(code);
    }

    /// <inheritdoc/>
    public bool CanRead(int timeoutMs) => NanoPoll.Wait(_socket, timeoutMs, SelectMode.SelectRead);

    /// <inheritdoc/>
    public bool CanWrite(int timeoutMs) => NanoPoll.Wait(_socket, timeoutMs, SelectMode.SelectWrite);

    /// <inheritdoc/>
    public int Receive(byte[] buffer, int offset, int count)
    {
        int code;
        try
        {
            return _tls == null ? _socket.Receive(buffer, offset, count, SocketFlags.None) : _tls.Read(buffer, offset, count);
        }
        catch (SocketException error)
        {
            code = error.ErrorCode;
        }

        throw new RawSocketException(code);
    }

    /// <inheritdoc/>
    public void Send(byte[] buffer, int offset, int count)
    {
        int code;
        try
        {
            if (_tls == null)
            {
                _socket.Send(buffer, offset, count, SocketFlags.None);
            }
            else
            {
                _tls.Write(buffer, offset, count);
            }

            return;
        }
        catch (SocketException error)
        {
            code = error.ErrorCode;
        }

        throw new RawSocketException(code);
    }

    /// <inheritdoc/>
    public void Close()
    {
        if (_tls != null)
        {
            _tls.Dispose();
        }

        _socket.Close();
    }

    private void OnLate(object? state)
    {
        // Not a moment after the connect: the connection would break, and its number be closed a second time by TLS.
        lock (_limitLock)
        {
            if (!_isConnectOver)
            {
                _isLate = true;
                _socket.Close();
            }
        }
    }
}
