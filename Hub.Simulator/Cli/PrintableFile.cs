using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Core.Systems;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>
/// Checks by name and first bytes whether a printer system prints a file, before an upload that may take an hour:
/// servers store a picture as readily as G-code, and some printers start heating for it. (--any-file skips this.)
/// </summary>
internal static partial class PrintableFile
{
    private const int ReadBytes = 64 * 1024;
    private const string BinaryGcode = "binary G-code";
    private const string Archive = "a ZIP archive";

    private static readonly string[] s_text = [".gcode", ".gco", ".gc", ".g", ".ngc", ".nc"];
    private static readonly string[] s_binary = [".bgcode", ".bgc"];
    private static readonly string[] s_archive = [".3mf", ".ufp"];

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
        // Servers may be set up for more: then --any-file.
        string[] names = PrinterSystems.Find(type)!.FileExtensions;
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

    /// <summary>What is wrong with a file of that extension, judged by its first bytes; null for nothing.</summary>
    internal static string? Reason(string extension, byte[] begin)
    {
        ReadOnlySpan<byte> first = Begun(begin);
        string? kind = null;
        foreach ((byte[] start, string what) in s_kinds)
        {
            kind ??= first.StartsWith(start) ? what : null;
        }

        if (s_archive.Contains(extension))
        {
            return kind == Archive ? null : $"is named {extension}, and is {kind ?? "no ZIP archive"}";
        }

        if (s_binary.Contains(extension))
        {
            // Plain G-code under that name is left to the printer.
            return kind == BinaryGcode || (kind == null && IsGcode(begin)) ? null : $"is named {extension}, and is {kind ?? "no G-code"}";
        }

        if (!s_text.Contains(extension) || (kind == null && IsGcode(begin)))
        {
            return null;
        }

        return kind == BinaryGcode ? "is binary G-code, whose name must end with .bgcode" : "holds no G-code but " + (kind ?? (begin.Contains((byte)0) ? "binary data" : "other text"));
    }

    /// <summary>True when the first line that is not a comment is G-code, or when there are only G-code comments.</summary>
    private static bool IsGcode(byte[] begin)
    {
        if (begin.Contains((byte)0))
        {
            return false;
        }

        bool hasComment = false;
        foreach (string raw in Encoding.UTF8.GetString(begin).TrimStart('\uFEFF').Split('\n', '\r'))
        {
            string line = WithoutComments(raw);
            if (line.Length > 0 && line != "%")
            {
                return IsCommand(line);
            }

            hasComment |= raw.Trim().Length > 0;
        }

        return hasComment;
    }

    private static string WithoutComments(string line)
    {
        int end = line.IndexOf(';', StringComparison.Ordinal);
        return Parentheses().Replace(end < 0 ? line : line[..end], " ").Trim();
    }

    /// <summary>
    /// Other texts have similar lines ("M3 screws", "my_key = 5"), so each word counts: a code and its parameters, or one
    /// of Klipper's commands and macros, in capitals or with KEY=VALUE.
    /// </summary>
    private static bool IsCommand(string line)
    {
        string[] words = Quoted().Replace(line, "0").Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        int at = Number().IsMatch(words[0]) && words.Length > 1 ? 1 : 0;
        if (Shown().IsMatch(words[at]))
        {
            return true;
        }

        bool isCode = Code().IsMatch(words[at]);
        bool isMacro = Macro().IsMatch(words[at]);
        bool isLowerMacro = words.Length > at + 1 && LowerMacro().IsMatch(words[at]);
        return (isCode || isMacro || isLowerMacro) && words[(at + 1)..].All(word => Assignment().IsMatch(word) || (isCode && Parameter().IsMatch(word)));
    }

    /// <summary>Without a leading byte order mark and white space, with which pages and documents may begin.</summary>
    private static ReadOnlySpan<byte> Begun(byte[] begin)
    {
        ReadOnlySpan<byte> rest = begin.AsSpan();
        rest = rest.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? rest[3..] : rest;
        return rest.TrimStart(" \t\r\n"u8);
    }

    private static byte[] Begin(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            byte[] begin = new byte[Math.Min(ReadBytes, file.Length)];
            return begin[..file.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw VerbException.Of(ErrorCode.SourceFailed, "the file cannot be read: " + e.Message);
        }
    }

    /// <summary>The hub's own rule, not a refusal by the printer.</summary>
    private static VerbException Wrong(string message, string id) =>
        new(ExitCodes.Failed, ErrorCodes.Name(ErrorCode.BadFileType), message + ", or add --any-file to upload it as it is", id);

    [GeneratedRegex(@"\([^)]*\)")]
    private static partial Regex Parentheses();

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^N\d+$", RegexOptions.IgnoreCase)]
    private static partial Regex Number();

    /// <summary>Codes with free text as argument: a message, a file name.</summary>
    [GeneratedRegex(@"^M(16|23|28|30|32|33|98|117|118)$", RegexOptions.IgnoreCase)]
    private static partial Regex Shown();

    /// <summary>G28, M862.3, T0, G1X5Y5, N10G21.</summary>
    [GeneratedRegex(@"^(N\d+)?[GMT]\d+(\.\d+)?([A-Z][-+]?[\d.]+)*(\*\d+)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Code();

    /// <summary>X10, S1:2, X, XY, 5, *33.</summary>
    [GeneratedRegex(@"^(([A-Z][-+]?[\d.:]+)+|[XYZEUVWABCPSR]{1,4}|[-+]?[\d.:]+)?(\*\d+)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"^_?[A-Z][A-Z0-9_]+$")]
    private static partial Regex Macro();

    [GeneratedRegex(@"^_?[A-Za-z][A-Za-z0-9_]*_[A-Za-z0-9_]*$")]
    private static partial Regex LowerMacro();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*=\S+$")]
    private static partial Regex Assignment();
}
