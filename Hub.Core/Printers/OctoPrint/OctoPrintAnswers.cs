using Hub.Core.Http;
using Hub.Core.Json;

namespace Hub.Core.Printers.OctoPrint;

/// <summary>Small answers of OctoPrint (OctoPrint docs/api): bytes in, values out. Thread: any.</summary>
internal static class OctoPrintAnswers
{
    private static readonly JsonNames s_text = new JsonNames(new[] { "text" });
    private static readonly JsonNames s_files = new JsonNames(new[] { "files" });
    private static readonly JsonNames s_local = new JsonNames(new[] { "local" });
    private static readonly JsonNames s_path = new JsonNames(new[] { "path" });
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
            throw new HubException(ErrorCode.BadResponse, "the server at " + origin.ToString() + " does not say what it is: it is no OctoPrint; check url and port");
        }

        if (!text.StartsWith("OctoPrint"))
        {
            throw new HubException(
                ErrorCode.ConfigInvalid,
                "the server at " + origin.ToString() + " is '" + text + "', not OctoPrint: correct the printer's type or url");
        }
    }

    /// <summary>Path under which an upload was stored (<c>files.local.path</c>), or null.</summary>
    public static string? StoredPath(byte[] body, int length)
    {
        JsonReader reader = JsonAnswers.Open(body, 0, length);
        return JsonAnswers.Enter(reader, s_files) && JsonAnswers.Enter(reader, s_local) ? JsonAnswers.Text(reader, s_path) : null;
    }

    /// <summary>Token of an application-key request, or null.</summary>
    public static string? AppToken(byte[] body, int length) => FindText(body, length, s_appToken);

    /// <summary>OctoPrint's own words about a refusal, or null.</summary>
    public static string? ErrorText(byte[] body, int length) => FindText(body, length, s_error);

    /// <summary>The granted key, or null.</summary>
    public static string? ApiKey(byte[] body, int length) => FindText(body, length, s_apiKey);

    private static string? FindText(byte[] body, int length, JsonNames name) => JsonAnswers.Text(JsonAnswers.Open(body, 0, length), name);
}
