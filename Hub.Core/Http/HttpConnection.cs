using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Core.Http;

/// <summary>
/// A HAL stream with a buffer for what came in. The buffer is rented while there is something to read
/// and given back with the end of the answer, so an idle kept connection holds none. Thread: one owner.
/// </summary>
internal sealed class HttpConnection
{
    private static readonly byte[] s_none = new byte[0];

    private readonly IHal _hal;
    private readonly HttpOrigin _origin;
    private readonly TlsOptions? _tls;
    private readonly HttpResponseCodec _codec;
    private IByteStream? _stream;
    private byte[]? _input;
    private int _inputOffset;
    private int _inputCount;

    /// <summary>Makes it closed.</summary>
    internal HttpConnection(IHal hal, HttpOrigin origin, TlsOptions? tls, HttpResponseCodec codec)
    {
        _hal = hal;
        _origin = origin;
        _tls = origin.IsTls && tls == null ? new TlsOptions() : tls;
        _codec = codec;
    }

    internal bool IsOpen => _stream != null;

    /// <summary>What the last handshake showed.</summary>
    internal TlsPeer? Peer { get; private set; }

    /// <summary>The bytes of the body that the last <see cref="Parse"/> found are in here.</summary>
    internal byte[] Input => _input ?? s_none;

    /// <summary>True when the peer sent more than its answer.</summary>
    internal bool HasInput => _inputCount > 0;

    /// <summary>Opens the stream. Errors: those of <see cref="ISocketFactory"/>.</summary>
    internal void Open(int timeoutMs)
    {
        Close();
        _stream = _origin.IsTls
            ? _hal.Sockets.ConnectTls(_origin.Host, _origin.Port, _tls!, timeoutMs)
            : _hal.Sockets.ConnectTcp(_origin.Host, _origin.Port, timeoutMs);
        Peer = _stream.Peer;
    }

    /// <summary>True when nothing came unasked: bytes or an end mean that an idle connection is of no more use.</summary>
    internal bool IsQuiet()
    {
        try
        {
            return _inputCount == 0 && !_stream!.WaitReadable(0);
        }
        catch (HubException)
        {
            return false;
        }
    }

    /// <summary>Offers bytes. Errors: <see cref="ErrorCode.ConnectionLost"/>.</summary>
    /// <returns>Bytes taken, 0 when none in this time.</returns>
    internal int Write(byte[] buffer, int offset, int count, int timeoutMs)
    {
        try
        {
            return _stream!.Write(buffer, offset, count, timeoutMs);
        }
        catch (HubException error) when (error.Code == ErrorCode.ConnectionLost)
        {
            throw new HubException(ErrorCode.ConnectionLost, _origin.HostAndPort + " broke the connection while the request was sent", error);
        }
    }

    /// <summary>Reads more input, once all that came before was taken. Errors: <see cref="ErrorCode.ConnectionLost"/>.</summary>
    /// <returns>Bytes read, 0 at the end, -1 when nothing came in this time.</returns>
    internal int Fill(int timeoutMs)
    {
        try
        {
            if (!_stream!.WaitReadable(timeoutMs))
            {
                return -1;
            }

            RentInput();
            int read = _stream.Read(_input!, 0, _input!.Length, 0);
            _inputOffset = 0;
            _inputCount = Math.Max(read, 0);
            return read;
        }
        catch (HubException error) when (error.Code == ErrorCode.ConnectionLost)
        {
            throw new HubException(ErrorCode.ConnectionLost, _origin.HostAndPort + " broke the connection while its answer was awaited", error);
        }
    }

    /// <summary>Makes sure of the buffer for input. Errors: <see cref="ErrorCode.OutOfMemory"/>.</summary>
    internal void RentInput() => _input ??= _hal.Buffers.Rent();

    /// <summary>Lets the codec take one step on the input.</summary>
    internal HttpCodecEvent Parse(int maxBody)
    {
        HttpCodecEvent found = _codec.Next(Input, _inputOffset, _inputCount, maxBody);
        _inputOffset += _codec.Consumed;
        _inputCount -= _codec.Consumed;
        return found;
    }

    /// <summary>Tells the codec that the peer closed. Errors: <see cref="ErrorCode.ConnectionLost"/> when the answer is not complete by that.</summary>
    internal void TakeEnd()
    {
        if (!_codec.EndInput())
        {
            string when = _codec.HasStarted ? "in the middle of its answer" : "without an answer";
            throw Failed(ErrorCode.ConnectionLost, "closed the connection " + when);
        }
    }

    /// <summary>Gives the input buffer back.</summary>
    internal void ReleaseInput()
    {
        if (_input != null)
        {
            byte[] input = _input;
            _input = null;
            _inputCount = 0;
            _hal.Buffers.Return(input);
        }
    }

    /// <summary>Hands the stream over to another protocol, with what came in behind the answer; it is closed for HTTP then.</summary>
    /// <param name="rest">A buffer of the pool for what came in.</param>
    /// <param name="restCount">How much that was.</param>
    internal IByteStream Detach(byte[] rest, out int restCount)
    {
        restCount = _inputCount;
        Array.Copy(Input, _inputOffset, rest, 0, _inputCount);
        ReleaseInput();
        IByteStream stream = _stream!;
        _stream = null;
        return stream;
    }

    /// <summary>Closes the stream and gives the buffer back.</summary>
    internal void Close()
    {
        ReleaseInput();
        IByteStream? stream = _stream;
        _stream = null;
        stream?.Dispose();
    }

    internal void ThrowIfCancelled(CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested)
        {
            throw new HubException(ErrorCode.Cancelled, "the request to " + _origin.HostAndPort + " was cancelled");
        }
    }

    /// <summary>An error about the peer.</summary>
    internal HubException Failed(ErrorCode code, string what) => new HubException(code, _origin.HostAndPort + " " + what);
}
