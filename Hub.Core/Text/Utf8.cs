using System.Text;

namespace Hub.Core.Text;

/// <summary>UTF-8 by RFC 3629, with U+FFFD for invalid bytes. Thread: any.</summary>
internal static class Utf8
{
    internal const int Replacement = 0xFFFD;

    /// <summary>
    /// The character at a position, which moves past it. A broken sequence is replaced as a whole up
    /// to the byte that breaks it, as browsers and .NET do.
    /// </summary>
    internal static int Next(byte[] buffer, ref int position, int end)
    {
        int lead = buffer[position++];
        if (lead < 0x80)
        {
            return lead;
        }

        int more = Continuations(lead);
        if (more == 0 || position == end || !MayFollow(lead, buffer[position]))
        {
            return Replacement;
        }

        int character = lead & (0x3F >> more);
        for (; more > 0; more--)
        {
            if (position == end || (buffer[position] & 0xC0) != 0x80)
            {
                return Replacement;
            }

            character = (character << 6) | (buffer[position++] & 0x3F);
        }

        return character;
    }

    /// <summary>
    /// Foreign bytes as text. On the board, Encoding.GetString alone would keep broken sequences and end at a NUL.
    /// </summary>
    internal static string Text(byte[] buffer, int start, int count)
    {
        int end = start + count;
        int length = 0;
        bool isWhole = true;
        for (int at = start; at < end;)
        {
            int character = Next(buffer, ref at, end);
            isWhole &= character != 0 && character != Replacement;
            length += Length(character == 0 ? Replacement : character);
        }

        if (isWhole)
        {
            return Encoding.UTF8.GetString(buffer, start, count);
        }

        byte[] mended = new byte[length];
        int written = 0;
        for (int at = start; at < end;)
        {
            int character = Next(buffer, ref at, end);
            written = Put(character == 0 ? Replacement : character, mended, written);
        }

        return Encoding.UTF8.GetString(mended, 0, written);
    }

    /// <summary>Bytes that <see cref="Put"/> writes for a character.</summary>
    internal static int Length(int character)
    {
        if (character < 0x80)
        {
            return 1;
        }

        if (character < 0x800)
        {
            return 2;
        }

        return character < 0x10000 ? 3 : 4;
    }

    /// <summary>Writes a character that is not a surrogate; returns the position after it.</summary>
    internal static int Put(int character, byte[] buffer, int position)
    {
        int length = Length(character);
        if (length == 1)
        {
            buffer[position] = (byte)character;
            return position + 1;
        }

        for (int i = position + length - 1; i > position; i--)
        {
            buffer[i] = (byte)(0x80 | (character & 0x3F));
            character >>= 6;
        }

        buffer[position] = (byte)((0xF00 >> length) | character);
        return position + length;
    }

    /// <summary>Bytes that follow a lead byte above ASCII; 0 when it is not a lead byte.</summary>
    internal static int Continuations(int lead)
    {
        if (lead < 0xC2 || lead > 0xF4)
        {
            return 0;
        }

        if (lead < 0xE0)
        {
            return 1;
        }

        return lead < 0xF0 ? 2 : 3;
    }

    /// <summary>The second byte shows overlong forms, surrogates and values above U+10FFFF.</summary>
    internal static bool MayFollow(int lead, int second)
    {
        switch (lead)
        {
            case 0xE0:
                return second >= 0xA0 && second <= 0xBF;
            case 0xED:
                return second >= 0x80 && second <= 0x9F;
            case 0xF0:
                return second >= 0x90 && second <= 0xBF;
            case 0xF4:
                return second >= 0x80 && second <= 0x8F;
            default:
                return second >= 0x80 && second <= 0xBF;
        }
    }
}
