using System;
using System.Collections.Generic;
using System.Linq;
using Hub.Core.Logging;
using Hub.Hal.Desktop;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Support;

/// <summary>Keeps a test's log and fails the test on an unexpected error.</summary>
internal sealed class TestLog : ILogSink
{
    private readonly List<string> _lines = [];
    private readonly List<string> _errors = [];
    private readonly List<string> _expected = [];

    public TestLog()
    {
        Log = new Log(this, new DesktopClock(), LogLevel.Debug);
    }

    public Log Log { get; }

    public void Write(long timeMs, LogLevel level, string area, string message)
    {
        lock (_lines)
        {
            _lines.Add(timeMs + " " + level + " " + area + ": " + message);
            if (level == LogLevel.Error)
            {
                _errors.Add(message);
            }
        }
    }

    /// <summary>Expects errors that contain this text.</summary>
    public void Expect(string text) => _expected.Add(text);

    /// <summary>True when at least <paramref name="times"/> lines contain the text.</summary>
    public bool Has(string text, int times = 1)
    {
        lock (_lines)
        {
            return _lines.Count(line => line.Contains(text, StringComparison.Ordinal)) >= times;
        }
    }

    public void AssertNoErrors()
    {
        lock (_lines)
        {
            string? error = _errors.Find(e => !_expected.Exists(x => e.Contains(x, StringComparison.Ordinal)));
            Assert.IsNull(error, "unexpected error in the log: " + error + "\n" + this);
        }
    }

    public override string ToString()
    {
        lock (_lines)
        {
            return string.Join("\n", _lines);
        }
    }
}
