using System;
using System.Runtime.InteropServices;

namespace Hub.Simulator;

/// <summary>The C library's heap, which TLS uses.</summary>
internal static class NativeHeap
{
    /// <summary>glibc's M_ARENA_MAX (malloc.h).</summary>
    private const int ArenaMax = -8;

    /// <summary>
    /// glibc gives threads their own heaps, up to eight per core, and none of them shrinks. A hub has one thread per printer
    /// and verb: with twenty printers and continuous verbs that was 20 MiB more after four minutes than with two heaps.
    /// No effect with another C library.
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
            // musl has only one heap.
        }
    }

    [DllImport("libc", EntryPoint = "mallopt")]
    private static extern int MallOpt(int parameter, int value);
}
