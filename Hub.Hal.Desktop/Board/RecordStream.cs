using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Hal.Desktop;

/// <summary>
/// The bytes under an SslStream, one TLS record at a time (RFC 5246 section 6.2.1): .NET would otherwise read ahead, and the socket would not show any more that
/// a record waits, as it does on the board. Thread: one owner.
/// </summary>
internal sealed class RecordStream(Socket socket) : Stream
{
    private const int HeaderBytes = 5;

    private readonly byte[] _header = new byte[HeaderBytes];
    private int _headerCount;
    private int _left;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        bool isHeader = _left == 0;
        int most = Math.Min(buffer.Length, isHeader ? HeaderBytes - _headerCount : _left);
        int read = Receive(buffer[..most]);
        if (!isHeader)
        {
            _left -= read;
            return read;
        }

        buffer[..read].CopyTo(_header.AsSpan(_headerCount));
        _headerCount += read;
        if (_headerCount == HeaderBytes)
        {
            _headerCount = 0;
            _left = (_header[3] << 8) | _header[4];
        }

        return read;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            while (!buffer.IsEmpty)
            {
                buffer = buffer[socket.Send(buffer)..];
            }
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
        // Nothing is kept here.
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private int Receive(Span<byte> target)
    {
        try
        {
            return socket.Receive(target);
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }
}
