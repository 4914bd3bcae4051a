using System;
using System.Collections.Generic;
using System.Linq;
using Hub.Core.Configuration;
using Hub.Core.Printers;
using Hub.Simulator.Cli;
using Spectre.Console;

namespace Hub.Simulator.Terminal;

/// <summary>The table of printers: one moment of it.</summary>
internal sealed class StatusTable(IReadOnlyList<StatusRow> rows)
{
    /// <summary>From this width on, messages have a column; below, lines under the table.</summary>
    private const int WideColumns = 120;

    /// <summary>Below this width there is no room for bars, only for percentages.</summary>
    private const int LeastForBars = 72;
    private const int BarColumns = 8;
    private const int HeaderLines = 1;

    public static StatusTable Of(HubSession session)
    {
        PrinterStatus status = new();
        List<StatusRow> rows = [];
        foreach (PrinterConfig printer in session.Printers)
        {
            session.GetStatus(printer.Id, status);
            rows.Add(StatusRow.Of(printer, status));
        }

        return new StatusTable(rows);
    }

    public bool IsSameAs(StatusTable? other) => other != null && rows.SequenceEqual(other.Rows);

    public IReadOnlyList<StatusRow> Rows => rows;

    public Paragraph Render(IAnsiConsole console) =>
        Render(console.Profile.Width, console.Profile.Capabilities.Unicode);

    /// <summary>The table with at most so many lines: the printers that need somebody come first then, and the others are counted.</summary>
    public Paragraph Render(int width, bool unicode, int maxLines)
    {
        int LinesOf(StatusRow row) => 1 + (width >= WideColumns || row.Message.Length == 0 ? 0 : ((row.Id + ": " + row.Message).GetCellWidth() + width - 1) / width);
        if (HeaderLines + rows.Sum(LinesOf) <= maxLines)
        {
            return Render(width, unicode);
        }

        List<StatusRow> shown = [];
        int used = HeaderLines + 1;
        StatusRow[] sorted = [.. rows.OrderByDescending(NeedsSomebody)];
        foreach (StatusRow row in sorted.TakeWhile(r => (used += LinesOf(r)) <= maxLines))
        {
            shown.Add(row);
        }

        StatusRow[] hidden = sorted[shown.Count..];
        string[] troubles = [.. hidden.Where(NeedsSomebody).GroupBy(r => r.State).Select(g => $"{g.Count()} {PrinterStates.Name(g.Key)}")];
        string counted = troubles.Length == 0 ? "" : $" ({string.Join(", ", troubles)})";
        Paragraph paragraph = shown.Count == 0 ? new Paragraph() : new StatusTable(shown).Render(width, unicode).Append("\n");
        return paragraph.Append($"{(unicode ? "…" : "...")} and {hidden.Length} more{counted}");
    }

    public Paragraph Render(int width, bool unicode)
    {
        if (rows.Count == 0)
        {
            return new Paragraph("no printers yet: 'printers add' adds one");
        }

        bool isWide = width >= WideColumns;
        TextTable table = new(
            new TextColumn("PRINTER", 8), new TextColumn("NAME", 6, IsOptional: true), new TextColumn("STATE"), new TextColumn("JOB", 8), new TextColumn(width >= LeastForBars ? "PROGRESS" : "DONE", IsOptional: true),
            new TextColumn("LEFT"), new TextColumn("NOZZLE"), new TextColumn("BED"), new TextColumn("MESSAGE", 10));
        foreach (StatusRow row in rows)
        {
            table.Add(
                new TextCell(row.Id),
                new TextCell(row.Name),
                new TextCell(PrinterStates.Name(row.State), StyleOf(row.State)),
                new TextCell(row.Job),
                new TextCell(Progress(row.Percent, width >= LeastForBars, unicode), StyleOf(row.State)),
                new TextCell(row.Left),
                new TextCell(row.Nozzle),
                new TextCell(row.Bed),
                new TextCell(isWide ? row.Message : "", new Style(Color.Red)));
        }

        Paragraph paragraph = table.Render(width, unicode);
        foreach (StatusRow row in rows.Where(r => !isWide && r.Message.Length > 0))
        {
            paragraph.Append($"\n{row.Id}: {row.Message}", new Style(Color.Red));
        }

        return paragraph;
    }

    private static bool NeedsSomebody(StatusRow row) => row.State is PrinterState.Error or PrinterState.Offline or PrinterState.Attention;

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

        int full = percent * BarColumns / 100;
        string bar = new string(unicode ? '█' : '#', full) + new string(unicode ? '░' : '.', BarColumns - full);
        return $"{bar} {percent,3}%";
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
