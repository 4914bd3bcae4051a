using System;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace Hub.Simulator.Bench;

/// <summary>The machine's own time for a round trip of one byte, at the moment.</summary>
internal static class LoopbackEcho
{
    /// <summary>The times of some round trips between two threads over TCP, in ms, shortest first.</summary>
    public static double[] Milliseconds(int count, int pauseMs)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using Socket near = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.Connect(listener.LocalEndpoint);
        using Socket far = listener.AcceptSocket();
        far.NoDelay = true;
        Thread echo = new(() =>
        {
            byte[] one = new byte[1];
            while (far.Receive(one) == 1)
            {
                far.Send(one);
            }
        });
        echo.Start();
        byte[] mine = new byte[1];
        double[] times = new double[count];
        for (int i = 0; i < count; i++)
        {
            Thread.Sleep(pauseMs);
            long start = Stopwatch.GetTimestamp();
            near.Send(mine);
            near.Receive(mine);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        near.Shutdown(SocketShutdown.Send);
        echo.Join();
        Array.Sort(times);
        return times;
    }
}
