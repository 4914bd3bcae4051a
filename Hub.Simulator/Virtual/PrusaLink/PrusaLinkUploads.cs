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

/// <summary>Uploads to PrusaLink (Buddy gcode_upload.cpp; prusa/link/web/files.py): one at a time, shown as a transfer while it runs. Thread: any.</summary>
internal sealed class PrusaLinkUploads(bool isPython, VirtualPrusaLink printer, VirtualStorage storage, TimeProvider time, long maxUploadBytes)
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>Buddy's buffer for the url (lib/WUI/nhttp/req_parser.cpp; 100 bytes according to Prusa-Firmware-Buddy issue 3252).</summary>
    private const int MaxUrlLength = 100;

    /// <summary>Delay until the Python one lists a new file: it watches the folder.</summary>
    private const int ListMs = 300;

    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(10);
    private static readonly string[] s_extensions = [".gcode", ".gco", ".g", ".bgcode"];

    private readonly ConcurrentDictionary<string, long> _placed = new(StringComparer.Ordinal);
    private PrusaLinkTransfer? _transfer;
    private int _transfers = 40;

    /// <summary>The running transfer, or null.</summary>
    public PrusaLinkTransfer? Transfer => Volatile.Read(ref _transfer);

    /// <summary>/api/v1/transfer.</summary>
    public VirtualReply Show() => Transfer is { } transfer
        ? VirtualReply.Json(200, new JsonObject
        {
            ["type"] = "FROM_CLIENT",
            ["display_name"] = Path.GetFileName(transfer.Path),
            ["path"] = "/" + printer.StorageName,
            ["size"] = isPython ? transfer.Size : transfer.Size.ToString(CultureInfo.InvariantCulture),
            ["progress"] = Math.Round(transfer.Progress, 2),
            ["transferred"] = transfer.Received,
            ["time_remaining"] = (int)(transfer.Seconds * (transfer.Size - transfer.Received) / Math.Max(1, transfer.Received)),
            ["time_transferring"] = (int)transfer.Seconds,
            ["to_print"] = transfer.StartsPrint,
        })
        : PrusaLinkTexts.NoContent();

    /// <summary>Answers PUT /api/v1/files/{storage}/{path}.</summary>
    public async Task<VirtualReply> PutAsync(HttpContext context, string path)
    {
        HttpRequest request = context.Request;
        if ((isPython ? RefusePython(request, path) : RefuseBuddy(request, path)) is { } refusal)
        {
            return refusal;
        }

        MachineSnapshot now = printer.Read();
        if (now.IsActive && now.Job!.Path == path)
        {
            return PrusaLinkTexts.Conflict(request, isPython ? "File is currently printed." : "File is busy");
        }

        if (request.Headers["Overwrite"] != "?1" && storage.Find(path) != null)
        {
            return PrusaLinkTexts.Conflict(request, isPython ? "File already exists." : "File already exists");
        }

        bool startsPrint = request.Headers["Print-After-Upload"].ToString() is "?1" or "1" or "true";
        PrusaLinkTransfer transfer = new(Interlocked.Increment(ref _transfers), path, storage.NewUploadPath(), request.ContentLength!.Value, startsPrint, time);
        if (Interlocked.CompareExchange(ref _transfer, transfer, null) != null)
        {
            return PrusaLinkTexts.Conflict(request, isPython ? "Only one file at time can be transferred." : "Another transfer in progress");
        }

        try
        {
            if (!await ReceiveAsync(context, transfer).ConfigureAwait(false))
            {
                return PrusaLinkTexts.Error(request, 408, "408: Request Timeout", "Connection timeout");
            }

            if (isPython && request.ContentType == "application/octet-stream")
            {
                return RefuseOctets(request, path);
            }

            if (!isPython && path.Contains('%', StringComparison.Ordinal))
            {
                // Only after the whole file (Prusa-Firmware-Buddy issue 5112).
                return PrusaLinkTexts.Error(request, 404, "404: Not Found", "File not found");
            }

            Place(transfer.PartPath, path);
        }
        finally
        {
            File.Delete(transfer.PartPath);
            Volatile.Write(ref _transfer, null);
        }

        if (startsPrint && !printer.Start(path, storage.Find(path)!))
        {
            return PrusaLinkTexts.Conflict(request, isPython ? "Printer is not in state to print." : "Can't print right now");
        }

        return new VirtualReply { Status = 201, ContentType = "text/plain" };
    }

    /// <summary>The full path of a stored file that the server already lists, or null.</summary>
    public string? FindListed(string path)
    {
        bool isYoung = isPython && _placed.TryGetValue(path, out long placed) && time.GetElapsedTime(placed).TotalMilliseconds < ListMs;
        return isYoung ? null : storage.Find(path);
    }

    /// <summary>False after too long a silence: Buddy gives up (splice::Result::Timeout), the Python one waits.</summary>
    private async Task<bool> ReceiveAsync(HttpContext context, PrusaLinkTransfer transfer)
    {
        FileStream file = new(transfer.PartPath, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        await using (file.ConfigureAwait(false))
        {
            using CancellationTokenSource silence = new(Timeout.InfiniteTimeSpan, time);
            using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, silence.Token);
            byte[] buffer = new byte[BufferBytes];
            try
            {
                while (true)
                {
                    silence.CancelAfter(isPython ? Timeout.InfiniteTimeSpan : s_silence);
                    int count = await context.Request.Body.ReadAsync(buffer, stop.Token).ConfigureAwait(false);
                    if (count == 0)
                    {
                        return true;
                    }

                    await file.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted).ConfigureAwait(false);
                    transfer.Add(count);
                }
            }
            catch (OperationCanceledException) when (silence.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
            {
                return false;
            }
        }
    }

    private void Place(string part, string path)
    {
        storage.Place(part, path);
        _placed[path] = time.GetTimestamp();
    }

    /// <summary>
    /// The server checks the file in its final place before it has moved it there: a new one is missing, an old one is taken
    /// for plain text and deleted (observed with 0.8.1).
    /// </summary>
    private VirtualReply RefuseOctets(HttpRequest request, string path)
    {
        if (storage.Find(path) == null)
        {
            return PrusaLinkTexts.Error(request, 500, "Internal Server Error", "We're sorry, but there is a error in service. Please try again later.");
        }

        storage.Delete(path);
        return PrusaLinkTexts.Error(request, 415, "Unsupported Media Type", "Only G-Code for FDM printer can be uploaded.");
    }

    private VirtualReply? RefuseBuddy(HttpRequest request, string path)
    {
        if (request.ContentLength is not { } length)
        {
            return PrusaLinkTexts.Error(request, 411, "411: Length Required", "");
        }

        if (length == 0)
        {
            return PrusaLinkTexts.Error(request, 501, "501: Not Implemented", "0-sized files aren't implemented");
        }

        if (request.Path.ToUriComponent().Length > MaxUrlLength)
        {
            return PrusaLinkTexts.Error(request, 414, "414: URI Too Long", "");
        }

        if (printer.Faults.NoStorage)
        {
            // The words are from a user report (Prusa-Link-Web issue 277).
            return PrusaLinkTexts.Error(request, 507, "507: Insufficient Storage", "Missing USB drive");
        }

        if (!s_extensions.Contains(Path.GetExtension(path).ToLowerInvariant()))
        {
            return PrusaLinkTexts.Error(request, 415, "415: Unsupported Media Type", "Not a GCODE");
        }

        if (VirtualStorage.SanitizeFolder(path) != path)
        {
            return PrusaLinkTexts.Error(request, 422, "422: Unprocessable Entity", "Filename contains invalid characters");
        }

        return length > maxUploadBytes ? PrusaLinkTexts.Error(request, 507, "507: Insufficient Storage", "USB drive full") : null;
    }

    private VirtualReply? RefusePython(HttpRequest request, string path)
    {
        if (VirtualStorage.SanitizeFolder(path) != path)
        {
            return PrusaLinkTexts.Error(request, 400, "Forbidden Characters", "Forbidden characters in file or folder name.");
        }

        if (request.ContentType is not (null or "application/octet-stream" or "text/x.gcode"))
        {
            return PrusaLinkTexts.Error(request, 415, "Unsupported Media Type", "Only G-Code for FDM printer can be uploaded.");
        }

        if (request.ContentLength is not > 0)
        {
            return PrusaLinkTexts.Error(request, 411, "Length Required", "Missing Content-Length header or no content in request.");
        }

        return request.ContentLength > maxUploadBytes ? PrusaLinkTexts.Error(request, 413, "Request Entity Too Large", "Not enough space in storage.") : null;
    }
}
