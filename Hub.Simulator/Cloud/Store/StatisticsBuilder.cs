using System;
using System.Collections.Generic;
using System.Linq;

namespace Hub.Simulator.Cloud.Store;

/// <summary>Adds jobs up, by printer and day. Pure. Thread: one.</summary>
internal sealed class StatisticsBuilder(StatisticsFilter filter)
{
    private readonly Dictionary<(string HubId, string PrinterId), PrinterStatistics> _printers = [];

    /// <summary>Adds a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="seenMs">Until when a job that has not ended is known to have run: its hub was last seen then.</param>
    public void Add(JobRecord job, long seenMs)
    {
        if (job.EndedMs is not long endedMs)
        {
            Span(job, job.StartedMs ?? seenMs, seenMs, (f, ms) => f.PrintMs += ms);
            return;
        }

        if (endedMs >= filter.FromMs && endedMs < filter.ToMs)
        {
            PrinterStatistics printer = PrinterOf(job);
            printer.Figures.Count(job);
            DayOf(printer, LocalDay(endedMs)).Count(job);
        }

        if (job.WasStarted && job.DurationMs is long durationMs and > 0 and <= StatisticsTable.LongestMs)
        {
            Span(job, endedMs - durationMs, endedMs, (f, ms) => f.PrintMs += ms);
        }

        if (job.Outcome == "finished")
        {
            Span(job, endedMs, job.ClearedMs ?? filter.ToMs, (f, ms) => f.BedWaitMs += ms);
        }
    }

    /// <summary>The sums.</summary>
    public Statistics Build()
    {
        Statistics statistics = new() { FromMs = filter.FromMs, ToMs = filter.ToMs };
        foreach (PrinterStatistics printer in _printers.Values.OrderBy(p => p.HubId, StringComparer.Ordinal).ThenBy(p => p.PrinterId, StringComparer.Ordinal))
        {
            printer.Figures.SpanMs = Math.Max(0, filter.ToMs - filter.FromMs);
            foreach ((DateOnly day, StatisticsFigures figures) in printer.Days)
            {
                figures.SpanMs = Math.Min(filter.ToMs, BeginOf(day.AddDays(1))) - Math.Max(filter.FromMs, BeginOf(day));
            }

            statistics.Printers.Add(printer);
            statistics.Total.Add(printer.Figures);
        }

        return statistics;
    }

    /// <summary>Adds a span of time to the period and to each of its days.</summary>
    private void Span(JobRecord job, long fromMs, long toMs, Action<StatisticsFigures, long> add)
    {
        fromMs = Math.Max(fromMs, filter.FromMs);
        toMs = Math.Min(toMs, filter.ToMs);
        if (fromMs >= toMs)
        {
            return;
        }

        PrinterStatistics printer = PrinterOf(job);
        add(printer.Figures, toMs - fromMs);
        for (DateOnly day = LocalDay(fromMs); fromMs < toMs; day = day.AddDays(1))
        {
            long endMs = Math.Min(toMs, BeginOf(day.AddDays(1)));
            if (endMs > fromMs)
            {
                add(DayOf(printer, day), endMs - fromMs);
                fromMs = endMs;
            }
        }
    }

    private PrinterStatistics PrinterOf(JobRecord job)
    {
        if (!_printers.TryGetValue((job.HubId, job.PrinterId), out PrinterStatistics? printer))
        {
            printer = new PrinterStatistics(job.HubId, job.PrinterId);
            _printers.Add((job.HubId, job.PrinterId), printer);
        }

        return printer;
    }

    private static StatisticsFigures DayOf(PrinterStatistics printer, DateOnly day)
    {
        if (!printer.Days.TryGetValue(day, out StatisticsFigures? figures))
        {
            figures = new StatisticsFigures();
            printer.Days.Add(day, figures);
        }

        return figures;
    }

    private DateOnly LocalDay(long unixMs) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(unixMs), filter.Zone).DateTime);

    /// <summary>When a day begins, in Unix ms. Where the clocks go forward at midnight, that is at one o'clock.</summary>
    private long BeginOf(DateOnly day)
    {
        DateTime local = day.ToDateTime(TimeOnly.MinValue);
        while (filter.Zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(30);
        }

        return new DateTimeOffset(local, filter.Zone.GetUtcOffset(local)).ToUnixTimeMilliseconds();
    }
}
