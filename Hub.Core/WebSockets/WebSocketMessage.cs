using System;

namespace Hub.Core.WebSockets;

/// <summary>The message that is being assembled, in a buffer that grows and is reused. Thread: one owner.</summary>
internal sealed class WebSocketMessage
{
    private const int FirstSize = 4 * 1024;

    private readonly int _maxBytes;
    private byte[] _bytes = new byte[0];

    internal WebSocketMessage(int maxBytes)
    {
        _maxBytes = maxBytes;
    }

    /// <summary>The buffer; another array after it grew.</summary>
    internal byte[] Bytes => _bytes;

    internal int Length { get; private set; }

    /// <summary>Bytes that may still be added.</summary>
    internal int Room => _maxBytes - Length;

    internal void Clear() => Length = 0;

    /// <summary>Makes room for bytes that were announced; the caller has compared them with <see cref="Room"/>.</summary>
    internal void Reserve(int count)
    {
        int needed = Length + count;
        if (needed <= _bytes.Length)
        {
            return;
        }

        int size = Math.Max(_bytes.Length, FirstSize);
        while (size < needed)
        {
            size *= 2;
        }

        byte[] larger = new byte[Math.Min(size, _maxBytes)];
        Array.Copy(_bytes, 0, larger, 0, Length);
        _bytes = larger;
    }

    internal void Append(byte[] input, int offset, int count)
    {
        Array.Copy(input, offset, _bytes, Length, count);
        Length += count;
    }
}
