using Hub.Core.Errors;
using Hub.Core.Http;
using Hub.Core.Json;

namespace Hub.Core.Printers.OctoPrint;

/// <summary>Small answers of OctoPrint (OctoPrint docs/api): bytes in, values out. Thread: any.</summary>
internal static class OctoPrintAnswers
{
    private static readonly JsonNames s_text = new JsonNames(new[] { "text" });
    private static readonly JsonNames s_files = new JsonNames(new[] { "files" });
    private static readonly JsonNames s_local = new JsonNames(new[] { "local" });
    private static readonly JsonNames s_file = new JsonNames(new[] { "file" });
    private static readonly JsonNames s_path = new JsonNames(new[] { "path" });
    private static readonly JsonNames s_name = new JsonNames(new[] { "name" });
    private static readonly JsonNames s_size = new JsonNames(new[] { "size" });
    private static readonly JsonNames s_date = new JsonNames(new[] { "date" });
    private static readonly JsonNames s_appToken = new JsonNames(new[] { "app_token" });
    private static readonly JsonNames s_error = new JsonNames(new[] { "error" });
    private static readonly JsonNames s_apiKey = new JsonNames(new[] { "api_key" });

    /// <summary>
    /// Checks that /api/version is OctoPrint's. PrusaLink answers there as well and would accept some of the
    /// commands; the one on a Pi announces itself as OctoPrint too. Errors: <see cref="ErrorCode.ConfigInvalid"/>, <see cref="ErrorCode.BadJson"/>.
    /// </summary>
    public static void CheckIdentity(byte[] body, int length, HttpOrigin origin)
    {
        string? text = FindText(body, length, s_text);
        if (text == null)
        {
            throw new HubException(ErrorCode.BadResponse, "the server at " + origin.ToString() + " does not say what it is: it is not OctoPrint; check url and port");
        }

        if (!text.StartsWith("OctoPrint"))
        {
            throw new HubException(
                ErrorCode.ConfigInvalid,
                "the server at " + origin.ToString() + " is '" + text + "', not OctoPrint: correct the printer's type or url");
        }
    }

    /// <summary>
    /// Path under which an upload was stored, or null: <c>files.local.path</c>; <c>file.path</c> of the next API (OctoPrint
    /// schema/api); <c>files.local.name</c> of servers that imitate OctoPrint (moonraker octoprint_compat.py).
    /// </summary>
    public static string? StoredPath(byte[] body, int length) => StoredText(body, length, s_path) ?? FileText(body, length) ?? StoredText(body, length, s_name);

    /// <summary>Bytes of a file, or -1 when the answer does not say.</summary>
    public static long Size(byte[] body, int length) => Number(body, length, s_size);

    /// <summary>When a file was changed last, in the server's seconds, or -1 when the answer does not say.</summary>
    public static long Date(byte[] body, int length) => Number(body, length, s_date);

    /// <summary>Token of an application-key request, or null.</summary>
    public static string? AppToken(byte[] body, int length) => FindText(body, length, s_appToken);

    /// <summary>OctoPrint's own words about a refusal, or null.</summary>
    public static string? ErrorText(byte[] body, int length) => FindText(body, length, s_error);

    /// <summary>The granted key, or null.</summary>
    public static string? ApiKey(byte[] body, int length) => FindText(body, length, s_apiKey);

    private static string? StoredText(byte[] body, int length, JsonNames name)
    {
        JsonReader reader = JsonAnswers.Open(body, 0, length);
        return JsonAnswers.Enter(reader, s_files) && JsonAnswers.Enter(reader, s_local) ? JsonAnswers.Text(reader, name) : null;
    }

    private static string? FileText(byte[] body, int length)
    {
        JsonReader reader = JsonAnswers.Open(body, 0, length);
        return JsonAnswers.Enter(reader, s_file) ? JsonAnswers.Text(reader, s_path) : null;
    }

    private static long Number(byte[] body, int length, JsonNames name)
    {
        JsonReader reader = JsonAnswers.Open(body, 0, length);
        return JsonAnswers.Find(reader, name) && reader.TryGetDouble(out double value) && 0 <= value && value < 1e15 ? (long)value : -1;
    }

    private static string? FindText(byte[] body, int length, JsonNames name) => JsonAnswers.Text(JsonAnswers.Open(body, 0, length), name);
}
