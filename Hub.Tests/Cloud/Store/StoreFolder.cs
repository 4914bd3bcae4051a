using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Store;
using Hub.Tests.Support;

namespace Hub.Tests.Cloud.Store;

/// <summary>A folder of its own for a test's database, with the stores that were opened on it.</summary>
internal sealed class StoreFolder : IAsyncDisposable
{
    /// <summary>A fixed time of the day at which tests begin: 2026-11-30 06:00 UTC.</summary>
    public const long NowMs = 1_796_018_400_000;

    private readonly List<CloudStore> _stores = [];

    /// <summary>The folder.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("cloud-store-").FullName;

    /// <summary>The database.</summary>
    public string Database => System.IO.Path.Combine(Path, "cloud.db");

    /// <summary>The log of the stores, which fails the test on an unexpected error.</summary>
    public TestLog Log { get; } = new();

    /// <summary>Opens a store, which is closed with the folder.</summary>
    public CloudStore Open(bool isFile, TimeProvider? clock = null, StoreOptions? options = null)
    {
        CloudStore store = CloudStore.Open(isFile ? Database : null, clock ?? TimeProvider.System, Log.Log, options);
        _stores.Add(store);
        return store;
    }

    /// <summary>An event of printer "p" in log "log".</summary>
    public static JobEventRecord Event(long id, string kind, long? jobId = null, long timeMs = NowMs) => new()
    {
        LogId = "log",
        EventId = id,
        PrinterId = "p",
        Kind = kind,
        TimeMs = timeMs,
        JobId = jobId ?? (kind == "started" ? id : null),
        Job = "box.gcode",
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (CloudStore store in _stores)
        {
            await store.DisposeAsync();
        }

        Directory.Delete(Path, true);
        Log.AssertNoErrors();
    }
}
