using System;
using System.Collections.Generic;
using System.Linq;
using Hub.Core.Configuration;
using Hub.Core.Printers;
using Spectre.Console;

namespace Hub.Simulator.Terminal;

/// <summary>
/// The messages below a table: a message that several printers share is one line for all of them. Otherwise a farm whose
/// power or network fails would fill the screen.
/// </summary>
internal static class SharedMessage
{
    /// <summary>From this number of printers on, they share a line.</summary>
    private const int Least = 4;
    private const int NamesShown = 3;
    private const string Server = "its server";

    /// <summary>A message without the printer's id and address.</summary>
    public static string Of(string message, PrinterConfig printer)
    {
        if (message.Length == 0)
        {
            return message;
        }

        string host = printer.Host ?? (Uri.TryCreate(printer.Url, UriKind.Absolute, out Uri? url) ? url.Host : "");
        return Replaced(Replaced(message, host, Server), printer.Id, "PRINTER")
            .Replace(" at " + Server, "", StringComparison.Ordinal)
            .Replace(" from " + Server, "", StringComparison.Ordinal);
    }

    /// <summary>One line for each printer with a message, or for all with the same message, at the place of the first of them.</summary>
    public static List<string> Lines(IReadOnlyList<StatusRow> rows, int width)
    {
        List<string> lines = [];
        foreach (IGrouping<string, StatusRow> group in rows.Where(row => row.Message.Length > 0).GroupBy(row => row.Common))
        {
            string[] ids = [.. group.Select(row => row.Id)];
            lines.AddRange(ids.Length < Least ? group.Select(row => $"{row.Id}: {row.Message}") : [Line(ids, group.Key, width)]);
        }

        return lines;
    }

    /// <summary>Number of terminal rows of a line.</summary>
    public static int Height(string line, int width) => (line.GetCellWidth() + width - 1) / width;

    /// <summary>Whole words only; a port after a word belongs to it.</summary>
    private static string Replaced(string text, string word, string by)
    {
        int at = word.Length == 0 ? -1 : text.IndexOf(word, StringComparison.OrdinalIgnoreCase);
        while (at >= 0)
        {
            int end = at + word.Length;
            if (!IsInWord(text, at - 1) && !IsInWord(text, end))
            {
                if (end + 1 < text.Length && text[end] == ':' && char.IsAsciiDigit(text[end + 1]))
                {
                    end = text.AsSpan(end + 1).IndexOfAnyExceptInRange('0', '9') is int digits and >= 0 ? end + 1 + digits : text.Length;
                }

                text = text[..at] + by + text[end..];
                end = at + by.Length;
            }

            at = text.IndexOf(word, end, StringComparison.OrdinalIgnoreCase);
        }

        return text;
    }

    private static bool IsInWord(string text, int index) => index >= 0 && index < text.Length && (char.IsLetterOrDigit(text[index]) || text[index] is '-' or '_' or '.');

    /// <summary>With as many names as fit on one line.</summary>
    private static string Line(string[] ids, string message, int width)
    {
        string line = "";
        for (int names = NamesShown; names > 0 && (names == NamesShown || line.GetCellWidth() > width); names--)
        {
            line = $"{string.Join(", ", ids.Take(names))} and {ids.Length - names} more: {message}";
        }

        return line;
    }
}
