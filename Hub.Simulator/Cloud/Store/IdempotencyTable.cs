using System;
using System.Threading.Tasks;

namespace Hub.Simulator.Cloud.Store;

/// <summary>What is known of an idempotency key.</summary>
internal enum KeyState
{
    /// <summary>It was not known: the caller now owns it, executes the request and calls <see cref="IdempotencyTable.CompleteAsync"/>.</summary>
    New,

    /// <summary>Its request is being executed.</summary>
    Running,

    /// <summary>Its request was executed: the answer is given again.</summary>
    Done,

    /// <summary>It belongs to another request.</summary>
    Mismatch,

    /// <summary>The cloud stopped while its request was being executed: the outcome is not known.</summary>
    Unknown,
}

/// <summary>What a key is at.</summary>
/// <param name="State">Its state.</param>
/// <param name="Status">The status of the answer, when it is done.</param>
/// <param name="Body">The JSON of the answer, when it is done.</param>
internal sealed record KeyOutcome(KeyState State, int Status = 0, string Body = "");

/// <summary>Idempotency keys and the answers to their requests, kept for 7 days. Thread: any. Errors: storage_failed.</summary>
internal sealed class IdempotencyTable(StoreBase store)
{
    /// <summary>Longest key.</summary>
    public const int MaxKeyLength = 255;

    /// <summary>Characters of an answer that are kept; of a longer one only the status is.</summary>
    public const int MaxBodyLength = 64 * 1024;

    /// <summary>Makes a key the caller's, on the disk before its request is executed, or says what it is at.</summary>
    /// <param name="key">The key, 1 to <see cref="MaxKeyLength"/> characters.</param>
    /// <param name="fingerprint">What tells its request from another: a hash of method, path and body.</param>
    public Task<KeyOutcome> TryBeginAsync(string key, string fingerprint)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(key.Length, MaxKeyLength);
        long nowMs = store.NowMs;
        long oldestMs = nowMs - (long)store.Options.KeyAge.TotalMilliseconds;
        return store.Writer.WriteAsync(c =>
        {
            c.Run("DELETE FROM idempotency WHERE key = $1 AND begun_ms < $2", key, oldestMs);
            int added = c.Run(
                "INSERT INTO idempotency (key, fingerprint, begun_ms, state) VALUES ($1, $2, $3, $4) ON CONFLICT (key) DO NOTHING",
                key,
                fingerprint,
                nowMs,
                (long)KeyState.Running);
            return added > 0
                ? new KeyOutcome(KeyState.New)
                : c.Row("SELECT fingerprint, state, status, body FROM idempotency WHERE key = $1", r => Read(r, fingerprint), key)!;
        });
    }

    /// <summary>Keeps the answer of a request that was executed.</summary>
    public Task CompleteAsync(string key, int status, string body) => store.Writer.WriteAsync(c => c.Run(
        "UPDATE idempotency SET state = $2, status = $3, body = $4 WHERE key = $1",
        key,
        (long)KeyState.Done,
        (long)status,
        body.Length <= MaxBodyLength ? body : ""));

    /// <summary>Frees a key whose request was refused before it did anything, so that it may come again.</summary>
    public Task ReleaseAsync(string key) => store.Writer.WriteAsync(c =>
        c.Run("DELETE FROM idempotency WHERE key = $1 AND state = $2", key, (long)KeyState.Running));

    private static KeyOutcome Read(StoreRow row, string fingerprint) => row.Text(0) != fingerprint
        ? new KeyOutcome(KeyState.Mismatch)
        : new KeyOutcome((KeyState)row.Number(1), (int)row.Number(2), row.Text(3));
}
