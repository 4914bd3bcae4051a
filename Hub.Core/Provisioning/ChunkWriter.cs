using System;

namespace Hub.Core.Provisioning;

/// <summary>Cuts messages into chunks (docs/provisioning.md, "Chunks"). No I/O. Thread: one owner.</summary>
internal sealed class ChunkWriter
{
    /// <summary>Longest message, in bytes: the header has 16 bits for it.</summary>
    public const int MaxMessageBytes = 0xFFFF;

    private byte[] _message = new byte[0];
    private int _number = -1;
    private int _kind;
    private int _offset;

    /// <summary>True while the message has chunks left.</summary>
    public bool HasMore => _offset < _message.Length;

    /// <summary>The connection ended: messages are counted anew, and what is left is dropped.</summary>
    public void Reset()
    {
        _message = new byte[0];
        _offset = 0;
        _number = -1;
    }

    /// <summary>Begins a message; the array becomes the writer's.</summary>
    public void Begin(byte[] message, bool isSealed)
    {
        _message = message;
        _offset = 0;
        _kind = isSealed ? 1 : 0;
        _number = (_number + 1) & 0xFF;
    }

    /// <summary>The next chunk, which stays the next one until <see cref="Sent"/>.</summary>
    /// <param name="maxBytes">Most bytes with the header, at least 7.</param>
    public byte[] Next(int maxBytes)
    {
        int left = _message.Length - _offset;
        int count = left < maxBytes - ChunkReader.HeaderBytes ? left : maxBytes - ChunkReader.HeaderBytes;
        byte[] chunk = new byte[ChunkReader.HeaderBytes + count];
        chunk[0] = (byte)_number;
        chunk[1] = (byte)_kind;
        chunk[2] = (byte)(_message.Length >> 8);
        chunk[3] = (byte)_message.Length;
        chunk[4] = (byte)(_offset >> 8);
        chunk[5] = (byte)_offset;
        Array.Copy(_message, _offset, chunk, ChunkReader.HeaderBytes, count);
        return chunk;
    }

    /// <summary>The chunk was taken by the radio.</summary>
    public void Sent(byte[] chunk) => _offset += chunk.Length - ChunkReader.HeaderBytes;
}
