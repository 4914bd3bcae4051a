using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Core.Http;

/// <summary>
/// The requests of a download: redirects, what the answer says of the file, and the Range that goes on with it. Thread: as for
/// <see cref="DownloadSource"/>.
/// </summary>
internal sealed class DownloadRequest : IDisposable
{
    /// <summary>Most redirects of one request.</summary>
    internal const int MaxRedirects = 5;

    private const int LongestHopMs = 10000;

    private readonly IHal _hal;
    private readonly DownloadUrl _url;
    private readonly TlsOptions? _tls;
    private readonly string? _tlsHost;
    private readonly CancellationToken _cancel;
    private HttpClient? _client;
    private string? _validator;

    internal DownloadRequest(IHal hal, DownloadUrl url, TlsOptions? tls, string? tlsHost, CancellationToken cancel)
    {
        _hal = hal;
        _url = url;
        _tls = tls;
        _tlsHost = tlsHost;
        _cancel = cancel;
        Place = url.Origin.HostAndPort;
    }

    /// <summary>See <see cref="DownloadSource.AllowsPrivate"/>.</summary>
    internal bool AllowsPrivate { get; set; } = true;

    /// <summary>See <see cref="DownloadSource.AllowsPrivateAtTrusted"/>.</summary>
    internal bool AllowsPrivateAtTrusted { get; set; } = true;

    /// <summary>The server that answered last, for messages.</summary>
    internal string Place { get; private set; }

    /// <summary>Bytes of the file; 0 before <see cref="Begin"/>.</summary>
    internal long Length { get; private set; }

    /// <summary>True when the server named what tells this version of the file from others, so that a part can be asked for.</summary>
    internal bool CanResume => _validator != null;

    /// <summary>Asks for the whole file. Errors: see <see cref="DownloadSource.Open"/>.</summary>
    internal HttpResponse Begin(long untilMs)
    {
        HttpResponse response = Follow("GET", 0, untilMs);
        long length = response.ContentLength;
        string? validator = ValidatorOf(response);
        CheckFile(response);
        if (length < 0)
        {
            // A server that makes the answer up as it goes may still know the length (RFC 9110 section 9.3.2).
            length = LengthOf(Follow("HEAD", 0, untilMs));
            response = Follow("GET", 0, untilMs);
            CheckFile(response);
        }

        if (length <= 0)
        {
            Close();
            throw Failed(length == 0 ? "gives an empty file" : "does not give the file's length (Content-Length)");
        }

        Length = length;
        _validator = validator;
        return response;
    }

    /// <summary>
    /// Asks for the rest of the file, which is the whole when nothing of it was read. Errors: as for <see cref="Begin"/>, and
    /// <see cref="ErrorCode.SourceChanged"/> when it is another file now.
    /// </summary>
    internal HttpResponse Continue(long position, long untilMs)
    {
        HttpResponse response = Follow("GET", position, untilMs);
        HubException? failure = null;
        try
        {
            CheckRest(response, position);
        }
        catch (HubException e)
        {
            failure = e;
        }

        if (failure != null)
        {
            Close();
            throw failure;
        }

        return response;
    }

    /// <summary>Closes the connection; another request opens another.</summary>
    internal void Close()
    {
        _client?.Close();
        _client = null;
    }

    public void Dispose() => Close();

    private static bool IsRedirect(int status) => status == 301 || status == 302 || status == 303 || status == 307 || status == 308;

    /// <summary>A strong ETag, or else the time of the last change, for If-Range (RFC 9110 section 13.1.5); null for neither.</summary>
    private static string? ValidatorOf(HttpResponse response)
    {
        string? tag = response.Header("ETag");
        return tag != null && tag.StartsWith("\"") ? tag : response.Header("Last-Modified");
    }

    private static long LengthOf(HttpResponse head)
    {
        string? text = head.Status == 200 ? head.Header("Content-Length") : null;
        return text != null && long.TryParse(text, out long length) && length >= 0 ? length : -1;
    }

    private HttpResponse Follow(string method, long position, long untilMs)
    {
        DownloadUrl url = _url;
        for (int i = 0; i <= MaxRedirects; i++)
        {
            HttpResponse response = Send(url, method, position, untilMs);
            if (!IsRedirect(response.Status))
            {
                CheckStatus(response);
                return response;
            }

            string? location = response.Header("Location");
            Close();
            url = url.Follow(location);
        }

        throw new HubException(ErrorCode.Redirected, Place + " redirects the download more than " + MaxRedirects.ToString() + " times");
    }

    private HttpResponse Send(DownloadUrl url, string method, long position, long untilMs)
    {
        Close();
        Place = url.Origin.HostAndPort;
        long leftMs = untilMs - _hal.Clock.NowMs;
        if (leftMs <= 0)
        {
            throw new HubException(ErrorCode.Timeout, Place + " did not begin to send the file in time");
        }

        int hopMs = leftMs < LongestHopMs ? (int)leftMs : LongestHopMs;
        HttpClient client = new HttpClient(_hal, url.Origin, url.Origin.Host == _tlsHost ? _tls : null)
        {
            // For the head; how long the body may take is the source's to judge.
            ReadTimeoutMs = hopMs,
            TotalTimeoutMs = hopMs,
        };
        client.PrivateRefusal = PrivateRefusal(url.Origin.Host);
        client.ConnectTimeoutMs = Math.Min(client.ConnectTimeoutMs, hopMs);
        _client = client;
        HttpRequest request = new HttpRequest(method, url.Target);
        request.AddHeader("Accept", "*/*");
        request.AddHeader("Accept-Encoding", "identity");
        if (position > 0)
        {
            request.AddHeader("Range", "bytes=" + position.ToString() + "-");
            request.AddHeader("If-Range", _validator!);
        }

        return client.Send(request, _cancel);
    }

    private string? PrivateRefusal(string host)
    {
        if (AllowsPrivate || (AllowsPrivateAtTrusted && host == _tlsHost))
        {
            return null;
        }

        return AllowsPrivateAtTrusted
            ? "the hub downloads from private addresses only at the cloud's own host, unless private_downloads in cloud.json is true"
            : "private_downloads in cloud.json forbids downloads from there, or the cloud itself is at no private address";
    }

    private void CheckStatus(HttpResponse response)
    {
        int status = response.Status;
        if (status == 200 || status == 206 || status == 416)
        {
            return;
        }

        Close();
        switch (status)
        {
            case 401:
            case 403:
                throw Failed("refuses the file's link (" + status.ToString() + "), which may be too old: start the print again");
            case 404:
            case 410:
                throw Failed("has no such file (" + status.ToString() + ")");
            case 408:
            case 425:
            case 429:
                throw new HubException(ErrorCode.Throttled, Place + " asks to try later (" + status.ToString() + ")");
            default:
                throw status >= 500
                    ? new HubException(ErrorCode.ServerError, Place + " has a fault (" + status.ToString() + ")")
                    : Failed("answers with the status " + status.ToString() + " instead of the file");
        }
    }

    private void CheckFile(HttpResponse response)
    {
        string what = "";
        string type = response.Header("Content-Type") ?? "";
        string coding = response.Header("Content-Encoding") ?? "identity";
        type = type.ToLower();
        coding = coding.ToLower();
        if (response.Status != 200)
        {
            what = "sends a part of the file that was not asked for";
        }
        else if (type.StartsWith("text/html"))
        {
            what = "sends a web page instead of the file: check the link";
        }
        else if (coding != "identity")
        {
            what = "sends the file compressed, which the hub did not ask for";
        }

        if (what.Length > 0)
        {
            Close();
            throw Failed(what);
        }
    }

    private void CheckRest(HttpResponse response, long position)
    {
        if (position == 0)
        {
            CheckFile(response);
            string? validator = ValidatorOf(response);
            if ((response.ContentLength >= 0 && response.ContentLength != Length) || validator != _validator)
            {
                throw Changed();
            }

            return;
        }

        if (response.Status == 416)
        {
            throw Changed();
        }

        if (response.Status != 206)
        {
            // The server ignores Range, or the file is another one now: it says which in neither case.
            throw Failed("sends the file from its beginning only, and a part of it is at the printer already");
        }

        string expected = "bytes " + position.ToString() + "-" + (Length - 1).ToString() + "/";
        string range = response.Header("Content-Range") ?? "";
        if (range != expected + Length.ToString() && range != expected + "*")
        {
            throw Changed();
        }

        string? now = ValidatorOf(response);
        if (now != null && now != _validator)
        {
            throw Changed();
        }
    }

    private HubException Changed() => new HubException(ErrorCode.SourceChanged, "the file at " + Place + " changed while it was downloaded: send it again");

    private HubException Failed(string what) => new HubException(ErrorCode.SourceFailed, Place + " " + what);
}
