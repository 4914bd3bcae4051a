using System;
using System.IO;
using System.Linq;

namespace Hub.Simulator.Hosting;

/// <summary>The process's stdin.</summary>
internal static class ProcessStdin
{
    private const string Descriptors = "/proc/self/fd";
    private const string DescriptorInfos = "/proc/self/fdinfo";
    private const string FlagsName = "flags:";
    private const string RandomNumbers = "/dev/urandom";

    /// <summary>
    /// The reader; empty when the process was started with a closed stdin ("&lt;&amp;-"). The runtime then uses descriptor 0
    /// for a pipe of its own, the native one for its random numbers, and reading from it would never end. Detected on Linux only.
    /// </summary>
    public static TextReader Open() => IsTheRuntimes() ? TextReader.Null : Console.In;

    private static bool IsTheRuntimes()
    {
        try
        {
            string? stdin = Target(Descriptors + "/0");
            return stdin == RandomNumbers
                || (stdin != null
                    && stdin.StartsWith("pipe:", StringComparison.Ordinal)
                    && Directory.GetFileSystemEntries(Descriptors).Any(entry => Target(entry) == stdin && IsWriteEnd(Path.GetFileName(entry))));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>
    /// True for a pipe's write end: the runtime holds both ends of its own pipes. It also holds a copy of stdin's read end
    /// (Console opens it), so a second descriptor proves nothing. Flags are octal, proc_pid_fdinfo(5).
    /// </summary>
    private static bool IsWriteEnd(string descriptor)
    {
        try
        {
            string? flags = File.ReadLines(Path.Combine(DescriptorInfos, descriptor)).FirstOrDefault(line => line.StartsWith(FlagsName, StringComparison.Ordinal));
            return flags != null && flags.EndsWith('1');
        }
        catch (IOException)
        {
            // Closed in between.
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
            // Closed in between.
            return null;
        }
    }
}
