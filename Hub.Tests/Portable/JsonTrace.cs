using System.Text;
using Hub.Core.Errors;
using Hub.Core.Json;

namespace Hub.Tests.Portable;

/// <summary>What a reader makes of a document, as one line: {name:'text' #12 true [null]} and a full stop at the end.</summary>
internal static class JsonTrace
{
    public const int MaxDepth = 8;

    public static string Of(string json) => Of(Encoding.UTF8.GetBytes(json));

    /// <summary>The tokens; a broken document ends with ! and the message.</summary>
    public static string Of(byte[] json)
    {
        JsonReader reader = new JsonReader(MaxDepth);
        reader.Reset(json, 0, json.Length);
        return Rest(reader, json);
    }

    /// <summary>The same of a document that is read through a window in pieces.</summary>
    public static string Streamed(byte[] json, int windowSize, int pieceSize)
    {
        byte[] window = new byte[windowSize];
        JsonReader reader = new JsonReader(MaxDepth);
        reader.Reset(new PieceSource(json, pieceSize), window);
        return Rest(reader, window);
    }

    /// <summary>What a reader finds from here on; a broken document ends with ! and the message.</summary>
    public static string Rest(JsonReader reader, byte[] json)
    {
        string trace = "";
        try
        {
            while (reader.Read() != JsonToken.End)
            {
                trace += Of(reader, json);
            }

            return trace + ".";
        }
        catch (HubException exception)
        {
            return trace + "!" + (exception.Code == ErrorCode.BadJson ? exception.Message : "wrong code");
        }
    }

    /// <summary>A reader that stands on the first token.</summary>
    public static JsonReader First(string json)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        JsonReader reader = new JsonReader(MaxDepth);
        reader.Reset(bytes, 0, bytes.Length);
        reader.Read();
        return reader;
    }

    private static string Of(JsonReader reader, byte[] json)
    {
        switch (reader.Token)
        {
            case JsonToken.ObjectStart:
                return "{";
            case JsonToken.ObjectEnd:
                return "}";
            case JsonToken.ArrayStart:
                return "[";
            case JsonToken.ArrayEnd:
                return "]";
            case JsonToken.Name:
                return reader.GetString() + ":";
            case JsonToken.String:
                return "'" + reader.GetString() + "' ";
            case JsonToken.Number:
                return "#" + Encoding.UTF8.GetString(json, reader.ValueOffset, reader.ValueLength) + " ";
            case JsonToken.True:
                return "true ";
            case JsonToken.False:
                return "false ";
            case JsonToken.Null:
                return "null ";
            default:
                return "? ";
        }
    }
}
