using System;

namespace Hub.Simulator.Cloud.Webhooks;

/// <summary>How sending a webhook ended.</summary>
/// <param name="Problem">What happened, without the address and its secrets; null when it was delivered.</param>
/// <param name="IsFinal">True when sending the same again is of little use: the target refuses it.</param>
/// <param name="RetryAfter">How long the target asked to wait, or null.</param>
internal sealed record WebhookOutcome(string? Problem, bool IsFinal = false, TimeSpan? RetryAfter = null)
{
    /// <summary>It was delivered.</summary>
    public static WebhookOutcome Delivered { get; } = new((string?)null);
}
