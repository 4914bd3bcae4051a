using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;

namespace Hub.Simulator.Cloud.Store;

/// <summary>Keeps the store within its bounds, in small writes, between which others come. Thread: any.</summary>
internal sealed class StoreRetention(StoreBase store, StoreState state) : IAsyncDisposable
{
    private const int Piece = 1000;

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private Task _run = Task.CompletedTask;

    /// <summary>Begins a run on a pool thread, unless one is under way.</summary>
    public void Begin()
    {
        if (_run.IsCompleted && !_stopping.IsCancellationRequested)
        {
            _run = Task.Run(QuietlyAsync);
        }
    }

    /// <summary>Removes all that is too old or too much now. Errors: storage_failed.</summary>
    public async Task RunAsync()
    {
        await _one.WaitAsync().ConfigureAwait(false);
        try
        {
            StoreOptions options = store.Options;
            long nowMs = store.NowMs;
            await TemperaturesAsync(nowMs / 1000, options).ConfigureAwait(false);
            await RowsAsync("events", "seq", "at_ms", options.MaxEvents).ConfigureAwait(false);
            await RowsAsync("jobs", "seq", "at_ms", options.MaxJobs).ConfigureAwait(false);
            await OldAsync("idempotency", "key", "begun_ms", nowMs - Ms(options.KeyAge)).ConfigureAwait(false);
            await RowsAsync("idempotency", "key", "begun_ms", options.MaxKeys).ConfigureAwait(false);
            await OldAsync("transfers", "id", "created_ms", nowMs - Ms(options.TransferAge)).ConfigureAwait(false);
            await RowsAsync("transfers", "id", "created_ms", options.MaxTransfers).ConfigureAwait(false);
            await store.Writer.WriteQuicklyAsync(c =>
            {
                NoticeTable.RemoveOld(c, nowMs - Ms(options.NoticeAge), options.MaxNotices);
                c.Run("DELETE FROM hubs WHERE secret IS NULL AND last_seen_ms < $1", nowMs - Ms(options.UnclaimedHubAge));
                return c.Run("DELETE FROM sessions WHERE expires_ms <= $1", nowMs);
            }).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Waits for the end of a run that is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(false);
        _stopping.Dispose();
        _one.Dispose();
    }

    private static long Ms(TimeSpan span) => (long)span.TotalMilliseconds;

    private async Task QuietlyAsync()
    {
        try
        {
            await RunAsync().ConfigureAwait(false);
        }
        catch (HubException)
        {
            // The store's state has the problem; the next hour tries again.
        }
        catch (OperationCanceledException)
        {
            // The store closes.
        }
        catch (Exception e)
        {
            state.Fault(e);
        }
    }

    private async Task TemperaturesAsync(long nowS, StoreOptions options)
    {
        List<long> keys = await store.Readers.ReadAsync(c => c.Rows("SELECT key FROM series", r => r.Number(0)), _stopping.Token).ConfigureAwait(false);
        double age = options.TemperatureAge.TotalSeconds;
        long fineToS = (nowS - (long)options.FineTemperatureAge.TotalSeconds) / TemperatureTable.CoarseSeconds * TemperatureTable.CoarseSeconds;
        foreach (long key in keys)
        {
            _stopping.Token.ThrowIfCancellationRequested();
            await store.Writer.WriteQuicklyAsync(c => TemperatureMerge.Run(c, key, fineToS) + RemoveBefore(c, key, nowS - (long)age)).ConfigureAwait(false);
        }

        long count = await CountAsync("temperatures").ConfigureAwait(false);
        if (count <= options.MaxTemperatures)
        {
            return;
        }

        // Too many printers for their rows: the time that is kept becomes shorter for all of them.
        age = await SpanAsync(nowS).ConfigureAwait(false) * options.MaxTemperatures / count;
        foreach (long key in keys)
        {
            _stopping.Token.ThrowIfCancellationRequested();
            await store.Writer.WriteQuicklyAsync(c => RemoveBefore(c, key, nowS - (long)age)).ConfigureAwait(false);
        }
    }

    private async Task<double> SpanAsync(long nowS) =>
        nowS - await store.Readers.ReadAsync(c => c.Number("SELECT min(at_s) FROM temperatures"), _stopping.Token).ConfigureAwait(false) ?? 0;

    /// <summary>Also forgets a printer of which nothing is left.</summary>
    private static int RemoveBefore(StoreConnection c, long key, long atS)
    {
        int removed = c.Run("DELETE FROM temperatures WHERE key = $1 AND at_s < $2", key, atS);
        c.Run("DELETE FROM series WHERE key = $1 AND NOT EXISTS (SELECT 1 FROM temperatures WHERE key = $1)", key);
        return removed;
    }

    private async Task OldAsync(string table, string key, string time, long oldestMs)
    {
        string sql = $"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE {time} < $1 ORDER BY {time} LIMIT {Piece})";
        while (await store.Writer.WriteQuicklyAsync(c => c.Run(sql, oldestMs)).ConfigureAwait(false) == Piece)
        {
            _stopping.Token.ThrowIfCancellationRequested();
        }
    }

    private async Task RowsAsync(string table, string key, string time, int most)
    {
        string sql = $"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} ORDER BY {time} LIMIT $1)";
        for (long over = await CountAsync(table).ConfigureAwait(false) - most; over > 0; over -= Piece)
        {
            _stopping.Token.ThrowIfCancellationRequested();
            long count = Math.Min(over, Piece);
            await store.Writer.WriteQuicklyAsync(c => c.Run(sql, count)).ConfigureAwait(false);
        }
    }

    private Task<long> CountAsync(string table) =>
        store.Readers.ReadAsync(c => c.Number("SELECT count(*) FROM " + table) ?? 0, _stopping.Token);
}
