using Hub.Core.Json;

namespace Hub.Core.Printers;

/// <summary>
/// What the codecs of JSON reports share: a reader that lives as long as they do, and values that stay unknown when
/// they have another type. Allocates nothing. Thread: one owner.
/// </summary>
internal abstract class JsonReport
{
    private const int MaxDepth = 16;

    /// <summary>The one reader.</summary>
    protected JsonReader Reader { get; } = new JsonReader(MaxDepth);

    /// <summary>Begins a document, which must be an object. Errors: <see cref="ErrorCode.BadJson"/>.</summary>
    protected void OpenRoot(byte[] buffer, int offset, int count)
    {
        Reader.Reset(buffer, offset, count);
        if (Reader.Read() != JsonToken.ObjectStart)
        {
            throw new HubException(ErrorCode.BadJson, "the answer is JSON, but not an object");
        }
    }

    /// <summary>Makes sure that nothing follows the document.</summary>
    protected void CloseRoot() => Reader.Read();

    /// <summary>Enters the value as an object; skips anything else (null, a list) and says so.</summary>
    protected bool OpenObject()
    {
        if (Reader.Read() == JsonToken.ObjectStart)
        {
            return true;
        }

        Reader.Skip();
        return false;
    }

    /// <summary>The value that the reader stands on as text; null for every other type.</summary>
    protected string? TextOrSkip(JsonTextCache cache)
    {
        string? text = cache.Read(Reader);
        Reader.Skip();
        return text;
    }

    /// <summary>Reads the value as a number; NaN for null and every other type.</summary>
    protected double ReadNumber()
    {
        Reader.Read();
        if (Reader.TryGetDouble(out double value))
        {
            return value;
        }

        Reader.Skip();
        return double.NaN;
    }

    /// <summary>°C of a report; NaN for what no sensor means, such as 1e300.</summary>
    protected static double Temperature(double value) => value > -10000 && value < 10000 ? value : double.NaN;

    /// <summary>Seconds of a report as a whole number; -1 when it is none.</summary>
    protected static int Seconds(double value) => value >= 0 && value < int.MaxValue ? (int)value : -1;
}
