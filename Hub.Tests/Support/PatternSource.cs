using System;
using Hub.Core.Streams;

namespace Hub.Tests.Support;

/// <summary>A file of any length, generated in memory: lines of G-code comments, the same for the same length.</summary>
internal sealed class PatternSource(long length) : IUploadSource
{
    private long _position;

    public long Length { get; } = length;

    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        int read = (int)Math.Min(count, Length - _position);
        for (int i = 0; i < read; i++)
        {
            long at = (_position + i) % 32;
            buffer[offset + i] = at == 31 ? (byte)'\n' : at == 0 ? (byte)';' : (byte)('a' + (at % 26));
        }

        _position += read;
        return read;
    }
}
