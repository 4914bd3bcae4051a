namespace Hub.Core.Logging;

/// <summary>The last lines of a log, for people far away. Bounded: a new line displaces the oldest. Thread: any.</summary>
public sealed class LogTail
{
    /// <summary>Lines that are kept.</summary>
    public const int Capacity = 200;

    private readonly LogLine?[] _lines = new LogLine?[Capacity];
    private readonly object _gate = new object();
    private long _lastId;

    /// <summary>The newest line; 0 before the first.</summary>
    public long LastId
    {
        get
        {
            lock (_gate)
            {
                return _lastId;
            }
        }
    }

    /// <summary>A line by its number; null for one that is not kept (any more).</summary>
    public LogLine? Find(long id)
    {
        lock (_gate)
        {
            LogLine? line = id > 0 ? _lines[(int)(id % Capacity)] : null;
            return line != null && line.Id == id ? line : null;
        }
    }

    internal void Add(long timeMs, LogLevel level, string area, string message)
    {
        lock (_gate)
        {
            _lastId++;
            _lines[(int)(_lastId % Capacity)] = new LogLine(_lastId, timeMs, level, area, message);
        }
    }
}
