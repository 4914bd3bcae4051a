using System;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.WebSockets;

namespace Hub.Tests.Portable;

/// <summary>Frames as a server sends them, what a hub's frames say, and what a codec makes of bytes.</summary>
public static class WebSocketBytes
{
    /// <summary>A frame without a mask, its length in the shortest form.</summary>
    /// <param name="first">Its first byte: FIN (0x80), reserved bits and opcode.</param>
    /// <param name="payload">Its payload.</param>
    public static byte[] Frame(int first, byte[] payload)
    {
        int count = payload.Length;
        byte[] header = count < 126
            ? new[] { (byte)first, (byte)count }
            : count < 65536
                ? new[] { (byte)first, (byte)126, (byte)(count >> 8), (byte)count }
                : new byte[] { (byte)first, 127, 0, 0, 0, 0, (byte)(count >> 24), (byte)(count >> 16), (byte)(count >> 8), (byte)count };
        return Join(header, payload);
    }

    /// <summary>A frame of ASCII text.</summary>
    public static byte[] Frame(int first, string text) => Frame(first, Encoding.UTF8.GetBytes(text));

    /// <summary>A close with a code and a reason.</summary>
    public static byte[] Close(int code, string reason) =>
        Frame(0x88, Join(new[] { (byte)(code >> 8), (byte)code }, Encoding.UTF8.GetBytes(reason)));

    /// <summary>Two arrays in a row.</summary>
    public static byte[] Join(byte[] first, byte[] second)
    {
        byte[] joined = new byte[first.Length + second.Length];
        Array.Copy(first, 0, joined, 0, first.Length);
        Array.Copy(second, 0, joined, first.Length, second.Length);
        return joined;
    }

    /// <summary>Bytes from pairs of hex digits; spaces are passed over.</summary>
    public static byte[] Hex(string text)
    {
        char[] digits = text.ToCharArray();
        byte[] bytes = new byte[digits.Length];
        int count = 0;
        for (int i = 0; i + 1 < digits.Length; i += 2)
        {
            while (digits[i] == ' ')
            {
                i++;
            }

            bytes[count++] = (byte)((Digit(digits[i]) << 4) | Digit(digits[i + 1]));
        }

        byte[] cut = new byte[count];
        Array.Copy(bytes, 0, cut, 0, count);
        return cut;
    }

    /// <summary>Bytes of a known pattern.</summary>
    public static byte[] Pattern(int count)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++)
        {
            bytes[i] = PatternSource.At(i);
        }

        return bytes;
    }

    /// <summary>Bytes as text: ASCII as it is when short, else length and checksum.</summary>
    public static string Show(byte[] bytes, int offset, int count)
    {
        int sum = 0;
        bool isPlain = count <= 40;
        for (int i = offset; i < offset + count; i++)
        {
            sum = ((sum * 31) + bytes[i]) & 0xFFFFFF;
            isPlain &= bytes[i] >= ' ' && bytes[i] <= '~';
        }

        return isPlain ? Encoding.UTF8.GetString(bytes, offset, count) : count.ToString() + "#" + sum.ToString();
    }

    /// <summary>What a codec finds when bytes come in pieces of one size: <c>text a|bin b|ping c|pong d|close 1000 e|error 1002 f</c>.</summary>
    public static string Trace(byte[] bytes, int pieceSize, int maxMessageBytes)
    {
        WebSocketCodec codec = new WebSocketCodec("h:80", maxMessageBytes);
        string trace = "";
        try
        {
            for (int start = 0; start < bytes.Length; start += pieceSize)
            {
                trace += Feed(codec, bytes, start, Math.Min(pieceSize, bytes.Length - start));
            }
        }
        catch (HubException error)
        {
            trace += "error " + codec.FailCode.ToString() + " " + error.Message + "|";
        }

        return trace.Length == 0 ? "" : trace.Substring(0, trace.Length - 1);
    }

    /// <summary>What a hub's frames say, unmasked, as in <see cref="Trace"/>; a frame without a mask shows as an error.</summary>
    public static string HubFrames(byte[] bytes, int offset)
    {
        string trace = "";
        while (offset < bytes.Length)
        {
            int count = bytes[offset + 1] & 0x7F;
            int mask = offset + 2;
            int digits = count == 126 ? 2 : count == 127 ? 8 : 0;
            count = digits == 0 ? count : 0;
            for (int i = 0; i < digits; i++)
            {
                count = (count << 8) | bytes[mask];
                mask++;
            }

            byte[] payload = new byte[count];
            for (int i = 0; i < count; i++)
            {
                payload[i] = (byte)(bytes[mask + 4 + i] ^ bytes[mask + (i & 3)]);
            }

            trace += bytes[offset + 1] < 0x80 ? "unmasked|" : Name(bytes[offset], payload);
            offset = mask + 4 + count;
        }

        return trace.Length == 0 ? "" : trace.Substring(0, trace.Length - 1);
    }

    private static string Name(int first, byte[] payload)
    {
        string shown = Show(payload, 0, payload.Length);
        switch (first)
        {
            case 0x81:
                return "text " + shown + "|";
            case 0x82:
                return "bin " + shown + "|";
            case 0x88:
                return payload.Length < 2 ? "close|" : "close " + ((payload[0] << 8) | payload[1]).ToString() + "|";
            case 0x89:
                return "ping " + shown + "|";
            case 0x8A:
                return "pong " + shown + "|";
            default:
                return "unknown " + first.ToString() + "|";
        }
    }

    private static string Feed(WebSocketCodec codec, byte[] bytes, int offset, int count)
    {
        string trace = "";
        int end = offset + count;
        WebSocketEvent found = codec.Next(bytes, offset, count);
        offset += codec.Consumed;
        while (found != WebSocketEvent.NeedInput)
        {
            trace += Describe(codec, found);
            found = codec.Next(bytes, offset, end - offset);
            offset += codec.Consumed;
        }

        return offset == end ? trace : trace + "left over|";
    }

    private static string Describe(WebSocketCodec codec, WebSocketEvent found)
    {
        string control = Show(codec.Control, 0, codec.ControlLength);
        switch (found)
        {
            case WebSocketEvent.Message:
                return (codec.IsText ? "text " : "bin ") + Show(codec.Message, 0, codec.MessageLength) + "|";
            case WebSocketEvent.Ping:
                return "ping " + control + "|";
            case WebSocketEvent.Pong:
                return "pong " + control + "|";
            default:
                return "close " + codec.CloseCode.ToString() + " " + codec.CloseReason + "|";
        }
    }

    private static int Digit(char digit) => digit <= '9' ? digit - '0' : (digit | 32) - 'a' + 10;
}
