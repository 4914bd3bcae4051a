using System;
using Hub.Core.Errors;

namespace Hub.Core.Json;

/// <summary>
/// Pull reader for a JSON document (RFC 8259) in a byte array, or in pieces through one. Allocates nothing except in
/// <see cref="GetString()"/>, for numbers of more than 19 digits or extreme exponents, and for errors; made
/// once and reset for each document. Thread: one owner. The buffer stays the caller's and must not
/// change while it is read.
/// <para>Refused: everything the grammar refuses, and anything but whitespace after the document.
/// Tolerated: a byte order mark at the start, a name that occurs twice, raw control characters and bytes
/// that are not UTF-8 inside strings, because printers send them (file names, Bambu reports). NaN, Infinity and -Infinity as
/// values count as null: the json module of Python writes them (Klipper3d/klipper issue 3811), and printf of C writes nan and
/// inf.</para>
/// <para>The text of a name or string is what its escapes stand for, with U+FFFD for a lone surrogate,
/// for bytes that are not UTF-8 and for U+0000 (a string of the board stops at a NUL).</para>
/// </summary>
public sealed partial class JsonReader
{
    // What may come next.
    private const int Value = 0; // a value alone
    private const int First = 1; // the first name or value, or the closing bracket
    private const int Next = 2; // a comma or the closing bracket
    private const int Nothing = 3;
    private const int Failed = 4;

    private const int ByteOrderMarkBytes = 3;

    private readonly bool[] _isObject;
    private readonly JsonNumber _number = new JsonNumber();

    private byte[] _buffer = new byte[0];
    private int _start;
    private int _position;
    private int _end;
    private int _nextBackslash; // of all that is not read yet; _end when there is none
    private int _state = Nothing;
    private int _depth;
    private int _depthLimit;
    private bool _inObject;
    private JsonToken _token;
    private string _error = "";

    private int _valueStart;
    private int _valueEnd;
    private bool _hasEscapes;

    /// <summary>Makes a reader that reads documents no deeper than this (1 to 1000); skipped values may be deeper.</summary>
    public JsonReader(int maxDepth)
    {
        if (maxDepth < 1 || maxDepth > 1000)
        {
            throw new ArgumentOutOfRangeException(nameof(maxDepth));
        }

        MaxDepth = maxDepth;
        _isObject = new bool[maxDepth + 2];
    }

    /// <summary>Deepest nesting that is read.</summary>
    public int MaxDepth { get; }

    /// <summary>The token <see cref="Read"/> returned last.</summary>
    public JsonToken Token => _token;

    /// <summary>Open objects and arrays around the present token; a bracket does not count its own.</summary>
    public int Depth => _token == JsonToken.ObjectStart || _token == JsonToken.ArrayStart ? _depth - 1 : _depth;

    /// <summary>Starts a document.</summary>
    public void Reset(byte[] buffer, int offset, int count)
    {
        Start(buffer, offset, count);
        SkipByteOrderMark();
    }

    /// <summary>
    /// Moves to the next token; after the last one always <see cref="JsonToken.End"/>. Errors:
    /// <see cref="ErrorCode.BadJson"/> with the byte's position, the same one from then on.
    /// </summary>
    public JsonToken Read()
    {
        if (_source != null)
        {
            Hold();
        }

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

    private void Start(byte[] buffer, int offset, int count)
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
        _source = null;
        _start = offset;
        _position = offset;
        _end = offset + count;
        _nextBackslash = -1;
        _state = Value;
        _depth = 0;
        _depthLimit = MaxDepth;
        _inObject = false;
        SetValue(offset, offset);
        _token = JsonToken.None;
    }

    /// <summary>What follows an opening bracket or stands in place of a comma.</summary>
    private JsonToken ReadBracketOrFirst(int symbol)
    {
        if (_depth == 0 || _state == Failed)
        {
            return ReadEnd(symbol);
        }

        if (symbol == (_inObject ? '}' : ']'))
        {
            return Close();
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
        if (!isColon && SkipToColon() != ':')
        {
            throw Fail(_position, "the colon after a name is missing");
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
                return JsonToken.ObjectStart;
            case '[':
                Open(false);
                return JsonToken.ArrayStart;
            case 't':
                ReadWord(s_true);
                return JsonToken.True;
            case 'f':
                ReadWord(s_false);
                return JsonToken.False;
            case 'n':
                if (!IsNoNumber(_position))
                {
                    ReadWord(s_null);
                }

                return JsonToken.Null;
            default:
                if (IsNoNumber(symbol == '-' ? _position + 1 : _position))
                {
                    return JsonToken.Null;
                }

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

    private void Open(bool isObject)
    {
        if (_depth >= _depthLimit)
        {
            throw Fail(_position, "it is nested too deep");
        }

        _depth++;
        _isObject[_depth] = isObject;
        _inObject = isObject;
        SetValue(_position, _position);
        _position++;
        _state = First;
    }

    private JsonToken Close()
    {
        JsonToken token = _inObject ? JsonToken.ObjectEnd : JsonToken.ArrayEnd;
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

    private void SkipByteOrderMark()
    {
        if (_end - _start >= ByteOrderMarkBytes && _buffer[_start] == 0xEF && _buffer[_start + 1] == 0xBB && _buffer[_start + 2] == 0xBF)
        {
            _position += ByteOrderMarkBytes;
        }
    }

    private HubException Fail(int position, string what)
    {
        _state = Failed;
        _token = JsonToken.None;
        _source = null;
        string found = position >= _end ? "it ends too early" : what;
        _error = "The JSON is broken at byte " + (position - _start).ToString() + ": " + found + ".";
        return new HubException(ErrorCode.BadJson, _error);
    }
}
