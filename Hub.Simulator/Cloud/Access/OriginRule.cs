using System;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Hub.Simulator.Cloud.Access;

/// <summary>
/// Refuses what a web page of another site sends: requests, forms and WebSockets. Browsers name the page's site in Origin (RFC 6454), newer ones also in
/// Sec-Fetch-Site (W3C Fetch Metadata), and no page can change either. Programs send neither. Another port is another site: anything may listen there. Pure.
/// </summary>
internal static class OriginRule
{
    private const string FetchSite = "Sec-Fetch-Site";

    /// <summary>True for a program, and for a page of this cloud.</summary>
    public static bool Allows(HttpRequest request) => IsOwnOrigin(request) && (IsOwnSite(request) || IsLink(request));

    private static bool IsOwnOrigin(HttpRequest request)
    {
        StringValues origin = request.Headers.Origin;
        if (origin.Count == 0)
        {
            return true;
        }

        // Browsers leave out the scheme's own port in both headers. A proxy in front may add TLS, but none removes it.
        string host = request.Host.Value ?? "";
        return origin.Count == 1 && (IsSame(origin[0], "https://" + host) || (!request.IsHttps && IsSame(origin[0], "http://" + host)));
    }

    private static bool IsSame(string? origin, string own) => string.Equals(origin, own, StringComparison.OrdinalIgnoreCase);

    private static bool IsOwnSite(HttpRequest request)
    {
        StringValues site = request.Headers[FetchSite];

        // "none" is an address that a person typed.
        return site.Count == 0 || (site.Count == 1 && site[0] is "same-origin" or "none");
    }

    /// <summary>True for a link that a person followed to one of this cloud's pages; data is behind /api and /ws.</summary>
    private static bool IsLink(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && request.Headers["Sec-Fetch-Mode"] == "navigate"
        && request.Headers["Sec-Fetch-Dest"] == "document"
        && !request.Path.StartsWithSegments("/api")
        && !request.Path.StartsWithSegments("/ws");
}
