using System;

namespace Hub.Simulator.Cloud.Store;

/// <summary>How much the cloud keeps. What is older or more is removed, oldest first.</summary>
internal sealed class StoreOptions
{
    /// <summary>Most job events, of all hubs. About 250 bytes each.</summary>
    public int MaxEvents { get; init; } = 1_000_000;

    /// <summary>Most jobs, of all hubs. About 250 bytes each.</summary>
    public int MaxJobs { get; init; } = 400_000;

    /// <summary>How long temperatures are kept.</summary>
    public TimeSpan TemperatureAge { get; init; } = TimeSpan.FromHours(48);

    /// <summary>How long temperatures are kept with 10 s between two of a printer; older ones are averaged over a minute.</summary>
    public TimeSpan FineTemperatureAge { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Most temperature rows, of all printers. About 100 bytes each.</summary>
    public int MaxTemperatures { get; init; } = 2_000_000;

    /// <summary>How long an idempotency key is remembered.</summary>
    public TimeSpan KeyAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Most idempotency keys.</summary>
    public int MaxKeys { get; init; } = 100_000;

    /// <summary>How long the last state of a transfer is kept.</summary>
    public TimeSpan TransferAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Most transfers.</summary>
    public int MaxTransfers { get; init; } = 10_000;

    /// <summary>How long a notice waits for its webhooks.</summary>
    public TimeSpan NoticeAge { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Most notices that wait for their webhooks.</summary>
    public int MaxNotices { get; init; } = 10_000;

    /// <summary>How long a hub that was never claimed is remembered after it was last seen.</summary>
    public TimeSpan UnclaimedHubAge { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long another program's lock on the database is waited for.</summary>
    public TimeSpan LockWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the check of the file at its opening may take; what it did not reach by then is not checked.</summary>
    public TimeSpan CheckTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Pages that the file may have, 0 for no limit: what a full disk is to tests.</summary>
    public int MaxPages { get; init; }
}
