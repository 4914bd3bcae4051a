using System;
using Hub.Core.Printers;
using Hub.Core.Streams;

namespace Hub.Tests.Portable;

/// <summary>A file of a known pattern that may end early, be longer than it says, or come in small pieces.</summary>
public sealed class PatternSource : IUploadSource
{
    private readonly long _realLength;
    private readonly int _pieceSize;
    private long _position;

    /// <summary>Makes an honest file.</summary>
    public PatternSource(long length)
        : this(length, length, int.MaxValue)
    {
    }

    /// <summary>Makes a file.</summary>
    public PatternSource(long statedLength, long realLength, int pieceSize)
    {
        Length = statedLength;
        _realLength = realLength;
        _pieceSize = pieceSize;
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <summary>The most that was asked for at once.</summary>
    public int LargestRead { get; private set; }

    /// <summary>Bytes given out.</summary>
    public long Given => _position;

    /// <summary>The byte at a position.</summary>
    public static byte At(long position) => (byte)((position * 7) + (position >> 8) + 'A');

    /// <inheritdoc/>
    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        LargestRead = Math.Max(LargestRead, count);
        int read = Math.Min(count, _pieceSize);
        if (read > _realLength - _position)
        {
            read = (int)(_realLength - _position);
        }

        for (int i = 0; i < read; i++)
        {
            buffer[offset + i] = At(_position + i);
        }

        _position += read;
        return read;
    }
}

/// <summary>Remembers the progress it was told.</summary>
public sealed class RecordedProgress : IUploadProgress
{
    /// <summary>Reports so far.</summary>
    public int Reports { get; private set; }

    /// <summary>Bytes in the last one.</summary>
    public long Last { get; private set; }

    /// <summary>Total in the last one.</summary>
    public long Total { get; private set; }

    /// <summary>True when one of them went back or past the total.</summary>
    public bool WentWrong { get; private set; }

    /// <inheritdoc/>
    public void Report(long sentBytes, long totalBytes)
    {
        WentWrong |= sentBytes < Last || sentBytes > totalBytes;
        Reports++;
        Last = sentBytes;
        Total = totalBytes;
    }
}
