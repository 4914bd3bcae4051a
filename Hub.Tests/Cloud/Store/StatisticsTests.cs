using System;
using System.Linq;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Store;
using Hub.Tests.Virtual;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cloud.Store;

/// <summary>What jobs become of events, and the figures over them.</summary>
[TestClass]
public sealed class StatisticsTests
{
    private const long HourMs = 3600 * 1000;

    private readonly StoreFolder _folder = new();
    private readonly ManualTime _clock = new();
    private CloudStore _store = null!;
    private long _id;

    /// <summary>Midnight (UTC) of the clock's day, 2026-01-02; the clock is at 03:04:05 of the day after the next.</summary>
    private readonly long _dayMs = new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    [TestInitialize]
    public void Open()
    {
        _clock.Pass(2 * 24 * 3600);
        _store = _folder.Open(false, _clock);
    }

    [TestCleanup]
    public async Task Close() => await _folder.DisposeAsync();

    [TestMethod]
    public async Task Read_JobsOfTwoDays_CountsHoursWhereTheyWere()
    {
        // 22:00 to 02:00 over midnight, cleared at 05:00; then a failure after an hour, a cancellation after half of one, a start that was given up.
        long first = await AddAsync("started", 22);
        await AddAsync("finished", 26, first, durationHours: 4);
        await AddAsync("bed_cleared", 29);
        long second = await AddAsync("started", 30);
        await AddAsync("failed", 31, second, "nozzle_clogged", durationHours: 1);
        long third = await AddAsync("started", 32);
        await AddAsync("cancelled", 32.5, third, durationHours: 0.5);
        await AddAsync("failed", 33, null, "expired");
        long fourth = await AddAsync("started", 40);
        await AddAsync("ended", 44, fourth);

        Statistics all = await _store.Statistics.ReadAsync(new StatisticsFilter { FromMs = _dayMs, ToMs = _dayMs + (48 * HourMs) });

        PrinterStatistics printer = all.Printers.Single();
        StatisticsFigures figures = printer.Figures;
        Assert.AreEqual((1, 1, 1, 1, 1), (figures.Finished, figures.Cancelled, figures.Failed, figures.Ended, figures.NotStarted));
        Assert.AreEqual(4, figures.Prints);
        Assert.AreEqual(1.0 / 3, figures.SuccessRate!.Value, 1e-9);
        Assert.AreEqual((long)(5.5 * HourMs), figures.PrintMs);
        Assert.AreEqual(5.5 / 48, figures.Utilisation!.Value, 1e-9);
        Assert.AreEqual(3 * HourMs, figures.BedWaitMs);
        Assert.AreEqual("2026-01-02 2026-01-03", string.Join(' ', printer.Days.Keys.Select(d => d.ToString("O"))));
        StatisticsFigures day = printer.Days.Values.First();
        Assert.AreEqual((0, 2 * HourMs, 24 * HourMs), (day.Prints, day.PrintMs, day.SpanMs));
        day = printer.Days.Values.Last();
        Assert.AreEqual((4, (long)(3.5 * HourMs), 3 * HourMs), (day.Prints, day.PrintMs, day.BedWaitMs));
        Assert.AreEqual("expired 1, nozzle_clogged 1", string.Join(", ", all.Failures.Select(f => f.ErrorCode + " " + f.Count).Order()));
    }

    [TestMethod]
    public async Task Read_PartOfTheTime_CountsThatPartAlone()
    {
        long job = await AddAsync("started", 1);
        await AddAsync("finished", 5, job, durationHours: 4);

        Statistics part = await _store.Statistics.ReadAsync(new StatisticsFilter { FromMs = _dayMs + (2 * HourMs), ToMs = _dayMs + (4 * HourMs) });
        Assert.AreEqual((0, 2 * HourMs, 1.0), (part.Total.Prints, part.Total.PrintMs, part.Total.Utilisation));
        Statistics later = await _store.Statistics.ReadAsync(new StatisticsFilter { FromMs = _dayMs + (6 * HourMs), ToMs = _dayMs + (1000 * HourMs) });
        Assert.AreEqual(_clock.GetUtcNow().ToUnixTimeMilliseconds(), later.ToMs, "the future does not count");
        Assert.AreEqual(later.ToMs - later.FromMs, later.Total.BedWaitMs, "the bed still waits");
    }

    [TestMethod]
    public async Task Read_InAnotherZone_HasItsDays()
    {
        long job = await AddAsync("started", 20);
        await AddAsync("finished", 23.5, job, durationHours: 3.5);
        TimeZoneInfo zone = TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(2), "test", "test");

        Statistics all = await _store.Statistics.ReadAsync(new StatisticsFilter { FromMs = _dayMs, ToMs = _dayMs + (24 * HourMs), Zone = zone });

        PrinterStatistics printer = all.Printers.Single();
        Assert.AreEqual(2 * HourMs, printer.Days[new DateOnly(2026, 1, 2)].PrintMs);
        Assert.AreEqual((long)(1.5 * HourMs), printer.Days[new DateOnly(2026, 1, 3)].PrintMs);
        Assert.AreEqual(1, printer.Days[new DateOnly(2026, 1, 3)].Finished);
    }

    [TestMethod]
    public async Task Read_RunningJob_CountsUntilItsHubWasLastSeen()
    {
        await AddAsync("started", 48);
        Statistics unseen = await _store.Statistics.ReadAsync(new StatisticsFilter { FromMs = _dayMs, ToMs = long.MaxValue });
        Assert.AreEqual((3 * HourMs) + (4 * 60 * 1000) + 5000, unseen.Total.PrintMs);

        _store.Hubs.Seen("h", null);
        await _store.FlushAsync();
        _clock.Pass(3600);
        Statistics lost = await _store.Statistics.ReadAsync(new StatisticsFilter { FromMs = _dayMs, ToMs = long.MaxValue });
        Assert.AreEqual(unseen.Total.PrintMs, lost.Total.PrintMs);
    }

    [TestMethod]
    public async Task Jobs_EndBeforeItsStart_BecomesTheSame()
    {
        (double Hour, string Kind, int Job)[] story = [(1, "started", 1), (2, "finished", 1), (3, "bed_cleared", 0), (4, "started", 4), (5, "failed", 4)];
        string? expected = null;
        foreach (int[] order in (int[][])[[0, 1, 2, 3, 4], [1, 0, 2, 4, 3]])
        {
            await using CloudStore store = CloudStore.Open(null, _clock, _folder.Log.Log);
            foreach (int i in order)
            {
                (double hour, string kind, int job) = story[i];
                await store.Jobs.AddEventsAsync("h", [StoreFolder.Event(i + 1, kind, job == 0 ? null : job, _dayMs + (long)(hour * HourMs))]);
            }

            string jobs = string.Join("; ", (await store.Jobs.JobsAsync(new HistoryFilter())).Select(j => $"{j.JobId} {j.StartedMs} {j.EndedMs} {j.Outcome} {j.ClearedMs}"));
            expected ??= jobs;
            Assert.AreEqual(expected, jobs, string.Join(' ', order));
        }

        Assert.Contains("finished " + (_dayMs + (3 * HourMs)), expected!);
    }

    [TestMethod]
    public async Task AddEvents_WithoutATimeOrFromAWrongClock_CountFromTheirArrival()
    {
        long nowMs = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        await _store.Jobs.AddEventsAsync("h", [StoreFolder.Event(1, "started") with { TimeMs = null }, StoreFolder.Event(2, "started", timeMs: nowMs + (100 * 24 * HourMs))]);

        foreach (JobEventRecord item in await _store.Jobs.EventsAsync(new HistoryFilter { FromMs = nowMs, ToMs = nowMs + 1 }))
        {
            Assert.IsNull(item.TimeMs);
            Assert.AreEqual(nowMs, item.ReceivedMs);
            _id++;
        }

        Assert.AreEqual(2, _id);
    }

    /// <summary>Adds an event of printer "p" and returns its id.</summary>
    private async Task<long> AddAsync(string kind, double hour, long? job = null, string? error = null, double? durationHours = null)
    {
        JobEventRecord item = StoreFolder.Event(++_id, kind, job, _dayMs + (long)(hour * HourMs)) with
        {
            ErrorCode = error,
            DurationMs = durationHours is double hours ? (long)(hours * HourMs) : null,
        };
        await _store.Jobs.AddEventsAsync("h", [item]);
        return _id;
    }
}
