using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace Hub.Simulator.Virtual;

/// <summary>
/// A printer's file storage: a folder that no path can leave. Paths use '/'. Uploads are written to a folder next to it
/// and appear whole or not at all. Thread: any.
/// </summary>
public sealed class VirtualStorage
{
    private const string NotInNames = "\\/:*?\"<>|";

    // Limit of common file systems, in UTF-8 bytes.
    private const int MaxNameBytes = 255;

    private static readonly string[] s_reserved = ["CON", "PRN", "AUX", "NUL", "CLOCK$"];

    public VirtualStorage(string folder)
    {
        Root = Path.Combine(Path.GetFullPath(folder), "files");
        UploadFolder = Path.Combine(Path.GetFullPath(folder), "uploads");
        Directory.CreateDirectory(Root);
        Directory.CreateDirectory(UploadFolder);
    }

    public string Root { get; }

    /// <summary>Folder of incomplete uploads.</summary>
    public string UploadFolder { get; }

    /// <summary>
    /// A name fit for every file system: forbidden and control characters, leading dots, trailing dots and spaces
    /// are removed. Null when nothing is left or the name contains a separator.
    /// </summary>
    public static string? SanitizeName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Contains('/') || name.Contains('\\'))
        {
            return null;
        }

        string clean = string.Concat(name.Where(c => !char.IsControl(c) && !NotInNames.Contains(c))).TrimStart('.').TrimEnd('.', ' ');
        if (s_reserved.Contains(Path.GetFileNameWithoutExtension(clean), StringComparer.OrdinalIgnoreCase))
        {
            clean = Path.GetFileNameWithoutExtension(clean) + "_" + Path.GetExtension(clean);
        }

        while (Encoding.UTF8.GetByteCount(clean) > MaxNameBytes)
        {
            clean = clean[..^(char.IsLowSurrogate(clean[^1]) ? 2 : 1)];
        }

        return clean.Length == 0 ? null : clean;
    }

    /// <summary>A folder path inside the storage, cleaned; null when it would leave the storage.</summary>
    public static string? SanitizeFolder(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        List<string> parts = [];
        foreach (string part in path.Split('/'))
        {
            if (part == "..")
            {
                if (parts.Count == 0)
                {
                    return null;
                }

                parts.RemoveAt(parts.Count - 1);
            }
            else if (part.Length > 0 && part != ".")
            {
                if (SanitizeName(part) is not { } clean)
                {
                    return null;
                }

                parts.Add(clean);
            }
        }

        return string.Join('/', parts);
    }

    public static string Join(string folder, string name) => folder.Length == 0 ? name : folder + "/" + name;

    /// <summary>The full path of an existing file or folder of the storage, otherwise null.</summary>
    public string? Find(string path)
    {
        if (SanitizeFolder(path) is not { Length: > 0 } clean || clean != path)
        {
            return null;
        }

        string full = FullPath(clean);
        return File.Exists(full) || Directory.Exists(full) ? full : null;
    }

    /// <summary>Moves a complete upload to its place, over an older file of that name.</summary>
    public string Place(string uploadedFile, string path)
    {
        string full = FullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.Move(uploadedFile, full, overwrite: true);
        return full;
    }

    /// <summary>Creates an empty file in its final place and opens it.</summary>
    public FileStream Create(string path) => new(FullPath(path), FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);

    public void CreateFolder(string path) => Directory.CreateDirectory(FullPath(path));

    public void Delete(string path)
    {
        string full = FullPath(path);
        if (Directory.Exists(full))
        {
            Directory.Delete(full, recursive: true);
        }
        else
        {
            File.Delete(full);
        }
    }

    /// <summary>The path inside the storage for a full path.</summary>
    public string RelativePath(string fullPath) => Path.GetRelativePath(Root, fullPath).Replace(Path.DirectorySeparatorChar, '/');

    public string NewUploadPath() => Path.Combine(UploadFolder, Guid.NewGuid().ToString("N") + ".part");

    private string FullPath(string path)
    {
        string full = Path.GetFullPath(Path.Combine(Root, path.Replace('/', Path.DirectorySeparatorChar)));
        return full.StartsWith(Root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? full
            : throw new ArgumentException("The path leaves the storage.", nameof(path));
    }
}
