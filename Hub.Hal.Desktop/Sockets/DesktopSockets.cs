using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>Connections by .NET's Socket and SslStream. Thread: any.</summary>
public sealed class DesktopSockets : ISocketFactory
{
    private readonly SocketBudget _budget;

    /// <summary>Makes the factory.</summary>
    /// <param name="maxSockets">How many sockets may be open at once.</param>
    public DesktopSockets(int maxSockets)
    {
        _budget = new SocketBudget(maxSockets);
    }

    /// <summary>True on Linux, where it was seen to work (facts F); Windows and macOS are unproven but may.</summary>
    public bool CanReuseTlsSession => true;

    /// <inheritdoc/>
    public int MaxSockets => _budget.Max;

    /// <inheritdoc/>
    public int OpenSockets => _budget.Open;

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
        return WithLease(lease => ConnectTlsAsync(host, port, trust, new Deadline(timeoutMs), lease).GetAwaiter().GetResult());
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
            HubSslStream stream = TlsDialer.HandshakeAsync(socket, trust, plain.Place, new Deadline(timeoutMs), cancel).GetAwaiter().GetResult();
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

    private static async Task<IByteStream> ConnectTlsAsync(string host, int port, TlsTrust trust, Deadline deadline, IDisposable lease)
    {
        string place = SocketErrors.Place(host, port);
        Socket socket = await TcpDialer.ConnectAsync(host, port, deadline).ConfigureAwait(false);
        HubSslStream stream = await TlsDialer.HandshakeAsync(socket, trust, place, deadline, CancellationToken.None).ConfigureAwait(false);
        return new TlsStream(stream, socket, lease, place);
    }

    private static void CheckTarget(string host, int port)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, IPEndPoint.MaxPort);
    }

    /// <summary>What is opened takes over the lease; a failure gives it back.</summary>
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
