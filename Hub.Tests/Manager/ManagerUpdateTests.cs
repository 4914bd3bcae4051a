using System;
using System.Linq;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Jobs;
using Hub.Core.Hal;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Streams;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Manager;

/// <summary>Printers that change, go and come back while the hub runs.</summary>
[TestClass]
public sealed class ManagerUpdateTests : ManagerTestBase
{
    [TestMethod]
    public void Update_WhatDoesNotTouchTheLink_EndsNothing()
    {
        RegisterOnline(PrinterState.Printing);
        Client.HoldUpload = true;
        Transfer transfer = new Transfer("a.gcode", Mock.Of<IUploadSource>(s => s.Length == 5));
        Manager.Submit("octo-1", transfer);
        PrinterCommand pause = new PrinterCommand(PrinterVerb.Pause, 10000);
        Manager.Submit("octo-1", pause);
        Patience.Until(() => Client.Count("pause") == 1 && Client.Count("upload") == 1, "both to run");

        PrinterConfig config = Config();
        config.Name = "Left one";
        config.ReadOnly = true;
        config.RequireClearBed = false;
        config.PollMs = 30000;
        Manager.Update(config);
        Assert.AreSame(config, Manager.Config("octo-1"));
        Assert.AreEqual(ErrorCode.Refused, Ask(PrinterVerb.Cancel).Error!.Code, "read-only from now on");
        Assert.IsFalse(transfer.IsFinished);
        Assert.IsFalse(pause.IsFinished);
        Client.State = PrinterState.Paused;
        Assert.IsNull(Ended(pause).Error, "what was on its way is proven");
        Assert.AreEqual(1, Client.Count("connect"));
        Assert.AreEqual(0, Client.Count("disconnect"));
        transfer.Cancel();
    }

    [TestMethod]
    public void Update_ShorterPollInterval_IsPolledByIt()
    {
        PrinterConfig config = Config();
        config.PollMs = 30000;
        Manager.Register(config);
        Patience.Until(() => Status().IsConnected, "the first report");
        PrinterConfig other = Config();
        other.PollMs = 500;
        Manager.Update(other);
        int polls = Client.Polls;
        Clock.PassThrough(2000);
        Assert.IsGreaterThanOrEqualTo(polls + 2, Client.Polls, "polls by the new interval");
        Assert.AreEqual(1, Client.Count("connect"));
    }

    [TestMethod]
    public void Update_EqualConfiguration_ChangesNothingAndTellsNothing()
    {
        RegisterOnline(PrinterState.Idle);
        PrinterConfig? before = Manager.Config("octo-1");
        using ChangeQueue queue = Manager.Watch();
        while (queue.Take(100) != null)
        {
        }

        Manager.Update(Config());
        Assert.AreSame(before, Manager.Config("octo-1"));
        Assert.IsNull(queue.Take(100));
    }

    [TestMethod]
    public void Update_OtherKey_ConnectsAnew()
    {
        RegisterOnline(PrinterState.Idle);
        ScriptedClient second = new ScriptedClient { State = PrinterState.Printing };
        Factory.Setup(f => f.Create(It.IsAny<PrinterConfig>())).Returns(second);
        PrinterConfig config = Config();
        config.ApiKey = new Secret("another-fake-key");
        Manager.Update(config);
        Patience.Until(() => Client.IsDisposed && Status().State == PrinterState.Printing, "the new link");
    }

    [TestMethod]
    public void Update_UnknownId_Registers()
    {
        Manager.Update(Config("octo-7"));
        Patience.Until(() => Status("octo-7").IsConnected, "the first report");
    }

    [TestMethod]
    public void Retry_Refused_TriesAgainAtOnce()
    {
        Client.ConnectError = new HubException(ErrorCode.AuthRejected, "wrong key");
        Manager.Register(Config());
        Patience.Until(() => Manager.Link("octo-1") == LinkState.Refused, "the refusal");
        Client.ConnectError = null;
        Clock.PassThrough(10 * LinkMachine.MaxBackoffMs);
        Assert.AreEqual(1, Client.Count("connect"));
        Assert.IsTrue(Manager.Retry("octo-1"));
        Patience.Until(() => Manager.Link("octo-1") == LinkState.Online && Status().IsConnected, "the link");
        Assert.IsNull(Status().ErrorCode);
        Assert.IsFalse(Manager.Retry("nobody"));
    }

    [TestMethod]
    public void Start_PrinterRemovedAndAddedAgain_IsNotSentAgain()
    {
        RegisterOnline(PrinterState.Idle);
        PrinterCommand first = new PrinterCommand(PrinterVerb.Start, 2000) { StoredPath = "a.gcode" };
        Manager.Submit("octo-1", first);
        Patience.Until(() => Client.Count("start") == 1, "the start");
        Manager.Deregister("octo-1");
        ScriptedClient second = new ScriptedClient();
        Factory.Setup(f => f.Create(It.IsAny<PrinterConfig>())).Returns(second);
        for (int i = 0; i < 10; i++)
        {
            Manager.Register(At("other-" + i));
            Manager.Deregister("other-" + i);
        }

        Manager.Register(Config());
        Patience.Until(() => Status().IsConnected, "the new link");
        StringAssert.Contains(Ask(PrinterVerb.Start).Error!.Message, "has not shown it yet");
        Assert.AreEqual(0, second.Count("start"));
        Patience.Until(() => first.IsFinished, "the end of the first start");
        Clock.PassThrough(StartMachine.NotShownMs);
        second.AfterCommand = [PrinterState.Printing];
        Assert.IsNull(Ask(PrinterVerb.Start).Error);
    }

    [TestMethod]
    public void Start_PrinterRemovedForGood_HasItsOutcomeRecorded()
    {
        RegisterOnline(PrinterState.Idle);
        Client.JudgeStart = (_, _) => { };
        Manager.Submit("octo-1", new PrinterCommand(PrinterVerb.Start, 2000) { Id = "c1", StoredPath = "a.gcode" });
        Patience.Until(() => Client.Count("start") == 1, "the start");
        Manager.Deregister("octo-1");
        Patience.Until(() => Client.IsDisposed, "the worker's end");
        Clock.PassUntil(() => Manager.Jobs.Counts().LastId > 0, "the outcome");
        JobEvent outcome = Manager.Jobs.ReadEvents(0, 10).Single();
        Assert.AreEqual("failed c1 start_not_shown", $"{JobEventKinds.Name(outcome.Kind)} {outcome.CommandId} {outcome.Code}");
    }

    [TestMethod]
    public void Start_PrinterRemovedAndAddedUnderAnotherId_IsNotSentAgain()
    {
        RegisterOnline(PrinterState.Idle);
        PrinterCommand first = new PrinterCommand(PrinterVerb.Start, 20000) { StoredPath = "a.gcode" };
        Manager.Submit("octo-1", first);
        Patience.Until(() => Client.Count("start") == 1, "the start");
        Manager.Deregister("octo-1");
        ScriptedClient second = new ScriptedClient();
        Factory.Setup(f => f.Create(It.IsAny<PrinterConfig>())).Returns(second);
        Manager.Register(Config("renamed"));
        Patience.Until(() => Status("renamed").IsConnected, "the new link");
        PrinterCommand again = new PrinterCommand(PrinterVerb.Start, 3000) { StoredPath = "a.gcode" };
        Manager.Submit("renamed", again);
        StringAssert.Contains(Ended(again).Error!.Message, "has not shown it yet");
        Assert.AreEqual(0, second.Count("start"));
    }

    private static PrinterConfig At(string id)
    {
        PrinterConfig config = Config(id);
        config.Url = "http://" + id;
        return config;
    }

    [TestMethod]
    public void Snapshot_HoldsLinkAnswerAndTransfer()
    {
        RegisterOnline(PrinterState.Printing);
        Client.HoldUpload = true;
        Transfer transfer = new Transfer("a.gcode", Mock.Of<IUploadSource>(s => s.Length == 5));
        Manager.Submit("octo-1", transfer);
        PrinterConfig off = Config("octo-2");
        off.Enabled = false;
        Manager.Register(off);
        PrinterSnapshot[] all = Manager.Snapshot();
        Assert.AreEqual(2, all.Length);
        Assert.AreEqual(LinkState.Online, all[0].Link);
        Assert.IsTrue(all[0].HasFirstAnswer);
        Assert.AreSame(transfer, all[0].LastTransfer);
        Assert.AreEqual(PrinterState.Printing, all[0].Status.State);
        Assert.AreEqual(LinkState.Disabled, all[1].Link);
        Assert.IsNull(all[1].LastTransfer);
        transfer.Cancel();
        Patience.Ended(transfer);
        Assert.IsTrue(Manager.Snapshot()[0].LastTransfer!.IsFinished, "it is over");
    }

    [TestMethod]
    public void RegisterAndDeregister_OfOthers_DisturbNobody()
    {
        RegisterOnline(PrinterState.Printing);
        int polls = Client.Polls;
        for (int i = 0; i < 20; i++)
        {
            ScriptedClient other = new ScriptedClient { HangInPoll = true };
            Factory.Setup(f => f.Create(It.IsAny<PrinterConfig>())).Returns(other);
            Manager.Register(Config("other"));
            Patience.Until(() => other.IsHanging, "the other one to hang");
            Manager.Deregister("other");
            Clock.PassThrough(50);
        }

        Assert.IsTrue(Client.Polls >= polls + 2, "polls went on: " + (Client.Polls - polls));
        Assert.AreEqual(1, Client.Count("connect"));
        Assert.IsTrue(Status().IsConnected);
    }

    [TestMethod]
    public void Log_OfALink_NamesEachStepOnceWithItsReason()
    {
        Client.ConnectError = new HubException(ErrorCode.ConnectFailed, "nobody listens");
        Manager.Register(Config());
        PassUntil(() => Client.Count("connect") >= 3, "two retries");
        Client.ConnectError = null;
        PassUntil(() => Status().IsConnected, "the link");
        Client.PollError = new HubException(ErrorCode.ConnectionLost, "cut");
        PassUntil(() => !Status().IsConnected, "the break");
        Client.PollError = null;
        PassUntil(() => Status().IsConnected, "the link again");
        Assert.AreEqual(1, Lines.Count(l => l == "Info octo-1 waiting: nobody listens; trying again"), "retries are no news");
        Assert.IsTrue(Lines.Any(l => l == "Debug octo-1 waiting: nobody listens"));
        Assert.AreEqual(2, Lines.Count(l => l == "Info octo-1 online: connected"));
        Assert.AreEqual(1, Lines.Count(l => l == "Info octo-1 degraded: cut; trying again"));
    }
}
