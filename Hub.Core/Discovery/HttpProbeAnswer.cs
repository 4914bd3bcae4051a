using System.Text;
using Hub.Core.Errors;
using Hub.Core.Http;
using Hub.Core.Json;
using Hub.Core.Printers;
using Hub.Core.Text;

namespace Hub.Core.Discovery;

/// <summary>
/// One answer to <see cref="HttpProbe"/> and what it shows, as seen on the real servers without a login. Valid until the
/// next answer comes into the same buffer. Thread: one owner.
/// </summary>
internal sealed class HttpProbeAnswer
{
    private const int MaxText = 200;

    private static readonly JsonNames s_text = Name("text");
    private static readonly JsonNames s_server = Name("server");
    private static readonly JsonNames s_hostname = Name("hostname");
    private static readonly JsonNames s_error = Name("error");
    private static readonly JsonNames s_code = Name("code");
    private static readonly JsonNames s_result = Name("result");
    private static readonly JsonNames s_klippyState = Name("klippy_state");
    private static readonly JsonNames s_moonrakerVersion = Name("moonraker_version");

    // The ampersand comes last, so that nothing is read twice.
    private static readonly string[] s_entities = { "&#34;", "\"", "&quot;", "\"", "&#39;", "'", "&lt;", "<", "&gt;", ">", "&amp;", "&" };

    private readonly byte[] _body;
    private readonly int _length;
    private readonly string? _challenge;
    private readonly bool _isServerPrusaLink;
    private readonly string? _text;

    /// <summary>Reads an answer whole.</summary>
    public HttpProbeAnswer(HttpResponse response, byte[] buffer)
    {
        Status = response.Status;
        _challenge = Status == 401 ? response.Header("WWW-Authenticate") : null;
        _isServerPrusaLink = response.Header("Server") == "PrusaLink";
        HasOctoPrintHeader = response.Header("X-Clacks-Overhead") == "GNU Terry Pratchett" && response.Header("X-Robots-Tag") != null;
        _body = buffer;
        _length = response.ReadAll(buffer);
        _text = Status == 200 ? Text(s_text) : null;
    }

    /// <summary>Status code.</summary>
    public int Status { get; }

    /// <summary>
    /// /api/version of PrusaLink: it says so, or it asks for a login: Buddy with realm "Printer API", the Python one with Server:
    /// PrusaLink. ("Prusa SLA" is what Prusa's resin printers say.)
    /// </summary>
    public bool IsPrusaLink => Status == 200
        ? _text != null && (_text.StartsWith("PrusaLink") || _text.StartsWith("Prusa SLA"))
        : Status == 401 && _challenge != null && (_isServerPrusaLink || _challenge.IndexOf("realm=\"Printer API\"") >= 0);

    /// <summary>/api/version of an OctoPrint without access control. Moonraker's imitation says "OctoPrint (Moonraker v0.9)".</summary>
    public bool IsOctoPrint => _text != null && _text.StartsWith("OctoPrint") && !IsImitation;

    /// <summary>/api/version of an OctoPrint that wants a login: 403 and a sentence as the member "error", which any Flask program may answer.</summary>
    public bool MayBeOctoPrint => Status == 403 && Text(s_error) != null;

    /// <summary>True with the two headers that OctoPrint sends with every answer of its API.</summary>
    public bool HasOctoPrintHeader { get; }

    /// <summary>/api/version of Moonraker: the imitation of OctoPrint where it is configured, else an error in Moonraker's form.</summary>
    public bool MayBeMoonraker => IsImitation || IsMoonrakerError;

    /// <summary>/server/info of Moonraker: state of Klipper, or a refusal (401) in Moonraker's form.</summary>
    public bool IsMoonraker => Status == 200
        ? InResult(s_klippyState) != null
        : Status == 401 && IsMoonrakerError;

    /// <summary>Version in /server/info, or null. Without git there is a question mark.</summary>
    public string? MoonrakerVersion
    {
        get
        {
            string? version = Status == 200 ? InResult(s_moonrakerVersion) : null;
            return version == "?" ? null : version;
        }
    }

    /// <summary>Version of an OctoPrint, or null.</summary>
    public string? Server => Status == 200 ? Text(s_server) : null;

    /// <summary>Version of a PrusaLink that shows it without a login, or null.</summary>
    public string? PrusaLinkVersion => Server;

    /// <summary>Name of a PrusaLink that shows it without a login, or null.</summary>
    public string? Hostname => Status == 200 ? Text(s_hostname) : null;

    private bool IsImitation => _text != null && _text.IndexOf("Moonraker") >= 0;

    /// <summary>{"error":{"code":401,…}}, the code being the status.</summary>
    private bool IsMoonrakerError
    {
        get
        {
            if (Status < 400 || !IsJson)
            {
                return false;
            }

            try
            {
                JsonReader reader = JsonAnswers.Open(_body, _length);
                return JsonAnswers.Enter(reader, s_error) && JsonAnswers.Find(reader, s_code)
                    && reader.TryGetInt64(out long code) && code == Status;
            }
            catch (HubException)
            {
                return false;
            }
        }
    }

    private bool IsJson => _length > 0 && _body[0] == '{';

    /// <summary>The text between an XML element's tags, one line; null when there is none.</summary>
    public string? XmlText(string element)
    {
        if (Status != 200 || _length == 0 || _body[0] != '<')
        {
            return null;
        }

        string document = Utf8.Text(_body, 0, _length);
        int start = document.IndexOf("<" + element + ">");
        int end = start < 0 ? -1 : document.IndexOf("</" + element + ">", start);
        if (end < 0)
        {
            return null;
        }

        start += element.Length + 2;
        return Fit(Unescaped(document.Substring(start, end - start).Trim()));
    }

    /// <summary>The entities that OctoPrint's templates write in a text.</summary>
    private static string Unescaped(string text)
    {
        if (text.IndexOf('&') < 0 || text.Length > 4 * MaxText)
        {
            return text;
        }

        for (int i = 0; i < s_entities.Length; i += 2)
        {
            for (int at = text.IndexOf(s_entities[i]); at >= 0; at = text.IndexOf(s_entities[i], at + 1))
            {
                text = text.Substring(0, at) + s_entities[i + 1] + text.Substring(at + s_entities[i].Length);
            }
        }

        return text;
    }

    private static JsonNames Name(string name) => new JsonNames(new[] { name });

    private static string? Fit(string? text) => text == null || text.Length == 0 || text.Length > MaxText ? null : OneLine.Of(text);

    private string? Text(JsonNames name)
    {
        if (!IsJson)
        {
            return null;
        }

        try
        {
            return Fit(JsonAnswers.Text(JsonAnswers.Open(_body, _length), name));
        }
        catch (HubException)
        {
            return null;
        }
    }

    private string? InResult(JsonNames name)
    {
        if (!IsJson)
        {
            return null;
        }

        try
        {
            JsonReader reader = JsonAnswers.Open(_body, _length);
            return JsonAnswers.Enter(reader, s_result) ? Fit(JsonAnswers.Text(reader, name)) : null;
        }
        catch (HubException)
        {
            return null;
        }
    }
}
