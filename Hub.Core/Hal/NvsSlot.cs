using System;

namespace Hub.Core.Hal;

/// <summary>
/// One slot of a stored value. A key has two; a write goes to the older one, so a power cut leaves the
/// other intact. Pure code; the same bytes on the board and on the laptop. Immutable.
/// </summary>
/// <remarks>
/// Layout, numbers little endian: "HNVS", version (1), kind (1 value, 2 tombstone), two zero bytes,
/// sequence (8), payload length (4), payload, CRC-32 of everything before it (4). Bytes after that
/// belong to an older, longer slot and are ignored.
/// </remarks>
public sealed class NvsSlot
{
    /// <summary>The longest value that can be stored, in bytes.</summary>
    public const int MaxValueBytes = 1024 * 1024;

    /// <summary>Bytes of a slot besides its payload.</summary>
    public const int Overhead = HeaderSize + CrcSize;

    private const int HeaderSize = 20;
    private const int CrcSize = 4;
    private const byte FormatVersion = 1;
    private const byte KindValue = 1;
    private const byte KindTombstone = 2;

    private NvsSlot(long sequence, byte[]? value)
    {
        Sequence = sequence;
        Value = value;
    }

    /// <summary>Counts the writes of the key; 64 bits never wrap.</summary>
    public long Sequence { get; }

    /// <summary>The stored bytes, or null when this slot says that the key was deleted.</summary>
    public byte[]? Value { get; }

    /// <summary>The bytes of a slot.</summary>
    /// <param name="sequence">One more than that of the newest slot.</param>
    /// <param name="value">The value, or null for a tombstone.</param>
    public static byte[] Encode(long sequence, byte[]? value)
    {
        int length = value == null ? 0 : value.Length;
        byte[] slot = new byte[HeaderSize + length + CrcSize];
        slot[0] = (byte)'H';
        slot[1] = (byte)'N';
        slot[2] = (byte)'V';
        slot[3] = (byte)'S';
        slot[4] = FormatVersion;
        slot[5] = value == null ? KindTombstone : KindValue;
        PutNumber(slot, 8, sequence, 8);
        PutNumber(slot, 16, length, 4);
        if (value != null)
        {
            Array.Copy(value, 0, slot, HeaderSize, length);
        }

        PutNumber(slot, HeaderSize + length, Crc32.Compute(slot, 0, HeaderSize + length), 4);
        return slot;
    }

    /// <summary>Reads a slot; null when it is missing, torn or not a slot at all.</summary>
    public static NvsSlot? Decode(byte[]? slot)
    {
        if (slot == null || slot.Length < Overhead
            || slot[0] != 'H' || slot[1] != 'N' || slot[2] != 'V' || slot[3] != 'S' || slot[4] != FormatVersion)
        {
            return null;
        }

        byte kind = slot[5];
        long sequence = GetNumber(slot, 8, 8);
        long length = GetNumber(slot, 16, 4);
        if ((kind != KindValue && kind != KindTombstone) || sequence < 0 || length > slot.Length - Overhead)
        {
            return null;
        }

        int crcAt = HeaderSize + (int)length;
        if (GetNumber(slot, crcAt, CrcSize) != Crc32.Compute(slot, 0, crcAt))
        {
            return null;
        }

        if (kind == KindTombstone)
        {
            return new NvsSlot(sequence, null);
        }

        byte[] value = new byte[(int)length];
        Array.Copy(slot, HeaderSize, value, 0, value.Length);
        return new NvsSlot(sequence, value);
    }

    /// <summary>The one that was written last; null when neither is readable.</summary>
    public static NvsSlot? Newest(NvsSlot? first, NvsSlot? second)
    {
        if (first == null)
        {
            return second;
        }

        return second == null || first.Sequence >= second.Sequence ? first : second;
    }

    private static void PutNumber(byte[] target, int offset, long value, int size)
    {
        for (int i = 0; i < size; i++)
        {
            target[offset + i] = (byte)(value >> (8 * i));
        }
    }

    private static long GetNumber(byte[] source, int offset, int size)
    {
        long value = 0;
        for (int i = size - 1; i >= 0; i--)
        {
            value = (value << 8) | source[offset + i];
        }

        return value;
    }
}
