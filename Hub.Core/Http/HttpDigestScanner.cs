using System.Collections;
using Hub.Core.Text;

namespace Hub.Core.Http;

/// <summary>
/// Goes through the challenges of one WWW-Authenticate value (RFC 9110 section 11.3): <c>scheme name=value,
/// name="quoted \" value", other-scheme …</c>. Anything it cannot parse ends the value. Thread: one owner.
/// </summary>
internal sealed class HttpDigestScanner
{
    /// <summary>Longest name or value that is kept; real nonces and opaques have up to 128 characters.</summary>
    private const int MaxLength = 512;

    private const int MaxParameters = 32;

    private readonly char[] _text;
    private int _position;
    private string? _nextScheme;

    public HttpDigestScanner(string value)
    {
        _text = value.ToCharArray();
    }

    /// <summary>The present challenge's scheme in lower case.</summary>
    public string Scheme { get; private set; } = "";

    /// <summary>Its parameters by lower-case name; the first one where a name occurs twice.</summary>
    public Hashtable Parameters { get; private set; } = new Hashtable();

    /// <summary>Reads the next challenge; false at the end.</summary>
    public bool NextChallenge()
    {
        string? scheme = _nextScheme ?? ReadToken();
        _nextScheme = null;
        if (scheme == null)
        {
            return false;
        }

        Scheme = scheme.ToLower();
        Parameters = new Hashtable();
        while (_nextScheme == null && Parameters.Count < MaxParameters && ReadParameter())
        {
        }

        return true;
    }

    private static bool IsTokenPart(char c) =>
        Ascii.IsLetterOrDigit(c) || "!#$%&'*+-.^_`|~/".IndexOf(c) >= 0;

    /// <summary>Reads one name=value; a name without '=' is the scheme of the next challenge. False at the end.</summary>
    private bool ReadParameter()
    {
        string? name = ReadToken();
        if (name == null)
        {
            return false;
        }

        SkipSpaces();
        if (_position == _text.Length || _text[_position] != '=')
        {
            _nextScheme = name;
            return true;
        }

        // More than one is the padding of a token68, such as Negotiate's.
        while (_position < _text.Length && _text[_position] == '=')
        {
            _position++;
        }

        SkipSpaces();
        string? value = _position < _text.Length && _text[_position] == '"' ? ReadQuoted() : ReadToken(false);
        name = name.ToLower();
        if (value != null && !Parameters.Contains(name))
        {
            Parameters[name] = value;
        }

        return true;
    }

    /// <summary>Skips commas and white space, then reads a token; null when there is none.</summary>
    private string? ReadToken()
    {
        while (_position < _text.Length && (_text[_position] == ',' || HttpHeaders.IsSpace(_text[_position])))
        {
            _position++;
        }

        return ReadToken(true);
    }

    private string? ReadToken(bool isNeeded)
    {
        int start = _position;
        while (_position < _text.Length && IsTokenPart(_text[_position]))
        {
            _position++;
        }

        int length = _position - start;
        if (length > 0 && length <= MaxLength)
        {
            return new string(_text, start, length);
        }

        if (isNeeded || length > 0)
        {
            _position = _text.Length;
        }

        return null;
    }

    /// <summary>Reads a quoted string without its escapes. Null, which ends the value, when it is not closed, too long or not printable ASCII.</summary>
    private string? ReadQuoted()
    {
        char[] value = new char[MaxLength];
        int length = 0;
        for (int i = _position + 1; i < _text.Length; i++)
        {
            if (_text[i] == '"')
            {
                _position = i + 1;
                return new string(value, 0, length);
            }

            if (_text[i] == '\\' && i + 1 < _text.Length)
            {
                i++;
            }

            // The head is written as UTF-8, the hash would be over ISO 8859-1: no printer's server goes beyond ASCII.
            if (length == MaxLength || _text[i] < ' ' || _text[i] > '~')
            {
                break;
            }

            value[length++] = _text[i];
        }

        _position = _text.Length;
        return null;
    }

    private void SkipSpaces()
    {
        while (_position < _text.Length && HttpHeaders.IsSpace(_text[_position]))
        {
            _position++;
        }
    }
}
