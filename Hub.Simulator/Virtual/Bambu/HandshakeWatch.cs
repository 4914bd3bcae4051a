using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>
/// Sits between a TLS 1.2 server and its socket and detects a resumed session, which SslStream does not report:
/// a full handshake has the Certificate message in clear text after ServerHello, a resumed one does not (RFC 5246 §7.3).
/// </summary>
internal sealed class HandshakeWatch(Stream inner) : Stream
{
    private const int RecordHeaderBytes = 5;
    private const int MessageHeaderBytes = 4;
    private const byte HandshakeRecord = 22;
    private const byte ServerHello = 2;
    private const byte Certificate = 11;
    private const int MaxSeenBytes = 1024;

    private byte[]? _seen = [];

    /// <summary>True once the server has accepted a resumed session.</summary>
    public bool IsResumed { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => inner.ReadAsync(buffer, offset, count, cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Inspect(buffer.Span);
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count)
    {
        Inspect(buffer.AsSpan(offset, count));
        inner.Write(buffer, offset, count);
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Inspect(ReadOnlySpan<byte> bytes)
    {
        if (_seen == null)
        {
            return;
        }

        _seen = [.. _seen, .. bytes[..Math.Min(bytes.Length, MaxSeenBytes)]];
        if (_seen.Length < RecordHeaderBytes + MessageHeaderBytes)
        {
            return;
        }

        if (_seen[0] != HandshakeRecord || _seen[RecordHeaderBytes] != ServerHello)
        {
            // An alert.
            _seen = null;
            return;
        }

        // The message after ServerHello: in the same record, or the first byte of the next record.
        int recordEnd = RecordHeaderBytes + ((_seen[3] << 8) | _seen[4]);
        int helloEnd = RecordHeaderBytes + MessageHeaderBytes + ((_seen[6] << 16) | (_seen[7] << 8) | _seen[8]);
        int next = helloEnd < recordEnd ? helloEnd : recordEnd + RecordHeaderBytes;
        bool isNewRecord = helloEnd >= recordEnd;
        if (_seen.Length <= next)
        {
            return;
        }

        IsResumed = (isNewRecord && _seen[recordEnd] != HandshakeRecord) || _seen[next] != Certificate;
        _seen = null;
    }
}
