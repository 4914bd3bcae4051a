using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Simulator.Cloud.Store;

/// <summary>The queue of webhooks: notices in order, and how far each target is. Thread: any. Errors: storage_failed.</summary>
internal sealed class NoticeTable(StoreBase store)
{
    private volatile bool _isOn;

    /// <summary>Raised after notices were added. The handler must return soon. Thread: any.</summary>
    public event Action? Added;

    /// <summary>True when notices are kept: there are targets.</summary>
    public bool IsOn => _isOn;

    /// <summary>Adds one within a transaction of the writer.</summary>
    public static void Insert(StoreConnection c, NoticeRecord notice) => c.Run(
        "INSERT INTO notices (at_ms, kind, hub_id, printer_id, job, error_code, message, duration_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        notice.AtMs,
        notice.Kind,
        notice.HubId,
        notice.PrinterId,
        notice.Job,
        notice.ErrorCode,
        notice.Message,
        notice.DurationMs);

    /// <summary>A printer begins to need a person: queues the notice and remembers the need, both or neither.</summary>
    public async Task OpenAsync(NoticeRecord notice)
    {
        await store.Writer.WriteAsync(c =>
        {
            c.Run("INSERT OR IGNORE INTO needs (hub_id, printer_id, kind) VALUES ($1, $2, $3)", notice.HubId, notice.PrinterId, notice.Kind);
            Insert(c, notice);
            return true;
        }).ConfigureAwait(false);
        Wake(1);
    }

    /// <summary>A need is over.</summary>
    public Task CloseAsync(string hubId, string printerId, string kind) => store.Writer.WriteAsync(c =>
        c.Run("DELETE FROM needs WHERE hub_id = $1 AND printer_id = $2 AND kind = $3", hubId, printerId, kind));

    /// <summary>The needs that are not over, as (hub, printer, kind). The list is the caller's.</summary>
    public Task<List<(string HubId, string PrinterId, string Kind)>> OpenNeedsAsync(CancellationToken cancel = default) => store.Readers.ReadAsync(
        c => c.Rows("SELECT hub_id, printer_id, kind FROM needs", r => (r.Text(0), r.Text(1), r.Text(2))), cancel);

    /// <summary>Names the targets: a new one begins with the next notice, one that is gone is forgotten.</summary>
    public Task SetTargetsAsync(IReadOnlyCollection<string> names)
    {
        _isOn = names.Count > 0;
        return store.Writer.WriteAsync(c =>
        {
            foreach (string gone in c.Rows("SELECT name FROM webhook_targets", r => r.Text(0)).Where(n => !names.Contains(n)))
            {
                c.Run("DELETE FROM webhook_targets WHERE name = $1", gone);
            }

            foreach (string name in names)
            {
                c.Run(
                    "INSERT INTO webhook_targets (name, up_to, dropped) VALUES ($1, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'notices'), 0), 0) ON CONFLICT (name) DO NOTHING",
                    name);
            }

            Trim(c);
            return true;
        });
    }

    /// <summary>The next notices of a target. The list is the caller's.</summary>
    public Task<List<NoticeRecord>> NextAsync(string target, int limit, CancellationToken cancel = default) => store.Readers.ReadAsync(
        c => c.Rows(
            """
            SELECT seq, at_ms, kind, hub_id, printer_id, job, error_code, message, duration_ms FROM notices
            WHERE seq > (SELECT up_to FROM webhook_targets WHERE name = $1) ORDER BY seq LIMIT $2
            """,
            Read,
            target,
            (long)limit),
        cancel);

    /// <summary>A target is done with all notices up to this one.</summary>
    /// <param name="target">Its name.</param>
    /// <param name="upTo">The notice.</param>
    /// <param name="dropped">How many of them it was not sent although it should have been.</param>
    public Task AdvanceAsync(string target, long upTo, long dropped) => store.Writer.WriteQuicklyAsync(c =>
    {
        c.Run("UPDATE webhook_targets SET up_to = max(up_to, $2), dropped = dropped + $3 WHERE name = $1", target, upTo, dropped);
        Trim(c);
        return true;
    });

    /// <summary>How many notices a target was not sent, and how many wait for it.</summary>
    public Task<(long Dropped, long Waiting)> CountsAsync(string target, CancellationToken cancel = default) => store.Readers.ReadAsync(
        c => (c.Number("SELECT dropped FROM webhook_targets WHERE name = $1", target) ?? 0,
            c.Number("SELECT count(*) FROM notices WHERE seq > (SELECT up_to FROM webhook_targets WHERE name = $1)", target) ?? 0),
        cancel);

    /// <summary>Notices were added.</summary>
    public void Wake(int added)
    {
        if (added > 0 && _isOn)
        {
            Added?.Invoke();
        }
    }

    /// <summary>Removes what is too old or too much; targets that have not sent it count it as dropped.</summary>
    public static void RemoveOld(StoreConnection c, long oldestMs, int most)
    {
        long last = Math.Max(
            c.Number("SELECT max(seq) FROM notices WHERE at_ms < $1", oldestMs) ?? 0,
            c.Number("SELECT seq FROM notices ORDER BY seq DESC LIMIT 1 OFFSET $1", (long)most) ?? 0);
        c.Run(
            "UPDATE webhook_targets SET dropped = dropped + (SELECT count(*) FROM notices WHERE seq > up_to AND seq <= $1), up_to = max(up_to, $1) WHERE up_to < $1",
            last);
        Trim(c);
    }

    /// <summary>What all targets are done with is not needed any more.</summary>
    private static void Trim(StoreConnection c) =>
        c.Run("DELETE FROM notices WHERE seq <= coalesce((SELECT min(up_to) FROM webhook_targets), 9223372036854775807)");

    private static NoticeRecord Read(StoreRow row) => new()
    {
        Seq = row.Number(0),
        AtMs = row.Number(1),
        Kind = row.Text(2),
        HubId = row.Text(3),
        PrinterId = row.Text(4),
        Job = row.TextOrNull(5),
        ErrorCode = row.TextOrNull(6),
        Message = row.TextOrNull(7),
        DurationMs = row.NumberOrNull(8),
    };
}
