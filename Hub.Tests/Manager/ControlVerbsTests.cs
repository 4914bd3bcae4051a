using System;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Manager;

/// <summary>Light, speed, clear-error and the emergency stop through the manager.</summary>
[TestClass]
public sealed class ControlVerbsTests : ManagerTestBase
{
    private PrinterCommand Submit(PrinterVerb verb, int level = 0, int timeoutMs = 3000)
    {
        PrinterCommand command = new PrinterCommand(verb, timeoutMs) { Level = level, Lines = ["G28"], StoredPath = "a.gcode" };
        Manager.Submit("octo-1", command);
        return command;
    }

    private void AssertSentAtOnce(PrinterCommand stop)
    {
        // The clock stands still, and what the worker hangs in does not end: it goes by itself.
        FairWatch watch = FairWatch.StartNew();
        Assert.IsNull(Ended(stop).Error, stop.Error?.Message);
        Assert.AreEqual(1, Client.Count("stop"));
        Assert.IsLessThan(1000, watch.ElapsedMilliseconds);
    }

    [TestMethod]
    [DataRow(PrinterVerb.Light, 1, "light on")]
    [DataRow(PrinterVerb.Light, 0, "light off")]
    [DataRow(PrinterVerb.Speed, 3, "speed 3")]
    [DataRow(PrinterVerb.ClearError, 0, "clear error")]
    public void Submit_Control_IsDoneOnceTaken(PrinterVerb verb, int level, string call)
    {
        RegisterOnline(verb == PrinterVerb.ClearError ? PrinterState.Error : PrinterState.Printing);
        Assert.IsNull(Ended(Submit(verb, level)).Error);
        Assert.AreEqual(1, Client.Count(call));
    }

    [TestMethod]
    public void Submit_ControlWithLostAnswer_SaysSo()
    {
        RegisterOnline(PrinterState.Idle);
        Client.CommandError = new HubException(ErrorCode.ConnectionLost, "cut") { MayHaveActed = true };
        Assert.AreEqual(ErrorCode.ConnectionLost, Ended(Submit(PrinterVerb.Light, 1)).Error!.Code);
    }

    [TestMethod]
    [DataRow(PrinterVerb.Light, 2)]
    [DataRow(PrinterVerb.Light, -1)]
    [DataRow(PrinterVerb.Speed, 0)]
    [DataRow(PrinterVerb.Speed, 5)]
    public void Submit_ControlOutOfRange_IsRefusedUnsent(PrinterVerb verb, int level)
    {
        RegisterOnline(PrinterState.Printing);
        Assert.AreEqual(ErrorCode.Refused, Ended(Submit(verb, level)).Error!.Code);
        Assert.AreEqual(0, Client.Count("speed " + level));
    }

    [TestMethod]
    [DataRow(PrinterVerb.Light, 1)]
    [DataRow(PrinterVerb.Speed, 1)]
    [DataRow(PrinterVerb.ClearError, 0)]
    [DataRow(PrinterVerb.EmergencyStop, 0)]
    public void Submit_ControlItLacks_IsNotSupported(PrinterVerb verb, int level)
    {
        Client.Capabilities = PrinterCapabilities.Pause;
        RegisterOnline(PrinterState.Printing);
        Assert.AreEqual(ErrorCode.NotSupported, Ended(Submit(verb, level)).Error!.Code);
    }

    [TestMethod]
    [DataRow(PrinterVerb.Light, 1)]
    [DataRow(PrinterVerb.Speed, 1)]
    [DataRow(PrinterVerb.ClearError, 0)]
    [DataRow(PrinterVerb.EmergencyStop, 0)]
    public void Submit_ControlOfAReadOnlyPrinter_IsRefused(PrinterVerb verb, int level)
    {
        PrinterConfig config = Config();
        config.ReadOnly = true;
        Manager.Register(config);
        Assert.AreEqual(ErrorCode.Refused, Ended(Submit(verb, level)).Error!.Code);
        Assert.AreEqual(0, Client.Count("stop"));
    }

    [TestMethod]
    public void Submit_ControlWithoutALink_FailsWithTheLinksError()
    {
        Client.ConnectError = new HubException(ErrorCode.ConnectFailed, "nobody listens");
        Manager.Register(Config());
        Assert.AreEqual(ErrorCode.ConnectFailed, Ended(Submit(PrinterVerb.ClearError)).Error!.Code);
    }

    [TestMethod]
    public void EmergencyStop_WhilePrinting_IsDoneOnceTakenAndTheStateIsAskedFor()
    {
        PrinterConfig config = Config();
        config.PollMs = 60000;
        Client.State = PrinterState.Printing;
        Manager.Register(config);
        Patience.Until(() => Status().State == PrinterState.Printing, "the first report");
        Client.State = PrinterState.Error;
        AssertSentAtOnce(Submit(PrinterVerb.EmergencyStop));
        Patience.Until(() => Status().State == PrinterState.Error, "the new state, long before the next poll");
    }

    [TestMethod]
    public void EmergencyStop_WorkerHangsInAPoll_IsSentAtOnce()
    {
        RegisterOnline(PrinterState.Printing);
        Client.HangInPoll = true;
        PassUntil(() => Client.IsHanging, "a hanging poll");
        AssertSentAtOnce(Submit(PrinterVerb.EmergencyStop));
    }

    [TestMethod]
    public void EmergencyStop_WorkerHangsInACommand_IsSentAtOnce()
    {
        RegisterOnline(PrinterState.Printing);
        Client.BreakWhenCancelled = true;
        Submit(PrinterVerb.Pause);
        Patience.Until(() => Client.Count("pause") == 1, "the pause");
        AssertSentAtOnce(Submit(PrinterVerb.EmergencyStop));
    }

    [TestMethod]
    public void EmergencyStop_WorkerHangsInConnect_IsSentAtOnce()
    {
        using ManualResetEvent gate = new ManualResetEvent(false);
        Client.ConnectGate = gate;
        Manager.Register(Config());
        Patience.Until(() => Client.Count("connect") == 1, "the connect");
        AssertSentAtOnce(Submit(PrinterVerb.EmergencyStop));
        gate.Set();
    }

    [TestMethod]
    public void EmergencyStop_LinkGivenUp_IsSentAllTheSame()
    {
        Client.ConnectError = new HubException(ErrorCode.AuthRejected, "wrong key");
        Manager.Register(Config());
        Patience.Until(() => Manager.HasFirstAnswer("octo-1"), "the refusal");
        AssertSentAtOnce(Submit(PrinterVerb.EmergencyStop));
    }

    [TestMethod]
    public void EmergencyStop_WhileACommandWaitsForItsProof_ThatOneIsJudgedByTheState()
    {
        RegisterOnline(PrinterState.Printing);
        PrinterCommand pause = Submit(PrinterVerb.Pause, timeoutMs: 10000);
        Patience.Until(() => Client.Count("pause") == 1, "the pause");
        AssertSentAtOnce(Submit(PrinterVerb.EmergencyStop));
        Client.State = PrinterState.Error;
        Assert.AreEqual(ErrorCode.WrongState, Ended(pause).Error!.Code);
        StringAssert.Contains(pause.Error!.Message, "it is error");
    }

    [TestMethod]
    [DataRow(PrinterVerb.Start)]
    [DataRow(PrinterVerb.Gcode)]
    public void EmergencyStop_CommandsWaitBehindTheWorker_AreNotSentAnyMore(PrinterVerb verb)
    {
        using ManualResetEvent gate = new ManualResetEvent(false);
        Client.ConnectGate = gate;
        Manager.Register(Config());
        Patience.Until(() => Client.Count("connect") == 1, "the connect");
        PrinterCommand inHand = Submit(verb);
        PrinterCommand queued = Submit(verb);
        AssertSentAtOnce(Submit(PrinterVerb.EmergencyStop));
        gate.Set();
        Assert.AreEqual(ErrorCode.Cancelled, Ended(inHand).Error!.Code);
        StringAssert.Contains(Ended(queued).Error!.Message, "not sent");
        Assert.AreEqual(0, Client.Count("gcode") + Client.Count("start"));
        Client.CommandError = new HubException(ErrorCode.Refused, "it got there");
        Assert.AreEqual("it got there", Ended(Submit(PrinterVerb.Gcode)).Error!.Message, "what comes later is sent again");
    }

    [TestMethod]
    public void EmergencyStop_PrinterKnowsNone_SaysToCutThePower()
    {
        Client.Capabilities = PrinterCapabilities.Pause;
        RegisterOnline(PrinterState.Printing);
        PrinterCommand stop = Ended(Submit(PrinterVerb.EmergencyStop));
        Assert.AreEqual(ErrorCode.NotSupported, stop.Error!.Code);
        StringAssert.Contains(stop.Error.Message, "cut its power");
    }

    [TestMethod]
    public void EmergencyStop_Fails_SaysToCutThePower()
    {
        RegisterOnline(PrinterState.Printing);
        Client.StopError = new HubException(ErrorCode.ConnectFailed, "nobody listens");
        PrinterCommand stop = Ended(Submit(PrinterVerb.EmergencyStop));
        Assert.AreEqual(ErrorCode.ConnectFailed, stop.Error!.Code);
        StringAssert.Contains(stop.Error.Message, "cut its power");
        Client.StopError = new InvalidOperationException("a bug");
        Assert.AreEqual(ErrorCode.Internal, Ended(Submit(PrinterVerb.EmergencyStop)).Error!.Code);
    }

    [TestMethod]
    public void EmergencyStop_FormerOnesHang_TheNextIsSentUpToFour()
    {
        using ManualResetEvent gate = new ManualResetEvent(false);
        RegisterOnline(PrinterState.Printing);
        Client.StopGate = gate;
        PrinterCommand[] stops = new PrinterCommand[4];
        for (int i = 0; i < stops.Length; i++)
        {
            stops[i] = Submit(PrinterVerb.EmergencyStop);
        }

        Patience.Until(() => Client.Count("stop") == 4, "all four");
        PrinterCommand fifth = Ended(Submit(PrinterVerb.EmergencyStop));
        Assert.AreEqual(ErrorCode.QueueFull, fifth.Error!.Code);
        StringAssert.Contains(fifth.Error.Message, "cut its power");
        gate.Set();
        Array.ForEach(stops, stop => Assert.IsNull(Ended(stop).Error));
        Assert.IsNull(Ended(Submit(PrinterVerb.EmergencyStop)).Error);
    }

    [TestMethod]
    public void EmergencyStop_ConfigurationChangesMeanwhile_GoesOn()
    {
        using ManualResetEvent gate = new ManualResetEvent(false);
        RegisterOnline(PrinterState.Printing);
        Client.StopGate = gate;
        PrinterCommand stop = Submit(PrinterVerb.EmergencyStop);
        Patience.Until(() => Client.Count("stop") == 1, "the stop");
        Factory.Setup(f => f.Create(Moq.It.IsAny<PrinterConfig>())).Returns(new ScriptedClient());
        Manager.Register(Config());
        Patience.Until(() => Client.IsDisposed, "the former client to be closed");
        gate.Set();
        Assert.IsNull(Ended(stop).Error);
    }

    [TestMethod]
    public void EmergencyStop_HubStops_IsGivenUpAfterItsGrace()
    {
        RegisterOnline(PrinterState.Printing);
        using ManualResetEvent gate = new ManualResetEvent(false);
        Client.StopGate = gate;
        PrinterCommand stop = Submit(PrinterVerb.EmergencyStop, timeoutMs: 10000);
        Patience.Until(() => Client.Count("stop") == 1, "the stop");
        FairWatch watch = FairWatch.StartNew();
        Manager.Dispose();
        Assert.IsLessThan(4000, watch.ElapsedMilliseconds);
        Assert.AreEqual(ErrorCode.Cancelled, Ended(stop).Error!.Code);
    }
}
