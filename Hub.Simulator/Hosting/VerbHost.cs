using System;
using System.IO;

namespace Hub.Simulator.Hosting;

/// <summary>The running hub that runs a verb for another process, and where that process is.</summary>
internal sealed class VerbHost
{
    private const string OwnDescriptors = "/dev/fd/";

    /// <summary>The running hub; it stays when the verb ends.</summary>
    public required HubSession Session { get; init; }

    /// <summary>The hub's data folder.</summary>
    public required string Folder { get; init; }

    /// <summary>The asking process's; the hub's own is another one.</summary>
    public required string WorkingFolder { get; init; }

    /// <summary>The asking process; 0 when it is not known.</summary>
    public required int ProcessId { get; init; }

    /// <summary>True once the hub stops, and the verb with it.</summary>
    public required Func<bool> IsStopping { get; init; }

    /// <summary>A file's path as the asking process means it, descriptors ("&lt;(command)" of a shell) included.</summary>
    public string PathOf(string path)
    {
        if (path.Length == 0)
        {
            return path;
        }

        string full = Path.Combine(WorkingFolder, path);
        string? descriptor = full == "/dev/stdin" ? "0" : full.StartsWith(OwnDescriptors, StringComparison.Ordinal) ? full[OwnDescriptors.Length..] : null;
        return descriptor != null && OperatingSystem.IsLinux() && ProcessId > 0 && int.TryParse(descriptor, out int number) && number >= 0
            ? $"/proc/{ProcessId}/fd/{number}"
            : full;
    }
}
