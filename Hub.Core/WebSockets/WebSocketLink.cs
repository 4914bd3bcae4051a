using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Core.WebSockets;

/// <summary>
/// A HAL stream that carries frames. Buffers are rented only while there is something to read or write, so
/// an idle connection holds none. Thread: one owner.
/// </summary>
internal sealed class WebSocketLink
{
    /// <summary>Longest single wait, so that a cancellation is seen soon.</summary>
    internal const int WaitSliceMs = 100;

    private static readonly byte[] s_none = new byte[0];

    private readonly IHal _hal;
    private readonly string _peer;
    private readonly byte[] _mask = new byte[WebSocketFrame.MaskBytes];
    private IByteStream? _stream;
    private byte[]? _input;
    private int _inputOffset;
    private int _inputCount;

    /// <summary>Makes it closed.</summary>
    internal WebSocketLink(IHal hal, string peer)
    {
        _hal = hal;
        _peer = peer;
    }

    internal bool IsOpen => _stream != null;

    internal bool HasInput => _inputCount > 0;

    /// <summary>Takes over a stream and a rented buffer with what came in already.</summary>
    internal void Open(IByteStream stream, byte[] input, int inputCount)
    {
        _stream = stream;
        _input = input;
        _inputOffset = 0;
        _inputCount = inputCount;
        ReleaseEmptyInput();
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

            _input ??= _hal.Buffers.Rent();
            int read = _stream.Read(_input, 0, _input.Length, 0);
            _inputOffset = 0;
            _inputCount = Math.Max(read, 0);
            ReleaseEmptyInput();
            return read;
        }
        catch (HubException error) when (error.Code == ErrorCode.ConnectionLost)
        {
            throw Lost(error);
        }
    }

    /// <summary>Lets the codec go on to the next event.</summary>
    internal WebSocketEvent Parse(WebSocketCodec codec)
    {
        WebSocketEvent found = codec.Next(_input ?? s_none, _inputOffset, _inputCount);
        _inputOffset += codec.Consumed;
        _inputCount -= codec.Consumed;
        ReleaseEmptyInput();
        return found;
    }

    /// <summary>
    /// Sends one whole frame through a window. Errors, after which the frame may be cut and the link is of no
    /// more use: <see cref="ErrorCode.Timeout"/>, <see cref="ErrorCode.ConnectionLost"/>, <see cref="ErrorCode.Cancelled"/>.
    /// </summary>
    internal void Send(int opcode, byte[] payload, int offset, int count, int timeoutMs, CancellationToken cancel)
    {
        long untilMs = _hal.Clock.NowMs + timeoutMs;
        byte[] window = _hal.Buffers.Rent();
        try
        {
            _hal.System.FillRandom(_mask);
            int used = WebSocketFrame.WriteHeader(window, opcode, count, _mask);
            int position = 0;
            do
            {
                int part = Math.Min(window.Length - used, count - position);
                Array.Copy(payload, offset + position, window, used, part);
                WebSocketFrame.Mask(window, used, part, _mask, position);
                WriteAll(window, used + part, untilMs, cancel);
                position += part;
                used = 0;
            }
            while (position < count);
        }
        finally
        {
            _hal.Buffers.Return(window);
        }
    }

    /// <summary>Closes the stream and gives the buffer back.</summary>
    internal void Close()
    {
        _inputCount = 0;
        ReleaseEmptyInput();
        IByteStream? stream = _stream;
        _stream = null;
        stream?.Dispose();
    }

    internal void ThrowIfCancelled(CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested)
        {
            throw Failed(ErrorCode.Cancelled, "the WebSocket to " + _peer + " was cancelled");
        }
    }

    internal static int SliceMs(long leftMs)
    {
        if (leftMs <= 0)
        {
            return 0;
        }

        return leftMs < WaitSliceMs ? (int)leftMs : WaitSliceMs;
    }

    private static HubException Failed(ErrorCode code, string message) => new HubException(code, message);

    private void WriteAll(byte[] window, int count, long untilMs, CancellationToken cancel)
    {
        int offset = 0;
        while (true)
        {
            ThrowIfCancelled(cancel);
            offset += Write(window, offset, count - offset, SliceMs(untilMs - _hal.Clock.NowMs));
            if (offset == count)
            {
                return;
            }

            if (_hal.Clock.NowMs >= untilMs)
            {
                throw Failed(ErrorCode.Timeout, _peer + " does not read: a message could not be sent in time");
            }
        }
    }

    private int Write(byte[] window, int offset, int count, int timeoutMs)
    {
        try
        {
            return _stream!.Write(window, offset, count, timeoutMs);
        }
        catch (HubException error) when (error.Code == ErrorCode.ConnectionLost)
        {
            throw Lost(error);
        }
    }

    private void ReleaseEmptyInput()
    {
        if (_input != null && _inputCount == 0)
        {
            byte[] input = _input;
            _input = null;
            _hal.Buffers.Return(input);
        }
    }

    private HubException Lost(HubException error) => new HubException(ErrorCode.ConnectionLost, _peer + " broke the WebSocket connection", error);
}
