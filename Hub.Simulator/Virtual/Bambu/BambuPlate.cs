using System;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Security.Cryptography;
using System.Xml;
using System.Xml.Linq;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>A G-code plate inside a .gcode.3mf, which is a zip with Metadata/plate_N.gcode.</summary>
internal static class BambuPlate
{
    /// <summary>Reads what the slicer wrote into the plate; null when the file is not an archive, lacks the plate, or the MD5 differs.</summary>
    /// <param name="archive">Full path.</param>
    /// <param name="plate">Such as Metadata/plate_1.gcode.</param>
    /// <param name="md5">Upper-case MD5 of the plate, or empty.</param>
    /// <param name="storage">Where a temporary copy goes.</param>
    /// <param name="path">The archive's path inside the storage, for the job.</param>
    public static MachineJob? Read(string archive, string plate, string md5, VirtualStorage storage, string path)
    {
        string copy = storage.NewUploadPath();
        try
        {
            using (ZipArchive zip = ZipFile.OpenRead(archive))
            {
                if (zip.GetEntry(plate) is not { } entry)
                {
                    return null;
                }

                entry.ExtractToFile(copy);
            }

            return md5.Length == 0 || md5 == Md5Of(copy) ? GcodeFile.ReadJob(copy, path) : null;
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return null;
        }
        finally
        {
            File.Delete(copy);
        }
    }

    /// <summary>The highest filament number that the plate uses according to slice_info.config; 0 when it names none.</summary>
    public static int Filaments(string archive, string plate)
    {
        string index = plate.Replace("Metadata/plate_", "", StringComparison.Ordinal).Replace(".gcode", "", StringComparison.Ordinal);
        try
        {
            using ZipArchive zip = ZipFile.OpenRead(archive);
            using Stream? info = zip.GetEntry("Metadata/slice_info.config")?.Open();
            return (info == null ? null : XDocument.Load(info).Root)?.Elements("plate")
                .Where(p => p.Elements("metadata").Any(m => (string?)m.Attribute("key") == "index" && (string?)m.Attribute("value") == index))
                .SelectMany(p => p.Elements("filament")).Select(f => (int?)f.Attribute("id") ?? 0).DefaultIfEmpty().Max() ?? 0;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or XmlException or FormatException)
        {
            return 0;
        }
    }

    private static string Md5Of(string path)
    {
        using FileStream file = File.OpenRead(path);
#pragma warning disable CA5351 // The protocol requires MD5.
        return Convert.ToHexString(MD5.HashData(file));
#pragma warning restore CA5351
    }
}
