using System;
using Hub.Core.Errors;
using Hub.Core.Text;

namespace Hub.Core.Http;

/// <summary>Where a server is: scheme, host, port and the path in front of every request. Immutable.</summary>
public sealed class HttpOrigin
{
    private const int MaxUrlLength = 2048;
    private const int MaxHostLength = 253;

    private HttpOrigin(bool isTls, string host, int port, string basePath)
    {
        IsTls = isTls;
        Host = host;
        Port = port;
        BasePath = basePath;
        string literal = host.IndexOf(':') >= 0 ? "[" + host + "]" : host;
        HostAndPort = literal + ":" + port.ToString();
        HostHeader = port == DefaultPort(isTls) ? literal : HostAndPort;
    }

    /// <summary>True for https.</summary>
    public bool IsTls { get; }

    /// <summary>Name or address in lower case; IPv6 without brackets.</summary>
    public string Host { get; }

    /// <summary>1 to 65535.</summary>
    public int Port { get; }

    /// <summary>Empty, or begins with a slash and does not end in one.</summary>
    public string BasePath { get; }

    /// <summary>Value of the Host header: brackets for IPv6, no port when it is the scheme's own.</summary>
    public string HostHeader { get; }

    /// <summary>Host and port for messages, always with the port: <c>printer.local:80</c>, <c>[::1]:5000</c>.</summary>
    public string HostAndPort { get; }

    /// <summary>
    /// Reads an http or https URL. Errors: <see cref="ErrorCode.ConfigInvalid"/> saying what is wrong:
    /// other schemes, credentials, query or fragment, dot segments, no host, bad port, bad brackets, control characters or spaces.
    /// The message never repeats the URL, which may hold a password.
    /// </summary>
    public static HttpOrigin Parse(string url)
    {
        if (string.IsNullOrEmpty(url) || url.Length > MaxUrlLength)
        {
            throw Wrong("it must have 1 to 2048 characters");
        }

        CheckCharacters(url.ToCharArray());
        bool isTls = ReadScheme(url);
        int authorityStart = url.IndexOf("://") + 3;
        int pathStart = url.IndexOf('/', authorityStart);
        string authority = pathStart < 0 ? url.Substring(authorityStart) : url.Substring(authorityStart, pathStart - authorityStart);
        string path = pathStart < 0 ? "" : url.Substring(pathStart);
        CheckPath(path.ToLower() + "/");
        int portColon = PortColon(authority);
        string host = portColon < 0 ? authority : authority.Substring(0, portColon);
        int port = portColon < 0 ? DefaultPort(isTls) : ReadPort(authority.Substring(portColon + 1));
        return new HttpOrigin(isTls, ReadHost(host), port, path.TrimEnd('/'));
    }

    /// <summary>The URL in its shortest form, such as <c>http://[::1]:5000/octo</c>.</summary>
    public override string ToString() => (IsTls ? "https://" : "http://") + HostHeader + BasePath;

    private static int DefaultPort(bool isTls) => isTls ? 443 : 80;

    private static void CheckCharacters(char[] url)
    {
        for (int i = 0; i < url.Length; i++)
        {
            switch (url[i])
            {
                case '@':
                    throw Wrong("it may not hold a user or password; set them separately");
                case '?':
                    throw Wrong("it may not have a query (?)");
                case '#':
                    throw Wrong("it may not have a fragment (#)");
                case '\\':
                    throw Wrong("it may not hold a backslash");
                default:
                    if (url[i] <= ' ' || url[i] >= 127)
                    {
                        throw Wrong("it may not hold spaces, control characters or characters outside ASCII");
                    }

                    break;
            }
        }
    }

    /// <summary>Servers and proxies resolve dot segments before they check whether a path is allowed, and not all in the same way (RFC 3986 section 5.2.4).</summary>
    private static void CheckPath(string path)
    {
        if (path.IndexOf("/./") >= 0 || path.IndexOf("/../") >= 0 || path.IndexOf("%2e") >= 0)
        {
            throw Wrong("its path may not hold the segments . and ..");
        }
    }

    private static bool ReadScheme(string url)
    {
        string start = url.Substring(0, url.Length < 8 ? url.Length : 8).ToLower();
        if (start.StartsWith("https://"))
        {
            return true;
        }

        if (start.StartsWith("http://"))
        {
            return false;
        }

        throw Wrong("it must begin with http:// or https://");
    }

    /// <summary>Where the colon in front of the port is, or -1.</summary>
    private static int PortColon(string authority)
    {
        if (!authority.StartsWith("["))
        {
            return authority.IndexOf(':');
        }

        int close = authority.IndexOf(']');
        if (close < 0)
        {
            throw Wrong("the bracket of its IPv6 address is not closed");
        }

        if (close == authority.Length - 1)
        {
            return -1;
        }

        if (authority.IndexOf(':', close) != close + 1)
        {
            throw Wrong("only a colon and a port may follow the brackets");
        }

        return close + 1;
    }

    private static int ReadPort(string text)
    {
        if (text.IndexOf(':') >= 0)
        {
            throw Wrong("its port is not a number (an IPv6 address needs brackets)");
        }

        char[] digits = text.ToCharArray();
        int port = 0;
        for (int i = 0; i < digits.Length && port <= 65535; i++)
        {
            port = Ascii.IsDigit(digits[i]) ? (port * 10) + digits[i] - '0' : int.MaxValue;
        }

        if (port < 1 || port > 65535)
        {
            throw Wrong("its port must be a number from 1 to 65535");
        }

        return port;
    }

    private static string ReadHost(string host)
    {
        if (host.StartsWith("["))
        {
            return ReadIPv6(host.Substring(1, host.Length - 2));
        }

        if (host.Length == 0)
        {
            throw Wrong("its host is missing");
        }

        if (host.Length > MaxHostLength || host.StartsWith(".") || host.IndexOf("..") >= 0)
        {
            throw Wrong("its host is not a name or address");
        }

        char[] characters = host.ToCharArray();
        for (int i = 0; i < characters.Length; i++)
        {
            char c = characters[i];
            if (!Ascii.IsLetterOrDigit(c) && c != '-' && c != '.' && c != '_')
            {
                throw Wrong("its host holds a character that no name or address has");
            }
        }

        return host.ToLower();
    }

    private static string ReadIPv6(string address)
    {
        if (address.IndexOf('%') >= 0)
        {
            throw Wrong("its IPv6 address may not have a zone (%)");
        }

        char[] characters = address.ToCharArray();
        int colons = 0;
        for (int i = 0; i < characters.Length; i++)
        {
            char c = characters[i];
            colons += c == ':' ? 1 : 0;
            if (Ascii.HexValue(c) < 0 && c != ':' && c != '.')
            {
                throw Wrong("there is no IPv6 address in its brackets");
            }
        }

        // Eight groups, or fewer around one "::"; an IPv4 address at the end stands for two.
        int gap = address.IndexOf("::");
        bool isWhole = gap < 0
            ? colons == (address.IndexOf('.') < 0 ? 7 : 6)
            : colons <= 8 && address.IndexOf("::", gap + 1) < 0;
        if (!isWhole)
        {
            throw Wrong("there is no IPv6 address in its brackets");
        }

        return address.ToLower();
    }

    private static HubException Wrong(string reason) =>
        new HubException(ErrorCode.ConfigInvalid, "url is wrong: " + reason);
}
