using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Errors;
using Hub.Simulator.Cloud.Farm;
using Hub.Simulator.Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Simulator.Cloud.Rest;

/// <summary>What the cloud has recorded: jobs, events, temperatures, figures. Times are ISO 8601. Thread: any.</summary>
internal sealed class HistoryRoutes(CloudStore store, FarmPicture farm, TimeProvider clock)
{
    private static readonly TimeSpan s_temperatures = TimeSpan.FromHours(2);
    private static readonly TimeSpan s_statistics = TimeSpan.FromDays(30);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/jobs", JobsAsync).WithName("listJobs").WithTags("history").WithSummary("Jobs, newest first");
        app.MapGet("/api/events", EventsAsync).WithName("listEvents").WithTags("history").WithSummary("Job events, newest first");
        app.MapGet("/api/temperatures", TemperaturesAsync).WithName("listTemperatures").WithTags("history").WithSummary("Temperatures of one printer, oldest first; the last 2 hours without from");
        app.MapGet("/api/statistics", StatisticsAsync).WithName("getStatistics").WithTags("history").WithSummary("Figures of a period, the last 30 days without from");
    }

    private async Task<Ok<JobList>> JobsAsync(string? hub, string? printer, string? outcome, DateTimeOffset? from, DateTimeOffset? to, int? limit, CancellationToken cancel)
    {
        List<JobRecord> jobs = await store.Jobs.JobsAsync(Filter(hub, printer, outcome, from, to, limit), cancel);
        return TypedResults.Ok(new JobList([.. jobs.Select(ItemOf)]));
    }

    private async Task<Ok<EventList>> EventsAsync(string? hub, string? printer, string? kind, DateTimeOffset? from, DateTimeOffset? to, int? limit, CancellationToken cancel)
    {
        List<JobEventRecord> events = await store.Jobs.EventsAsync(Filter(hub, printer, kind, from, to, limit), cancel);
        return TypedResults.Ok(new EventList([.. events.Select(ItemOf)]));
    }

    private async Task<Ok<TemperatureList>> TemperaturesAsync(string? printer, string? hub, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancel)
    {
        FarmPrinter found = farm.Find(printer ?? throw CloudErrors.BadRequest("Add ?printer= with the printer's id."), hub);
        (DateTimeOffset begin, DateTimeOffset end) = Period.Of(from, to, s_temperatures, clock.GetUtcNow());
        List<TemperatureSample> samples = await store.Temperatures.ReadAsync(found.HubId, found.WireId, begin.ToUnixTimeMilliseconds(), end.ToUnixTimeMilliseconds(), cancel);
        return TypedResults.Ok(new TemperatureList(
            found.HubId,
            found.Id,
            [.. samples.Select(s => new TemperatureItem(At(s.TimeMs), s.Nozzle, s.NozzleTarget, s.Bed, s.BedTarget, s.Chamber))]));
    }

    private async Task<Ok<StatisticsAnswer>> StatisticsAsync(string? hub, string? printer, DateTimeOffset? from, DateTimeOffset? to, string? zone, CancellationToken cancel)
    {
        (DateTimeOffset begin, DateTimeOffset end) = Period.Of(from, to, s_statistics, clock.GetUtcNow());
        Statistics figures = await store.Statistics.ReadAsync(
            new StatisticsFilter { FromMs = begin.ToUnixTimeMilliseconds(), ToMs = end.ToUnixTimeMilliseconds(), Zone = ZoneOf(zone), HubId = hub, PrinterId = WireOf(printer, hub) }, cancel);
        return TypedResults.Ok(new StatisticsAnswer(
            At(figures.FromMs),
            At(figures.ToMs),
            ItemOf(figures.Total),
            [.. figures.Printers.Select(p => new PrinterFigures(p.HubId, IdOf(p.HubId, p.PrinterId), ItemOf(p.Figures), [.. p.Days.Select(d => new DayFigures(d.Key, ItemOf(d.Value)))]))],
            [.. figures.Failures.Select(f => new FailureItem(f.ErrorCode, f.Cause, f.Count))]));
    }

    private static TimeZoneInfo ZoneOf(string? zone) => zone == null ? TimeZoneInfo.Utc
        : TimeZoneInfo.TryFindSystemTimeZoneById(zone, out TimeZoneInfo? found) ? found
        : throw CloudErrors.BadRequest("There is no time zone " + zone + ": use a name such as Europe/Berlin.");

    private static FiguresItem ItemOf(StatisticsFigures figures) => new()
    {
        Finished = figures.Finished,
        Cancelled = figures.Cancelled,
        Failed = figures.Failed,
        Ended = figures.Ended,
        NotStarted = figures.NotStarted,
        PrintSeconds = figures.PrintMs / 1000.0,
        BedWaitSeconds = figures.BedWaitMs / 1000.0,
        SuccessRate = figures.SuccessRate,
        Utilisation = figures.Utilisation,
    };

    private static DateTimeOffset At(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);

    private static DateTimeOffset? At(long? ms) => ms == null ? null : At(ms.Value);

    private HistoryFilter Filter(string? hub, string? printer, string? kind, DateTimeOffset? from, DateTimeOffset? to, int? limit) => new()
    {
        HubId = hub,
        PrinterId = WireOf(printer, hub),
        Kind = kind,
        FromMs = from?.ToUnixTimeMilliseconds(),
        ToMs = to?.ToUnixTimeMilliseconds(),
        Limit = Limits.Rows(limit),
    };

    private JobItem ItemOf(JobRecord job) => new()
    {
        HubId = job.HubId,
        PrinterId = IdOf(job.HubId, job.PrinterId),
        JobId = job.JobId,
        Name = job.Name,
        CommandId = job.CommandId,
        Outcome = job.Outcome,
        Started = job.WasStarted,
        StartedAt = At(job.StartedMs),
        EndedAt = At(job.EndedMs),
        TimeEstimated = job.IsEstimated ? true : null,
        DurationSeconds = job.DurationMs / 1000.0,
        ErrorCode = job.ErrorCode,
        Cause = job.Cause,
    };

    private EventItem ItemOf(JobEventRecord item) => new()
    {
        HubId = item.HubId,
        PrinterId = IdOf(item.HubId, item.PrinterId),
        EventId = item.EventId,
        Kind = item.Kind,
        Time = At(item.TimeMs ?? item.AtMs),
        TimeEstimated = item.TimeMs == null ? true : null,
        Received = At(item.ReceivedMs),
        JobId = item.JobId,
        Job = item.Job,
        CommandId = item.CommandId,
        ErrorCode = item.ErrorCode,
        ErrorMessage = item.ErrorMessage,
        DurationSeconds = item.DurationMs / 1000.0,
    };

    /// <summary>The hub's id of a printer; the wire's for one that is gone.</summary>
    private string IdOf(string hubId, string wireId) => farm.Get(new PrinterKey(hubId, wireId))?.Id ?? wireId;

    /// <summary>The wire's name of a printer, which may be gone.</summary>
    private string? WireOf(string? printer, string? hub) => farm.Printers(hub).FirstOrDefault(p => p.Id == printer)?.WireId ?? printer;
}
