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

/// <summary>The manager and its workers with a scripted printer behind them.</summary>
[TestClass]
public sealed class PrinterManagerTests : IDisposable
{
    private readonly Mock<IHal> _hal = new Mock<IHal>();
    private readonly Mock<IPrinterClientFactory> _factory = new Mock<IPrinterClientFactory>();
    private readonly ScriptedClient _client = new ScriptedClient();
    private readonly LogLines _lines = new LogLines();
    private readonly PrinterManager _manager;

    public PrinterManagerTests()
    {
        _hal.Setup(h => h.Clock).Returns(new WallClock());
        _hal.Setup(h => h.System).Returns(Mock.Of<ISystem>());
        _factory.Setup(f => f.Create(It.IsAny<PrinterConfig>())).Returns(_client);
        _manager = new PrinterManager(_hal.Object, new Log(_lines, _hal.Object.Clock, LogLevel.Debug), _factory.Object);
    }

    public void Dispose() => _manager.Dispose();

    private static PrinterConfig Config(string id = "octo-1") =>
        new PrinterConfig { Id = id, Type = PrinterTypes.OctoPrint, PollMs = 500, Url = "http://127.0.0.1:1" };

    private PrinterStatus Status(string id = "octo-1")
    {
        PrinterStatus status = new PrinterStatus();
        Assert.IsTrue(_manager.TryGetStatus(id, status));
        return status;
    }

    private static void WaitFor(Func<bool> condition, string what)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.IsTrue(watch.ElapsedMilliseconds < 5000, "waited 5 s for: " + what);
            Thread.Sleep(5);
        }
    }

    private void RegisterOnline(PrinterState state)
    {
        _client.State = state;
        _manager.Register(Config());
        WaitFor(() => Status().IsConnected, "the first report");
    }

    private PrinterCommand Ask(PrinterVerb verb, int timeoutMs = 3000)
    {
        PrinterCommand command = new PrinterCommand(verb, timeoutMs) { Lines = ["G28"], StoredPath = "a.gcode" };
        _manager.Submit("octo-1", command);
        Assert.IsTrue(command.Wait(5000), "a command always ends");
        return command;
    }

    [TestMethod]
    public void Register_PrinterAnswers_StatusIsPublished()
    {
        RegisterOnline(PrinterState.Printing);
        Assert.AreEqual(PrinterState.Printing, Status().State);
        Assert.IsTrue(_manager.HasFirstAnswer("octo-1"));
        CollectionAssert.AreEqual(new[] { "octo-1" }, _manager.Ids());
    }

    [TestMethod]
    public void Register_WrongKey_IsNotTriedAgain()
    {
        _client.ConnectError = new HubException(ErrorCode.AuthRejected, "wrong key");
        _manager.Register(Config());
        WaitFor(() => _manager.HasFirstAnswer("octo-1"), "the refusal");
        Thread.Sleep(100);
        Assert.AreEqual(1, _client.Count("connect"));
        PrinterStatus status = Status();
        Assert.IsFalse(status.IsConnected);
        Assert.AreEqual("auth_rejected", status.ErrorCode);
        Assert.AreEqual(PrinterState.Offline, status.State);
        Assert.AreEqual(ErrorCode.AuthRejected, Ask(PrinterVerb.Pause).Error!.Code);
        Assert.AreEqual(1, _client.Count("connect"), "a command does not make it try the wrong key again");
    }

    [TestMethod]
    public void Register_Unreachable_CommandFailsWithThatError()
    {
        _client.ConnectError = new HubException(ErrorCode.ConnectFailed, "nobody listens");
        _manager.Register(Config());
        Assert.AreEqual(ErrorCode.ConnectFailed, Ask(PrinterVerb.Start).Error!.Code);
        Assert.AreEqual(0, _client.Count("start"));
    }

    [TestMethod]
    public void Register_Unreachable_ReconnectsByItself()
    {
        _client.ConnectError = new HubException(ErrorCode.ConnectFailed, "nobody listens");
        _manager.Register(Config());
        WaitFor(() => _manager.HasFirstAnswer("octo-1"), "the failure");
        _client.ConnectError = null;
        WaitFor(() => Status().IsConnected, "the reconnect");
        Assert.IsNull(Status().ErrorCode);
    }

    [TestMethod]
    public void Register_Disabled_IsOfflineAndLeftAlone()
    {
        PrinterConfig config = Config();
        config.Enabled = false;
        _manager.Register(config);
        WaitFor(() => Status().State == PrinterState.Offline, "offline");
        Assert.AreEqual(0, _client.Count("connect"));
        Assert.AreEqual(ErrorCode.Refused, Ask(PrinterVerb.Pause).Error!.Code);
    }

    [TestMethod]
    public void Submit_ReadOnly_IsRefused()
    {
        PrinterConfig config = Config();
        config.ReadOnly = true;
        _manager.Register(config);
        Assert.AreEqual(ErrorCode.Refused, Ask(PrinterVerb.Gcode).Error!.Code);
        Assert.AreEqual(0, _client.Count("gcode"));
    }

    [TestMethod]
    public void Submit_UnknownPrinter_IsRefused()
    {
        PrinterCommand command = new PrinterCommand(PrinterVerb.Pause, 1000);
        _manager.Submit("nobody", command);
        Assert.AreEqual(ErrorCode.UnknownPrinter, command.Error!.Code);
    }

    [TestMethod]
    public void Submit_VerbItLacks_IsRefused()
    {
        _client.Capabilities = PrinterCapabilities.Pause;
        RegisterOnline(PrinterState.Idle);
        Assert.AreEqual(ErrorCode.NotSupported, Ask(PrinterVerb.Gcode).Error!.Code);
    }

    [TestMethod]
    public void Submit_VerbThatTurnsOutToBeLacking_IsRefusedAndNotSent()
    {
        using ManualResetEvent gate = new ManualResetEvent(false);
        _client.ConnectGate = gate;
        _client.CapabilitiesOnceConnected = PrinterCapabilities.Pause;
        _manager.Register(Config());
        PrinterCommand command = new PrinterCommand(PrinterVerb.Gcode, 5000) { Lines = ["M140 S0"] };
        _manager.Submit("octo-1", command);
        Assert.IsFalse(command.IsFinished, "it may have the verb");
        gate.Set();
        Assert.IsTrue(command.Wait(5000));
        Assert.AreEqual(ErrorCode.NotSupported, command.Error!.Code);
        Assert.AreEqual(0, _client.Count("gcode"));
    }

    [TestMethod]
    public void Pause_WhilePrinting_IsDoneWhenPausedIsSeen()
    {
        RegisterOnline(PrinterState.Printing);
        _client.AfterCommand = [PrinterState.Pausing, PrinterState.Pausing, PrinterState.Paused];
        PrinterCommand command = Ask(PrinterVerb.Pause);
        Assert.IsNull(command.Error);
        Assert.AreEqual(PrinterState.Paused, Status().State, "the proof is published before the command ends");
    }

    [TestMethod]
    public void Pause_WhileIdle_IsRefusedUnsent()
    {
        RegisterOnline(PrinterState.Idle);
        Assert.AreEqual(ErrorCode.WrongState, Ask(PrinterVerb.Pause).Error!.Code);
        Assert.AreEqual(0, _client.Count("pause"));
    }

    [TestMethod]
    public void Pause_NeverComesTrue_TimesOut()
    {
        RegisterOnline(PrinterState.Printing);
        PrinterCommand command = Ask(PrinterVerb.Pause, 400);
        Assert.AreEqual(ErrorCode.Timeout, command.Error!.Code);
        StringAssert.Contains(command.Error.Message, "printing");
    }

    [TestMethod]
    public void Start_AnswerLostButPrinterPrints_IsDoneAndSentOnce()
    {
        RegisterOnline(PrinterState.Idle);
        _client.CommandError = new HubException(ErrorCode.ConnectionLost, "cut") { MayHaveActed = true };
        _client.AfterCommand = [PrinterState.Preparing];
        Assert.IsNull(Ask(PrinterVerb.Start).Error);
        Assert.AreEqual(1, _client.Count("start"));
    }

    [TestMethod]
    public void Start_AnswerLostAndPrinterIdle_FailsAndIsNotRepeated()
    {
        RegisterOnline(PrinterState.Idle);
        _client.CommandError = new HubException(ErrorCode.ConnectionLost, "cut") { MayHaveActed = true };
        PrinterCommand command = Ask(PrinterVerb.Start, 600);
        Assert.AreEqual(ErrorCode.Timeout, command.Error!.Code);
        StringAssert.Contains(command.Error.Message, "not sent again");
        Assert.AreEqual(1, _client.Count("start"));
    }

    [TestMethod]
    public void Start_Refused_FailsAtOnce()
    {
        RegisterOnline(PrinterState.Idle);
        _client.CommandError = new HubException(ErrorCode.WrongState, "busy");
        Assert.AreEqual(ErrorCode.WrongState, Ask(PrinterVerb.Start).Error!.Code);
    }

    [TestMethod]
    public void Cancel_WhileAPauseIsOpen_GetsThrough()
    {
        RegisterOnline(PrinterState.Printing);
        PrinterCommand pause = new PrinterCommand(PrinterVerb.Pause, 10000);
        _manager.Submit("octo-1", pause);
        WaitFor(() => _client.Count("pause") == 1, "the pause to be sent");
        _client.AfterCommand = [PrinterState.Cancelling, PrinterState.Cancelled];
        Assert.IsNull(Ask(PrinterVerb.Cancel).Error);
        Assert.IsTrue(pause.Wait(2000));
        Assert.AreEqual(ErrorCode.WrongState, pause.Error!.Code);
    }

    [TestMethod]
    public void Deregister_PollHangs_ReturnsAtOnceAndFailsItsCommands()
    {
        RegisterOnline(PrinterState.Printing);
        _client.HangInPoll = true;
        WaitFor(() => _client.IsHanging, "a hanging poll");
        PrinterCommand command = new PrinterCommand(PrinterVerb.Pause, 10000);
        _manager.Submit("octo-1", command);
        Stopwatch watch = Stopwatch.StartNew();
        Assert.IsTrue(_manager.Deregister("octo-1"));
        Assert.IsTrue(watch.ElapsedMilliseconds < 1000, "took " + watch.ElapsedMilliseconds + " ms");
        Assert.IsTrue(command.Wait(2000));
        Assert.IsNotNull(command.Error);
        WaitFor(() => _client.IsDisposed, "the client to be closed");
        Assert.IsFalse(_manager.Deregister("octo-1"));
    }

    [TestMethod]
    public void Upload_WhileItRuns_CommandsAndStatusGoOn()
    {
        RegisterOnline(PrinterState.Printing);
        _client.HoldUpload = true;
        Transfer transfer = new Transfer("a.gcode", Mock.Of<IUploadSource>(s => s.Length == 5));
        _manager.Submit("octo-1", transfer);
        WaitFor(() => _client.Count("upload") == 1, "the upload to run");

        Transfer second = new Transfer("b.gcode", Mock.Of<IUploadSource>());
        _manager.Submit("octo-1", second);
        Assert.AreEqual(ErrorCode.TransferBusy, second.Error!.Code);

        _client.AfterCommand = [PrinterState.Paused];
        Assert.IsNull(Ask(PrinterVerb.Pause).Error);
        Assert.IsFalse(transfer.IsFinished);
        transfer.Cancel();
        Assert.IsTrue(transfer.Wait(2000));
        Assert.AreEqual(ErrorCode.Cancelled, transfer.Error!.Code);
        Assert.IsNull(_manager.TransferOf("octo-1"));
    }

    [TestMethod]
    public void Upload_Succeeds_TellsTheStoredPath()
    {
        RegisterOnline(PrinterState.Idle);
        Transfer transfer = new Transfer("a.gcode", Mock.Of<IUploadSource>(s => s.Length == 5));
        _manager.Submit("octo-1", transfer);
        Assert.IsTrue(transfer.Wait(2000));
        Assert.AreEqual("stored/a.gcode", transfer.StoredPath);
        Assert.IsNull(transfer.Error);
    }

    [TestMethod]
    public void Worker_ClientBreaks_FaultIsShownAndTheNextTryHeals()
    {
        RegisterOnline(PrinterState.Idle);
        _client.PollError = new InvalidOperationException("a bug");
        WaitFor(() => Status().ErrorCode == "internal", "the fault to show");
        _client.PollError = null;
        WaitFor(() => Status().IsConnected, "the printer to be back");
    }

    [TestMethod]
    public void Command_ClientBreaks_CommandEndsAndTheWorkerLives()
    {
        RegisterOnline(PrinterState.Printing);
        _client.CommandError = new InvalidOperationException("a bug");
        Assert.AreEqual(ErrorCode.Internal, Ask(PrinterVerb.Pause).Error!.Code);
        _client.CommandError = null;
        _client.AfterCommand = [PrinterState.Paused];
        WaitFor(() => Status().IsConnected, "the printer to be back");
        Assert.IsNull(Ask(PrinterVerb.Pause).Error);
    }

    [TestMethod]
    public void Start_WhileAnotherIsOpen_IsRefusedUnsent()
    {
        RegisterOnline(PrinterState.Idle);
        _client.CommandError = new HubException(ErrorCode.ConnectionLost, "cut") { MayHaveActed = true };
        PrinterCommand first = new PrinterCommand(PrinterVerb.Start, 3000) { StoredPath = "a.gcode" };
        _manager.Submit("octo-1", first);
        WaitFor(() => _client.Count("start") == 1, "the first start");
        Assert.AreEqual(ErrorCode.WrongState, Ask(PrinterVerb.Start).Error!.Code);
        Assert.AreEqual(1, _client.Count("start"));
    }

    [TestMethod]
    public void Start_NeverLeftTheHub_FailsWithThatErrorAtOnce()
    {
        RegisterOnline(PrinterState.Idle);
        _client.CommandError = new HubException(ErrorCode.Timeout, "no connection within 5 s");
        PrinterCommand command = Ask(PrinterVerb.Start);
        Assert.AreEqual("no connection within 5 s", command.Error!.Message);
    }

    [TestMethod]
    public void Start_PrinterRemovedBeforeTheProof_SaysThatItWasSent()
    {
        RegisterOnline(PrinterState.Idle);
        PrinterCommand command = new PrinterCommand(PrinterVerb.Start, 5000) { StoredPath = "a.gcode" };
        _manager.Submit("octo-1", command);
        WaitFor(() => _client.Count("start") == 1, "the start");
        _manager.Deregister("octo-1");
        Assert.IsTrue(command.Wait(2000));
        StringAssert.Contains(command.Error!.Message, "was sent");
    }

    [TestMethod]
    public void Command_WorkerHangs_EndsAtItsDeadline()
    {
        RegisterOnline(PrinterState.Printing);
        _client.HangInPoll = true;
        WaitFor(() => _client.IsHanging, "a hanging poll");
        PrinterCommand command = new PrinterCommand(PrinterVerb.Pause, 300);
        _manager.Submit("octo-1", command);
        Stopwatch watch = Stopwatch.StartNew();
        Assert.IsTrue(command.Wait(10000));
        Assert.IsTrue(watch.ElapsedMilliseconds < 3000, "took " + watch.ElapsedMilliseconds + " ms");
        Assert.AreEqual(ErrorCode.Timeout, command.Error!.Code);
        StringAssert.Contains(command.Error.Message, "not sent");
        Assert.AreEqual(0, _client.Count("pause"));
    }

    [TestMethod]
    public void Pause_PolledOnceAMinute_IsProvenSoonAllTheSame()
    {
        PrinterConfig config = Config();
        config.PollMs = 60000;
        _client.State = PrinterState.Printing;
        _manager.Register(config);
        WaitFor(() => Status().IsConnected, "the first report");
        _client.AfterCommand = [PrinterState.Pausing, PrinterState.Pausing, PrinterState.Paused];
        Assert.IsNull(Ask(PrinterVerb.Pause, 3000).Error);
    }

    [TestMethod]
    public void Poll_Fails_ClosesTheLink()
    {
        RegisterOnline(PrinterState.Idle);
        _client.PollError = new HubException(ErrorCode.Timeout, "silent");
        WaitFor(() => !Status().IsConnected, "the lost link");
        Assert.IsTrue(_client.Count("disconnect") > 0);
    }

    [TestMethod]
    public void Register_SameIdAgain_StopsTheFormerWorker()
    {
        RegisterOnline(PrinterState.Idle);
        ScriptedClient second = new ScriptedClient { State = PrinterState.Printing };
        _factory.Setup(f => f.Create(It.IsAny<PrinterConfig>())).Returns(second);
        _manager.Register(Config());
        WaitFor(() => _client.IsDisposed, "the former client to be closed");
        WaitFor(() => Status().State == PrinterState.Printing, "the new one");
        Assert.AreEqual(1, _manager.Snapshot().Length);
    }

    [TestMethod]
    public void Start_ConfigurationChangedBeforeTheProof_IsNotSentAgain()
    {
        RegisterOnline(PrinterState.Idle);
        PrinterCommand first = new PrinterCommand(PrinterVerb.Start, 1500) { StoredPath = "a.gcode" };
        _manager.Submit("octo-1", first);
        WaitFor(() => _client.Count("start") == 1, "the start");
        ScriptedClient second = new ScriptedClient();
        _factory.Setup(f => f.Create(It.IsAny<PrinterConfig>())).Returns(second);
        _manager.Register(Config());
        WaitFor(() => Status().IsConnected, "the new link");
        Assert.AreEqual(ErrorCode.WrongState, Ask(PrinterVerb.Start).Error!.Code);
        Assert.AreEqual(0, second.Count("start"));

        WaitFor(() => Environment.TickCount64 > first.DeadlineMs, "the end of the doubt");
        second.AfterCommand = [PrinterState.Printing];
        Assert.IsNull(Ask(PrinterVerb.Start).Error, "past its time the first start counts no more");
    }

    [TestMethod]
    public void Command_ClientBreaksWhileStopping_IsNotReportedAsDone()
    {
        RegisterOnline(PrinterState.Printing);
        _client.BreakWhenCancelled = true;
        PrinterCommand command = new PrinterCommand(PrinterVerb.Pause, 5000);
        _manager.Submit("octo-1", command);
        WaitFor(() => _client.Count("pause") == 1, "the pause");
        _manager.Dispose();
        Assert.IsTrue(command.Wait(3000));
        Assert.IsNotNull(command.Error);
    }

    [TestMethod]
    public void Deregister_WhileUploading_CancelsTheUpload()
    {
        RegisterOnline(PrinterState.Idle);
        _client.HoldUpload = true;
        Transfer transfer = new Transfer("a.gcode", Mock.Of<IUploadSource>(s => s.Length == 5));
        _manager.Submit("octo-1", transfer);
        WaitFor(() => _client.Count("upload") == 1, "the upload to run");
        _manager.Deregister("octo-1");
        Assert.IsTrue(transfer.Wait(2000));
        Assert.AreEqual(ErrorCode.Cancelled, transfer.Error!.Code);
    }

    [TestMethod]
    public void Uploads_MoreThanTheHubRuns_WaitAndCanBeCancelledMeanwhile()
    {
        _client.HoldUpload = true;
        Transfer[] transfers = new Transfer[3];
        for (int i = 0; i < transfers.Length; i++)
        {
            _manager.Register(Config("octo-" + i));
            transfers[i] = new Transfer("a.gcode", Mock.Of<IUploadSource>(s => s.Length == 5));
            _manager.Submit("octo-" + i, transfers[i]);
        }

        WaitFor(() => _client.Count("upload") == 2, "two uploads to run");
        Thread.Sleep(50);
        Assert.AreEqual(2, _client.Count("upload"));
        transfers[2].Cancel();
        Assert.IsTrue(transfers[2].Wait(0), "a waiting upload ends at once");
        transfers[0].Cancel();
        transfers[1].Cancel();
        Assert.IsTrue(transfers[0].Wait(2000) && transfers[1].Wait(2000));
        Assert.AreEqual(2, _client.Count("upload"), "the cancelled one never ran");
    }

    [TestMethod]
    public void Register_AfterDispose_IsRefused()
    {
        _manager.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => _manager.Register(Config()));
        Assert.AreEqual(0, _manager.Ids().Length);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("  ")]
    [DataRow("G28\nM112")]
    public void Gcode_EmptyOrSmugglingLine_IsRefused(string line)
    {
        RegisterOnline(PrinterState.Idle);
        PrinterCommand command = new PrinterCommand(PrinterVerb.Gcode, 1000) { Lines = ["G28", line] };
        _manager.Submit("octo-1", command);
        Assert.AreEqual(ErrorCode.Refused, command.Error!.Code);
        Assert.AreEqual(0, _client.Count("gcode"));
    }

    [TestMethod]
    public void Status_NoReportForAMinute_IsOfflineWhateverTheWorkerIsAt()
    {
        RegisterOnline(PrinterState.Printing);
        _client.ReportTime = () => Environment.TickCount64 - LinkMachine.StaleMs - 1;
        WaitFor(() => Status().State == PrinterState.Offline, "offline");
        Assert.IsFalse(Status().IsConnected);
        Assert.AreEqual("timeout", Status().ErrorCode);
    }

    [TestMethod]
    public void Secret_EchoedByThePrinter_ReachesNobody()
    {
        PrinterConfig config = Config();
        config.ApiKey = new Secret("obviously-fake-key");
        _client.Status.ErrorMessage = "bad key obviously-fake-key";
        _client.CommandError = new HubException(ErrorCode.Refused, "no obviously-fake-key\u001b[2J");
        _client.State = PrinterState.Printing;
        _manager.Register(config);
        WaitFor(() => Status().IsConnected, "the first report");
        Assert.AreEqual("bad key ***", Status().ErrorMessage);
        Assert.AreEqual("no ***?[2J", Ask(PrinterVerb.Pause).Error!.Message);
    }

    [TestMethod]
    public void Log_SecretInAnError_IsMasked()
    {
        PrinterConfig config = Config();
        config.ApiKey = new Secret("obviously-fake-key");
        _client.ConnectError = new HubException(ErrorCode.BadResponse, "bad header obviously-fake-key");
        _manager.Register(config);
        WaitFor(() => _manager.HasFirstAnswer("octo-1"), "the failure");
        Assert.AreEqual("bad header ***", Status().ErrorMessage);
        Assert.IsFalse(_lines.Any(l => l.Contains("obviously-fake-key")));
    }

    private sealed class WallClock : IClock
    {
        public long NowMs => Environment.TickCount64;

        public DateTime UtcNow => DateTime.UtcNow;

        public bool IsUtcSynced => true;

        public void Sleep(int milliseconds) => Thread.Sleep(milliseconds);
    }

    private sealed class LogLines : ILogSink
    {
        private readonly List<string> _lines = new List<string>();

        public void Write(long timeMs, LogLevel level, string area, string message)
        {
            lock (_lines)
            {
                _lines.Add(level + " " + area + " " + message);
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
