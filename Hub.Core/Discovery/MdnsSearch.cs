using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Systems;

namespace Hub.Core.Discovery;

/// <summary>
/// Searches for OctoPrint, PrusaLink and Moonraker by mDNS, with one-shot queries (RFC 6762 §5.1): they leave from a port of
/// their own, so responders answer to it directly (§6.7), and a responder of this machine keeps its port. Thread: blocks the
/// caller's.
/// </summary>
public static class MdnsSearch
{
    private const int WaitMs = 50;

    /// <summary>A datagram can get lost (RFC 6762 §5.2: the gaps at least double).</summary>
    private static readonly int[] s_askAtMs = { 0, 1000, 3000 };

    /// <summary>Searches.</summary>
    /// <param name="hal">Sockets, buffers and clock: one socket, one buffer.</param>
    /// <param name="interfaceAddress">IPv4 address of the interface to search on, or null for the system's choice.</param>
    /// <param name="port"><see cref="MdnsTypes.Port"/>; tests use others.</param>
    /// <param name="forMs">How long, in ms.</param>
    /// <param name="table">Takes the printers, and each also as a server that is to be probed: an _octoprint._tcp may be a PrusaLink.</param>
    /// <param name="cancel">Ends it early, without an error.</param>
    /// <param name="log">Gets a line for a datagram that the hub failed on; or null.</param>
    /// <exception cref="HubException">ConnectFailed when asking is impossible; OutOfSockets, OutOfMemory.</exception>
    public static void Run(IHal hal, string? interfaceAddress, int port, int forMs, DiscoveryTable table, CancellationToken cancel, Log? log = null)
    {
        using IUdpSocket socket = hal.Sockets.OpenUdp(0, interfaceAddress);
        byte[] buffer = hal.Buffers.Rent();
        try
        {
            Search(hal.Clock, socket, buffer, port, forMs, new MdnsServices(table), log, cancel);
        }
        finally
        {
            hal.Buffers.Return(buffer);
        }
    }

    private static void Search(
        IClock clock, IUdpSocket socket, byte[] buffer, int port, int forMs, MdnsServices services, Log? log, CancellationToken cancel)
    {
        // Questions are written between two receptions: one buffer serves both.
        MdnsWriter writer = new MdnsWriter(buffer);
        long startMs = clock.NowMs;
        int asked = 0;
        while (!cancel.IsCancellationRequested)
        {
            long leftMs = forMs - (clock.NowMs - startMs);
            if (leftMs <= 0)
            {
                break;
            }

            if (asked < s_askAtMs.Length && clock.NowMs - startMs >= s_askAtMs[asked])
            {
                AskForAll(writer, socket, buffer, port, asked == 0);
                asked++;
            }

            bool isQuiet = true;
            for (int count = socket.Receive(buffer, leftMs < WaitMs ? (int)leftMs : WaitMs); count >= 0; count = socket.Receive(buffer, 0))
            {
                Take(services, buffer, count, socket.RemoteAddress, log);
                isQuiet = false;
                if (clock.NowMs - startMs >= forMs || cancel.IsCancellationRequested)
                {
                    break;
                }
            }

            services.List(false);

            // The rest of an answer may be under way: ask only when nothing came for a moment.
            if (isQuiet && services.Ask(writer, clock.NowMs))
            {
                Send(writer, socket, buffer, port, false);
            }
        }

        services.List(true);
        services.TellDropped();
    }

    /// <summary>Any machine can send a datagram; it must cost neither the search nor its thread.</summary>
    private static void Take(MdnsServices services, byte[] buffer, int count, string sender, Log? log)
    {
        try
        {
            services.Take(buffer, count, sender);
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            log?.Fault("discovery", e);
        }
    }

    /// <summary>One message for each service: a legacy answer may have only 512 bytes (avahi keeps to that).</summary>
    private static void AskForAll(MdnsWriter writer, IUdpSocket socket, byte[] buffer, int port, bool mustWork)
    {
        for (int i = 0; i < PrinterSystems.Announced.Length; i++)
        {
            writer.BeginQuery(0);
            writer.AddQuestion(PrinterSystems.Announced[i].DnsService!, MdnsTypes.Ptr, false);
            Send(writer, socket, buffer, port, mustWork);
        }
    }

    private static void Send(MdnsWriter writer, IUdpSocket socket, byte[] buffer, int port, bool mustWork)
    {
        try
        {
            socket.Send(buffer, 0, writer.Count, MdnsTypes.Group, port);
        }
        catch (HubException e)
        {
            if (mustWork)
            {
                throw new HubException(ErrorCode.ConnectFailed, "cannot search by mDNS: " + e.Message, e);
            }
        }
    }
}
