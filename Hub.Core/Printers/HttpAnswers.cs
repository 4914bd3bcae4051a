using Hub.Core.Http;

namespace Hub.Core.Printers;

/// <summary>What HTTP answers of every printer system have in common. Thread: any.</summary>
internal static class HttpAnswers
{
    /// <summary>The wait that the server asks for, in ms, or 0.</summary>
    public static int RetryAfterMs(HttpResponse response)
    {
        string? value = response.Header("Retry-After");
        return value != null && int.TryParse(value, out int seconds) && seconds > 0 && seconds < 3600 ? seconds * 1000 : 0;
    }

    /// <summary>The error for a redirect, which the hub does not follow.</summary>
    public static HubException Redirected(int status, string? location, string system) => new HubException(
        ErrorCode.Redirected,
        "the server redirects (" + status.ToString() + ") to " + (location ?? "nowhere") + ": set the printer's url to " + system + "'s own address");

    /// <summary>Errors: <see cref="ErrorCode.BadJson"/> for HTML where JSON should be.</summary>
    public static void ThrowIfWebPage(byte[] body, int length, HttpOrigin origin, string system)
    {
        int first = 0;
        while (first < length && (body[first] <= ' ' || body[first] >= 0x80))
        {
            first++;
        }

        if (first < length && body[first] == '<')
        {
            throw new HubException(
                ErrorCode.BadJson,
                "a web page (HTML) came instead of JSON: is " + origin.ToString() + " the address of " + system + "?");
        }
    }
}
