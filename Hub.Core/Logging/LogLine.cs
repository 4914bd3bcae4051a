namespace Hub.Core.Logging;

/// <summary>A line that was logged. Immutable. Thread: any.</summary>
public sealed class LogLine
{
    internal LogLine(long id, long timeMs, LogLevel level, string area, string message)
    {
        Id = id;
        TimeMs = timeMs;
        Level = level;
        Area = area;
        Message = message;
    }

    /// <summary>Counts the lines of this run of the hub, from 1.</summary>
    public long Id { get; }

    /// <summary>Monotonic time in ms.</summary>
    public long TimeMs { get; }

    /// <summary>Its level.</summary>
    public LogLevel Level { get; }

    /// <summary>Where it comes from: a printer's id, or a part of the hub.</summary>
    public string Area { get; }

    /// <summary>One line, secrets masked.</summary>
    public string Message { get; }
}
