using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;

namespace Hub.Core.Printers.OctoPrint;

/// <summary>Requests to one OctoPrint: key header, and what its status codes mean (OctoPrint docs/api/general.rst, server/api). Thread: one owner.</summary>
internal sealed class OctoPrintApi : HttpPrinterApi
{
    /// <summary>
    /// What OctoPrint's stand-in says while it starts, without a status line (server/__init__.py _start_intermediary_server;
    /// recorded with 1.11.8).
    /// </summary>
    private const string StartingAnswer = "Not found";

    private readonly Secret? _key;

    public OctoPrintApi(IHal hal, HttpOrigin origin, TlsOptions? tls, Secret? key)
        : base(hal, origin, tls)
    {
        _key = key;
    }

    /// <inheritdoc/>
    protected override string Server => "OctoPrint";

    /// <inheritdoc/>
    protected override HttpResponse Exchange(HttpRequest request, CancellationToken cancel)
    {
        if (_key != null)
        {
            request.AddHeader("X-Api-Key", _key);
        }

        HubException error;
        try
        {
            return Http.Send(request, cancel);
        }
        catch (HubException e)
        {
            error = e;
        }

        if (error.Code == ErrorCode.BadResponse && error.PeerWords != null && error.PeerWords.StartsWith(StartingAnswer))
        {
            error = new HubException(ErrorCode.ServerError, "OctoPrint at " + Origin.ToString() + " is starting: wait for it", error) { MayHaveActed = error.MayHaveActed };
        }

        throw error;
    }

    /// <inheritdoc/>
    protected override bool IsForCaller(int status) => (status >= 200 && status < 300) || status == 404 || status == 409;

    /// <inheritdoc/>
    protected override string? SentenceOf(byte[] body, int length) => OctoPrintAnswers.ErrorText(body, length);

    /// <inheritdoc/>
    protected override HubException Explain(int status, string? sentence)
    {
        switch (status)
        {
            case 400 when sentence != null && sentence.IndexOf("CSRF") >= 0:
                // A POST whose key is not known counts as a browser's (recorded with 1.11.8).
                return Forbidden(400);
            case 400:
                return sentence != null && sentence.IndexOf("file name") >= 0
                    ? new HubException(ErrorCode.BadFileName, "OctoPrint accepts no file of this name (400): rename it")
                    : new HubException(ErrorCode.Refused, "OctoPrint refuses (400): " + (sentence ?? "bad request"));
            case 401:
                return new HubException(
                    ErrorCode.AuthRejected, "a proxy in front of OctoPrint at " + Origin.ToString() + " wants a login (401): use OctoPrint's own address")
                {
                    Remedy = Remedy.InMessage,
                };
            case 403 when sentence != null && sentence.IndexOf("already exists") >= 0:
                return OctoPrintUpload.MayNotReplace(403);
            case 403:
                return Forbidden(403);
            case 414:
            case 431:
                return new HubException(ErrorCode.BadFileName, "the file's name is too long for OctoPrint, or the proxy in front of it (" + status.ToString() + "): shorten it");
            case 413:
                return new HubException(ErrorCode.TooLarge, "the file is larger than the upload limit of OctoPrint, or of the proxy in front of it (413)");
            case 415:
                return new HubException(ErrorCode.BadFileType, "OctoPrint accepts no file of this type (415): use .gcode, .gco or .g");
            case 507:
                return new HubException(ErrorCode.StorageFull, "OctoPrint's disk is full (507): delete files there");
            default:
                return ExplainAny(status, sentence);
        }
    }

    private HubException Forbidden(int status) => _key == null
        ? new HubException(ErrorCode.AuthMissing, "OctoPrint requires an API key (" + status.ToString() + ") and none is configured: set one")
        : new HubException(ErrorCode.AuthRejected, "OctoPrint refuses the API key (" + status.ToString() + "): it is wrong, revoked or lacks the right");
}
