using System;
using System.Text;
using Hub.Core.Errors;

namespace Hub.Core.Json;

/// <summary>
/// Writes compact JSON into a byte array of its own that grows to a limit; reset and reused.
/// The writer adds the commas. Texts become UTF-8 with U+FFFD for a lone surrogate; one of
/// printable ASCII allocates nothing, any other an array of its length. Thread: one owner. Errors: <see cref="ErrorCode.TooLarge"/> over
/// the limit, after which only <see cref="Reset"/> makes sense;
/// <see cref="InvalidOperationException"/> on a misuse such as a value without a name.
/// </summary>
public sealed partial class JsonWriter
{
    /// <summary>Most objects and arrays around a value.</summary>
    public const int MaxDepth = 64;

    /// <summary>Most decimals a number may be given.</summary>
    public const int MaxDecimals = 15;

    // What may come next.
    private const int FirstValue = 0;
    private const int FirstItem = 1;
    private const int NextItem = 2;
    private const int FirstName = 3;
    private const int NextName = 4;
    private const int MemberValue = 5;
    private const int Nothing = 6;

    private static readonly byte[] s_true = { (byte)'t', (byte)'r', (byte)'u', (byte)'e' };
    private static readonly byte[] s_false = { (byte)'f', (byte)'a', (byte)'l', (byte)'s', (byte)'e' };
    private static readonly byte[] s_null = { (byte)'n', (byte)'u', (byte)'l', (byte)'l' };

    private readonly int _maxBytes;
    private readonly bool[] _isObject = new bool[MaxDepth + 1];
    private readonly byte[] _number = new byte[JsonDigits.MaxBytes];
    private readonly JsonDigits _digits = new JsonDigits();

    private byte[] _buffer;
    private int _length;
    private int _depth;
    private int _state;

    /// <summary>Makes a writer.</summary>
    /// <param name="initialBytes">Bytes to start with.</param>
    /// <param name="maxBytes">Most bytes a document may have.</param>
    public JsonWriter(int initialBytes, int maxBytes)
    {
        if (initialBytes < 0 || maxBytes < initialBytes)
        {
            throw new ArgumentOutOfRangeException(nameof(maxBytes));
        }

        _buffer = new byte[initialBytes];
        _maxBytes = maxBytes;
    }

    /// <summary>The bytes; valid up to <see cref="Length"/> until the next call.</summary>
    public byte[] Buffer => _buffer;

    /// <summary>Bytes written.</summary>
    public int Length => _length;

    /// <summary>Starts over.</summary>
    public void Reset()
    {
        _length = 0;
        _depth = 0;
        _state = FirstValue;
    }

    /// <summary>{</summary>
    public void BeginObject() => Begin(true, FirstName, '{');

    /// <summary>}</summary>
    public void EndObject() => End(FirstName, NextName, '}');

    /// <summary>[</summary>
    public void BeginArray() => Begin(false, FirstItem, '[');

    /// <summary>]</summary>
    public void EndArray() => End(FirstItem, NextItem, ']');

    /// <summary>A member's name.</summary>
    public void Name(string name)
    {
        if (_state != FirstName && _state != NextName)
        {
            throw new InvalidOperationException("A name belongs in an object, after a complete member.");
        }

        if (_state == NextName)
        {
            Put(',');
        }

        PutText(name);
        Put(':');
        _state = MemberValue;
    }

    /// <summary>A string, or null.</summary>
    public void Value(string? value)
    {
        BeforeValue();
        if (value == null)
        {
            PutBytes(s_null, 0, s_null.Length);
        }
        else
        {
            PutText(value);
        }

        AfterValue();
    }

    /// <summary>A whole number.</summary>
    public void Value(long value)
    {
        BeforeValue();
        int start = JsonDigits.PutInt64(value, _number);
        PutBytes(_number, start, _number.Length - start);
        AfterValue();
    }

    /// <summary>
    /// A number with at most <paramref name="decimals"/> decimals (0 to 15), rounded to nearest (halves away from zero) and
    /// trailing zeros cut, never with an exponent; NaN and infinities become null.
    /// </summary>
    public void Value(double value, int decimals)
    {
        if (decimals < 0 || decimals > MaxDecimals)
        {
            throw new ArgumentOutOfRangeException(nameof(decimals));
        }

        BeforeValue();
        if (double.IsNaN(value) || double.IsInfinity(value))
        {
            PutBytes(s_null, 0, s_null.Length);
        }
        else
        {
            int start = _digits.PutDouble(value, decimals, _number, out int end);
            PutBytes(_number, start, end - start);
        }

        AfterValue();
    }

    /// <summary>true or false.</summary>
    public void Value(bool value)
    {
        BeforeValue();
        byte[] word = value ? s_true : s_false;
        PutBytes(word, 0, word.Length);
        AfterValue();
    }

    /// <summary>A value that is written already: a whole JSON document as UTF-8, which is copied unchecked.</summary>
    public void Written(byte[] document, int offset, int count)
    {
        BeforeValue();
        PutBytes(document, offset, count);
        AfterValue();
    }

    /// <summary>The document as a new array.</summary>
    public byte[] ToArray()
    {
        CheckWhole();
        byte[] document = new byte[_length];
        Array.Copy(_buffer, 0, document, 0, _length);
        return document;
    }

    /// <summary>The document as text, as far as it has been written.</summary>
    public override string ToString() => Encoding.UTF8.GetString(_buffer, 0, _length);

    private void Begin(bool isObject, int state, char bracket)
    {
        if (_depth == MaxDepth)
        {
            throw new InvalidOperationException("The document is nested too deep.");
        }

        BeforeValue();
        Put(bracket);
        _depth++;
        _isObject[_depth] = isObject;
        _state = state;
    }

    private void End(int firstState, int nextState, char bracket)
    {
        if (_state != firstState && _state != nextState)
        {
            throw new InvalidOperationException("There is nothing open that this bracket could close.");
        }

        Put(bracket);
        _depth--;
        AfterValue();
    }

    private void BeforeValue()
    {
        if (_state == FirstName || _state == NextName || _state == Nothing)
        {
            throw new InvalidOperationException("A value needs a name in an object, and a document has one value.");
        }

        if (_state == NextItem)
        {
            Put(',');
        }
    }

    private void AfterValue()
    {
        if (_depth == 0)
        {
            _state = Nothing;
        }
        else
        {
            _state = _isObject[_depth] ? NextName : NextItem;
        }
    }

    private void CheckWhole()
    {
        if (_state != Nothing)
        {
            throw new InvalidOperationException("The document is not complete yet.");
        }
    }
}
