using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;

namespace Hub.Hal.Desktop;

/// <summary>Resolves a name and connects to the first of its addresses that answers.</summary>
internal static class TcpDialer
{
    /// <summary>
    /// Bytes that wait in the system to be sent, as far as it allows them. Without a limit Linux lets them grow to 4 MiB, which
    /// costs the receiver CPU time (docs/benchmarks.md) and puts progress that far ahead of what the printer has.
    /// </summary>
    private const int SendBufferBytes = 512 * 1024;

    /// <summary>The caller owns the socket.</summary>
    public static async Task<Socket> ConnectAsync(string host, int port, Deadline deadline)
    {
        string place = SocketErrors.Place(host, port);
        IPAddress[] addresses = await ResolveAsync(host, place, deadline).ConfigureAwait(false);
        return await ConnectAnyAsync(addresses, port, place, deadline).ConfigureAwait(false);
    }

    /// <summary>Connects to the first address that answers; the error of the last one when none does.</summary>
    internal static async Task<Socket> ConnectAnyAsync(IPAddress[] addresses, int port, string place, Deadline deadline)
    {
        HubException error = new HubException(ErrorCode.DnsFailed, $"the name in {place} has no address");
        for (int i = 0; i < addresses.Length; i++)
        {
            try
            {
                // A silent address must leave time for the ones after it.
                int timeoutMs = deadline.RemainingMs / (addresses.Length - i);
                return await ConnectAsync(addresses[i], port, timeoutMs).ConfigureAwait(false);
            }
            catch (SocketException e)
            {
                error = SocketErrors.Connect(place, e);
            }
            catch (OperationCanceledException)
            {
                error = SocketErrors.Timeout(place);
            }
        }

        throw error;
    }

    private static async Task<IPAddress[]> ResolveAsync(string host, string place, Deadline deadline)
    {
        if (IPAddress.TryParse(host, out IPAddress? address))
        {
            return [address];
        }

        using var limit = new CancellationTokenSource(deadline.RemainingMs);
        try
        {
            return await Dns.GetHostAddressesAsync(host, limit.Token).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw SocketErrors.Dns(host, e);
        }
        catch (OperationCanceledException)
        {
            throw SocketErrors.Timeout(place);
        }
    }

    private static async Task<Socket> ConnectAsync(IPAddress address, int port, int timeoutMs)
    {
        using var limit = new CancellationTokenSource(timeoutMs);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            socket.SendBufferSize = SendBufferBytes;
            await socket.ConnectAsync(new IPEndPoint(address, port), limit.Token).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
