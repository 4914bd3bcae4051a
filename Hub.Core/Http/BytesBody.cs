using System;
using System.Text;

namespace Hub.Core.Http;

/// <summary>A small body that is entirely in memory. Thread: one owner.</summary>
public sealed class BytesBody : IHttpBody
{
    private readonly byte[] _bytes;
    private readonly int _offset;
    private readonly int _count;
    private int _position;

    /// <summary>A body of all these bytes, which stay the caller's and must not change before the answer has arrived.</summary>
    public BytesBody(byte[] bytes)
        : this(bytes, 0, bytes.Length)
    {
    }

    /// <summary>A body of a range of bytes, which stay the caller's and must not change before the answer has arrived.</summary>
    public BytesBody(byte[] bytes, int offset, int count)
    {
        _bytes = bytes;
        _offset = offset;
        _count = count;
    }

    /// <summary>A body of UTF-8 text.</summary>
    public BytesBody(string text)
        : this(Encoding.UTF8.GetBytes(text))
    {
    }

    /// <inheritdoc/>
    public long Length => _count;

    /// <inheritdoc/>
    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        int read = Math.Min(count, _count - _position);
        Array.Copy(_bytes, _offset + _position, buffer, offset, read);
        _position += read;
        return read;
    }

    /// <inheritdoc/>
    public void OnSent(long sentBytes)
    {
        // Too small to need progress.
    }

    /// <inheritdoc/>
    public bool TryRewind()
    {
        _position = 0;
        return true;
    }
}
