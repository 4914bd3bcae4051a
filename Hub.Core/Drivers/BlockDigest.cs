using System;

namespace Hub.Core.Drivers;

/// <summary>
/// What MD5, SHA-1 and SHA-256 have in common (RFC 1321, FIPS 180-4): blocks of 64 bytes, the length at the end, and a state of 32-bit words.
/// For a HAL without native digests. Thread: one digest at a time and object.
/// </summary>
public abstract class BlockDigest
{
    private const int BlockSize = 64;
    private const int LengthSize = 8;

    private readonly bool _isLittleEndian;

    /// <summary>Makes the digest.</summary>
    /// <param name="isLittleEndian">True for MD5, whose numbers begin with the lowest byte.</param>
    /// <param name="state">The state before the first block.</param>
    private protected BlockDigest(bool isLittleEndian, uint[] state)
    {
        _isLittleEndian = isLittleEndian;
        State = state;
    }

    /// <summary>The words that each block changes.</summary>
    private protected uint[] State { get; }

    /// <summary>The first 16 words of the block to add; the rest is the digest's own.</summary>
    private protected abstract uint[] Words { get; }

    /// <summary>Adds the block in <see cref="Words"/> to <see cref="State"/>.</summary>
    private protected abstract void AddBlock();

    /// <summary>Digests a part of a buffer; the object is used up then. The result is the caller's.</summary>
    private protected byte[] Finish(byte[] buffer, int offset, int count)
    {
        int whole = count - (count % BlockSize);
        Add(buffer, offset, whole);
        byte[] tail = Tail(buffer, offset + whole, count - whole, count);
        Add(tail, 0, tail.Length);
        uint[] state = State;
        byte[] digest = new byte[state.Length * 4];
        for (int i = 0; i < digest.Length; i++)
        {
            digest[i] = (byte)(state[i / 4] >> (_isLittleEndian ? i % 4 * 8 : 24 - (i % 4 * 8)));
        }

        return digest;
    }

    private void Add(byte[] bytes, int offset, int count)
    {
        uint[] words = Words;
        for (int block = offset; block < offset + count; block += BlockSize)
        {
            for (int i = 0; i < BlockSize / 4; i++)
            {
                int at = block + (i * 4);
                words[i] = _isLittleEndian
                    ? bytes[at] | ((uint)bytes[at + 1] << 8) | ((uint)bytes[at + 2] << 16) | ((uint)bytes[at + 3] << 24)
                    : ((uint)bytes[at] << 24) | ((uint)bytes[at + 1] << 16) | ((uint)bytes[at + 2] << 8) | bytes[at + 3];
            }

            AddBlock();
        }
    }

    private byte[] Tail(byte[] buffer, int offset, int left, int count)
    {
        byte[] tail = new byte[left + 1 + LengthSize <= BlockSize ? BlockSize : 2 * BlockSize];
        Array.Copy(buffer, offset, tail, 0, left);
        tail[left] = 0x80;
        long bits = (long)count * 8;
        for (int i = 0; i < LengthSize; i++)
        {
            tail[tail.Length - LengthSize + i] = (byte)(bits >> ((_isLittleEndian ? i : LengthSize - 1 - i) * 8));
        }

        return tail;
    }
}
