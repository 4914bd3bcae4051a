using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

#pragma warning disable CA5351 // HTTP Digest requires MD5.

namespace Hub.Simulator.Virtual.PrusaLink;

/// <summary>
/// Authentication of a PrusaLink: an X-Api-Key decides alone when it is present, otherwise HTTP Digest, as each flavour
/// challenges (Buddy lib/WUI/nhttp; PoorWSGI digest.py and prusa/link/web/lib/auth.py). Thread: any.
/// </summary>
internal sealed partial class PrusaLinkAuth(bool isPython, string apiKey, string user, string password, TimeProvider time)
{
    private const int MaxNonces = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string UserAgent, long Issued)> _nonces = [];
    private readonly Queue<string> _order = new();

    private string Realm => isPython ? "Administrator" : "Printer API";

    private TimeSpan NonceLife => TimeSpan.FromSeconds(isPython ? 60 : 300);

    /// <summary>Null when the request is allowed.</summary>
    public VirtualReply? Check(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (request.Headers.TryGetValue("X-Api-Key", out Microsoft.Extensions.Primitives.StringValues key))
        {
            return key.ToString() == apiKey ? null : WrongKey(request);
        }

        string authorization = request.Headers.Authorization.ToString();
        if (!authorization.StartsWith("Digest ", StringComparison.Ordinal))
        {
            return Challenge(request, isStale: false);
        }

        Dictionary<string, string> fields = [];
        foreach (Match match in FieldPattern().Matches(authorization[7..]))
        {
            fields[match.Groups[1].Value] = match.Groups[2].Success ? match.Groups[2].Value.Replace("\\\"", "\"", StringComparison.Ordinal) : match.Groups[3].Value;
        }

        bool isKnown = IsNonce(fields.GetValueOrDefault("nonce", ""), request.Headers.UserAgent.ToString(), out bool isFresh);
        if (!isFresh)
        {
            return Challenge(request, isStale: isKnown || isPython);
        }

        string target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        return fields.GetValueOrDefault("username") == user && fields.GetValueOrDefault("realm") == Realm
            && fields.GetValueOrDefault("uri") == target && fields.GetValueOrDefault("response") == Expected(request.Method, fields)
            ? null
            : Challenge(request, isStale: false);
    }

    /// <summary>Forgets every nonce, as a restart does.</summary>
    public void ForgetNonces()
    {
        lock (_gate)
        {
            _nonces.Clear();
            _order.Clear();
        }
    }

    private static string Hex(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Opaque() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("virtual-pi")));

    /// <summary>The expected response; null when a field that the server requires is missing.</summary>
    private string? Expected(string method, Dictionary<string, string> fields)
    {
        string ha1 = Hex(user + ":" + Realm + ":" + password);
        string ha2 = Hex(method + ":" + fields["uri"]);
        if (!isPython)
        {
            return Hex(ha1 + ":" + fields["nonce"] + ":" + ha2);
        }

        if (fields.GetValueOrDefault("algorithm") != "MD5-sess" || fields.GetValueOrDefault("qop") != "auth" || fields.GetValueOrDefault("opaque") != Opaque()
            || !fields.TryGetValue("cnonce", out string? cnonce) || !fields.TryGetValue("nc", out string? count))
        {
            return null;
        }

        ha1 = Hex(ha1 + ":" + fields["nonce"] + ":" + cnonce);
        return Hex(ha1 + ":" + fields["nonce"] + ":" + count + ":" + cnonce + ":auth:" + ha2);
    }

    private bool IsNonce(string nonce, string userAgent, out bool isFresh)
    {
        lock (_gate)
        {
            bool isKnown = _nonces.TryGetValue(nonce, out (string UserAgent, long Issued) entry);
            isFresh = isKnown && time.GetElapsedTime(entry.Issued) < NonceLife && (!isPython || entry.UserAgent == userAgent);
            return isKnown;
        }
    }

    private string NewNonce(string userAgent)
    {
        string nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(isPython ? 32 : 8));
        lock (_gate)
        {
            _nonces[nonce] = (userAgent, time.GetTimestamp());
            _order.Enqueue(nonce);
            if (_order.Count > MaxNonces)
            {
                _nonces.Remove(_order.Dequeue());
            }
        }

        return nonce;
    }

    private VirtualReply WrongKey(HttpRequest request) => isPython
        ? VirtualReply.Html(403, "Bad X-Api-Key.")
        : PrusaLinkTexts.Error(request, 401, "401: Unauthorized", "").With("WWW-Authenticate", "ApiKey realm=\"Printer API\"");

    private VirtualReply Challenge(HttpRequest request, bool isStale)
    {
        string nonce = NewNonce(request.Headers.UserAgent.ToString());
        string challenge = isPython
            ? $"Digest realm=\"{Realm}\",qop=\"auth\",algorithm=\"MD5-sess\",nonce=\"{nonce}\",opaque=\"{Opaque()}\"" + (isStale ? ",stale=true" : "")
            : $"Digest realm=\"{Realm}\", nonce=\"{nonce}\", stale={(isStale ? "true" : "false")}";
        VirtualReply reply = isPython
            ? VirtualReply.Html(401, "<!DOCTYPE html>\n<html>\n <head>\n  <title>401 - Unauthorized</title>\n </head>\n <body>\n  <h1>401 - Unauthorized</h1>\n </body>\n</html>\n", close: request.ContentLength > 0)
            : PrusaLinkTexts.Error(request, 401, "401: Unauthorized", "");
        return isPython ? reply.With("WWW-Authenticate", challenge).With("Server", "PrusaLink") : reply.With("WWW-Authenticate", challenge);
    }

    [GeneratedRegex("(\\w+)=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^,\\s]+))")]
    private static partial Regex FieldPattern();
}
