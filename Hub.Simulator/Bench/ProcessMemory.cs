using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;

namespace Hub.Simulator.Bench;

/// <summary>Private memory of a process, without shared libraries and reserved memory.</summary>
internal static class ProcessMemory
{
    private const double MiB = 1024 * 1024;

    /// <summary>Private memory in MiB.</summary>
    public static double PrivateMiB(Process process)
    {
        string rollup = $"/proc/{process.Id}/smaps_rollup";
        if (!File.Exists(rollup))
        {
            process.Refresh();
            return process.PrivateMemorySize64 / MiB;
        }

        long kilobytes = 0;
        foreach (string line in File.ReadLines(rollup))
        {
            // Such as "Private_Dirty:     59156 kB".
            if (line.StartsWith("Private_", StringComparison.Ordinal))
            {
                kilobytes += long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
            }
        }

        return kilobytes / 1024.0;
    }
}
