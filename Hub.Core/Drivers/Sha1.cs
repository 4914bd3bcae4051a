namespace Hub.Core.Drivers;

/// <summary>SHA-1 (FIPS 180-4) in managed code, for a HAL without a native one. For the WebSocket handshake, not for security. Thread: any.</summary>
public sealed class Sha1 : BlockDigest
{
    private Sha1()
        : base(false, new uint[] { 0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0 })
    {
    }

    /// <inheritdoc/>
    private protected override uint[] Words { get; } = new uint[80];

    /// <summary>The digest, 20 bytes, of a part of a buffer.</summary>
    public static byte[] Compute(byte[] buffer, int offset, int count) => new Sha1().Finish(buffer, offset, count);

    /// <inheritdoc/>
    private protected override void AddBlock()
    {
        uint[] w = Words;
        for (int i = 16; i < w.Length; i++)
        {
            w[i] = Turn(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        }

        uint[] state = State;
        uint a = state[0];
        uint b = state[1];
        uint c = state[2];
        uint d = state[3];
        uint e = state[4];
        for (int i = 0; i < w.Length; i++)
        {
            uint next = Turn(a, 5) + Mix(i / 20, b, c, d) + e + w[i];
            e = d;
            d = c;
            c = Turn(b, 30);
            b = a;
            a = next;
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
    }

    /// <summary>The function and the constant of a group of 20 rounds.</summary>
    private static uint Mix(int group, uint b, uint c, uint d) => group switch
    {
        0 => ((b & c) | (~b & d)) + 0x5A827999,
        1 => (b ^ c ^ d) + 0x6ED9EBA1,
        2 => ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDC,
        _ => (b ^ c ^ d) + 0xCA62C1D6,
    };

    private static uint Turn(uint value, int bits) => (value << bits) | (value >> (32 - bits));
}
