using Hub.Core.Errors;
using Hub.Core.Jobs;
using Hub.Core.Printers;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>A pending start has exactly one outcome, and is never sent after its time.</summary>
[TestClass]
public class StartMachineTests
{
    private const long Utc = 1767225600000;

    [TestMethod]
    public void Receive_LimitPassed_HasFailedAtOnce()
    {
        StartMachine late = Received(Utc, 1000, Utc);
        Assert.AreEqual((int)StartOutcome.Failed, (int)late.Outcome);
        Assert.AreEqual((int)ErrorCode.Expired, (int)late.Error!.Code);
        Assert.IsFalse(late.TransferBegins(1000, Utc));
        Assert.IsTrue(Received(Utc + 1, 1000, Utc).IsOpen);
    }

    [TestMethod]
    public void Receive_LimitButNoClock_HasFailedAtOnce()
    {
        StartMachine start = Received(Utc + 1000000, 1000, 0);
        Assert.AreEqual((int)ErrorCode.Expired, (int)start.Error!.Code);
        Assert.IsTrue(Received(0, 1000, 0).IsOpen, "the rule of 5 minutes needs no time of day");
    }

    [TestMethod]
    public void TransferBegins_FiveMinutesWithoutALimit_IsTooLate()
    {
        Assert.IsTrue(Received(0, 1000, Utc).TransferBegins(1000 + StartMachine.ValidMs - 1, 0));
        StartMachine late = Received(0, 1000, Utc);
        Assert.IsFalse(late.TransferBegins(1000 + StartMachine.ValidMs, 0));
        Assert.AreEqual((int)ErrorCode.Expired, (int)late.Error!.Code);
    }

    [TestMethod]
    public void TransferBegins_ComputerSleptInBetween_CountsTheTimeOfDay()
    {
        Assert.IsFalse(Received(Utc + 60000, 1000, Utc).TransferBegins(1001, Utc + 60000), "the monotonic clock stood still");
        Assert.IsFalse(Received(Utc + 60000, 1000, Utc).TransferBegins(1000 + 60000, Utc), "the time of day was set back");
    }

    [TestMethod]
    public void Sending_AfterATransferOfAnHour_ItsTimeDoesNotCount()
    {
        StartMachine start = Received(Utc + 60000, 0, Utc);
        Assert.IsTrue(start.TransferBegins(50000, Utc + 50000));
        Assert.IsFalse(start.Tick(3600000, Utc + 3600000));
        Assert.IsTrue(start.DueMs == long.MaxValue);
        start.TransferEnds(3650000, Utc + 3650000);
        Assert.IsFalse(start.Tick(3659999, Utc + 3659999));
        Assert.IsTrue(start.Tick(3660000, Utc + 3660000), "what is left of the minute has passed");
        Assert.IsFalse(start.Sending(Shows(PrinterState.Idle, null, null), 0, 3660000, Utc + 3660000));
    }

    [TestMethod]
    public void Sending_InTime_IsStoredAsSentWithWhatTheyShowedBefore()
    {
        StartMachine start = Received(0, 0, Utc);
        PrinterStatus before = Shows(PrinterState.Error, "old", "7");
        before.ErrorCode = "0300_4006";
        Assert.IsTrue(start.Sending(before, 0, 1000, Utc + 1000));
        Assert.AreEqual((int)StartPhase.Sent, (int)start.Start.Phase);
        Assert.IsTrue(start.Start.SentMs == Utc + 1000);
        Assert.AreEqual("old", start.Start.JobBefore);
        Assert.AreEqual("7", start.Start.JobKeyBefore);
        Assert.AreEqual("0300_4006", start.Start.ErrorBefore);
        Assert.IsFalse(start.Sending(before, 0, 1000, Utc + 1000), "never twice");
    }

    [TestMethod]
    public void Tick_SentAndNeverShown_FailsAfterFiveMinutesOrAsLongAsItsAskerWaits()
    {
        StartMachine start = Sent(0);
        Assert.IsFalse(start.Tick(StartMachine.NotShownMs - 1, Utc));
        Assert.IsTrue(start.Tick(StartMachine.NotShownMs, Utc));
        Assert.AreEqual((int)ErrorCode.StartNotShown, (int)start.Error!.Code);
        Assert.IsFalse(start.Shown(), "one outcome");
        StartMachine patient = Sent(900000);
        Assert.IsFalse(patient.Tick(899999, Utc));
        Assert.IsTrue(patient.Tick(900000, Utc));
    }

    [TestMethod]
    public void NotActed_WaitsAgainAndMayBeSentAgainInItsTime()
    {
        StartMachine start = Received(Utc + 60000, 0, Utc);
        Assert.IsTrue(start.Sending(Shows(PrinterState.Idle, null, null), 0, 1000, Utc + 1000));
        start.NotActed();
        Assert.AreEqual((int)StartPhase.Waiting, (int)start.Start.Phase);
        Assert.IsTrue(start.Sending(Shows(PrinterState.Idle, null, null), 0, 59000, Utc + 59000));
        start.NotActed();
        Assert.IsTrue(start.Tick(60000, Utc + 60000));
    }

    [TestMethod]
    public void OwnerLost_NotSent_HasFailedAndSaysThatNothingWasPrinted()
    {
        StartMachine start = StartMachine.OwnerLost(new PendingStart { File = "a.gcode" }, 0, Utc);
        Assert.AreEqual((int)ErrorCode.HubStopped, (int)start.Error!.Code);
        Assert.IsTrue(start.Error.Message.EndsWith("nothing was printed"));
    }

    [TestMethod]
    public void OwnerLost_Sent_IsWatchedForTheRestOfItsTime()
    {
        StartMachine start = Lost(Utc + 100000);
        Assert.IsFalse(start.Reported(Shows(PrinterState.Idle, null, null), 199999, Utc));
        Assert.IsTrue(start.Tick(200000, Utc));
        StartMachine noClock = Lost(0);
        Assert.IsFalse(noClock.Tick(StartMachine.NotShownMs - 1, 0), "without the time of day, all of it");
        Assert.IsTrue(noClock.Tick(StartMachine.NotShownMs, 0));
        StartMachine setBack = Lost(Utc - 86400000);
        Assert.IsTrue(setBack.Tick(StartMachine.NotShownMs, 0), "never longer than all of it");
    }

    [TestMethod]
    public void OwnerLost_TimeIsOver_AsksThePrinterFirst()
    {
        StartMachine none = Lost(Utc + 86400000);
        Assert.IsFalse(none.Tick(1000, Utc));
        Assert.IsTrue(none.Reported(Shows(PrinterState.Idle, null, null), 1000, Utc));
        Assert.AreEqual((int)ErrorCode.StartNotShown, (int)none.Error!.Code);

        StartMachine shown = Lost(Utc + 86400000);
        Assert.IsTrue(shown.Reported(Shows(PrinterState.Printing, "a", "8"), 1000, Utc));
        Assert.AreEqual((int)StartOutcome.Started, (int)shown.Outcome);

        StartMachine silent = Lost(Utc + 86400000);
        Assert.IsFalse(silent.Reported(Shows(PrinterState.Offline, null, null), 1000, Utc));
        Assert.IsTrue(silent.Tick(StartMachine.FirstReportMs, Utc));
    }

    [TestMethod]
    public void Reported_EndOfOurJob_CountsOnceItStands()
    {
        StartMachine start = Lost(Utc + 86400000);
        Assert.IsFalse(start.Reported(Shows(PrinterState.Finished, "a", "8"), 1000, Utc));
        Assert.IsTrue(start.Reported(Shows(PrinterState.Finished, "a", "8"), 1000 + StartWatch.StandMs, Utc));
        Assert.AreEqual((int)StartOutcome.Started, (int)start.Outcome);

        StartMachine gone = Lost(Utc + 1000);
        Assert.IsFalse(gone.Reported(Shows(PrinterState.Finished, "a", "8"), 1000, Utc));
        Assert.IsFalse(gone.Reported(Shows(PrinterState.Idle, null, "8"), 11000, Utc));
        Assert.IsFalse(gone.Reported(Shows(PrinterState.Finished, "a", "8"), 22000, Utc), "it stands anew");
    }

    [TestMethod]
    public void Reported_WhatStoodBeforeOrIsAnothers_ProvesNothing()
    {
        StartMachine start = Lost(Utc + 1000);
        Assert.IsFalse(start.Reported(Shows(PrinterState.Finished, "old", "7"), 1000, Utc));
        Assert.IsFalse(start.Reported(Shows(PrinterState.Finished, "old", "7"), 60000, Utc), "stood before");
        Assert.IsFalse(start.Reported(Shows(PrinterState.Printing, "other", "8"), 61000, Utc), "another's job");
        Assert.IsTrue(start.Reported(Shows(PrinterState.Printing, "a", "9"), 62000, Utc));
        Assert.AreEqual((int)StartOutcome.Started, (int)start.Outcome);
    }

    [TestMethod]
    public void Reported_EndWithoutANameAfterAnothersJob_ProvesNothing()
    {
        // A PrusaLink's FINISHED bears no name any more after some seconds.
        PendingStart stored = new PendingStart { File = "a.gcode" };
        stored.NoteSent(Shows(PrinterState.Idle, null, null), Utc);
        StartMachine start = StartMachine.OwnerLost(stored, 0, Utc + 1000);
        Assert.IsFalse(start.Reported(Shows(PrinterState.Printing, "other", "8"), 1000, Utc));
        Assert.IsFalse(start.Reported(Shows(PrinterState.Finished, null, null), 2000, Utc));
        Assert.IsFalse(start.Reported(Shows(PrinterState.Finished, null, null), 2000 + StartWatch.StandMs, Utc));
        Assert.IsFalse(start.MayBeSettled, "it waits for no end");
        Assert.IsFalse(start.Reported(Shows(PrinterState.Finished, "a", "9"), 30000, Utc));
        Assert.IsTrue(start.Reported(Shows(PrinterState.Finished, "a", "9"), 30000 + StartWatch.StandMs, Utc), "its own");
    }

    [TestMethod]
    public void Reported_NewError_FailsWithItsWords()
    {
        StartMachine start = Lost(Utc + 1000);
        PrinterStatus error = Shows(PrinterState.Error, null, null);
        error.ErrorCode = "0500_C010";
        error.ErrorMessage = "the file cannot be read";
        Assert.IsTrue(start.Reported(error, 1000, Utc));
        Assert.AreEqual("the printer shows an error instead of starting: 0500_C010, the file cannot be read", start.Error!.Message);
    }

    [TestMethod]
    public void AreDifferent_FoldersEndingsCaseAndCuts_DoNotCount()
    {
        Assert.IsFalse(JobNames.AreDifferent("/local/Part.gcode.3mf", "part"));
        Assert.IsFalse(JobNames.AreDifferent("a_very_long_name_of_a_part_0.2mm_PLA.bgcode", "A_VERY_LONG_NAME_OF_A_PAR"));
        Assert.IsFalse(JobNames.AreDifferent("a.gcode", null));
        Assert.IsFalse(JobNames.AreDifferent(null, "a"));
        Assert.IsTrue(JobNames.AreDifferent("part2.gcode", "part"));
        Assert.IsTrue(JobNames.AreDifferent("part.gcode", "part2.gcode"));
    }

    private static StartMachine Received(long expiresAtMs, long nowMs, long utcMs) =>
        StartMachine.Receive(new PendingStart { File = "a.gcode", ExpiresAtMs = expiresAtMs }, nowMs, utcMs);

    private static StartMachine Sent(long waitMs)
    {
        StartMachine start = Received(0, 0, Utc);
        Assert.IsTrue(start.Sending(Shows(PrinterState.Idle, null, null), waitMs, 0, Utc));
        return start;
    }

    /// <summary>One that was sent at <see cref="Utc"/> after a finished job, found again at time 0 that is this UTC.</summary>
    private static StartMachine Lost(long utcMs)
    {
        PendingStart start = new PendingStart { File = "a.gcode" };
        start.NoteSent(Shows(PrinterState.Finished, "old", "7"), Utc);
        return StartMachine.OwnerLost(start, 0, utcMs);
    }

    private static PrinterStatus Shows(PrinterState state, string? job, string? key) =>
        new PrinterStatus { IsConnected = true, State = state, Job = job, JobKey = key };
}
