using System.Text;
using Hub.Core.Json;

namespace Hub.Core.Printers.Moonraker;

/// <summary>
/// Keeps the first line of Klipper's words, which may have many; a repeated report allocates nothing. Thread: one owner.
/// </summary>
internal sealed class MoonrakerWords
{
    private byte[]? _utf8;
    private string? _sentence;

    /// <summary>The first line of the reader's present string; null for an empty one and for any other token.</summary>
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
            _sentence = MoonrakerErrors.Sentence(text);
        }

        return _sentence!.Length == 0 ? null : _sentence;
    }
}
