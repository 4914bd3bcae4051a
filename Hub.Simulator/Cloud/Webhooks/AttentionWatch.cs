using System;
using System.Collections.Generic;
using Hub.Simulator.Cloud.Farm;

namespace Hub.Simulator.Cloud.Webhooks;

/// <summary>
/// Decides when a printer begins to need a person, and when that is over. Each need is reported once for as long as it lasts, over restarts of the
/// cloud too, since what was reported is stored. Pure. Thread: one owner.
/// </summary>
internal sealed class AttentionWatch(WebhookTimes times)
{
    /// <summary>A pause this soon after the cloud was asked for it is that one.</summary>
    private static readonly TimeSpan s_askedFor = TimeSpan.FromMinutes(5);

    private readonly Dictionary<PrinterKey, Watched> _printers = [];

    /// <summary>What was reported and not over when the cloud stopped.</summary>
    public void Restore(PrinterKey key, string kind) => Of(key).Open.Add(kind);

    /// <summary>The cloud was asked to pause a printer.</summary>
    public void PauseAsked(PrinterKey key, DateTimeOffset now) => Of(key).PauseAskedAt = now;

    /// <summary>A printer was removed.</summary>
    public void Remove(PrinterKey key) => _printers.Remove(key);

    /// <summary>When the next printer is due although it does not change; null for none.</summary>
    public DateTimeOffset? Due()
    {
        DateTimeOffset? due = null;
        foreach (Watched watched in _printers.Values)
        {
            if (watched.OfflineAt is DateTimeOffset at && !watched.Open.Contains(WebhookKinds.Offline) && (due == null || at + times.OfflineFor < due))
            {
                due = at + times.OfflineFor;
            }
        }

        return due;
    }

    /// <summary>The printers that are offline during a job.</summary>
    public PrinterKey[] Silent()
    {
        List<PrinterKey> silent = [];
        foreach ((PrinterKey key, Watched watched) in _printers)
        {
            if (watched.OfflineAt != null)
            {
                silent.Add(key);
            }
        }

        return [.. silent];
    }

    /// <summary>A printer as it is now.</summary>
    /// <returns>The needs that begin, and those that are over.</returns>
    public List<AttentionChange> Step(PrinterKey key, AttentionView view, DateTimeOffset now)
    {
        Watched watched = Of(key);
        List<AttentionChange> changes = [];
        if (view.State is "offline" or "unknown")
        {
            // Nothing is known of the other needs now.
            if (watched.HadJob)
            {
                watched.OfflineAt ??= now;
                Set(watched, WebhookKinds.Offline, now - watched.OfflineAt >= times.OfflineFor, changes);
            }

            return changes;
        }

        bool isAsked = watched.PauseAskedAt is DateTimeOffset asked && now - asked < s_askedFor;
        bool isPaused = view.State == "paused";
        watched.PauseAskedAt = isAsked || isPaused ? watched.PauseAskedAt : null;
        watched.OfflineAt = null;
        watched.HadJob = view.State is "preparing" or "printing" or "pausing" or "paused" or "resuming" || (view.State == "attention" && watched.HadJob);
        Set(watched, WebhookKinds.Offline, false, changes);
        Set(watched, WebhookKinds.NeedsAttention, view.State == "attention", changes);
        Set(watched, WebhookKinds.PrinterError, view.State == "error", changes);
        Set(watched, WebhookKinds.ClearBed, view.IsBedOccupied, changes);

        // A pause that was asked for stays so, however long it lasts.
        watched.IsPauseAsked = isPaused && (watched.IsPauseAsked || (isAsked && !watched.Open.Contains(WebhookKinds.Paused)));
        Set(watched, WebhookKinds.Paused, isPaused && !watched.IsPauseAsked, changes);
        return changes;
    }

    private static void Set(Watched watched, string kind, bool isOn, List<AttentionChange> changes)
    {
        if (isOn ? watched.Open.Add(kind) : watched.Open.Remove(kind))
        {
            changes.Add(new AttentionChange(kind, isOn));
        }
    }

    private Watched Of(PrinterKey key)
    {
        if (!_printers.TryGetValue(key, out Watched? watched))
        {
            watched = new Watched();
            _printers.Add(key, watched);
        }

        return watched;
    }

    private sealed class Watched
    {
        public HashSet<string> Open { get; } = [];

        public bool HadJob { get; set; }

        public bool IsPauseAsked { get; set; }

        public DateTimeOffset? PauseAskedAt { get; set; }

        public DateTimeOffset? OfflineAt { get; set; }
    }
}
