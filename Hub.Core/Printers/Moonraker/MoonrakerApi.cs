using System.Threading;
using Hub.Core.Hal;
using Hub.Core.Http;

namespace Hub.Core.Printers.Moonraker;

/// <summary>
/// Requests to one Moonraker over HTTP (facts A3): key or login, the envelope, and what its refusals mean. Thread: one owner.
/// </summary>
internal sealed class MoonrakerApi : HttpPrinterApi
{
    private const int Unauthorized = 401;

    private readonly MoonrakerAccess _access;
    private readonly MoonrakerMessage _message = new MoonrakerMessage();
    private bool _isTokenOld;

    public MoonrakerApi(MoonrakerAccess access)
        : base(access.Hal, access.Origin, access.Tls)
    {
        _access = access;
    }

    /// <summary>Where the last answer's result begins in <see cref="HttpPrinterApi.Body"/>, and its length.</summary>
    public int ResultOffset => _message.PayloadOffset;

    public int ResultLength => _message.PayloadLength;

    /// <inheritdoc/>
    protected override string Server => "Moonraker";

    /// <summary>GET with a result. Errors: see <see cref="MoonrakerErrors.Explain"/>.</summary>
    public void GetResult(string target, CancellationToken cancel)
    {
        try
        {
            Get(target, cancel);
        }
        catch (HubException e) when (IsLoginOver(e))
        {
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

    /// <summary>Adds the key, or the token of a login that is made or renewed when needed.</summary>
    public void Authorize(HttpRequest request, CancellationToken cancel)
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

    /// <summary>The access token of the configured user, or null when none is configured. Errors: <see cref="ErrorCode.AuthRejected"/>.</summary>
    public Secret? Token(CancellationToken cancel)
    {
        Secret? token = _access.Token;
        _isTokenOld = token != null;
        return token ?? (_access.HasLogin ? LogIn(cancel) : null);
    }

    /// <inheritdoc/>
    protected override HttpResponse Exchange(HttpRequest request, CancellationToken cancel)
    {
        Authorize(request, cancel);
        return Http.Send(request, cancel);
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
        if (status == Unauthorized && _isTokenOld)
        {
            // A token that held before was revoked, or Moonraker restarted: user and password may still be right.
            _access.ForgetToken();
            return new HubException(ErrorCode.Refused, "the login to Moonraker ran out and nothing was done: try again");
        }

        return MoonrakerErrors.Explain(status, sentence ?? "", _access.HasCredentials);
    }

    private void ReadResult() => _message.Read(Body, 0, BodyLength);

    private Secret LogIn(CancellationToken cancel)
    {
        HttpRequest request = new HttpRequest("POST", "/access/login")
        {
            Body = new BytesBody(_access.LoginJson()),
            ContentType = "application/json",

            // A second token does no harm, and a lost login leaves no doubt about the request behind it.
            IsRepeatable = true,
        };
        HttpResponse response = Http.Send(request, cancel);
        int status = response.Status;
        if (status == 400 || status == 401 || status == 403)
        {
            response.Drain();
            throw new HubException(ErrorCode.AuthRejected, "Moonraker refuses the login (" + status.ToString() + "): user or password is wrong");
        }

        if (status != 200)
        {
            throw Failure(request, response);
        }

        ReadBody(response);
        ReadResult();
        string? token = MoonrakerAnswers.Token(Body, ResultOffset, ResultLength);
        return token != null ? _access.TakeToken(token) : throw new HubException(ErrorCode.BadResponse, "Moonraker takes the login but gives no token");
    }
}
