using System;
using System.Text;

namespace Hub.Core.Http;

/// <summary>
/// Collects the head of one answer: lines ended by a plain LF, folded lines joined (RFC 9112 section 5.2).
/// The store grows once to what this peer needs and is used again for every answer; headers become
/// strings only when somebody asks for them. No I/O. Thread: one owner.
/// </summary>
internal sealed class HttpHead
{
    private const int FirstSize = 512;
    private const int MaxLineBytes = 8 * 1024;
    private const int MaxHeadBytes = 16 * 1024;
    private const int MaxHeaders = 100;

    /// <summary>First byte of a TLS alert record, which a TLS port may send to a plain request.</summary>
    private const byte TlsAlert = 0x15;

    private static readonly object s_lineFeed = (byte)'\n';
    private static readonly object s_carriageReturn = (byte)'\r';
    private static readonly object s_colon = (byte)':';
    private static readonly object s_comma = (byte)',';
    private static readonly object s_nul = (byte)0;
    private static readonly byte[] s_protocol = Encoding.UTF8.GetBytes("HTTP/1.");

    private readonly string _peer;
    private byte[] _bytes = new byte[FirstSize];
    private int _length;
    private int _lineStart;
    private int _headersStart;
    private int _headerCount;

    /// <summary>Makes an empty head.</summary>
    /// <param name="peer">Host and port for messages.</param>
    internal HttpHead(string peer)
    {
        _peer = peer;
    }

    /// <summary>100 to 999 once the status line is complete, 0 before.</summary>
    internal int Status { get; private set; }

    /// <summary>True for HTTP/1.0.</summary>
    internal bool IsHttp10 { get; private set; }

    /// <summary>True when the empty line after the headers was seen.</summary>
    internal bool IsComplete { get; private set; }

    /// <summary>Forgets everything, for the next answer.</summary>
    internal void Clear()
    {
        _length = 0;
        _lineStart = 0;
        _headersStart = 0;
        _headerCount = 0;
        Status = 0;
        IsHttp10 = false;
        IsComplete = false;
    }

    /// <summary>Takes bytes up to the end of the head. Errors: <see cref="ErrorCode.BadResponse"/>.</summary>
    /// <returns>Bytes taken; fewer than offered only when the head is complete.</returns>
    internal int Take(byte[] input, int offset, int count)
    {
        int position = offset;
        int end = offset + count;
        while (position < end && !IsComplete)
        {
            int lineFeed = HttpText.IndexOf(input, s_lineFeed, position, end - position);
            int next = lineFeed < 0 ? end : lineFeed + 1;
            Store(input, position, next - position);
            position = next;
            if (Status == 0)
            {
                CheckProtocol();
            }

            if (lineFeed >= 0)
            {
                EndLine();
            }
        }

        return position - offset;
    }

    /// <summary>Where the value of a header begins, searched from a position on (0: the first); -1 when there is none.</summary>
    /// <param name="lowerName">Its name in lower-case ASCII.</param>
    /// <param name="from">0, or a value's position to find the next one.</param>
    internal int Find(byte[] lowerName, int from)
    {
        int line = from == 0 ? _headersStart : LineEnd(from) + 1;
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

    /// <summary>The number that every item of the list at a position states (RFC 9110 section 8.6); -1 when they differ or are no length.</summary>
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

    private static bool IsSpace(int value) => value == ' ' || value == '\t';

    private void Store(byte[] input, int offset, int count)
    {
        if (_length - _lineStart + count > MaxLineBytes)
        {
            throw Bad("sent a header line of more than 8 KiB");
        }

        if (_length + count > MaxHeadBytes)
        {
            throw Bad("sent more than 16 KiB of headers");
        }

        if (_length + count > _bytes.Length)
        {
            Grow(_length + count);
        }

        Array.Copy(input, offset, _bytes, _length, count);
        _length += count;
    }

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

    /// <summary>Refuses what does not begin like HTTP at its first bytes: a peer of another protocol may wait for us and send no more.</summary>
    private void CheckProtocol()
    {
        int count = Math.Min(_length, s_protocol.Length);
        for (int i = 0; i < count; i++)
        {
            if (_bytes[i] != s_protocol[i])
            {
                throw NotHttp();
            }
        }
    }

    private HubException NotHttp()
    {
        string hint = _bytes[0] == TlsAlert ? " (it seems to want https)" : "";
        return Bad("does not speak HTTP/1.x" + hint + ", it sent: " + HttpText.Printable(_bytes, 0, TrimLine(_length)));
    }

    private void EndLine()
    {
        int end = TrimLine(_length);
        CheckLine(end);
        if (Status == 0)
        {
            ReadStatusLine(end);
            KeepLine(end);
            _headersStart = _length;
        }
        else if (end == _lineStart)
        {
            _length = _lineStart;
            IsComplete = true;
        }
        else if (IsSpace(_bytes[_lineStart]))
        {
            JoinLine(end);
        }
        else
        {
            CheckHeader(end);
            KeepLine(end);
        }
    }

    /// <summary>Where the present line's text ends, without LF and CR LF.</summary>
    private int TrimLine(int end)
    {
        if (end > _lineStart && _bytes[end - 1] == '\n')
        {
            end--;
        }

        return end > _lineStart && _bytes[end - 1] == '\r' ? end - 1 : end;
    }

    private void CheckLine(int end)
    {
        int count = end - _lineStart;
        if (HttpText.IndexOf(_bytes, s_nul, _lineStart, count) >= 0 || HttpText.IndexOf(_bytes, s_carriageReturn, _lineStart, count) >= 0)
        {
            throw Bad("sent a header line with a NUL or a stray CR in it");
        }
    }

    private void KeepLine(int end)
    {
        _bytes[end] = (byte)'\n';
        _length = end + 1;
        _lineStart = _length;
    }

    private void JoinLine(int end)
    {
        if (_lineStart == _headersStart)
        {
            throw Bad("sent a folded line in front of its headers");
        }

        _bytes[_lineStart - 1] = (byte)' ';
        KeepLine(end);
    }

    private void ReadStatusLine(int end)
    {
        // "HTTP/1.x NNN", then nothing or a space and a phrase (RFC 9112 section 4). The phrase may be absent.
        bool isLongEnough = end >= 12 && _bytes[8] == ' ' && (end == 12 || _bytes[12] == ' ');
        int status = isLongEnough ? ReadNumber(9, 3) : -1;
        if (status < 100 || !HttpText.IsDigit(_bytes[7]))
        {
            throw NotHttp();
        }

        IsHttp10 = _bytes[7] == '0';
        Status = status;
    }

    private int ReadNumber(int start, int digits)
    {
        int number = 0;
        for (int i = start; i < start + digits; i++)
        {
            if (!HttpText.IsDigit(_bytes[i]))
            {
                return -1;
            }

            number = (number * 10) + _bytes[i] - '0';
        }

        return number;
    }

    private void CheckHeader(int end)
    {
        int colon = HttpText.IndexOf(_bytes, s_colon, _lineStart, end - _lineStart);
        if (colon <= _lineStart || IsSpace(_bytes[colon - 1]))
        {
            throw Bad("sent a header line without a name: " + HttpText.Printable(_bytes, _lineStart, end - _lineStart));
        }

        _headerCount++;
        if (_headerCount > MaxHeaders)
        {
            throw Bad("sent more than 100 headers");
        }
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
            if (HttpText.Lower(_bytes[start + i]) != lowerWord[i])
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
            if (!HttpText.IsDigit(_bytes[i]) || number > (long.MaxValue - digit) / 10)
            {
                return -1;
            }

            number = (number * 10) + digit;
        }

        return number;
    }

    private int ItemEnd(int item, int end)
    {
        int comma = HttpText.IndexOf(_bytes, s_comma, item, end - item);
        return comma < 0 ? end : comma;
    }

    private int NextItem(int item, int end)
    {
        int comma = ItemEnd(item, end);
        return comma == end ? end : SkipSpaces(comma + 1);
    }

    /// <summary>Where the LF of the line around a position is; every stored line has one.</summary>
    private int LineEnd(int position) => HttpText.IndexOf(_bytes, s_lineFeed, position, _length - position);

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

    private HubException Bad(string what) => new HubException(ErrorCode.BadResponse, _peer + " " + what);
}
