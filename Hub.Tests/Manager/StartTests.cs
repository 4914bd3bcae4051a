using System.Linq;
using Hub.Core.Errors;
using Hub.Core.Jobs;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Streams;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Manager;

/// <summary>A start ends by what its client has seen of it, never by a state alone, and never twice.</summary>
[TestClass]
public class StartTests : ManagerTestBase
{
    [TestMethod]
    public void Start_OurJobShownAsFinished_IsDoneThoughTheStateStays()
    {
        RegisterOnline(PrinterState.Finished);
        Client.JudgeStart = (start, _) => start.Shown();
        Assert.IsNull(Ask(PrinterVerb.Start).Error);
    }

    [TestMethod]
    public void Start_AnotherJobAtWork_IsNotTakenForOurs()
    {
        RegisterOnline(PrinterState.Idle);
        Client.JudgeStart = (_, _) => { };
        Client.AfterCommand = [PrinterState.Printing];
        PrinterCommand command = Ask(PrinterVerb.Start, 600);
        Assert.AreEqual(ErrorCode.StartNotShown, command.Error!.Code);
        Assert.AreEqual("the start was sent; the printer has not shown it yet (waited 0 s): check the printer before you start the file again", command.Error.Message);
    }

    [TestMethod]
    public void Start_NothingShownButAMessage_SaysWhatThePrinterShows()
    {
        RegisterOnline(PrinterState.Idle);
        Client.Status.ErrorMessage = "HMS_0500_0500_0001_0014: the AMS is not certified";
        Client.JudgeStart = (_, _) => { };
        PrinterCommand command = Ask(PrinterVerb.Start, 600);
        Assert.AreEqual(ErrorCode.StartNotShown, command.Error!.Code);
        StringAssert.Contains(command.Error.Message, "; it shows HMS_0500_0500_0001_0014: the AMS is not certified: check the printer");
    }

    [TestMethod]
    public void Start_PrinterShowsWhyNot_FailsAtOnceWithItsWords()
    {
        RegisterOnline(PrinterState.Finished);
        Client.JudgeStart = (start, _) => start.Fail(StartEvidence.FailureOf("0500_C010", "the file cannot be read"));
        PrinterCommand command = Ask(PrinterVerb.Start, 60000);
        Assert.AreEqual(ErrorCode.Refused, command.Error!.Code);
        Assert.AreEqual("the printer shows an error instead of starting: 0500_C010, the file cannot be read", command.Error.Message);
    }

    [TestMethod]
    public void Start_AskerGaveUp_NoSecondOneUntilTheFirstIsSeen()
    {
        RegisterOnline(PrinterState.Finished);
        bool isSeen = false;
        Client.JudgeStart = (start, _) =>
        {
            if (isSeen)
            {
                start.Shown();
            }
        };
        Assert.IsNull(Manager.Snapshot("octo-1")!.StartRefusal);
        Assert.AreEqual(ErrorCode.StartNotShown, Ask(PrinterVerb.Start, 300).Error!.Code);
        Assert.IsNotNull(Manager.Snapshot("octo-1")!.StartRefusal, "said before an upload");
        StringAssert.Contains(Ask(PrinterVerb.Start).Error!.Message, "has not shown it yet");
        Assert.AreEqual(1, Client.Count("start"));
        isSeen = true;
        PassUntil(() => Lines.Any(l => l.Contains("is seen now")), "the late job");
        Assert.IsNull(Ask(PrinterVerb.Start).Error);
        Assert.AreEqual(2, Client.Count("start"));
    }

    [TestMethod]
    public void Start_NeverShown_AnotherMayFollowAfterMinutes()
    {
        RegisterOnline(PrinterState.Finished);
        Client.JudgeStart = (_, _) => { };
        Assert.AreEqual(ErrorCode.StartNotShown, Ask(PrinterVerb.Start, 300).Error!.Code);
        Clock.Pass(StartMachine.NotShownMs);
        Client.JudgeStart = (start, _) => start.Shown();
        Assert.IsNull(Ask(PrinterVerb.Start).Error);
    }

    [TestMethod]
    public void Start_ExpiresWhileItsUploadWaits_EndsTheUpload()
    {
        Client.HoldUpload = true;
        for (int i = 0; i < 3; i++)
        {
            Manager.Register(Config("octo-" + i));
        }

        for (int i = 0; i < 2; i++)
        {
            Manager.Submit("octo-" + i, new Transfer("a.gcode", Mock.Of<IUploadSource>(s => s.Length == 5)));
        }

        Patience.Until(() => Client.Count("upload") == 2, "two uploads to run");
        using PrintRequest request = new("a.gcode");
        Assert.IsNull(Manager.Accept("octo-2", request));
        Transfer waiting = new("a.gcode", Mock.Of<IUploadSource>(s => s.Length == 5)) { Print = request };
        Manager.Submit("octo-2", waiting);
        Clock.Pass(StartMachine.ValidMs);
        PassUntil(() => request.IsEnded, "the time limit");
        Patience.Ended(waiting);
        Assert.AreEqual(ErrorCode.Expired, waiting.Error!.Code);
        Assert.AreEqual(2, Client.Count("upload"));
        Client.HoldUpload = false;
    }

    [TestMethod]
    public void Start_UploadCancelled_IsGivenUp()
    {
        RegisterOnline(PrinterState.Idle);
        Client.HoldUpload = true;
        using PrintRequest request = new("a.gcode");
        Assert.IsNull(Manager.Accept("octo-1", request));
        Transfer transfer = new("a.gcode", Mock.Of<IUploadSource>(s => s.Length == 5)) { Print = request };
        Manager.Submit("octo-1", transfer);
        Patience.Until(() => Client.Count("upload") == 1, "the upload to run");
        transfer.Cancel();
        Patience.Ended(transfer);
        Patience.Until(() => request.IsEnded, "the end of the request");
        Assert.AreEqual(ErrorCode.Cancelled, request.Error!.Code);
        Assert.AreEqual("the print was given up during its upload: nothing was printed", request.Error.Message);
    }

    [TestMethod]
    public void Start_PrinterRemovedDuringItsUpload_SaysSo()
    {
        RegisterOnline(PrinterState.Idle);
        Client.HoldUpload = true;
        using PrintRequest request = new("a.gcode");
        Assert.IsNull(Manager.Accept("octo-1", request));
        Transfer transfer = new("a.gcode", Mock.Of<IUploadSource>(s => s.Length == 5)) { Print = request };
        Manager.Submit("octo-1", transfer);
        Patience.Until(() => Client.Count("upload") == 1, "the upload to run");
        Manager.Deregister("octo-1");
        Patience.Ended(transfer);
        Assert.AreEqual(ErrorCode.UnknownPrinter, request.Error!.Code);
    }

    [TestMethod]
    public void Start_RefusalThatWillPass_IsSentAgainWhenItsTimeIsOver()
    {
        RegisterOnline(PrinterState.Cancelled);
        Client.CommandError = new HubException(ErrorCode.WrongState, "not ready yet") { RetryAfterMs = 10000 };
        PrinterCommand command = new PrinterCommand(PrinterVerb.Start, 60000) { StoredPath = "a.gcode" };
        Manager.Submit("octo-1", command);
        Patience.Until(() => Client.Count("start") == 1, "the first try");
        StringAssert.Contains(Ask(PrinterVerb.Start).Error!.Message, "a print of a.gcode is on its way to this printer already");
        Client.CommandError = null;
        Client.AfterCommand = [PrinterState.Printing];
        Assert.IsNull(Ended(command).Error);
        Assert.AreEqual(2, Client.Count("start"));
    }

    [TestMethod]
    public void Start_RefusedUntilItsDeadline_LeavesNoDoubt()
    {
        RegisterOnline(PrinterState.Cancelled);
        Client.CommandError = new HubException(ErrorCode.WrongState, "not ready yet") { RetryAfterMs = 60000 };
        PrinterCommand command = Ask(PrinterVerb.Start, 300);
        Assert.AreEqual(ErrorCode.Timeout, command.Error!.Code);
        StringAssert.EndsWith(command.Error.Message, "not ready yet");
        Client.CommandError = null;
        Client.AfterCommand = [PrinterState.Printing];
        Assert.IsNull(Ask(PrinterVerb.Start).Error);
    }

    [TestMethod]
    public void Start_ConnectionBrokeBeforeItLeft_IsSentAgain()
    {
        RegisterOnline(PrinterState.Idle);
        Client.CommandError = new HubException(ErrorCode.ConnectionLost, "broke the connection while the request was sent");
        PrinterCommand command = new PrinterCommand(PrinterVerb.Start, 60000) { StoredPath = "a.gcode" };
        Manager.Submit("octo-1", command);
        Patience.Until(() => Client.Count("start") == 1, "the first try");
        Client.CommandError = null;
        Client.AfterCommand = [PrinterState.Printing];
        Assert.IsNull(Ended(command).Error);
        Assert.AreEqual(2, Client.Count("start"));
    }

    [TestMethod]
    public void Start_ConnectionBreaksEachTime_IsGivenUp()
    {
        RegisterOnline(PrinterState.Idle);
        Client.CommandError = new HubException(ErrorCode.ConnectionLost, "broke the connection while the request was sent");
        PrinterCommand command = new PrinterCommand(PrinterVerb.Start, 60000) { StoredPath = "a.gcode" };
        Manager.Submit("octo-1", command);
        Assert.AreEqual(ErrorCode.ConnectionLost, Ended(command).Error!.Code);
        Assert.AreEqual(4, Client.Count("start"));
        Assert.IsNull(Manager.Snapshot("octo-1")!.StartRefusal);
    }

    [TestMethod]
    public void Pause_PrinterFailsInstead_GivesItsWords()
    {
        RegisterOnline(PrinterState.Printing);
        Client.AfterCommand = [PrinterState.Error];
        Client.Status.ErrorMessage = "Shutdown due to a test";
        Assert.AreEqual("the print ended before it paused: it is error (Shutdown due to a test)", Ask(PrinterVerb.Pause).Error!.Message);
    }

    [TestMethod]
    public void EndsLink_OnlyLoginTrustAndConfiguration()
    {
        ErrorCode[] final = [ErrorCode.AuthRejected, ErrorCode.AuthMissing, ErrorCode.TlsUntrusted, ErrorCode.ConfigInvalid];
        foreach (ErrorCode code in System.Enum.GetValues<ErrorCode>())
        {
            Assert.AreEqual(final.Contains(code), ErrorCodes.EndsLink(code), ErrorCodes.Name(code));
        }
    }
}
