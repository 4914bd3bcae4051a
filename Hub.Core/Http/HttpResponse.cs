using System;

namespace Hub.Core.Http;

/// <summary>An answer. Thread: the client's owner; valid until the client's next request.</summary>
public sealed class HttpResponse
{
    internal HttpResponse()
    {
    }

    /// <summary>Status code, 200 to 999 (1xx are read over).</summary>
    public int Status => throw new NotImplementedException();

    /// <summary>First value of a header, name in any case; null when absent.</summary>
    public string? Header(string name) => throw new NotImplementedException();

    /// <summary>Length the server announced, or -1 (chunked, or up to the end of the connection).</summary>
    public long ContentLength => throw new NotImplementedException();

    /// <summary>Reads on in the body; 0 at its end.</summary>
    public int Read(byte[] buffer, int offset, int count) => throw new NotImplementedException();

    /// <summary>Reads the whole rest of the body. Errors: <see cref="ErrorCode.BadResponse"/> when it does not fit.</summary>
    /// <returns>Bytes read.</returns>
    public int ReadAll(byte[] buffer) => throw new NotImplementedException();

    /// <summary>Reads the body away, so that the connection can be used again; closes it instead when much is left.</summary>
    public void Drain() => throw new NotImplementedException();
}
