using System;
using Hub.Core.Logging;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Hub.Simulator.Cloud;

/// <summary>Passes ASP.NET's warnings and errors to the program's log. Thread: any.</summary>
internal sealed class CloudLogging(Log log) : ILoggerProvider
{
    private const string LogArea = "cloud";

    public ILogger CreateLogger(string categoryName) => new Adapter(log);

    public void Dispose()
    {
    }

    private sealed class Adapter(Log log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Warning and < LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                string text = formatter(state, exception) + (exception == null ? "" : ": " + exception.Message);
                if (logLevel == LogLevel.Warning)
                {
                    log.Warning(LogArea, text);
                }
                else
                {
                    log.Error(LogArea, text);
                }
            }
        }
    }
}
