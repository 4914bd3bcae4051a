using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Streams;

namespace Hub.Core.WebSockets;

/// <summary>Sends masked frames through a window that is rented for the call. Thread: one owner.</summary>
internal sealed class WebSocketSender
{
    private readonly IHal _hal;
    private readonly ByteChannel _channel;
    private readonly byte[] _mask = new byte[WebSocketFrame.MaskBytes];

    internal WebSocketSender(IHal hal, ByteChannel channel)
    {
        _hal = hal;
        _channel = channel;
    }

    /// <summary>
    /// Sends one whole frame. Errors, after which the frame may be incomplete and the connection is unusable:
    /// <see cref="ErrorCode.Timeout"/>, <see cref="ErrorCode.ConnectionLost"/>, <see cref="ErrorCode.Cancelled"/>.
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
                _channel.Send(window, used + part, position > 0, untilMs, "does not read: a message could not be sent in time", cancel);
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
}
