using System;
using System.Collections.Generic;

namespace Hub.Simulator.Cloud.Store;

/// <summary>Figures over jobs of a period.</summary>
internal sealed class Statistics
{
    /// <summary>The begin of the period, in Unix ms.</summary>
    public required long FromMs { get; init; }

    /// <summary>Its end, in Unix ms; not after now.</summary>
    public required long ToMs { get; init; }

    /// <summary>All printers together. A printer without a job in the period is not among them.</summary>
    public StatisticsFigures Total { get; } = new();

    /// <summary>Each printer, by hub and id.</summary>
    public List<PrinterStatistics> Printers { get; } = [];

    /// <summary>Failures by cause, the most frequent first, 50 at most.</summary>
    public List<FailureCount> Failures { get; set; } = [];
}

/// <summary>Figures of one printer.</summary>
/// <param name="HubId">Its hub.</param>
/// <param name="PrinterId">Its id on the wire.</param>
internal sealed record PrinterStatistics(string HubId, string PrinterId)
{
    /// <summary>Over the whole period.</summary>
    public StatisticsFigures Figures { get; } = new();

    /// <summary>By day; days without anything are left out.</summary>
    public SortedDictionary<DateOnly, StatisticsFigures> Days { get; } = [];
}

/// <summary>How often something made jobs fail.</summary>
/// <param name="ErrorCode">The error's code, or null.</param>
/// <param name="Cause">The newest words for it, or null.</param>
/// <param name="Count">How often, also before the print began.</param>
internal sealed record FailureCount(string? ErrorCode, string? Cause, int Count);
