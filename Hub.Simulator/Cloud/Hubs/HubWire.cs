using System;
using System.Buffers;
using System.Buffers.Binary;
using System.IO;
using System.IO.Pipelines;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Simulator.Cloud.Hubs;

/// <summary>
/// The bytes of one hub's WebSocket. As a stream it serves .NET's WebSocket, which reads messages and answers pings; messages and file
/// frames are written here, several frames for each write to the socket. One writer at a time. Thread: any for sending; one reader.
/// </summary>
/// <param name="input">The upgraded connection, for reading.</param>
/// <param name="output">The same connection, for writing.</param>
/// <param name="clock">By which <see cref="WritingSince"/> counts.</param>
internal sealed class HubWire(Stream input, PipeWriter output, TimeProvider clock) : Stream
{
    /// <summary>Most file bytes in a frame.</summary>
    public const int MaxPayloadBytes = 16 * 1024;

    /// <summary>Most file bytes of one <see cref="TrySendFileAsync"/>: enough to make it cheap, and few enough for other streams and commands to get their turn.</summary>
    public const int MaxBatchBytes = 256 * 1024;

    private const int MaxWaiting = 256;
    private const int StreamHeadBytes = 5;
    private const byte FileData = 1;
    private const byte FinalText = 0x81;
    private const byte FinalBinary = 0x82;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private int _waiting;
    private long _writingSince;

    /// <summary>The timestamp at which the present write began; null when none is under way.</summary>
    public long? WritingSince => Interlocked.Read(ref _writingSince) is not 0 and { } since ? since : null;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Sends a message.</summary>
    /// <returns>False when too many wait already, or the connection has ended.</returns>
    public async ValueTask<bool> TrySendAsync(ReadOnlyMemory<byte> message)
    {
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return false;
        }

        await EnterAsync(CancellationToken.None);
        try
        {
            WriteHead(FinalText, message.Length);
            output.Write(message.Span);
            return !(await output.FlushAsync()).IsCompleted;
        }
        catch (Exception e) when (IsEnd(e))
        {
            return false;
        }
        finally
        {
            Leave();
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Sends bytes of a file, as frames of at most <see cref="MaxPayloadBytes"/>; returns once the socket has room again.</summary>
    /// <returns>False when the connection has ended.</returns>
    public async ValueTask<bool> TrySendFileAsync(uint streamId, ReadOnlySequence<byte> data)
    {
        await EnterAsync(CancellationToken.None);
        try
        {
            while (data.Length > 0)
            {
                ReadOnlySequence<byte> payload = data.Slice(0, Math.Min(data.Length, MaxPayloadBytes));
                WriteHead(FinalBinary, StreamHeadBytes + (int)payload.Length);
                Span<byte> head = output.GetSpan(StreamHeadBytes);
                head[0] = FileData;
                BinaryPrimitives.WriteUInt32BigEndian(head[1..], streamId);
                output.Advance(StreamHeadBytes);
                foreach (ReadOnlyMemory<byte> piece in payload)
                {
                    output.Write(piece.Span);
                }

                data = data.Slice(payload.Length);
            }

            return !(await output.FlushAsync()).IsCompleted;
        }
        catch (Exception e) when (IsEnd(e))
        {
            return false;
        }
        finally
        {
            Leave();
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => input.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => input.ReadAsync(buffer, offset, count, cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>A whole frame of .NET's WebSocket: a pong or a close.</summary>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await EnterAsync(cancellationToken);
        try
        {
            output.Write(buffer.Span);
            await output.FlushAsync(cancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask EnterAsync(CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        Interlocked.Exchange(ref _writingSince, Math.Max(1, clock.GetTimestamp()));
    }

    private void Leave()
    {
        Interlocked.Exchange(ref _writingSince, 0);
        _gate.Release();
    }

    private static bool IsEnd(Exception e) => e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;

    /// <summary>The head of a server's frame (RFC 6455 §5.2): whole, unmasked.</summary>
    private void WriteHead(byte first, int length)
    {
        Span<byte> head = output.GetSpan(10);
        head[0] = first;
        if (length < 126)
        {
            head[1] = (byte)length;
            output.Advance(2);
        }
        else if (length <= ushort.MaxValue)
        {
            head[1] = 126;
            BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)length);
            output.Advance(4);
        }
        else
        {
            head[1] = 127;
            BinaryPrimitives.WriteUInt64BigEndian(head[2..], (ulong)length);
            output.Advance(10);
        }
    }
}
