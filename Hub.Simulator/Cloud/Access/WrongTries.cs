using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace Hub.Simulator.Cloud.Access;

/// <summary>
/// Limits guesses by address: a few at once, then one every few seconds. An address that is out of tries is refused whatever it shows, else
/// its last guess could be the right one; other addresses are not affected. Thread: any.
/// </summary>
/// <remarks>
/// Memory is bounded: addresses share a fixed number of limiters. An IPv6 network counts as one address, since whoever has one address of it has all.
/// </remarks>
internal sealed class WrongTries : IDisposable
{
    private const int Buckets = 4096;
    private const int NetworkBytes = 8;

    private readonly PartitionedRateLimiter<IPAddress?> _limiter;
    private readonly TimeSpan _every;

    /// <summary>Makes the limit.</summary>
    /// <param name="atOnce">Wrong tries of one address that are answered at once.</param>
    /// <param name="every">Time after which it may try once more.</param>
    public WrongTries(int atOnce, TimeSpan every)
    {
        _every = every;
        _limiter = PartitionedRateLimiter.Create<IPAddress?, int>(address => RateLimitPartition.GetTokenBucketLimiter(BucketOf(address), _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = atOnce,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = every,
            QueueLimit = 0,
        }));
    }

    /// <summary>Seconds after which an address that is out of tries may try again.</summary>
    public int RetryAfterSeconds => Math.Max(1, (int)Math.Ceiling(_every.TotalSeconds));

    /// <summary>True while the address may try.</summary>
    public bool MayTry(IPAddress? from) => _limiter.GetStatistics(from) is { CurrentAvailablePermits: >= 1 };

    /// <summary>Counts a wrong try; false when the address was out of tries already.</summary>
    public bool Count(IPAddress? from)
    {
        using RateLimitLease lease = _limiter.AttemptAcquire(from);
        return lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();

    // The hash is seeded at random in each process, so no one can choose whose bucket to exhaust.
    private static int BucketOf(IPAddress? address)
    {
        HashCode hash = default;
        if (address != null)
        {
            IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            byte[] bytes = plain.GetAddressBytes();
            hash.AddBytes(plain.AddressFamily == AddressFamily.InterNetworkV6 ? bytes.AsSpan(0, NetworkBytes) : bytes);
        }

        return (int)((uint)hash.ToHashCode() % Buckets);
    }
}
