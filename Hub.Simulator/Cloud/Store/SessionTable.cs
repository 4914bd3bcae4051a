using System.Threading;
using System.Threading.Tasks;

namespace Hub.Simulator.Cloud.Store;

/// <summary>Settings by name (such as the hash of the access token) and the sessions of browsers, by the hash of their cookie. Thread: any. Errors: storage_failed.</summary>
internal sealed class SessionTable(StoreBase store)
{
    /// <summary>Most sessions; the oldest ends for one more.</summary>
    public const int MaxSessions = 1000;

    /// <summary>The value of a setting, or null.</summary>
    public Task<string?> SettingAsync(string name, CancellationToken cancel = default) =>
        store.Readers.ReadAsync(c => c.Text("SELECT value FROM settings WHERE name = $1", name), cancel);

    /// <summary>Stores a setting; null removes it. Completes when it is on the disk.</summary>
    public Task SetSettingAsync(string name, string? value) => store.Writer.WriteAsync(c => value == null
        ? c.Run("DELETE FROM settings WHERE name = $1", name)
        : c.Run("INSERT OR REPLACE INTO settings (name, value) VALUES ($1, $2)", name, value));

    /// <summary>Adds a session.</summary>
    /// <param name="hash">The hash of its cookie.</param>
    /// <param name="expiresMs">When it ends, in Unix ms.</param>
    public Task AddAsync(string hash, long expiresMs)
    {
        long nowMs = store.NowMs;
        return store.Writer.WriteAsync(c =>
        {
            c.Run("DELETE FROM sessions WHERE expires_ms <= $1", nowMs);
            c.Run("DELETE FROM sessions WHERE hash IN (SELECT hash FROM sessions ORDER BY created_ms DESC LIMIT -1 OFFSET $1)", MaxSessions - 1L);
            return c.Run("INSERT OR REPLACE INTO sessions (hash, created_ms, expires_ms) VALUES ($1, $2, $3)", hash, nowMs, expiresMs);
        });
    }

    /// <summary>True for a session that has not ended.</summary>
    public Task<bool> IsValidAsync(string hash, CancellationToken cancel = default)
    {
        long nowMs = store.NowMs;
        return store.Readers.ReadAsync(c => c.Number("SELECT 1 FROM sessions WHERE hash = $1 AND expires_ms > $2", hash, nowMs) != null, cancel);
    }

    /// <summary>Ends a session.</summary>
    public Task RemoveAsync(string hash) => store.Writer.WriteAsync(c => c.Run("DELETE FROM sessions WHERE hash = $1", hash));

    /// <summary>Ends all sessions, as when the token changes.</summary>
    public Task ClearAsync() => store.Writer.WriteAsync(c => c.Run("DELETE FROM sessions"));
}
