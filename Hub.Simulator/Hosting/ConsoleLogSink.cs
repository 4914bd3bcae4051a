using System;
using System.IO;
using Hub.Core.Logging;

namespace Hub.Simulator.Hosting;

/// <summary>Log lines on stderr, or above a live table. Thread: any.</summary>
internal sealed class ConsoleLogSink(TextWriter error) : ILogSink
{
    private volatile Action<string>? _above;

    /// <summary>While set, lines go there, because a live table would overwrite stderr.</summary>
    public Action<string>? Above
    {
        set => _above = value;
    }

    /// <summary>While set, only this area is logged: a one-shot verb reports the printers in its own result.</summary>
    public string? OnlyArea { get; set; }

    public void Write(long timeMs, LogLevel level, string area, string message)
    {
        if (OnlyArea != null && area != OnlyArea)
        {
            return;
        }

        string line = $"{DateTime.Now:HH:mm:ss} {Name(level)} {area}: {message}";
        Action<string>? above = _above;
        if (above != null)
        {
            above(line);
        }
        else
        {
            error.WriteLine(line);
        }
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Debug => "debug",
        LogLevel.Info => "info",
        LogLevel.Warning => "warning",
        _ => "error",
    };
}
