using System;
using System.Collections;
using Hub.Core.Hal;
using Hub.Core.Text;

namespace Hub.Core.Http;

/// <summary>A request to send. Built by its owner, used once.</summary>
public sealed class HttpRequest
{
    /// <summary>Names and values alternate; a value is a string or a <see cref="Secret"/>. Null while there are none.</summary>
    private ArrayList? _headers;

    private string? _contentType;

    /// <summary>Makes a request. Errors: <see cref="ArgumentException"/> when a part could break the request line.</summary>
    /// <param name="method">Upper-case method.</param>
    /// <param name="target">Path and query below the origin's base path, percent-encoded, beginning with a slash.</param>
    public HttpRequest(string method, string target)
    {
        if (method.Length == 0 || method.IndexOf(' ') >= 0 || Ascii.HasLineBreakOrNul(method))
        {
            throw new ArgumentException("not a method");
        }

        if (!target.StartsWith("/") || target.IndexOf(' ') >= 0 || Ascii.HasLineBreakOrNul(target))
        {
            throw new ArgumentException("a target begins with a slash and is percent-encoded");
        }

        Method = method;
        Target = target;
        IsRepeatable = method == "GET";
    }

    /// <summary>Upper-case method.</summary>
    public string Method { get; }

    /// <summary>Path and query, percent-encoded.</summary>
    public string Target { get; }

    /// <summary>The body, or null.</summary>
    public IHttpBody? Body { get; set; }

    /// <summary>Content-Type of the body, or null. Errors: <see cref="ArgumentException"/> when it holds CR, LF or NUL.</summary>
    public string? ContentType
    {
        get => _contentType;
        set
        {
            CheckValue(value ?? "");
            _contentType = value;
        }
    }

    /// <summary>
    /// True when the request may be sent twice without harm: it may then go over a kept connection and is
    /// repeated once when that turns out to be stale. False (a print start, G-code): it always goes over a
    /// connection opened for it and is never repeated. True by default for GET, false for all others.
    /// </summary>
    public bool IsRepeatable { get; set; }

    /// <summary>How many headers were added.</summary>
    internal int HeaderCount => _headers == null ? 0 : _headers.Count / 2;

    /// <summary>
    /// Adds a header. Errors: <see cref="ArgumentException"/> when name or value hold CR, LF or NUL, when the
    /// name has a space or colon, or when the client writes that header itself (Host, Content-Length, …).
    /// </summary>
    public void AddHeader(string name, string value)
    {
        CheckName(name);
        CheckValue(value);
        Add(name, value);
    }

    /// <summary>Adds a header whose value is secret. Errors: as for plain values; the text never shows the value.</summary>
    public void AddHeader(string name, Secret value)
    {
        CheckName(name);
        CheckValue(value.Reveal());
        Add(name, value);
    }

    /// <summary>True when the answer may be 101 and the connection then speaks another protocol.</summary>
    internal bool IsUpgrade { get; private set; }

    /// <summary>Asks to switch the connection to another protocol (RFC 9110 section 7.8).</summary>
    internal void AskUpgrade(string protocol)
    {
        IsUpgrade = true;
        Add("Connection", "Upgrade");
        Add("Upgrade", protocol);
    }

    /// <summary>True when a header of this name (here in lower case) was added.</summary>
    internal bool HasHeader(string lowerName)
    {
        for (int i = 0; i < HeaderCount; i++)
        {
            string present = HeaderName(i).ToLower();
            if (present == lowerName)
            {
                return true;
            }
        }

        return false;
    }

    internal string HeaderName(int index) => (string)_headers![index * 2]!;

    /// <summary>The value as it goes to the wire.</summary>
    internal string HeaderValue(int index)
    {
        object value = _headers![(index * 2) + 1]!;
        return value is Secret secret ? secret.Reveal() : (string)value;
    }

    private static void CheckName(string name)
    {
        if (name.Length == 0 || name.IndexOf(':') >= 0 || name.IndexOf(' ') >= 0 || Ascii.HasLineBreakOrNul(name))
        {
            throw new ArgumentException("not a header name");
        }

        if (IsWrittenByClient(name.ToLower()))
        {
            throw new ArgumentException("the client writes the header " + name + " itself");
        }
    }

    /// <summary>Compared one by one: a switch over this many strings hashes them with an indexer that is slow on the board.</summary>
    private static bool IsWrittenByClient(string lowerName) =>
        lowerName == "host"
        || lowerName == "user-agent"
        || lowerName == "connection"
        || lowerName == "content-length"
        || lowerName == "content-type"
        || lowerName == "transfer-encoding"
        || lowerName == "expect";

    private static void CheckValue(string value)
    {
        if (Ascii.HasLineBreakOrNul(value))
        {
            throw new ArgumentException("a header value may not hold a line break or NUL");
        }
    }

    private void Add(string name, object value)
    {
        _headers ??= new ArrayList();
        _headers.Add(name);
        _headers.Add(value);
    }
}
