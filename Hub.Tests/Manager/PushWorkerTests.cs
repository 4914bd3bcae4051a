using System;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Hal.Desktop;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Manager;

/// <summary>A worker whose printer sends its reports by itself: silence, old states, and what a report costs.</summary>
[TestClass]
public sealed class PushWorkerTests : IDisposable
{
    private readonly TestHal _hal = new TestHal();
    private readonly TestLog _log = new TestLog();
    private readonly PushClient _client;
    private readonly PrinterManager _manager;

    public PushWorkerTests()
    {
        _client = new PushClient(_hal);
        Mock<IPrinterClientFactory> factory = new Mock<IPrinterClientFactory>();
        factory.Setup(f => f.Create(It.IsAny<PrinterConfig>())).Returns(_client);
        _manager = new PrinterManager(_hal, _log.Log, factory.Object);
    }

    public void Dispose() => _manager.Dispose();

    [TestMethod]
    public void Silence_OfTwoThirdsOfTheStaleTime_IsDegradedThenOnlineAgain()
    {
        Register();
        FallSilent();
        _hal.Pass(41000);
        WaitFor(() => _manager.Link("push-1") == LinkState.Degraded, "degraded");
        Assert.IsTrue(Status().IsConnected, "the link is open");
        Assert.AreEqual(PrinterState.Printing, Status().State);
        PrinterCommand pause = Ask(PrinterVerb.Light);
        Assert.IsNull(pause.Error, "commands go through an open link");
        _client.IsSilent = false;
        WaitFor(() => _manager.Link("push-1") == LinkState.Online, "online again");
        Assert.IsTrue(_log.Has("Info push-1: degraded: "));
        Assert.IsTrue(_log.Has("Info push-1: online: it reports again"));
    }

    [TestMethod]
    public void Start_WhileTheLinkIsSilent_WaitsForAReport()
    {
        Register();
        _client.State = PrinterState.Idle;
        WaitFor(() => Status().State == PrinterState.Idle, "idle");
        FallSilent();
        _hal.Pass(41000);
        WaitFor(() => _manager.Link("push-1") == LinkState.Degraded, "degraded");
        PrinterCommand start = new PrinterCommand(PrinterVerb.Start, 20000) { StoredPath = "a.gcode" };
        _manager.Submit("push-1", start);
        int waits = _client.Waits;
        WaitFor(() => _client.Waits > waits + 5, "some rounds");
        Assert.AreEqual(0, _client.Count("start"));

        _client.State = PrinterState.Printing;
        _client.IsSilent = false;
        WaitFor(() => start.IsFinished, "the end");
        Assert.AreEqual(ErrorCode.WrongState, start.Error!.Code, "somebody began a job at the printer");
        Assert.AreEqual(0, _client.Count("start"));
    }

    [TestMethod]
    public void Silence_OfTheWholeStaleTime_ClosesTheLinkAndTriesAgain()
    {
        Register();
        FallSilent();
        _client.ConnectError = new HubException(ErrorCode.ConnectFailed, "nobody listens");
        _hal.Pass(61000);
        WaitFor(() => Status().State == PrinterState.Offline, "offline");
        WaitFor(() => _manager.Link("push-1") == LinkState.Waiting, "waiting");
        WaitFor(() => _client.Count("disconnect") >= 1, "the end of the link");
        Assert.IsFalse(Status().IsConnected);
        _client.ConnectError = null;
        _client.IsSilent = false;
        Assert.IsTrue(_manager.Retry("push-1"));
        WaitFor(() => _manager.Link("push-1") == LinkState.Online, "back");
    }

    [TestMethod]
    public void Command_RightAfterAReconnect_WaitsForTheFirstReport()
    {
        Register();
        _client.PollError = new HubException(ErrorCode.ConnectionLost, "cut");
        WaitFor(() => _manager.Link("push-1") != LinkState.Online, "the lost link");
        Assert.AreEqual(PrinterState.Printing, Status().State, "the last report is young");
        _client.IsSilent = true;
        _client.PollError = null;
        _manager.Retry("push-1");
        WaitFor(() => _manager.Link("push-1") == LinkState.Online, "the new link");
        PrinterCommand pause = new PrinterCommand(PrinterVerb.Pause, 60000);
        _manager.Submit("push-1", pause);
        int polls = _client.Waits;
        WaitFor(() => _client.Waits > polls + 3, "some rounds");
        Assert.AreEqual(0, _client.Count("pause"), "nothing is sent on a state of before the break");
        _client.State = PrinterState.Idle;
        _hal.Pass(100);
        _client.IsSilent = false;
        WaitFor(() => pause.IsFinished, "the end");
        Assert.AreEqual(ErrorCode.WrongState, pause.Error!.Code, "the job ended meanwhile");
        Assert.AreEqual(0, _client.Count("pause"));
    }

    [TestMethod]
    public void Reports_AfterWarmUp_AllocateNothing()
    {
        Register();
        WaitFor(() => _client.Polls > 20, "warm-up");
        AssertNoAllocation("reports that say the same");
    }

    [TestMethod]
    public void Changes_AfterWarmUp_AllocateNothing()
    {
        using ChangeQueue queue = _manager.Watch();
        _client.IsChanging = true;
        Register();
        int told = 0;
        WaitFor(() => (told += queue.Take(0) == null ? 0 : 1) > 10 && _client.Polls > 20, "warm-up");
        AssertNoAllocation("changes");
        Assert.AreEqual("push-1", queue.Take(1000));
    }

    private void AssertNoAllocation(string what)
    {
        _client.MostAllocated = 0;
        int polls = _client.Polls;
        WaitFor(() => _client.Polls > polls + 50, "fifty reports");
        Assert.AreEqual(0L, _client.MostAllocated, "bytes on the worker's thread, by " + what);
    }

    private void Register()
    {
        _client.State = PrinterState.Printing;
        _manager.Register(new PrinterConfig { Id = "push-1", Type = PrinterTypes.Moonraker, Url = "http://127.0.0.1:1" });
        WaitFor(() => Status().IsConnected, "the first report");
    }

    /// <summary>Ends the reports, one that is under way included: it would bear the time to which the test then moves the clock.</summary>
    private void FallSilent()
    {
        _client.IsSilent = true;
        int waits = _client.Waits;
        WaitFor(() => _client.Waits > waits + 1, "the end of the last report");
    }

    private PrinterCommand Ask(PrinterVerb verb)
    {
        PrinterCommand command = new PrinterCommand(verb, 3000);
        _manager.Submit("push-1", command);
        WaitFor(() => command.IsFinished, "the command's end");
        return command;
    }

    private PrinterStatus Status()
    {
        PrinterStatus status = new PrinterStatus();
        Assert.IsTrue(_manager.TryGetStatus("push-1", status));
        return status;
    }

    private void WaitFor(Func<bool> condition, string what) => Patience.Until(condition, what, _log.ToString);

    /// <summary>Its polls wait 2 ms where a real one waits 100.</summary>
    private sealed class PushClient(IHal hal) : ScriptedClient, IPushClient
    {
        public bool IsPushing => true;

        public int StaleMs => Staleness.DefaultMs;

        public int SignalReport(AutoResetEvent wake) => 0;

        public bool IsSilent { get; set; }

        public bool IsChanging { get; set; }

        public long MostAllocated { get; set; }

        public int Waits { get; private set; }

        public override void Poll(CancellationToken cancel)
        {
            Thread.Sleep(2);
            Waits++;
            if (PollError is { } error)
            {
                throw error;
            }

            if (!IsSilent)
            {
                base.Poll(cancel);
            }
        }

        protected override void OnPolled()
        {
            Status.LastReportMs = hal.Clock.NowMs;
            Status.Nozzle = IsChanging ? Polls : 215;
            MostAllocated = Math.Max(MostAllocated, AllocatedBytes);
        }
    }

    /// <summary>No mock: a mock allocates with each call. Time stands still until it is moved: no link falls silent because the machine is busy.</summary>
    private sealed class TestHal : IHal, IClock
    {
        private readonly ISystem _system = Mock.Of<ISystem>();
        private readonly ISocketFactory _sockets = Mock.Of<ISocketFactory>();
        private long _nowMs = 10_000_000;

        public IClock Clock => this;

        public ISystem System => _system;

        public ISocketFactory Sockets => _sockets;

        public INvs Nvs { get; } = new MemoryNvs();

        public IBufferPool Buffers => throw new NotSupportedException();

        public IJsonDocuments JsonDocuments => throw new NotSupportedException();

        public IHash Hash { get; } = new DesktopHash();

        public ICipher Cipher => throw new NotSupportedException();

        public IIndicator Indicator => throw new NotSupportedException();

        public IGpio Gpio => throw new NotSupportedException();

        public IButton Button => throw new NotSupportedException();

        public IRadio Radio => throw new NotSupportedException();

        public IMqttFactory Mqtt => throw new NotSupportedException();

        public IUpdateStore Updates => throw new NotSupportedException();

        public long NowMs => Interlocked.Read(ref _nowMs);

        public DateTime UtcNow => DateTime.UtcNow;

        public bool IsUtcSynced => true;

        public void Pass(long milliseconds) => Interlocked.Add(ref _nowMs, milliseconds);

        public void Sleep(int milliseconds) => Thread.Sleep(milliseconds);

        /// <summary>Comes back after a moment, so that who waits sees that the time was moved.</summary>
        public bool Wait(WaitHandle handle, int milliseconds) => handle.WaitOne(Math.Min(milliseconds, 5), false);
    }
}
