using Hub.Core.Errors;

namespace Hub.Core.Http;

/// <summary>A URL with everything after the host, as links to files have it. Immutable. Its path and query may hold a token: no message repeats them.</summary>
internal sealed class DownloadUrl
{
    private const int MaxLength = 4096;

    private DownloadUrl(HttpOrigin origin, string target)
    {
        Origin = origin;
        Target = target;
    }

    /// <summary>The server; its base path is empty.</summary>
    public HttpOrigin Origin { get; }

    /// <summary>Path and query as they were written. Never log it.</summary>
    public string Target { get; }

    /// <summary>Reads an http or https URL. Errors: <see cref="ErrorCode.BadResponse"/>, without the URL.</summary>
    public static DownloadUrl Parse(string url)
    {
        CheckText(url);
        int authority = url.IndexOf("://") + 3;
        int path = authority < 3 ? url.Length : PathStart(url, authority);
        return new DownloadUrl(OriginOf(url.Substring(0, path)), TargetOf(url.Substring(path)));
    }

    /// <summary>The URL that a redirect from this one leads to (RFC 9110 section 10.2.2). Errors: <see cref="ErrorCode.Redirected"/>.</summary>
    public DownloadUrl Follow(string? location)
    {
        if (string.IsNullOrEmpty(location))
        {
            throw new HubException(ErrorCode.Redirected, Origin.HostAndPort + " redirects to nowhere");
        }

        DownloadUrl next = Resolve(location!);
        if (Origin.IsTls && !next.Origin.IsTls)
        {
            throw new HubException(ErrorCode.Redirected, Origin.HostAndPort + " redirects the download from https to http, which the hub does not follow");
        }

        return next;
    }

    private static HttpOrigin OriginOf(string start)
    {
        HubException failure;
        try
        {
            return HttpOrigin.Parse(start);
        }
        catch (HubException e)
        {
            failure = e;
        }

        throw new HubException(ErrorCode.BadResponse, "the file's " + failure.Message);
    }

    /// <summary>What is sent: a fragment is the reader's own (RFC 9110 section 7.1).</summary>
    private static string TargetOf(string rest)
    {
        int fragment = rest.IndexOf('#');
        string target = fragment < 0 ? rest : rest.Substring(0, fragment);
        return target.StartsWith("/") ? target : "/" + target;
    }

    private static int PathStart(string url, int authority)
    {
        char[] characters = url.ToCharArray();
        int i = authority;
        while (i < characters.Length && characters[i] != '/' && characters[i] != '?' && characters[i] != '#')
        {
            i++;
        }

        return i;
    }

    private static void CheckText(string url)
    {
        char[] characters = url.ToCharArray();
        bool isGood = characters.Length > 0 && characters.Length <= MaxLength;
        for (int i = 0; isGood && i < characters.Length; i++)
        {
            isGood = characters[i] > ' ' && characters[i] < 127;
        }

        if (!isGood)
        {
            throw new HubException(ErrorCode.BadResponse, "the file's url must have 1 to " + MaxLength.ToString() + " ASCII characters without spaces");
        }
    }

    private DownloadUrl Resolve(string location)
    {
        CheckText(location);
        string lower = location.ToLower();
        string scheme = Origin.IsTls ? "https:" : "http:";
        if (lower.StartsWith("http://") || lower.StartsWith("https://"))
        {
            return Parse(location);
        }

        if (lower.StartsWith("//"))
        {
            return Parse(scheme + location);
        }

        int colon = location.IndexOf(':');
        int slash = location.IndexOf('/');
        if (colon >= 0 && (slash < 0 || colon < slash) && !location.StartsWith("?"))
        {
            throw new HubException(ErrorCode.Redirected, Origin.HostAndPort + " redirects to something that is neither http nor https");
        }

        int query = Target.IndexOf('?');
        string path = query < 0 ? Target : Target.Substring(0, query);
        if (location.StartsWith("/"))
        {
            return new DownloadUrl(Origin, TargetOf(location));
        }

        return new DownloadUrl(Origin, TargetOf((location.StartsWith("?") ? path : path.Substring(0, path.LastIndexOf('/') + 1)) + location));
    }
}
