using System;
using System.Threading;
using Hub.Core.Hal;

namespace Hub.Core.Http;

/// <summary>
/// HTTP/1.1 to one server over at most one connection, kept open between requests. No redirects, no
/// cookies, no Expect, no decompression. Thread: one owner.
/// </summary>
public sealed class HttpClient : IDisposable
{
    /// <summary>Makes a client; nothing is opened before the first request.</summary>
    public HttpClient(IHal hal, HttpOrigin origin, TlsOptions? tls) => throw new NotImplementedException();

    /// <summary>Where it sends to.</summary>
    public HttpOrigin Origin => throw new NotImplementedException();

    /// <summary>For resolution, connect and handshake, in ms (default 5000).</summary>
    public int ConnectTimeoutMs { get; set; } = 5000;

    /// <summary>Longest silence while an answer is awaited or read, in ms (default 10000).</summary>
    public int ReadTimeoutMs { get; set; } = 10000;

    /// <summary>Longest time in which the peer takes no byte of a request, in ms (default 15000).</summary>
    public int WriteTimeoutMs { get; set; } = 15000;

    /// <summary>Longest time for a whole answer, however slowly it drips, in ms (default 30000); 0 for none.</summary>
    public int TotalTimeoutMs { get; set; } = 30000;

    /// <summary>What the TLS handshake of the present or last connection showed; null on plain TCP.</summary>
    public TlsPeer? Peer => throw new NotImplementedException();

    /// <summary>
    /// Sends a request and reads the head of the answer. An answer that comes while the body is still
    /// being sent ends the sending. The response is valid until the next call on this client.
    /// Errors: those of <see cref="ISocketFactory"/>, <see cref="ErrorCode.Timeout"/>,
    /// <see cref="ErrorCode.ConnectionLost"/>, <see cref="ErrorCode.BadResponse"/>,
    /// <see cref="ErrorCode.SourceChanged"/>, <see cref="ErrorCode.Cancelled"/>. Every error closes the connection.
    /// </summary>
    public HttpResponse Send(HttpRequest request, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Closes the connection; the next request opens another.</summary>
    public void Close() => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => Close();
}
