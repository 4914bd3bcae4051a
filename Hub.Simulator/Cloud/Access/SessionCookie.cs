using System;
using Microsoft.AspNetCore.Http;

namespace Hub.Simulator.Cloud.Access;

/// <summary>
/// The cookie with a session's id: no script reads it, no other site's page causes it to be sent. Under TLS it is never sent without, and no other name or path can
/// set it (the prefix __Host-, RFC 6265bis).
/// </summary>
internal static class SessionCookie
{
    public static string? Read(HttpRequest request) => request.Cookies[Name(request)];

    public static void Write(HttpContext context, string id) => context.Response.Cookies.Append(Name(context.Request), id, Options(context.Request, Sessions.Lifetime));

    public static void Delete(HttpContext context) => context.Response.Cookies.Delete(Name(context.Request), Options(context.Request, null));

    private static string Name(HttpRequest request) => request.IsHttps ? "__Host-hub-session" : "hub-session";

    private static CookieOptions Options(HttpRequest request, TimeSpan? age) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = request.IsHttps,
        Path = "/",
        MaxAge = age,
        IsEssential = true,
    };
}
