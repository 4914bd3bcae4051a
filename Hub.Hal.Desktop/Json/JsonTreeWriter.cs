using System;
using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hub.Hal.Desktop;

/// <summary>A tree to indented UTF-8 with ordinal key order.</summary>
internal static class JsonTreeWriter
{
    private static readonly JsonWriterOptions s_options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static byte[] Write(object? tree)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, s_options))
        {
            WriteValue(writer, tree);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case int number:
                writer.WriteNumberValue(number);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case double number:
                WriteDouble(writer, number);
                break;
            case Hashtable members:
                WriteObject(writer, members);
                break;
            case ArrayList items:
                WriteArray(writer, items);
                break;
            default:
                throw new ArgumentException($"a JSON tree cannot hold a {value.GetType().Name}");
        }
    }

    private static void WriteObject(Utf8JsonWriter writer, Hashtable members)
    {
        string[] keys = new string[members.Count];
        members.Keys.CopyTo(keys, 0);
        Array.Sort(keys, StringComparer.Ordinal);
        CheckDepth(writer);
        writer.WriteStartObject();
        foreach (string key in keys)
        {
            writer.WritePropertyName(key);
            WriteValue(writer, members[key]);
        }

        writer.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter writer, ArrayList items)
    {
        CheckDepth(writer);
        writer.WriteStartArray();
        foreach (object? item in items)
        {
            WriteValue(writer, item);
        }

        writer.WriteEndArray();
    }

    // What is written must be readable again; this also ends a tree that contains itself.
    private static void CheckDepth(Utf8JsonWriter writer)
    {
        if (writer.CurrentDepth >= SystemTextJsonDocuments.MaxDepth)
        {
            throw new ArgumentException($"a JSON tree may have {SystemTextJsonDocuments.MaxDepth} levels");
        }
    }

    // "1.0" stays a double when it is read again; as "1" it would come back as a long.
    private static void WriteDouble(Utf8JsonWriter writer, double number)
    {
        if (!double.IsFinite(number))
        {
            throw new ArgumentException("a JSON tree cannot hold NaN or infinity");
        }

        string text = number.ToString("R", CultureInfo.InvariantCulture);
        writer.WriteRawValue(text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text);
    }
}
