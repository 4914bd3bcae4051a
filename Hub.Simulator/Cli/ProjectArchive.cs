using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.IO.Compression;
using System.Linq;
using Hub.Core;

namespace Hub.Simulator.Cli;

/// <summary>Looks into a sliced project (.3mf, a ZIP archive) before an upload that may take an hour.</summary>
internal static class ProjectArchive
{
    private const string Extension = ".3mf";
    private const string PlatePrefix = "Metadata/plate_";
    private const string PlateSuffix = ".gcode";

    /// <summary>Passes any other file. Errors: what the .3mf lacks.</summary>
    public static void Check(string path, int plate)
    {
        if (!path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        int[] plates = Plates(path);
        if (plates.Length == 0)
        {
            throw CliException.Of(ErrorCode.BadFileType, "this .3mf holds no G-code: slice it first and export the sliced plate as .gcode.3mf");
        }

        if (!plates.Contains(plate))
        {
            string there = string.Join(", ", plates.Select(number => number.ToString(CultureInfo.InvariantCulture)));
            throw CliException.Of(ErrorCode.NotFound, $"the file has no plate {plate}: there {(plates.Length == 1 ? "is" : "are")} {there} (--plate)");
        }
    }

    /// <summary>Numbers of the sliced plates, in order.</summary>
    public static int[] Plates(string path)
    {
        try
        {
            using ZipArchive archive = ZipFile.OpenRead(path);
            return [.. Numbers(archive).Order()];
        }
        catch (InvalidDataException)
        {
            throw CliException.Of(ErrorCode.BadFileType, "this .3mf is damaged: it is no ZIP archive");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliException.Of(ErrorCode.SourceFailed, "the file cannot be read: " + e.Message);
        }
    }

    private static IEnumerable<int> Numbers(ZipArchive archive)
    {
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            string name = entry.FullName;
            if (name.StartsWith(PlatePrefix, StringComparison.Ordinal) && name.EndsWith(PlateSuffix, StringComparison.Ordinal)
                && int.TryParse(name.AsSpan(PlatePrefix.Length, name.Length - PlatePrefix.Length - PlateSuffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                yield return number;
            }
        }
    }
}
