using System;
using System.Text;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Json;

namespace Hub.Core.Printers.Moonraker;

/// <summary>
/// Requests to one Moonraker over HTTP (facts A3): key or login, the envelope, and what its refusals mean. Thread: one owner.
/// </summary>
internal sealed class MoonrakerApi : IDisposable
{
    /// <summary>A login's token holds an hour; it is renewed before.</summary>
    private const int TokenMs = 50 * 60 * 1000;

    private const int Unauthorized = 401;

    private readonly IHal _hal;
    private readonly HttpClient _http;
    private readonly PrinterConfig _config;
    private readonly MoonrakerMessage _message = new MoonrakerMessage();
    private byte[]? _body;
    private Secret? _token;
    private long _tokenSinceMs;

    public MoonrakerApi(IHal hal, HttpOrigin origin, PrinterConfig config)
    {
        _hal = hal;
        _http = new HttpClient(hal, origin, config.Tls);
        _config = config;
    }

    public HttpOrigin Origin => _http.Origin;

    public TlsPeer? Peer => _http.Peer;

    /// <summary>True when a key or a login is configured.</summary>
    public bool HasCredentials => _config.ApiKey != null || HasLogin;

    /// <summary>Longest silence before an answer, in ms.</summary>
    public int ReadTimeoutMs
    {
        set
        {
            _http.ReadTimeoutMs = value;
            _http.TotalTimeoutMs = value;
        }
    }

    /// <summary>The last answer's body; valid until the next request or <see cref="Release"/>.</summary>
    public byte[] Body => _body!;

    public int BodyLength { get; private set; }

    /// <summary>Where the last answer's result begins in <see cref="Body"/>, and its length.</summary>
    public int ResultOffset => _message.PayloadOffset;

    public int ResultLength => _message.PayloadLength;

    private bool HasLogin => _config.User != null && _config.Password != null;

    /// <summary>GET with a result. Errors: see <see cref="MoonrakerErrors.Explain"/>.</summary>
    public void Get(string target, CancellationToken cancel)
    {
        try
        {
            Call(new HttpRequest("GET", target), cancel);
        }
        catch (HubException e) when (e.HttpStatus == Unauthorized && e.Code == ErrorCode.Refused)
        {
            // The login ran out and is forgotten: this one logs in again.
            Call(new HttpRequest("GET", target), cancel);
        }
    }

    /// <summary>POST of a small JSON body, sent once and never repeated by itself.</summary>
    public void Post(string target, byte[] json, CancellationToken cancel)
    {
        HttpRequest request = new HttpRequest("POST", target)
        {
            Body = new BytesBody(json),
            ContentType = "application/json",
        };
        Call(request, cancel);
    }

    /// <summary>Sends any request with the credentials and reads the whole answer; refusals are errors. Gives the status.</summary>
    public int Send(HttpRequest request, CancellationToken cancel)
    {
        Secret? kept = _token;
        Authorize(request, cancel);

        // What is needed to understand the answer to an irrevocable request is here before that leaves.
        RentBody();
        HttpResponse response = _http.Send(request, cancel);
        int status = response.Status;
        if (status >= 300 && status < 400)
        {
            HubException redirected = HttpAnswers.Redirected(status, response.Header("Location"), "Moonraker");
            response.Drain();
            throw redirected;
        }

        int retryAfterMs = HttpAnswers.RetryAfterMs(response);
        if (status >= 400)
        {
            string sentence = ErrorSentence(response);
            bool isLoginOver = status == Unauthorized && kept != null && ReferenceEquals(kept, _token);
            HubException error = isLoginOver ? LoginOver() : MoonrakerErrors.Explain(status, sentence, HasCredentials);
            error.RetryAfterMs = retryAfterMs;
            error.HttpStatus = status;
            error.MayHaveActed = status >= 500 && status != 503 && !request.IsRepeatable;
            throw error;
        }

        if (!response.IsRequestWhole)
        {
            response.Drain();
            throw new HubException(ErrorCode.BadResponse, "Moonraker claims success before it had the whole request: nothing counts as stored");
        }

        try
        {
            BodyLength = response.ReadAll(_body!);
            HttpAnswers.ThrowIfWebPage(_body!, BodyLength, Origin, "Moonraker");
        }
        catch (HubException e)
        {
            e.MayHaveActed = !request.IsRepeatable;
            throw;
        }

        return status;
    }

    /// <summary>Adds the key, or the token of a login that is made or renewed when needed.</summary>
    public void Authorize(HttpRequest request, CancellationToken cancel)
    {
        if (_config.ApiKey != null)
        {
            request.AddHeader("X-Api-Key", _config.ApiKey);
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
        if (!HasLogin || _config.ApiKey != null)
        {
            return null;
        }

        if (_token == null || _hal.Clock.NowMs - _tokenSinceMs > TokenMs)
        {
            _token = LogIn(cancel);
            _tokenSinceMs = _hal.Clock.NowMs;
        }

        return _token;
    }

    /// <summary>Gives the body's buffer back; the connection stays.</summary>
    public void Release()
    {
        if (_body != null)
        {
            _hal.Buffers.Return(_body);
            _body = null;
        }
    }

    public void Close()
    {
        _http.Close();
        Release();
    }

    public void Dispose() => Close();

    private void Call(HttpRequest request, CancellationToken cancel)
    {
        Send(request, cancel);
        try
        {
            _message.Read(_body!, 0, BodyLength);
        }
        catch (HubException e)
        {
            e.MayHaveActed = !request.IsRepeatable;
            throw;
        }
    }

    /// <summary>A token that held before was revoked, or Moonraker restarted: user and password may still be right.</summary>
    private HubException LoginOver()
    {
        _token = null;
        return new HubException(ErrorCode.Refused, "the login to Moonraker ran out and nothing was done: try again");
    }

    private void RentBody() => _body ??= _hal.Buffers.Rent();

    private Secret LogIn(CancellationToken cancel)
    {
        JsonWriter writer = new JsonWriter(128, 2048);
        writer.BeginObject();
        writer.Name("username");
        writer.Value(_config.User);
        writer.Name("password");
        writer.Value(_config.Password!.Reveal());
        writer.Name("source");
        writer.Value("moonraker");
        writer.EndObject();
        HttpRequest request = new HttpRequest("POST", "/access/login")
        {
            Body = new BytesBody(writer.ToArray()),
            ContentType = "application/json",

            // A second token does no harm, and a lost login leaves no doubt about the request behind it.
            IsRepeatable = true,
        };
        RentBody();
        HttpResponse response = _http.Send(request, cancel);
        int status = response.Status;
        if (status == 400 || status == 401 || status == 403)
        {
            response.Drain();
            throw new HubException(ErrorCode.AuthRejected, "Moonraker refuses the login (" + status.ToString() + "): user or password is wrong");
        }

        if (status != 200)
        {
            throw MoonrakerErrors.Explain(status, ErrorSentence(response), true);
        }

        BodyLength = response.ReadAll(_body!);
        HttpAnswers.ThrowIfWebPage(_body!, BodyLength, Origin, "Moonraker");
        _message.Read(_body!, 0, BodyLength);
        string? token = MoonrakerAnswers.Token(_body!, ResultOffset, ResultLength);
        return token != null ? new Secret(token) : throw new HubException(ErrorCode.BadResponse, "Moonraker takes the login but gives no token");
    }

    /// <summary>The server's own words in one line; an error page of a proxy, or a longer one than fits, is not worth a second error.</summary>
    private string ErrorSentence(HttpResponse response)
    {
        try
        {
            _message.Read(_body!, 0, response.ReadAll(_body!));
            return _message.ErrorText;
        }
        catch (HubException e) when (e.Code != ErrorCode.Cancelled)
        {
            return "";
        }
    }
}
