using System;
using System.Globalization;
using System.IO;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hub.Core.Text;

namespace Hub.Simulator.Cli;

/// <summary>Writes the one JSON document of a verb.</summary>
internal static class JsonOutput
{
    private const char TagSurrogate = '\uDB40';

    // The output is not embedded in web pages, so umlauts in job names stay readable.
    private static readonly JsonWriterOptions s_compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions s_indented = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true };

    public static void Write(TextWriter output, Action<Utf8JsonWriter> content) => Write(output, s_compact, content);

    /// <summary>Rewrites a document, on one line or indented for people.</summary>
    public static void Write(TextWriter output, byte[] utf8, bool indented)
    {
        using JsonDocument document = JsonDocument.Parse(utf8);
        Write(output, indented ? s_indented : s_compact, document.WriteTo);
    }

    private static void Write(TextWriter output, JsonWriterOptions options, Action<Utf8JsonWriter> content)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes, options))
        {
            content(writer);
        }

        output.WriteLine(Escaped(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length)));
    }

    /// <summary>Escapes characters that are unsafe in a terminal as \uXXXX: they occur only in strings, so the meaning stays the same.</summary>
    private static string Escaped(string json)
    {
        StringBuilder? escaped = null;
        for (int i = 0; i < json.Length; i++)
        {
            char c = json[i];
            bool isTag = c == TagSurrogate || (i > 0 && json[i - 1] == TagSurrogate);
            if (c is not ('\n' or '\r') && (isTag || OneLine.IsUnfit(c)))
            {
                escaped ??= new StringBuilder(json, 0, i, json.Length + 16);
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                escaped?.Append(c);
            }
        }

        return escaped?.ToString() ?? json;
    }
}
