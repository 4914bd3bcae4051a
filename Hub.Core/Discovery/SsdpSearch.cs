using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;

namespace Hub.Core.Discovery;

/// <summary>
/// Searches by SSDP: sends M-SEARCH, and listens for answers and for announcements. Bambu printers announce themselves every
/// 5 to 30 s whether asked or not. Thread: blocks the caller's.
/// </summary>
/// <remarks>
/// Two sockets. Several programs share the port of the announcements (SO_REUSEADDR): each gets every multicast datagram, but
/// a datagram to this machine's own address reaches only one of them, on Linux the one that came last. So searches leave from
/// a port of their own, and their answers come back to it; a printer that answers to the fixed port is heard all the same
/// when it announces itself.
/// </remarks>
public static class SsdpSearch
{
    private const int WaitMs = 50;

    /// <summary>A datagram can get lost: again after this, then more rarely.</summary>
    private const int FirstRepeatMs = 500;
    private const int RepeatMs = 3000;

    /// <summary>Searches on one port.</summary>
    /// <param name="hal">Sockets, buffers and clock.</param>
    /// <param name="interfaceAddress">IPv4 address of the interface to search on, or null for the system's choice.</param>
    /// <param name="port"><see cref="SsdpMessage.BambuPort"/> (also 1990 with some firmware), or <see cref="SsdpMessage.UpnpPort"/> for OctoPrint.</param>
    /// <param name="forMs">How long, in ms.</param>
    /// <param name="table">Takes the printers, and OctoPrint and Moonraker also as servers to be probed.</param>
    /// <param name="cancel">Ends it early, without an error.</param>
    /// <param name="log">Gets a line for a datagram that the hub failed on; or null.</param>
    /// <returns>Why announcements could not be heard (the port is held by a program that does not share it), or null. The search itself ran.</returns>
    /// <exception cref="HubException">ConnectFailed when neither listening nor asking is possible; OutOfSockets, OutOfMemory.</exception>
    public static string? Run(IHal hal, string? interfaceAddress, int port, int forMs, DiscoveryTable table, CancellationToken cancel, Log? log = null)
    {
        using IUdpSocket asker = hal.Sockets.OpenUdp(0, interfaceAddress);
        IUdpSocket? listener = TryListen(hal, interfaceAddress, port, out string? problem);
        byte[] buffer = hal.Buffers.Rent();
        try
        {
            Search(hal.Clock, asker, listener, problem, buffer, port, forMs, table, log, cancel);
        }
        finally
        {
            hal.Buffers.Return(buffer);
            listener?.Dispose();
        }

        return problem;
    }

    /// <summary>Opens the shared port and joins the group.</summary>
    /// <param name="hal">Sockets.</param>
    /// <param name="interfaceAddress">Interface, or null.</param>
    /// <param name="port">Port.</param>
    /// <param name="problem">Why it failed, or null.</param>
    /// <returns>The caller's, or null when the port cannot be had.</returns>
    internal static IUdpSocket? TryListen(IHal hal, string? interfaceAddress, int port, out string? problem)
    {
        IUdpSocket? socket = null;
        problem = null;
        try
        {
            socket = hal.Sockets.OpenUdp(port, interfaceAddress);
            socket.JoinMulticast(SsdpMessage.Group);
            return socket;
        }
        catch (HubException e)
        {
            problem = e.Message;
        }

        socket?.Dispose();
        return null;
    }

    private static void Search(
        IClock clock, IUdpSocket asker, IUdpSocket? listener, string? problem, byte[] buffer, int port, int forMs, DiscoveryTable table, Log? log, CancellationToken cancel)
    {
        byte[] forBambu = SsdpMessage.Search(SsdpMessage.BambuTarget, port);
        byte[] forOthers = SsdpMessage.Search(SsdpMessage.RootDevice, port);
        long startMs = clock.NowMs;
        long nextAskMs = startMs;
        int repeatMs = FirstRepeatMs;
        while (!cancel.IsCancellationRequested && clock.NowMs - startMs < forMs)
        {
            if (clock.NowMs >= nextAskMs)
            {
                bool isSent = TrySend(asker, forBambu, port) && TrySend(asker, forOthers, port);
                if (!isSent && listener == null)
                {
                    throw new HubException(ErrorCode.ConnectFailed, "cannot search by SSDP: there is no route, and " + problem);
                }

                nextAskMs = clock.NowMs + repeatMs;
                repeatMs = RepeatMs;
            }

            int waitMs = Math.Min(WaitMs, forMs);
            Take(asker, buffer, waitMs, table, log);
            if (listener != null)
            {
                Take(listener, buffer, waitMs, table, log);
            }
        }
    }

    private static bool TrySend(IUdpSocket asker, byte[] message, int port)
    {
        try
        {
            asker.Send(message, 0, message.Length, SsdpMessage.Group, port);
            return true;
        }
        catch (HubException)
        {
            // No route at the moment; announcements may be heard all the same.
            return false;
        }
    }

    private static void Take(IUdpSocket socket, byte[] buffer, int waitMs, DiscoveryTable table, Log? log)
    {
        int count = socket.Receive(buffer, waitMs);
        if (count <= 0)
        {
            return;
        }

        try
        {
            Take(buffer, count, socket.RemoteAddress, table);
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            // Any machine can send one; it must cost neither the search nor its thread.
            log?.Fault("discovery", e);
        }
    }

    /// <summary>Lists the printer or server that a datagram speaks of.</summary>
    internal static void Take(byte[] datagram, int count, string sender, DiscoveryTable table)
    {
        SsdpMessage? message = SsdpMessage.Parse(datagram, count);
        if (message == null)
        {
            return;
        }

        DiscoveredPrinter? printer = BambuAnnouncement.Read(message, sender);
        if (printer != null)
        {
            table.Add(printer);
            return;
        }

        DiscoveredPrinter? server = UpnpAnnouncement.Read(message, sender);
        if (server != null)
        {
            table.Add(server);
            table.AddCandidate(new HttpCandidate(server.Address, server.Port, server.IsTls, server.Path));
        }
    }
}
