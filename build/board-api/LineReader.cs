using System;
using System.Globalization;
using System.Text;

namespace Hub.RecordedApi;

/// <summary>Reads one line of a list token by token: words (names, numbers, modifiers), strings, and single signs.</summary>
internal sealed class LineReader
{
    private const string Signs = "()[]{},=:;";
    private readonly string _line;
    private int _at;

    public LineReader(string line)
    {
        _line = line;
        Next();
    }

    /// <summary>The token that comes next; empty at the end of the line. A string without its quotes and escapes.</summary>
    public string Token { get; private set; } = "";

    /// <summary>Whether <see cref="Token"/> is a string.</summary>
    public bool IsString { get; private set; }

    /// <summary>Whether <see cref="Token"/> is this word or sign.</summary>
    public bool Is(string token) => !IsString && Token == token;

    /// <summary>Returns the token and goes on to the next.</summary>
    public string Take()
    {
        string token = Token;
        Next();
        return token;
    }

    /// <summary>Goes on to the next token if this one is <paramref name="token"/>.</summary>
    public bool TryTake(string token)
    {
        bool found = Is(token);
        if (found)
        {
            Next();
        }

        return found;
    }

    /// <summary>Goes on to the next token.</summary>
    /// <exception cref="ApiFormatException">This one is not <paramref name="token"/>.</exception>
    public void Expect(string token)
    {
        if (!TryTake(token))
        {
            throw Wrong($"'{token}' expected, not '{Token}'");
        }
    }

    /// <summary>An error in this line.</summary>
    public ApiFormatException Wrong(string why) => new($"{why}: {_line.Trim()}");

    private void Next()
    {
        while (_at < _line.Length && _line[_at] == ' ')
        {
            _at++;
        }

        IsString = _at < _line.Length && _line[_at] == '"';
        if (IsString)
        {
            Token = ReadString();
            return;
        }

        int start = _at;
        if (_at < _line.Length && Signs.Contains(_line[_at], StringComparison.Ordinal))
        {
            _at++;
        }
        else
        {
            while (_at < _line.Length && _line[_at] != ' ' && !Signs.Contains(_line[_at], StringComparison.Ordinal))
            {
                _at++;
            }
        }

        Token = _line[start.._at];
    }

    private string ReadString()
    {
        StringBuilder text = new();
        for (_at++; _at < _line.Length && _line[_at] != '"'; _at++)
        {
            if (_line[_at] != '\\')
            {
                text.Append(_line[_at]);
            }
            else if (_line[++_at] == 'u')
            {
                text.Append((char)int.Parse(_line.AsSpan(_at + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                _at += 4;
            }
            else
            {
                text.Append(_line[_at]);
            }
        }

        _at++;
        return text.ToString();
    }
}
