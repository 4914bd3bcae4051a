using Hub.Simulator.Cloud.Errors;
using Hub.Simulator.Cloud.Store;

namespace Hub.Simulator.Cloud.Rest;

/// <summary>How much one answer may hold. Pure.</summary>
internal static class Limits
{
    private const int Usual = 100;

    /// <summary>The rows that are wanted.</summary>
    /// <exception cref="CloudException">400.</exception>
    public static int Rows(int? limit) => limit is null ? Usual
        : limit is > 0 and <= HistoryFilter.MaxLimit ? limit.Value
        : throw CloudErrors.BadRequest("limit is 1 to " + HistoryFilter.MaxLimit + ".");
}
