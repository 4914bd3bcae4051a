using System;
using Hub.Core.Text;

namespace Hub.Core.Http;

/// <summary>
/// The bytes of one head, and the search for values in them. Every line ends in a plain LF. The store grows
/// once to what this peer needs and is reused for every answer; a header becomes a string only when
/// it is asked for. Thread: one owner.
/// </summary>
internal sealed class HttpHeaders
{
    private const int FirstSize = 512;

    private static readonly object s_lineFeed = (byte)'\n';
    private static readonly object s_comma = (byte)',';

    private byte[] _bytes = new byte[FirstSize];
    private int _length;

    /// <summary>The store; another array after it grew.</summary>
    internal byte[] Bytes => _bytes;

    /// <summary>Bytes in it.</summary>
    internal int Length => _length;

    /// <summary>Where the first header's line begins, after the status line.</summary>
    internal int Start { get; set; }

    internal static bool IsSpace(int value) => value == ' ' || value == '\t';

    internal void Clear()
    {
        _length = 0;
        Start = 0;
    }

    /// <summary>Drops everything after a position.</summary>
    internal void CutTo(int length) => _length = length;

    /// <summary>Adds bytes; the caller bounds them.</summary>
    internal void Append(byte[] input, int offset, int count)
    {
        if (_length + count > _bytes.Length)
        {
            Grow(_length + count);
        }

        Array.Copy(input, offset, _bytes, _length, count);
        _length += count;
    }

    /// <summary>Where the value of a header begins, searched from a position on (0: the first); -1 when there is none.</summary>
    /// <param name="lowerName">Its name in lower-case ASCII.</param>
    /// <param name="from">0, or a value's position to find the next one.</param>
    internal int Find(byte[] lowerName, int from)
    {
        int line = from == 0 ? Start : LineEnd(from) + 1;
        while (line < _length)
        {
            if (HasName(line, lowerName))
            {
                return line + lowerName.Length + 1;
            }

            line = LineEnd(line) + 1;
        }

        return -1;
    }

    /// <summary>The value that begins at a position, without the white space around it, each byte as one character (ISO 8859-1).</summary>
    internal string Value(int start)
    {
        int end = ValueEnd(start);
        start = SkipSpaces(start);
        char[] characters = new char[Math.Max(end - start, 0)];
        for (int i = 0; i < characters.Length; i++)
        {
            characters[i] = (char)_bytes[start + i];
        }

        return new string(characters);
    }

    /// <summary>True when the comma-separated list that begins at a position holds a word, in any case.</summary>
    internal bool ListHas(int start, byte[] lowerWord)
    {
        int end = ValueEnd(start);
        for (int item = SkipSpaces(start); item < end; item = NextItem(item, end))
        {
            if (Equals(item, TrimEnd(item, ItemEnd(item, end)), lowerWord))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The number that every item of the list at a position states (RFC 9110 section 8.6); -1 when they differ or are not a length.</summary>
    internal long LengthList(int start)
    {
        long length = -1;
        int end = ValueEnd(start);
        for (int item = SkipSpaces(start); item < end; item = NextItem(item, end))
        {
            long value = ReadLength(item, TrimEnd(item, ItemEnd(item, end)));
            if (value < 0 || (length >= 0 && value != length))
            {
                return -1;
            }

            length = value;
        }

        return length;
    }

    /// <summary>True when the whole value that begins at a position is this word, in any case.</summary>
    internal bool ValueIs(int start, byte[] lowerWord) => Equals(SkipSpaces(start), ValueEnd(start), lowerWord);

    private void Grow(int needed)
    {
        int size = _bytes.Length;
        while (size < needed)
        {
            size *= 2;
        }

        byte[] larger = new byte[size];
        Array.Copy(_bytes, 0, larger, 0, _length);
        _bytes = larger;
    }

    private bool HasName(int line, byte[] lowerName)
    {
        int colon = line + lowerName.Length;
        return colon < _length && _bytes[colon] == ':' && Equals(line, colon, lowerName);
    }

    private bool Equals(int start, int end, byte[] lowerWord)
    {
        if (end - start != lowerWord.Length)
        {
            return false;
        }

        for (int i = 0; i < lowerWord.Length; i++)
        {
            if (Ascii.Lower(_bytes[start + i]) != lowerWord[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A number of digits alone, or -1. (The board's long.Parse does not see every overflow.)</summary>
    private long ReadLength(int start, int end)
    {
        long number = start < end ? 0 : -1;
        for (int i = start; i < end; i++)
        {
            int digit = _bytes[i] - '0';
            if (!Ascii.IsDigit(_bytes[i]) || number > (long.MaxValue - digit) / 10)
            {
                return -1;
            }

            number = (number * 10) + digit;
        }

        return number;
    }

    private int ItemEnd(int item, int end)
    {
        int comma = Ascii.IndexOf(_bytes, s_comma, item, end - item);
        return comma < 0 ? end : comma;
    }

    private int NextItem(int item, int end)
    {
        int comma = ItemEnd(item, end);
        return comma == end ? end : SkipSpaces(comma + 1);
    }

    /// <summary>Where the LF of the line around a position is; every stored line has one.</summary>
    private int LineEnd(int position) => Ascii.IndexOf(_bytes, s_lineFeed, position, _length - position);

    private int ValueEnd(int start) => TrimEnd(start, LineEnd(start));

    private int TrimEnd(int start, int end)
    {
        while (end > start && IsSpace(_bytes[end - 1]))
        {
            end--;
        }

        return end;
    }

    private int SkipSpaces(int position)
    {
        while (IsSpace(_bytes[position]))
        {
            position++;
        }

        return position;
    }
}
