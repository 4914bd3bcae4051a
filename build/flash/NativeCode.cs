using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.IO.Compression;
using System.Text.RegularExpressions;

namespace Hub.Flash;

/// <summary>Checksums of a CLR's native code, by assembly, and their comparison with what an image needs.</summary>
internal static partial class NativeCode
{
    /// <summary>Those of a CLR package: native_assemblies.csv, which nf-interpreter's build writes (CMake/Modules/FindNF_NativeAssemblies.cmake).</summary>
    /// <param name="path">The ZIP archive.</param>
    /// <exception cref="FlashException">It is no CLR package.</exception>
    public static Dictionary<string, uint> OfPackage(string path)
    {
        try
        {
            using ZipArchive zip = ZipFile.OpenRead(path);
            ZipArchiveEntry entry = zip.GetEntry("native_assemblies.csv")
                ?? throw new FlashException(FlashException.Refused, path + " has no native_assemblies.csv. Choose a CLR package of nanoFramework.");
            using StreamReader reader = new(entry.Open());
            Dictionary<string, uint> found = [];
            while (reader.ReadLine() is { } line)
            {
                string[] fields = line.Split(',', StringSplitOptions.TrimEntries);
                if (fields.Length >= 3 && fields[2].StartsWith("0x", StringComparison.OrdinalIgnoreCase)
                    && uint.TryParse(fields[2].AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint checksum))
                {
                    found[fields[0]] = checksum;
                }
            }

            return found;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FlashException(FlashException.Usage, path + " cannot be read: " + error.Message);
        }
        catch (InvalidDataException)
        {
            throw new FlashException(FlashException.Refused, path + " is not a ZIP archive, or a damaged one. Download the CLR package again.");
        }
    }

    /// <summary>Those of a board, from the report of nanoff --nanodevice --devicedetails.</summary>
    /// <exception cref="FlashException">The report has none.</exception>
    public static Dictionary<string, uint> OfReport(string report)
    {
        Dictionary<string, uint> found = [];
        foreach (Match match in ReportLine().Matches(report))
        {
            found[match.Groups[1].Value] = uint.Parse(match.Groups[2].ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        }

        if (found.Count == 0)
        {
            throw new FlashException(FlashException.Refused, "The board reported no native assemblies: flash the CLR as well (--package). Nothing was written.");
        }

        return found;
    }

    /// <summary>Throws when the CLR cannot run the image; the message names each assembly and both checksums.</summary>
    /// <exception cref="FlashException">They do not fit together.</exception>
    public static void Check(Dictionary<string, uint> clr, List<ImageAssembly> image, string clrName)
    {
        List<string> problems = [];
        foreach (ImageAssembly assembly in image)
        {
            if (assembly.Checksum != 0 && (!clr.TryGetValue(assembly.Name, out uint checksum) || checksum != assembly.Checksum))
            {
                string has = clr.TryGetValue(assembly.Name, out uint other) ? "has 0x" + other.ToString("X8", CultureInfo.InvariantCulture) : "has none";
                problems.Add("  " + assembly.Name + ": the image needs 0x" + assembly.Checksum.ToString("X8", CultureInfo.InvariantCulture) + ", " + clrName + " " + has);
            }
        }

        if (problems.Count > 0)
        {
            throw new FlashException(
                FlashException.Refused,
                "The native code does not match:\n" + string.Join('\n', problems) + "\nChoose a CLR version that fits (docs/flashing.md). Nothing was written.");
        }
    }

    [GeneratedRegex(@"^\s*(\S+) v[\d.]+, checksum 0x([0-9A-Fa-f]{1,8})\s*$", RegexOptions.Multiline)]
    private static partial Regex ReportLine();
}
