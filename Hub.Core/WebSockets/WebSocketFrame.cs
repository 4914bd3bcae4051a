using System;

namespace Hub.Core.WebSockets;

/// <summary>Opcodes and the writing of frames (RFC 6455 section 5). No I/O. Thread: any.</summary>
internal static class WebSocketFrame
{
    internal const int Continuation = 0;
    internal const int Text = 1;
    internal const int Binary = 2;
    internal const int Close = 8;
    internal const int Ping = 9;
    internal const int Pong = 10;

    /// <summary>Most bytes of a close, ping or pong.</summary>
    internal const int MaxControlBytes = 125;

    internal const int MaskBytes = 4;

    /// <summary>Writes the header of a whole, masked message to the front of a window.</summary>
    /// <returns>Its length, at most 14.</returns>
    internal static int WriteHeader(byte[] window, int opcode, int payloadBytes, byte[] mask)
    {
        window[0] = (byte)(0x80 | opcode);
        int length = WriteLength(window, payloadBytes);
        Array.Copy(mask, 0, window, length, MaskBytes);
        return length + MaskBytes;
    }

    /// <summary>Masks bytes in place (section 5.3).</summary>
    /// <param name="bytes">Where they are.</param>
    /// <param name="offset">Where they begin.</param>
    /// <param name="count">How many.</param>
    /// <param name="mask">Four bytes of entropy.</param>
    /// <param name="position">Where in the payload the first of them is.</param>
    internal static void Mask(byte[] bytes, int offset, int count, byte[] mask, int position)
    {
        for (int i = 0; i < count; i++)
        {
            bytes[offset + i] ^= mask[(position + i) & 3];
        }
    }

    /// <summary>The length in its shortest form, with the bit that says masked.</summary>
    private static int WriteLength(byte[] window, int payloadBytes)
    {
        if (payloadBytes < 126)
        {
            window[1] = (byte)(0x80 | payloadBytes);
            return 2;
        }

        int digits = payloadBytes <= 0xFFFF ? 2 : 8;
        window[1] = (byte)(0x80 | (digits == 2 ? 126 : 127));
        Array.Clear(window, 2, digits);
        int left = payloadBytes;
        for (int i = 1 + digits; left > 0; i--)
        {
            window[i] = (byte)left;
            left >>= 8;
        }

        return 2 + digits;
    }
}
