using Hub.Core.Errors;
using Hub.Core.Http;
using Hub.Core.Json;
using Hub.Core.Text;

namespace Hub.Core.Printers.PrusaLink;

/// <summary>Small answers of PrusaLink (Prusa-Link-Web spec/openapi.yaml): bytes in, values out. Thread: any.</summary>
internal static class PrusaLinkAnswers
{
    private const int MaxSentence = 160;

    private static readonly JsonNames s_text = new JsonNames(new[] { "text" });
    private static readonly JsonNames s_sdk = new JsonNames(new[] { "sdk" });
    private static readonly JsonNames s_message = new JsonNames(new[] { "message" });
    private static readonly JsonNames s_title = new JsonNames(new[] { "title" });
    private static readonly JsonNames s_storageList = new JsonNames(new[] { "storage_list" });

    /// <summary>
    /// Which PrusaLink answered /api/version. Errors: <see cref="ErrorCode.ConfigInvalid"/> when it is another system,
    /// <see cref="ErrorCode.BadResponse"/>, <see cref="ErrorCode.BadJson"/>.
    /// </summary>
    public static PrusaLinkFlavour Flavour(byte[] body, int length, HttpOrigin origin)
    {
        string? text = Find(body, length, s_text);
        if (text == null)
        {
            throw new HubException(ErrorCode.BadResponse, "the server at " + origin.ToString() + " does not say what it is: it is not PrusaLink");
        }

        if (text.StartsWith("Prusa SLA"))
        {
            // Prusa's resin printers: the same API from before v1 (Prusa-Link-Web tools/server/mock).
            return PrusaLinkFlavour.Legacy;
        }

        if (!text.StartsWith("PrusaLink"))
        {
            throw new HubException(
                ErrorCode.ConfigInvalid,
                "the server at " + origin.ToString() + " is '" + text + "', not PrusaLink: correct the printer's type or url");
        }

        // Only the Python one is made with Prusa's Connect SDK and says so.
        return Find(body, length, s_sdk) != null ? PrusaLinkFlavour.Python : PrusaLinkFlavour.Buddy;
    }

    /// <summary>
    /// The first storage of /api/v1/storage that is there and can be written, without slashes around it ("usb",
    /// "local"); null when there is none. A list, a list inside an object and a single object are all accepted.
    /// </summary>
    public static string? WritableStorage(byte[] body, int length)
    {
        JsonReader reader = JsonAnswers.Open(body, 0, length);
        if (reader.Token == JsonToken.ObjectStart && JsonAnswers.Find(reader, s_storageList))
        {
            return FirstWritable(reader);
        }

        return FirstWritable(JsonAnswers.Open(body, 0, length));
    }

    /// <summary>PrusaLink's own words about a refusal, one line; null when there are none.</summary>
    public static string? Sentence(byte[] body, int length)
    {
        if (length == 0)
        {
            return null;
        }

        return body[0] == '{'
            ? Find(body, length, s_message) ?? Find(body, length, s_title)
            : FirstLine(body, length);
    }

    /// <summary>A path without the slashes around it.</summary>
    public static string TrimSlashes(string path) => path.Trim('/');

    private static string? Find(byte[] body, int length, JsonNames name) => JsonAnswers.Text(JsonAnswers.Open(body, 0, length), name);

    private static string? FirstWritable(JsonReader reader)
    {
        if (reader.Token == JsonToken.ObjectStart)
        {
            return PathIfWritable(reader);
        }

        if (reader.Token != JsonToken.ArrayStart)
        {
            return null;
        }

        while (reader.Read() == JsonToken.ObjectStart)
        {
            string? path = PathIfWritable(reader);
            if (path != null)
            {
                return path;
            }
        }

        return null;
    }

    private static string? PathIfWritable(JsonReader reader)
    {
        string? path = null;
        bool isWritable = true;
        while (reader.Read() == JsonToken.Name)
        {
            int key = PrusaLinkKeys.Names.IndexOf(reader);
            reader.Read();
            if (key == PrusaLinkKeys.Path && reader.Token == JsonToken.String)
            {
                path = TrimSlashes(reader.GetString());
            }
            else if ((key == PrusaLinkKeys.Available && reader.Token == JsonToken.False) || (key == PrusaLinkKeys.ReadOnly && reader.Token == JsonToken.True))
            {
                isWritable = false;
            }

            reader.Skip();
        }

        return isWritable && path != null && path.Length > 0 ? path : null;
    }

    /// <summary>The first line of a plain answer ("Bad X-Api-Key."); null for a web page.</summary>
    private static string? FirstLine(byte[] body, int length)
    {
        int end = 0;
        while (end < length && end < MaxSentence && body[end] >= ' ' && body[end] <= '~')
        {
            end++;
        }

        if (end == 0 || body[0] == '<')
        {
            return null;
        }

        char[] line = new char[end];
        for (int i = 0; i < end; i++)
        {
            line[i] = (char)body[i];
        }

        return end == MaxSentence && end < length ? new string(line) + OneLine.Cut : new string(line);
    }
}
