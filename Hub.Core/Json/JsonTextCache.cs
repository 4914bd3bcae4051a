using System.Text;
using Hub.Core.Text;

namespace Hub.Core.Json;

/// <summary>
/// Keeps the string of a value that recurs (a job's name), so that a repeated report
/// allocates no new one. Thread: one owner.
/// </summary>
public sealed class JsonTextCache
{
    private byte[]? _utf8;
    private string? _text;

    /// <summary>The reader's present string, safe for one line: the same object as last time when the bytes are the same. Null for any other token.</summary>
    public string? Read(JsonReader reader)
    {
        if (reader.Token != JsonToken.String)
        {
            return null;
        }

        if (_utf8 == null || !reader.ValueIs(_utf8))
        {
            string text = reader.GetString();
            _utf8 = Encoding.UTF8.GetBytes(text);
            _text = OneLine.Of(text);
        }

        return _text;
    }
}
