using System;

namespace Hub.Tests.Support;

/// <summary>Bytes that a piece of work allocates on the calling thread.</summary>
internal static class Allocated
{
    private const int Tries = 3;

    /// <summary>
    /// The least of a few runs: the runtime also counts the unused rest of a thread's allocation buffer when a garbage
    /// collection, which any thread may cause, takes it away in the middle of a run.
    /// </summary>
    public static long By(Action work)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Tries && least > 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
