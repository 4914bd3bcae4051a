using System;
using Hub.Core.Errors;
using Hub.Core.Streams;

namespace Hub.Core.Http;

/// <summary>
/// An answer. Thread: the client's owner; valid until the client's next request or its Close, and then
/// everything but the status throws <see cref="InvalidOperationException"/>.
/// </summary>
public sealed class HttpResponse
{
    private HttpClient? _client;

    internal HttpResponse(HttpClient client, int status, long contentLength, bool isRequestWhole)
    {
        IsRequestWhole = isRequestWhole;
        _client = client;
        Status = status;
        ContentLength = contentLength;
    }

    /// <summary>Status code, 200 to 999 (1xx are skipped).</summary>
    public int Status { get; }

    /// <summary>
    /// Length the server announced, or -1 (chunked, or up to the end of the connection); 0 when an answer of this
    /// status or method has no body, whatever its headers say.
    /// </summary>
    public long ContentLength { get; }

    /// <summary>False when the answer came before the whole request was sent: it is no success then, whatever its status.</summary>
    public bool IsRequestWhole { get; }

    private HttpClient Client =>
        _client ?? throw new InvalidOperationException("the answer is gone: the client was used again, closed or failed");

    /// <summary>First value of a header, name in any case; null when absent. Allocates a string at every call.</summary>
    public string? Header(string name) => Client.ResponseHeader(name);

    /// <summary>All values of a header, name in any case, in their order; empty when absent. Allocates strings at every call.</summary>
    public string[] Headers(string name) => Client.ResponseHeaders(name);

    /// <summary>
    /// Reads the next bytes of the body; 0 at its end. Obeys the token given to <see cref="HttpClient.Send"/>.
    /// Errors: <see cref="ErrorCode.Timeout"/>, <see cref="ErrorCode.ConnectionLost"/> (the answer is cut off),
    /// <see cref="ErrorCode.BadResponse"/>, <see cref="ErrorCode.Cancelled"/>.
    /// </summary>
    public int Read(byte[] buffer, int offset, int count) => Client.ReadBody(buffer, offset, count);

    /// <summary>
    /// The same for one who has more to do than wait: it obeys no limit but this one, and the caller judges a silence. Errors: those of
    /// <see cref="Read"/>, but for <see cref="ErrorCode.Timeout"/>.
    /// </summary>
    /// <returns>Bytes read, 0 at the end, <see cref="SourceRead.NothingYet"/> when none came within <paramref name="timeoutMs"/>.</returns>
    internal int TryRead(byte[] buffer, int offset, int count, int timeoutMs) => Client.TryReadBody(buffer, offset, count, timeoutMs);

    /// <summary>Reads the whole rest of the body. Errors: <see cref="ErrorCode.BadResponse"/> when it does not fit, and those of <see cref="Read"/>.</summary>
    /// <returns>Bytes read.</returns>
    public int ReadAll(byte[] buffer) => Client.ReadWholeBody(buffer);

    /// <summary>
    /// Reads and discards the body, so that the connection can be reused; closes it instead when much is left or
    /// something fails. Throws nothing: the caller has no use for the body.
    /// </summary>
    public void Drain() => Client.DrainBody();

    internal void Invalidate() => _client = null;
}
