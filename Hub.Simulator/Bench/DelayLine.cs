using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net.Sockets;
using System.Threading;

namespace Hub.Simulator.Bench;

/// <summary>
/// One direction of a connection over a long way: every byte leaves a fixed time after it came, so speed is limited by what may be on its way
/// alone. That is 2 MiB: over the round trip 4 MiB, as much as Linux's largest send buffer keeps for a connection. Thread: one receives, one sends.
/// </summary>
/// <param name="delayMs">How long a byte takes.</param>
internal sealed class DelayLine(int delayMs)
{
    private const int PieceBytes = 64 * 1024;
    private const int MostOnItsWay = 2 * 1024 * 1024;

    private readonly Queue<(byte[] Piece, int Count, long Timestamp)> _onItsWay = [];
    private readonly Stack<byte[]> _free = [];
    private int _bytes;
    private bool _hasEnded;

    /// <summary>Takes what comes until the end.</summary>
    public void Receive(Socket from)
    {
        int count;
        do
        {
            byte[] piece = Room();
            count = from.Receive(piece);
            lock (_onItsWay)
            {
                _onItsWay.Enqueue((piece, count, Stopwatch.GetTimestamp()));
                _bytes += count;
                Monitor.PulseAll(_onItsWay);
            }
        }
        while (count > 0);
    }

    /// <summary>Sends what has been on its way for long enough; returns after the end.</summary>
    public void Send(Socket to)
    {
        while (true)
        {
            (byte[] piece, int count, long timestamp) = Next();
            double leftMs = delayMs - Stopwatch.GetElapsedTime(timestamp).TotalMilliseconds;
            if (leftMs > 0)
            {
                Thread.Sleep(TimeSpan.FromMilliseconds(leftMs));
            }

            if (count == 0)
            {
                return;
            }

            to.Send(piece.AsSpan(0, count));
            lock (_onItsWay)
            {
                _bytes -= count;
                _free.Push(piece);
                Monitor.PulseAll(_onItsWay);
            }
        }
    }

    /// <summary>No more comes in.</summary>
    public void End()
    {
        lock (_onItsWay)
        {
            _hasEnded = true;
            Monitor.PulseAll(_onItsWay);
        }
    }

    private byte[] Room()
    {
        lock (_onItsWay)
        {
            while (_bytes >= MostOnItsWay)
            {
                Monitor.Wait(_onItsWay);
            }

            return _free.Count > 0 ? _free.Pop() : new byte[PieceBytes];
        }
    }

    private (byte[] Piece, int Count, long Timestamp) Next()
    {
        lock (_onItsWay)
        {
            while (_onItsWay.Count == 0)
            {
                if (_hasEnded)
                {
                    return ([], 0, 0);
                }

                Monitor.Wait(_onItsWay);
            }

            return _onItsWay.Dequeue();
        }
    }
}
