using System;
using System.Collections.Generic;

namespace Hub.Simulator.Cloud.Store;

/// <summary>
/// Where events stand in time. The order of a log is that of its ids, whatever the hub's clock was: an event is never before the one in front of it.
/// One without a time gets an estimate. Thread: the writer's, within a transaction.
/// </summary>
internal sealed class EventDates(StoreConnection connection, string hubId, long nowMs)
{
    /// <summary>A time that is further ahead is a wrong clock.</summary>
    private const long MaxAheadMs = 24 * 3600 * 1000;

    /// <summary>The time that the hub gave it; null for none, or one that cannot be.</summary>
    public long? TimeOf(JobEventRecord item) => item.TimeMs > 0 && item.TimeMs < nowMs + MaxAheadMs ? item.TimeMs : null;

    /// <summary>When a new event happened, as far as can be said: those in front of it that have only estimates give way.</summary>
    public long Place(JobEventRecord item)
    {
        Neighbour? before = Before(item);
        bool isTimed = TimeOf(item) != null;
        long wantedMs = TimeOf(item) ?? Estimate(item, before);
        long atMs = Math.Min(wantedMs, nowMs);
        long byMs = before == null ? 0 : isTimed ? before.AtMs - atMs : wantedMs - nowMs;
        if (byMs > 0)
        {
            MoveBack(item, byMs);
            before = Before(item);
        }

        return before == null ? atMs : Math.Max(atMs, before.AtMs);
    }

    /// <summary>An event that was stored without a time has come again with one.</summary>
    public void Refine(JobEventRecord item)
    {
        if (TimeOf(item) is not { } timeMs || connection.Number(
            "SELECT seq FROM events WHERE hub_id = $1 AND log_id = $2 AND event_id = $3 AND time_ms IS NULL", hubId, item.LogId, item.EventId) is not { } seq)
        {
            return;
        }

        long nextMs = connection.Number(
            "SELECT at_ms FROM events WHERE hub_id = $1 AND log_id = $2 AND event_id > $3 ORDER BY event_id LIMIT 1", hubId, item.LogId, item.EventId) ?? nowMs;
        long atMs = Math.Min(Place(item), nextMs);
        connection.Run("UPDATE events SET at_ms = $2, time_ms = $3 WHERE seq = $1", seq, atMs, timeMs);
        MoveJob(item.LogId, item.JobId ?? item.EventId, item.Kind, timeMs, false);
    }

    /// <summary>By its age, by the uptime since the event in front of it, or by its arrival.</summary>
    private long Estimate(JobEventRecord item, Neighbour? before)
    {
        if (item.AgeMs >= 0)
        {
            return nowMs - item.AgeMs.Value;
        }

        bool isSameBoot = before?.Boot != null && before.Boot == item.Boot && item.UptimeMs >= before.UptimeMs;
        return isSameBoot ? before!.AtMs + (item.UptimeMs - before.UptimeMs)!.Value : nowMs;
    }

    private Neighbour? Before(JobEventRecord item) => connection.Row(
        "SELECT at_ms, boot, uptime_ms FROM events WHERE hub_id = $1 AND log_id = $2 AND event_id < $3 ORDER BY event_id DESC LIMIT 1",
        r => new Neighbour(r.Number(0), r.NumberOrNull(1), r.NumberOrNull(2)),
        hubId,
        item.LogId,
        item.EventId);

    /// <summary>Moves the estimates right in front of an event back, but not before the last one whose time is known.</summary>
    private void MoveBack(JobEventRecord item, long byMs)
    {
        long afterId = connection.Number(
            "SELECT max(event_id) FROM events WHERE hub_id = $1 AND log_id = $2 AND event_id < $3 AND time_ms IS NOT NULL", hubId, item.LogId, item.EventId) ?? 0;
        long knownMs = connection.Number("SELECT at_ms FROM events WHERE hub_id = $1 AND log_id = $2 AND event_id = $3", hubId, item.LogId, afterId) ?? 0;
        List<(long Seq, long JobId, string Kind, long AtMs)> moved = connection.Rows(
            "SELECT seq, coalesce(job_id, event_id), kind, at_ms FROM events WHERE hub_id = $1 AND log_id = $2 AND event_id > $3 AND event_id < $4",
            r => (r.Number(0), r.Number(1), r.Text(2), Math.Max(r.Number(3) - byMs, knownMs)),
            hubId,
            item.LogId,
            afterId,
            item.EventId);
        foreach ((long seq, long jobId, string kind, long atMs) in moved)
        {
            connection.Run("UPDATE events SET at_ms = $2 WHERE seq = $1", seq, atMs);
            MoveJob(item.LogId, jobId, kind, atMs, true);
        }
    }

    /// <summary>A job has the times of its events.</summary>
    private void MoveJob(string logId, long jobId, string kind, long ms, bool isEstimate)
    {
        if (kind == JobEventWriter.Started)
        {
            connection.Run(
                """
                UPDATE jobs SET at_ms = $4, started_ms = $4, started_estimated = $5
                WHERE hub_id = $1 AND log_id = $2 AND job_id = $3 AND started_estimated = 1
                """,
                hubId,
                logId,
                jobId,
                ms,
                isEstimate ? 1L : 0L);
        }
        else if (JobEventWriter.IsEnd(kind))
        {
            connection.Run(
                "UPDATE jobs SET ended_ms = $4, ended_estimated = $5 WHERE hub_id = $1 AND log_id = $2 AND job_id = $3 AND ended_estimated = 1",
                hubId,
                logId,
                jobId,
                ms,
                isEstimate ? 1L : 0L);
        }
    }

    private sealed record Neighbour(long AtMs, long? Boot, long? UptimeMs);
}
