using System;

namespace Hub.Core.Http;

/// <summary>A request to send. Built by its owner, used once.</summary>
public sealed class HttpRequest
{
    /// <summary>Makes a request.</summary>
    /// <param name="method">Upper-case method.</param>
    /// <param name="target">Path and query below the origin's base path, percent-encoded, beginning with a slash.</param>
    public HttpRequest(string method, string target)
    {
        Method = method;
        Target = target;
    }

    /// <summary>Upper-case method.</summary>
    public string Method { get; }

    /// <summary>Path and query, percent-encoded.</summary>
    public string Target { get; }

    /// <summary>The body, or null.</summary>
    public IHttpBody? Body { get; set; }

    /// <summary>Content-Type of the body, or null.</summary>
    public string? ContentType { get; set; }

    /// <summary>
    /// True when the request may be sent twice without harm: it may then go over a kept connection and is
    /// repeated once when that turns out to be stale. False (a print start, G-code): it always goes over a
    /// connection opened for it and is never repeated. GET is true by default, all else false.
    /// </summary>
    public bool IsRepeatable { get; set; }

    /// <summary>Adds a header. Errors: <see cref="ArgumentException"/> when name or value hold CR, LF or NUL.</summary>
    public void AddHeader(string name, string value) => throw new NotImplementedException();

    /// <summary>Adds a header whose value is secret.</summary>
    public void AddHeader(string name, Secret value) => throw new NotImplementedException();
}

/// <summary>A request's body, pulled in pieces. Thread: the one that sends.</summary>
public interface IHttpBody
{
    /// <summary>Exact length in bytes; sent as Content-Length.</summary>
    long Length { get; }

    /// <summary>Reads on; 0 at the end. More or fewer bytes than <see cref="Length"/> fail the request.</summary>
    int Read(byte[] buffer, int offset, int count);

    /// <summary>Goes back to the start; false when it cannot, and the request is then not repeated.</summary>
    bool TryRewind();
}
