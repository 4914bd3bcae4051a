using Hub.Core.Text;

namespace Hub.Core.Json;

/// <summary>
/// What stands between the quotes of a JSON string, character by character: escapes resolved, U+FFFD
/// for a lone surrogate, for bytes that are not UTF-8 and for U+0000 (a string of the board stops at a
/// NUL). Thread: any.
/// </summary>
internal static class JsonText
{
    /// <summary>The character at a position, which moves past it. The escapes were checked before.</summary>
    internal static int Next(byte[] buffer, ref int position, int end)
    {
        int character = buffer[position] == '\\'
            ? NextEscape(buffer, ref position, end)
            : Utf8.Next(buffer, ref position, end);
        return character == 0 ? Utf8.Replacement : character;
    }

    /// <summary>
    /// Copies a text as UTF-8 until the next character would not fit; without a destination it only
    /// counts. Returns the bytes.
    /// </summary>
    internal static int Copy(byte[] buffer, int position, int end, byte[]? destination, int maxBytes)
    {
        int written = 0;
        while (position < end)
        {
            int character = Next(buffer, ref position, end);
            int length = Utf8.Length(character);
            if (length > maxBytes - written)
            {
                break;
            }

            if (destination != null)
            {
                Utf8.Put(character, destination, written);
            }

            written += length;
        }

        return written;
    }

    /// <summary>True when a text stands for the same characters as these bytes of UTF-8.</summary>
    internal static bool AreSame(byte[] buffer, int position, int end, byte[] utf8)
    {
        int other = 0;
        while (position < end && other < utf8.Length)
        {
            if (Next(buffer, ref position, end) != Utf8.Next(utf8, ref other, utf8.Length))
            {
                return false;
            }
        }

        return position == end && other == utf8.Length;
    }

    /// <summary>Length of the escape at a position (its backslash), 0 when there is none.</summary>
    internal static int EscapeLength(byte[] buffer, int position, int end)
    {
        if (position + 1 >= end)
        {
            return 0;
        }

        switch (buffer[position + 1])
        {
            case (byte)'"':
            case (byte)'\\':
            case (byte)'/':
            case (byte)'b':
            case (byte)'f':
            case (byte)'n':
            case (byte)'r':
            case (byte)'t':
                return 2;
            case (byte)'u':
                return HexUnit(buffer, position + 2, end) >= 0 ? 6 : 0;
            default:
                return 0;
        }
    }

    private static int NextEscape(byte[] buffer, ref int position, int end)
    {
        byte kind = buffer[position + 1];
        position += 2;
        switch (kind)
        {
            case (byte)'b':
                return '\b';
            case (byte)'f':
                return '\f';
            case (byte)'n':
                return '\n';
            case (byte)'r':
                return '\r';
            case (byte)'t':
                return '\t';
            case (byte)'u':
                return NextUnicodeEscape(buffer, ref position, end);
            default:
                return kind;
        }
    }

    private static int NextUnicodeEscape(byte[] buffer, ref int position, int end)
    {
        int unit = HexUnit(buffer, position, end);
        position += 4;
        if (unit < 0xD800 || unit > 0xDFFF)
        {
            return unit;
        }

        int low = unit < 0xDC00 ? LowSurrogate(buffer, position, end) : -1;
        if (low < 0)
        {
            return Utf8.Replacement;
        }

        position += 6;
        return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    }

    /// <summary>The low surrogate escaped at a position, or -1.</summary>
    private static int LowSurrogate(byte[] buffer, int position, int end)
    {
        if (position + 6 > end || buffer[position] != '\\' || buffer[position + 1] != 'u')
        {
            return -1;
        }

        int unit = HexUnit(buffer, position + 2, end);
        return unit >= 0xDC00 && unit <= 0xDFFF ? unit : -1;
    }

    /// <summary>Four hexadecimal digits, or -1.</summary>
    private static int HexUnit(byte[] buffer, int position, int end)
    {
        if (position + 4 > end)
        {
            return -1;
        }

        int unit = 0;
        for (int i = position; i < position + 4; i++)
        {
            int digit = HexDigit(buffer[i]);
            if (digit < 0)
            {
                return -1;
            }

            unit = (unit << 4) | digit;
        }

        return unit;
    }

    private static int HexDigit(int symbol)
    {
        if (symbol >= '0' && symbol <= '9')
        {
            return symbol - '0';
        }

        int letter = symbol | 0x20;
        return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
    }
}
