using System.Collections.Generic;
using System.Linq;
using Hub.Core.Jobs;

namespace Hub.Simulator.Cloud.Webhooks;

/// <summary>What webhooks can report: the kinds of job events, and printers that need a person.</summary>
internal static class WebhookKinds
{
    /// <summary>The printer waits for a person, as its own display says.</summary>
    public const string NeedsAttention = "needs_attention";

    /// <summary>The printer is paused, and this cloud was not asked to pause it.</summary>
    public const string Paused = "paused";

    /// <summary>The printer shows an error.</summary>
    public const string PrinterError = "printer_error";

    /// <summary>The printer or its hub went offline during a job.</summary>
    public const string Offline = "offline";

    /// <summary>The bed waits to be cleared.</summary>
    public const string ClearBed = "clear_bed";

    /// <summary>The kinds of printers that need a person.</summary>
    public static IReadOnlyList<string> OfPrinters { get; } = [NeedsAttention, Paused, PrinterError, Offline, ClearBed];

    /// <summary>The kinds of job events.</summary>
    public static IReadOnlyList<string> OfJobs { get; } =
    [
        .. new[]
        {
            JobEventKind.Started, JobEventKind.Finished, JobEventKind.Cancelled, JobEventKind.Failed, JobEventKind.Ended, JobEventKind.Error, JobEventKind.Attention, JobEventKind.BedCleared,
        }.Select(JobEventKinds.Name),
    ];

    /// <summary>All kinds.</summary>
    public static IReadOnlySet<string> All { get; } = OfJobs.Concat(OfPrinters).ToHashSet();

    /// <summary>What a target gets that names no kinds: not what a person just did, and nothing twice (needs_attention and printer_error say what attention and error do).</summary>
    public static IReadOnlySet<string> Default { get; } = OfPrinters.Concat(new[] { JobEventKind.Finished, JobEventKind.Failed, JobEventKind.Ended }.Select(JobEventKinds.Name)).ToHashSet();

    /// <summary>Those that should wake somebody.</summary>
    public static bool IsUrgent(string kind) => OfPrinters.Contains(kind) || kind == JobEventKinds.Name(JobEventKind.Failed) || kind == JobEventKinds.Name(JobEventKind.Error);
}
