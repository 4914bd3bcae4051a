using System;
using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Hub.Simulator.Cloud.Json;

/// <summary>Reads members that may be absent or of another type, and writes JSON. Thread: any.</summary>
internal static class WireJson
{
    /// <summary>How everything is written: names of people and files stay readable.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>A text member; null when it is absent or no text.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A whole number; null when it is absent or none.</summary>
    public static long? Number(this JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) ? number : null;

    /// <summary>A number; null when it is absent or none.</summary>
    public static double? Real(this JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) ? number : null;

    /// <summary>true or false; null when it is absent or neither.</summary>
    public static bool? Flag(this JsonElement element, string name) =>
        !element.TryGetProperty(name, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.True ? true
        : value.ValueKind == JsonValueKind.False ? false
        : null;

    /// <summary>A member that is an object; a default element when it is absent or none.</summary>
    public static JsonElement Object(this JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object ? value : default;

    /// <summary>The items of a member that is an array; none when it is absent or no array.</summary>
    public static JsonElement.ArrayEnumerator Items(this JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : default;

    /// <summary>As <see cref="Options"/>, with quotation marks that a person can read in a terminal. Nothing of it may be put into a web page unescaped.</summary>
    public static JsonWriterOptions Plain { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one object.</summary>
    public static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> members) => Write(members, Options);

    /// <summary>Writes one object in a way of its own.</summary>
    public static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> members, JsonWriterOptions options)
    {
        ArrayBufferWriter<byte> buffer = new(256);
        using (Utf8JsonWriter writer = new(buffer, options))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
