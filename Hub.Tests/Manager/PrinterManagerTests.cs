using System;
using System.Linq;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Jobs;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Streams;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Manager;

/// <summary>The manager and its workers with a scripted printer behind them.</summary>
[TestClass]
public sealed class PrinterManagerTests : ManagerTestBase
{
    [TestMethod]
    public void Register_PrinterAnswers_StatusIsPublished()
    {
        RegisterOnline(PrinterState.Printing);
        Assert.AreEqual(PrinterState.Printing, Status().State);
        Assert.IsTrue(Manager.HasFirstAnswer("octo-1"));
        CollectionAssert.AreEqual(new[] { "octo-1" }, Manager.Ids());
    }

    [TestMethod]
    public void Register_WrongKey_IsNotTriedAgain()
    {
        Client.ConnectError = new HubException(ErrorCode.AuthRejected, "wrong key");
        Manager.Register(Config());
        Patience.Until(() => Manager.HasFirstAnswer("octo-1"), "the refusal");
        Clock.PassThrough(10 * LinkMachine.MaxBackoffMs);
        Assert.AreEqual(1, Client.Count("connect"));
        PrinterStatus status = Status();
        Assert.IsFalse(status.IsConnected);
        Assert.AreEqual("auth_rejected", status.ErrorCode);
        Assert.AreEqual(PrinterState.Offline, status.State);
        Assert.AreEqual(ErrorCode.AuthRejected, Ask(PrinterVerb.Pause).Error!.Code);
        Assert.AreEqual(1, Client.Count("connect"), "a command does not make it try the wrong key again");
    }

    [TestMethod]
    public void Register_Unreachable_CommandFailsWithThatError()
    {
        Client.ConnectError = new HubException(ErrorCode.ConnectFailed, "nobody listens");
        Manager.Register(Config());
        Assert.AreEqual(ErrorCode.ConnectFailed, Ask(PrinterVerb.Start).Error!.Code);
        Assert.AreEqual(0, Client.Count("start"));
    }

    [TestMethod]
    public void Register_Unreachable_ReconnectsByItself()
    {
        Client.ConnectError = new HubException(ErrorCode.ConnectFailed, "nobody listens");
        Manager.Register(Config());
        Patience.Until(() => Manager.HasFirstAnswer("octo-1"), "the failure");
        Client.ConnectError = null;
        PassUntil(() => Status().IsConnected, "the reconnect");
        Assert.IsNull(Status().ErrorCode);
    }

    [TestMethod]
    public void Register_Disabled_IsOfflineAndLeftAlone()
    {
        PrinterConfig config = Config();
        config.Enabled = false;
        Manager.Register(config);
        Patience.Until(() => Status().State == PrinterState.Offline, "offline");
        Assert.AreEqual(0, Client.Count("connect"));
        Assert.AreEqual(ErrorCode.Refused, Ask(PrinterVerb.Pause).Error!.Code);
    }

    [TestMethod]
    public void Submit_ReadOnly_IsRefused()
    {
        PrinterConfig config = Config();
        config.ReadOnly = true;
        Manager.Register(config);
        Assert.AreEqual(ErrorCode.Refused, Ask(PrinterVerb.Gcode).Error!.Code);
        Assert.AreEqual(0, Client.Count("gcode"));
    }

    [TestMethod]
    public void Submit_UnknownPrinter_IsRefused()
    {
        PrinterCommand command = new PrinterCommand(PrinterVerb.Pause, 1000);
        Manager.Submit("nobody", command);
        Assert.AreEqual(ErrorCode.UnknownPrinter, command.Error!.Code);
    }

    [TestMethod]
    public void Submit_VerbItLacks_IsRefused()
    {
        Client.Capabilities = PrinterCapabilities.Pause;
        RegisterOnline(PrinterState.Idle);
        Assert.AreEqual(ErrorCode.NotSupported, Ask(PrinterVerb.Gcode).Error!.Code);
    }

    [TestMethod]
    public void Submit_VerbThatTurnsOutToBeLacking_IsRefusedAndNotSent()
    {
        using ManualResetEvent gate = new ManualResetEvent(false);
        Client.ConnectGate = gate;
        Client.CapabilitiesOnceConnected = PrinterCapabilities.Pause;
        Manager.Register(Config());
        PrinterCommand command = new PrinterCommand(PrinterVerb.Gcode, 5000) { Lines = ["M140 S0"] };
        Manager.Submit("octo-1", command);
        Assert.IsFalse(command.IsFinished, "it may have the verb");
        gate.Set();
        Ended(command);
        Assert.AreEqual(ErrorCode.NotSupported, command.Error!.Code);
        Assert.AreEqual(0, Client.Count("gcode"));
    }

    [TestMethod]
    public void Pause_WhilePrinting_IsDoneWhenPausedIsSeen()
    {
        RegisterOnline(PrinterState.Printing);
        Client.AfterCommand = [PrinterState.Pausing, PrinterState.Pausing, PrinterState.Paused];
        PrinterCommand command = Ask(PrinterVerb.Pause);
        Assert.IsNull(command.Error);
        Assert.AreEqual(PrinterState.Paused, Status().State, "the proof is published before the command ends");
    }

    [TestMethod]
    [DataRow(PrinterVerb.Pause, "pause", PrinterState.Paused)]
    [DataRow(PrinterVerb.Cancel, "cancel", PrinterState.Cancelled)]
    public void PauseOrCancel_PrinterTakesItOnlyOnceItPrints_IsSentThen(PrinterVerb verb, string call, PrinterState proof)
    {
        RegisterOnline(PrinterState.Preparing);
        Client.CommandError = new HubException(ErrorCode.WrongState, "only while printing (409)");
        PrinterCommand command = new PrinterCommand(verb, 5000);
        Manager.Submit("octo-1", command);
        Patience.Until(() => Client.Count(call) == 1, "the first try");
        Clock.PassThrough(2000);
        Assert.AreEqual(1, Client.Count(call), "not asked again and again");
        Assert.IsFalse(command.IsFinished);
        Client.CommandError = null;
        Client.AfterCommand = [proof];
        Client.State = PrinterState.Printing;
        Ended(command);
        Assert.IsNull(command.Error, command.Error?.Message);
        Assert.AreEqual(2, Client.Count(call));
    }

    [TestMethod]
    public void Pause_TooEarlyUntilTheDeadline_SaysWhyItWasNotTaken()
    {
        RegisterOnline(PrinterState.Preparing);
        Client.CommandError = new HubException(ErrorCode.WrongState, "only while printing (409)");
        PrinterCommand command = Ask(PrinterVerb.Pause, 400);
        Assert.AreEqual(ErrorCode.Timeout, command.Error!.Code);
        StringAssert.Contains(command.Error.Message, "only while printing (409)");
    }

    [TestMethod]
    public void Pause_TooEarlyAndTheJobEnds_Fails()
    {
        RegisterOnline(PrinterState.Preparing);
        Client.CommandError = new HubException(ErrorCode.WrongState, "only while printing (409)");
        PrinterCommand command = new PrinterCommand(PrinterVerb.Pause, 5000);
        Manager.Submit("octo-1", command);
        Patience.Until(() => Client.Count("pause") == 1, "the first try");
        Client.State = PrinterState.Cancelled;
        Ended(command);
        Assert.AreEqual(ErrorCode.WrongState, command.Error!.Code);
        Assert.AreEqual(1, Client.Count("pause"));
    }

    [TestMethod]
    public void Pause_RefusedWhilePrinting_FailsAtOnce()
    {
        RegisterOnline(PrinterState.Printing);
        Client.CommandError = new HubException(ErrorCode.WrongState, "no");
        Assert.AreEqual(ErrorCode.WrongState, Ask(PrinterVerb.Pause).Error!.Code);
    }

    [TestMethod]
    public void Pause_WhileIdle_IsRefusedUnsent()
    {
        RegisterOnline(PrinterState.Idle);
        Assert.AreEqual(ErrorCode.WrongState, Ask(PrinterVerb.Pause).Error!.Code);
        Assert.AreEqual(0, Client.Count("pause"));
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
        Client.CommandError = new HubException(ErrorCode.ConnectionLost, "cut") { MayHaveActed = true };
        Client.AfterCommand = [PrinterState.Preparing];
        Assert.IsNull(Ask(PrinterVerb.Start).Error);
        Assert.AreEqual(1, Client.Count("start"));
    }

    [TestMethod]
    public void Start_AnswerLostAndPrinterIdle_FailsAndIsNotRepeated()
    {
        RegisterOnline(PrinterState.Idle);
        Client.CommandError = new HubException(ErrorCode.ConnectionLost, "cut") { MayHaveActed = true };
        PrinterCommand command = Ask(PrinterVerb.Start, 600);
        Assert.AreEqual(ErrorCode.StartNotShown, command.Error!.Code);
        StringAssert.Contains(command.Error.Message, "answer was lost");
        StringAssert.Contains(command.Error.Message, "check the printer");
        Assert.AreEqual(1, Client.Count("start"));
    }

    [TestMethod]
    public void Start_Refused_FailsAtOnce()
    {
        RegisterOnline(PrinterState.Idle);
        Client.CommandError = new HubException(ErrorCode.WrongState, "busy");
        Assert.AreEqual(ErrorCode.WrongState, Ask(PrinterVerb.Start).Error!.Code);
    }

    [TestMethod]
    public void Cancel_WhileAPauseIsOpen_GetsThrough()
    {
        RegisterOnline(PrinterState.Printing);
        PrinterCommand pause = new PrinterCommand(PrinterVerb.Pause, 10000);
        Manager.Submit("octo-1", pause);
        Patience.Until(() => Client.Count("pause") == 1, "the pause to be sent");
        Client.AfterCommand = [PrinterState.Cancelling, PrinterState.Cancelled];
        Assert.IsNull(Ask(PrinterVerb.Cancel).Error);
        Assert.AreEqual(ErrorCode.WrongState, Ended(pause).Error!.Code);
    }

    [TestMethod]
    public void Deregister_PollHangs_ReturnsAtOnceAndFailsItsCommands()
    {
        RegisterOnline(PrinterState.Printing);
        using ManualResetEvent gate = new ManualResetEvent(false);
        Client.PollGate = gate;
        PassUntil(() => Client.IsHanging, "a hanging poll");
        PrinterCommand command = new PrinterCommand(PrinterVerb.Pause, 10000);
        Manager.Submit("octo-1", command);
        FairWatch watch = FairWatch.StartNew();
        Assert.IsTrue(Manager.Deregister("octo-1"));
        Assert.IsLessThan(1000, watch.ElapsedMilliseconds);
        Assert.IsFalse(Client.IsDisposed, "the poll still hangs");
        Patience.Until(() => command.IsFinished, "the command's end, though the poll hangs");
        Assert.IsNotNull(command.Error);
        gate.Set();
        Patience.Until(() => Client.IsDisposed, "the client to be closed");
        Assert.IsFalse(Manager.Deregister("octo-1"));
    }

    [TestMethod]
    public void Upload_WhileItRuns_CommandsAndStatusGoOn()
    {
        RegisterOnline(PrinterState.Printing);
        Client.HoldUpload = true;
        Transfer transfer = new Transfer("a.gcode", Mock.Of<IUploadSource>(s => s.Length == 5));
        Manager.Submit("octo-1", transfer);
        Patience.Until(() => Client.Count("upload") == 1, "the upload to run");

        Transfer second = new Transfer("b.gcode", Mock.Of<IUploadSource>());
        Manager.Submit("octo-1", second);
        Assert.AreEqual(ErrorCode.TransferBusy, second.Error!.Code);

        Client.AfterCommand = [PrinterState.Paused];
        Assert.IsNull(Ask(PrinterVerb.Pause).Error);
        Assert.IsFalse(transfer.IsFinished);
        transfer.Cancel();
        Patience.Ended(transfer);
        Assert.AreEqual(ErrorCode.Cancelled, transfer.Error!.Code);
        Assert.IsTrue(Manager.Snapshot("octo-1")!.LastTransfer is null or { IsFinished: true });
    }

    [TestMethod]
    public void Upload_Succeeds_TellsTheStoredPath()
    {
        RegisterOnline(PrinterState.Idle);
        Transfer transfer = new Transfer("a.gcode", Mock.Of<IUploadSource>(s => s.Length == 5));
        Manager.Submit("octo-1", transfer);
        Patience.Ended(transfer);
        Assert.AreEqual("stored/a.gcode", transfer.StoredPath);
        Assert.IsNull(transfer.Error);
    }

    [TestMethod]
    public void Worker_ClientBreaks_FaultIsShownAndTheNextTryHeals()
    {
        RegisterOnline(PrinterState.Idle);
        Client.PollError = new InvalidOperationException("a bug");
        PassUntil(() => Status().ErrorCode == "internal", "the fault to show");
        Client.PollError = null;
        PassUntil(() => Status().IsConnected, "the printer to be back");
    }

    [TestMethod]
    public void Command_ClientBreaks_CommandEndsAndTheWorkerLives()
    {
        RegisterOnline(PrinterState.Printing);
        Client.CommandError = new InvalidOperationException("a bug");
        Assert.AreEqual(ErrorCode.Timeout, Ask(PrinterVerb.Pause).Error!.Code, "it was sent, and the state does not show it");
        Client.CommandError = null;
        Client.AfterCommand = [PrinterState.Paused];
        PassUntil(() => Status().IsConnected, "the printer to be back");
        Assert.IsNull(Ask(PrinterVerb.Pause).Error);
    }

    [TestMethod]
    public void Start_WhileAnotherIsOpen_IsRefusedUnsent()
    {
        RegisterOnline(PrinterState.Idle);
        Client.CommandError = new HubException(ErrorCode.ConnectionLost, "cut") { MayHaveActed = true };
        PrinterCommand first = new PrinterCommand(PrinterVerb.Start, 3000) { StoredPath = "a.gcode" };
        Manager.Submit("octo-1", first);
        Patience.Until(() => Client.Count("start") == 1, "the first start");
        Assert.AreEqual(ErrorCode.WrongState, Ask(PrinterVerb.Start).Error!.Code);
        Assert.AreEqual(1, Client.Count("start"));
    }

    [TestMethod]
    public void Start_NeverLeftTheHub_FailsWithThatErrorAtOnce()
    {
        RegisterOnline(PrinterState.Idle);
        Client.CommandError = new HubException(ErrorCode.Timeout, "no connection within 5 s");
        PrinterCommand command = Ask(PrinterVerb.Start);
        Assert.AreEqual("no connection within 5 s", command.Error!.Message);
    }

    [TestMethod]
    public void Start_PrinterRemovedBeforeTheProof_SaysThatItWasSent()
    {
        RegisterOnline(PrinterState.Idle);
        PrinterCommand command = new PrinterCommand(PrinterVerb.Start, 5000) { StoredPath = "a.gcode" };
        Manager.Submit("octo-1", command);
        Patience.Until(() => Client.Count("start") == 1, "the start");
        Manager.Deregister("octo-1");
        Patience.Until(() => command.IsFinished, "the command's end");
        StringAssert.Contains(command.Error!.Message, "was sent");
    }

    [TestMethod]
    public void Command_WorkerHangs_EndsAtItsDeadline()
    {
        RegisterOnline(PrinterState.Printing);
        Client.HangInPoll = true;
        PassUntil(() => Client.IsHanging, "a hanging poll");
        Clock.Hanging = 1;
        PrinterCommand command = new PrinterCommand(PrinterVerb.Pause, 300);
        Manager.Submit("octo-1", command);
        Clock.Settle();
        Clock.Pass(800);
        Assert.IsTrue(command.Wait(Patience.LimitMs));
        Assert.AreEqual(ErrorCode.Timeout, command.Error!.Code);
        StringAssert.Contains(command.Error.Message, "not sent");
        Assert.AreEqual(0, Client.Count("pause"));
    }

    [TestMethod]
    public void Pause_PolledOnceAMinute_IsProvenSoonAllTheSame()
    {
        PrinterConfig config = Config();
        config.PollMs = 60000;
        Client.State = PrinterState.Printing;
        Manager.Register(config);
        Patience.Until(() => Status().IsConnected, "the first report");
        Client.AfterCommand = [PrinterState.Pausing, PrinterState.Pausing, PrinterState.Paused];
        Assert.IsNull(Ask(PrinterVerb.Pause, 3000).Error);
    }

    [TestMethod]
    public void Poll_Fails_ClosesTheLink()
    {
        RegisterOnline(PrinterState.Idle);
        Client.PollError = new HubException(ErrorCode.Timeout, "silent");
        PassUntil(() => !Status().IsConnected, "the lost link");
        Assert.IsTrue(Client.Count("disconnect") > 0);
    }

    [TestMethod]
    public void Register_SameIdAgain_StopsTheFormerWorker()
    {
        RegisterOnline(PrinterState.Idle);
        ScriptedClient second = new ScriptedClient { State = PrinterState.Printing };
        Factory.Setup(f => f.Create(It.IsAny<PrinterConfig>())).Returns(second);
        Manager.Register(Config());
        Patience.Until(() => Client.IsDisposed, "the former client to be closed");
        Patience.Until(() => Status().State == PrinterState.Printing, "the new one");
        Assert.AreEqual(1, Manager.Snapshot().Length);
    }

    [TestMethod]
    public void Start_ConfigurationChangedBeforeTheProof_IsNotSentAgain()
    {
        RegisterOnline(PrinterState.Idle);
        PrinterCommand first = new PrinterCommand(PrinterVerb.Start, 1500) { StoredPath = "a.gcode" };
        Manager.Submit("octo-1", first);
        Patience.Until(() => Client.Count("start") == 1, "the start");
        ScriptedClient second = new ScriptedClient();
        Factory.Setup(f => f.Create(It.IsAny<PrinterConfig>())).Returns(second);
        Manager.Register(Config());
        Patience.Until(() => Status().IsConnected, "the new link");
        Assert.AreEqual(ErrorCode.WrongState, Ask(PrinterVerb.Start).Error!.Code);
        Assert.AreEqual(0, second.Count("start"));

        Clock.PassThrough(StartMachine.NotShownMs);
        second.AfterCommand = [PrinterState.Printing];
        Assert.IsNull(Ask(PrinterVerb.Start).Error, "past its time the first start counts no more");
    }

    [TestMethod]
    public void Start_ConfigurationChangedTwiceBeforeTheProof_IsNotSentAgain()
    {
        RegisterOnline(PrinterState.Idle);
        Manager.Submit("octo-1", new PrinterCommand(PrinterVerb.Start, 10000) { StoredPath = "a.gcode" });
        Patience.Until(() => Client.Count("start") == 1, "the start");
        ScriptedClient last = Client;
        for (int i = 0; i < 2; i++)
        {
            ScriptedClient former = last;
            last = new ScriptedClient();
            Factory.Setup(f => f.Create(It.IsAny<PrinterConfig>())).Returns(last);
            Manager.Register(Config());
            Patience.Until(() => former.IsDisposed && Status().IsConnected, "the new link");
        }

        PrinterCommand again = Ask(PrinterVerb.Start);
        StringAssert.Contains(again.Error!.Message, "has not shown it yet");
        Assert.AreEqual(0, last.Count("start"));
    }

    [TestMethod]
    public void Command_ClientBreaksWhileStopping_IsNotReportedAsDone()
    {
        RegisterOnline(PrinterState.Printing);
        Client.BreakWhenCancelled = true;
        PrinterCommand command = new PrinterCommand(PrinterVerb.Pause, 5000);
        Manager.Submit("octo-1", command);
        Patience.Until(() => Client.Count("pause") == 1, "the pause");
        Manager.Dispose();
        Patience.Until(() => command.IsFinished, "the command's end");
        Assert.IsNotNull(command.Error);
    }

    [TestMethod]
    public void Deregister_WhileUploading_CancelsTheUpload()
    {
        RegisterOnline(PrinterState.Idle);
        Client.HoldUpload = true;
        Transfer transfer = new Transfer("a.gcode", Mock.Of<IUploadSource>(s => s.Length == 5));
        Manager.Submit("octo-1", transfer);
        Patience.Until(() => Client.Count("upload") == 1, "the upload to run");
        Manager.Deregister("octo-1");
        Patience.Ended(transfer);
        Assert.AreEqual(ErrorCode.Cancelled, transfer.Error!.Code);
    }

    [TestMethod]
    public void Uploads_MoreThanTheHubRuns_WaitAndCanBeCancelledMeanwhile()
    {
        Client.HoldUpload = true;
        Transfer[] transfers = new Transfer[3];
        for (int i = 0; i < transfers.Length; i++)
        {
            Manager.Register(Config("octo-" + i));
            transfers[i] = new Transfer("a.gcode", Mock.Of<IUploadSource>(s => s.Length == 5));
            Manager.Submit("octo-" + i, transfers[i]);
        }

        Patience.Until(() => Client.Count("upload") == 2, "two uploads to run");
        Assert.AreEqual("waits for another upload to end", transfers[2].WaitReason);
        transfers[2].Cancel();
        Assert.IsTrue(transfers[2].Wait(0), "a waiting upload ends at once");
        transfers[0].Cancel();
        transfers[1].Cancel();
        Patience.Ended(transfers[0]);
        Patience.Ended(transfers[1]);
        Transfer last = new Transfer("a.gcode", Mock.Of<IUploadSource>(s => s.Length == 5));
        Client.HoldUpload = false;
        Manager.Submit("octo-0", last);
        Patience.Ended(last);
        Assert.AreEqual(3, Client.Count("upload"), "the two that ran and the last: the cancelled one, whose turn was before it, never ran");
    }

    [TestMethod]
    public void Register_AfterDispose_IsRefused()
    {
        using ChangeQueue queue = Manager.Watch();
        Manager.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => Manager.Register(Config()));
        Assert.AreEqual(0, Manager.Ids().Length);
        Assert.IsNull(queue.Take(0), "nobody is told of a printer that is not there");
        Assert.IsTrue(Client.IsDisposed);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("  ")]
    [DataRow("G28\nM112")]
    public void Gcode_EmptyOrSmugglingLine_IsRefused(string line)
    {
        RegisterOnline(PrinterState.Idle);
        PrinterCommand command = new PrinterCommand(PrinterVerb.Gcode, 1000) { Lines = ["G28", line] };
        Manager.Submit("octo-1", command);
        Assert.AreEqual(ErrorCode.Refused, command.Error!.Code);
        Assert.AreEqual(0, Client.Count("gcode"));
    }

    [TestMethod]
    public void Status_NoReportForAMinute_IsOfflineWhateverTheWorkerIsAt()
    {
        Client.Status.Filaments.Add(0);
        RegisterOnline(PrinterState.Printing);
        Client.ReportTime = () => Clock.NowMs - Staleness.DefaultMs - 1;
        PassUntil(() => Status().State == PrinterState.Offline, "offline");
        Assert.IsFalse(Status().IsConnected);
        Assert.AreEqual("timeout", Status().ErrorCode);
        Assert.AreEqual(0, Status().Filaments.Count, "what is loaded is not known any more");
    }

    [TestMethod]
    public void Secret_EchoedByThePrinter_ReachesNobody()
    {
        PrinterConfig config = Config();
        config.ApiKey = new Secret("obviously-fake-key");
        Client.Status.ErrorMessage = "bad key obviously-fake-key";
        Client.Status.Filaments.Add(0)!.Type = "obviously-fake-key";
        Client.Status.Filaments.Add(1)!.Type = "PLA\u001b";
        Client.CommandError = new HubException(ErrorCode.Refused, "no obviously-fake-key\u001b[2J");
        Client.State = PrinterState.Printing;
        Manager.Register(config);
        Patience.Until(() => Status().IsConnected, "the first report");
        Assert.AreEqual("bad key ***", Status().ErrorMessage);
        Assert.AreEqual("***", Status().Filaments[0].Type);
        Assert.AreEqual("PLA?", Status().Filaments[1].Type);
        Assert.AreEqual("no ***?[2J", Ask(PrinterVerb.Pause).Error!.Message);
    }

    [TestMethod]
    public void Log_SecretInAnError_IsMasked()
    {
        PrinterConfig config = Config();
        config.ApiKey = new Secret("obviously-fake-key");
        Client.ConnectError = new HubException(ErrorCode.BadResponse, "bad header obviously-fake-key");
        Manager.Register(config);
        Patience.Until(() => Manager.HasFirstAnswer("octo-1"), "the failure");
        Assert.AreEqual("bad header ***", Status().ErrorMessage);
        Assert.IsFalse(Lines.Any(l => l.Contains("obviously-fake-key")));
    }

    [TestMethod]
    public void Status_UnknownState_AlwaysSaysWhy()
    {
        Client.State = PrinterState.Unknown;
        Client.ConnectGate = new System.Threading.ManualResetEvent(false);
        Manager.Register(Config());
        Assert.AreEqual(PrinterStatus.NoAnswerYet, Status().ErrorMessage);
        Client.ConnectGate.Set();
        Patience.Until(() => Status().IsConnected, "the first report");
        StringAssert.Contains(Status().ErrorMessage!, "has not reported its state yet");
    }
}
