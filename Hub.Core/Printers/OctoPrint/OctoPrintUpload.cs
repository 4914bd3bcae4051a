using System.Threading;
using Hub.Core.Hal;
using Hub.Core.Http;

namespace Hub.Core.Printers.OctoPrint;

/// <summary>
/// One upload: multipart/form-data with a known length to <c>POST /api/files/local</c> (OctoPrint docs/api/files.rst). OctoPrint
/// keeps nothing of a body that breaks off. Thread: the transfer worker.
/// </summary>
internal static class OctoPrintUpload
{
    /// <summary>OctoPrint may take its time between the last byte and the answer: it moves and analyses the file.</summary>
    private const int AnswerTimeoutMs = 120000;

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
        api.ReadTimeoutMs = AnswerTimeoutMs;
        int status = api.Send(request, cancel);
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

        string? path = OctoPrintAnswers.StoredPath(api.Body, api.BodyLength);
        if (path == null)
        {
            throw new HubException(ErrorCode.BadResponse, "OctoPrint accepted the file but does not say where it is");
        }

        return path;
    }

    /// <summary>One status for a file that is being printed and for one that may not be replaced (OctoPrint server/api/files.py).</summary>
    private static HubException Conflict(string? sentence)
    {
        string words = sentence == null ? "" : sentence.ToLower();
        if (words.IndexOf("permission") >= 0)
        {
            return new HubException(ErrorCode.FileInUse, "OctoPrint has a file of this name, and the API key may not replace it (409): rename the file, or give the key that right");
        }

        return words.IndexOf("exists") >= 0
            ? new HubException(ErrorCode.FileInUse, "OctoPrint has a file of this name and does not replace it (409): rename the file")
            : new HubException(ErrorCode.FileInUse, "OctoPrint prints a file of this name and does not replace it (409): rename the file or wait");
    }
}
