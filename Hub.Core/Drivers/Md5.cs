namespace Hub.Core.Drivers;

/// <summary>
/// MD5 (RFC 1321) in managed code, for a HAL without a native one. For HTTP Digest and checksums, not for security.
/// Thread: any.
/// </summary>
public sealed class Md5 : BlockDigest
{
    private static readonly int[] s_shifts = { 7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21 };

    private static readonly uint[] s_sines =
    {
        0xD76AA478, 0xE8C7B756, 0x242070DB, 0xC1BDCEEE, 0xF57C0FAF, 0x4787C62A, 0xA8304613, 0xFD469501,
        0x698098D8, 0x8B44F7AF, 0xFFFF5BB1, 0x895CD7BE, 0x6B901122, 0xFD987193, 0xA679438E, 0x49B40821,
        0xF61E2562, 0xC040B340, 0x265E5A51, 0xE9B6C7AA, 0xD62F105D, 0x02441453, 0xD8A1E681, 0xE7D3FBC8,
        0x21E1CDE6, 0xC33707D6, 0xF4D50D87, 0x455A14ED, 0xA9E3E905, 0xFCEFA3F8, 0x676F02D9, 0x8D2A4C8A,
        0xFFFA3942, 0x8771F681, 0x6D9D6122, 0xFDE5380C, 0xA4BEEA44, 0x4BDECFA9, 0xF6BB4B60, 0xBEBFBC70,
        0x289B7EC6, 0xEAA127FA, 0xD4EF3085, 0x04881D05, 0xD9D4D039, 0xE6DB99E5, 0x1FA27CF8, 0xC4AC5665,
        0xF4292244, 0x432AFF97, 0xAB9423A7, 0xFC93A039, 0x655B59C3, 0x8F0CCC92, 0xFFEFF47D, 0x85845DD1,
        0x6FA87E4F, 0xFE2CE6E0, 0xA3014314, 0x4E0811A1, 0xF7537E82, 0xBD3AF235, 0x2AD7D2BB, 0xEB86D391,
    };

    private Md5()
        : base(true, new uint[] { 0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476 })
    {
    }

    /// <inheritdoc/>
    private protected override uint[] Words { get; } = new uint[16];

    /// <summary>The digest, 16 bytes, of a part of a buffer.</summary>
    public static byte[] Compute(byte[] buffer, int offset, int count) => new Md5().Finish(buffer, offset, count);

    /// <inheritdoc/>
    private protected override void AddBlock()
    {
        uint[] state = State;
        uint[] words = Words;
        uint a = state[0];
        uint b = state[1];
        uint c = state[2];
        uint d = state[3];
        for (int i = 0; i < 64; i++)
        {
            int round = i / 16;
            uint sum = a + Mix(round, b, c, d) + s_sines[i] + words[WordOf(round, i)];
            int shift = s_shifts[(round * 4) + (i % 4)];
            a = d;
            d = c;
            c = b;
            b += (sum << shift) | (sum >> (32 - shift));
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
    }

    private static uint Mix(int round, uint b, uint c, uint d) => round switch
    {
        0 => (b & c) | (~b & d),
        1 => (d & b) | (~d & c),
        2 => b ^ c ^ d,
        _ => c ^ (b | ~d),
    };

    private static int WordOf(int round, int step) => round switch
    {
        0 => step,
        1 => ((5 * step) + 1) % 16,
        2 => ((3 * step) + 5) % 16,
        _ => 7 * step % 16,
    };
}
