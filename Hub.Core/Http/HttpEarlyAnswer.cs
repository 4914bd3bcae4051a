using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Streams;

namespace Hub.Core.Http;

/// <summary>
/// The answer that may come while a request is still being sent: a server that refuses an upload (401, 403, 413) says so at once and may
/// then close. Thread: one owner.
/// </summary>
internal sealed class HttpEarlyAnswer
{
    /// <summary>How long an answer is awaited after the peer broke the connection in the middle of a request.</summary>
    private const int AfterLossMs = 1000;

    private readonly IHal _hal;
    private readonly HttpConnection _connection;
    private readonly ByteChannel _channel;
    private readonly HttpResponseCodec _codec;

    internal HttpEarlyAnswer(IHal hal, HttpConnection connection, HttpResponseCodec codec)
    {
        _hal = hal;
        _connection = connection;
        _channel = connection.Channel;
        _codec = codec;
    }

    /// <summary>True once the final answer's head was read; interim answers do not count.</summary>
    internal bool IsKnown => _codec.HasHead;

    /// <summary>Reads what has arrived. Errors: <see cref="ErrorCode.ConnectionLost"/>, <see cref="ErrorCode.BadResponse"/>.</summary>
    /// <returns><see cref="IsKnown"/>.</returns>
    internal bool IsHere(int timeoutMs)
    {
        int read = _channel.Fill(timeoutMs);
        if (read == 0)
        {
            _connection.TakeEnd();
        }

        if (read > 0)
        {
            _connection.Parse(0);
        }

        return IsKnown;
    }

    /// <summary>Waits a second for the answer of a peer that broke the connection. Errors: <see cref="ErrorCode.Cancelled"/>.</summary>
    internal bool FindAfterLoss(CancellationToken cancel)
    {
        long untilMs = _hal.Clock.NowMs + AfterLossMs;
        try
        {
            bool isHere = IsHere(ByteChannel.SliceMs);
            while (!isHere && _hal.Clock.NowMs < untilMs)
            {
                _channel.ThrowIfCancelled(cancel);
                isHere = IsHere(ByteChannel.SliceMs);
            }

            return isHere;
        }
        catch (HubException error)
        {
            // No filter: see docs/board.md.
            if (error.Code != ErrorCode.ConnectionLost)
            {
                throw;
            }

            return false;
        }
    }
}
