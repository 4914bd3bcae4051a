using System;
using System.Text;
using System.Threading;
using Hub.Core.Hal;
using Hub.Core.Http;

namespace Hub.Core.Printers.OctoPrint;

/// <summary>
/// Requests to one OctoPrint over one connection: key header, JSON bodies, and what its status codes
/// mean (facts A1). Thread: one owner.
/// </summary>
internal sealed class OctoPrintApi : IDisposable
{
    private readonly HttpClient _http;
    private readonly Secret? _key;
    private readonly IBufferPool _buffers;
    private byte[]? _body;

    public OctoPrintApi(IHal hal, HttpOrigin origin, TlsOptions? tls, Secret? key)
    {
        _http = new HttpClient(hal, origin, tls);
        _key = key;
        _buffers = hal.Buffers;
    }

    public HttpOrigin Origin => _http.Origin;

    public TlsPeer? Peer => _http.Peer;

    /// <summary>Longest silence before an answer, in ms.</summary>
    public int ReadTimeoutMs
    {
        set
        {
            _http.ReadTimeoutMs = value;
            _http.TotalTimeoutMs = value;
        }
    }

    /// <summary>The last answer's body, up to <see cref="BodyLength"/>; valid until the next request or <see cref="Release"/>.</summary>
    public byte[] Body => _body!;

    public int BodyLength { get; private set; }

    /// <summary>GET; returns the status code (200, 204 and 409 are the caller's business, all else throws).</summary>
    public int Get(string target, CancellationToken cancel) => Send(new HttpRequest("GET", target), cancel);

    /// <summary>POST of a small JSON body, sent once and never repeated by itself.</summary>
    public int Post(string target, string json, CancellationToken cancel)
    {
        HttpRequest request = new HttpRequest("POST", target)
        {
            Body = new BytesBody(Encoding.UTF8.GetBytes(json)),
            ContentType = "application/json",
        };
        return Send(request, cancel);
    }

    /// <summary>Sends any request with the key and reads the whole answer.</summary>
    public int Send(HttpRequest request, CancellationToken cancel)
    {
        if (_key != null)
        {
            request.AddHeader("X-Api-Key", _key);
        }

        HttpResponse response = _http.Send(request, cancel);
        int status = response.Status;
        ThrowIfUseless(response);
        _body ??= _buffers.Rent();
        BodyLength = response.ReadAll(_body);
        if (status == 200)
        {
            HttpAnswers.ThrowIfWebPage(_body, BodyLength, Origin, "OctoPrint");
        }

        return status;
    }

    /// <summary>Gives the body's buffer back; the connection stays. A hundred idle printers hold no buffer.</summary>
    public void Release()
    {
        if (_body != null)
        {
            _buffers.Return(_body);
            _body = null;
        }
    }

    public void Close()
    {
        _http.Close();
        Release();
    }

    public void Dispose() => Close();

    /// <summary>Turns the statuses that no request can use into errors and reads their bodies away.</summary>
    private void ThrowIfUseless(HttpResponse response)
    {
        int status = response.Status;
        if ((status >= 200 && status < 300) || status == 404 || status == 409)
        {
            return;
        }

        int retryAfterMs = HttpAnswers.RetryAfterMs(response);
        HubException error = status >= 300 && status < 400
            ? HttpAnswers.Redirected(status, response.Header("Location"), "OctoPrint")
            : Explain(status, status == 400 ? ErrorSentence(response) : null);
        response.Drain();
        error.RetryAfterMs = retryAfterMs;
        throw error;
    }

    /// <summary>OctoPrint's own words (<c>{"error":"…"}</c>), or null; an error page of a proxy is not worth a second error.</summary>
    private string? ErrorSentence(HttpResponse response)
    {
        try
        {
            _body ??= _buffers.Rent();
            return OctoPrintAnswers.ErrorText(_body, response.ReadAll(_body));
        }
        catch (HubException e) when (e.Code != ErrorCode.Cancelled)
        {
            return null;
        }
    }

    private HubException Explain(int status, string? sentence)
    {
        string number = status.ToString();
        switch (status)
        {
            case 400:
                return sentence != null && sentence.IndexOf("file name") >= 0
                    ? new HubException(ErrorCode.BadFileName, "OctoPrint takes no file of this name (400): rename it")
                    : new HubException(ErrorCode.Refused, "OctoPrint refuses (400): " + (sentence ?? "bad request"));
            case 401:
                return new HubException(ErrorCode.AuthRejected, "a proxy in front of OctoPrint wants a login (401): use OctoPrint's own address");
            case 403:
                return _key == null
                    ? new HubException(ErrorCode.AuthMissing, "OctoPrint wants an API key (403) and none is configured: set one")
                    : new HubException(ErrorCode.AuthRejected, "OctoPrint refuses the API key (403): it is wrong, revoked or lacks the right");
            case 413:
                return new HubException(ErrorCode.TooLarge, "the file is larger than OctoPrint's upload limit (413)");
            case 415:
                return new HubException(ErrorCode.BadFileType, "OctoPrint takes no file of this type (415): use .gcode, .gco or .g");
            case 429:
                return new HubException(ErrorCode.Throttled, "the server asks for fewer requests (429)");
            case 507:
                return new HubException(ErrorCode.StorageFull, "OctoPrint's disk is full (507): delete files there");
            default:
                break;
        }

        return status >= 500
            ? new HubException(ErrorCode.ServerError, "OctoPrint, or the proxy in front of it, reports a fault of its own (" + number + ")")
            : new HubException(ErrorCode.BadResponse, "OctoPrint answers with the unexpected status " + number);
    }
}
