using System.Collections.Generic;
using Hub.Core.Manager;
using Hub.Core.Printers;

namespace Hub.Simulator.Terminal;

/// <summary>A <see cref="FarmSummary"/> in words, problems first.</summary>
internal static class SummaryLine
{
    public const string NotAnswering = "not answering";

    private static readonly PrinterState[] s_order =
    [
        PrinterState.Error, PrinterState.Attention, PrinterState.Offline, PrinterState.Paused, PrinterState.Printing, PrinterState.Preparing,
        PrinterState.Pausing, PrinterState.Resuming, PrinterState.Cancelling, PrinterState.Busy, PrinterState.Finished, PrinterState.Cancelled,
        PrinterState.Idle, PrinterState.Unknown,
    ];

    /// <summary>Such as "20 printers: 1 error, 2 offline, 12 printing, 5 idle".</summary>
    public static string Counts(FarmSummary summary)
    {
        List<string> parts = [];
        if (summary.NotAnswering > 0)
        {
            parts.Add($"{summary.NotAnswering} {NotAnswering}");
        }

        foreach (PrinterState state in s_order)
        {
            if (summary.Count(state) > 0)
            {
                parts.Add($"{summary.Count(state)} {PrinterStates.Name(state)}");
            }
        }

        if (summary.BedsToClear > 0)
        {
            parts.Add($"{summary.BedsToClear} bed{(summary.BedsToClear == 1 ? "" : "s")} to clear");
        }

        if (summary.Disabled > 0)
        {
            parts.Add($"{summary.Disabled} disabled");
        }

        return $"{summary.Total} printer{(summary.Total == 1 ? "" : "s")}: {string.Join(", ", parts)}";
    }

    /// <summary>Such as "next: moon-3 in 12 min (box.gcode)"; empty when unknown.</summary>
    public static string Next(FarmSummary summary, PrinterSnapshot[] printers)
    {
        if (summary.Next < 0)
        {
            return "";
        }

        PrinterSnapshot next = printers[summary.Next];
        string job = StatusRow.Printable(next.Status.Job);
        return $"next: {next.Config.Id} in {Time(summary.NextSeconds)}{(job.Length == 0 ? "" : $" ({job})")}";
    }

    private static string Time(int seconds) => seconds switch
    {
        < 60 => "less than 1 min",
        < 3600 => $"{seconds / 60} min",
        _ => $"{seconds / 3600} h {seconds / 60 % 60:00} min",
    };
}
