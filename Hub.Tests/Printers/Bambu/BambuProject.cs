using System.IO;
using System.IO.Compression;

namespace Hub.Tests.Printers.Bambu;

/// <summary>A sliced project of one plate.</summary>
internal static class BambuProject
{
    /// <summary>The bytes of a .gcode.3mf whose plate is filled up to about this length and begins with the head.</summary>
    public static byte[] Make(int plate, int length = 0, string head = "")
    {
        using MemoryStream bytes = new();
        using (ZipArchive zip = new(bytes, ZipArchiveMode.Create, true))
        using (StreamWriter writer = new(zip.CreateEntry($"Metadata/plate_{plate}.gcode", CompressionLevel.NoCompression).Open()))
        {
            writer.Write(head);
            writer.Write("; made for a test\nM104 S220\nM140 S55\nG28\n");
            writer.Write(new string(';', length));
        }

        return bytes.ToArray();
    }
}
