using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;

namespace Hub.Simulator.Virtual.PrusaLink;

/// <summary>Files and folders as both PrusaLinks describe them (Buddy lib/WUI/nhttp/file_info.cpp; prusa/link/web/lib/files.py).</summary>
internal static class PrusaLinkListing
{
    /// <summary>The display name of the Python one's storage.</summary>
    private const string PythonStorage = "PrusaLink gcodes";

    public static string BuddyPath(string path) => "/usb/" + ShortPath(path);

    public static string PythonPath(string path) => "/" + PythonStorage + "/" + path;

    /// <summary>
    /// The 8.3 name that Buddy's FAT drive gives a file: upper case, cut, with a number. Here a hash makes it unique, as FAT does
    /// when numbers run out.
    /// </summary>
    public static string ShortName(string name)
    {
        string extension = Kept(Path.GetExtension(name), 3);
        string bare = Path.GetFileNameWithoutExtension(name);
        bool fits = Kept(bare, 8).Length == bare.Length && extension.Length == Math.Max(0, Path.GetExtension(name).Length - 1);
        if (!fits)
        {
            uint hash = 2166136261;
            foreach (char c in name)
            {
                hash = (hash ^ char.ToLowerInvariant(c)) * 16777619;
            }

            bare = Kept(bare, 2) + (hash & 0xFFFF).ToString("X4", System.Globalization.CultureInfo.InvariantCulture) + "~1";
        }

        return bare.ToUpperInvariant() + (extension.Length > 0 ? "." + extension : "");
    }

    /// <summary>The file's long path when its last part is the short name of an existing file; otherwise the given path.</summary>
    public static string LongPath(VirtualStorage storage, string path)
    {
        string? folder = Path.GetDirectoryName(path);
        string? full = string.IsNullOrEmpty(folder) ? storage.Root : storage.Find(folder);
        string name = Path.GetFileName(path);
        string? found = Directory.Exists(full)
            ? Directory.EnumerateFiles(full).Select(f => Path.GetFileName(f)!).FirstOrDefault(f => ShortName(f).Equals(name, StringComparison.OrdinalIgnoreCase))
            : null;
        return found == null || storage.Find(path) != null ? path : VirtualStorage.Join(folder ?? "", found);
    }

    public static JsonObject BuddyJobFile(MachineJob job)
    {
        string path = BuddyPath(job.Path);
        return new JsonObject
        {
            ["refs"] = new JsonObject { ["icon"] = "/thumb/s" + path, ["thumbnail"] = "/thumb/l" + path, ["download"] = path },
            ["name"] = Path.GetFileName(path),
            ["display_name"] = job.Name,
            ["path"] = path[..path.LastIndexOf('/')],
            ["size"] = job.SizeBytes,
            ["m_timestamp"] = job.Date.ToUnixTimeSeconds(),
        };
    }

    public static JsonObject PythonJobFile(MachineJob job) => new()
    {
        ["name"] = job.Name,
        ["display_name"] = job.Name,
        ["path"] = PythonPath(job.Path),
        ["display_path"] = PythonPath(job.Path),
        ["size"] = job.SizeBytes,
        ["m_timestamp"] = job.Date.ToUnixTimeSeconds(),
        ["refs"] = PythonRefs(job.Path),
    };

    /// <summary>A file or a folder of /api/v1/files.</summary>
    public static JsonObject Entry(bool isPython, string full, string path)
    {
        JsonObject entry = isPython ? PythonEntry(full, path) : BuddyEntry(full, path);
        if (Directory.Exists(full))
        {
            entry["children"] = new JsonArray([.. new DirectoryInfo(full).EnumerateFileSystemInfos().OrderBy(e => e.Name, StringComparer.Ordinal)
                .Select(e => isPython ? PythonEntry(e.FullName, VirtualStorage.Join(path, e.Name)) : BuddyEntry(e.FullName, VirtualStorage.Join(path, e.Name)))]);
        }

        return entry;
    }

    /// <summary>Buddy's /api/files: the drive's top level, as OctoPrint would list it.</summary>
    public static JsonObject BuddyLegacyFiles(VirtualStorage storage) => new()
    {
        ["files"] = new JsonArray(new JsonObject
        {
            ["name"] = "USB",
            ["path"] = "/usb",
            ["display"] = "USB",
            ["type"] = "folder",
            ["origin"] = "usb",
            ["children"] = new JsonArray([.. new DirectoryInfo(storage.Root).EnumerateFiles().OrderBy(f => f.Name, StringComparer.Ordinal).Select(BuddyLegacyFile)]),
        }),
    };

    /// <summary>The Python one's /api/files, without its SD card.</summary>
    public static JsonObject PythonLegacyFiles(VirtualStorage storage) => new()
    {
        ["files"] = new JsonArray(new JsonObject
        {
            ["name"] = PythonStorage,
            ["path"] = "/" + PythonStorage,
            ["display"] = PythonStorage,
            ["size"] = 0,
            ["type"] = "folder",
            ["typePath"] = new JsonArray("folder"),
            ["origin"] = "local",
            ["refs"] = new JsonObject { ["resource"] = null },
            ["children"] = new JsonArray([.. new DirectoryInfo(storage.Root).EnumerateFiles().OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => new JsonObject
            {
                ["name"] = f.Name,
                ["path"] = PythonPath(f.Name),
                ["display"] = f.Name,
                ["date"] = Seconds(f),
                ["size"] = f.Length,
                ["type"] = "machinecode",
                ["typePath"] = new JsonArray("machinecode", "gcode"),
                ["origin"] = "local",
                ["refs"] = PythonRefs(f.Name),
            })]),
        }),
        ["free"] = "12 G",
        ["total"] = "30 G",
    };

    private static string Kept(string text, int length)
    {
        string kept = string.Concat(text.Where(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-').Take(length));
        return kept.ToUpperInvariant();
    }

    private static string ShortPath(string path) => string.Join('/', path.Split('/').Select(ShortName));

    private static long Seconds(FileSystemInfo entry) => new DateTimeOffset(entry.LastWriteTimeUtc).ToUnixTimeSeconds();

    private static JsonObject PythonRefs(string path) => new() { ["download"] = "/api/files/local" + PythonPath(path) + "/raw", ["icon"] = null, ["thumbnail"] = null };

    private static JsonObject BuddyLegacyFile(FileInfo file)
    {
        string path = BuddyPath(file.Name);
        return new JsonObject
        {
            ["name"] = Path.GetFileName(path),
            ["display"] = file.Name,
            ["path"] = path,
            ["origin"] = "usb",
            ["refs"] = new JsonObject { ["resource"] = "/api/files" + path, ["thumbnailSmall"] = "/thumb/s" + path, ["thumbnailBig"] = "/thumb/l" + path, ["download"] = path },
        };
    }

    private static JsonObject BuddyEntry(string full, string path)
    {
        bool isFolder = Directory.Exists(full);
        string name = path.Length == 0 ? "usb" : Path.GetFileName(path);
        string onDrive = BuddyPath(path);
        JsonObject entry = new() { ["name"] = path.Length == 0 ? name : ShortName(name), ["ro"] = false, ["type"] = isFolder ? "FOLDER" : "PRINT_FILE" };
        if (path.Length > 0)
        {
            // The root of a FAT drive has no time.
            entry["m_timestamp"] = Seconds(new FileInfo(full));
        }

        if (!isFolder)
        {
            entry["size"] = new FileInfo(full).Length;
            entry["refs"] = new JsonObject { ["icon"] = "/thumb/s" + onDrive, ["thumbnail"] = "/thumb/l" + onDrive, ["download"] = onDrive };
        }

        entry["display_name"] = name;
        return entry;
    }

    private static JsonObject PythonEntry(string full, string path)
    {
        bool isFolder = Directory.Exists(full);
        string name = path.Length == 0 ? PythonStorage : Path.GetFileName(path);
        JsonObject entry = new()
        {
            ["type"] = isFolder ? "FOLDER" : "PRINT_FILE",
            ["name"] = name,
            ["read_only"] = false,
            ["m_timestamp"] = Seconds(new FileInfo(full)),
            ["size"] = isFolder ? 0 : new FileInfo(full).Length,
            ["display_name"] = name,
        };
        if (!isFolder)
        {
            entry["refs"] = PythonRefs(path);
        }

        return entry;
    }
}
