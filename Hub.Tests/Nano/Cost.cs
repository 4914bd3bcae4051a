using System;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Nano;

/// <summary>Work that is done over and over.</summary>
internal delegate void Work();

/// <summary>What work costs on this CLR: time by the wall clock, memory by what it takes until the CLR collects.</summary>
internal static class Cost
{
    private const int MinTicks = 5000000;
    private const int RoundsPerLook = 50;
    private const int BlockBytes = 1000;
    private const int HeaderBytes = 100; // more than it is
    private const int BallastBlocks = 10000;

    /// <summary>Prints the mean time of one round, measured over so many and at least half a second, after two rounds of warming up.</summary>
    public static void Time(string what, int rounds, Work work)
    {
        work();
        work();
        long begin = DateTime.UtcNow.Ticks;
        long ticks = 0;
        int done = 0;
        while (done < rounds || ticks < MinTicks)
        {
            for (int i = 0; i < RoundsPerLook; i++)
            {
                work();
            }

            done += RoundsPerLook;
            ticks = DateTime.UtcNow.Ticks - begin;
        }

        Console.WriteLine("speed: " + what + ": " + (ticks / 10 / done).ToString() + " us, mean of " + done.ToString());
    }

    /// <summary>
    /// The round in which the CLR collects in a heap with so many bytes left, or <paramref name="rounds"/> when it does not:
    /// one round allocates about <paramref name="leftBytes"/> divided by that.
    /// </summary>
    public static int RoundsToCollection(int leftBytes, int rounds, Work work)
    {
        object[] ballast = new object[BallastBlocks];
        int blocks = 0;
        int wanted;
        while ((wanted = ((int)nanoFramework.Runtime.Native.GC.Run(false) - leftBytes) / (BlockBytes + HeaderBytes)) > 0)
        {
            for (int i = 0; i < wanted; i++)
            {
                ballast[blocks++] = new byte[BlockBytes];
            }
        }

        WeakReference canary = Canary();
        int done = 0;
        while (done < rounds && canary.IsAlive)
        {
            work();
            done++;
        }

        Assert.IsNotNull(ballast[0]);
        return done;
    }

    private static WeakReference Canary() => new WeakReference(new byte[8]);
}
