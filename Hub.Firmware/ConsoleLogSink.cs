using System;
using Hub.Core.Logging;

namespace Hub.Firmware;

/// <summary>Log lines on the board's serial console.</summary>
internal sealed class ConsoleLogSink : ILogSink
{
    private static readonly string[] s_levels = { "debug", "info", "warning", "error" };

    public void Write(long timeMs, LogLevel level, string area, string message) =>
        Console.WriteLine(timeMs.ToString() + " " + s_levels[(int)level] + " " + area + ": " + message);
}
