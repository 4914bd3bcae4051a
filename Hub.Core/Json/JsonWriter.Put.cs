using System;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.Text;

namespace Hub.Core.Json;

/// <content>Texts and bytes.</content>
public sealed partial class JsonWriter
{
    /// <summary>Most bytes of one character.</summary>
    private const int MaxCharacterBytes = 4;

    private void PutText(string text)
    {
        if (!TryPutPlain(text))
        {
            PutAny(text);
        }
    }

    /// <summary>Puts a text of printable ASCII, as most are, without an array of its own; false, and nothing is put, for another one or where room is short.</summary>
    private bool TryPutPlain(string text)
    {
        int count = text.Length;
        int start = _length + 1;
        if (count * MaxCharacterBytes > _buffer.Length - start - 1)
        {
            return false;
        }

        // The board's conversion of a part is right for ASCII alone: a byte for each character, all of them printable.
        int end = start + Encoding.UTF8.GetBytes(text, 0, count, _buffer, start);
        if (end - start != count || SkipPlain(_buffer, start, end) != end)
        {
            return false;
        }

        _buffer[_length] = (byte)'"';
        _buffer[end] = (byte)'"';
        _length = end + 1;
        return true;
    }

    private void PutAny(string text)
    {
        // GetBytes of a whole string is the board's only conversion that handles every character correctly.
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Put('"');
        int position = 0;
        while (position < bytes.Length)
        {
            int start = position;
            position = SkipPlain(bytes, position, bytes.Length);
            PutBytes(bytes, start, position - start);
            if (position < bytes.Length)
            {
                PutCharacter(Utf8.Next(bytes, ref position, bytes.Length));
            }
        }

        Put('"');
    }

    /// <summary>Position of the next byte before <paramref name="end"/> that cannot be copied as it is.</summary>
    private static int SkipPlain(byte[] bytes, int position, int end)
    {
        while (position < end)
        {
            int symbol = bytes[position];
            if (symbol < ' ' || symbol > '~' || symbol == '"' || symbol == '\\')
            {
                break;
            }

            position++;
        }

        return position;
    }

    private void PutCharacter(int character)
    {
        if (character >= ' ' && character != '"' && character != '\\')
        {
            Reserve(Utf8.Length(character));
            _length = Utf8.Put(character, _buffer, _length);
            return;
        }

        Put('\\');
        switch (character)
        {
            case '"':
            case '\\':
                Put((char)character);
                break;
            case '\n':
                Put('n');
                break;
            case '\r':
                Put('r');
                break;
            case '\t':
                Put('t');
                break;
            default:
                Put('u');
                Put('0');
                Put('0');
                Put(HexDigit(character >> 4));
                Put(HexDigit(character & 15));
                break;
        }
    }

    private static char HexDigit(int value) => (char)(value < 10 ? '0' + value : 'a' + value - 10);

    private void Put(char ascii)
    {
        Reserve(1);
        _buffer[_length] = (byte)ascii;
        _length++;
    }

    private void PutBytes(byte[] bytes, int start, int count)
    {
        Reserve(count);
        Array.Copy(bytes, start, _buffer, _length, count);
        _length += count;
    }

    private void Reserve(int count)
    {
        if (count <= _buffer.Length - _length)
        {
            return;
        }

        if (count > _maxBytes - _length)
        {
            throw new HubException(ErrorCode.TooLarge, "The JSON document grows over its limit of " + _maxBytes.ToString() + " bytes.");
        }

        int size = _buffer.Length > _maxBytes / 2 ? _maxBytes : _buffer.Length * 2;
        byte[] larger = new byte[size < _length + count ? _length + count : size];
        Array.Copy(_buffer, 0, larger, 0, _length);
        _buffer = larger;
    }
}
