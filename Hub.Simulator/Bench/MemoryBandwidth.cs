using System;
using System.Diagnostics;

namespace Hub.Simulator.Bench;

/// <summary>What this machine's memory can copy: no benchmark that reads its bytes can be faster.</summary>
internal static class MemoryBandwidth
{
    /// <summary>More than a processor's caches hold of both blocks together.</summary>
    private const int BlockBytes = 128 * 1024 * 1024;
    private const int Copies = 5;

    /// <summary>Bytes per second, the best of a few copies. Takes about 0.2 s.</summary>
    public static double Measure()
    {
        byte[] source = new byte[BlockBytes];
        byte[] target = new byte[BlockBytes];
        Array.Fill(source, (byte)1);
        Array.Fill(target, (byte)2);
        double best = 0;
        for (int i = 0; i < Copies; i++)
        {
            long start = Stopwatch.GetTimestamp();
            Buffer.BlockCopy(source, 0, target, 0, BlockBytes);
            best = Math.Max(best, BlockBytes / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }
}
