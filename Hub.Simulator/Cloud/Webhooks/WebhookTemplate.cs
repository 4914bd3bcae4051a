using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Hub.Simulator.Cloud.Webhooks;

/// <summary>A text with fields such as <c>{printer}</c>. Braces around anything else stand for themselves, so that JSON can be written. Pure. Thread: any.</summary>
internal sealed class WebhookTemplate
{
    /// <summary>The fields.</summary>
    public static readonly IReadOnlyList<string> Fields =
        ["text", "summary", "kind", "printer", "printer_id", "hub", "job", "error", "error_code", "time", "duration"];

    private readonly List<(string Literal, string? Field)> _parts = [];

    /// <summary>Reads a template.</summary>
    /// <param name="text">Its text.</param>
    /// <exception cref="FormatException">A field that does not exist.</exception>
    public WebhookTemplate(string text)
    {
        int begin = 0;
        for (int at = text.IndexOf('{'); at >= 0; at = text.IndexOf('{', at + 1))
        {
            int end = EndOfName(text, at + 1);
            if (end == at + 1 || end >= text.Length || text[end] != '}')
            {
                continue;
            }

            string field = text[(at + 1)..end];
            if (!Fields.Contains(field))
            {
                throw new FormatException($"there is no field {{{field}}}: the fields are {string.Join(", ", Fields)}");
            }

            _parts.Add((text[begin..at], field));
            begin = end + 1;
        }

        _parts.Add((text[begin..], null));
    }

    /// <summary>The text of a target that names none: one sentence.</summary>
    public static WebhookTemplate Default { get; } = new("{summary}");

    /// <summary>True when it has this field.</summary>
    public bool Has(string field) => _parts.Exists(p => p.Field == field);

    /// <summary>Fills the fields in.</summary>
    /// <param name="value">Of a field.</param>
    public string Fill(Func<string, string> value)
    {
        StringBuilder filled = new();
        foreach ((string literal, string? field) in _parts)
        {
            filled.Append(literal);
            if (field != null)
            {
                filled.Append(value(field));
            }
        }

        return filled.ToString();
    }

    private static int EndOfName(string text, int at)
    {
        while (at < text.Length && (char.IsAsciiLetterLower(text[at]) || text[at] == '_'))
        {
            at++;
        }

        return at;
    }
}
