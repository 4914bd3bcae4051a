using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Errors;

namespace Hub.Simulator.Cloud.Hubs;

/// <summary>A hub that the cloud has heard of, connected or not. Thread: any.</summary>
/// <param name="id">Its id.</param>
/// <param name="clock">The cloud's clock.</param>
internal sealed class KnownHub(string id, TimeProvider clock)
{
    private static readonly TimeSpan s_twinTime = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Queue<DateTimeOffset> _replaced = new();
    private HubSession? _session;
    private ReadOnlyMemory<byte> _health;

    /// <summary>Its id.</summary>
    public string Id { get; } = id;

    /// <summary>What waits for its answer.</summary>
    public PendingAnswers Answers { get; } = new();

    /// <summary>The name that people gave it, or null.</summary>
    public string? Name { get; set; }

    /// <summary>When it was last connected or heard, or null.</summary>
    public DateTimeOffset? LastSeen { get; set; }

    /// <summary>The welcomed connection, or null.</summary>
    public HubSession? Session
    {
        get
        {
            lock (_gate)
            {
                return _session;
            }
        }
    }

    /// <summary>The last hub_health as it came; empty while there was none.</summary>
    public ReadOnlyMemory<byte> Health
    {
        get
        {
            lock (_gate)
            {
                return _health;
            }
        }

        set
        {
            lock (_gate)
            {
                _health = value;
            }
        }
    }

    /// <summary>How often within 10 minutes a new connection ended one that was alive: more than one or two mean that two hubs use this id.</summary>
    public int Duplicates
    {
        get
        {
            lock (_gate)
            {
                return Twins();
            }
        }
    }

    /// <summary>A connection was welcomed; it is the hub's from now on.</summary>
    /// <returns>The one that it replaces, or null.</returns>
    public HubSession? Attach(HubSession session)
    {
        lock (_gate)
        {
            HubSession? former = _session == session ? null : _session;
            _session = session;
            LastSeen = clock.GetUtcNow();
            if (former != null)
            {
                Twins();
                _replaced.Enqueue(clock.GetUtcNow());
            }

            return former;
        }
    }

    /// <summary>A connection ended.</summary>
    /// <returns>True when it was the hub's: now it has none.</returns>
    public bool Detach(HubSession session)
    {
        lock (_gate)
        {
            if (_session != session)
            {
                return false;
            }

            _session = null;
            LastSeen = clock.GetUtcNow();
            return true;
        }
    }

    /// <summary>The connection; an error for the asker when there is none.</summary>
    /// <exception cref="CloudException">503.</exception>
    public HubSession Online() => Session ?? throw CloudErrors.HubOffline(Id);

    /// <summary>The connection, if the hub knows an extension.</summary>
    /// <exception cref="CloudException">503 or 501.</exception>
    public HubSession Online(string feature)
    {
        HubSession session = Online();
        return session.Has(feature) ? session : throw CloudErrors.NotSupported("Hub " + Id + " does not support " + feature + ": update its firmware.");
    }

    /// <summary>Sends a command or a request once and waits for its answer, also over a reconnect.</summary>
    /// <param name="answerId">Its command_id or request_id.</param>
    /// <param name="message">The message.</param>
    /// <param name="seconds">How long to wait.</param>
    /// <param name="cancel">The asker is gone.</param>
    /// <exception cref="CloudException">503 when it cannot be sent, 504 without an answer.</exception>
    public async Task<HubAnswer> AskAsync(string answerId, ReadOnlyMemory<byte> message, int seconds, CancellationToken cancel)
    {
        HubSession session = Online();
        if (Answers.Count >= PendingAnswers.Max)
        {
            throw CloudErrors.HubBusy(Id);
        }

        Task<HubAnswer> answer = Answers.Add(answerId);
        TimeSpan limit = TimeSpan.FromSeconds(seconds);
        long began = clock.GetTimestamp();
        try
        {
            // A hub that does not read holds the message up.
            if (!await session.TrySendAsync(message).AsTask().WaitAsync(limit, clock, cancel))
            {
                throw session.IsEnded ? CloudErrors.HubOffline(Id) : CloudErrors.HubBusy(Id);
            }

            TimeSpan left = limit - clock.GetElapsedTime(began);
            return await answer.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock, cancel);
        }
        catch (TimeoutException)
        {
            throw CloudErrors.NoAnswer(Id, seconds);
        }
        finally
        {
            Answers.Remove(answerId);
        }
    }

    private int Twins()
    {
        while (_replaced.TryPeek(out DateTimeOffset first) && clock.GetUtcNow() - first > s_twinTime)
        {
            _replaced.Dequeue();
        }

        return _replaced.Count;
    }
}
