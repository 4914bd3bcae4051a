using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Hub.Simulator.Virtual.Moonraker;

/// <summary>Moonraker's gcodes root: upload, list, metadata (docs/external_api/file_manager.md).</summary>
internal sealed class MoonrakerFiles(MoonrakerKlippy klippy, VirtualStorage storage, long maxUploadBytes)
{
    private static readonly string[] s_extensions = [".gcode", ".g", ".gco", ".ufp", ".nc"];

    /// <summary>VALID_GCODE_EXTS of klippy/extras/virtual_sdcard.py, compared as they are written.</summary>
    private static readonly string[] s_klippersExtensions = [".gcode", ".g", ".gco"];

    public JsonArray List()
    {
        JsonArray list = [];
        foreach (string full in Directory.EnumerateFiles(storage.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (s_extensions.Contains(Path.GetExtension(full).ToLowerInvariant()))
            {
                list.Add((JsonNode)Item(full));
            }
        }

        return list;
    }

    public JsonObject Metadata(string? path) =>
        path != null && storage.Find(path) is { } full && File.Exists(full)
            ? MoonrakerObjects.Metadata(full, path)
            : throw new MoonrakerError(404, "Metadata not available for <" + path + ">");

    /// <summary>The job for a path, or null when Klipper cannot open it, such as PART.GCODE, which Moonraker still stores.</summary>
    public MachineJob? Job(string? path) =>
        path != null && s_klippersExtensions.Contains(Path.GetExtension(path)) && storage.Find(path) is { } full && File.Exists(full) ? GcodeFile.ReadJob(full, path) : null;

    public async Task<VirtualReply> UploadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > maxUploadBytes)
        {
            return VirtualReply.Html(413, "<html><title>413: Request Entity Too Large</title><body>413: Request Entity Too Large</body></html>", close: true);
        }

        try
        {
            // Moonraker hashes every upload while it receives it (moonraker/components/application.py).
            using MultipartUpload upload = await MultipartUpload.ReadAsync(context.Request, storage, "file", hashes: true, context.RequestAborted).ConfigureAwait(false);
            return await TakeAsync(upload).ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            throw new MoonrakerError(400, e.Message);
        }
    }

    private async Task<VirtualReply> TakeAsync(MultipartUpload upload)
    {
        string sent = upload.FileName ?? "";
        string? folder = VirtualStorage.SanitizeFolder(upload.Field("path") ?? "");
        string? name = VirtualStorage.SanitizeName(sent[(sent.LastIndexOf('/') + 1)..]);
        if (upload.TemporaryPath == null || folder == null || name == null)
        {
            throw new MoonrakerError(400, "Bad Request");
        }

        if ((upload.Field("root") ?? "gcodes") != "gcodes")
        {
            throw new MoonrakerError(400, "Bad Request");
        }

        if (upload.Field("checksum") is { } checksum && !checksum.Equals(upload.Sha256, StringComparison.OrdinalIgnoreCase))
        {
            throw new MoonrakerError(422, "Unprocessable Entity");
        }

        string path = VirtualStorage.Join(folder, name);
        MachineSnapshot now = klippy.Read();
        if (now.IsActive && now.Job?.Path == path)
        {
            throw new MoonrakerError(403, "Forbidden");
        }

        string full = storage.Place(upload.TemporaryPath, path);
        bool isStarted = false;
        if (upload.Field("print") == "true" && now.Link == MachineLink.Online && !now.IsActive)
        {
            await klippy.StartAsync(Job(path)).ConfigureAwait(false);
            isStarted = true;
        }

        JsonObject item = Item(full);
        item["root"] = "gcodes";
        return VirtualReply.Json(201, new JsonObject { ["item"] = item, ["print_started"] = isStarted, ["print_queued"] = false, ["action"] = "create_file" })
            .With("Location", "/server/files/gcodes/" + Uri.EscapeDataString(path));
    }

    private JsonObject Item(string full) => new()
    {
        ["path"] = storage.RelativePath(full),
        ["modified"] = new DateTimeOffset(File.GetLastWriteTimeUtc(full)).ToUnixTimeMilliseconds() / 1000.0,
        ["size"] = new FileInfo(full).Length,
        ["permissions"] = "rw",
    };
}
