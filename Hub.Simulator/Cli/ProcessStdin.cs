using System;
using System.IO;
using System.Linq;

namespace Hub.Simulator.Cli;

/// <summary>The process's stdin.</summary>
internal static class ProcessStdin
{
    private const string Descriptors = "/proc/self/fd";

    /// <summary>
    /// The reader, empty when the process was started with a closed stdin ("&lt;&amp;-"). The runtime then uses the number 0
    /// for a pipe of its own, and reading that would wait for ever. Only Linux tells.
    /// </summary>
    public static TextReader Open() => IsOwnPipe() ? TextReader.Null : Console.In;

    private static bool IsOwnPipe()
    {
        try
        {
            string? stdin = Target(Descriptors + "/0");
            return stdin != null
                && stdin.StartsWith("pipe:", StringComparison.Ordinal)
                && Directory.GetFileSystemEntries(Descriptors).Any(entry => Path.GetFileName(entry) != "0" && Target(entry) == stdin);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string? Target(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget;
        }
        catch (IOException)
        {
            // Closed meanwhile.
            return null;
        }
    }
}
