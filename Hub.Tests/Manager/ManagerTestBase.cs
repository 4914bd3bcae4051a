using System;
using System.Collections.Generic;
using System.Linq;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Hal.Desktop;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Manager;

/// <summary>A manager with one scripted printer, octo-1, on a clock that stands still until the test moves it.</summary>
public abstract class ManagerTestBase : IDisposable
{
    private readonly Mock<IHal> _hal = new Mock<IHal>();

    /// <summary>Makes it.</summary>
    /// <param name="cpuCostFactor">How slow the machine is.</param>
    internal ManagerTestBase(int cpuCostFactor = 0)
    {
        Clock = new DrivenClock(() => Manager!.Ids().Length + Manager!.OwnThreads);
        _hal.Setup(h => h.Clock).Returns(Clock);
        _hal.Setup(h => h.System).Returns(Mock.Of<ISystem>(s => s.CpuCostFactor == cpuCostFactor));
        _hal.Setup(h => h.Nvs).Returns(Nvs);
        _hal.Setup(h => h.Hash).Returns(new DesktopHash());
        _hal.Setup(h => h.Sockets).Returns(Mock.Of<ISocketFactory>(s => s.MaxSockets == 16));
        Factory.Setup(f => f.Create(It.IsAny<PrinterConfig>())).Returns(Client);
        Log = new Log(Lines, _hal.Object.Clock, LogLevel.Debug);
        Manager = new PrinterManager(_hal.Object, Log, Factory.Object);
    }

    private protected DrivenClock Clock { get; }

    private protected MemoryNvs Nvs { get; } = new();

    private protected Mock<IPrinterClientFactory> Factory { get; } = new Mock<IPrinterClientFactory>();

    private protected ScriptedClient Client { get; } = new ScriptedClient();

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

    /// <summary>Lets time pass until the workers have done it.</summary>
    private protected void PassUntil(Func<bool> condition, string what) => Clock.PassUntil(condition, what);

    private protected void RegisterOnline(PrinterState state)
    {
        Client.State = state;
        Manager.Register(Config());
        Patience.Until(() => Status().IsConnected, "the first report");
    }

    private protected PrinterCommand Ask(PrinterVerb verb, int timeoutMs = 3000)
    {
        PrinterCommand command = new PrinterCommand(verb, timeoutMs) { Lines = ["G28"], StoredPath = "a.gcode" };
        Manager.Submit("octo-1", command);
        return Ended(command);
    }

    /// <summary>Lets time pass until a command has ended. An emergency stop has a thread of its own and needs no time to pass.</summary>
    private protected PrinterCommand Ended(PrinterCommand command)
    {
        if (command.Verb == PrinterVerb.EmergencyStop)
        {
            return Patience.Ended(command);
        }

        PassUntil(() => command.IsFinished, "the end of a command: " + command.Verb);
        return command;
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
