using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Hub.Core.Text;
using Microsoft.AspNetCore.Http;

namespace Hub.Simulator.Virtual.Moonraker;

/// <summary>Folders of the gcodes root, and its files one by one: list, download, delete (docs/external_api/file_manager.md). Thread: any.</summary>
internal sealed class MoonrakerFolders(MoonrakerKlippy klippy, VirtualStorage storage)
{
    private const string Root = "gcodes";

    /// <summary>/server/files/directory with its three verbs.</summary>
    public JsonObject Answer(string verb, JsonObject parameters)
    {
        string sent = MoonrakerMethods.Text(parameters, "path") ?? Root;
        string[] parts = sent.Trim('/').Split('/', 2);
        if (parts[0] != Root)
        {
            throw new MoonrakerError(400, $"Invalid root path ({parts[0]})");
        }

        string path = parts.Length == 1 ? "" : parts[1];
        switch (verb)
        {
            case "POST":
                return Create(path);
            case "DELETE":
                return Remove(path, sent, parameters["force"]?.ToString() == "true");
            default:
                return List(path, sent);
        }
    }

    /// <summary>Sends a file, or the requested part of it.</summary>
    public async Task DownloadAsync(HttpContext context, string path)
    {
        if (storage.Find(path) is not { } full || !File.Exists(full))
        {
            throw new MoonrakerError(404, "Not Found");
        }

        FileRange range = FileRange.Of(context.Request, full);
        HttpResponse response = context.Response;
        if (range.IsAsked)
        {
            response.StatusCode = range.Length == range.Size ? 200 : 206;
        }

        string name = Path.GetFileName(full);
        response.ContentType = "application/octet-stream";
        response.Headers.ContentDisposition = $"attachment; filename=\"{Ascii(name)}\"; filename*=UTF-8''{Uri.EscapeDataString(name)}";
        await range.SendAsync(context, full).ConfigureAwait(false);
    }

    /// <summary>Deletes a file. The reason is only in the traceback: over HTTP the message is that of the status (observed with 0.10).</summary>
    public JsonObject Delete(string path)
    {
        if (storage.Find(path) is not { } full || !File.Exists(full))
        {
            throw new MoonrakerError(400, "Bad Request");
        }

        if (IsInUse(path))
        {
            throw new MoonrakerError(403, "Forbidden");
        }

        storage.Delete(path);
        return Changed("delete_file", path);
    }

    private static string Ascii(string name) => string.Concat(name.Select(c => c is < ' ' or > '~' ? '?' : c)).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static JsonObject Changed(string action, string path) => new()
    {
        ["action"] = action,
        ["item"] = new JsonObject { ["modified"] = 0, ["size"] = 0, ["permissions"] = "", ["path"] = path, ["root"] = Root },
    };

    private static JsonObject Info(FileSystemInfo entry, string nameKey) => new()
    {
        ["modified"] = new DateTimeOffset(entry.LastWriteTimeUtc).ToUnixTimeMilliseconds() / 1000.0,
        ["size"] = entry is FileInfo file ? file.Length : 4096,
        ["permissions"] = "rw",
        [nameKey] = entry.Name,
    };

    private JsonObject List(string path, string sent)
    {
        DirectoryInfo folder = new(Folder(path) ?? throw new MoonrakerError(400, $"Directory does not exist ({sent})"));
        DriveInfo drive = new(folder.FullName);
        return new JsonObject
        {
            ["dirs"] = new JsonArray([.. folder.EnumerateDirectories().OrderBy(d => d.Name, StringComparer.Ordinal).Select(d => Info(d, "dirname"))]),
            ["files"] = new JsonArray([.. folder.EnumerateFiles().OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => Info(f, "filename"))]),
            ["disk_usage"] = new JsonObject { ["total"] = drive.TotalSize, ["used"] = drive.TotalSize - drive.TotalFreeSpace, ["free"] = drive.AvailableFreeSpace },
            ["root_info"] = new JsonObject { ["name"] = Root, ["permissions"] = "rw" },
        };
    }

    private JsonObject Create(string path)
    {
        if (path.Length == 0 || VirtualStorage.SanitizeFolder(path) != path || storage.Find(path) != null)
        {
            throw new MoonrakerError(400, $"[Errno 17] File exists: '{path}'");
        }

        storage.CreateFolder(path);
        return Changed("create_dir", path);
    }

    private JsonObject Remove(string path, string sent, bool isForced)
    {
        if (path.Length == 0)
        {
            throw new MoonrakerError(400, "Cannot delete root directory");
        }

        string full = Folder(path) ?? throw new MoonrakerError(400, $"Directory does not exist ({sent})");
        if (!isForced && Directory.EnumerateFileSystemEntries(full).Any())
        {
            throw new MoonrakerError(400, $"[Errno 39] Directory not empty: '{path}'");
        }

        if (klippy.Read() is { IsActive: true } now && now.Job!.Path.StartsWith(path + "/", StringComparison.Ordinal))
        {
            throw new MoonrakerError(403, "File currently in use");
        }

        storage.Delete(path);
        return Changed("delete_dir", path);
    }

    private string? Folder(string path)
    {
        string? full = path.Length == 0 ? storage.Root : storage.Find(path);
        return Directory.Exists(full) ? full : null;
    }

    private bool IsInUse(string path) => klippy.Read() is { IsActive: true } now && now.Job!.Path == path;
}
