using System;
using System.Collections.Generic;
using System.Linq;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Spectre.Console;

namespace Hub.Simulator.Terminal;

/// <summary>The table of printers with a summary line and the running uploads, at one moment.</summary>
internal sealed class StatusTable
{
    /// <summary>From this width on, filament and messages have a column; below it messages are lines under the table.</summary>
    private const int WideColumns = 120;

    /// <summary>Below this width there are percentages instead of bars.</summary>
    private const int LeastForBars = 72;
    private const int LeastForNext = 16;
    private const int BarColumns = 8;
    private const int HeaderLines = 1;

    /// <summary>Uploads that are shown even if idle printers have to be hidden.</summary>
    private const int UploadsKept = 4;

    private static readonly Style s_trouble = new(Color.Red);
    private static readonly Style s_aside = new(Color.Grey);

    public StatusTable(IReadOnlyList<StatusRow> rows)
    {
        Rows = rows;
    }

    public IReadOnlyList<StatusRow> Rows { get; private init; }

    public IReadOnlyList<TransferRow> Transfers { get; init; } = [];

    /// <summary>The number of printers in each state; empty for no such line.</summary>
    public string Counts { get; init; } = "";

    /// <summary>Which print ends next, or empty.</summary>
    public string Next { get; init; } = "";

    /// <summary>What was left out, or empty.</summary>
    public string More { get; private init; } = "";

    /// <summary>True when no printer needs a person.</summary>
    public bool IsCalm { get; init; } = true;

    /// <summary>The rows in the order of <see cref="FarmSummary"/>.</summary>
    public static StatusTable Of(PrinterSnapshot[] printers, IReadOnlyList<TransferRow> transfers)
    {
        FarmSummary summary = new(printers);
        return new StatusTable([.. summary.Order().Select(index => StatusRow.Of(printers[index]))])
        {
            Transfers = transfers,
            Counts = summary.Total == 0 ? "" : SummaryLine.Counts(summary),
            Next = SummaryLine.Next(summary, printers),
            IsCalm = summary.Problems == 0,
        };
    }

    public bool IsSameAs(StatusTable? other) =>
        other != null && Counts == other.Counts && Next == other.Next && More == other.More
        && Rows.SequenceEqual(other.Rows) && Transfers.SequenceEqual(other.Transfers);

    public Paragraph Render(IAnsiConsole console) =>
        Render(console.Profile.Width, console.Profile.Capabilities.Unicode);

    /// <summary>
    /// The part that fits into this number of lines: printers that need a person come first, then a few uploads; the rest
    /// is counted.
    /// </summary>
    public StatusTable Fit(int width, bool unicode, int maxLines)
    {
        int fixedLines = HeaderLines + (Counts.Length > 0 ? 1 : 0);
        if (fixedLines + LinesOf(Rows, width) + Transfers.Count <= maxLines)
        {
            return this;
        }

        StatusRow[] sorted = [.. Rows.OrderByDescending(row => row.NeedsPerson)];
        StatusRow[] troubled = [.. sorted.TakeWhile(row => row.NeedsPerson)];
        int free = maxLines - fixedLines - 1;
        StatusRow[] shown = FirstThatFit(troubled, width, free);
        int uploads = Math.Min(Transfers.Count, Math.Clamp(free - LinesOf(shown, width), 0, UploadsKept));
        if (shown.Length == troubled.Length)
        {
            shown = FirstThatFit(sorted, width, free - uploads);
        }

        return new StatusTable(shown)
        {
            Transfers = [.. Transfers.Take(uploads)],
            Counts = Counts,
            Next = Next,
            IsCalm = IsCalm,
            More = MoreOf(sorted[shown.Length..], Transfers.Count - uploads, unicode),
        };
    }

    /// <summary>The table with at most this number of lines.</summary>
    public Paragraph Render(int width, bool unicode, int maxLines) => Fit(width, unicode, maxLines).Render(width, unicode);

    public Paragraph Render(int width, bool unicode)
    {
        if (Rows.Count == 0 && More.Length == 0)
        {
            return new Paragraph("no printers yet: 'printers add' adds one");
        }

        Paragraph paragraph = new();
        AppendSummary(paragraph, width, unicode);
        if (Rows.Count > 0)
        {
            AppendRows(paragraph, width, unicode);
        }

        foreach (TransferRow transfer in Transfers)
        {
            paragraph.Append("\n" + TextTable.Fit(transfer.Text(unicode), width, unicode), new Style(Color.Aqua));
        }

        return More.Length == 0 ? paragraph : paragraph.Append((paragraph.Length == 0 ? "" : "\n") + TextTable.Fit(More, width, unicode));
    }

    public static string Bar(int percent, bool unicode)
    {
        int full = percent * BarColumns / 100;
        return $"{new string(unicode ? '█' : '#', full)}{new string(unicode ? '░' : '.', BarColumns - full)} {percent,3}%";
    }

    private static int LinesOf(IReadOnlyList<StatusRow> rows, int width) =>
        rows.Count + (width >= WideColumns ? 0 : SharedMessage.Lines(rows, width).Sum(line => SharedMessage.Height(line, width)));

    /// <summary>One more row may need fewer lines, when it turns a message into a shared one. So the most rows are tried first.</summary>
    private static StatusRow[] FirstThatFit(StatusRow[] rows, int width, int lines)
    {
        int count = Math.Clamp(lines, 0, rows.Length);
        while (count > 0 && LinesOf(rows[..count], width) > lines)
        {
            count--;
        }

        return rows[..count];
    }

    private static string MoreOf(StatusRow[] hidden, int uploads, bool unicode)
    {
        string[] troubles = [.. hidden.Where(r => r.NeedsPerson).GroupBy(r => r.IsOld ? SummaryLine.NotAnswering : PrinterStates.Name(r.State)).Select(g => $"{g.Count()} {g.Key}")];
        string counted = troubles.Length == 0 ? "" : $" ({string.Join(", ", troubles)})";
        string printers = hidden.Length == 0 ? "" : $" and {hidden.Length} more{counted}";
        string others = uploads == 0 ? "" : $"{(printers.Length == 0 ? "" : ",")} and {uploads} more upload{(uploads == 1 ? "" : "s")}";
        return $"{(unicode ? "…" : "...")}{printers}{others}";
    }

    private void AppendSummary(Paragraph paragraph, int width, bool unicode)
    {
        if (Counts.Length == 0)
        {
            return;
        }

        string counts = TextTable.Fit(Counts, width, unicode);
        paragraph.Append(counts, IsCalm ? Style.Plain : s_trouble);
        string separator = unicode ? " · " : " - ";
        int free = width - counts.GetCellWidth() - separator.Length;
        if (Next.Length > 0 && free >= LeastForNext)
        {
            paragraph.Append(separator + TextTable.Fit(Next, free, unicode), s_aside);
        }

        paragraph.Append(Rows.Count > 0 ? "\n" : "");
    }

    private void AppendRows(Paragraph paragraph, int width, bool unicode)
    {
        bool isWide = width >= WideColumns;
        TextTable table = new(
            new TextColumn("PRINTER", 8), new TextColumn("NAME", 6, IsOptional: true), new TextColumn("STATE"), new TextColumn("JOB", 8), new TextColumn(width >= LeastForBars ? "PROGRESS" : "DONE", IsOptional: true),
            new TextColumn("LEFT"), new TextColumn("NOZZLE"), new TextColumn("BED"), new TextColumn("FILAMENT", 8), new TextColumn("MESSAGE", 10));
        foreach (StatusRow row in Rows)
        {
            table.Add(
                new TextCell(row.Id),
                new TextCell(row.Name),
                new TextCell(row.Shown, row.IsOld ? s_trouble : StyleOf(row.State)),
                new TextCell(row.Job),
                new TextCell(Progress(row.Percent, width >= LeastForBars, unicode), StyleOf(row.State)),
                new TextCell(row.Left),
                new TextCell(row.Nozzle),
                new TextCell(row.Bed),
                new TextCell(isWide ? row.Filament : ""),
                new TextCell(isWide ? row.Message : "", s_trouble));
        }

        table.AppendTo(paragraph, width, unicode);
        foreach (string line in isWide ? [] : SharedMessage.Lines(Rows, width))
        {
            paragraph.Append("\n" + line, s_trouble);
        }
    }

    private static string Progress(int percent, bool withBar, bool unicode)
    {
        if (percent < 0)
        {
            return "";
        }

        if (!withBar)
        {
            return $"{percent}%";
        }

        return Bar(percent, unicode);
    }

    private static Style StyleOf(PrinterState state) => new(state switch
    {
        PrinterState.Printing or PrinterState.Preparing or PrinterState.Resuming => Color.Green,
        PrinterState.Paused or PrinterState.Pausing or PrinterState.Cancelling or PrinterState.Attention or PrinterState.Busy => Color.Yellow,
        PrinterState.Error => Color.Red,
        PrinterState.Offline or PrinterState.Unknown => Color.Grey,
        PrinterState.Finished => Color.Aqua,
        _ => Color.Default,
    });
}
