using System.Text;
using Hub.Core.Json;
using Hub.Core.Text;

namespace Hub.Core.Printers;

/// <summary>
/// Materials and colours that a printer reported, so that a repeated report allocates no new ones: the slots of a printer
/// have few different ones. Bounded; the oldest is replaced. Thread: one owner.
/// </summary>
internal sealed class FilamentTexts
{
    /// <summary>Longest name of a material. A longer text is none, and is not cut: half of a secret could not be masked.</summary>
    private const int MaxTypeBytes = 64;

    /// <summary>Most colours of one filament; further ones are not shown.</summary>
    public const int MaxColors = 8;

    private const int Most = FilamentReadings.Most;
    private const int Opaque = 0xFF;
    private const int PlainDigits = 6;
    private const int AllDigits = 8;

    private byte[][]? _typeBytes;
    private string[]? _types;
    private uint[][]? _colorValues;
    private string[][]? _colors;
    private int _typeCount;
    private int _nextType;
    private int _colorCount;
    private int _nextColor;
    private readonly byte[] _digits = new byte[24];

    /// <summary>The reader's present string as a material: the same object for the same bytes. Null for any other token, and for an empty one.</summary>
    public string? Type(JsonReader reader)
    {
        if (reader.Token != JsonToken.String || reader.ValueLength == 0 || reader.ValueLength > MaxTypeBytes)
        {
            return null;
        }

        for (int i = 0; i < _typeCount; i++)
        {
            if (reader.ValueIs(_typeBytes![i]))
            {
                return _types![i];
            }
        }

        string raw = reader.GetString();
        string text = OneLine.Of(raw).Trim();
        if (text.Length == 0)
        {
            return null;
        }

        if (_typeBytes == null || _types == null)
        {
            _typeBytes = new byte[Most][];
            _types = new string[Most];
        }

        _typeBytes[_nextType] = Encoding.UTF8.GetBytes(raw);
        _types[_nextType] = text;
        _nextType = (_nextType + 1) % Most;
        _typeCount = _typeCount < Most ? _typeCount + 1 : Most;
        return text;
    }

    /// <summary>The texts of these colours (RRGGBBAA): the same object for the same values. Null without any.</summary>
    public string[]? Colors(uint[] values, int count)
    {
        if (count == 0)
        {
            return null;
        }

        for (int i = 0; i < _colorCount; i++)
        {
            if (AreSame(_colorValues![i], values, count))
            {
                return _colors![i];
            }
        }

        uint[] kept = new uint[count];
        string[] texts = new string[count];
        for (int i = 0; i < count; i++)
        {
            kept[i] = values[i];
            texts[i] = TextOf(values[i]);
        }

        if (_colorValues == null || _colors == null)
        {
            _colorValues = new uint[Most][];
            _colors = new string[Most][];
        }

        _colorValues[_nextColor] = kept;
        _colors[_nextColor] = texts;
        _nextColor = (_nextColor + 1) % Most;
        _colorCount = _colorCount < Most ? _colorCount + 1 : Most;
        return texts;
    }

    /// <summary>Reads the reader's present string as RRGGBB or RRGGBBAA, with or without a #.</summary>
    public bool TryColor(JsonReader reader, out uint color)
    {
        color = 0;
        int length = reader.Token == JsonToken.String && reader.ValueLength <= AllDigits + 1 ? reader.CopyString(_digits) : 0;
        return TryColor(_digits, 0, length, out color);
    }

    /// <summary>
    /// Reads the reader's present string as colours with commas between them. Only whole ones count; a broken one makes all of them unknown.
    /// </summary>
    /// <returns>How many there are, 0 for a text that is none.</returns>
    public static int ReadColors(JsonReader reader, uint[] into)
    {
        if (reader.Token != JsonToken.String || reader.ValueLength == 0 || reader.ValueLength > MaxColors * (AllDigits + 2))
        {
            return 0;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(reader.GetString());
        int count = 0;
        int start = 0;
        for (int i = 0; i <= bytes.Length; i++)
        {
            if (i < bytes.Length && bytes[i] != ',')
            {
                continue;
            }

            if (count == MaxColors || !TryColor(bytes, start, i - start, out uint color))
            {
                return 0;
            }

            into[count] = color;
            count++;
            start = i + 1;
        }

        return count;
    }

    private static bool TryColor(byte[] text, int offset, int length, out uint color)
    {
        color = 0;
        if (length > 0 && text[offset] == '#')
        {
            offset++;
            length--;
        }

        if (length != PlainDigits && length != AllDigits)
        {
            return false;
        }

        for (int i = 0; i < length; i++)
        {
            int digit = HexDigit(text[offset + i]);
            if (digit < 0)
            {
                return false;
            }

            color = (color << 4) | (uint)digit;
        }

        color = length == PlainDigits ? (color << 8) | Opaque : color;
        return true;
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

    private static string TextOf(uint color)
    {
        bool isOpaque = (color & 0xFF) == Opaque;
        char[] text = new char[1 + (isOpaque ? PlainDigits : AllDigits)];
        text[0] = '#';
        for (int i = 1; i < text.Length; i++)
        {
            int digit = (int)((color >> (32 - (4 * i))) & 0xF);
            text[i] = (char)(digit < 10 ? '0' + digit : 'A' + digit - 10);
        }

        return new string(text);
    }

    private static bool AreSame(uint[] known, uint[] values, int count)
    {
        if (known.Length != count)
        {
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            if (known[i] != values[i])
            {
                return false;
            }
        }

        return true;
    }
}
