using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Simulator.Virtual.Bambu;
using Hub.Tests.Support;
using Hub.Tests.Virtual.Bambu;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Bambu;

/// <summary>What the user sees of uploads that go wrong at the printer, and that nothing is left of them.</summary>
[TestClass]
public sealed class BambuUploadFaultTests : BambuVirtualBase
{
    private const string Name = "a.gcode.3mf";

    [TestMethod]
    public async Task Upload_CardFull_SaysWhatToDoAndLeavesNothing()
    {
        await StartAsync();
        WaitFor(PrinterState.Idle);
        Printer.Faults = new VirtualBambuFaults { CardFull = true };
        HubException error = UploadError(Name, 500_000);
        Assert.AreEqual(ErrorCode.StorageFull, error.Code);
        Assert.Contains("552", error.Message);
        Assert.Contains("delete files on its memory card", error.Message);
        Assert.AreEqual(-1, OnCard(Name));
        AssertHeals();
    }

    [TestMethod]
    public async Task Upload_NoCard_AsksForOne()
    {
        await StartAsync();
        WaitFor(PrinterState.Idle);
        Printer.Faults = new VirtualBambuFaults { NoCard = true };
        HubException error = UploadError(Name);
        Assert.AreEqual(ErrorCode.Refused, error.Code);
        Assert.Contains("553", error.Message);
        Assert.Contains("is there a memory card in the printer", error.Message);
        AssertHeals();
    }

    [TestMethod]
    public async Task Upload_AnotherProgramUploads_IsBusyAndTheOtherFileIsWhole()
    {
        await StartAsync();
        WaitFor(PrinterState.Idle);
        using FtpPeer other = await FtpPeer.ConnectAsync(Printer, StopToken);
        using (Stream data = await other.OpenDataAsync("STOR other.gcode"))
        {
            await data.WriteAsync(new byte[1000], StopToken);
            HubException error = UploadError(Name);
            Assert.AreEqual(ErrorCode.TransferBusy, error.Code);
            Assert.Contains("is another upload to it in progress?", error.Message);
            Assert.AreEqual(-1, OnCard(Name));
            await data.WriteAsync(new byte[1000], StopToken);
        }

        await other.ExpectAsync(226);
        Assert.AreEqual(2000, OnCard("other.gcode"));
        AssertHeals();
    }

    [TestMethod]
    [DataRow("P1S")]
    [DataRow("A1")]
    public async Task Upload_DataConnectionBreaks_LeavesNothing(string model)
    {
        await StartAsync(model);
        WaitFor(PrinterState.Idle);
        Printer.Faults = new VirtualBambuFaults { DropDataAfterBytes = 300_000 };
        HubException error = UploadError(Name, 3_000_000);
        Assert.AreEqual(ErrorCode.ConnectionLost, error.Code);
        Assert.DoesNotContain("may be left", error.Message);
        Assert.AreEqual(-1, OnCard(Name));
        Assert.IsTrue(Status().IsConnected, "the status goes on");
        AssertHeals();
    }

    [TestMethod]
    public async Task Upload_SlowCardAndLateConfirmation_IsWaitedFor()
    {
        const int CompleteDelayMs = 700;
        await StartAsync();
        WaitFor(PrinterState.Idle);
        Printer.Faults = new VirtualBambuFaults { CardBytesPerSecond = 4_000_000, CompleteDelayMs = CompleteDelayMs };
        Stopwatch watch = Stopwatch.StartNew();
        Transfer transfer = Begin(Name, 2_000_000);
        while (OnCard(Name) < 2_000_000)
        {
            Assert.IsFalse(transfer.Wait(5), "done before the card had it all");
        }

        Assert.IsFalse(transfer.IsFinished, "done before the printer's 226");
        Patience.Ended(transfer);
        Assert.IsNull(transfer.Error, transfer.Error?.Message);
        Assert.IsGreaterThan(500 + CompleteDelayMs - 50, watch.ElapsedMilliseconds);
    }

    [TestMethod]
    public async Task Upload_AbortedReplyToAWholeFile_IsASuccess()
    {
        await StartAsync("X1C");
        WaitFor(PrinterState.Idle);
        Printer.Faults = new VirtualBambuFaults { AnswerAborted = true };
        Upload(Name, 500_000);
        Assert.IsGreaterThan(500_000, OnCard(Name));
    }

    [TestMethod]
    public async Task Upload_ConfirmationNeverComes_TheSizeDecidesAfterAMinute()
    {
        // The hub's clock runs faster: its minute is a second.
        await StartAsync("A1", clockSpeed: 60);
        WaitFor(PrinterState.Idle);
        Printer.Faults = new VirtualBambuFaults { LoseConfirmation = "silent" };
        Upload(Name, 500_000);
        Assert.IsGreaterThan(500_000, OnCard(Name));
    }

    [TestMethod]
    public async Task Upload_ConfirmationIsLost_TheSizeDecides()
    {
        await StartAsync();
        WaitFor(PrinterState.Idle);
        Printer.Faults = new VirtualBambuFaults { LoseConfirmation = "close" };
        Upload(Name, 500_000);
        Assert.IsGreaterThan(500_000, OnCard(Name));

        Printer.Faults = new VirtualBambuFaults { LoseConfirmation = "close", NoSize = true };
        HubException error = UploadError(Name, 300_000);
        Assert.AreEqual(ErrorCode.ConnectionLost, error.Code);
        Assert.Contains("the file may be complete on the printer", error.Message);
        Assert.IsGreaterThan(300_000, OnCard(Name), "nothing is removed unseen");
        AssertHeals();
    }

    [TestMethod]
    public async Task Upload_SlowStickAnswersLate_TheHandshakeWaits()
    {
        await StartAsync("P2S");
        WaitFor(PrinterState.Idle);
        Printer.Faults = new VirtualBambuFaults { BeginDelayMs = 1500 };
        Upload(Name, 300_000);
        Assert.IsGreaterThan(300_000, OnCard(Name));
    }

    [TestMethod]
    public async Task Upload_AbortedAndNoSize_RemovesNothingUnseen()
    {
        await StartAsync("P2S");
        WaitFor(PrinterState.Idle);
        Printer.Faults = new VirtualBambuFaults { AnswerAborted = true, NoSize = true };
        HubException error = UploadError(Name, 300_000);
        Assert.AreEqual(ErrorCode.ConnectionLost, error.Code);
        Assert.Contains("426", error.Message);
        Assert.Contains("the file may be complete on the printer", error.Message);
        Assert.IsGreaterThan(300_000, OnCard(Name));
        AssertHeals();
    }

    [TestMethod]
    public async Task Upload_ConfirmedButCutOnTheCard_FailsAndLeavesNothing()
    {
        await StartAsync("A1", clockSpeed: 60);
        WaitFor(PrinterState.Idle);
        Printer.Faults = new VirtualBambuFaults { StoreAtMostBytes = 100_000 };
        HubException error = UploadError(Name, 300_000);
        Assert.AreEqual(ErrorCode.StorageFull, error.Code);
        Assert.Contains("stored 100000 of ", error.Message);
        Assert.AreEqual(-1, OnCard(Name));
        AssertHeals();
    }

    [TestMethod]
    public async Task Upload_SizeFollowsTheConfirmationLate_IsWaitedFor()
    {
        await StartAsync();
        WaitFor(PrinterState.Idle);
        Printer.Faults = new VirtualBambuFaults { SizeDelayMs = 500 };
        Upload(Name, 300_000);
        Assert.IsGreaterThan(300_000, OnCard(Name));

        Printer.Faults = new VirtualBambuFaults { NoSize = true };
        Upload(Name, 200_000);
        Assert.AreEqual(BambuProject.Make(2, 200_000).Length, OnCard(Name), "without a size the confirmation counts");
    }

    [TestMethod]
    public async Task Upload_PrinterRebootsMeanwhile_FailsSaysWhatIsLeftAndTheNextOneWorks()
    {
        await StartAsync();
        WaitFor(PrinterState.Idle);
        Printer.Faults = new VirtualBambuFaults { CardBytesPerSecond = 500_000 };
        Transfer transfer = Begin(Name, 3_000_000);
        WaitFor(_ => OnCard(Name) > 100_000, "half an upload");
        Task rebooting = Printer.RebootAsync(TimeSpan.FromMilliseconds(1500));
        Patience.Ended(transfer);
        Assert.AreEqual(ErrorCode.ConnectionLost, transfer.Error!.Code);
        Assert.Contains(" on the printer", transfer.Error.Message, "the part may be left, or all is on its way and nobody can tell");
        await rebooting;
        WaitFor(PrinterState.Idle);
        AssertHeals();
    }

    private void AssertHeals()
    {
        Printer.Faults = VirtualBambuFaults.None;
        Upload(Name, 200_000);
        Assert.AreEqual(BambuProject.Make(2, 200_000).Length, OnCard(Name));
    }
}
