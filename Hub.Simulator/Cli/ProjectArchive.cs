using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Xml;
using System.Xml.Linq;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>Checks a sliced project (.3mf, a ZIP archive) before an upload that may take an hour.</summary>
internal static class ProjectArchive
{
    private const string Extension = ".3mf";
    private const string PlatePrefix = "Metadata/plate_";
    private const string PlateSuffix = ".gcode";
    private const int MaxFilaments = 64;
    private const int MaxInfoBytes = 4 * 1024 * 1024;

    /// <summary>Accepts any other file. Errors: what the .3mf lacks.</summary>
    public static void Check(string path, int plate)
    {
        if (!path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        int[] plates = Plates(path);
        if (plates.Length == 0)
        {
            throw VerbException.Of(ErrorCode.BadFileType, "this .3mf has no G-code: slice it first and export the sliced plate as .gcode.3mf");
        }

        if (!plates.Contains(plate))
        {
            string there = string.Join(", ", plates.Select(number => number.ToString(CultureInfo.InvariantCulture)));
            throw VerbException.Of(ErrorCode.NotFound, $"the file has no plate {plate}: there {(plates.Length == 1 ? "is" : "are")} {there} (--plate)");
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
            throw VerbException.Of(ErrorCode.BadFileType, "this .3mf is damaged: it is no ZIP archive");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw VerbException.Of(ErrorCode.SourceFailed, "the file cannot be read: " + e.Message);
        }
    }

    /// <summary>
    /// The plate's use of each filament of its project, for <see cref="StartOptions.Filaments"/>; null when the
    /// file does not name it (slice_info.config is missing or in another format).
    /// </summary>
    public static int[]? Filaments(string path, int plate)
    {
        if (!path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        try
        {
            using ZipArchive archive = ZipFile.OpenRead(path);
            XDocument? info = archive.GetEntry("Metadata/slice_info.config") is { } entry ? Load(entry) : null;
            XElement? found = info?.Root?.Elements("plate").FirstOrDefault(p => Metadata(p, "index") == plate.ToString(CultureInfo.InvariantCulture));
            return found == null ? null : Filaments(found);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or XmlException)
        {
            return null;
        }
    }

    private static int[]? Filaments(XElement plate)
    {
        // The nozzle of every filament of the project, including those that this plate does not use: 1 is left, 2 right.
        int[] nozzles = [.. (Metadata(plate, "filament_maps") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => Number(n, -1))];
        List<int> filaments = [.. Enumerable.Repeat(StartOptions.UnusedFilament, Math.Min(nozzles.Length, MaxFilaments))];
        foreach (XElement filament in plate.Elements("filament"))
        {
            int id = Number((string?)filament.Attribute("id"), 0);
            if (id is < 1 or > MaxFilaments)
            {
                return null;
            }

            while (filaments.Count < id)
            {
                filaments.Add(StartOptions.UnusedFilament);
            }

            // If both exist, group_id is what the slicer did and filament_maps what it was asked for.
            int nozzle = Number((string?)filament.Attribute("group_id"), id <= nozzles.Length ? nozzles[id - 1] - 1 : -1) + 1;
            filaments[id - 1] = nozzle is StartOptions.LeftNozzle or StartOptions.RightNozzle ? nozzle : StartOptions.AnyNozzle;
        }

        return filaments.Any(f => f != StartOptions.UnusedFilament) ? [.. filaments] : null;
    }

    private static string? Metadata(XElement plate, string key) =>
        (string?)plate.Elements("metadata").FirstOrDefault(m => (string?)m.Attribute("key") == key)?.Attribute("value");

    private static int Number(string? text, int otherwise) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= MaxFilaments ? number : otherwise;

    private static XDocument? Load(ZipArchiveEntry entry)
    {
        if (entry.Length > MaxInfoBytes)
        {
            return null;
        }

        using Stream stream = entry.Open();
        using XmlReader reader = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaxInfoBytes });
        return XDocument.Load(reader);
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
