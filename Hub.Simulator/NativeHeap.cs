using System;
using System.Runtime.InteropServices;

namespace Hub.Simulator;

/// <summary>The C library's heap, from which TLS takes its memory.</summary>
internal static class NativeHeap
{
    /// <summary>glibc's M_ARENA_MAX (malloc.h).</summary>
    private const int ArenaMax = -8;

    /// <summary>
    /// glibc gives threads heaps of their own, up to eight for each core, and none of them shrinks. A hub has a thread per printer
    /// and per verb: with twenty printers, and verbs all the time, that came to 20 MiB more after four minutes than with two heaps.
    /// Nothing happens where there is another C library.
    /// </summary>
    public static void KeepSmall()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = MallOpt(ArenaMax, 2);
        }
        catch (EntryPointNotFoundException)
        {
            // musl has one heap anyway.
        }
    }

    [DllImport("libc", EntryPoint = "mallopt")]
    private static extern int MallOpt(int parameter, int value);
}
