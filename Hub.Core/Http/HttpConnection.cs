using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Streams;

namespace Hub.Core.Http;

/// <summary>
/// Dials a server and feeds its answer to the codec. The channel's window is rented while there is something to read
/// and returned at the end of the answer, so an idle kept connection holds none. Thread: one owner.
/// </summary>
internal sealed class HttpConnection
{
    private readonly IHal _hal;
    private readonly HttpOrigin _origin;
    private readonly TlsOptions? _tls;
    private readonly HttpResponseCodec _codec;

    /// <summary>Makes it closed.</summary>
    internal HttpConnection(IHal hal, HttpOrigin origin, TlsOptions? tls, HttpResponseCodec codec)
    {
        _hal = hal;
        _origin = origin;
        _tls = origin.IsTls && tls == null ? new TlsOptions() : tls;
        _codec = codec;
        Channel = new ByteChannel(hal, origin.HostAndPort, "the request to " + origin.HostAndPort)
        {
            ReadLoss = "broke the connection while its answer was awaited",
            WriteLoss = "broke the connection while the request was sent",
            StaysOpen = true,
        };
    }

    /// <summary>The connection itself; the bytes of the body that the last <see cref="Parse"/> found are in its window.</summary>
    internal ByteChannel Channel { get; }

    /// <summary>Opens the connection. Errors: those of <see cref="ISocketFactory"/>.</summary>
    internal void Open(int timeoutMs)
    {
        Channel.Close();
        Channel.Open(_origin.IsTls
            ? _hal.Sockets.ConnectTls(_origin.Host, _origin.Port, _tls!, timeoutMs)
            : _hal.Sockets.ConnectTcp(_origin.Host, _origin.Port, timeoutMs));
    }

    /// <summary>Lets the codec process the next piece of the input.</summary>
    internal HttpCodecEvent Parse(int maxBody)
    {
        HttpCodecEvent found = _codec.Next(Channel.Input, Channel.InputOffset, Channel.InputCount, maxBody);
        Channel.Take(_codec.Consumed);
        return found;
    }

    /// <summary>Tells the codec that the peer closed. Errors: <see cref="ErrorCode.ConnectionLost"/> when the answer is incomplete.</summary>
    internal void TakeEnd()
    {
        if (!_codec.EndInput())
        {
            string when = _codec.HasStarted ? "in the middle of its answer" : "without an answer";
            throw Channel.Failed(ErrorCode.ConnectionLost, "closed the connection " + when);
        }
    }
}
