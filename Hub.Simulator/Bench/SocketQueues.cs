using System;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Sockets;

namespace Hub.Simulator.Bench;

/// <summary>What a connection on this machine holds in the system, as Linux reports it.</summary>
internal static class SocketQueues
{
    private const string Table = "/proc/net/tcp";
    private const int LocalField = 1;
    private const int RemoteField = 2;
    private const int QueuesField = 4;

    /// <summary>Bytes that were written to a socket and not read at its other end, which is on this machine too; 0 where that is not known.</summary>
    public static long Bytes(Socket socket)
    {
        if (!File.Exists(Table))
        {
            return 0;
        }

        string near = Port(socket.LocalEndPoint);
        string far = Port(socket.RemoteEndPoint);
        long bytes = 0;
        foreach (string line in File.ReadLines(Table))
        {
            // "  1: 0100007F:C001 0100007F:13D8 01 00000000:00000000 …": local, remote, state, what waits to be sent and to be read.
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            bool isNear = fields[LocalField].EndsWith(near, StringComparison.Ordinal) && fields[RemoteField].EndsWith(far, StringComparison.Ordinal);
            bool isFar = fields[LocalField].EndsWith(far, StringComparison.Ordinal) && fields[RemoteField].EndsWith(near, StringComparison.Ordinal);
            if (isNear || isFar)
            {
                string[] queues = fields[QueuesField].Split(':');
                bytes += long.Parse(queues[isNear ? 0 : 1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            }
        }

        return bytes;
    }

    private static string Port(EndPoint? end) => ":" + ((IPEndPoint)end!).Port.ToString("X4", CultureInfo.InvariantCulture);
}
