using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Core.Http;

namespace Hub.Core.Printers.PrusaLink;

/// <summary>
/// Requests to one PrusaLink: API key or HTTP Digest, and what its status codes mean (facts A2). The nonce of the
/// Python one is bound to the User-Agent, which is the same in every request of the hub. Thread: one owner.
/// </summary>
internal sealed class PrusaLinkApi : HttpPrinterApi
{
    /// <summary>Buddy's user is fixed; on a Pi it is chosen in the wizard and has to be configured.</summary>
    private const string DefaultUser = "maker";

    private const string VersionTarget = "/api/version";

    /// <summary>Once without or with an old nonce, once with the new one, once more when that is called stale too.</summary>
    private const int MaxLogins = 3;

    private readonly Secret? _key;
    private readonly HttpDigest? _digest;

    public PrusaLinkApi(IHal hal, HttpOrigin origin, PrinterConfig config)
        : base(hal, origin, config.Tls)
    {
        _key = config.ApiKey;
        if (_key == null && config.Password != null)
        {
            _digest = new HttpDigest(hal.Hash, hal.System, config.User ?? DefaultUser, config.Password);
        }
    }

    /// <inheritdoc/>
    protected override string Server => "PrusaLink";

    /// <summary>PrusaLink's words in the present answer, or null.</summary>
    public string? Sentence()
    {
        try
        {
            return SentenceOf(Body, BodyLength);
        }
        catch (HubException)
        {
            // The status tells enough.
            return null;
        }
    }

    /// <summary>GET of /api/version. Errors: those of <see cref="PrusaLinkAnswers.Flavour"/> and of a GET.</summary>
    public PrusaLinkFlavour GetFlavour(CancellationToken cancel)
    {
        int status = Get(VersionTarget, cancel);
        return status == 200
            ? PrusaLinkAnswers.Flavour(Body, BodyLength, Origin)
            : throw new HubException(
                ErrorCode.BadResponse, "no PrusaLink API at " + Origin.ToString() + " (" + status.ToString() + "): check the printer's url");
    }

    /// <inheritdoc/>
    protected override HttpResponse Exchange(HttpRequest request, CancellationToken cancel)
    {
        // Without it the words of a refusal come as plain text or as a web page.
        request.AddHeader("Accept", "application/json");
        if (_key != null)
        {
            request.AddHeader("X-Api-Key", _key);
        }
        else if (_digest != null)
        {
            return ExchangeWithDigest(request, _digest, cancel);
        }

        return Http.Send(request, cancel);
    }

    /// <inheritdoc/>
    protected override bool IsForCaller(int status) => (status >= 200 && status < 300) || status == 404 || status == 409;

    /// <inheritdoc/>
    protected override string? SentenceOf(byte[] body, int length) => PrusaLinkAnswers.Sentence(body, length);

    /// <inheritdoc/>
    protected override HubException Explain(int status, string? sentence)
    {
        string words = sentence == null ? "" : ": " + sentence;
        switch (status)
        {
            case 400:
                return sentence != null && (sentence.IndexOf("characters") >= 0 || sentence.IndexOf("name length") >= 0)
                    ? new HubException(ErrorCode.BadFileName, "PrusaLink takes no file of this name (400): rename it")
                    : new HubException(ErrorCode.Refused, "PrusaLink refuses (400)" + words);
            case 401:
                return Unauthorized();
            case 403:
                return _key != null && (sentence == null || sentence.IndexOf("Api-Key") >= 0)
                    ? Unauthorized()
                    : new HubException(ErrorCode.Refused, "PrusaLink forbids it (403)" + words);
            case 405:
                return new HubException(ErrorCode.NotSupported, "this PrusaLink does not know the command (405): update the printer's firmware");
            case 408:
                return new HubException(ErrorCode.Timeout, "PrusaLink waited in vain for the rest of the file (408): send it again");
            case 411:
                return new HubException(ErrorCode.Refused, "PrusaLink misses the length of the file (411): is a proxy between hub and printer?");
            case 413:
                return sentence == null || sentence.IndexOf("space") >= 0
                    ? StorageFull(status)
                    : new HubException(ErrorCode.TooLarge, "the file is larger than PrusaLink takes (413)");
            case 415:
                return new HubException(ErrorCode.BadFileType, "PrusaLink takes no file of this type (415): use .gcode or .bgcode, as the printer prints it");
            case 422:
                return new HubException(ErrorCode.BadFileName, "the printer's storage takes no file of this name (422): rename it");
            case 501:
                return new HubException(ErrorCode.Refused, "PrusaLink cannot do that (501)" + words);
            case 503:
                return new HubException(ErrorCode.PrinterOffline, "PrusaLink is not ready (503): it starts or stops, or its printer is not connected");
            case 507:
                return StorageFull(status);
            default:
                return ExplainAny(status);
        }
    }

    private static HubException StorageFull(int status) =>
        new HubException(ErrorCode.StorageFull, "the printer's storage is full (" + status.ToString() + "): delete files there");

    private HubException Unauthorized()
    {
        if (_key != null)
        {
            return new HubException(ErrorCode.AuthRejected, "PrusaLink refuses the API key: compare it with the one that the printer shows");
        }

        return _digest == null
            ? new HubException(ErrorCode.AuthMissing, "PrusaLink wants a login and none is configured: set api_key, or user and password")
            : new HubException(ErrorCode.AuthRejected, "PrusaLink refuses user or password");
    }

    /// <summary>
    /// Nothing with an effect is ever sent to be challenged: a body that meets a 401 hangs on the Python one (facts F).
    /// A GET right before it makes sure that the nonce is good, for 60 s at least.
    /// </summary>
    private HttpResponse ExchangeWithDigest(HttpRequest request, HttpDigest digest, CancellationToken cancel)
    {
        if (request.IsRepeatable && request.Body == null)
        {
            return LogIn(request, digest, cancel);
        }

        HttpRequest first = new HttpRequest("GET", VersionTarget);
        HttpResponse response = LogIn(first, digest, cancel);
        int status = response.Status;
        response.Drain();
        if (status >= 500)
        {
            throw Explain(status, null);
        }

        if (digest.HasNonce)
        {
            Authorize(request, digest);
        }

        response = Http.Send(request, cancel);
        if (response.Status == 401)
        {
            response.Drain();
            throw new HubException(ErrorCode.Refused, "PrusaLink's login ran out in that very moment; nothing was done: try again");
        }

        return response;
    }

    /// <summary>Sends a request that may be repeated until its login is accepted. Errors: <see cref="ErrorCode.AuthRejected"/>.</summary>
    private HttpResponse LogIn(HttpRequest request, HttpDigest digest, CancellationToken cancel)
    {
        for (int login = 0; ; login++)
        {
            HttpRequest copy = new HttpRequest(request.Method, request.Target) { IsRepeatable = true };
            copy.AddHeader("Accept", "application/json");
            if (digest.HasNonce)
            {
                Authorize(copy, digest);
            }

            HttpResponse response = Http.Send(copy, cancel);
            if (response.Status != 401)
            {
                return response;
            }

            HttpDigestChallenge challenge = ChallengeOf(response);
            response.Drain();

            // A nonce from before may be unknown to a server that restarted; the new one is judged.
            bool isRefused = login > 0 && !challenge.IsStale;
            if (isRefused || login == MaxLogins - 1)
            {
                digest.Forget();
                throw isRefused
                    ? Unauthorized()
                    : new HubException(ErrorCode.BadResponse, "PrusaLink calls every one of its nonces stale: is its clock wrong?");
            }

            digest.Take(challenge);
        }
    }

    private void Authorize(HttpRequest request, HttpDigest digest) =>
        request.AddHeader("Authorization", digest.Authorize(request.Method, Origin.BasePath + request.Target));

    private static HttpDigestChallenge ChallengeOf(HttpResponse response) =>
        HttpDigestChallenge.Find(response.Headers("WWW-Authenticate"))
        ?? throw new HubException(ErrorCode.AuthRejected, "the server wants another login than HTTP Digest (401): set api_key instead, or use PrusaLink's own address");
}
