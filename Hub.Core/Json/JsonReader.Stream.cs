using System;
using Hub.Core.Errors;

namespace Hub.Core.Json;

/// <content>
/// A document larger than the window it is read through. Before a token is read, the whole token is brought into the
/// window; the rest of the reader then works as on a whole document.
/// </content>
public sealed partial class JsonReader
{
    private IJsonSource? _source; // null for a whole document and once the source has ended

    /// <summary>
    /// Starts a document that a source gives piece by piece, such as a message larger than its buffer. A name,
    /// with the blanks and the colon after it, a text and a number must be shorter than the window, otherwise it is
    /// <see cref="ErrorCode.BadJson"/>; skipped values may have any size. A token's value is valid until the next
    /// <see cref="Read"/> or <see cref="Skip"/>. Errors: the source's.
    /// </summary>
    /// <param name="source">Gives the document and ends with it.</param>
    /// <param name="window">The caller's array; the reader uses all of it and changes it until the document ends.</param>
    public void Reset(IJsonSource source, byte[] window) => Reset(source, window, 0, 0);

    /// <summary>Starts a document whose beginning is in the window already; otherwise as <see cref="Reset(IJsonSource, byte[])"/>.</summary>
    /// <param name="source">Gives the rest and ends with the document.</param>
    /// <param name="window">The caller's array; the reader uses all of it and changes it until the document ends.</param>
    /// <param name="offset">Index of the document's first byte.</param>
    /// <param name="count">Bytes that are there, 0 for none.</param>
    public void Reset(IJsonSource source, byte[] window, int offset, int count)
    {
        if (source == null)
        {
            throw new ArgumentNullException(nameof(source));
        }

        Start(window, offset, count);
        _source = source;
        while (_end - _start < Smaller(ByteOrderMarkBytes, window.Length) && Refill(_start))
        {
            // Until it is known whether there is a mark.
        }

        SkipByteOrderMark();
    }

    /// <summary>Brings the next token and the comma before it into the window.</summary>
    private void Hold()
    {
        int symbol = SkipWhitespace();
        while (symbol < 0 && Refill(_position))
        {
            symbol = SkipWhitespace();
        }

        int first = symbol == ',' && _state == Next ? FindBehindComma() : 0;
        symbol = _position + first < _end ? _buffer[_position + first] : -1;
        if (symbol == '"')
        {
            HoldText(first);
        }
        else if (IsOfScalar(symbol))
        {
            HoldScalar(first);
        }
    }

    /// <summary>Where the token after the comma at the position begins, counted from the comma.</summary>
    private int FindBehindComma()
    {
        int behind = 1;
        bool isFound = false;
        while (!isFound)
        {
            while (_position + behind < _end && IsBlank(_buffer[_position + behind]))
            {
                behind++;
            }

            isFound = _position + behind < _end;
            if (!isFound)
            {
                // The blanks so far mean nothing: the comma moves to the last of them.
                _position = _end - 1;
                _buffer[_position] = (byte)',';
                behind = 1;
                isFound = !Refill(_position);
            }
        }

        return behind;
    }

    /// <summary>A text whose first quote stands <paramref name="first"/> bytes after the position.</summary>
    private void HoldText(int first)
    {
        int seen = first + 1;
        bool isWhole = false;
        do
        {
            int quote = Array.IndexOf((Array)_buffer, s_quote, _position + seen, _end - _position - seen);
            if (quote >= 0)
            {
                isWhole = !IsEscaped(quote);
                seen = quote + 1 - _position;
            }
            else
            {
                seen = _end - _position;
                isWhole = !Refill(_position);
            }
        }
        while (!isWhole);
    }

    /// <summary>True when a quote is part of the text before it: after an odd number of backslashes.</summary>
    private bool IsEscaped(int quote)
    {
        int first = quote;
        while (_buffer[first - 1] == '\\')
        {
            first--;
        }

        return ((quote - first) & 1) != 0;
    }

    /// <summary>A number or a word <paramref name="first"/> bytes after the position, and the byte after it, which ends it.</summary>
    private void HoldScalar(int first)
    {
        int seen = first + 1;
        do
        {
            while (_position + seen < _end)
            {
                if (!IsOfScalar(_buffer[_position + seen]))
                {
                    return;
                }

                seen++;
            }
        }
        while (Refill(_position));
    }

    private static bool IsBlank(int symbol) => symbol == ' ' || symbol == '\n' || symbol == '\r' || symbol == '\t';

    private static bool IsOfScalar(int symbol) =>
        (uint)(symbol - '0') <= 9 || (uint)((symbol | 0x20) - 'a') <= 25 || symbol == '-' || symbol == '+' || symbol == '.';

    /// <summary>The next byte that is not a blank, after a name, which stays in the window.</summary>
    private int SkipToColon()
    {
        int symbol = SkipWhitespace();
        while (symbol < 0 && Refill(_valueStart - 1))
        {
            symbol = SkipWhitespace();
        }

        return symbol;
    }

    /// <summary>The quote that ends a skipped text, of which nothing needs to stay.</summary>
    private int SkipStreamedText(int start)
    {
        int quote = FindSkippedQuote(start, out int next);
        while (quote < 0)
        {
            // The next byte is outside when the window ends between a backslash and the character it escapes.
            int beyond = next - _end;
            _position = _end;
            if (!Refill(_end))
            {
                throw Fail(_end, "a string has no end");
            }

            quote = FindSkippedQuote(_position + beyond, out next);
        }

        return quote;
    }

    /// <summary>The quote that ends a skipped text; -1 when it is not in the window, and then where to continue.</summary>
    private int FindSkippedQuote(int position, out int next)
    {
        if (_nextBackslash < position)
        {
            _nextBackslash = FindBackslash(position);
        }

        int quote = position < _end ? Array.IndexOf((Array)_buffer, s_quote, position, _end - position) : -1;
        if (quote >= 0 && quote < _nextBackslash)
        {
            next = quote;
            return quote;
        }

        for (next = position; next < _end; next += _buffer[next] == '\\' ? 2 : 1)
        {
            if (_buffer[next] == '"')
            {
                return next;
            }
        }

        return -1;
    }

    /// <summary>Reads on after the window's content; bytes before the one to keep are dropped when there is no room. The indexes move along.</summary>
    /// <returns>False when the source has ended, or there is none.</returns>
    private bool Refill(int keep)
    {
        if (_source == null)
        {
            return false;
        }

        if (_end == _buffer.Length)
        {
            if (keep == 0)
            {
                throw Fail(0, "a name, text or number is longer than the " + _buffer.Length.ToString() + " bytes that are read at a time");
            }

            MoveToFront(keep);
        }

        int read = _source.Read(_buffer, _end, _buffer.Length - _end);
        if (read <= 0)
        {
            _source = null;
            return false;
        }

        _end += read;
        _nextBackslash = -1;
        return true;
    }

    /// <summary>Positions in messages stay correct, because the document's start moves too.</summary>
    private void MoveToFront(int keep)
    {
        Array.Copy(_buffer, keep, _buffer, 0, _end - keep);
        _end -= keep;
        _start -= keep;
        _position -= keep;
        _valueStart -= keep;
        _valueEnd -= keep;
    }
}
