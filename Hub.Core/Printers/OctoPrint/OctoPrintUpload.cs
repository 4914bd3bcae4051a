using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Streams;
using Hub.Core.Text;

namespace Hub.Core.Printers.OctoPrint;

/// <summary>
/// One upload: multipart/form-data with a known length to <c>POST /api/files/local</c> (OctoPrint docs/api/files.rst). OctoPrint
/// keeps nothing of a body that breaks off. Thread: the transfer worker.
/// </summary>
internal static class OctoPrintUpload
{
    /// <summary>OctoPrint may need long between the last byte and the answer: it moves and analyses the file.</summary>
    private const int AnswerTimeoutMs = 120000;

    /// <summary>How long to look for the file when the answer was lost, and how often.</summary>
    private const int SearchMs = 30000;
    private const int SearchAnswerMs = 10000;
    private const int SearchStepMs = 2000;

    public static string Send(
        IHal hal, OctoPrintApi api, string name, IUploadSource source, IUploadProgress? progress, CancellationToken cancel)
    {
        UploadNames.Check(name);
        MultipartBody body = new MultipartBody(MultipartBody.NewBoundary(hal.System), "file", name, source, progress);
        HttpRequest request = new HttpRequest("POST", "/api/files/local")
        {
            Body = body,
            ContentType = body.ContentType,
        };
        bool isKnown = TryDate(api, name, out long before, cancel);
        api.ReadTimeoutMs = AnswerTimeoutMs;
        int status;
        try
        {
            status = api.Send(request, cancel);
        }
        catch (HubException e)
        {
            if (!IsAnswerLost(e))
            {
                throw;
            }

            if (isKnown && IsStored(hal, api, name, source.Length, before, cancel))
            {
                return name;
            }

            throw new HubException(e.Code, e.Message + "; OctoPrint may have stored the file anyway: check there before you send it again", e)
            {
                MayHaveActed = true,
                HttpStatus = e.HttpStatus,
                RetryAfterMs = e.RetryAfterMs,
            };
        }

        switch (status)
        {
            case 200:
            case 201:
                break;
            case 409:
                throw Conflict(api.Sentence());
            case 404:
                throw new HubException(ErrorCode.NotFound, "the server at " + api.Origin.ToString() + " has no local storage to upload to (404): check the printer's url");
            default:
                throw new HubException(ErrorCode.BadResponse, "OctoPrint answers an upload with the unexpected status " + status.ToString());
        }

        // A success counts even if it does not say where the file is.
        return OctoPrintAnswers.StoredPath(api.Body, api.BodyLength) ?? name;
    }

    /// <summary>There is a file of this name, and the key lacks the right to replace it: 409, 403 in newer versions (OctoPrint server/api/files.py).</summary>
    public static HubException MayNotReplace(int status) => new HubException(
        ErrorCode.FileInUse, "OctoPrint has a file of this name, and the API key may not replace it (" + status.ToString() + "): rename the file, or give the key that right");

    /// <summary>True when OctoPrint had the whole file and its answer was lost: a proxy timed out, or the connection broke.</summary>
    private static bool IsAnswerLost(HubException error) =>
        error.MayHaveActed
        && (error.HttpStatus == 502 || error.HttpStatus == 504 || error.Code == ErrorCode.ConnectionLost || error.Code == ErrorCode.Timeout);

    /// <summary>
    /// When the file of this name was changed last, before the upload: an old file of the same size is not mistaken for the new
    /// one. -1 when there is none.
    /// </summary>
    /// <returns>False when that cannot be known, so that a lost answer stays lost.</returns>
    private static bool TryDate(OctoPrintApi api, string name, out long date, CancellationToken cancel)
    {
        date = -1;
        try
        {
            int status = api.Get(FileTarget(name), cancel);
            if (status == 200)
            {
                date = OctoPrintAnswers.Date(api.Body, api.BodyLength);
                return date >= 0;
            }

            return status == 404;
        }
        catch (HubException e)
        {
            if (e.Code == ErrorCode.Cancelled)
            {
                throw;
            }

            // The upload itself shows what is wrong; a key may have the right to upload and none to list.
            return false;
        }
    }

    private static string FileTarget(string name) => "/api/files/local/" + UrlText.PercentEncodePath(name);

    /// <summary>Looks for the file for a while; it is never sent again by itself.</summary>
    private static bool IsStored(IHal hal, OctoPrintApi api, string name, long length, long before, CancellationToken cancel)
    {
        api.ReadTimeoutMs = SearchAnswerMs;
        long untilMs = hal.Clock.NowMs + SearchMs;
        while (true)
        {
            try
            {
                if (api.Get(FileTarget(name), cancel) == 200
                    && OctoPrintAnswers.Size(api.Body, api.BodyLength) == length
                    && OctoPrintAnswers.Date(api.Body, api.BodyLength) != before)
                {
                    return true;
                }
            }
            catch (HubException e)
            {
                if (e.Code == ErrorCode.Cancelled)
                {
                    throw;
                }

                // Not there yet.
            }

            if (hal.Clock.NowMs >= untilMs)
            {
                return false;
            }

            Waits.Sleep(hal.Clock, SearchStepMs, cancel);
        }
    }

    /// <summary>One status for a file that is being printed and for one that may not be replaced (OctoPrint server/api/files.py).</summary>
    private static HubException Conflict(string? sentence)
    {
        string words = sentence == null ? "" : sentence.ToLower();
        if (words.IndexOf("permission") >= 0)
        {
            return MayNotReplace(409);
        }

        return words.IndexOf("exists") >= 0
            ? new HubException(ErrorCode.FileInUse, "OctoPrint has a file of this name and does not replace it (409): rename the file")
            : new HubException(ErrorCode.FileInUse, "OctoPrint is printing a file of this name and does not replace it (409): rename the file or wait");
    }
}
