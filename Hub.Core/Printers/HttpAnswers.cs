using System.Text;
using Hub.Core.Errors;
using Hub.Core.Http;
using Hub.Core.Text;

namespace Hub.Core.Printers;

/// <summary>
/// What the HTTP answers of all printer systems have in common, and the messages for those that do not come from the
/// printer's server but from a proxy, a login page or another program. The hub's links and "printers test" share them. Thread: any.
/// </summary>
public static class HttpAnswers
{
    private const int MaxTitle = 60;
    private const int MaxSearched = 600;
    private const byte GzipFirst = 0x1F;
    private const byte GzipSecond = 0x8B;

    private static readonly byte[] s_title = Encoding.UTF8.GetBytes("<title");

    /// <summary>The wait that the server asks for, in ms, or 0.</summary>
    public static int RetryAfterMs(HttpResponse response)
    {
        string? value = response.Header("Retry-After");
        return value != null && int.TryParse(value, out int seconds) && seconds > 0 && seconds < 3600 ? seconds * 1000 : 0;
    }

    /// <summary>The error for a redirect, which the hub does not follow.</summary>
    /// <param name="status">301, 302 …</param>
    /// <param name="location">The Location header, or null.</param>
    /// <param name="origin">Who redirects.</param>
    /// <param name="target">What was asked for.</param>
    /// <param name="system">The printer system that is expected there.</param>
    public static HubException Redirected(int status, string? location, HttpOrigin origin, string target, string system)
    {
        string what = origin.ToString() + " redirects (" + status.ToString() + ")";
        if (location == null || location.Length == 0)
        {
            return new HubException(ErrorCode.Redirected, what + " without saying where to: set the printer's url to " + system + "'s own address");
        }

        string lower = location.ToLower();
        if (Has(lower, "login") || Has(lower, "/auth") || Has(lower, "signin") || Has(lower, "sign_in"))
        {
            return new HubException(
                ErrorCode.Redirected, what + " to the login page " + location + ": set the printer's url to " + system + "'s own address, past that login");
        }

        string? url = WithoutTarget(location, target);
        return new HubException(
            ErrorCode.Redirected,
            url != null
                ? what + " to " + location + ": set the printer's url to " + url
                : what + " to " + location + ": set the printer's url to " + system + "'s own address");
    }

    /// <summary>The error for a 5xx: it does not show whether the server or a proxy is at fault.</summary>
    /// <param name="status">500 …</param>
    /// <param name="sentence">The server's words, or null.</param>
    /// <param name="origin">Who answered.</param>
    /// <param name="system">The printer system it stands in front of.</param>
    public static HubException ServerFault(int status, string? sentence, HttpOrigin origin, string system)
    {
        string number = status.ToString();
        string who = system + " at " + origin.ToString();
        string words = sentence == null ? "" : ": " + sentence;
        switch (status)
        {
            case 502:
            case 504:
                return new HubException(ErrorCode.ServerError, "the proxy at " + origin.ToString() + " gets no answer from " + system + " (" + number + "): it is down or starts" + words);
            case 503:
                return new HubException(ErrorCode.ServerError, who + " is not ready (503): it is starting, stopping or overloaded" + words);
            default:
                return new HubException(ErrorCode.ServerError, who + ", or the proxy in front of it, reports a fault of its own (" + number + ")" + words);
        }
    }

    /// <summary>The error for a server that answers an address which every server of that system has with "not there".</summary>
    public static HubException NoSuchApi(int status, HttpOrigin origin, string system) => new HubException(
        ErrorCode.BadResponse,
        "the server at " + origin.ToString() + " has no API of " + system + " (" + status.ToString() + "): it starts, or is another server; check url and port");

    /// <summary>
    /// The error for a 401 that the printer's own server does not send: the login of a proxy in front of it. Null when the answer
    /// has no challenge, without which it cannot be a login by HTTP.
    /// </summary>
    /// <param name="response">The answer; its head is enough.</param>
    /// <param name="origin">Who answered.</param>
    /// <param name="system">The printer system that is expected there.</param>
    public static HubException? ForeignLogin(HttpResponse response, HttpOrigin origin, string system)
    {
        string? challenge = response.Header("WWW-Authenticate");
        if (challenge == null)
        {
            return null;
        }

        string scheme = challenge.Trim();
        int end = scheme.IndexOf(' ');
        scheme = end > 0 ? scheme.Substring(0, end) : scheme;
        return new HubException(
            ErrorCode.AuthRejected,
            "a proxy in front of " + system + " at " + origin.ToString() + " wants a login by HTTP " + scheme + " (401), which the hub does not have for "
            + system + ": use " + system + "'s own address")
        {
            Remedy = Remedy.InMessage,
        };
    }

    /// <summary>Errors: <see cref="ErrorCode.BadJson"/> for HTML, <see cref="ErrorCode.BadResponse"/> for a compressed body where JSON should be.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="body">Its body.</param>
    /// <param name="length">The body's length.</param>
    /// <param name="origin">Who answered.</param>
    /// <param name="system">The printer system that is expected there.</param>
    public static void ThrowIfNotJson(HttpResponse response, byte[] body, int length, HttpOrigin origin, string system)
    {
        int first = 0;
        while (first < length && (body[first] <= ' ' || body[first] >= 0x80) && !IsGzip(body, first, length))
        {
            first++;
        }

        if (IsPage(body, length))
        {
            throw WebPage(body, length, origin, system);
        }

        bool mayBeCoded = length > 0 && body[0] != '{' && body[0] != '[';
        string? coding = mayBeCoded ? response.Header("Content-Encoding") : null;
        string? lower = coding?.ToLower();
        if (IsGzip(body, first, length) || (lower != null && lower != "identity"))
        {
            throw new HubException(
                ErrorCode.BadResponse,
                "the server at " + origin.ToString() + " sends compressed answers (Content-Encoding " + (coding ?? "gzip")
                + ") although the hub asks for none: switch compression off in the proxy, or use " + system + "'s own address");
        }
    }

    /// <summary>True for HTML or XML.</summary>
    public static bool IsPage(byte[] body, int length)
    {
        int first = 0;
        while (first < length && (body[first] <= ' ' || body[first] >= 0x80))
        {
            first++;
        }

        return first < length && body[first] == '<';
    }

    /// <summary>The error for a page where JSON should be, with the page's title.</summary>
    public static HubException WebPage(byte[] body, int length, HttpOrigin origin, string system)
    {
        string? title = Title(body, length);
        string page = title == null ? "a web page (HTML)" : "the web page '" + title + "'";
        string lower = title == null ? "" : title.ToLower();
        string advice = Has(lower, "login") || Has(lower, "log in") || Has(lower, "sign in")
            ? ": a login stands in front of " + system + "; use its own address"
            : Has(lower, "starting") || Has(lower, "updat")
                ? ": it is not ready yet"
                : ": is that the address of " + system + ", and not of another program or a proxy?";
        return new HubException(ErrorCode.BadJson, origin.ToString() + " answers with " + page + " instead of JSON" + advice);
    }

    /// <summary>
    /// The error for a 400 of a server that was asked in plain HTTP where it speaks TLS (nginx ngx_http_special_response.c, Go
    /// net/http server.go, Apache), or null.
    /// </summary>
    /// <param name="body">The answer's body.</param>
    /// <param name="length">The body's length.</param>
    /// <param name="origin">Who answered.</param>
    public static HubException? WantsTls(byte[] body, int length, HttpOrigin origin)
    {
        string words = Ascii.Printable(body, 0, length, MaxSearched);
        return Has(words, "HTTPS port") || Has(words, "HTTPS server") || Has(words, "SSL-enabled")
            ? new HubException(ErrorCode.BadResponse, "the server at " + origin.ToString() + " speaks HTTPS (400): set the printer's url to https:// and the same address")
            : null;
    }

    /// <summary>
    /// The error for a 401 or 403 that comes as a page: old servers refuse a key that way (OctoPrint 1.3 to 1.5, OctoPrint
    /// issue 1736), and so do routers and captive portals, which go away. It ends no link.
    /// </summary>
    /// <param name="status">401 or 403.</param>
    /// <param name="body">The page.</param>
    /// <param name="length">The page's length.</param>
    /// <param name="origin">Who answered.</param>
    /// <param name="system">The printer system that is expected there.</param>
    public static HubException RefusedWithPage(int status, byte[] body, int length, HttpOrigin origin, string system)
    {
        string? title = Title(body, length);
        return new HubException(
            ErrorCode.BadJson,
            origin.ToString() + " refuses with " + (title == null ? "a web page" : "the web page '" + title + "'") + " (" + status.ToString()
            + "): the API key or password is wrong, or another server stands in front of " + system + "; check the key, then the url");
    }

    private static bool IsGzip(byte[] body, int offset, int length) =>
        offset == 0 && length > 1 && body[0] == GzipFirst && body[1] == GzipSecond;

    /// <summary>The url that a redirect leads to, when it only moves the whole server; else null.</summary>
    private static string? WithoutTarget(string location, string target)
    {
        int query = target.IndexOf('?');
        string path = query < 0 ? target : target.Substring(0, query);
        int at = location.IndexOf(path);
        bool isAbsolute = location.StartsWith("http://") || location.StartsWith("https://");
        return isAbsolute && at > 8 ? location.Substring(0, at) : null;
    }

    private static string? Title(byte[] body, int length)
    {
        int at = Find(body, length);
        while (at < length && body[at] != '>')
        {
            at++;
        }

        int start = at + 1;
        int end = start;
        while (end < length && body[end] != '<' && end - start <= MaxTitle)
        {
            end++;
        }

        if (start >= length || end == start)
        {
            return null;
        }

        string title = Ascii.Printable(body, start, end - start, MaxTitle).Trim();
        return title.Length == 0 ? null : title;
    }

    private static int Find(byte[] body, int length)
    {
        for (int i = 0; i + s_title.Length <= length; i++)
        {
            int same = 0;
            while (same < s_title.Length && (body[i + same] | 0x20) == s_title[same])
            {
                same++;
            }

            // Setting the bit leaves '<' as it is and makes letters lower case.
            if (same == s_title.Length)
            {
                return i;
            }
        }

        return length;
    }

    private static bool Has(string words, string part) => words.IndexOf(part) >= 0;
}
