using Hub.Core.Errors;
using Hub.Core.Json;

namespace Hub.Core.Printers;

/// <summary>Finds single members in small answers. Errors: <see cref="ErrorCode.BadJson"/>. Thread: any.</summary>
internal static class JsonAnswers
{
    private const int MaxDepth = 16;

    /// <summary>A reader that stands on the document's first token.</summary>
    public static JsonReader Open(byte[] body, int length) => Open(body, 0, length);

    /// <summary>The same for a document in a part of the buffer.</summary>
    public static JsonReader Open(byte[] body, int offset, int length)
    {
        JsonReader reader = new JsonReader(MaxDepth);
        reader.Reset(body, offset, length);
        reader.Read();
        return reader;
    }

    /// <summary>Inside an object: goes to the member and into its object; false when there is none.</summary>
    public static bool Enter(JsonReader reader, JsonNames name) =>
        Find(reader, name) && reader.Token == JsonToken.ObjectStart;

    /// <summary>Inside an object: the member's text, or null.</summary>
    public static string? Text(JsonReader reader, JsonNames name) =>
        Find(reader, name) && reader.Token == JsonToken.String ? reader.GetString() : null;

    /// <summary>Inside an object: goes to the value of the member that is the first of these names; false when there is none.</summary>
    public static bool Find(JsonReader reader, JsonNames name)
    {
        if (reader.Token != JsonToken.ObjectStart)
        {
            return false;
        }

        while (reader.Read() == JsonToken.Name)
        {
            if (name.IndexOf(reader) == 0)
            {
                reader.Read();
                return true;
            }

            reader.Skip();
        }

        return false;
    }
}
