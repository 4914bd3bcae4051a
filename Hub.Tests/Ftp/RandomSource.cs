using System;
using System.Threading;
using Hub.Core.Printers;
using Hub.Core.Streams;

namespace Hub.Tests.Ftp;

/// <summary>A file of incompressible bytes, the same for the same length; it can call somebody half-way.</summary>
internal sealed class RandomSource : IUploadSource
{
    private readonly byte[] _bytes;
    private int _position;
    private Action? _halfway;

    public RandomSource(int length)
    {
        _bytes = new byte[length];
        new Random(length).NextBytes(_bytes);
    }

    public long Length => _bytes.Length;

    /// <summary>Called once, before the read that crosses the middle.</summary>
    public Action? Halfway
    {
        get => _halfway;
        set => _halfway = value;
    }

    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        int read = Math.Min(count, _bytes.Length - _position);
        Array.Copy(_bytes, _position, buffer, offset, read);
        _position += read;
        if (_position >= _bytes.Length / 2)
        {
            Interlocked.Exchange(ref _halfway, null)?.Invoke();
        }

        return read;
    }

    public bool IsEqualTo(byte[] stored) => _bytes.AsSpan().SequenceEqual(stored);
}

/// <summary>The last progress that was told.</summary>
internal sealed class LastProgress : IUploadProgress
{
    public long Sent { get; private set; } = -1;

    public void Report(long sentBytes, long totalBytes) => Sent = sentBytes;
}
