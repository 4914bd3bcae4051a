using System;
using Microsoft.AspNetCore.Http;

namespace Hub.Simulator.Cloud.Access;

/// <summary>
/// Refuses the bodies that a form of any web page can send without the browser asking first: form fields, multipart and plain text (W3C Fetch, "CORS-safelisted
/// request-header"). Commands are JSON, files are sent as they are. Pure.
/// </summary>
internal static class BodyRule
{
    private static readonly string[] s_formTypes = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];

    /// <summary>True when the request has no body that a form could have sent.</summary>
    public static bool Allows(HttpRequest request)
    {
        string? type = request.ContentType;
        if (type == null)
        {
            return true;
        }

        int end = type.IndexOf(';');
        string name = (end < 0 ? type : type[..end]).Trim();
        return !Array.Exists(s_formTypes, form => string.Equals(form, name, StringComparison.OrdinalIgnoreCase));
    }
}
