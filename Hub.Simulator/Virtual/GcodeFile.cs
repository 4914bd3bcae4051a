using System;
using System.Globalization;
using System.IO;
using System.Text;
using System.Text.RegularExpressions;

namespace Hub.Simulator.Virtual;

/// <summary>Reads what a slicer wrote about a G-code file, from its first and last 64 KiB.</summary>
public static partial class GcodeFile
{
    private const int ScannedBytes = 64 * 1024;

    /// <summary>The print job for a stored file.</summary>
    public static MachineJob ReadJob(string fullPath, string storagePath)
    {
        FileInfo info = new(fullPath);
        using FileStream file = new(fullPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        string head = Read(file, 0);
        string tail = file.Length > ScannedBytes ? Read(file, Math.Max(ScannedBytes, file.Length - ScannedBytes)) : "";
        return new MachineJob
        {
            Path = storagePath,
            SizeBytes = file.Length,
            Date = info.LastWriteTimeUtc,
            EstimateSeconds = ReadEstimate(head) ?? ReadEstimate(tail),
            NozzleTarget = ReadTarget(NozzlePattern(), head) ?? 215,
            BedTarget = ReadTarget(BedPattern(), head) ?? 60,
        };
    }

    /// <summary>The slicer's estimate in seconds, or null.</summary>
    public static double? ReadEstimate(string gcode)
    {
        Match time = CuraPattern().Match(gcode);
        if (time.Success)
        {
            return Positive(double.Parse(time.Groups[1].Value, CultureInfo.InvariantCulture));
        }

        Match words = PrusaPattern().Match(gcode);
        if (!words.Success)
        {
            return null;
        }

        double seconds = 0;
        foreach (Match part in PartPattern().Matches(words.Groups[1].Value))
        {
            double unit = part.Groups[2].Value switch { "d" => 86400, "h" => 3600, "m" => 60, _ => 1 };
            seconds += double.Parse(part.Groups[1].Value, CultureInfo.InvariantCulture) * unit;
        }

        return Positive(seconds);
    }

    private static double? Positive(double seconds) => seconds > 0 ? seconds : null;

    private static double? ReadTarget(Regex pattern, string gcode)
    {
        foreach (Match match in pattern.Matches(gcode))
        {
            double value = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
            if (value > 0)
            {
                return Math.Min(value, 500);
            }
        }

        return null;
    }

    private static string Read(FileStream file, long offset)
    {
        byte[] buffer = new byte[ScannedBytes];
        file.Position = offset;
        int count = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return Encoding.Latin1.GetString(buffer, 0, count);
    }

    // Cura: ";TIME:123"
    [GeneratedRegex(@"^;TIME:(\d{1,9})", RegexOptions.Multiline)]
    private static partial Regex CuraPattern();

    // PrusaSlicer, OrcaSlicer: "; estimated printing time (normal mode) = 1h 2m 3s"; Bambu Studio: "total estimated time: 6m 20s"
    [GeneratedRegex(@"^;.*(?:estimated printing time \(normal mode\) =|total estimated time:)((?:\s*\d{1,7}[dhms])+)", RegexOptions.Multiline)]
    private static partial Regex PrusaPattern();

    [GeneratedRegex(@"(\d+)([dhms])")]
    private static partial Regex PartPattern();

    [GeneratedRegex(@"^M10[49] (?:T\d+ )?S(\d{1,3}(?:\.\d+)?)", RegexOptions.Multiline)]
    private static partial Regex NozzlePattern();

    [GeneratedRegex(@"^M1[49]0 S(\d{1,3}(?:\.\d+)?)", RegexOptions.Multiline)]
    private static partial Regex BedPattern();
}
