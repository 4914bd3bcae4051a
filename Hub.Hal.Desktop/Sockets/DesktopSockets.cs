using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>Connections by .NET's Socket and SslStream. Thread: any.</summary>
public sealed class DesktopSockets : ISocketFactory, IHostInspector
{
    /// <summary>Longest wait for other handshakes.</summary>
    private const int GateTimeoutMs = 60_000;

    private readonly SocketLimit _budget;
    private readonly TlsDialGate _gate;

    /// <summary>Makes a factory whose TLS handshakes do not wait for each other.</summary>
    /// <param name="maxSockets">How many sockets may be open at once.</param>
    public DesktopSockets(int maxSockets)
        : this(maxSockets, null)
    {
    }

    /// <summary>Makes the factory.</summary>
    /// <param name="maxSockets">How many sockets may be open at once.</param>
    /// <param name="gate">The gate for TLS handshakes; null when they need not wait for each other.</param>
    public DesktopSockets(int maxSockets, TlsDialGate? gate)
    {
        _budget = new SocketLimit(maxSockets);
        _gate = gate ?? new TlsDialGate(new DesktopClock(), int.MaxValue, 0, 0);
    }

    /// <summary>True on Linux, where it has been tested; on Windows and macOS it is untested but may work.</summary>
    public bool CanReuseTlsSession => true;

    /// <inheritdoc/>
    public bool HasRootStore => true;

    /// <inheritdoc/>
    public bool ShowsCertificates => true;

    /// <inheritdoc/>
    public int MaxSockets => _budget.Max;

    /// <inheritdoc/>
    public int OpenSockets => _budget.Open;

    /// <inheritdoc/>
    public string[] Resolve(string host, int timeoutMs, CancellationToken cancel) => HostInspector.Resolve(host, timeoutMs, cancel);

    /// <inheritdoc/>
    public ShownCertificate ShowCertificate(string host, int port, string serverName, int timeoutMs, CancellationToken cancel) =>
        HostInspector.ShowCertificate(host, port, serverName, timeoutMs, cancel);

    /// <inheritdoc/>
    public IByteStream ConnectTcp(string host, int port, int timeoutMs)
    {
        CheckTarget(host, port);
        return WithLease(lease =>
        {
            Socket socket = TcpDialer.ConnectAsync(host, port, new Deadline(timeoutMs)).GetAwaiter().GetResult();
            return new TcpStream(socket, lease, SocketErrors.Place(host, port));
        });
    }

    /// <inheritdoc/>
    public IByteStream ConnectTls(string host, int port, TlsOptions options, int timeoutMs)
    {
        CheckTarget(host, port);
        ArgumentNullException.ThrowIfNull(options);
        TlsTrust trust = TlsTrust.For(options, host);
        return WithLease(lease => ConnectTls(host, port, trust, new Deadline(timeoutMs), lease));
    }

    /// <inheritdoc/>
    public IByteStream StartTls(IByteStream tcp, string host, TlsOptions options, int timeoutMs, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (tcp is not TcpStream plain)
        {
            throw new ArgumentException("only a TCP connection of this factory can begin TLS", nameof(tcp));
        }

        using var unused = plain;
        TlsTrust trust = TlsTrust.For(options, host);
        Socket socket = plain.Detach(out IDisposable lease);
        try
        {
            HubSslStream stream = Handshake(socket, trust, plain.Place, timeoutMs, cancel);
            return new TlsStream(stream, socket, lease, plain.Place);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>Opens a UDP socket for IPv4.</summary>
    /// <param name="localPort">Port to bind, shared with others where the system allows it; 0 for any.</param>
    /// <param name="localAddress">IPv4 address of the interface to use, or null for all.</param>
    public IUdpSocket OpenUdp(int localPort, string? localAddress)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(localPort);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(localPort, IPEndPoint.MaxPort);
        IPAddress? address = null;
        if (localAddress != null && (!IPAddress.TryParse(localAddress, out address) || address.AddressFamily != AddressFamily.InterNetwork))
        {
            throw new ArgumentException($"'{localAddress}' is not an IPv4 address", nameof(localAddress));
        }

        return WithLease(lease => new DesktopUdpSocket(localPort, address, lease));
    }

    /// <inheritdoc/>
    public IDisposable HoldTls() => _gate.Hold();

    private TlsStream ConnectTls(string host, int port, TlsTrust trust, Deadline deadline, IDisposable lease)
    {
        string place = SocketErrors.Place(host, port);

        // Before the gate: a printer that is switched off must not delay the handshakes of others.
        Socket socket = TcpDialer.ConnectAsync(host, port, deadline).GetAwaiter().GetResult();
        HubSslStream stream = Handshake(socket, trust, place, deadline.RemainingMs, CancellationToken.None);
        return new TlsStream(stream, socket, lease, place);
    }

    /// <summary>Takes over the socket, even when it fails. The wait at the gate does not count towards the time limit.</summary>
    private HubSslStream Handshake(Socket socket, TlsTrust trust, string place, int timeoutMs, CancellationToken cancel)
    {
        try
        {
            _gate.Enter(GateTimeoutMs, cancel);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        try
        {
            return TlsDialer.HandshakeAsync(socket, trust, place, new Deadline(timeoutMs), cancel).GetAwaiter().GetResult();
        }
        finally
        {
            _gate.Leave();
        }
    }

    private static void CheckTarget(string host, int port)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, IPEndPoint.MaxPort);
    }

    /// <summary>The opened connection takes over the lease; a failure returns it.</summary>
    private T WithLease<T>(Func<IDisposable, T> open)
    {
        IDisposable lease = _budget.Take();
        try
        {
            return open(lease);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }
}
