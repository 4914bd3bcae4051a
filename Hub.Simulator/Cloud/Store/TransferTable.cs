using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Simulator.Cloud.Store;

/// <summary>The last states of transfers. One that was under way when the cloud stopped has failed. Thread: any. Errors: storage_failed.</summary>
internal sealed class TransferTable(StoreBase store)
{
    private const string Columns =
        "SELECT id, hub_id, printer_id, job_id, file_name, size, stage, progress, error, error_code, is_started, created_ms, updated_ms FROM transfers";

    /// <summary>Keeps the state of a transfer. Nobody waits for it: save at its begin and where its stage changes, not with each percent.</summary>
    public void Save(TransferRecord transfer) => store.Writer.Post(c => c.Run(
        """
        INSERT OR REPLACE INTO transfers (id, hub_id, printer_id, job_id, file_name, size, stage, progress, error, error_code, is_started, created_ms, updated_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        """,
        transfer.Id,
        transfer.HubId,
        transfer.PrinterId,
        transfer.JobId,
        transfer.FileName,
        transfer.SizeBytes,
        transfer.Stage,
        (long)transfer.ProgressPercentage,
        transfer.Error,
        transfer.ErrorCode,
        transfer.IsStarted ? 1L : 0L,
        transfer.CreatedMs,
        transfer.UpdatedMs));

    /// <summary>
    /// The hub's last word on a transfer of an earlier run, which says more than that the cloud stopped. Nothing happens to one that is not known,
    /// was cancelled or has started.
    /// </summary>
    public void Settle(TransferOutcome outcome) => store.Writer.Post(c => Settle(c, outcome, store.NowMs));

    /// <summary>The same within a transaction. Thread: the writer's.</summary>
    public static void Settle(StoreConnection connection, TransferOutcome outcome, long nowMs) => connection.Run(
        """
        UPDATE transfers SET stage = $3, progress = CASE WHEN $3 = 'complete' THEN 100 ELSE progress END, error = $4, error_code = $5, is_started = $6, updated_ms = $7
        WHERE id = $1 AND hub_id = $2 AND is_started = 0 AND ($6 = 1 OR stage <> 'cancelled')
        """,
        outcome.Id,
        outcome.HubId,
        outcome.Stage,
        outcome.Error,
        outcome.ErrorCode,
        outcome.IsStarted ? 1L : 0L,
        nowMs);

    /// <summary>One transfer, or null.</summary>
    public Task<TransferRecord?> FindAsync(string id, CancellationToken cancel = default) =>
        store.Readers.ReadAsync(c => c.Row(Columns + " WHERE id = $1", Read, id), cancel);

    /// <summary>The newest transfers, newest first. The list is the caller's.</summary>
    public Task<List<TransferRecord>> ListAsync(int limit, CancellationToken cancel = default) =>
        store.Readers.ReadAsync(c => c.Rows(Columns + " ORDER BY created_ms DESC LIMIT $1", Read, (long)limit), cancel);

    private static TransferRecord Read(StoreRow row) => new()
    {
        Id = row.Text(0),
        HubId = row.Text(1),
        PrinterId = row.Text(2),
        JobId = row.TextOrNull(3),
        FileName = row.Text(4),
        SizeBytes = row.Number(5),
        Stage = row.Text(6),
        ProgressPercentage = (int)row.Number(7),
        Error = row.TextOrNull(8),
        ErrorCode = row.TextOrNull(9),
        IsStarted = row.Number(10) != 0,
        CreatedMs = row.Number(11),
        UpdatedMs = row.Number(12),
    };
}
