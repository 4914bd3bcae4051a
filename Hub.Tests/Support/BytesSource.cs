using System;
using System.Text;
using Hub.Core.Streams;

namespace Hub.Tests.Support;

/// <summary>A file in memory.</summary>
internal sealed class BytesSource(byte[] bytes) : IUploadSource
{
    private int _read;

    /// <summary>A file of text, in UTF-8.</summary>
    public BytesSource(string text)
        : this(Encoding.UTF8.GetBytes(text))
    {
    }

    public long Length => bytes.Length;

    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        int length = Math.Min(count, bytes.Length - _read);
        Array.Copy(bytes, _read, buffer, offset, length);
        _read += length;
        return length;
    }
}
