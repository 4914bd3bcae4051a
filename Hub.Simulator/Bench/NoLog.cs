using Hub.Core.Logging;

namespace Hub.Simulator.Bench;

/// <summary>Drops every line: a benchmark has its own table.</summary>
internal sealed class NoLog : ILogSink
{
    public void Write(long timeMs, LogLevel level, string area, string message)
    {
        // Not read.
    }
}
