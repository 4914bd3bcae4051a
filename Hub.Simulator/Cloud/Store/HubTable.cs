using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Hal;

namespace Hub.Simulator.Cloud.Store;

/// <summary>The hubs with their secrets. Thread: any. Errors: storage_failed.</summary>
internal sealed class HubTable(StoreBase store)
{
    private const string Columns = "SELECT id, name, secret, first_seen_ms, last_seen_ms, claimed_ms FROM hubs";

    /// <summary>All hubs by id. The list is the caller's.</summary>
    public Task<List<HubRecord>> ListAsync(CancellationToken cancel = default) =>
        store.Readers.ReadAsync(c => c.Rows(Columns + " ORDER BY id", Read), cancel);

    /// <summary>One hub, or null.</summary>
    public Task<HubRecord?> FindAsync(string id, CancellationToken cancel = default) =>
        store.Readers.ReadAsync(c => c.Row(Columns + " WHERE id = $1", Read, id), cancel);

    /// <summary>A hub connected: adds it or notes its name and time, without its secret. Nobody waits for it.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="name">Its name; null keeps the former one.</param>
    public void Seen(string id, string? name)
    {
        long nowMs = store.NowMs;
        store.Writer.Post(c => c.Run(
            """
            INSERT INTO hubs (id, name, first_seen_ms, last_seen_ms) VALUES ($1, $2, $3, $3)
            ON CONFLICT (id) DO UPDATE SET name = coalesce($2, name), last_seen_ms = $3
            """,
            id,
            name,
            nowMs));
    }

    /// <summary>Stores the secret of a hub that a person claimed; completes when it is on the disk.</summary>
    public Task ClaimAsync(string id, string? name, Secret secret)
    {
        long nowMs = store.NowMs;
        return store.Writer.WriteAsync(c => c.Run(
            """
            INSERT INTO hubs (id, name, secret, first_seen_ms, last_seen_ms, claimed_ms) VALUES ($1, $2, $3, $4, $4, $4)
            ON CONFLICT (id) DO UPDATE SET name = coalesce($2, name), secret = $3, claimed_ms = $4, last_seen_ms = $4
            """,
            id,
            name,
            secret.Reveal(),
            nowMs));
    }

    /// <summary>Forgets a hub and its secret; its history stays. False when it is not known.</summary>
    public Task<bool> RemoveAsync(string id) => store.Writer.WriteAsync(c => c.Run("DELETE FROM hubs WHERE id = $1", id) > 0);

    private static HubRecord Read(StoreRow row) => new()
    {
        Id = row.Text(0),
        Name = row.TextOrNull(1),
        Secret = row.TextOrNull(2) is string secret ? new Secret(secret) : null,
        FirstSeenMs = row.Number(3),
        LastSeenMs = row.Number(4),
        ClaimedMs = row.NumberOrNull(5),
    };
}
