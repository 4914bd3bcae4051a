using System;

namespace Hub.Core.Json;

/// <summary>
/// Pull reader over a JSON document (RFC 8259) in a byte array. Allocates nothing except in
/// <see cref="GetString()"/>, for numbers of more than 19 digits or far exponents, and for errors; made
/// once and reset for each document. Thread: one owner. The buffer stays the caller's and must not
/// change while it is read.
/// <para>Refused: whatever the grammar refuses, and anything but whitespace behind the document.
/// Tolerated: a byte order mark at the start, a name that comes twice, raw control characters and bytes
/// that are no UTF-8 inside strings, because printers send them (file names, Bambu reports).</para>
/// <para>The text of a name or string is what its escapes stand for, with U+FFFD for a lone surrogate,
/// for bytes that are no UTF-8 and for U+0000 (a string of the board stops at a NUL).</para>
/// </summary>
public sealed partial class JsonReader
{
    // What may come next.
    private const int Value = 0;
    private const int FirstItem = 1;
    private const int FirstName = 2;
    private const int Next = 3;
    private const int Nothing = 4;
    private const int Failed = 5;

    // Looking this far in a loop is cheaper than the call of the native search (measured with .NET 10).
    private const int NearBytes = 16;

    private static readonly object s_quote = (byte)'"';
    private static readonly object s_backslash = (byte)'\\';
    private static readonly byte[] s_true = { (byte)'t', (byte)'r', (byte)'u', (byte)'e' };
    private static readonly byte[] s_false = { (byte)'f', (byte)'a', (byte)'l', (byte)'s', (byte)'e' };
    private static readonly byte[] s_null = { (byte)'n', (byte)'u', (byte)'l', (byte)'l' };

    private readonly bool[] _isObject;
    private readonly JsonNumber _number = new JsonNumber();

    private byte[] _buffer = new byte[0];
    private int _start;
    private int _position;
    private int _end;
    private int _nextBackslash; // of all that is not read yet; _end when there is none
    private int _state = Nothing;
    private int _depth;
    private bool _inObject;
    private JsonToken _token;
    private string _error = "";

    private int _valueStart;
    private int _valueEnd;
    private bool _hasEscapes;

    /// <summary>Makes a reader that refuses documents nested deeper than this (1 to 1000).</summary>
    public JsonReader(int maxDepth)
    {
        if (maxDepth < 1 || maxDepth > 1000)
        {
            throw new ArgumentOutOfRangeException(nameof(maxDepth));
        }

        MaxDepth = maxDepth;
        _isObject = new bool[maxDepth + 1];
    }

    /// <summary>Deepest nesting accepted.</summary>
    public int MaxDepth { get; }

    /// <summary>The token <see cref="Read"/> returned last.</summary>
    public JsonToken Token => _token;

    /// <summary>Open objects and arrays around the present token; a bracket does not count its own.</summary>
    public int Depth => _token == JsonToken.ObjectStart || _token == JsonToken.ArrayStart ? _depth - 1 : _depth;

    /// <summary>Starts a document.</summary>
    public void Reset(byte[] buffer, int offset, int count)
    {
        if (buffer == null)
        {
            throw new ArgumentNullException(nameof(buffer));
        }

        if (offset < 0 || count < 0 || count > buffer.Length - offset)
        {
            throw new ArgumentOutOfRangeException(nameof(count));
        }

        _buffer = buffer;
        _start = offset;
        _position = offset;
        _end = offset + count;
        _nextBackslash = -1;
        _state = Value;
        _depth = 0;
        _inObject = false;
        SetValue(offset, offset);
        _token = JsonToken.None;
        SkipByteOrderMark();
    }

    /// <summary>
    /// Moves to the next token; behind the last one always <see cref="JsonToken.End"/>. Errors:
    /// <see cref="ErrorCode.BadJson"/> with the byte's position, the same one from then on.
    /// </summary>
    public JsonToken Read()
    {
        int symbol = SkipWhitespace();
        JsonToken token;
        if (_state == Next && symbol == ',')
        {
            _position++;
            symbol = SkipWhitespace();
            token = _inObject ? ReadName(symbol) : ReadValue(symbol);
        }
        else if (_state == Value)
        {
            token = ReadValue(symbol);
        }
        else
        {
            token = ReadBracketOrFirst(symbol);
        }

        _token = token;
        return token;
    }

    /// <summary>
    /// On a name: skips its value. On the start of an object or array: to its end, which is then the
    /// present token. Else: nothing. Inside a skipped object or array only the structure is checked
    /// (ends of strings, pairs of brackets, depth); commas, numbers and escapes are not. Errors:
    /// <see cref="ErrorCode.BadJson"/>.
    /// </summary>
    public void Skip()
    {
        if (_state == Failed)
        {
            throw new HubException(ErrorCode.BadJson, _error);
        }

        if (_token == JsonToken.Name)
        {
            Read();
        }

        if (_token == JsonToken.ObjectStart || _token == JsonToken.ArrayStart)
        {
            SkipToEnd();
        }
    }

    private void SkipToEnd()
    {
        int outerDepth = _depth - 1;
        while (_depth > outerDepth)
        {
            int symbol = SkipToBracket();
            if (symbol == '{' || symbol == '[')
            {
                Open(symbol == '{');
            }
            else if (symbol == (_inObject ? '}' : ']'))
            {
                _token = Close(_inObject ? JsonToken.ObjectEnd : JsonToken.ArrayEnd);
            }
            else
            {
                throw Fail(_position, "the closing bracket does not fit the opening one");
            }
        }
    }

    /// <summary>The next bracket outside of a string, at the position; -1 at the end.</summary>
    private int SkipToBracket()
    {
        byte[] buffer = _buffer;
        int end = _end;
        int position = _position;
        for (; position < end; position++)
        {
            int symbol = buffer[position];
            if (symbol == '"')
            {
                // Without the near loop of FindQuote: this made skipping a quarter faster on nanoCLR.
                int start = position + 1;
                int quote = Array.IndexOf((Array)buffer, s_quote, start, end - start);
                position = quote >= 0 && quote < _nextBackslash ? quote : SkipText(start);
            }
            else if ((symbol & 0xDF) == '[' || (symbol & 0xDF) == ']')
            {
                // [ and { differ in this one bit, as do ] and }.
                _position = position;
                return symbol;
            }
        }

        _position = position;
        return -1;
    }

    /// <summary>The quote that ends a skipped text.</summary>
    private int SkipText(int start)
    {
        int quote = FindQuote(start);
        if (_nextBackslash < start)
        {
            _nextBackslash = FindBackslash(start);
        }

        return _nextBackslash < quote ? PassEscapes(quote, false) : quote;
    }

    /// <summary>What comes behind an opening bracket or instead of a comma.</summary>
    private JsonToken ReadBracketOrFirst(int symbol)
    {
        if (_depth == 0 || _state == Failed)
        {
            return ReadEnd(symbol);
        }

        if (symbol == (_inObject ? '}' : ']'))
        {
            return Close(_inObject ? JsonToken.ObjectEnd : JsonToken.ArrayEnd);
        }

        if (_state == Next)
        {
            throw Fail(_position, "a comma or the closing bracket is missing");
        }

        return _inObject ? ReadName(symbol) : ReadValue(symbol);
    }

    private JsonToken ReadName(int symbol)
    {
        if (symbol != '"')
        {
            throw Fail(_position, "a name in quotes is missing");
        }

        ReadText();
        bool isColon = _position < _end && _buffer[_position] == ':';
        if (!isColon && SkipWhitespace() != ':')
        {
            throw Fail(_position, "the colon behind a name is missing");
        }

        _position++;
        _state = Value;
        return JsonToken.Name;
    }

    private JsonToken ReadValue(int symbol)
    {
        switch (symbol)
        {
            case '"':
                ReadText();
                _state = _depth == 0 ? Nothing : Next;
                return JsonToken.String;
            case '{':
                Open(true);
                _state = FirstName;
                return JsonToken.ObjectStart;
            case '[':
                Open(false);
                _state = FirstItem;
                return JsonToken.ArrayStart;
            case 't':
                ReadWord(s_true);
                return JsonToken.True;
            case 'f':
                ReadWord(s_false);
                return JsonToken.False;
            case 'n':
                ReadWord(s_null);
                return JsonToken.Null;
            default:
                ReadNumber(symbol);
                return JsonToken.Number;
        }
    }

    private JsonToken ReadEnd(int symbol)
    {
        if (_state == Failed)
        {
            throw new HubException(ErrorCode.BadJson, _error);
        }

        if (symbol >= 0)
        {
            throw Fail(_position, "something follows the end of the document");
        }

        return JsonToken.End;
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

    /// <summary>The quote that ends the text, given its first one, which an escape may have made part of it.</summary>
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
                throw Fail(start, "true, false or null is misspelt");
            }
        }

        EndScalar(start, start + word.Length);
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

    private void Open(bool isObject)
    {
        if (_depth == MaxDepth)
        {
            throw Fail(_position, "it is nested too deep");
        }

        _depth++;
        _isObject[_depth] = isObject;
        _inObject = isObject;
        SetValue(_position, _position);
        _position++;
    }

    private JsonToken Close(JsonToken token)
    {
        SetValue(_position, _position);
        _position++;
        _depth--;
        _inObject = _isObject[_depth];
        _state = _depth == 0 ? Nothing : Next;
        return token;
    }

    private void SetValue(int start, int end)
    {
        _valueStart = start;
        _valueEnd = end;
    }

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

    private void SkipByteOrderMark()
    {
        if (_end - _start >= 3 && _buffer[_start] == 0xEF && _buffer[_start + 1] == 0xBB && _buffer[_start + 2] == 0xBF)
        {
            _position += 3;
        }
    }

    private HubException Fail(int position, string what)
    {
        _state = Failed;
        _token = JsonToken.None;
        string found = position >= _end ? "it ends too early" : what;
        _error = "The JSON is broken at byte " + (position - _start).ToString() + ": " + found + ".";
        return new HubException(ErrorCode.BadJson, _error);
    }
}
