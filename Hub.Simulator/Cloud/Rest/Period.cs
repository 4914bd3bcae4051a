using System;
using Hub.Simulator.Cloud.Errors;

namespace Hub.Simulator.Cloud.Rest;

/// <summary>The period that a request asks for, within the times that the cloud can know of. Pure.</summary>
/// <param name="From">Its begin.</param>
/// <param name="To">Its end, not after now.</param>
internal readonly record struct Period(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>The period of the parameters from and to.</summary>
    /// <param name="from">Null for <paramref name="usual"/> before the end.</param>
    /// <param name="to">Null for now.</param>
    /// <param name="usual">How long it is without from.</param>
    /// <param name="now">Now.</param>
    /// <exception cref="CloudException">400.</exception>
    public static Period Of(DateTimeOffset? from, DateTimeOffset? to, TimeSpan usual, DateTimeOffset now)
    {
        DateTimeOffset end = to is { } wanted && wanted < now ? wanted : now;
        if (end <= DateTimeOffset.UnixEpoch + usual)
        {
            throw CloudErrors.BadRequest("to is before anything that this cloud knows of.");
        }

        DateTimeOffset begin = from ?? end - usual;
        if (begin >= end)
        {
            throw CloudErrors.BadRequest("from must be before to, and not in the future.");
        }

        return new Period(begin > DateTimeOffset.UnixEpoch ? begin : DateTimeOffset.UnixEpoch, end);
    }
}
