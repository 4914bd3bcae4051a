using System;
using System.IO;

namespace Hub.Simulator.Hosting;

/// <summary>The running hub that runs a verb for another process, and that process's working folder.</summary>
internal sealed class VerbHost
{
    private const string OwnDescriptors = "/dev/fd/";

    /// <summary>The running hub; it stays when the verb ends.</summary>
    public required HubSession Session { get; init; }

    /// <summary>The hub's data folder.</summary>
    public required string Folder { get; init; }

    /// <summary>The asking process's working folder, which differs from the hub's own.</summary>
    public required string WorkingFolder { get; init; }

    /// <summary>The asking process; 0 when unknown.</summary>
    public required int ProcessId { get; init; }

    /// <summary>True once the hub stops, which also stops the verb.</summary>
    public required Func<bool> IsStopping { get; init; }

    /// <summary>A file's path as seen by the asking process, including its descriptors ("&lt;(command)" of a shell).</summary>
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
