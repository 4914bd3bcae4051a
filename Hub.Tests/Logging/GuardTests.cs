using System;
using System.IO;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Hal.Desktop;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Logging;

/// <summary>What a thread of the hub throws ends neither the process nor, for a loop, the thread; it is counted.</summary>
[TestClass]
public sealed class GuardTests
{
    private readonly RecordingSink _sink = new();
    private readonly Log _log;

    public GuardTests()
    {
        _log = new Log(_sink, new DesktopClock(), LogLevel.Info);
    }

    [TestMethod]
    public void Once_BodyThrows_ThreadEndsCountedAndLogged()
    {
        Run(Guard.Once(_log, "discovery", () => throw new ArgumentOutOfRangeException("length")));

        Assert.AreEqual(1, _log.Faults);
        StringAssert.Contains(_sink.Last, "discovery");
        StringAssert.Contains(_sink.Last, nameof(ArgumentOutOfRangeException));
    }

    [TestMethod]
    public void Loop_BodyThrows_RunsAnewUntilItReturns()
    {
        int rounds = 0;

        Run(Guard.Loop(_log, "octo-1", () =>
        {
            if (++rounds < 2)
            {
                throw new InvalidOperationException("a fault");
            }
        }));

        Assert.AreEqual(2, rounds);
        Assert.AreEqual(1, _log.Faults);
    }

    [TestMethod]
    public void Once_LogThrowsToo_ThreadEndsAllTheSame()
    {
        _sink.Error = new IOException("no space left on device");

        Run(Guard.Once(_log, "octo-1", () => throw new InvalidOperationException("a fault")));
        Run(Guard.Once(null, "octo-1", () => throw new InvalidOperationException("a fault")));

        Assert.AreEqual(1, _log.Faults);
    }

    [TestMethod]
    public void Fault_ItsWordsCannotBeRead_LineIsWrittenWithoutThem()
    {
        _log.Fault("octo-1", new SpeechlessException());

        Assert.AreEqual(1, _log.Faults);
        StringAssert.Contains(_sink.Last, "octo-1");
    }

    [TestMethod]
    public void Try_Outcome_IsTold()
    {
        Assert.IsTrue(Guard.Try(_log, "octo-1", () => { }));
        Assert.IsFalse(Guard.Try(_log, "octo-1", () => throw new HubException(ErrorCode.Internal, "a fault")));
        Assert.AreEqual(1, _log.Faults);
    }

    [TestMethod]
    public void Write_SinkFails_LineIsLostAndCounted()
    {
        _sink.Error = new IOException("no space left on device");

        _log.Info("octo-1", "online");

        Assert.AreEqual(1, _log.LostLines);
    }

    [TestMethod]
    public void Fault_MessageHoldsASecret_IsMasked()
    {
        _log.Mask(new Secret("fake-key-1234"));

        _log.Fault("octo-1", new InvalidOperationException("key fake-key-1234\nand more"));

        Assert.DoesNotContain("fake-key-1234", _sink.Last);
        Assert.DoesNotContain("\n", _sink.Last);
    }

    private static void Run(ThreadStart guarded)
    {
        Thread thread = new(guarded);
        thread.Start();
        Patience.Join(thread, "the thread's end");
    }

    private sealed class RecordingSink : ILogSink
    {
        public Exception? Error { get; set; }

        public string Last { get; private set; } = "";

        public void Write(long timeMs, LogLevel level, string area, string message)
        {
            Last = area + ": " + message;
            if (Error != null)
            {
                throw Error;
            }
        }
    }
}
