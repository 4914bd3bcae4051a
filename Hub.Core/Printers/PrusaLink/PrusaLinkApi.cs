using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Text;

namespace Hub.Core.Printers.PrusaLink;

/// <summary>
/// Requests to one PrusaLink: API key or HTTP Digest, and what its status codes mean (Prusa-Firmware-Buddy lib/WUI, Prusa-Link prusa/link/conditions.py). The nonce of the
/// Python one is bound to the User-Agent, which is the same in every request of the hub. Thread: one owner.
/// </summary>
internal sealed class PrusaLinkApi : HttpPrinterApi
{
    /// <summary>Buddy's user is fixed; on a Pi it is chosen in the wizard and has to be configured.</summary>
    private const string DefaultUser = "maker";

    private const string VersionTarget = "/api/version";

    /// <summary>Once without or with an old nonce, once with the new one, once more when that is called stale too.</summary>
    private const int MaxLogins = 3;

    /// <summary>Names up to this length, as they stand in the url, pass every Buddy firmware; about 76 were seen to fail (Prusa-Firmware-Buddy issue 3252).</summary>
    private const int SurelyShortName = 60;

    /// <summary>Longer than any file system of a Pi accepts.</summary>
    private const int SurelyLongName = 240;

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

    /// <inheritdoc/>
    protected override bool HasOwnChallenge => true;

    /// <summary>Name of the file that is being uploaded, or null: some refusals mean its length, whatever they say.</summary>
    public string? FileName { get; set; }

    /// <summary>GET of /api/version. Errors: those of <see cref="PrusaLinkAnswers.Flavour"/> and of a GET.</summary>
    public PrusaLinkFlavour GetFlavour(CancellationToken cancel)
    {
        int status = Get(VersionTarget, cancel);
        return status == 200
            ? PrusaLinkAnswers.Flavour(Body, BodyLength, Origin)
            : throw HttpAnswers.NoSuchApi(status, Origin, Server);
    }

    /// <inheritdoc/>
    protected override HttpResponse Exchange(HttpRequest request, CancellationToken cancel)
    {
        // Without it a refusal's words come as plain text or as a web page.
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
        string number = status.ToString();
        string words = sentence == null ? "" : ": " + sentence;
        switch (status)
        {
            case 400:
                return sentence != null && (sentence.IndexOf("characters") >= 0 || sentence.IndexOf("name length") >= 0)
                    ? new HubException(
                        ErrorCode.BadFileName,
                        "PrusaLink accepts no file of this name (400" + words + "): " + (sentence.IndexOf("length") >= 0 ? "shorten it" : "rename it"))
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
                return new HubException(ErrorCode.Timeout, "PrusaLink timed out waiting for the rest of the file (408): send it again");
            case 411:
                return new HubException(ErrorCode.Refused, "PrusaLink requires the file's length (411): is a proxy between hub and printer?");
            case 413:
                return sentence == null || sentence.IndexOf("space") >= 0
                    ? StorageFull(number)
                    : new HubException(ErrorCode.TooLarge, "the file is larger than PrusaLink accepts (413)" + words);
            case 414:
            case 431:
                return TooLong(number, "");
            case 415:
                return WrongType(words);
            case 422:
                return new HubException(ErrorCode.BadFileName, "the printer's storage accepts no file of this name (422" + words + "): rename it");
            case 500 when FileName != null && FileName.Length > SurelyLongName:
                // The one on a Pi fails on a name that its file system does not accept (recorded with 0.8.1).
                return TooLong(number, words);
            case 501:
                return new HubException(ErrorCode.Refused, "PrusaLink cannot do that (501)" + words);
            case 503:
                return sentence != null && sentence.IndexOf("stopped from") >= 0
                    ? new HubException(ErrorCode.Refused, "the upload was stopped at Prusa Connect (503" + words + ")")
                    : new HubException(
                        ErrorCode.PrinterOffline,
                        "PrusaLink at " + Origin.ToString() + " is not ready (503" + words + "): it is starting or stopping, or its printer is not connected");
            case 507:
                return Insufficient(sentence);
            default:
                return ExplainAny(status, sentence);
        }
    }

    private static HubException StorageFull(string number) =>
        new HubException(ErrorCode.StorageFull, "the printer's storage is full (" + number + "): delete files there");

    /// <summary>
    /// One status for a drive that is missing, full or broken; only the words differ (Prusa-Firmware-Buddy
    /// src/transfers/partial_file.cpp, lib/WUI/nhttp/gcode_upload.cpp, Prusa-Link-Web issue 277).
    /// </summary>
    private static HubException Insufficient(string? sentence)
    {
        string lower = sentence == null ? "" : sentence.ToLower();
        if (lower.IndexOf("missing") >= 0 || lower.IndexOf("no usb") >= 0 || lower.IndexOf("not connected") >= 0 || lower.IndexOf("not inserted") >= 0)
        {
            return new HubException(ErrorCode.NotFound, "the printer has no USB drive to store the file on (507: " + sentence + "): plug one in");
        }

        if (lower.IndexOf("write error") >= 0)
        {
            return new HubException(
                ErrorCode.StorageFull, "the printer's USB drive is full or faulty (507: " + sentence + "): delete files there, or replace the drive");
        }

        return sentence == null || lower.IndexOf("full") >= 0 || lower.IndexOf("space") >= 0 || lower.IndexOf("insufficient") >= 0
            ? StorageFull("507")
            : new HubException(ErrorCode.Refused, "the printer cannot write to its USB drive (507: " + sentence + "): check the drive, or replace it");
    }

    private HubException TooLong(string number, string words)
    {
        string length = FileName == null ? "" : " of " + FileName.Length.ToString() + " characters";
        return new HubException(
            ErrorCode.BadFileName, "the file's name" + length + " is too long for the printer (" + number + words + "): shorten it, to 50 characters or less");
    }

    /// <summary>
    /// Buddy judges the name alone, and cuts a long one before it checks its extension: what it calls no G-code may only be long
    /// (Prusa-Firmware-Buddy issues 3039 and 3431).
    /// </summary>
    private HubException WrongType(string words)
    {
        string lower = FileName == null ? "" : FileName.ToLower();
        bool isPrintable = lower.EndsWith(".gcode") || lower.EndsWith(".bgcode") || lower.EndsWith(".gco") || lower.EndsWith(".g");
        if (isPrintable && UrlText.PercentEncode(FileName!).Length > SurelyShortName)
        {
            return TooLong("415", words);
        }

        return isPrintable
            ? new HubException(ErrorCode.BadFileType, "PrusaLink does not accept this file as G-code (415" + words + "): is it sliced for this printer, and its firmware recent enough for the format?")
            : new HubException(ErrorCode.BadFileType, "PrusaLink accepts no file of this type (415" + words + "): use .gcode or .bgcode, as the printer prints it");
    }

    private HubException Unauthorized()
    {
        if (_key != null)
        {
            return new HubException(ErrorCode.AuthRejected, "PrusaLink refuses the API key: compare it with the one that the printer shows");
        }

        return _digest == null
            ? new HubException(ErrorCode.AuthMissing, "PrusaLink requires a login and none is configured: set api_key, or user and password")
            : new HubException(ErrorCode.AuthRejected, "PrusaLink refuses user or password");
    }

    /// <summary>
    /// Nothing with an effect is ever sent to be challenged: a body that meets a 401 hangs on the Python one (seen with 0.8.1).
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
            throw new HubException(ErrorCode.Refused, "PrusaLink's login expired at that moment; nothing was done: try again");
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

            HttpDigestChallenge challenge = ChallengeOf(request, response);
            response.Drain();

            // An earlier nonce may be unknown to a restarted server; only the new one counts.
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

    /// <summary>The challenge. One of another kind is a proxy's; a 401 without any is another server's page, which may go away.</summary>
    private HttpDigestChallenge ChallengeOf(HttpRequest request, HttpResponse response)
    {
        string[] challenges = response.Headers("WWW-Authenticate");
        if (challenges.Length == 0)
        {
            throw Failure(request, response);
        }

        return HttpDigestChallenge.Find(challenges)
            ?? throw new HubException(
                ErrorCode.AuthRejected,
                "the server at " + Origin.ToString() + " requires a login other than HTTP Digest (401): set api_key instead, or use PrusaLink's own address");
    }
}
