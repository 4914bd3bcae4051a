using System;
using System.Text;

namespace Hub.Tests.Json;

/// <summary>Valid documents with all that the grammar allows: odd whitespace, escapes of every kind, numbers of every form.</summary>
internal sealed class JsonGenerator(Random random)
{
    private readonly StringBuilder _json = new StringBuilder();

    public string Document()
    {
        _json.Clear();
        Value(0);
        return _json.ToString();
    }

    private void Value(int depth)
    {
        Space();
        switch (random.Next(depth > 6 ? 5 : 8))
        {
            case 0:
            case 1:
                Text();
                break;
            case 2:
            case 3:
                Number();
                break;
            case 4:
                _json.Append(random.Next(3) switch { 0 => "true", 1 => "false", _ => "null" });
                break;
            case 5:
                Container('[', ']', depth, false);
                break;
            default:
                Container('{', '}', depth, true);
                break;
        }

        Space();
    }

    private void Container(char open, char close, int depth, bool isObject)
    {
        _json.Append(open);
        Space();
        int count = random.Next(6);
        for (int i = 0; i < count; i++)
        {
            _json.Append(i > 0 ? "," : "");
            if (isObject)
            {
                Space();
                Text();
                Space();
                _json.Append(':');
            }

            Value(depth + 1);
        }

        _json.Append(close);
    }

    private void Space()
    {
        for (int i = random.Next(4); i > 2; i--)
        {
            _json.Append(" \t\r\n"[random.Next(4)]);
        }
    }

    private void Text()
    {
        _json.Append('"');
        for (int i = random.Next(30); i > 0; i--)
        {
            Character();
        }

        _json.Append('"');
    }

    private void Character()
    {
        switch (random.Next(12))
        {
            case 0:
                _json.Append('\\').Append("\"\\/bfnrt"[random.Next(8)]);
                break;
            case 1:
                _json.Append("\\u").Append(random.Next(0xD800).ToString(random.Next(2) == 0 ? "x4" : "X4"));
                break;
            case 2:
                _json.Append("\\uD8").Append(random.Next(256).ToString("x2")).Append("\\uDC").Append(random.Next(256).ToString("x2"));
                break;
            case 3:
                _json.Append((char)random.Next(0x80, 0xD800));
                break;
            case 4:
                _json.Append(char.ConvertFromUtf32(random.Next(0x10000, 0x110000)));
                break;
            default:
                _json.Append("abc{}[]:,'09 "[random.Next(13)]);
                break;
        }
    }

    private void Number()
    {
        _json.Append(random.Next(2) == 0 ? "-" : "").Append(random.NextInt64(1L << random.Next(1, 63)));
        if (random.Next(2) == 0)
        {
            _json.Append('.').Append(random.NextInt64(1L << random.Next(1, 63)));
        }

        if (random.Next(3) == 0)
        {
            _json.Append("eE"[random.Next(2)]).Append(random.Next(3) switch { 0 => "", 1 => "+", _ => "-" }).Append(random.Next(250));
        }
    }
}
