using System;
using System.Globalization;
using System.Text;

namespace Hub.RecordedApi;

/// <summary>Constants as the lists write them: null, true, numbers (a char as its number), and strings with \" \\ and \uXXXX.</summary>
internal static class Literals
{
    /// <summary>The text of a constant of any type that metadata can hold.</summary>
    public static string Text(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        char letter => ((int)letter).ToString(CultureInfo.InvariantCulture),
        string text => Quote(text),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        float number => number.ToString("R", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ApiFormatException($"a constant of type {value.GetType()} cannot be recorded"),
    };

    /// <summary>The value of a text that is no string.</summary>
    /// <param name="text">What <see cref="Text"/> wrote.</param>
    /// <param name="typeName">Full name of the primitive type that holds it.</param>
    public static object? Value(string text, string typeName) => text == "null" ? null : typeName switch
    {
        "System.Boolean" => text == "true",
        "System.Char" => (char)int.Parse(text, CultureInfo.InvariantCulture),
        "System.SByte" => sbyte.Parse(text, CultureInfo.InvariantCulture),
        "System.Byte" => byte.Parse(text, CultureInfo.InvariantCulture),
        "System.Int16" => short.Parse(text, CultureInfo.InvariantCulture),
        "System.UInt16" => ushort.Parse(text, CultureInfo.InvariantCulture),
        "System.Int32" => int.Parse(text, CultureInfo.InvariantCulture),
        "System.UInt32" => uint.Parse(text, CultureInfo.InvariantCulture),
        "System.Int64" => long.Parse(text, CultureInfo.InvariantCulture),
        "System.UInt64" => ulong.Parse(text, CultureInfo.InvariantCulture),
        "System.Single" => float.Parse(text, CultureInfo.InvariantCulture),
        "System.Double" => double.Parse(text, CultureInfo.InvariantCulture),
        _ => throw new ApiFormatException($"{text} is no constant of type {typeName}"),
    };

    private static string Quote(string text)
    {
        StringBuilder quoted = new("\"");
        foreach (char c in text)
        {
            if (c is '"' or '\\')
            {
                quoted.Append('\\').Append(c);
            }
            else if (c is < ' ' or > '~')
            {
                quoted.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            }
            else
            {
                quoted.Append(c);
            }
        }

        return quoted.Append('"').ToString();
    }
}
