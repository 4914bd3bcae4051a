using System;
using System.Collections;
using System.Globalization;
using System.Text;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>
/// A tree to indented UTF-8 with ordinal key order. Not Utf8JsonWriter: that one escapes everything
/// beyond the basic plane and leaves raw numbers unindented.
/// </summary>
internal sealed class JsonTreeWriter
{
    // Refuses half a surrogate pair, which UTF-8 cannot hold.
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly StringBuilder _text = new();
    private int _depth;

    /// <summary>Errors: <see cref="ArgumentException"/> for types that <see cref="IJsonDocuments"/> does not list.</summary>
    public static byte[] Write(object? tree)
    {
        var writer = new JsonTreeWriter();
        writer.WriteValue(tree);
        return s_utf8.GetBytes(writer._text.ToString());
    }

    private void WriteValue(object? value)
    {
        switch (value)
        {
            case null:
                _text.Append("null");
                break;
            case string text:
                WriteString(text);
                break;
            case bool flag:
                _text.Append(flag ? "true" : "false");
                break;
            case int or long:
                _text.Append(CultureInfo.InvariantCulture, $"{value}");
                break;
            case double number:
                WriteDouble(number);
                break;
            case Hashtable members:
                WriteObject(members);
                break;
            case ArrayList items:
                WriteArray(items);
                break;
            default:
                throw new ArgumentException($"a JSON tree cannot hold a {value.GetType().Name}");
        }
    }

    private void WriteObject(Hashtable members)
    {
        string[] keys = new string[members.Count];
        members.Keys.CopyTo(keys, 0);
        Array.Sort(keys, StringComparer.Ordinal);
        Open('{');
        for (int i = 0; i < keys.Length; i++)
        {
            StartLine(isFirst: i == 0);
            WriteString(keys[i]);
            _text.Append(": ");
            WriteValue(members[keys[i]]);
        }

        Close('}', isEmpty: keys.Length == 0);
    }

    private void WriteArray(ArrayList items)
    {
        Open('[');
        for (int i = 0; i < items.Count; i++)
        {
            StartLine(isFirst: i == 0);
            WriteValue(items[i]);
        }

        Close(']', isEmpty: items.Count == 0);
    }

    private void Open(char bracket)
    {
        // The output must be readable again; this also ends a tree that contains itself.
        if (++_depth > SystemTextJsonDocuments.MaxDepth)
        {
            throw new ArgumentException($"a JSON tree may have {SystemTextJsonDocuments.MaxDepth} levels");
        }

        _text.Append(bracket);
    }

    private void Close(char bracket, bool isEmpty)
    {
        _depth--;
        if (!isEmpty)
        {
            StartLine(isFirst: true);
        }

        _text.Append(bracket);
    }

    private void StartLine(bool isFirst) => _text.Append(isFirst ? "\n" : ",\n").Append(' ', _depth * 2);

    // "1.0" stays a double when it is read again; as "1" it would come back as a long.
    private void WriteDouble(double number)
    {
        if (!double.IsFinite(number))
        {
            throw new ArgumentException("a JSON tree cannot hold NaN or infinity");
        }

        string text = number.ToString("R", CultureInfo.InvariantCulture);
        _text.Append(text);
        if (text.AsSpan().IndexOfAny('.', 'E') < 0)
        {
            _text.Append(".0");
        }
    }

    private void WriteString(string value)
    {
        _text.Append('"');
        foreach (char c in value)
        {
            switch (c)
            {
                case '"' or '\\':
                    _text.Append('\\').Append(c);
                    break;
                case '\n':
                    _text.Append("\\n");
                    break;
                case < ' ' or '\u2028' or '\u2029':
                    _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    break;
                default:
                    _text.Append(c);
                    break;
            }
        }

        _text.Append('"');
    }
}
