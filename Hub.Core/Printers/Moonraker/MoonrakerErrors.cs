using Hub.Core.Errors;
using Hub.Core.Text;

namespace Hub.Core.Printers.Moonraker;

/// <summary>What Moonraker's refusals mean (moonraker/common.py, JsonRPC.execute_method; seen with 0.10). Thread: any.</summary>
internal static class MoonrakerErrors
{
    /// <summary>JSON-RPC: no such method, or what HTTP calls 404.</summary>
    public const int MethodNotFound = -32601;

    private const int MaxSentence = 160;
    private const int InvalidParams = -32602;

    /// <summary>
    /// The first line of Klipper's or Moonraker's words; their messages have many lines, with tracebacks of several kB.
    /// Older versions wrap it: <c>{'error': 'WebRequestError', 'message': 'Must home axis first: …'}</c>.
    /// </summary>
    public static string Sentence(string text)
    {
        const string Wrapped = "'message': ";
        int at = text.StartsWith("{") ? text.IndexOf(Wrapped) : -1;
        int start = at < 0 ? 0 : at + Wrapped.Length;
        char[] characters = text.Substring(start).ToCharArray();
        int from = 0;
        while (from < characters.Length && (characters[from] <= ' ' || (at >= 0 && IsQuote(characters[from]))))
        {
            from++;
        }

        int end = from;
        while (end < characters.Length && end - from < MaxSentence && characters[end] != '\n' && characters[end] != '\r'
            && !(characters[end] == '\\' && end + 1 < characters.Length && characters[end + 1] == 'n'))
        {
            if (characters[end] < ' ' || characters[end] == 0x7F)
            {
                characters[end] = ' ';
            }

            end++;
        }

        if (end - from == MaxSentence && end < characters.Length)
        {
            return new string(characters, from, end - from) + OneLine.Cut;
        }

        while (end > from && (characters[end - 1] == ' ' || (at >= 0 && (IsQuote(characters[end - 1]) || characters[end - 1] == '}'))))
        {
            end--;
        }

        return new string(characters, from, end - from);
    }

    /// <summary>The error for a refusal.</summary>
    /// <param name="number">HTTP status, or JSON-RPC error code.</param>
    /// <param name="sentence">The server's words, one line.</param>
    /// <param name="hasCredentials">A key or login is configured.</param>
    public static HubException Explain(int number, string sentence, bool hasCredentials)
    {
        string words = sentence.Length == 0 ? "no reason given" : sentence;
        string shown = " (" + number.ToString() + "): " + words;
        if (number == 401 || (number == InvalidParams && IsAboutCredentials(sentence)))
        {
            if (Has(sentence, "xpired") || Has(sentence, "Maximum Login Attempts"))
            {
                // Correct credentials get this too: after a clock that jumped at boot, or another client's failed logins.
                return new HubException(ErrorCode.Throttled, "Moonraker accepts no login now" + shown);
            }

            return hasCredentials
                ? new HubException(ErrorCode.AuthRejected, "Moonraker refuses the credentials (401): key, user or password is wrong")
                : new HubException(ErrorCode.AuthMissing, "Moonraker requires an API key or a login (401) and none is configured: set api_key, or user and password");
        }

        if (number == MethodNotFound && Has(sentence, "Method not found"))
        {
            // Every Moonraker knows the hub's requests, but those for Klipper only half a second after its start.
            return new HubException(ErrorCode.PrinterOffline, "Moonraker has just started and does not know the request yet" + shown);
        }

        if (number == 503 || Has(sentence, "Klippy Host not connected") || Has(sentence, "Klippy Disconnected") || Has(sentence, "Printer is not ready"))
        {
            return new HubException(ErrorCode.PrinterOffline, "Moonraker is running, but Klipper is not connected or not ready" + shown);
        }

        if (number == 429)
        {
            return new HubException(ErrorCode.Throttled, "the server asks for fewer requests (429)");
        }

        if (number == 504 || number == 502 || (number >= 500 && number < 600))
        {
            return new HubException(ErrorCode.ServerError, "Moonraker, or the proxy in front of it, reports a fault of its own" + shown);
        }

        // Over JSON-RPC a 404 comes as "method not found", with other words (Moonraker 0.10).
        if (number == 404 || number == MethodNotFound || Has(sentence, "Unable to open file"))
        {
            return new HubException(ErrorCode.NotFound, "Moonraker cannot find it" + shown);
        }

        return Has(sentence, "SD busy") || sentence == "Unknown"
            ? new HubException(ErrorCode.WrongState, "Klipper cannot do this now" + shown)
            : new HubException(ErrorCode.Refused, "Moonraker refuses" + shown);
    }

    /// <summary>Moonraker 0.10 says "Unauthorized" or "Invalid API Key"; what it says of tokens names them.</summary>
    private static bool IsAboutCredentials(string sentence) =>
        !sentence.StartsWith("Invalid params") && (Has(sentence, "nauthorized") || Has(sentence, "API Key") || Has(sentence, "JWT") || Has(sentence, "oken"));

    private static bool Has(string text, string part) => text.IndexOf(part) >= 0;

    private static bool IsQuote(char c) => c == '\'' || c == '"';
}
