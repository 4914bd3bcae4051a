using System;
using System.Net;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Hub.Simulator.Cloud.Access;

/// <summary>
/// Decides who may use the cloud (docs/cloud.md, "Who may use it"): first under which name, then from which web page, with which kind of body, and last with which token
/// or session. Everything needs the token but the few paths that have a lock of their own. Thread: any.
/// </summary>
internal sealed class CloudAccess : IDisposable
{
    private const string Bearer = "Bearer ";

    private static readonly object s_session = new();

    private readonly AccessOptions _options;
    private readonly HostRule _hosts;
    private readonly Sessions _sessions;
    private readonly WrongTries _wrong;

    /// <summary>Makes it. Errors: ArgumentException for a cloud beyond loopback without a token.</summary>
    public CloudAccess(AccessOptions options, ISessionStore sessions)
    {
        if (!options.IsLoopback && options.Token == null)
        {
            throw new ArgumentException("a cloud beyond loopback needs a token", nameof(options));
        }

        _options = options;
        _hosts = new HostRule(options.Names, options.IsLoopback);
        _sessions = new Sessions(sessions, options.Token, options.Clock);
        _wrong = new WrongTries(options.WrongTries, options.NextTryAfter);
    }

    /// <summary>Asks it before every request and every WebSocket. Refusals are exceptions that become the answer (<see cref="CloudException"/>).</summary>
    public void Use(WebApplication app)
    {
        app.Use(next => context => RunAsync(context, next));
        SessionEndpoints.Map(app, this);
    }

    /// <summary>Begins a session for the right token, and sets its cookie. Errors: a refusal.</summary>
    public async Task LogInAsync(HttpContext context, string token)
    {
        Check(context, token);
        SessionCookie.Write(context, await _sessions.BeginAsync().ConfigureAwait(false));
    }

    /// <summary>Ends the request's session.</summary>
    public async Task LogOutAsync(HttpContext context)
    {
        if (SessionCookie.Read(context.Request) is string id)
        {
            await _sessions.EndAsync(id).ConfigureAwait(false);
        }

        SessionCookie.Delete(context);
    }

    /// <summary>False once the session that a request was let in by is over. A token is good until the cloud ends. Errors: exceptions of the storage.</summary>
    public async Task<bool> StillAllowsAsync(HttpContext context) =>
        context.Items[s_session] is not string id || await _sessions.HasAsync(id).ConfigureAwait(false);

    public void Dispose() => _wrong.Dispose();

    private async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        SecurityHeaders.Set(context);
        HttpRequest request = context.Request;
        if (!_hosts.Allows(context))
        {
            throw new CloudException(
                StatusCodes.Status421MisdirectedRequest, "wrong_host", "This cloud does not answer to the name in the request: use its own address, or start it with --name and that name.");
        }

        if (!OriginRule.Allows(request))
        {
            throw new CloudException(StatusCodes.Status403Forbidden, "cross_site", "A web page of another site may not use this cloud.");
        }

        if (!BodyRule.Allows(request))
        {
            throw new CloudException(
                StatusCodes.Status415UnsupportedMediaType,
                "form_refused",
                "Send commands as application/json and files as they are (application/octet-stream; curl -T FILE), not as a form or text.");
        }

        if (!IsPublic(request.Path))
        {
            await CheckAsync(context).ConfigureAwait(false);
        }

        await next(context).ConfigureAwait(false);
    }

    /// <summary>True for the login, the sign of life, and hubs, which sign their hello.</summary>
    private static bool IsPublic(PathString path) =>
        path.Equals("/healthz", StringComparison.Ordinal) || path.Equals(SessionEndpoints.Path, StringComparison.Ordinal) || path.StartsWithSegments("/ws/hub", StringComparison.Ordinal);

    private async Task CheckAsync(HttpContext context)
    {
        StringValues header = context.Request.Headers.Authorization;
        if (_options.Token == null)
        {
            return;
        }

        if (header.Count == 1 && header[0]!.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            Check(context, header[0]![Bearer.Length..].Trim());
        }
        else if (SessionCookie.Read(context.Request) is string id && await _sessions.HasAsync(id).ConfigureAwait(false))
        {
            context.Items[s_session] = id;
        }
        else
        {
            throw Unauthorized(context, "An access token is needed: send it as 'Authorization: Bearer TOKEN', or log in.");
        }
    }

    /// <summary>Errors: a refusal for a wrong token, and for any from an address that is out of tries.</summary>
    private void Check(HttpContext context, string token)
    {
        IPAddress? from = context.Connection.RemoteIpAddress;
        if (_options.LocalToken?.Is(token) == true && from != null && IPAddress.IsLoopback(from))
        {
            return;
        }

        bool isRight = _options.Token == null || _options.Token.Is(token);
        if (isRight ? !_wrong.MayTry(from) : !_wrong.Count(from))
        {
            context.Response.Headers.RetryAfter = _wrong.RetryAfterSeconds.ToString();
            throw new CloudException(StatusCodes.Status429TooManyRequests, "too_many_tries", "Too many wrong access tokens came from this address: wait, then try again.");
        }

        if (!isRight)
        {
            throw Unauthorized(context, "The access token is wrong.");
        }
    }

    private static CloudException Unauthorized(HttpContext context, string message)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return new CloudException(StatusCodes.Status401Unauthorized, "unauthorized", message);
    }
}
