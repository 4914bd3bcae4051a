using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Simulator.Cloud.Store;

/// <summary>Figures over jobs, for any period. Thread: any. Errors: storage_failed.</summary>
internal sealed class StatisticsTable(StoreBase store)
{
    private const int MaxFailures = 50;

    /// <summary>A job that began longer before the period does not count: no print takes a month, and few beds wait as long.</summary>
    public const long LongestMs = 31L * 24 * 3600 * 1000;

    /// <summary>Reads the figures.</summary>
    public async Task<Statistics> ReadAsync(StatisticsFilter filter, CancellationToken cancel = default)
    {
        long nowMs = store.NowMs;
        StatisticsFilter wanted = filter with { ToMs = Math.Min(filter.ToMs, nowMs) };
        return await store.Readers.ReadAsync(c => Read(c, wanted, nowMs), cancel).ConfigureAwait(false);
    }

    private static Statistics Read(StoreConnection c, StatisticsFilter filter, long nowMs)
    {
        Dictionary<string, long> lastSeen = c.Rows("SELECT id, last_seen_ms FROM hubs", r => (r.Text(0), r.Number(1))).ToDictionary(r => r.Item1, r => r.Item2);
        StatisticsBuilder builder = new(filter);
        c.Each(
            """
            SELECT hub_id, printer_id, was_started, started_ms, ended_ms, outcome, error_code, cause, duration_ms, cleared_ms FROM jobs
            WHERE at_ms >= $1 AND at_ms < $2 AND ($3 IS NULL OR hub_id = $3) AND ($4 IS NULL OR printer_id = $4) ORDER BY at_ms
            """,
            r => builder.Add(Job(r), lastSeen.GetValueOrDefault(r.Text(0), nowMs)),
            filter.FromMs - LongestMs,
            filter.ToMs,
            filter.HubId,
            filter.PrinterId);
        Statistics statistics = builder.Build();
        statistics.Failures = c.Rows(
            """
            SELECT error_code, cause, count(*), max(ended_ms) FROM jobs
            WHERE outcome = 'failed' AND at_ms >= $1 AND at_ms < $2 AND ended_ms >= $5 AND ended_ms < $2 AND ($3 IS NULL OR hub_id = $3) AND ($4 IS NULL OR printer_id = $4)
            GROUP BY coalesce(error_code, cause) ORDER BY 3 DESC, 4 DESC LIMIT $6
            """,
            r => new FailureCount(r.TextOrNull(0), r.TextOrNull(1), (int)r.Number(2)),
            filter.FromMs - LongestMs,
            filter.ToMs,
            filter.HubId,
            filter.PrinterId,
            filter.FromMs,
            (long)MaxFailures);
        return statistics;
    }

    private static JobRecord Job(StoreRow row) => new()
    {
        HubId = row.Text(0),
        LogId = "",
        JobId = 0,
        PrinterId = row.Text(1),
        WasStarted = row.Number(2) != 0,
        StartedMs = row.NumberOrNull(3),
        EndedMs = row.NumberOrNull(4),
        Outcome = row.Text(5),
        ErrorCode = row.TextOrNull(6),
        Cause = row.TextOrNull(7),
        DurationMs = row.NumberOrNull(8),
        ClearedMs = row.NumberOrNull(9),
    };
}
