using System;

namespace Hub.Simulator.Cloud.Webhooks;

/// <summary>The times of sending.</summary>
internal sealed record WebhookTimes
{
    /// <summary>Before the second try.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest between two tries; the time doubles until then.</summary>
    public TimeSpan LastRetry { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>A notice that is older is given up: it would wake somebody for yesterday's print.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(24);

    /// <summary>A notice that its target refuses this often is given up.</summary>
    public int MaxRefusals { get; init; } = 3;

    /// <summary>How often the queue is read although nothing was said to be new.</summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A printer must be offline for this long during a job.</summary>
    public TimeSpan OfflineFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Between two looks at changed printers.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(1);
}
