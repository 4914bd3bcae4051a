using System;
using System.IO;
using System.Linq;

namespace Hub.Simulator.Cli;

/// <summary>The process's stdin.</summary>
internal static class ProcessStdin
{
    private const string Descriptors = "/proc/self/fd";
    private const string DescriptorFlags = "/proc/self/fdinfo";

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
                && Directory.GetFileSystemEntries(Descriptors).Any(entry => Target(entry) == stdin && IsWriteEnd(Path.GetFileName(entry)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Somebody else's pipe may be open twice here, but only for reading: the console makes duplicates of stdin.</summary>
    private static bool IsWriteEnd(string descriptor)
    {
        string? flags = File.ReadLines(DescriptorFlags + "/" + descriptor).FirstOrDefault(line => line.StartsWith("flags:", StringComparison.Ordinal));

        // Octal; the lowest two bits are the access mode, 1 is O_WRONLY (proc(5), open(2)).
        return flags != null && ((flags[^1] - '0') & 3) == 1;
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
