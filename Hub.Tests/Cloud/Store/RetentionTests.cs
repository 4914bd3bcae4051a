using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Store;
using Hub.Tests.Virtual;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cloud.Store;

/// <summary>The store stays within its bounds, and temperatures grow coarser.</summary>
[TestClass]
public sealed class RetentionTests
{
    private readonly StoreFolder _folder = new();
    private readonly DrivenTime _clock = new();

    private long NowMs => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    [TestCleanup]
    public async Task Close() => await _folder.DisposeAsync();

    [TestMethod]
    public async Task Temperatures_OverHours_AreAveragedThenRemoved()
    {
        CloudStore store = _folder.Open(true, _clock, new StoreOptions { TemperatureAge = TimeSpan.FromHours(4), FineTemperatureAge = TimeSpan.FromHours(1) });
        long beginMs = NowMs;
        for (int i = 0; i < 5 * 360; i++)
        {
            // Two samples in each 10 s: their average is i.
            store.Temperatures.Add("h", "p", new TemperatureSample { TimeMs = NowMs, Nozzle = (i % 300) - 1, NozzleTarget = 210 });
            store.Temperatures.Add("h", "p", new TemperatureSample { TimeMs = NowMs + 1000, Nozzle = (i % 300) + 1 });
            _clock.Pass(10);
        }

        await store.FlushAsync();
        await store.Retention.RunAsync();
        await store.Retention.RunAsync();
        List<TemperatureSample> all = await store.Temperatures.ReadAsync("h", "p", 0, NowMs + 1);
        Assert.IsGreaterThanOrEqualTo(NowMs - (4 * 3600 * 1000) - 60000, all[0].TimeMs);
        List<TemperatureSample> fine = [.. all.Where(t => t.TimeMs >= NowMs - (3600 * 1000))];
        List<TemperatureSample> coarse = [.. all.Where(t => t.TimeMs < NowMs - (3600 * 1000) - 60000)];
        Assert.IsTrue(fine.Count is >= 355 and <= 361, fine.Count + " fine ones");
        Assert.IsTrue(coarse.Count is >= 175 and <= 181, coarse.Count + " coarse ones");
        Assert.IsTrue(coarse.All(t => t.TimeMs % 60000 == 0));
        Assert.IsTrue(all.All(t => t.NozzleTarget == 210 && t.Bed == null));
        foreach (TemperatureSample sample in fine)
        {
            Assert.AreEqual((sample.TimeMs - beginMs + 9999) / 10000 % 300, sample.Nozzle!.Value, 1.01);
        }

        Assert.AreEqual(0, store.Temperatures.Dropped);
    }

    [TestMethod]
    public async Task Temperatures_TooManyRows_KeepLessTime()
    {
        CloudStore store = _folder.Open(false, _clock, new StoreOptions { MaxTemperatures = 100 });
        for (int i = 0; i < 100; i++)
        {
            store.Temperatures.Add("h", "p", new TemperatureSample { TimeMs = NowMs, Nozzle = i });
            store.Temperatures.Add("h", "q", new TemperatureSample { TimeMs = NowMs, Nozzle = i });
            _clock.Pass(10);
        }

        await store.FlushAsync();
        await store.Retention.RunAsync();
        foreach (string printer in (string[])["p", "q"])
        {
            List<TemperatureSample> left = await store.Temperatures.ReadAsync("h", printer, 0, NowMs + 1);
            Assert.IsTrue(left.Count is >= 45 and <= 52, left.Count.ToString());
            Assert.AreEqual(99, left[^1].Nozzle);
        }
    }

    [TestMethod]
    public async Task Temperatures_WhatIsNoNumber_IsLeftOut()
    {
        CloudStore store = _folder.Open(false, _clock);
        store.Temperatures.Add("h", "p", new TemperatureSample { Nozzle = double.NaN, Bed = double.PositiveInfinity, Chamber = 1e300, BedTarget = 60 });
        await store.FlushAsync();

        TemperatureSample sample = (await store.Temperatures.ReadAsync("h", "p", 0, NowMs + 1)).Single();
        Assert.AreEqual((null, null, null, 60.0), (sample.Nozzle, sample.Bed, sample.Chamber, sample.BedTarget));
    }

    [TestMethod]
    public async Task Rows_OverTheirBounds_AreRemovedOldestFirst()
    {
        CloudStore store = _folder.Open(false, _clock, new StoreOptions { MaxEvents = 1500, MaxJobs = 10, MaxKeys = 5, MaxTransfers = 5 });
        await store.Jobs.AddEventsAsync("h", [.. Enumerable.Range(1, 4000).Select(i => StoreFolder.Event(i, "started", timeMs: NowMs - 4000 + i))]);
        for (int i = 0; i < 9; i++)
        {
            await store.Keys.TryBeginAsync("k" + i, "f");
            store.Transfers.Save(new TransferRecord { Id = "t" + i, HubId = "h", PrinterId = "p", FileName = "f", Stage = "complete", CreatedMs = NowMs });
            _clock.Pass(1);
        }

        await store.Retention.RunAsync();
        List<JobRecord> jobs = await store.Jobs.JobsAsync(new HistoryFilter());
        CollectionAssert.AreEqual(Enumerable.Range(3991, 10).Reverse().Select(i => (long)i).ToArray(), jobs.Select(j => j.JobId).ToArray());
        Assert.IsEmpty(await store.Jobs.EventsAsync(new HistoryFilter { ToMs = jobs[0].StartedMs - 1499 }));
        Assert.HasCount(1, await store.Jobs.EventsAsync(new HistoryFilter { ToMs = jobs[0].StartedMs - 1498 }));
        Assert.AreEqual("t8 t7 t6 t5 t4", string.Join(' ', (await store.Transfers.ListAsync(100)).Select(t => t.Id)));
        Assert.AreEqual(KeyState.New, (await store.Keys.TryBeginAsync("k3", "f")).State);
        Assert.AreEqual(KeyState.Running, (await store.Keys.TryBeginAsync("k4", "f")).State);
    }

    [TestMethod]
    public async Task Keys_AfterSevenDays_AreForgotten()
    {
        CloudStore store = _folder.Open(false, _clock);
        await store.Keys.TryBeginAsync("key", "f");
        await store.Keys.CompleteAsync("key", 200, "{}");
        _clock.Pass(TimeSpan.FromDays(7));
        Assert.AreEqual(KeyState.Done, (await store.Keys.TryBeginAsync("key", "f")).State);
        _clock.Pass(1);
        Assert.AreEqual(KeyState.New, (await store.Keys.TryBeginAsync("key", "f")).State);
    }

    [TestMethod]
    public async Task Hubs_NeverClaimedAndLongGone_AreForgotten()
    {
        CloudStore store = _folder.Open(false, _clock);
        store.Hubs.Seen("gone", null);
        await store.Hubs.ClaimAsync("claimed", null, new Hub.Core.Hal.Secret("s3cret-s3cret"));
        _clock.Pass(TimeSpan.FromDays(91));
        store.Hubs.Seen("here", null);
        await store.Retention.RunAsync();

        Assert.AreEqual("claimed here", string.Join(' ', (await store.Hubs.ListAsync()).Select(h => h.Id)));
    }
}
