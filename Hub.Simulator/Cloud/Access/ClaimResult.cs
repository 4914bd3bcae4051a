namespace Hub.Simulator.Cloud.Access;

/// <summary>What became of a code that a person entered. Immutable.</summary>
/// <param name="Status">The HTTP status of the answer.</param>
/// <param name="Code">One word for programs; null when the hub is claimed.</param>
/// <param name="Message">One line for people.</param>
/// <param name="HubId">The hub, or null when no hub shows this code.</param>
/// <param name="RetryAfterSeconds">Until the next try is allowed; 0 when it is.</param>
internal sealed record ClaimResult(int Status, string? Code, string Message, string? HubId, int RetryAfterSeconds)
{
    /// <summary>No hub that is connected shows this code.</summary>
    public static ClaimResult Wrong { get; } = new(
        404, "wrong_code", "No connected hub shows this code: check it, and the hub's connection. A code is good for 15 minutes, and once.", null, 0);

    public static ClaimResult TooMany(int retryAfterSeconds) => new(
        429, "too_many_tries", "Too many wrong codes came from this address: wait, then try again.", null, retryAfterSeconds);

    public static ClaimResult HubGone(string hubId) => new(503, "hub_offline", $"Hub {hubId} lost its connection just now: enter the code again once it is back.", hubId, 0);

    public static ClaimResult Claimed(string hubId) => new(200, null, $"Hub {hubId} is claimed.", hubId, 0);
}
