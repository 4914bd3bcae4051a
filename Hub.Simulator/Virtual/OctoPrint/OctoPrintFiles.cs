using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Hub.Simulator.Virtual.OctoPrint;

/// <summary>OctoPrint's files: list, upload, select, delete, download (docs/api/files.rst).</summary>
internal sealed class OctoPrintFiles(VirtualMachine machine, VirtualStorage storage, OctoPrintEvents events, long maxUploadBytes)
{
    private const string TooLarge = "<html><title>413: Request Entity Too Large</title><body>413: Request Entity Too Large</body></html>";
    private const string LengthRequired = "<html><title>411: Length Required</title><body>411: Length Required</body></html>";

    private static readonly string[] s_extensions = [".gcode", ".gco", ".g"];

    private static readonly string[] s_trues = ["true", "yes", "y", "1", "on"];

    private readonly OctoPrintFileList _list = new(storage);

    /// <summary>GET /api/files and /api/files/{origin}.</summary>
    public VirtualReply List(string? origin, bool isRecursive, string baseUrl)
    {
        if (origin is not (null or "local" or "sdcard"))
        {
            return OctoPrintTexts.NotFound();
        }

        if (origin == "sdcard")
        {
            return VirtualReply.Json(200, new JsonObject { ["files"] = new JsonArray() });
        }

        DriveInfo drive = new(storage.Root);
        return VirtualReply.Json(200, new JsonObject
        {
            ["files"] = _list.Children(storage.Root, isRecursive, baseUrl),
            ["free"] = drive.AvailableFreeSpace,
            ["total"] = drive.TotalSize,
        });
    }

    /// <summary>GET /api/files/local/{path}.</summary>
    public VirtualReply Details(string path, bool isRecursive, string baseUrl) =>
        storage.Find(path) is { } full ? VirtualReply.Json(200, _list.Entry(full, isRecursive, isTop: true, baseUrl)) : OctoPrintTexts.NotFound();

    /// <summary>DELETE /api/files/local/{path}.</summary>
    public VirtualReply Delete(string path)
    {
        if (storage.Find(path) == null)
        {
            return OctoPrintTexts.NotFound();
        }

        MachineSnapshot now = machine.Read();
        bool isLoaded = now.Job != null && (now.Job.Path == path || now.Job.Path.StartsWith(path + "/", StringComparison.Ordinal));
        if (isLoaded && now.IsActive)
        {
            return OctoPrintTexts.Error(409, "Trying to delete a file that is currently in use");
        }

        if (isLoaded)
        {
            machine.Unselect();
        }

        storage.Delete(path);
        events.Add("FileRemoved", FileEvent(path, "remove"));
        events.Add("UpdatedFiles", new JsonObject { ["type"] = "printables" });
        return OctoPrintTexts.NoContent();
    }

    /// <summary>POST /api/files/local/{path} with a command.</summary>
    public VirtualReply Command(string path, JsonObject body)
    {
        string? command = OctoPrintRequest.Text(body["command"]);
        if (command is not ("select" or "unselect"))
        {
            return OctoPrintTexts.Error(400, "command is invalid");
        }

        MachineSnapshot now = machine.Read();
        bool isReady = now.Link == MachineLink.Online && !now.IsActive;
        if (command == "unselect")
        {
            return isReady && now.Job != null && machine.Unselect()
                ? OctoPrintTexts.NoContent()
                : OctoPrintTexts.Error(409, "Printer is already printing, cannot unselect current file");
        }

        if (storage.Find(path) is not { } full || !File.Exists(full))
        {
            return OctoPrintTexts.NotFound();
        }

        if (!isReady || !machine.Select(GcodeFile.ReadJob(full, path)))
        {
            return OctoPrintTexts.Error(409, "Printer is already printing, cannot select a new file");
        }

        if (body["print"] is { } print && s_trues.Contains(print.ToString().ToLowerInvariant()))
        {
            machine.Start();
        }

        return OctoPrintTexts.NoContent();
    }

    /// <summary>POST /api/files/{target}: the body is streamed to disk.</summary>
    public async Task<VirtualReply> UploadAsync(HttpContext context, string target, string baseUrl)
    {
        if (context.Request.ContentLength is not { } length)
        {
            return VirtualReply.Html(411, LengthRequired, close: true);
        }

        if (length > maxUploadBytes)
        {
            return VirtualReply.Html(413, TooLarge, close: true);
        }

        try
        {
            using MultipartUpload upload = await MultipartUpload.ReadAsync(context.Request, storage, "file", hashes: false, context.RequestAborted).ConfigureAwait(false);
            if (target != "local")
            {
                return target == "sdcard" ? OctoPrintTexts.Error(409, "Can not upload to SD card, not yet initialized") : OctoPrintTexts.NotFound();
            }

            if (upload.TemporaryPath == null)
            {
                return upload.Field("foldername") is { } folder ? MakeFolder(upload.Field("path") ?? "", folder, baseUrl) : OctoPrintTexts.Error(400, "No file to upload and no folder to create");
            }

            return Take(upload, baseUrl);
        }
        catch (InvalidDataException e)
        {
            return OctoPrintTexts.Error(400, e.Message);
        }
    }

    /// <summary>GET and HEAD /downloads/files/local/{path}, with at most one byte range. True when it was sent.</summary>
    public async Task<bool> DownloadAsync(HttpContext context, string path)
    {
        if (storage.Find(path) is not { } full || !File.Exists(full))
        {
            return false;
        }

        FileRange range = FileRange.Of(context.Request, full);
        HttpResponse response = context.Response;
        if (range.IsAsked)
        {
            response.StatusCode = 206;
        }

        response.ContentType = "text/plain";
        string name = path[(path.LastIndexOf('/') + 1)..];
        response.Headers.ContentDisposition = "attachment; filename*=UTF-8''" + OctoPrintTexts.Quote(name, "");
        await range.SendAsync(context, full).ConfigureAwait(false);

        return true;
    }

    private static bool IsMachineCode(string name) => s_extensions.Contains(Path.GetExtension(name).ToLowerInvariant());

    private VirtualReply Take(MultipartUpload upload, string baseUrl)
    {
        // The file's name may contain a folder; a "path" field overrides it.
        string sent = upload.FileName ?? "";
        if (sent.Length == 0)
        {
            return OctoPrintTexts.Error(415, "Could not upload file, invalid type");
        }

        int slash = sent.LastIndexOf('/');
        string wantedFolder = upload.Field("path") is { Length: > 0 } field ? field : sent[..Math.Max(0, slash)];
        string? folder = VirtualStorage.SanitizeFolder(wantedFolder);
        string? name = VirtualStorage.SanitizeName(sent[(slash + 1)..]);
        if (folder == null || name == null)
        {
            return OctoPrintTexts.Error(400, "Can not upload file, invalid file name");
        }

        string path = VirtualStorage.Join(folder, name);
        MachineSnapshot now = machine.Read();
        if (now.IsActive && now.Job?.Path == path)
        {
            return OctoPrintTexts.Error(409, "Trying to overwrite file that is currently being printed");
        }

        if (!IsMachineCode(name))
        {
            return OctoPrintTexts.Error(415, "Could not upload file, invalid type");
        }

        string full;
        try
        {
            full = storage.Place(upload.TemporaryPath!, path);
        }
        catch (IOException e)
        {
            return OctoPrintTexts.Error(500, "Could not upload file: " + e.Message);
        }

        events.Add("FileAdded", FileEvent(path, "add"));
        events.Add("UpdatedFiles", new JsonObject { ["type"] = "printables" });

        bool wantsSelect = IsTrue(upload.Field("select"));
        bool wantsPrint = IsTrue(upload.Field("print"));
        bool isReady = now.Link == MachineLink.Online && !now.IsActive;
        bool isReselected = now.Job?.Path == path;
        bool isSelected = (wantsSelect || wantsPrint || isReselected) && isReady && machine.Select(GcodeFile.ReadJob(full, path));
        bool isStarted = isSelected && wantsPrint && machine.Start();
        bool effectiveSelect = isSelected && wantsSelect;

        events.Add("Upload", new JsonObject
        {
            ["name"] = name,
            ["path"] = path,
            ["target"] = "local",
            ["select"] = wantsSelect,
            ["print"] = wantsPrint,
            ["effective_select"] = effectiveSelect,
            ["effective_print"] = isStarted,
        });
        return VirtualReply.Json(201, new JsonObject
        {
            ["done"] = true,
            ["effectivePrint"] = isStarted,
            ["effectiveSelect"] = effectiveSelect,
            ["files"] = new JsonObject
            {
                ["local"] = new JsonObject { ["name"] = name, ["origin"] = "local", ["path"] = path, ["refs"] = OctoPrintFileList.Refs(path, isFolder: false, baseUrl) },
            },
        }).With("Location", OctoPrintFileList.ResourceUrl(path, baseUrl));
    }

    private VirtualReply MakeFolder(string parent, string folderName, string baseUrl)
    {
        string? folder = VirtualStorage.SanitizeFolder(parent);
        string? name = VirtualStorage.SanitizeName(folderName);
        if (folder == null || name == null)
        {
            return OctoPrintTexts.Error(400, "folder name is empty");
        }

        string path = VirtualStorage.Join(folder, name);
        if (IsMachineCode(name) || File.Exists(storage.Find(path)))
        {
            return OctoPrintTexts.Error(409, "Can't create folder, please try another name");
        }

        storage.CreateFolder(path);
        return VirtualReply.Json(201, new JsonObject
        {
            ["done"] = true,
            ["folder"] = new JsonObject { ["name"] = name, ["origin"] = "local", ["path"] = path, ["refs"] = OctoPrintFileList.Refs(path, isFolder: true, baseUrl) },
        }).With("Location", OctoPrintFileList.ResourceUrl(path, baseUrl));
    }

    private static bool IsTrue(string? field) => field != null && s_trues.Contains(field.ToLowerInvariant());

    private static JsonObject FileEvent(string path, string operation) => new()
    {
        ["storage"] = "local",
        ["path"] = path,
        ["name"] = path[(path.LastIndexOf('/') + 1)..],
        ["type"] = new JsonArray("machinecode", "gcode"),
        ["operation"] = operation,
    };
}
