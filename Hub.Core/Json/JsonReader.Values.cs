using System;
using System.Text;
using Hub.Core.Errors;

namespace Hub.Core.Json;

/// <content>The present token's value.</content>
public sealed partial class JsonReader
{
    /// <summary>Index in the buffer where the present name or scalar begins; a text without its quotes.</summary>
    public int ValueOffset => _valueStart;

    /// <summary>Bytes of the present name or scalar as it stands in the buffer, escapes included.</summary>
    public int ValueLength => _valueEnd - _valueStart;

    private bool IsText => _token == JsonToken.Name || _token == JsonToken.String;

    /// <summary>True when the present name or string equals this UTF-8 text, escapes resolved.</summary>
    public bool ValueIs(byte[] utf8)
    {
        if (!IsText)
        {
            return false;
        }

        return _hasEscapes
            ? JsonText.AreSame(_buffer, _valueStart, _valueEnd, utf8)
            : IsSpelt(utf8);
    }

    /// <summary>The present name or string. Errors: <see cref="ErrorCode.BadJson"/> when the token is neither.</summary>
    public string GetString() => GetString(int.MaxValue);

    /// <summary>
    /// The present name or string, cut to at most <paramref name="maxBytes"/> bytes of UTF-8, never inside a character.
    /// Errors: <see cref="ErrorCode.BadJson"/> when the token is neither.
    /// </summary>
    public string GetString(int maxBytes)
    {
        CheckText();
        if (IsPlain())
        {
            return Encoding.UTF8.GetString(_buffer, _valueStart, Smaller(ValueLength, maxBytes));
        }

        byte[] text = new byte[JsonText.Copy(_buffer, _valueStart, _valueEnd, null, maxBytes)];
        JsonText.Copy(_buffer, _valueStart, _valueEnd, text, maxBytes);
        return Encoding.UTF8.GetString(text, 0, text.Length);
    }

    /// <summary>
    /// Copies the text of the present name or string as UTF-8 to the start of an array; a text longer
    /// than the array is cut, never inside a character. Allocates nothing. Errors:
    /// <see cref="ErrorCode.BadJson"/> when the token is neither.
    /// </summary>
    /// <returns>Bytes copied.</returns>
    public int CopyString(byte[] destination)
    {
        CheckText();
        if (!IsPlain())
        {
            return JsonText.Copy(_buffer, _valueStart, _valueEnd, destination, destination.Length);
        }

        int length = Smaller(ValueLength, destination.Length);
        Array.Copy(_buffer, _valueStart, destination, 0, length);
        return length;
    }

    /// <summary>The present number, when it is a whole one in range; 1.0 and 1e3 are whole.</summary>
    public bool TryGetInt64(out long value)
    {
        value = 0;
        return _token == JsonToken.Number && _number.TryGetInt64(_buffer, _valueStart, _valueEnd, out value);
    }

    /// <summary>The double nearest to the present number; false when the token is not a number or is too large for a double.</summary>
    public bool TryGetDouble(out double value)
    {
        value = 0;
        return _token == JsonToken.Number && _number.TryGetDouble(_buffer, _valueStart, _valueEnd, out value);
    }

    /// <summary>As <see cref="TryGetInt64"/>, for a string that holds a number as well (Bambu: "cooling_fan_speed":"15").</summary>
    public bool TryParseInt64(out long value)
    {
        value = 0;
        return IsNumberText() && _number.TryGetInt64(_buffer, _valueStart, _valueEnd, out value);
    }

    /// <summary>As <see cref="TryGetDouble"/>, for a string that holds a number as well (Bambu: "temp":"27.0").</summary>
    public bool TryParseDouble(out double value)
    {
        value = 0;
        return IsNumberText() && _number.TryGetDouble(_buffer, _valueStart, _valueEnd, out value);
    }

    /// <summary>
    /// A number that texts of the same spelling share, -1 for a text with escapes. Made of three bytes
    /// and the length, because a loop over all of them costs the board ten microseconds a byte.
    /// </summary>
    internal static int HashOf(byte[] text, int start, int length)
    {
        if (length == 0)
        {
            return 0;
        }

        int ends = (text[start] * 31) + (text[start + length - 1] * 7);
        return ends + (text[start + (length / 2)] * 13) + length;
    }

    /// <summary>The hash of the present name or string; -1 when it has escapes or the token is neither.</summary>
    internal int HashOfText() => IsText && !_hasEscapes ? HashOf(_buffer, _valueStart, ValueLength) : -1;

    private static int Smaller(int a, int b) => a < b ? a : b;

    private bool IsSpelt(byte[] utf8)
    {
        int length = utf8.Length;
        if (length != ValueLength)
        {
            return false;
        }

        byte[] buffer = _buffer;
        int start = _valueStart;
        for (int i = 0; i < length; i++)
        {
            if (buffer[start + i] != utf8[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True when the text can be read from the buffer as it is: ASCII without escapes and NUL.</summary>
    private bool IsPlain()
    {
        if (_hasEscapes)
        {
            return false;
        }

        byte[] buffer = _buffer;
        int end = _valueEnd;
        for (int i = _valueStart; i < end; i++)
        {
            int symbol = buffer[i];
            if (symbol == 0 || symbol > 0x7F)
            {
                return false;
            }
        }

        return true;
    }

    private bool IsNumberText()
    {
        return _token == JsonToken.Number
            || (_token == JsonToken.String
                && _valueStart < _valueEnd
                && JsonNumber.Scan(_buffer, _valueStart, _valueEnd) == _valueEnd);
    }

    private void CheckText()
    {
        if (!IsText)
        {
            throw new HubException(ErrorCode.BadJson, "The JSON has no string at byte " + (_valueStart - _start).ToString() + ", where one is needed.");
        }
    }
}
