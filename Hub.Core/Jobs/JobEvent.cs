namespace Hub.Core.Jobs;

/// <summary>One event of the job log. Not changed after it was appended.</summary>
public sealed class JobEvent
{
    /// <summary>A duration that is not known.</summary>
    public const long UnknownMs = -1;

    /// <summary>Counts all events of this hub from 1 and is never used again; 0 before it is appended.</summary>
    public long Id { get; set; }

    /// <summary>
    /// When it was seen, in Unix milliseconds (UTC). 0 for an event that was recorded while the clock was not set, until the clock is set in the same boot.
    /// </summary>
    public long TimeMs { get; set; }

    /// <summary>The uptime at which it was seen, in ms, where the clock was not set then (<see cref="Boot"/> is not 0).</summary>
    public long UptimeMs { get; set; }

    /// <summary>The boot that <see cref="UptimeMs"/> counts from: a random number; 0 for an event that was recorded with its time.</summary>
    public long Boot { get; set; }

    /// <summary>The printer's id at that time.</summary>
    public string PrinterId { get; set; } = "";

    /// <summary>What happened.</summary>
    public JobEventKind Kind { get; set; }

    /// <summary>The id of the job's <see cref="JobEventKind.Started"/> event; 0 when it belongs to no job.</summary>
    public long JobId { get; set; }

    /// <summary>The job's name, or null.</summary>
    public string? Job { get; set; }

    /// <summary>The id of the command that caused it, or null.</summary>
    public string? CommandId { get; set; }

    /// <summary>The printer's or the hub's error code, or null.</summary>
    public string? Code { get; set; }

    /// <summary>One line on the cause, or null.</summary>
    public string? Cause { get; set; }

    /// <summary>How long the job took, in ms; <see cref="UnknownMs"/> when its start or end was not seen, or for other kinds.</summary>
    public long DurationMs { get; set; } = UnknownMs;

    /// <summary>Says when it was seen.</summary>
    internal void SeenAt(JobMoment moment)
    {
        TimeMs = moment.TimeMs;
        UptimeMs = moment.TimeMs == 0 ? moment.UptimeMs : 0;
        Boot = moment.TimeMs == 0 ? moment.Boot : 0;
    }

    /// <summary>True for the same event, dated or not: what was recorded of it never changes.</summary>
    internal bool IsSame(JobEvent other) =>
        Id == other.Id && Kind == other.Kind && PrinterId == other.PrinterId && Boot == other.Boot
        && (Boot == 0 ? TimeMs == other.TimeMs : UptimeMs == other.UptimeMs);
}
