using System;
using System.Collections.Generic;
using System.ComponentModel;

namespace Hub.Simulator.Cloud.Rest;

/// <summary>Jobs, newest first.</summary>
internal sealed record JobList(IReadOnlyList<JobItem> Jobs);

/// <summary>What became of one job.</summary>
internal sealed record JobItem
{
    public required string HubId { get; init; }

    public required string PrinterId { get; init; }

    [Description("The event id of its start in the hub's log.")]
    public required long JobId { get; init; }

    [Description("The job's name.")]
    public string? Name { get; init; }

    [Description("The command that started it; for a file of this cloud, the transfer's id.")]
    public string? CommandId { get; init; }

    [Description("running, finished, cancelled, failed or ended (the outcome is not known).")]
    public required string Outcome { get; init; }

    [Description("False for a start that did not come about.")]
    public required bool Started { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    [Description("True where a time is an estimate, as the hub's clock was not set.")]
    public bool? TimeEstimated { get; init; }

    public double? DurationSeconds { get; init; }

    public string? ErrorCode { get; init; }

    public string? Cause { get; init; }
}

/// <summary>Job events, newest first.</summary>
internal sealed record EventList(IReadOnlyList<EventItem> Events);

/// <summary>One event of a hub's job log (docs/jobs.md).</summary>
internal sealed record EventItem
{
    public required string HubId { get; init; }

    public required string PrinterId { get; init; }

    public required long EventId { get; init; }

    [Description("started, finished, cancelled, failed, ended, error, attention or bed_cleared.")]
    public required string Kind { get; init; }

    [Description("When it happened.")]
    public required DateTimeOffset Time { get; init; }

    [Description("True where the time is an estimate, as the hub's clock was not set.")]
    public bool? TimeEstimated { get; init; }

    [Description("When the cloud got it.")]
    public required DateTimeOffset Received { get; init; }

    public long? JobId { get; init; }

    public string? Job { get; init; }

    public string? CommandId { get; init; }

    public string? ErrorCode { get; init; }

    public string? ErrorMessage { get; init; }

    public double? DurationSeconds { get; init; }
}

/// <summary>Temperatures of one printer, oldest first: the average of each 10 s, of older ones of each minute.</summary>
internal sealed record TemperatureList(string HubId, string PrinterId, IReadOnlyList<TemperatureItem> Temperatures);

/// <summary>Temperatures in °C at one time.</summary>
internal sealed record TemperatureItem(DateTimeOffset Time, double? Nozzle, double? NozzleTarget, double? Bed, double? BedTarget, double? Chamber);

/// <summary>Figures over the jobs of a period.</summary>
internal sealed record StatisticsAnswer(
    DateTimeOffset From,
    DateTimeOffset To,
    FiguresItem Total,
    IReadOnlyList<PrinterFigures> Printers,
    [property: Description("What made jobs fail, the most frequent first.")] IReadOnlyList<FailureItem> Failures);

/// <summary>Figures of one printer.</summary>
internal sealed record PrinterFigures(string HubId, string PrinterId, FiguresItem Total, IReadOnlyList<DayFigures> Days);

/// <summary>Figures of one day; days without a job are left out.</summary>
internal sealed record DayFigures(DateOnly Day, FiguresItem Figures);

/// <summary>Counts and hours.</summary>
internal sealed record FiguresItem
{
    public required int Finished { get; init; }

    public required int Cancelled { get; init; }

    public required int Failed { get; init; }

    [Description("Jobs whose outcome is not known.")]
    public required int Ended { get; init; }

    [Description("Starts that did not come about.")]
    public required int NotStarted { get; init; }

    public required double PrintSeconds { get; init; }

    [Description("How long finished prints waited for a clear bed.")]
    public required double BedWaitSeconds { get; init; }

    [Description("Finished of all whose outcome is known, 0 to 1.")]
    public double? SuccessRate { get; init; }

    [Description("The part of the time in which jobs ran, 0 to 1.")]
    public double? Utilisation { get; init; }
}

/// <summary>How often something made jobs fail.</summary>
internal sealed record FailureItem(string? ErrorCode, string? Cause, int Count);
