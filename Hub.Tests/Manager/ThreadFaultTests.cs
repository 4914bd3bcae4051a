using System;
using System.IO;
using Hub.Core.Errors;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Manager;

/// <summary>What no client should throw, thrown from each place where a thread of the hub enters one: counted, and the hub goes on.</summary>
[TestClass]
public sealed class ThreadFaultTests : ManagerTestBase
{
    private static readonly Exception s_fault = new ArgumentOutOfRangeException("startIndex");

    [TestMethod]
    public void Worker_CommandThrows_CommandFailsAndTheLinkComesBack()
    {
        RegisterOnline(PrinterState.Printing);
        Client.CommandError = s_fault;

        Assert.AreEqual(ErrorCode.Internal, Ask(PrinterVerb.Gcode).Error!.Code);

        Client.CommandError = null;
        PassUntil(() => Status().IsConnected, "the next link");
        Assert.IsGreaterThan(0, Log.Faults);
    }

    [TestMethod]
    public void Worker_CommandThrowsAfterItWasSent_StateShowsWhatBecameOfIt()
    {
        RegisterOnline(PrinterState.Printing);
        Client.CommandError = s_fault;
        Client.AfterCommand = [PrinterState.Paused];

        Assert.IsNull(Ask(PrinterVerb.Pause, Patience.LimitMs).Error);
        Assert.AreEqual(1, Client.Count("pause"));
    }

    [TestMethod]
    public void Worker_DealingWithAFaultFailsToo_CommandIsNotSentAgain()
    {
        RegisterOnline(PrinterState.Printing);
        Client.CommandError = new SpeechlessException();
        Client.AfterCommand = [PrinterState.Printing, PrinterState.Printing, PrinterState.Paused];

        Assert.IsNull(Ask(PrinterVerb.Pause, Patience.LimitMs).Error);
        Assert.AreEqual(1, Client.Count("pause"));
        Assert.IsGreaterThan(1, Log.Faults, "the fault and that of dealing with it");
    }

    [TestMethod]
    public void Worker_PollThrows_LinkComesBack()
    {
        RegisterOnline(PrinterState.Idle);
        Client.PollError = s_fault;
        PassUntil(() => Log.Faults > 0, "the fault");

        Client.PollError = null;

        PassUntil(() => Status().IsConnected, "the next link");
    }

    [TestMethod]
    public void Worker_ClosingThrows_EverythingElseIsClosed()
    {
        RegisterOnline(PrinterState.Idle);
        Client.DisconnectError = s_fault;
        Client.DisposeError = s_fault;

        Manager.Deregister("octo-1");

        Patience.Until(() => Client.IsDisposed && Log.Faults >= 2, "both faults");
    }

    [TestMethod]
    public void Worker_LogCannotBeWritten_PrinterIsServed()
    {
        Lines.Error = new IOException("no space left on device");

        RegisterOnline(PrinterState.Printing);
        Client.AfterCommand = [PrinterState.Paused];

        Assert.IsNull(Ask(PrinterVerb.Pause).Error);
        Assert.IsGreaterThan(0, Log.LostLines);
    }

    [TestMethod]
    public void Transfer_UploadThrows_FailsAndTheNextOneRuns()
    {
        RegisterOnline(PrinterState.Idle);
        Client.UploadError = s_fault;
        Assert.AreEqual(ErrorCode.Internal, Upload().Error!.Code);
        Assert.AreEqual(1, Log.Faults);

        Client.UploadError = null;

        Assert.IsNull(Upload().Error);
    }

    [TestMethod]
    public void Transfer_DealingWithAFaultFailsToo_FailsAndTheNextOneRuns()
    {
        RegisterOnline(PrinterState.Idle);
        Client.UploadError = new SpeechlessException();
        Assert.AreEqual(ErrorCode.Internal, Upload().Error!.Code);

        Client.UploadError = null;

        Assert.IsNull(Upload().Error);
    }

    [TestMethod]
    public void EmergencyStop_ClientThrows_FailsAndTheNextOneIsSent()
    {
        RegisterOnline(PrinterState.Printing);
        Client.StopError = s_fault;
        for (int i = 0; i < 6; i++)
        {
            Assert.AreEqual(ErrorCode.Internal, Ask(PrinterVerb.EmergencyStop).Error!.Code);
        }

        Client.StopError = null;

        Assert.IsNull(Ask(PrinterVerb.EmergencyStop).Error);
        Assert.AreEqual(6, Log.Faults);
    }

    private Transfer Upload()
    {
        Transfer transfer = new("a.gcode", new BytesSource([1, 2, 3]));
        Manager.Submit("octo-1", transfer);
        return Patience.Ended(transfer);
    }
}
