using Hub.Core.Errors;
using Hub.Core.Json;

namespace Hub.Core.Printers;

/// <summary>
/// What the codecs of printers' reports share: a reader, and values that stay unknown when they are missing
/// or of another type. Thread: one owner.
/// </summary>
internal abstract class JsonReport
{
    private const int MaxDepth = 16;

    /// <summary>The reader over the present document.</summary>
    protected JsonReader Reader { get; } = new JsonReader(MaxDepth);

    /// <summary>Starts a document and enters its object. Errors: <see cref="ErrorCode.BadJson"/> when it is none.</summary>
    protected void OpenRoot(byte[] buffer, int offset, int count)
    {
        Reader.Reset(buffer, offset, count);
        if (Reader.Read() != JsonToken.ObjectStart)
        {
            throw new HubException(ErrorCode.BadJson, "the answer is JSON, but not an object");
        }
    }

    /// <summary>Reads to the end of the document. Errors: <see cref="ErrorCode.BadJson"/> when something follows.</summary>
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

    /// <summary>The present value as text, null for any other type.</summary>
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

    /// <summary>Percent of a report, 0 to 100; NaN for anything else.</summary>
    protected static double Percent(double value) => Plausible.Percent(value);

    /// <summary>°C of a report; NaN for what no sensor means, such as 1e300.</summary>
    protected static double Temperature(double value) => Plausible.Temperature(value);
}
