using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Simulator.Cloud.Access;

/// <summary>
/// Hubs that wait for a person to enter their code. The cloud never sees a code before that: it knows the hash alone. Wrong codes are
/// limited by address. Bounded; what waits too long is forgotten. Thread: any.
/// </summary>
internal sealed class Claims : IDisposable
{
    /// <summary>Most hubs that wait.</summary>
    public const int Max = 64;

    /// <summary>Most hubs that wait from one address, so that one machine cannot keep all others out.</summary>
    public const int MaxOfAddress = 16;

    /// <summary>How long a code is good.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private const int SecretBytes = 32;

    private readonly object _gate = new();
    private readonly List<Waiting> _waiting = [];
    private readonly IHubSecrets _secrets;
    private readonly TimeProvider _clock;
    private readonly WrongTries _wrong;
    private long _wrongCodes;

    public Claims(AccessOptions options, IHubSecrets secrets)
    {
        _secrets = secrets;
        _clock = options.Clock;
        _wrong = new WrongTries(options.WrongTries, options.NextTryAfter);
    }

    /// <summary>Wrong codes since the start.</summary>
    public long WrongCodes => Interlocked.Read(ref _wrongCodes);

    /// <summary>Ids of the hubs that wait.</summary>
    public string[] Pending
    {
        get
        {
            lock (_gate)
            {
                Forget();
                return [.. _waiting.Select(w => w.Greeting.HubId).Distinct()];
            }
        }
    }

    /// <summary>Has a hub wait; false when too many wait already. A hub that comes again with its code takes its own place.</summary>
    public bool TryAdd(HubGreeting greeting)
    {
        lock (_gate)
        {
            Forget();

            // A hub shows one code at a time. Only its own address may say so, or anyone could void the code of any hub.
            _waiting.RemoveAll(w => w.Greeting.HubId == greeting.HubId && w.Greeting.Claim != greeting.Claim && Equals(w.Greeting.Remote, greeting.Remote));
            int same = _waiting.FindIndex(w => w.Greeting.Claim == greeting.Claim && w.Greeting.HubId == greeting.HubId);
            if (same >= 0)
            {
                // A reconnect makes no code last longer.
                _waiting[same] = new Waiting(greeting, _waiting[same].Until);
                return true;
            }

            if (_waiting.Count >= Max || _waiting.Count(w => Equals(w.Greeting.Remote, greeting.Remote)) >= MaxOfAddress)
            {
                return false;
            }

            _waiting.Add(new Waiting(greeting, _clock.GetUtcNow() + Lifetime));
            return true;
        }
    }

    /// <summary>Forgets a hub that waits, unless a newer connection of it took its place.</summary>
    public void Remove(HubGreeting greeting)
    {
        lock (_gate)
        {
            _waiting.RemoveAll(w => w.Greeting == greeting);
        }
    }

    /// <summary>A person enters a code: the hub that shows it gets a new secret, which is stored first.</summary>
    /// <param name="code">As it was typed.</param>
    /// <param name="from">The person's address.</param>
    public async Task<ClaimResult> ClaimAsync(string code, IPAddress? from)
    {
        string? hash = ClaimCode.HashOf(code);
        HubGreeting? hub = hash == null || !_wrong.MayTry(from) ? null : Take(hash);
        if (hub == null)
        {
            Interlocked.Increment(ref _wrongCodes);
            return _wrong.Count(from) ? ClaimResult.Wrong : ClaimResult.TooMany(_wrong.RetryAfterSeconds);
        }

        string secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
        await _secrets.SetAsync(hub.HubId, secret).ConfigureAwait(false);
        try
        {
            await hub.SendSecretAsync(secret).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // It comes again with the same code, and gets another secret then.
            return ClaimResult.HubGone(hub.HubId);
        }

        return ClaimResult.Claimed(hub.HubId);
    }

    public void Dispose() => _wrong.Dispose();

    private HubGreeting? Take(string hash)
    {
        byte[] wanted = Encoding.ASCII.GetBytes(hash);
        lock (_gate)
        {
            Forget();
            Waiting[] found = [.. _waiting.Where(w => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(w.Greeting.Claim!), wanted))];

            // Two with one code: one of them has it from the other, so no one gets a secret.
            _waiting.RemoveAll(found.Contains);
            return found.Length == 1 ? found[0].Greeting : null;
        }
    }

    private void Forget()
    {
        DateTimeOffset now = _clock.GetUtcNow();
        _waiting.RemoveAll(w => w.Until <= now);
    }

    private sealed record Waiting(HubGreeting Greeting, DateTimeOffset Until);
}
