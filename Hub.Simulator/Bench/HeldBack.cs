using System;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using Hub.Core.Printers;

namespace Hub.Simulator.Bench;

/// <summary>
/// How much of a file waits between its sender and a printer that takes 157 KB/s, in MiB after 30 s: all that the cloud has read and the
/// printer has not, with the buffers of the connections between cloud, hub and printer.
/// </summary>
/// <param name="WaitingMiB">Read by the cloud, and not yet given to the printer.</param>
/// <param name="GrowthMiB">By how much that grew in the last 10 s.</param>
/// <param name="TakenMiB">What the printer took in those 10 s.</param>
/// <param name="Taken">What the printer was given.</param>
internal sealed record HeldBack(double WaitingMiB, double GrowthMiB, double TakenMiB, Work Taken)
{
    /// <summary>
    /// 1 MiB and the piece that came last in the cloud, a window of 4 MiB that is on its way or in the hub, 256 KiB that it sends, and 1 MiB in
    /// its connection's send buffer.
    /// </summary>
    public const double MostMiB = 7;

    public const double MostGrowthMiB = 0.25;

    public const int FileMiB = 64;

    private const int BytesPerSecond = 157_000;
    private const int Seconds = 30;
    private const int LastSeconds = 10;
    private const int PieceBytes = 16 * 1024;
    private const int BytesPerMiB = 1024 * 1024;

    public static HeldBack Measure()
    {
        using CloudFileFarm farm = new(PrinterTypes.OctoPrint, printerBytesPerSecond: BytesPerSecond);
        using Socket sender = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { SendBufferSize = PieceBytes };
        sender.Connect(IPAddress.Loopback, farm.Cloud.Address.Port);
        long before = farm.ToPrinter!.Passed;
        long sent = 0;
        Thread sending = new(() => Send(sender, farm, ref sent)) { IsBackground = true };
        sending.Start();
        Thread.Sleep(TimeSpan.FromSeconds(Seconds - LastSeconds));
        (long waiting, long taken) = Now();
        Thread.Sleep(TimeSpan.FromSeconds(LastSeconds));
        (long waitingAtEnd, long takenAtEnd) = Now();
        return new HeldBack(
            (double)waitingAtEnd / BytesPerMiB,
            (double)(waitingAtEnd - waiting) / BytesPerMiB,
            (double)(takenAtEnd - taken) / BytesPerMiB,
            new Work("bytes that the printer was given", takenAtEnd, BytesPerSecond * (long)Seconds * 9 / 10));

        (long Waiting, long Taken) Now()
        {
            long passed = farm.ToPrinter.Passed - before;
            return (Interlocked.Read(ref sent) - SocketQueues.Bytes(sender) - passed, passed);
        }
    }

    /// <summary>Sends the file's bytes as fast as they are accepted, until the connection is closed.</summary>
    private static void Send(Socket sender, CloudFileFarm farm, ref long sent)
    {
        try
        {
            sender.Send(Encoding.ASCII.GetBytes(
                "POST " + farm.FilesUrl("slow.gcode").PathAndQuery + " HTTP/1.1\r\nHost: " + farm.Cloud.Address.Authority + "\r\nContent-Length: " + ((long)FileMiB * BytesPerMiB) + "\r\n\r\n"));
            byte[] piece = new byte[PieceBytes];
            while (true)
            {
                Interlocked.Add(ref sent, sender.Send(piece));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The measurement is over, or the cloud refused the file: then the printer gets nothing, and the figure does not count.
        }
    }
}
