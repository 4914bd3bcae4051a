using System;
using System.Text;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;

namespace Hub.Core.Printers;

/// <summary>
/// Requests to a printer's HTTP server over one connection, with answers that fit into one buffer. What the status
/// codes mean is each system's own. Thread: one owner.
/// </summary>
internal abstract class HttpPrinterApi : IDisposable
{
    /// <summary>Longest silence while the words of a refusal are read: the refusal itself is known already.</summary>
    private const int SentenceTimeoutMs = 1000;

    /// <summary>Longest time for one answer to a small request, however slowly it drips.</summary>
    private const int AnswerTimeoutMs = 10000;

    private readonly IBufferPool _buffers;
    private byte[]? _body;

    protected HttpPrinterApi(IHal hal, HttpOrigin origin, TlsOptions? tls)
    {
        Http = new HttpClient(hal, origin, tls) { TotalTimeoutMs = AnswerTimeoutMs };
        _buffers = hal.Buffers;
    }

    public HttpOrigin Origin => Http.Origin;

    public TlsPeer? Peer => Http.Peer;

    /// <summary>Longest silence before an answer, in ms.</summary>
    public int ReadTimeoutMs
    {
        set
        {
            Http.ReadTimeoutMs = value;
            Http.TotalTimeoutMs = value;
        }
    }

    /// <summary>The last answer's body, up to <see cref="BodyLength"/>; valid until the next request or <see cref="Release"/>.</summary>
    public byte[] Body => _body!;

    public int BodyLength { get; private set; }

    protected HttpClient Http { get; }

    /// <summary>The system's name in messages.</summary>
    protected abstract string Server { get; }

    /// <summary>True for a system whose own login is a challenge of HTTP (WWW-Authenticate); from any other one it is a proxy's.</summary>
    protected virtual bool HasOwnChallenge => false;

    /// <summary>The server's words in the present answer, or null.</summary>
    public string? Sentence()
    {
        try
        {
            return HttpAnswers.IsPage(Body, BodyLength) ? null : SentenceOf(Body, BodyLength);
        }
        catch (HubException)
        {
            // The status is enough.
            return null;
        }
    }

    /// <summary>GET; returns a status that <see cref="IsForCaller"/> leaves to the caller, all else throws.</summary>
    public int Get(string target, CancellationToken cancel) => Send(new HttpRequest("GET", target), cancel);

    /// <summary>The same with a limit of its own, in ms, for what is worth no long wait.</summary>
    public int GetWithin(int timeoutMs, string target, CancellationToken cancel)
    {
        int readTimeoutMs = Http.ReadTimeoutMs;
        int totalTimeoutMs = Http.TotalTimeoutMs;
        try
        {
            ReadTimeoutMs = timeoutMs;
            return Get(target, cancel);
        }
        finally
        {
            Http.ReadTimeoutMs = readTimeoutMs;
            Http.TotalTimeoutMs = totalTimeoutMs;
        }
    }

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

    /// <summary>Sends any request with the credentials and reads the whole answer.</summary>
    public int Send(HttpRequest request, CancellationToken cancel)
    {
        if (!request.IsRepeatable)
        {
            // Whatever is needed to read the answer is allocated before a request that cannot be taken back is sent.
            RentBody();
        }

        HttpResponse response = Exchange(request, cancel);
        int status = response.Status;
        if (!IsForCaller(status))
        {
            throw Failure(request, response);
        }

        if (status < 300 && !response.IsRequestWhole)
        {
            response.Drain();
            throw new HubException(ErrorCode.BadResponse, Server + " claims success before it had the whole request: nothing counts as stored");
        }

        try
        {
            ReadBody(response);
        }
        catch (HubException e)
        {
            e.MayHaveActed = status < 300 && !request.IsRepeatable;
            throw;
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
        Http.Close();
        Release();
    }

    public void Dispose() => Close();

    /// <summary>Adds the credentials and sends.</summary>
    protected abstract HttpResponse Exchange(HttpRequest request, CancellationToken cancel);

    /// <summary>True for a status whose meaning depends on the request.</summary>
    protected abstract bool IsForCaller(int status);

    /// <summary>What any other status means.</summary>
    /// <param name="status">The status.</param>
    /// <param name="sentence">The server's own words, or null.</param>
    protected abstract HubException Explain(int status, string? sentence);

    /// <summary>The server's own words in an answer of at least 400. Errors: <see cref="ErrorCode.BadJson"/>.</summary>
    protected abstract string? SentenceOf(byte[] body, int length);

    /// <summary>True when a request that got this error may have taken effect: a fault on the server's side, or a proxy's 502 and 504.</summary>
    protected virtual bool LeavesDoubt(int status) => status >= 500;

    /// <summary>Reads the whole answer.</summary>
    protected void ReadBody(HttpResponse response)
    {
        int status = response.Status;
        BodyLength = response.ReadAll(RentBody());
        if (status == 200)
        {
            HttpAnswers.ThrowIfNotJson(response, Body, BodyLength, Origin, Server);
        }
    }

    /// <summary>What every system means by a status.</summary>
    /// <param name="status">The status.</param>
    /// <param name="sentence">The server's own words, or null.</param>
    protected HubException ExplainAny(int status, string? sentence)
    {
        if (status == 429)
        {
            return new HubException(ErrorCode.Throttled, "the server at " + Origin.ToString() + " asks for fewer requests (429)");
        }

        if (status == 408)
        {
            return new HubException(ErrorCode.Timeout, "the server at " + Origin.ToString() + " gave up waiting for the rest of the request (408): send it again");
        }

        return status >= 500
            ? HttpAnswers.ServerFault(status, sentence, Origin, Server)
            : new HubException(
                ErrorCode.BadResponse,
                Server + " at " + Origin.ToString() + " answers with the unexpected status " + status.ToString() + (sentence == null ? "" : ": " + sentence));
    }

    /// <summary>Turns a status that no request can use into an error; its body is read, so that the connection can be used again.</summary>
    protected HubException Failure(HttpRequest request, HttpResponse response)
    {
        int status = response.Status;
        int retryAfterMs = HttpAnswers.RetryAfterMs(response);
        string? location = response.Header("Location");
        HubException? login = status == 401 ? HttpAnswers.ForeignLogin(response, Origin, Server) : null;
        HubException? page = null;
        HubException? tls = null;
        string? sentence = Sentence(response, ref page, ref tls);
        HubException error = status >= 300 && status < 400
            ? HttpAnswers.Redirected(status, location, Origin, request.Target, Server)
            : (HasOwnChallenge ? null : login) ?? Foreign(request, status, login != null, page) ?? tls ?? Explain(status, sentence);
        error.MayHaveActed = !request.IsRepeatable && LeavesDoubt(status);
        error.RetryAfterMs = retryAfterMs;
        error.HttpStatus = status;
        error.PeerWords = sentence;
        return error;
    }

    /// <summary>
    /// The page of a captive portal, a router or a proxy that refuses a status with 401 or 403, else null: it need not be the key
    /// that is wrong, and it may go away. (PrusaLink on a Pi sends a page with its challenge, OctoPrint with a refused upload.)
    /// </summary>
    private static HubException? Foreign(HttpRequest request, int status, bool hasChallenge, HubException? page) =>
        request.Method == "GET" && (status == 403 || (status == 401 && !hasChallenge)) ? page : null;

    /// <summary>An error page of a proxy, or one that breaks off, is not worth a second error.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="page">Set for a web page.</param>
    /// <param name="tls">Set for a server that was asked in plain HTTP and speaks TLS.</param>
    private string? Sentence(HttpResponse response, ref HubException? page, ref HubException? tls)
    {
        int readTimeoutMs = Http.ReadTimeoutMs;
        try
        {
            Http.ReadTimeoutMs = Math.Min(readTimeoutMs, SentenceTimeoutMs);
            byte[] body = RentBody();
            int length = response.ReadAll(body);
            tls = response.Status == 400 ? HttpAnswers.WantsTls(body, length, Origin) : null;
            if (HttpAnswers.IsPage(body, length))
            {
                page = HttpAnswers.RefusedWithPage(response.Status, body, length, Origin, Server);
                return null;
            }

            return SentenceOf(body, length);
        }
        catch (HubException e)
        {
            if (e.Code == ErrorCode.Cancelled)
            {
                throw;
            }

            return null;
        }
        finally
        {
            Http.ReadTimeoutMs = readTimeoutMs;
        }
    }

    private byte[] RentBody() => _body ??= _buffers.Rent();
}
