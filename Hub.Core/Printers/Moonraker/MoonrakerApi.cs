using System;
using System.Text;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;

namespace Hub.Core.Printers.Moonraker;

/// <summary>
/// Requests to one Moonraker over HTTP (its docs/external_api/introduction.md and authorization.md): key or login, the
/// envelope, and what its refusals mean. A proxy in front of it that requires HTTP Digest or Basic gets user and password
/// (Prusa Pro HT90: prusa3d/PrusaSlicer issue 13868). Thread: one owner.
/// </summary>
internal sealed class MoonrakerApi : HttpPrinterApi
{
    private const int Unauthorized = 401;
    private const string InfoTarget = "/server/info";

    /// <summary>Once with an old nonce, once with the new one, once more when that is called stale too.</summary>
    private const int MaxLogins = 3;

    private readonly MoonrakerAccess _access;
    private readonly MoonrakerMessage _message = new MoonrakerMessage();
    private HttpDigest? _digest;
    private bool _isTokenOld;

    /// <summary>How the last 401 wanted to be answered, such as Digest; null when it named nothing.</summary>
    private string? _challenge;

    public MoonrakerApi(MoonrakerAccess access)
        : base(access.Hal, access.Origin, access.Tls)
    {
        _access = access;
    }

    /// <summary>Where the last answer's result begins in <see cref="HttpPrinterApi.Body"/>, and its length.</summary>
    public int ResultOffset => _message.PayloadOffset;

    public int ResultLength => _message.PayloadLength;

    /// <summary>True when the last refusal came with words of Moonraker's own, unlike a proxy's page.</summary>
    public bool HasGivenReason { get; private set; }

    /// <inheritdoc/>
    protected override string Server => "Moonraker";

    /// <inheritdoc/>
    /// <remarks>A proxy's is answered or explained here.</remarks>
    protected override bool HasOwnChallenge => true;

    /// <summary>GET with a result. Errors: see <see cref="MoonrakerErrors.Explain"/>.</summary>
    public void GetResult(string target, CancellationToken cancel)
    {
        try
        {
            Get(target, cancel);
        }
        catch (HubException e)
        {
            if (!IsLoginOver(e))
            {
                throw;
            }

            Get(target, cancel);
        }

        ReadResult();
    }

    /// <summary>POST of a small JSON body with a result, sent once and never repeated by itself.</summary>
    public void PostResult(string target, string json, CancellationToken cancel)
    {
        Post(target, json, cancel);
        try
        {
            ReadResult();
        }
        catch (HubException e)
        {
            e.MayHaveActed = true;
            throw;
        }
    }

    /// <summary>True when a login that held before ran out: nothing was done, and the next request logs in again.</summary>
    public static bool IsLoginOver(HubException error) => error.HttpStatus == Unauthorized && error.Code == ErrorCode.Refused;

    /// <summary>Adds to the opening request of a websocket what lets it in. May ask for a login first.</summary>
    /// <returns>The token of a login, or null.</returns>
    public Secret? AuthorizeUpgrade(HttpRequest request, CancellationToken cancel)
    {
        Secret? token = Token(cancel);
        Authorize(request, cancel);
        if (_access.Proxy == ProxyLogin.Digest && !Digest().HasNonce)
        {
            LogInToProxy(new HttpRequest("GET", InfoTarget), cancel).Drain();
        }

        if (_access.Proxy != ProxyLogin.None)
        {
            Present(request);
        }

        return token;
    }

    /// <summary>The access token of the configured user, or null when none is wanted. Errors: <see cref="ErrorCode.AuthRejected"/>.</summary>
    public Secret? Token(CancellationToken cancel)
    {
        Secret? token = _access.Token;
        _isTokenOld = token != null;
        return token ?? (_access.HasLogin && _access.Proxy == ProxyLogin.None ? LogIn(cancel) : null);
    }

    /// <inheritdoc/>
    protected override HttpResponse Exchange(HttpRequest request, CancellationToken cancel)
    {
        _challenge = null;
        Authorize(request, cancel);
        if (_access.Proxy != ProxyLogin.None)
        {
            return ExchangeThroughProxy(request, cancel);
        }

        HttpResponse response = Http.Send(request, cancel);
        if (response.Status != Unauthorized || !IsForProxy(response))
        {
            return response;
        }

        // A proxy refused it, so nothing was done.
        response.Drain();
        return ExchangeThroughProxy(Copy(request), cancel);
    }

    /// <inheritdoc/>
    protected override bool IsForCaller(int status) => status < 300;

    /// <summary>Moonraker itself answers 503 while Klipper is not there to do anything.</summary>
    protected override bool LeavesDoubt(int status) => status >= 500 && status != 503;

    /// <inheritdoc/>
    protected override string? SentenceOf(byte[] body, int length)
    {
        _message.Read(body, 0, length);
        return _message.ErrorText;
    }

    /// <inheritdoc/>
    protected override HubException Explain(int status, string? sentence)
    {
        HasGivenReason = sentence != null && sentence.Length > 0;
        if (status == Unauthorized && _isTokenOld)
        {
            // A token that was valid before was revoked, or Moonraker restarted: user and password may still be right.
            _access.ForgetToken();
            return new HubException(ErrorCode.Refused, "the Moonraker login expired and nothing was done: try again");
        }

        if (status == Unauthorized && _challenge != null)
        {
            return ExplainChallenge(_challenge);
        }

        return MoonrakerErrors.Explain(status, sentence ?? "", _access.HasCredentials);
    }

    private HubException ExplainChallenge(string scheme)
    {
        string what = "the server at " + Origin.ToString() + " wants an HTTP " + scheme + " login (401), as a proxy in front of Moonraker does";
        if (_access.Proxy != ProxyLogin.None)
        {
            return new HubException(ErrorCode.AuthRejected, what + ", and refuses user or password") { Remedy = Remedy.InMessage };
        }

        return IsAnswerable(scheme)
            ? new HubException(ErrorCode.AuthMissing, what + ": set user and password") { Remedy = Remedy.InMessage }
            : new HubException(ErrorCode.AuthRejected, what + ", which the hub does not have: use Moonraker's own address") { Remedy = Remedy.InMessage };
    }

    /// <summary>Adds the key, or the token of a login that is made or renewed when needed.</summary>
    private void Authorize(HttpRequest request, CancellationToken cancel)
    {
        if (_access.ApiKey != null)
        {
            request.AddHeader("X-Api-Key", _access.ApiKey);
            return;
        }

        Secret? token = Token(cancel);
        if (token != null)
        {
            request.AddHeader("Authorization", new Secret("Bearer " + token.Reveal()));
        }
    }

    private void ReadResult() => _message.Read(Body, 0, BodyLength);

    private static bool IsAnswerable(string scheme) => scheme == "Digest" || scheme == "Basic";

    /// <summary>Notes which login a 401 asks for; true when it is one of a proxy that user and password can answer.</summary>
    private bool IsForProxy(HttpResponse response)
    {
        string[] headers = response.Headers("WWW-Authenticate");
        bool hasBasic = false;
        bool hasDigest = false;
        for (int i = 0; i < headers.Length; i++)
        {
            string lower = headers[i].ToLower();
            hasDigest |= lower.StartsWith("digest");
            hasBasic |= lower.StartsWith("basic");
        }

        if (headers.Length > 0)
        {
            _challenge = hasDigest ? "Digest" : hasBasic ? "Basic" : SchemeOf(headers[0]);
        }

        if (!_access.HasPassword || (!hasDigest && !hasBasic))
        {
            return false;
        }

        if (hasDigest && HttpDigestChallenge.Find(headers) is HttpDigestChallenge challenge)
        {
            Digest().Take(challenge);
            _access.Proxy = ProxyLogin.Digest;
            return true;
        }

        _access.Proxy = ProxyLogin.Basic;
        return true;
    }

    private HttpDigest Digest() => _digest ??= new HttpDigest(_access.Hal.Hash, _access.Hal.System, _access.User, _access.Password);

    private static string SchemeOf(string header)
    {
        int end = header.IndexOf(' ');
        return end < 0 ? header : header.Substring(0, end);
    }

    /// <summary>Nothing with an effect is sent to be challenged: a GET right before it makes sure that the nonce is good.</summary>
    private HttpResponse ExchangeThroughProxy(HttpRequest request, CancellationToken cancel)
    {
        if (_access.Proxy == ProxyLogin.Digest)
        {
            if (request.IsRepeatable && request.Body == null)
            {
                return LogInToProxy(request, cancel);
            }

            LogInToProxy(new HttpRequest("GET", InfoTarget), cancel).Drain();
        }

        Present(request);
        HttpResponse response = Http.Send(request, cancel);
        if (response.Status == Unauthorized)
        {
            IsForProxy(response);
        }

        return response;
    }

    /// <summary>Sends a request that may be repeated until its nonce is accepted; a 401 that comes back is a refusal.</summary>
    private HttpResponse LogInToProxy(HttpRequest request, CancellationToken cancel)
    {
        for (int login = 1; ; login++)
        {
            HttpRequest copy = Copy(request);
            bool hadNonce = Digest().HasNonce;
            Present(copy);
            HttpResponse response = Http.Send(copy, cancel);
            if (response.Status != Unauthorized)
            {
                return response;
            }

            HttpDigestChallenge? challenge = HttpDigestChallenge.Find(response.Headers("WWW-Authenticate"));
            _challenge = "Digest";
            bool mayPass = challenge != null && login < MaxLogins && (!hadNonce || login == 1 || challenge.IsStale);
            if (!mayPass)
            {
                Digest().Forget();
                return response;
            }

            response.Drain();
            Digest().Take(challenge!);
        }
    }

    /// <summary>Adds the proxy's login, once the nonce is known.</summary>
    private void Present(HttpRequest request)
    {
        if (_access.Proxy == ProxyLogin.Basic)
        {
            byte[] pair = Encoding.UTF8.GetBytes(_access.User + ":" + _access.Password.Reveal());
            request.AddHeader("Authorization", new Secret("Basic " + Convert.ToBase64String(pair)));
        }
        else if (Digest().HasNonce)
        {
            request.AddHeader("Authorization", Digest().Authorize(request.Method, Origin.BasePath + request.Target));
        }
    }

    /// <summary>The same request without a login; a request is sent once.</summary>
    private HttpRequest Copy(HttpRequest request)
    {
        HttpRequest copy = new HttpRequest(request.Method, request.Target)
        {
            Body = request.Body,
            ContentType = request.ContentType,
            IsRepeatable = request.IsRepeatable,
        };
        if (_access.ApiKey != null)
        {
            copy.AddHeader("X-Api-Key", _access.ApiKey);
        }

        return copy;
    }

    /// <summary>Null when a proxy asks for the login instead.</summary>
    private Secret? LogIn(CancellationToken cancel)
    {
        HttpRequest request = new HttpRequest("POST", "/access/login")
        {
            Body = new BytesBody(_access.LoginJson()),
            ContentType = "application/json",

            // A second token does no harm, and a lost login leaves no doubt about the request that would have followed.
            IsRepeatable = true,
        };
        HttpResponse response = Http.Send(request, cancel);
        int status = response.Status;
        if (status == Unauthorized && IsForProxy(response))
        {
            response.Drain();
            return null;
        }

        if (status == 400 || status == 401 || status == 403)
        {
            throw RefusedLogin(response);
        }

        if (status != 200)
        {
            throw Failure(request, response);
        }

        ReadBody(response);
        ReadResult();
        string? token = MoonrakerAnswers.Token(Body, ResultOffset, ResultLength);
        return token != null ? _access.TakeToken(token) : throw new HubException(ErrorCode.BadResponse, "Moonraker accepts the login but returns no token");
    }

    /// <summary>
    /// A refusal by Moonraker itself is final; another server's page may be gone in a minute. After too many failed logins
    /// it refuses correct ones as well until it restarts (moonraker/components/authorization.py, _handle_login).
    /// </summary>
    private HubException RefusedLogin(HttpResponse response)
    {
        int status = response.Status;
        string words = "";
        try
        {
            ReadBody(response);
            words = Encoding.UTF8.GetString(Body, 0, BodyLength);
            ReadResult();
        }
        catch (HubException e)
        {
            if (e.Code == ErrorCode.Cancelled)
            {
                throw;
            }

            words = "";
        }

        if (words.IndexOf("Maximum Login Attempts") >= 0)
        {
            return new HubException(ErrorCode.Throttled, "Moonraker accepts no logins now (401): too many have failed; check user and password, then restart Moonraker");
        }

        return words.Length > 0 && _message.IsError
            ? new HubException(ErrorCode.AuthRejected, "Moonraker refuses the login (" + status.ToString() + "): user or password is wrong")
            : new HubException(
                status == Unauthorized ? ErrorCode.AuthRejected : ErrorCode.BadResponse,
                "the server at " + Origin.ToString() + " refuses a login (" + status.ToString() + "), but not in Moonraker's words: check url, user and password");
    }
}
