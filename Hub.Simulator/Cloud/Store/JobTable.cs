using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;

namespace Hub.Simulator.Cloud.Store;

/// <summary>Job events and the jobs that are made from them. Thread: any. Errors: storage_failed.</summary>
internal sealed class JobTable(StoreBase store, NoticeTable notices, CancellationToken stopping)
{
    private const string EventColumns =
        "SELECT seq, hub_id, log_id, event_id, printer_id, kind, time_ms, received_ms, job_id, job, command_id, error_code, error_message, duration_ms, at_ms FROM events";

    private const string JobColumns =
        "SELECT hub_id, log_id, job_id, printer_id, name, command_id, was_started, started_ms, ended_ms, outcome, error_code, cause, duration_ms, cleared_ms, started_estimated OR ended_estimated FROM jobs";

    private static readonly TimeSpan s_firstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_lastRetry = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Stores events of a hub; completes when they are on the disk, so that they may be acknowledged. Those that are stored already are
    /// ignored. While the storage fails it is tried again and again, until the store is closed or the caller gives up.
    /// </summary>
    /// <returns>How many of them are new.</returns>
    /// <exception cref="OperationCanceledException">Either of them.</exception>
    public async Task<int> AddEventsAsync(string hubId, IReadOnlyList<JobEventRecord> events, CancellationToken cancel = default)
    {
        using CancellationTokenSource ends = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancel);
        for (TimeSpan wait = s_firstRetry; ; wait = wait * 2 > s_lastRetry ? s_lastRetry : wait * 2)
        {
            try
            {
                int added = await store.Writer.WriteAsync(c => new JobEventWriter(c, hubId, store.NowMs, notices.IsOn).Add(events)).ConfigureAwait(false);
                notices.Wake(added);
                return added;
            }
            catch (HubException)
            {
                await Task.Delay(wait, store.Clock, ends.Token).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Up to which event the log of a hub is stored; 0 for nothing.</summary>
    public Task<long> StoredUpToAsync(string hubId, string logId, CancellationToken cancel = default) => store.Readers.ReadAsync(
        c => c.Number("SELECT up_to FROM event_logs WHERE hub_id = $1 AND log_id = $2", hubId, logId) ?? 0, cancel);

    /// <summary>Events, newest first. The list is the caller's.</summary>
    public Task<List<JobEventRecord>> EventsAsync(HistoryFilter filter, CancellationToken cancel = default) =>
        store.Readers.ReadAsync(c => new HistoryQuery(EventColumns, "kind", filter).Rows(c, ReadEvent), cancel);

    /// <summary>Jobs, newest first. The list is the caller's.</summary>
    public Task<List<JobRecord>> JobsAsync(HistoryFilter filter, CancellationToken cancel = default) =>
        store.Readers.ReadAsync(c => new HistoryQuery(JobColumns, "outcome", filter).Rows(c, ReadJob), cancel);

    private static JobEventRecord ReadEvent(StoreRow row) => new()
    {
        Seq = row.Number(0),
        HubId = row.Text(1),
        LogId = row.Text(2),
        EventId = row.Number(3),
        PrinterId = row.Text(4),
        Kind = row.Text(5),
        TimeMs = row.NumberOrNull(6),
        ReceivedMs = row.Number(7),
        JobId = row.NumberOrNull(8),
        Job = row.TextOrNull(9),
        CommandId = row.TextOrNull(10),
        ErrorCode = row.TextOrNull(11),
        ErrorMessage = row.TextOrNull(12),
        DurationMs = row.NumberOrNull(13),
        AtMs = row.Number(14),
    };

    private static JobRecord ReadJob(StoreRow row) => new()
    {
        HubId = row.Text(0),
        LogId = row.Text(1),
        JobId = row.Number(2),
        PrinterId = row.Text(3),
        Name = row.TextOrNull(4),
        CommandId = row.TextOrNull(5),
        WasStarted = row.Number(6) != 0,
        StartedMs = row.NumberOrNull(7),
        EndedMs = row.NumberOrNull(8),
        Outcome = row.Text(9),
        ErrorCode = row.TextOrNull(10),
        Cause = row.TextOrNull(11),
        DurationMs = row.NumberOrNull(12),
        ClearedMs = row.NumberOrNull(13),
        IsEstimated = row.Number(14) != 0,
    };
}
