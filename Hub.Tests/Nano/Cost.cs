using System;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Nano;

/// <summary>Some work, done over and over.</summary>
internal delegate void Work();

/// <summary>What work costs on this CLR: time by the wall clock, memory by what it takes until the CLR collects.</summary>
internal static class Cost
{
    private const int BlockBytes = 1000;
    private const int HeaderBytes = 100; // more than it is
    private const int BallastBlocks = 10000;

    /// <summary>Prints and returns the mean time of one round, in microseconds, after two rounds of warming up.</summary>
    public static int Time(string what, int rounds, Work work)
    {
        work();
        work();
        long begin = DateTime.UtcNow.Ticks;
        for (int i = 0; i < rounds; i++)
        {
            work();
        }

        int microseconds = (int)((DateTime.UtcNow.Ticks - begin) / 10 / rounds);
        Console.WriteLine("speed: " + what + ": " + microseconds.ToString() + " us");
        return microseconds;
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
