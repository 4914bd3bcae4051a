using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Store;
using Hub.Tests.Virtual;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cloud.Store;

/// <summary>Events of hubs whose clock was not set, or was wrong: each has a place in time, and their order is that of their ids.</summary>
[TestClass]
public sealed class EventDateTests
{
    private const long MinuteMs = 60 * 1000;

    private readonly StoreFolder _folder = new();
    private readonly ManualTime _clock = new();
    private CloudStore _store = null!;

    [TestInitialize]
    public void Open() => _store = _folder.Open(false, _clock);

    [TestCleanup]
    public async Task Close() => await _folder.DisposeAsync();

    private long NowMs => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    [TestMethod]
    public async Task Event_WithItsAge_HappenedThatLongAgo()
    {
        await AddAsync(Undated(1, "started", 5000) with { AgeMs = 3 * MinuteMs }, Undated(2, "finished", 5000 + MinuteMs, 1) with { AgeMs = 2 * MinuteMs });
        CollectionAssert.AreEqual(new[] { NowMs - (3 * MinuteMs), NowMs - (2 * MinuteMs) }, await TimesAsync());
        JobRecord job = (await _store.Jobs.JobsAsync(new HistoryFilter())).Single();
        Assert.IsTrue(job.IsEstimated);
        Assert.AreEqual(NowMs - (3 * MinuteMs), job.StartedMs);
        Assert.AreEqual(NowMs - (2 * MinuteMs), job.EndedMs);
    }

    [TestMethod]
    public async Task Events_OfAFormerBoot_LieBetweenTheirNeighbours()
    {
        // Two boots without a clock between an event of 10:00 and one of 11:00, all of which come at noon.
        long tenMs = NowMs - (120 * MinuteMs);
        long elevenMs = NowMs - (60 * MinuteMs);
        await AddAsync(
            StoreFolder.Event(1, "started", timeMs: tenMs),
            Undated(2, "finished", 50_000, 1),
            Undated(3, "started", 80_000),
            Undated(4, "finished", 2000, 3) with { Boot = 8 },
            StoreFolder.Event(5, "bed_cleared", timeMs: elevenMs));
        CollectionAssert.AreEqual(new[] { tenMs, elevenMs - 30_000, elevenMs, elevenMs, elevenMs }, await TimesAsync());
        CollectionAssert.AreEqual(new long[] { 5, 4, 3, 2, 1 }, (await EventsAsync()).Select(e => e.EventId).ToArray());
        JobRecord[] jobs = [.. await _store.Jobs.JobsAsync(new HistoryFilter())];
        Assert.AreEqual(elevenMs - 30_000, jobs.Single(j => j.JobId == 1).EndedMs);
        Assert.AreEqual(tenMs, jobs.Single(j => j.JobId == 1).StartedMs);
        Assert.AreEqual(elevenMs, jobs.Single(j => j.JobId == 3).StartedMs);
        Assert.IsTrue(jobs.All(j => j.IsEstimated && j.ClearedMs != null));
    }

    [TestMethod]
    public async Task Event_ThatComesAgainWithItsTime_IsTheSameOne()
    {
        await AddAsync(Undated(1, "started", 5000), Undated(2, "finished", 5000 + MinuteMs, 1));
        long startedMs = NowMs - (5 * MinuteMs);
        _clock.Pass(60);
        Assert.AreEqual(0, await _store.Jobs.AddEventsAsync("h", [Undated(1, "started", 5000) with { TimeMs = startedMs }, Undated(2, "finished", 5000 + MinuteMs, 1) with { TimeMs = startedMs + MinuteMs }]));
        List<JobEventRecord> events = await EventsAsync();
        CollectionAssert.AreEqual(new long?[] { startedMs + MinuteMs, startedMs }, events.Select(e => e.TimeMs).ToArray());
        CollectionAssert.AreEqual(new[] { startedMs, startedMs + MinuteMs }, await TimesAsync());
        JobRecord job = (await _store.Jobs.JobsAsync(new HistoryFilter())).Single();
        Assert.IsFalse(job.IsEstimated);
        Assert.AreEqual(startedMs, job.StartedMs);
        Assert.AreEqual(startedMs + MinuteMs, job.EndedMs);

        // And once more: what is known does not change any more.
        await AddAsync(Undated(1, "started", 5000), Undated(2, "finished", 5000 + MinuteMs, 1) with { TimeMs = 1 });
        CollectionAssert.AreEqual(new[] { startedMs, startedMs + MinuteMs }, await TimesAsync());
    }

    [TestMethod]
    public async Task Events_OfAClockThatGoesBackAnHour_StayInOrder()
    {
        long wrongMs = NowMs + (60 * MinuteMs);
        for (int i = 0; i < 4; i++)
        {
            await AddAsync(StoreFolder.Event(1 + i, i % 2 == 0 ? "started" : "finished", i % 2 == 0 ? null : i, wrongMs + (i * 1000)));
            _clock.Pass(1);
        }

        await AddAsync(StoreFolder.Event(5, "bed_cleared", timeMs: NowMs));
        await AddAsync(StoreFolder.Event(6, "started", timeMs: NowMs - MinuteMs));
        List<JobEventRecord> events = await EventsAsync();
        CollectionAssert.AreEqual(new long[] { 6, 5, 4, 3, 2, 1 }, events.Select(e => e.EventId).ToArray());
        Assert.AreEqual(wrongMs, events[5].TimeMs, "what the hub said is kept");
        Assert.IsTrue(events.All(e => e.AtMs <= NowMs), "nothing lies in the future");
        List<JobRecord> jobs = await _store.Jobs.JobsAsync(new HistoryFilter());
        CollectionAssert.AreEqual(new long[] { 6, 3, 1 }, jobs.Select(j => j.JobId).ToArray());
        Assert.AreEqual(2, jobs.Count(j => j.ClearedMs != null), "the bed was cleared after both");
    }

    private static JobEventRecord Undated(long id, string kind, long uptimeMs, long? jobId = null) =>
        StoreFolder.Event(id, kind, jobId) with { TimeMs = null, Boot = 7, UptimeMs = uptimeMs };

    private Task<int> AddAsync(params JobEventRecord[] events) => _store.Jobs.AddEventsAsync("h", events);

    private Task<List<JobEventRecord>> EventsAsync() => _store.Jobs.EventsAsync(new HistoryFilter());

    /// <summary>Where they stand in time, by their ids.</summary>
    private async Task<long[]> TimesAsync() => [.. (await EventsAsync()).OrderBy(e => e.EventId).Select(e => e.AtMs)];
}
