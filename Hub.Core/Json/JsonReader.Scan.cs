using System;

namespace Hub.Core.Json;

/// <content>Whitespace, texts, words and numbers.</content>
public sealed partial class JsonReader
{
    // Up to this distance a loop is cheaper than calling the native search (measured with .NET 10).
    private const int NearBytes = 16;

    private static readonly object s_quote = (byte)'"';
    private static readonly object s_backslash = (byte)'\\';
    private static readonly byte[] s_true = { (byte)'t', (byte)'r', (byte)'u', (byte)'e' };
    private static readonly byte[] s_false = { (byte)'f', (byte)'a', (byte)'l', (byte)'s', (byte)'e' };
    private static readonly byte[][] s_noNumbers =
    {
        new[] { (byte)'N', (byte)'a', (byte)'N' },
        new[] { (byte)'n', (byte)'a', (byte)'n' },
        new[] { (byte)'I', (byte)'n', (byte)'f', (byte)'i', (byte)'n', (byte)'i', (byte)'t', (byte)'y' },
        new[] { (byte)'i', (byte)'n', (byte)'f' },
    };

    private static readonly byte[] s_null = { (byte)'n', (byte)'u', (byte)'l', (byte)'l' };

    /// <summary>The byte at the position, -1 at the end.</summary>
    private int SkipWhitespace()
    {
        byte[] buffer = _buffer;
        int end = _end;
        int position = _position;
        while (position < end)
        {
            int symbol = buffer[position];
            if (symbol > ' ' || (symbol != ' ' && symbol != '\n' && symbol != '\r' && symbol != '\t'))
            {
                _position = position;
                return symbol;
            }

            position++;
        }

        _position = position;
        return -1;
    }

    private void ReadText()
    {
        int start = _position + 1;
        int quote = FindQuote(start);
        if (_nextBackslash < start)
        {
            _nextBackslash = FindBackslash(start);
        }

        _hasEscapes = _nextBackslash < quote;
        if (_hasEscapes)
        {
            quote = PassEscapes(quote, true);
        }

        _valueStart = start;
        _valueEnd = quote;
        _position = quote + 1;
    }

    /// <summary>The quote that ends the text, given the first quote found, which may be escaped and so part of the text.</summary>
    private int PassEscapes(int quote, bool areChecked)
    {
        while (_nextBackslash < quote)
        {
            int length = areChecked ? JsonText.EscapeLength(_buffer, _nextBackslash, _end) : 2;
            if (length == 0)
            {
                throw Fail(_nextBackslash, "this escape does not exist");
            }

            int position = _nextBackslash + length;
            if (position > quote)
            {
                quote = FindQuote(position);
            }

            _nextBackslash = FindBackslash(position);
        }

        return quote;
    }

    private int FindQuote(int position)
    {
        byte[] buffer = _buffer;
        int end = _end;
        int near = end - position > NearBytes ? position + NearBytes : end;
        for (; position < near; position++)
        {
            if (buffer[position] == '"')
            {
                return position;
            }
        }

        int quote = position < end ? Array.IndexOf((Array)buffer, s_quote, position, end - position) : -1;
        if (quote < 0)
        {
            throw Fail(end, "a string has no end");
        }

        return quote;
    }

    private int FindBackslash(int position)
    {
        int backslash = position < _end ? Array.IndexOf((Array)_buffer, s_backslash, position, _end - position) : -1;
        return backslash < 0 ? _end : backslash;
    }

    private void ReadWord(byte[] word)
    {
        int start = _position;
        for (int i = 0; i < word.Length; i++)
        {
            if (start + i >= _end || _buffer[start + i] != word[i])
            {
                throw Fail(start, "true, false or null is misspelled");
            }
        }

        EndScalar(start, start + word.Length);
    }

    /// <summary>Skips a NaN or infinity whose letters begin here; a sign may stand before them.</summary>
    private bool IsNoNumber(int first)
    {
        if (first >= _end || _buffer[first] <= '9')
        {
            return false;
        }

        for (int i = 0; i < s_noNumbers.Length; i++)
        {
            byte[] word = s_noNumbers[i];
            int end = first + word.Length;
            if (end <= _end && IsWord(word, first) && (end == _end || !IsOfScalar(_buffer[end])))
            {
                EndScalar(_position, end);
                return true;
            }
        }

        return false;
    }

    private bool IsWord(byte[] word, int position)
    {
        for (int i = 0; i < word.Length; i++)
        {
            if (_buffer[position + i] != word[i])
            {
                return false;
            }
        }

        return true;
    }

    private void ReadNumber(int symbol)
    {
        int start = _position;
        if (symbol != '-' && (uint)(symbol - '0') > 9)
        {
            throw Fail(start, "a value is missing");
        }

        int end = JsonNumber.Scan(_buffer, start, _end);
        if (end < 0)
        {
            throw Fail(~end, "this is not how JSON writes a number");
        }

        EndScalar(start, end);
    }

    private void EndScalar(int start, int end)
    {
        _valueStart = start;
        _valueEnd = end;
        _position = end;
        _state = _depth == 0 ? Nothing : Next;
    }
}
