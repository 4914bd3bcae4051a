using System;
using System.IO;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hub.Simulator.Cli;

/// <summary>Writes the one JSON document of a verb.</summary>
internal static class JsonOutput
{
    // Nothing here ends up in a web page, so umlauts in job names may stay readable.
    private static readonly JsonWriterOptions s_compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions s_indented = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true };

    public static void Write(TextWriter output, Action<Utf8JsonWriter> content) => Write(output, s_compact, content);

    /// <summary>Writes a document again, in one line or indented for people.</summary>
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

        output.WriteLine(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
    }
}
