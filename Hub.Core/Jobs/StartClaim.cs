using System;
using Hub.Core.Hal;

namespace Hub.Core.Jobs;

/// <summary>
/// The right to start prints on one printer, held by one owner among all processes on a storage, and free again with its process. It
/// covers the printer's place and its id: neither a new id nor a new URL lets a second owner in. Thread: any.
/// </summary>
internal sealed class StartClaim : IDisposable
{
    private const string Prefix = "start.";

    private readonly IDisposable _place;
    private readonly IDisposable _id;

    private StartClaim(IDisposable place, IDisposable id)
    {
        _place = place;
        _id = id;
    }

    /// <summary>Takes the right; null when another owner holds it. Errors: those of <see cref="INvs.TryLock"/>.</summary>
    public static StartClaim? TryTake(INvs nvs, PrinterPlace place)
    {
        IDisposable? first = nvs.TryLock(Prefix + place.Key);
        if (first == null)
        {
            return null;
        }

        IDisposable? second = null;
        try
        {
            second = nvs.TryLock(Prefix + place.IdKey);
        }
        finally
        {
            if (second == null)
            {
                first.Dispose();
            }
        }

        return second == null ? null : new StartClaim(first, second);
    }

    /// <summary>Others may take it.</summary>
    public void Dispose()
    {
        _id.Dispose();
        _place.Dispose();
    }
}
