using System.Threading;
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

    /// <summary>Why it must not lead to a private address; null when it may. The address that is really reached counts, before anything is sent to it.</summary>
    internal string? PrivateRefusal { get; set; }

    /// <summary>
    /// Opens the connection. Errors: those of <see cref="ISocketFactory"/>; <see cref="ErrorCode.TlsUntrusted"/> where nothing could check the
    /// server; <see cref="ErrorCode.Refused"/> for a private address that it must not lead to.
    /// </summary>
    internal void Open(int timeoutMs)
    {
        Channel.Close();
        HubException? refusal = _origin.IsTls ? TlsChecks.Refusal(_hal.Sockets, _tls!, _origin.HostAndPort) : null;
        if (refusal != null)
        {
            throw refusal;
        }

        Channel.Open(PrivateRefusal == null ? Dial(timeoutMs) : DialPublic(PrivateRefusal, timeoutMs));
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

    private IByteStream Dial(int timeoutMs) => _origin.IsTls
        ? _hal.Sockets.ConnectTls(_origin.Host, _origin.Port, _tls!, timeoutMs)
        : _hal.Sockets.ConnectTcp(_origin.Host, _origin.Port, timeoutMs);

    private IByteStream DialPublic(string refusal, int timeoutMs)
    {
        long untilMs = _hal.Clock.NowMs + timeoutMs;
        IByteStream stream = _hal.Sockets.ConnectTcp(_origin.Host, _origin.Port, timeoutMs);
        byte[]? address = (stream as IRemoteAddress)?.RemoteAddress();
        if (address == null || PrivateAddress.Is(address))
        {
            stream.Dispose();
            throw new HubException(
                ErrorCode.Refused, _origin.HostAndPort + (address == null ? " has an address that this machine cannot show" : " has the private address " + PrivateAddress.Text(address)) + ": " + refusal);
        }

        long leftMs = untilMs - _hal.Clock.NowMs;
        return _origin.IsTls ? _hal.Sockets.StartTls(stream, _origin.Host, _tls!, leftMs > 0 ? (int)leftMs : 1, CancellationToken.None) : stream;
    }
}
