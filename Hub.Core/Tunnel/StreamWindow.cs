using System;

namespace Hub.Core.Tunnel;

/// <summary>
/// The bytes of one stream that came and were not taken yet, in buffers that are used in turn, and the credit that follows from it: the cloud
/// may have as much on its way as there is room for. Pure, without threads or I/O. Thread: one owner, except that one <see cref="CopyIn"/> and
/// one <see cref="CopyOut"/> may run beside the rest.
/// </summary>
internal sealed class StreamWindow
{
    /// <summary>Credit is given in parts of the window of at least this: one for each quarter.</summary>
    private const int Parts = 4;

    private readonly byte[][] _buffers;
    private readonly int _bufferSize;
    private readonly long _size;
    private readonly long _room;

    /// <summary>Makes an empty one.</summary>
    /// <param name="buffers">Its memory, all of one size; the caller's.</param>
    /// <param name="size">Bytes of the whole file.</param>
    public StreamWindow(byte[][] buffers, long size)
    {
        _buffers = buffers;
        _bufferSize = buffers[0].Length;
        _size = size;
        _room = (long)_bufferSize * buffers.Length;
    }

    /// <summary>Bytes that the cloud was allowed to send.</summary>
    public long Granted { get; private set; }

    /// <summary>Bytes that came.</summary>
    public long Received { get; private set; }

    /// <summary>Bytes that were taken.</summary>
    public long Taken { get; private set; }

    /// <summary>Bytes that can be taken.</summary>
    public long Available => Received - Taken;

    /// <summary>True when as much can be taken as there would be credit for: not before is it worth waking who waits for it.</summary>
    public bool IsWorthTaking => Available >= _room / Parts;

    /// <summary>What the cloud may be allowed to send besides; 0 while it is not worth a message.</summary>
    public long CreditDue
    {
        get
        {
            long due = Least(Taken + _room, _size) - Granted;
            return due >= _room / Parts || Granted + due == _size ? due : 0;
        }
    }

    /// <summary>Allows what is due, and returns it.</summary>
    public long Grant()
    {
        long due = CreditDue;
        Granted += due;
        return due;
    }

    /// <summary>True for no more bytes than the cloud was allowed to send.</summary>
    public bool MayCome(int count) => count <= Granted - Received;

    /// <summary>Copies in what came, which <see cref="MayCome"/>; it cannot be taken before <see cref="Put"/>.</summary>
    public void CopyIn(byte[] bytes, int offset, int count)
    {
        long position = Received;
        int left = count;
        while (left > 0)
        {
            int part = Part(position, left);
            Array.Copy(bytes, offset, BufferAt(position), PlaceIn(position), part);
            position += part;
            offset += part;
            left -= part;
        }
    }

    /// <summary>The next bytes were copied in.</summary>
    public void Put(int count) => Received += count;

    /// <summary>Copies the next bytes out, at most <paramref name="count"/> of those that are <see cref="Available"/>; they stay until <see cref="Take"/>.</summary>
    public void CopyOut(byte[] target, int offset, int count)
    {
        long position = Taken;
        int left = count;
        while (left > 0)
        {
            int part = Part(position, left);
            Array.Copy(BufferAt(position), PlaceIn(position), target, offset, part);
            position += part;
            offset += part;
            left -= part;
        }
    }

    /// <summary>The next bytes were copied out: their room is free.</summary>
    public void Take(int count) => Taken += count;

    private static long Least(long one, long other) => one < other ? one : other;

    private byte[] BufferAt(long position) => _buffers[(int)(position / _bufferSize % _buffers.Length)];

    private int PlaceIn(long position) => (int)(position % _bufferSize);

    /// <summary>How many of these bytes lie in one buffer.</summary>
    private int Part(long position, int count)
    {
        int rest = _bufferSize - PlaceIn(position);
        return count < rest ? count : rest;
    }
}
