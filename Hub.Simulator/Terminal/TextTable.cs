using System;
using System.Collections.Generic;
using System.Linq;
using Spectre.Console;

namespace Hub.Simulator.Terminal;

/// <summary>A column. One with a least width is narrowed when the table is too wide; an optional one is left out if that is not enough.</summary>
internal sealed record TextColumn(string Header, int LeastWidth = 0, bool IsOptional = false);

/// <summary>A cell with its colour. Its text is made safe for a terminal here.</summary>
internal sealed record TextCell(string Text, Style? Style = null)
{
    public string Text { get; init; } = StatusRow.Printable(Text);
}

/// <summary>Aligned columns that fit the width of the terminal, one line per row.</summary>
internal sealed class TextTable(params TextColumn[] columns)
{
    private const int Gap = 1;
    private static readonly Style s_header = new(Color.Grey);

    private readonly List<TextCell[]> _rows = [];

    public void Add(params TextCell[] cells) => _rows.Add(cells);

    /// <summary>The lines, without a line break at the end.</summary>
    public Paragraph Render(int width, bool unicode)
    {
        Paragraph paragraph = new();
        AppendTo(paragraph, width, unicode);
        return paragraph;
    }

    /// <summary>Appends the lines, without a line break at the end.</summary>
    public void AppendTo(Paragraph paragraph, int width, bool unicode)
    {
        // An empty column would only waste width.
        int[] shown = [.. Enumerable.Range(0, columns.Length).Where(c => _rows.Exists(r => r[c].Text.Length > 0))];
        int[] widths = [.. shown.Select(NaturalWidth)];

        // The first column is narrowed last: its cells name the rows.
        while (!Shrink(shown, widths, width, 1))
        {
            int optional = Array.FindIndex(shown, c => columns[c].IsOptional);
            if (optional < 0)
            {
                break;
            }

            shown = [.. shown[..optional], .. shown[(optional + 1)..]];
            widths = [.. shown.Select(NaturalWidth)];
        }

        Shrink(shown, widths, width, 0);
        Append(paragraph, [.. shown.Select(c => new TextCell(columns[c].Header, s_header))], widths, unicode);
        foreach (TextCell[] row in _rows)
        {
            paragraph.Append("\n");
            Append(paragraph, [.. shown.Select(c => row[c])], widths, unicode);
        }
    }

    private int NaturalWidth(int column) =>
        Math.Max(columns[column].Header.Length, _rows.Max(r => r[column].Text.GetCellWidth()));

    /// <summary>Narrows the widest column that may be narrowed, until the table fits; false when none may be.</summary>
    private bool Shrink(int[] shown, int[] widths, int width, int from)
    {
        while (widths.Sum() + (Gap * (widths.Length - 1)) > width)
        {
            int widest = -1;
            for (int i = from; i < shown.Length; i++)
            {
                int least = columns[shown[i]].LeastWidth;
                if (least > 0 && widths[i] > least && (widest < 0 || widths[i] > widths[widest]))
                {
                    widest = i;
                }
            }

            if (widest < 0)
            {
                return false;
            }

            widths[widest]--;
        }

        return true;
    }

    private static void Append(Paragraph paragraph, TextCell[] cells, int[] widths, bool unicode)
    {
        for (int i = 0; i < cells.Length; i++)
        {
            string text = Fit(cells[i].Text, widths[i], unicode);
            bool isLast = i == cells.Length - 1;
            paragraph.Append(text, cells[i].Style ?? Style.Plain);
            paragraph.Append(isLast ? "" : new string(' ', widths[i] - text.GetCellWidth() + Gap));
        }
    }

    public static string Fit(string text, int width, bool unicode)
    {
        if (text.GetCellWidth() <= width)
        {
            return text;
        }

        string cut = text;
        while (cut.Length > 0 && cut.GetCellWidth() >= width)
        {
            cut = cut[..^(char.IsLowSurrogate(cut[^1]) && cut.Length > 1 ? 2 : 1)];
        }

        return cut + (unicode ? "…" : "~");
    }
}
