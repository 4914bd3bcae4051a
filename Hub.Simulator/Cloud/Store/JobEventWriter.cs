using System;
using System.Collections.Generic;
using Hub.Core.Jobs;

namespace Hub.Simulator.Cloud.Store;

/// <summary>Writes events of one hub and what they say of its jobs, within a transaction. Thread: the writer's.</summary>
internal sealed class JobEventWriter(StoreConnection connection, string hubId, long nowMs, bool hasNotices)
{
    /// <summary>A longer text of a hub is cut.</summary>
    private const int MaxText = 400;

    private static readonly string s_bedCleared = JobEventKinds.Name(JobEventKind.BedCleared);
    private static readonly HashSet<string> s_ends = new(StringComparer.Ordinal)
    {
        JobEventKinds.Name(JobEventKind.Finished),
        JobEventKinds.Name(JobEventKind.Cancelled),
        JobEventKinds.Name(JobEventKind.Failed),
        JobEventKinds.Name(JobEventKind.Ended),
    };

    private readonly EventDates _dates = new(connection, hubId, nowMs);

    /// <summary>The kind of a job's start.</summary>
    public static string Started { get; } = JobEventKinds.Name(JobEventKind.Started);

    /// <summary>True for the kinds that end a job.</summary>
    public static bool IsEnd(string kind) => s_ends.Contains(kind);

    /// <summary>Adds those that are not stored yet and returns their number.</summary>
    public int Add(IReadOnlyList<JobEventRecord> events)
    {
        int added = 0;
        foreach (JobEventRecord item in events)
        {
            added += Add(item) ? 1 : 0;
        }

        return added;
    }

    private bool Add(JobEventRecord item)
    {
        if (connection.Number("SELECT seq FROM events WHERE hub_id = $1 AND log_id = $2 AND event_id = $3", hubId, item.LogId, item.EventId) != null)
        {
            _dates.Refine(item);
            return false;
        }

        long? timeMs = _dates.TimeOf(item);
        long atMs = _dates.Place(item);
        int added = connection.Run(
            """
            INSERT INTO events (hub_id, log_id, event_id, printer_id, kind, at_ms, time_ms, received_ms, job_id, job, command_id, error_code, error_message, duration_ms, boot, uptime_ms)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            ON CONFLICT (hub_id, log_id, event_id) DO NOTHING
            """,
            hubId,
            item.LogId,
            item.EventId,
            Cut(item.PrinterId),
            Cut(item.Kind),
            atMs,
            timeMs,
            nowMs,
            item.JobId,
            Cut(item.Job),
            Cut(item.CommandId),
            Cut(item.ErrorCode),
            Cut(item.ErrorMessage),
            item.DurationMs,
            item.Boot,
            item.UptimeMs);
        if (added == 0)
        {
            return false;
        }

        connection.Run(
            """
            INSERT INTO event_logs (hub_id, log_id, up_to) VALUES ($1, $2, $3)
            ON CONFLICT (hub_id, log_id) DO UPDATE SET up_to = max(up_to, $3)
            """,
            hubId,
            item.LogId,
            item.EventId);
        if (hasNotices)
        {
            NoticeTable.Insert(connection, new NoticeRecord
            {
                AtMs = atMs,
                Kind = Cut(item.Kind)!,
                HubId = hubId,
                PrinterId = Cut(item.PrinterId)!,
                Job = Cut(item.Job),
                ErrorCode = Cut(item.ErrorCode),
                Message = Cut(item.ErrorMessage),
                DurationMs = item.DurationMs,
            });
        }

        if (TransferOutcome.Of(hubId, item) is { } outcome)
        {
            TransferTable.Settle(connection, outcome, nowMs);
        }

        if (item.Kind == Started)
        {
            Start(item, timeMs, atMs);
        }
        else if (IsEnd(item.Kind))
        {
            End(item, timeMs, atMs);
        }
        else if (item.Kind == s_bedCleared)
        {
            Clear(item, atMs, null);
        }

        return true;
    }

    /// <summary>A second start of the same job only adds its command; one that comes after the end leaves the outcome.</summary>
    private void Start(JobEventRecord item, long? timeMs, long atMs)
    {
        long jobId = item.JobId ?? item.EventId;
        connection.Run(
            """
            INSERT INTO jobs (hub_id, log_id, job_id, printer_id, name, command_id, at_ms, was_started, started_ms, outcome, started_estimated)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, 'running', $9)
            ON CONFLICT (hub_id, log_id, job_id) DO UPDATE SET
                name = coalesce(name, $5), command_id = coalesce(command_id, $6), was_started = 1, at_ms = min(at_ms, $7),
                started_estimated = iif(started_ms IS NULL, $9, started_estimated), started_ms = coalesce(started_ms, $8)
            """,
            hubId,
            item.LogId,
            jobId,
            Cut(item.PrinterId),
            Cut(item.Job),
            Cut(item.CommandId),
            atMs,
            timeMs ?? atMs,
            timeMs == null ? 1L : 0L);
        Clear(item, atMs, jobId);
    }

    private void End(JobEventRecord item, long? timeMs, long atMs)
    {
        connection.Run(
            """
            INSERT INTO jobs (hub_id, log_id, job_id, printer_id, name, command_id, at_ms, was_started, ended_ms, outcome, error_code, cause, duration_ms, ended_estimated)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            ON CONFLICT (hub_id, log_id, job_id) DO UPDATE SET
                printer_id = $4, name = coalesce($5, name), command_id = coalesce(command_id, $6),
                ended_ms = $9, outcome = $10, error_code = $11, cause = $12, duration_ms = $13, ended_estimated = $14
            """,
            hubId,
            item.LogId,
            item.JobId ?? item.EventId,
            Cut(item.PrinterId),
            Cut(item.Job),
            Cut(item.CommandId),
            atMs,
            item.JobId == null ? 0L : 1L,
            timeMs ?? atMs,
            item.Kind,
            Cut(item.ErrorCode),
            Cut(item.ErrorMessage),
            item.DurationMs,
            timeMs == null ? 1L : 0L);
    }

    /// <summary>The bed is clear of the jobs that ended before: all in the event's own log, whatever their times, and those of another log by their time.</summary>
    private void Clear(JobEventRecord item, long atMs, long? exceptJobId) => connection.Run(
        """
        UPDATE jobs SET cleared_ms = $3
        WHERE hub_id = $1 AND printer_id = $2 AND cleared_ms IS NULL AND ended_ms IS NOT NULL AND was_started = 1 AND (log_id = $4 OR ended_ms <= $3)
            AND NOT (log_id = $4 AND job_id = $5)
        """,
        hubId,
        Cut(item.PrinterId),
        atMs,
        item.LogId,
        exceptJobId ?? -1);

    private static string? Cut(string? text) => text == null || text.Length <= MaxText ? text : text[..MaxText];
}
