using System;
using System.Collections.Concurrent;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Hub.Simulator.Virtual.PrusaLink;

/// <summary>PrusaLink's files: upload, start, details, delete (Buddy gcode_upload.cpp; prusa/link/web/files.py). Thread: any.</summary>
internal sealed class PrusaLinkFiles(bool isPython, VirtualPrusaLink printer, VirtualStorage storage, TimeProvider time, long maxUploadBytes)
{
    /// <summary>The uploads.</summary>
    public PrusaLinkUploads Uploads { get; } = new(isPython, printer, storage, time, maxUploadBytes);

    /// <summary>/api/v1/files/{storage}/{path}.</summary>
    public async Task<VirtualReply> HandleAsync(HttpContext context, string store, string path)
    {
        HttpRequest request = context.Request;
        if (WrongStorage(request, store) is { } refusal)
        {
            return refusal;
        }

        if (!isPython)
        {
            path = PrusaLinkListing.LongPath(storage, path);
        }

        return request.Method switch
        {
            "PUT" => await Uploads.PutAsync(context, path).ConfigureAwait(false),
            "POST" => Start(request, path),
            "GET" or "HEAD" => Details(request, path),
            "DELETE" => Delete(request, path),
            _ => PrusaLinkTexts.Error(request, 405, "405: Method Not Allowed", ""),
        };
    }

    /// <summary>/api/files, the listing from before v1. Neither has the old multipart upload any more.</summary>
    public VirtualReply LegacyList(HttpRequest request) => request.Method switch
    {
        "GET" => VirtualReply.Json(200, isPython ? PrusaLinkListing.PythonLegacyFiles(storage) : PrusaLinkListing.BuddyLegacyFiles(storage)),
        "POST" when !isPython => PrusaLinkTexts.Error(request, 410, "410: Gone", ""),
        _ => PrusaLinkTexts.Error(request, 405, "405: Method Not Allowed", ""),
    };

    /// <summary>Sends a file's bytes. Null once they are sent, otherwise the refusal.</summary>
    public async Task<VirtualReply?> DownloadAsync(HttpContext context, string path)
    {
        path = isPython ? path : PrusaLinkListing.LongPath(storage, path);
        if (storage.Find(path) is not { } full || !File.Exists(full))
        {
            return NoFile(context.Request);
        }

        context.Response.ContentType = isPython ? "text/x.gcode" : "text/plain";
        context.Response.ContentLength = new FileInfo(full).Length;
        context.Response.Headers.ContentDisposition = "attachment";
        await context.Response.SendFileAsync(full, context.RequestAborted).ConfigureAwait(false);
        return null;
    }

    private VirtualReply? WrongStorage(HttpRequest request, string store)
    {
        if (store == printer.StorageName)
        {
            return null;
        }

        if (!isPython)
        {
            return PrusaLinkTexts.Error(request, 403, "403: Forbidden", "");
        }

        return store == "sdcard" && !HttpMethods.IsPost(request.Method)
            ? PrusaLinkTexts.Error(request, 409, "SD Card Read Only", "SD Card storage is read only.")
            : PrusaLinkTexts.Error(request, 404, "Location Not Found", "Location not found, use local.");
    }

    private VirtualReply Start(HttpRequest request, string path)
    {
        if (Uploads.FindListed(path) is not { } full || !File.Exists(full))
        {
            return NoFile(request);
        }

        return printer.Start(path, full)
            ? PrusaLinkTexts.NoContent()
            : isPython
                ? PrusaLinkTexts.Error(request, 409, "Not in state to print", "Printer is not in state to print.")
                : PrusaLinkTexts.Conflict(request, "");
    }

    private VirtualReply Details(HttpRequest request, string path)
    {
        string? full = path.Length == 0 ? storage.Root : Uploads.FindListed(path);
        if (full == null)
        {
            return NoFile(request);
        }

        MachineSnapshot now = printer.Read();
        bool isPrinted = now.IsActive && now.Job!.Path == path;

        // The names differ: Buddy's are in file_info.cpp, the Python one's in prusa/link/web/files.py.
        return VirtualReply.Json(200, PrusaLinkListing.Entry(isPython, full, path))
            .With("Read-Only", isPython ? "False" : "false")
            .With(isPython ? "Currently-Printed" : "Currently-Printing", isPython ? isPrinted.ToString() : isPrinted ? "true" : "false");
    }

    private VirtualReply NoFile(HttpRequest request) =>
        isPython ? PrusaLinkTexts.Error(request, 404, "File Not Found", "File you want was not found.") : PrusaLinkTexts.NotFound(request);

    private VirtualReply Delete(HttpRequest request, string path)
    {
        if (storage.Find(path) == null)
        {
            return NoFile(request);
        }

        MachineSnapshot now = printer.Read();
        if (now.IsActive && now.Job!.Path == path)
        {
            return isPython
                ? PrusaLinkTexts.Error(request, 409, "File is currently printed", "You try to do an operation with the file, which is currently printed.")
                : PrusaLinkTexts.Conflict(request, "File is busy");
        }

        storage.Delete(path);
        return PrusaLinkTexts.NoContent();
    }
}
