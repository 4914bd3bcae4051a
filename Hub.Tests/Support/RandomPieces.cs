using System;
using System.Collections.Generic;

namespace Hub.Tests.Support;

/// <summary>Splits bytes as a network does.</summary>
internal static class RandomPieces
{
    /// <summary>Splits bytes into pieces of 1 to <paramref name="longest"/> bytes.</summary>
    public static byte[][] Of(byte[] bytes, int longest, Random random)
    {
        List<byte[]> pieces = [];
        for (int start = 0; start < bytes.Length;)
        {
            int length = Math.Min(random.Next(1, longest + 1), bytes.Length - start);
            pieces.Add(bytes[start..(start + length)]);
            start += length;
        }

        return [.. pieces];
    }
}
