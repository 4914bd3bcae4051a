using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Streams;
using Hub.Core.Text;

namespace Hub.Core.Printers.PrusaLink;

/// <summary>
/// One upload: a raw PUT of known length (Prusa-Link-Web spec/openapi.yaml). The requests before it log in and ask for the storage, so the
/// body is never sent to be challenged. Neither server keeps a body that breaks off. Thread: the transfer worker.
/// </summary>
internal static class PrusaLinkUpload
{
    /// <summary>A Pi moves the file to its place after the last byte, a printer closes it on a slow USB drive.</summary>
    private const int AnswerTimeoutMs = 120000;

    private const int ListTimeoutMs = 10000;
    private const int ListPollMs = 250;

    public static string Send(
        IHal hal, PrusaLinkApi api, string name, IUploadSource source, IUploadProgress? progress, CancellationToken cancel)
    {
        UploadNames.Check(name);
        if (source.Length == 0)
        {
            // Buddy answers 501, the Python one 411.
            throw new HubException(ErrorCode.SourceFailed, "the file is empty: there is nothing to upload");
        }

        api.FileName = name;
        PrusaLinkFlavour flavour = api.GetFlavour(cancel);
        string stored = AskStorage(api, cancel) + "/" + name;
        string target = FileTarget(stored);
        HttpRequest request = new HttpRequest("PUT", target)
        {
            Body = new UploadBody(source, progress),
            ContentType = flavour.UploadContentType,
        };

        // RFC 8941 boolean; Buddy knows no other spelling of this one.
        request.AddHeader("Overwrite", "?1");
        api.ReadTimeoutMs = AnswerTimeoutMs;
        int status = api.Send(request, cancel);
        switch (status)
        {
            case 200:
            case 201:
            case 204:
                break;
            case 404:
                throw Missing(name, "(404" + Words(api.Sentence()) + ")");
            case 409:
                throw PrusaLinkConflict.Explain(api.Sentence(), "the printer accepts no file now");
            default:
                throw new HubException(ErrorCode.BadResponse, "PrusaLink answers an upload with the unexpected status " + status.ToString());
        }

        if (flavour.ListsFilesLate)
        {
            AwaitListed(hal, api, target, cancel);
        }

        return stored;
    }

    /// <summary>Request target of a stored file, "usb/name.gcode".</summary>
    public static string FileTarget(string storedPath) => "/api/v1/files/" + UrlText.PercentEncodePath(storedPath);

    /// <summary>A 404 although the printer has just named its storage: Buddy sends it at the end for a name with '%' (Prusa-Firmware-Buddy issue 5112).</summary>
    private static HubException Missing(string name, string answer) => name.IndexOf('%') >= 0
        ? new HubException(ErrorCode.BadFileName, "the printer does not store a file with '%' in its name " + answer + ": rename the file")
        : new HubException(ErrorCode.NotFound, "the printer has no storage for the file " + answer + ": check its USB drive, or give the file a plain name");

    private static string Words(string? sentence) => sentence == null ? "" : ": " + sentence;

    private static string AskStorage(PrusaLinkApi api, CancellationToken cancel)
    {
        int status = api.Get("/api/v1/storage", cancel);
        if (status != 200)
        {
            throw new HubException(ErrorCode.NotSupported, "this PrusaLink accepts no uploads from the hub (no v1 API): update the printer's firmware");
        }

        return PrusaLinkAnswers.WritableStorage(api.Body, api.BodyLength)
            ?? throw new HubException(ErrorCode.NotFound, "the printer has no writable storage: plug in a USB drive");
    }

    /// <summary>
    /// Waits until the server would start the file. The file is stored already: whatever goes wrong here, even a file that
    /// is not listed in time, is left to the start.
    /// </summary>
    private static void AwaitListed(IHal hal, PrusaLinkApi api, string target, CancellationToken cancel)
    {
        long untilMs = hal.Clock.NowMs + ListTimeoutMs;
        api.ReadTimeoutMs = ListTimeoutMs;
        try
        {
            while (api.Send(new HttpRequest("HEAD", target) { IsRepeatable = true }, cancel) == 404 && hal.Clock.NowMs < untilMs)
            {
                Waits.Sleep(hal.Clock, ListPollMs, cancel);
            }
        }
        catch (HubException e)
        {
            if (e.Code == ErrorCode.Cancelled)
            {
                throw;
            }

            // Calling the upload failed would make the user send it again.
        }
    }
}
