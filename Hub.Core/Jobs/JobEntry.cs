namespace Hub.Core.Jobs;

/// <summary>One job of the history, made of its events. Thread: one owner.</summary>
public sealed class JobEntry
{
    /// <summary>Id of its first event in the log.</summary>
    public long Id { get; set; }

    /// <summary>The printer's id at that time.</summary>
    public string PrinterId { get; set; } = "";

    /// <summary>True when one of its events has the printer's id that was asked for.</summary>
    internal bool IsWanted { get; set; }

    /// <summary>The job's name, or null.</summary>
    public string? Job { get; set; }

    /// <summary>True when it began; false for a start that did not come about.</summary>
    public bool IsStarted { get; set; }

    /// <summary>When it began or was first seen, in Unix ms (UTC); 0 when that is not known.</summary>
    public long StartedMs { get; set; }

    /// <summary>When its end was seen, in Unix ms (UTC); 0 while it runs, or when that is not known.</summary>
    public long EndedMs { get; set; }

    /// <summary>How it ended; <see cref="JobEventKind.Started"/> while it runs.</summary>
    public JobEventKind Outcome { get; set; } = JobEventKind.Started;

    /// <summary>How long it took, in ms; <see cref="JobEvent.UnknownMs"/> while it runs, or when that is not known.</summary>
    public long DurationMs { get; set; } = JobEvent.UnknownMs;

    /// <summary>The command that started it, or null.</summary>
    public string? CommandId { get; set; }

    /// <summary>The error's code, or null.</summary>
    public string? Code { get; set; }

    /// <summary>One line on why it ended so, or on what of it was not seen; null when there is nothing to say.</summary>
    public string? Cause { get; set; }

    /// <summary>The word for its outcome: <c>running</c>, <c>finished</c>, <c>cancelled</c>, <c>failed</c> or <c>ended</c>.</summary>
    public string OutcomeName => Outcome == JobEventKind.Started ? "running" : JobEventKinds.Name(Outcome);
}
