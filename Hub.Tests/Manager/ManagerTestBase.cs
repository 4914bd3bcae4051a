using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using Hub.Core;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Manager;

/// <summary>A manager with one scripted printer, octo-1.</summary>
public abstract class ManagerTestBase : IDisposable
{
    private readonly Mock<IHal> _hal = new Mock<IHal>();

    internal ManagerTestBase()
    {
        _hal.Setup(h => h.Clock).Returns(Clock);
        _hal.Setup(h => h.System).Returns(Mock.Of<ISystem>());
        _hal.Setup(h => h.Sockets).Returns(Mock.Of<ISocketFactory>(s => s.MaxSockets == 16));
        Factory.Setup(f => f.Create(It.IsAny<PrinterConfig>())).Returns(Client);
        Log = new Log(Lines, _hal.Object.Clock, LogLevel.Debug);
        Manager = new PrinterManager(_hal.Object, Log, Factory.Object);
    }

    private protected Mock<IPrinterClientFactory> Factory { get; } = new Mock<IPrinterClientFactory>();

    private protected ScriptedClient Client { get; } = new ScriptedClient();

    /// <summary>Wall time, with leaps.</summary>
    private protected LeapingClock Clock { get; } = new LeapingClock();

    private protected LogLines Lines { get; } = new LogLines();

    private protected Log Log { get; }

    private protected PrinterManager Manager { get; }

    public void Dispose()
    {
        Manager.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static PrinterConfig Config(string id = "octo-1") =>
        new PrinterConfig { Id = id, Type = PrinterTypes.OctoPrint, PollMs = 500, Url = "http://127.0.0.1:1" };

    private protected PrinterStatus Status(string id = "octo-1")
    {
        PrinterStatus status = new PrinterStatus();
        Assert.IsTrue(Manager.TryGetStatus(id, status));
        return status;
    }

    private protected static void WaitFor(Func<bool> condition, string what)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.IsTrue(watch.ElapsedMilliseconds < 5000, "waited 5 s for: " + what);
            Thread.Sleep(5);
        }
    }

    private protected void RegisterOnline(PrinterState state)
    {
        Client.State = state;
        Manager.Register(Config());
        WaitFor(() => Status().IsConnected, "the first report");
    }

    private protected PrinterCommand Ask(PrinterVerb verb, int timeoutMs = 3000)
    {
        PrinterCommand command = new PrinterCommand(verb, timeoutMs) { Lines = ["G28"], StoredPath = "a.gcode" };
        Manager.Submit("octo-1", command);
        Assert.IsTrue(command.Wait(5000), "a command always ends");
        return command;
    }

    private protected sealed class LeapingClock : IClock
    {
        private long _aheadMs;

        public long NowMs => Environment.TickCount64 + Interlocked.Read(ref _aheadMs);

        public DateTime UtcNow => DateTime.UtcNow;

        public bool IsUtcSynced => true;

        public void Sleep(int milliseconds) => Thread.Sleep(milliseconds);

        public void Skip(long milliseconds) => Interlocked.Add(ref _aheadMs, milliseconds);
    }

    internal sealed class LogLines : ILogSink
    {
        private readonly List<string> _lines = new List<string>();

        /// <summary>What writing a line throws.</summary>
        public Exception? Error { get; set; }

        public void Write(long timeMs, LogLevel level, string area, string message)
        {
            if (Error != null)
            {
                throw Error;
            }

            lock (_lines)
            {
                _lines.Add(level + " " + area + " " + message);
            }
        }

        public int Count(Func<string, bool> condition)
        {
            lock (_lines)
            {
                return _lines.Count(condition);
            }
        }

        public bool Any(Func<string, bool> condition)
        {
            lock (_lines)
            {
                return _lines.Any(condition);
            }
        }
    }
}
