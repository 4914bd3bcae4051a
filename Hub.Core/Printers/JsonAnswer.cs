using Hub.Core.Json;

namespace Hub.Core.Printers;

/// <summary>Finds single values in small JSON answers. Thread: any. Errors: <see cref="ErrorCode.BadJson"/>.</summary>
internal static class JsonAnswer
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

    /// <summary>Text of a member of the outermost object, or null.</summary>
    public static string? FindText(byte[] body, int length, JsonNames name) => Text(Open(body, length), name);

    /// <summary>Inside an object: goes to the member and into its object; false when there is none.</summary>
    public static bool Enter(JsonReader reader, JsonNames name) =>
        Find(reader, name) && reader.Token == JsonToken.ObjectStart;

    /// <summary>Inside an object: text of a member, or null.</summary>
    public static string? Text(JsonReader reader, JsonNames name) =>
        Find(reader, name) && reader.Token == JsonToken.String ? reader.GetString() : null;

    /// <summary>Inside an object: goes to the value of a member; false when there is none.</summary>
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
