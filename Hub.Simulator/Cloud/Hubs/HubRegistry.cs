using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Hub.Simulator.Cloud.Errors;

namespace Hub.Simulator.Cloud.Hubs;

/// <summary>The hubs that the cloud knows. Thread: any.</summary>
internal sealed class HubRegistry(TimeProvider clock)
{
    /// <summary>Most hubs that are remembered: on a cloud that welcomes everybody, ids cost nothing.</summary>
    public const int Max = 1024;

    private readonly ConcurrentDictionary<string, KnownHub> _hubs = new(StringComparer.Ordinal);

    /// <summary>All hubs, by id.</summary>
    public KnownHub[] All => [.. _hubs.Values.OrderBy(h => h.Id, StringComparer.Ordinal)];

    /// <summary>A hub that may be new; null for one too many.</summary>
    public KnownHub? GetOrAdd(string id)
    {
        if (_hubs.TryGetValue(id, out KnownHub? hub))
        {
            return hub;
        }

        return _hubs.Count >= Max ? null : _hubs.GetOrAdd(id, key => new KnownHub(key, clock));
    }

    /// <summary>Adds a hub that an earlier run knew.</summary>
    public void Remember(string id, string? name, DateTimeOffset lastSeen)
    {
        if (GetOrAdd(id) is { } hub)
        {
            hub.Name = name;
            hub.LastSeen = lastSeen;
        }
    }

    /// <summary>A hub.</summary>
    /// <exception cref="CloudException">404.</exception>
    public KnownHub Get(string id) => _hubs.GetValueOrDefault(id) ?? throw CloudErrors.NotFound("There is no hub " + id + ": GET /api/hubs lists them.");

    /// <summary>The only hub, or the one that is named.</summary>
    /// <exception cref="CloudException">404 or 409.</exception>
    public KnownHub Choose(string? id)
    {
        if (id != null)
        {
            return Get(id);
        }

        KnownHub[] all = All;
        return all.Length switch
        {
            1 => all[0],
            0 => throw CloudErrors.NotFound("No hub has connected to this cloud yet."),
            _ => throw CloudErrors.Ambiguous("Several hubs are known: add ?hub= with one of " + string.Join(", ", all.Take(20).Select(h => h.Id)) + "."),
        };
    }
}
