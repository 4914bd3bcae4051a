using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Streams;
using Hub.Core.Text;

namespace Hub.Core.Printers.Moonraker;

/// <summary>
/// One upload: multipart/form-data to <c>POST /server/files/upload</c> (moonraker docs/external_api/file_manager.md). The checksum comes
/// after the file, as Moonraker compares it when all fields are there (application.py, FileUploadHandler.post); where the
/// platform cannot compute one during the transfer, the stored size alone is compared. Thread: the transfer worker.
/// </summary>
internal static class MoonrakerUpload
{
    /// <summary>The answer comes after the metadata scan, which takes minutes for big files on slow boards (moonraker #556).</summary>
    private const int AnswerTimeoutMs = 300000;

    /// <summary>How long to look for the file when the answer was lost, and how often.</summary>
    private const int SearchMs = 60000;
    private const int SearchAnswerMs = 10000;
    private const int SearchStepMs = 2000;

    /// <summary>
    /// Refuses what Klipper does not open: it compares the extension as it is written (VALID_GCODE_EXTS in
    /// klippy/extras/virtual_sdcard.py), while Moonraker stores any file, and unpacks a .ufp to .gcode
    /// (file_manager.py, _parse_upload_args). Errors: <see cref="ErrorCode.BadFileName"/>, <see cref="ErrorCode.BadFileType"/>.
    /// </summary>
    public static void CheckType(string name)
    {
        string file = name.Substring(name.LastIndexOf('/') + 1);
        int dot = file.LastIndexOf('.');
        string extension = dot < 0 ? "" : file.Substring(dot + 1);
        string lower = extension.ToLower();
        bool isGcode = lower == "gcode" || lower == "g" || lower == "gco";
        if (lower == "ufp" || (isGcode && extension == lower))
        {
            return;
        }

        throw isGcode
            ? new HubException(ErrorCode.BadFileName, "Klipper does not open '." + extension + "', only '." + lower + "' in lower case: rename the file")
            : new HubException(ErrorCode.BadFileType, "Klipper prints plain G-code (.gcode, .g, .gco), not " + (dot < 0 ? "a file without an extension" : "'." + extension + "'") + ": slice the file for it");
    }

    public static string Send(
        IHal hal, MoonrakerApi api, string name, IUploadSource source, IUploadProgress? progress, CancellationToken cancel)
    {
        UploadNames.Check(name);
        MultipartBody body = new MultipartBody(MultipartBody.NewBoundary(hal.System), "file", name, source, progress);
        body.AddField("root", "gcodes");
        using IRunningHash? digest = hal.Hash is IRunningHashes hashes ? hashes.BeginSha256() : null;
        if (digest != null)
        {
            body.AddSha256("checksum", digest);
        }

        HttpRequest request = new HttpRequest("POST", "/server/files/upload")
        {
            Body = body,
            ContentType = body.ContentType,
        };

        // What is stored of a .ufp is the G-code in it, of another name and size.
        bool isUnpacked = name.ToLower().EndsWith(".ufp");
        double before = double.NaN;
        bool isKnown = !isUnpacked && TryModified(api, name, out before, cancel);
        api.ReadTimeoutMs = AnswerTimeoutMs;
        HubException? lost = null;
        try
        {
            int status = api.Send(request, cancel);
            if (status != 200 && status != 201)
            {
                throw new HubException(ErrorCode.BadResponse, "Moonraker answers an upload with the unexpected status " + status.ToString());
            }
        }
        catch (HubException e)
        {
            if (!IsAnswerLost(e, api))
            {
                if (e.Code != ErrorCode.Refused && e.Code != ErrorCode.ServerError)
                {
                    throw;
                }

                throw Explain(e);
            }

            lost = e;
        }

        string? path = lost == null ? MoonrakerAnswers.StoredPath(api.Body, api.BodyLength) : null;
        if (path == null)
        {
            lost ??= new HubException(ErrorCode.BadResponse, "Moonraker accepted the file but does not report where it is") { MayHaveActed = true };
            return isKnown ? Search(hal, api, name, source.Length, before, lost, cancel) : throw InDoubt(lost);
        }

        long stored = MoonrakerAnswers.StoredSize(api.Body, api.BodyLength);
        return stored < 0 || isUnpacked || stored == source.Length ? path : throw WrongSize(stored, source.Length);
    }

    /// <summary>
    /// When the file of this name was changed last, before the upload: an old file of the same size is not mistaken for
    /// the new one. NaN when there is none, -1 when the server does not report it.
    /// </summary>
    /// <returns>False when nothing can be known, so that a lost answer stays lost.</returns>
    private static bool TryModified(MoonrakerApi api, string name, out double modified, CancellationToken cancel)
    {
        modified = double.NaN;
        try
        {
            api.GetResult(MetadataTarget(name), cancel);
            modified = MoonrakerAnswers.Modified(api.Body, api.ResultOffset, api.ResultLength);
            return true;
        }
        catch (HubException e)
        {
            if (e.Code != ErrorCode.NotFound && e.Code != ErrorCode.ServerError && e.Code != ErrorCode.BadResponse && e.Code != ErrorCode.BadJson)
            {
                throw;
            }

            return e.Code == ErrorCode.NotFound;
        }
    }

    private static string MetadataTarget(string name) => "/server/files/metadata?filename=" + UrlText.PercentEncode(name);

    /// <summary>
    /// True when the whole file was sent and Moonraker itself did not report its fate: the connection ended, or a
    /// proxy answered in its place (OpenNeptune3D/OpenNept4une issue 246 has the 502 after the last byte).
    /// </summary>
    private static bool IsAnswerLost(HubException error, MoonrakerApi api)
    {
        if (!error.MayHaveActed)
        {
            return false;
        }

        return error.HttpStatus == 0
            ? error.Code == ErrorCode.ConnectionLost || error.Code == ErrorCode.Timeout
            : error.HttpStatus == 502 || error.HttpStatus == 504 || (error.HttpStatus >= 500 && !api.HasGivenReason);
    }

    /// <summary>Says that the file may be there.</summary>
    private static HubException InDoubt(HubException error) => new HubException(
        error.Code,
        error.Message + (error.Code == ErrorCode.ServerError ? "; the file may be stored or not" : "") + ": check the printer's files before you send it again",
        error)
    {
        MayHaveActed = true,
        HttpStatus = error.HttpStatus,
        RetryAfterMs = error.RetryAfterMs,
    };

    /// <summary>The answer was lost, the file may be complete: the hub looks for it and never sends it again by itself.</summary>
    private static string Search(
        IHal hal, MoonrakerApi api, string name, long length, double before, HubException lost, CancellationToken cancel)
    {
        api.ReadTimeoutMs = SearchAnswerMs;
        long untilMs = hal.Clock.NowMs + SearchMs;
        while (true)
        {
            try
            {
                api.GetResult(MetadataTarget(name), cancel);
                long stored = MoonrakerAnswers.Size(api.Body, api.ResultOffset, api.ResultLength);
                double modified = MoonrakerAnswers.Modified(api.Body, api.ResultOffset, api.ResultLength);
                if (stored == length && modified != before)
                {
                    return name;
                }
            }
            catch (HubException e)
            {
                if (e.Code == ErrorCode.Cancelled || ErrorCodes.EndsLink(e.Code))
                {
                    throw;
                }

                // The file is not there yet, or the server is not reachable.
            }

            if (hal.Clock.NowMs >= untilMs)
            {
                throw InDoubt(lost);
            }

            Waits.Sleep(hal.Clock, SearchStepMs, cancel);
        }
    }

    private static HubException Explain(HubException error)
    {
        if (error.HttpStatus == 403 && !Says(error, "Access to file"))
        {
            return new HubException(ErrorCode.FileInUse, "Moonraker is printing a file of this name and does not replace it (403): rename the file or wait", error);
        }

        if (error.HttpStatus == 422)
        {
            return new HubException(ErrorCode.BadResponse, "the file arrived damaged and was not stored (422): upload it again", error);
        }

        if (error.HttpStatus == 413)
        {
            return new HubException(ErrorCode.TooLarge, "the file is larger than the upload limit of Moonraker or its proxy (413)", error);
        }

        return Says(error, "No space left")
            ? new HubException(ErrorCode.StorageFull, "the printer's disk is full: delete files there", error)
            : error;
    }

    private static bool Says(HubException error, string words) => error.PeerWords != null && error.PeerWords.IndexOf(words) >= 0;

    private static HubException WrongSize(long stored, long sent) => new HubException(
        ErrorCode.BadResponse,
        "Moonraker stored " + stored.ToString() + " of " + sent.ToString() + " bytes: do not print it, upload it again");
}
