using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Text;

namespace Hub.Core.Drivers;

/// <summary>
/// The HAL's connections over the sockets of a small device: counts sockets and TLS contexts, makes one TLS handshake at a time, closes the
/// socket of every dial that fails, and turns numbers into sentences. Thread: any.
/// </summary>
public sealed class RawSockets : ISocketFactory
{
    /// <summary>Longest wait for other handshakes, in ms.</summary>
    private const int GateTimeoutMs = 60000;

    /// <summary>
    /// Shortest and longest time that the other threads have between two handshakes, in ms. Twelve handshakes of 2 s then take less than
    /// <see cref="GateTimeoutMs"/> in all.
    /// </summary>
    private const int MinGapMs = 250;
    private const int MaxGapMs = 2000;

    private readonly IRawNetwork _network;
    private readonly IClock _clock;
    private readonly int _maxTls;
    private readonly TlsDialGate _gate;
    private readonly NameCache _names = new NameCache();

    /// <summary>
    /// Held while a socket is opened and while TLS ends: mbedTLS closes the socket of a failed handshake or a closed connection a second time
    /// (<c>mbedtls_net_free</c> in the interpreter's ssl_exit_context_internal.cpp), and the number may belong to another socket by then.
    /// </summary>
    private readonly object _numbers = new object();

    private readonly object _counts = new object();
    private int _open;
    private int _openTls;

    /// <summary>Makes the factory.</summary>
    /// <param name="network">The device's sockets.</param>
    /// <param name="clock">Time.</param>
    /// <param name="maxSockets">How many sockets may be open at once.</param>
    /// <param name="maxTls">How many of them may be TLS connections.</param>
    public RawSockets(IRawNetwork network, IClock clock, int maxSockets, int maxTls)
    {
        _network = network;
        _clock = clock;
        MaxSockets = maxSockets;
        _maxTls = maxTls;
        _gate = new TlsDialGate(clock, 1, MinGapMs, MaxGapMs);
        Watch = new ReadWatch(clock);
    }

    /// <summary>Looks after the connections whose owners sleep until something arrives.</summary>
    internal ReadWatch Watch { get; }

    /// <summary>Always false: the board's TLS cannot resume a session.</summary>
    public bool CanReuseTlsSession => false;

    /// <summary>Always false: the board has no certificate authorities of its own.</summary>
    public bool HasRootStore => false;

    /// <summary>Always false: the board's TLS shows no certificate.</summary>
    public bool ShowsCertificates => false;

    /// <inheritdoc/>
    public int MaxSockets { get; }

    /// <inheritdoc/>
    public int OpenSockets
    {
        get
        {
            lock (_counts)
            {
                return _open;
            }
        }
    }

    /// <inheritdoc/>
    public IByteStream ConnectTcp(string host, int port, int timeoutMs)
    {
        CheckTarget(host, port);
        string place = host + ":" + port.ToString();
        return new RawStream(this, Dial(host, port, place, timeoutMs), place, null);
    }

    /// <inheritdoc/>
    public IByteStream ConnectTls(string host, int port, TlsOptions options, int timeoutMs)
    {
        CheckTarget(host, port);
        string place = host + ":" + port.ToString();
        CheckTrust(place, options);

        // Before the gate: a printer that is switched off must not delay the handshakes of others.
        IRawSocket socket = Dial(host, port, place, timeoutMs);
        return Secure(socket, place, host, options, CancellationToken.None);
    }

    /// <inheritdoc/>
    public IByteStream StartTls(IByteStream tcp, string host, TlsOptions options, int timeoutMs, CancellationToken cancel)
    {
        RawStream? plain = tcp as RawStream;
        if (plain == null || plain.Peer != null)
        {
            throw new ArgumentException("only a TCP connection of this factory can begin TLS");
        }

        HubException? refusal = plain.Lost ?? TrustProblem(plain.Place, options);
        IRawSocket socket = plain.Detach();
        if (refusal != null)
        {
            Close(socket, false);
            throw refusal;
        }

        return Secure(socket, plain.Place, host, options, cancel);
    }

    /// <inheritdoc/>
    public IUdpSocket OpenUdp(int localPort, string? localAddress)
    {
        if (localPort < 0 || localPort > 65535)
        {
            throw new ArgumentException("a port is a number from 0 to 65535");
        }

        byte[] onInterface = new byte[4];
        if (localAddress != null)
        {
            onInterface = Ipv4.Bytes(localAddress) ?? throw new ArgumentException("'" + localAddress + "' is not an IPv4 address");
        }

        TakeSocket();
        Exception problem;
        try
        {
            IRawUdp socket;
            lock (_numbers)
            {
                socket = _network.OpenUdp(localPort);
            }

            return new RawUdpSocket(this, socket, onInterface);
        }
        catch (RawSocketException error)
        {
            problem = error.Code == RawSocketException.NoSocket
                ? SocketWords.Connect("", error.Code)
                : new HubException(ErrorCode.ConnectFailed, "cannot open UDP port " + localPort.ToString() + " (socket error " + error.Code.ToString() + ")");
        }
        catch (Exception error)
        {
            problem = error;
        }

        ReturnSocket(false);
        throw problem;
    }

    /// <inheritdoc/>
    public IDisposable HoldTls() => _gate.Hold();

    /// <summary>Lets the other threads run.</summary>
    internal void Yield() => _clock.Sleep(0);

    /// <summary>Waits for a moment, after an error that may come again at once.</summary>
    internal void Pause(int milliseconds) => _clock.Sleep(milliseconds);

    /// <summary>Closes a connection's socket and counts it as free. Throws nothing.</summary>
    internal void Close(IRawSocket socket, bool isTls)
    {
        if (isTls)
        {
            lock (_numbers)
            {
                socket.Close();
            }
        }
        else
        {
            socket.Close();
        }

        ReturnSocket(isTls);
    }

    /// <summary>Closes a UDP socket and counts it as free. Throws nothing.</summary>
    internal void Close(IRawUdp socket)
    {
        socket.Close();
        ReturnSocket(false);
    }

    private static void CheckTarget(string host, int port)
    {
        if (host == null || host.Length == 0)
        {
            throw new ArgumentException("a connection needs a host");
        }

        if (port <= 0 || port > 65535)
        {
            throw new ArgumentException("a port is a number from 1 to 65535");
        }
    }

    private void CheckTrust(string place, TlsOptions options)
    {
        HubException? problem = TrustProblem(place, options);
        if (problem != null)
        {
            throw problem;
        }
    }

    /// <summary>What this device cannot check; null when it can do what is asked.</summary>
    private HubException? TrustProblem(string place, TlsOptions options)
    {
        if (options.Insecure)
        {
            return null;
        }

        if (options.PinSha256 != null)
        {
            return new HubException(ErrorCode.NotSupported, "this device cannot compare the certificate of " + place + " with a pin: configure its CA certificate instead");
        }

        if (options.CaPem == null)
        {
            return new HubException(ErrorCode.NotSupported, "this device has no certificate authorities of its own: configure the CA certificate of " + place);
        }

        return _clock.IsUtcSynced
            ? null
            : new HubException(ErrorCode.TlsFailed, "the certificate of " + place + " cannot be checked before the device's clock is set; is a time server in reach?");
    }

    /// <summary>A connected socket, counted; a failure closes it.</summary>
    private IRawSocket Dial(string host, int port, string place, int timeoutMs)
    {
        long untilMs = _clock.NowMs + timeoutMs;
        TakeSocket();
        IRawSocket? socket = null;
        Exception? problem = null;
        bool isOpening = false;
        try
        {
            if (!_network.IsUp)
            {
                problem = new HubException(ErrorCode.ConnectFailed, "the device has no network yet; " + place + " was not called");
            }
            else
            {
                byte[] address = Ipv4.Bytes(host) ?? Resolve(host);
                isOpening = true;
                lock (_numbers)
                {
                    socket = _network.OpenTcp();
                }

                isOpening = false;
                long leftMs = untilMs - _clock.NowMs;
                socket.Connect(address, port, leftMs > 0 ? (int)leftMs : 0);
                return socket;
            }
        }
        catch (RawSocketException error)
        {
            // Whatever its number, which on the board may be that of an earlier call.
            problem = SocketWords.Connect(place, isOpening ? RawSocketException.NoSocket : error.Code);
        }
        catch (Exception error)
        {
            // Also one that no driver should throw, such as a lack of memory: the count must not lose a socket to it.
            problem = error;
        }

        if (socket == null)
        {
            ReturnSocket(false);
        }
        else
        {
            _names.Doubt(host);
            Close(socket, false);
        }

        throw problem;
    }

    private byte[] Resolve(string host)
    {
        byte[]? address = _names.Fresh(host, _clock.NowMs);
        if (address != null)
        {
            return address;
        }

        int code = _names.JustFailed(host, _clock.NowMs);
        if (code != 0)
        {
            throw SocketWords.Resolve(host, code);
        }

        try
        {
            address = _network.Resolve(host);
            _names.Keep(host, address, _clock.NowMs);
            return address;
        }
        catch (RawSocketException error)
        {
            code = error.Code;
        }

        return _names.Failed(host, code, _clock.NowMs) ?? throw SocketWords.Resolve(host, code);
    }

    /// <summary>Makes the handshake on a connected, counted socket; a failure closes it. The wait at the gate does not count towards any limit.</summary>
    private RawStream Secure(IRawSocket socket, string place, string host, TlsOptions options, CancellationToken cancel)
    {
        Exception? problem = EnterGate(cancel);
        if (problem == null)
        {
            problem = TakeTls();
            if (problem == null)
            {
                problem = Handshake(socket, place, options.ServerName ?? host, options);
                if (problem != null)
                {
                    ReturnTls();
                }
            }

            _gate.Leave();
        }

        if (problem != null)
        {
            Close(socket, false);
            throw problem;
        }

        return new RawStream(this, socket, place, new TlsPeer("", !options.Insecure));
    }

    private Exception? EnterGate(CancellationToken cancel)
    {
        try
        {
            _gate.Enter(GateTimeoutMs, cancel);
            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }

    /// <summary>Null when the handshake succeeded; after a failure the socket is closed. Throws nothing: nobody could begin TLS any more if the gate were not left.</summary>
    private Exception? Handshake(IRawSocket socket, string place, string serverName, TlsOptions options)
    {
        Exception problem;
        lock (_numbers)
        {
            try
            {
                socket.StartTls(serverName, options.Insecure ? null : options.CaPem, !options.Insecure);
                return null;
            }
            catch (RawTlsException error)
            {
                problem = TlsWords.Failed(place, serverName, error.Code);
            }
            catch (Exception error)
            {
                problem = error;
            }

            socket.Close();
        }

        return problem;
    }

    private void TakeSocket()
    {
        lock (_counts)
        {
            if (_open >= MaxSockets)
            {
                throw new HubException(ErrorCode.OutOfSockets, "all " + MaxSockets.ToString() + " sockets are in use; disable a printer");
            }

            _open++;
        }
    }

    private HubException? TakeTls()
    {
        lock (_counts)
        {
            if (_openTls >= _maxTls)
            {
                return new HubException(ErrorCode.OutOfSockets, "all " + _maxTls.ToString() + " TLS connections are in use; disable a printer");
            }

            _openTls++;
            return null;
        }
    }

    private void ReturnTls()
    {
        lock (_counts)
        {
            _openTls--;
        }
    }

    private void ReturnSocket(bool isTls)
    {
        lock (_counts)
        {
            _open--;
            if (isTls)
            {
                _openTls--;
            }
        }
    }
}
