using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Hub.Core;
using Hub.Core.Configuration;

namespace Hub.Simulator.Cli;

/// <summary>
/// Tells a file that a printer system prints from others, by its name and its first bytes, before an upload that may take an hour:
/// servers store a picture as readily as G-code, and some printers begin to heat for it. (--any-file skips this.)
/// </summary>
internal static partial class PrintableFile
{
    private const int LookBytes = 64 * 1024;
    private const string BinaryGcode = "binary G-code";
    private const string Archive = "a ZIP archive";

    private static readonly string[] s_text = [".gcode", ".gco", ".gc", ".g", ".ngc", ".nc"];
    private static readonly string[] s_binary = [".bgcode", ".bgc"];
    private static readonly string[] s_archive = [".3mf", ".ufp"];

    // OctoPrint 1.10 octoprint/filemanager (gcode, gco, g); Klipper virtual_sdcard.py VALID_GCODE_EXTS, and what Moonraker
    // unpacks; Prusa-Firmware-Buddy lib/WUI and filename_type; Prusa-Link const.py. Servers may be set up for more: then --any-file.
    private static readonly Dictionary<string, string[]> s_names = new()
    {
        [PrinterTypes.OctoPrint] = [".gcode", ".gco", ".g", ".bgcode"],
        [PrinterTypes.Moonraker] = [".gcode", ".g", ".gco", ".ufp"],
        [PrinterTypes.PrusaLink] = [".gcode", ".gco", ".gc", ".g", ".bgcode", ".bgc"],
        [PrinterTypes.Bambu] = [".3mf", ".gcode"],
    };

    private static readonly (byte[] Start, string What)[] s_kinds =
    [
        ("GCDE"u8.ToArray(), BinaryGcode),
        ("PK\x03\x04"u8.ToArray(), Archive),
        ([0x89, (byte)'P', (byte)'N', (byte)'G'], "a PNG picture"),
        ([0xFF, 0xD8, 0xFF], "a JPEG picture"),
        ("GIF8"u8.ToArray(), "a GIF picture"),
        ("%PDF"u8.ToArray(), "a PDF"),
        ([0x7F, (byte)'E', (byte)'L', (byte)'F'], "a program"),
        ("MZ"u8.ToArray(), "a program"),
        ([0x1F, 0x8B], "a gzip archive"),
        ("7z\xBC"u8.ToArray(), "a 7-Zip archive"),
        ("Rar!"u8.ToArray(), "a RAR archive"),
        ("{"u8.ToArray(), "JSON"),
        ("[{"u8.ToArray(), "JSON"),
        ("<"u8.ToArray(), "XML or HTML"),
        ("solid "u8.ToArray(), "an STL model, which a slicer makes G-code of"),
    ];

    /// <summary>Errors: bad_file_type, when no printer of this system prints the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="type">Printer system.</param>
    /// <param name="id">The printer it is meant for.</param>
    public static void Check(string path, string type, string id)
    {
        string extension = Path.GetExtension(path).ToLowerInvariant();
        string[] names = s_names[type];
        if (!names.Contains(extension))
        {
            throw Wrong($"'{Path.GetFileName(path)}' is no file that {type} prints ({string.Join(", ", names)}): slice the model first", id);
        }

        string? reason = Reason(extension, Begin(path));
        if (reason != null)
        {
            throw Wrong($"'{Path.GetFileName(path)}' {reason}: give the sliced file", id);
        }
    }

    /// <summary>What is wrong with the first bytes of a file of that name, or null.</summary>
    internal static string? Reason(string extension, byte[] begin)
    {
        string? kind = s_kinds.FirstOrDefault(k => begin.AsSpan().StartsWith(k.Start)).What;
        if (s_archive.Contains(extension))
        {
            return kind == Archive ? null : $"is named {extension}, and is {kind ?? "no ZIP archive"}";
        }

        if (s_binary.Contains(extension))
        {
            // Plain G-code under that name is the printer's to judge.
            return kind == BinaryGcode || (kind == null && IsGcode(begin)) ? null : $"is named {extension}, and is {kind ?? "no G-code"}";
        }

        if (!s_text.Contains(extension) || (kind == null && IsGcode(begin)))
        {
            return null;
        }

        return kind == BinaryGcode ? "is binary G-code, whose name must end with .bgcode" : "holds no G-code but " + (kind ?? (begin.Contains((byte)0) ? "binary data" : "other text"));
    }

    /// <summary>A comment, a command of G-code, or one of Klipper's macros in one of the first lines.</summary>
    private static bool IsGcode(byte[] begin) => !begin.Contains((byte)0) && Line().IsMatch(Encoding.UTF8.GetString(begin));

    private static byte[] Begin(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            byte[] begin = new byte[Math.Min(LookBytes, file.Length)];
            return begin[..file.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliException.Of(ErrorCode.SourceFailed, "the file cannot be read: " + e.Message);
        }
    }

    /// <summary>The hub's own rule: no printer refused anything.</summary>
    private static CliException Wrong(string message, string id) =>
        new(ExitCodes.Failed, ErrorCodes.Name(ErrorCode.BadFileType), message + ", or add --any-file to upload it as it is", id);

    [GeneratedRegex(@"^\uFEFF?[ \t]*(;|%|\(|N\d+|[GMT]\d+\b|[A-Z][A-Z0-9]*_[A-Z0-9_]+\b)", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Line();
}
