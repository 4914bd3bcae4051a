using System.Linq;
using Hub.Core.Configuration;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Manager;

[TestClass]
public sealed class FarmSummaryTests
{
    [TestMethod]
    public void Order_AllStates_ProblemsThenActivityThenConfigured()
    {
        PrinterState[] states =
        [
            PrinterState.Unknown, PrinterState.Idle, PrinterState.Finished, PrinterState.Printing, PrinterState.Paused,
            PrinterState.Offline, PrinterState.Attention, PrinterState.Idle, PrinterState.Preparing, PrinterState.Error,
        ];
        FarmSummary summary = new([.. states.Select(state => At(state))]);

        CollectionAssert.AreEqual(new[] { 6, 9, 5, 4, 3, 8, 2, 1, 7, 0 }, summary.Order());
        Assert.AreEqual(10, summary.Total);
        Assert.AreEqual(4, summary.Problems);
        Assert.AreEqual(2, summary.Count(PrinterState.Idle));
        Assert.AreEqual(0, summary.Count(PrinterState.Busy));
    }

    [TestMethod]
    public void Order_ProgressAndTimeChange_RowsStay()
    {
        PrinterSnapshot[] printers = [At(PrinterState.Printing, 500), At(PrinterState.Preparing), At(PrinterState.Printing, 400), At(PrinterState.Pausing)];
        int[] before = new FarmSummary(printers).Order();
        printers[2].Status.RemainingTimeSeconds = 600;
        printers[1].Status.State = PrinterState.Printing;

        CollectionAssert.AreEqual(before, new FarmSummary(printers).Order());
    }

    [TestMethod]
    public void Next_SeveralPrinting_IsTheOneWithLeastTimeLeft()
    {
        FarmSummary summary = new([At(PrinterState.Paused, 1), At(PrinterState.Printing), At(PrinterState.Printing, 700), At(PrinterState.Printing, 60), At(PrinterState.Printing, 60), At(PrinterState.Preparing, 5)]);

        Assert.AreEqual(3, summary.Next);
        Assert.AreEqual(60, summary.NextSeconds);
    }

    [TestMethod]
    public void Next_NoneTells_IsNone()
    {
        FarmSummary summary = new([At(PrinterState.Printing), At(PrinterState.Idle, 5)]);

        Assert.AreEqual(-1, summary.Next);
        Assert.AreEqual(-1, summary.NextSeconds);
    }

    [TestMethod]
    public void Disabled_OfflineByChoice_IsNoProblemAndLast()
    {
        PrinterSnapshot disabled = new(new PrinterConfig { Id = "d", Enabled = false }, LinkState.Disabled);
        disabled.Status.State = PrinterState.Offline;
        FarmSummary summary = new([disabled, At(PrinterState.Unknown)]);

        Assert.AreEqual(1, summary.Disabled);
        Assert.AreEqual(0, summary.Count(PrinterState.Offline));
        Assert.AreEqual(0, summary.Problems);
        CollectionAssert.AreEqual(new[] { 1, 0 }, summary.Order());
        Assert.IsFalse(FarmSummary.NeedsPerson(disabled));
    }

    [TestMethod]
    public void Refused_StateNotYetOffline_NeedsAPerson()
    {
        PrinterSnapshot refused = new(new PrinterConfig { Id = "r" }, LinkState.Refused);

        Assert.IsTrue(FarmSummary.NeedsPerson(refused));
        Assert.AreEqual(1, new FarmSummary([refused]).Problems);
    }

    [TestMethod]
    [DataRow(PrinterState.Idle, LinkState.Degraded, false, true)]
    [DataRow(PrinterState.Printing, LinkState.Degraded, false, true)]
    [DataRow(PrinterState.Idle, LinkState.Connecting, false, true, DisplayName = "the next try")]
    [DataRow(PrinterState.Idle, LinkState.Refused, false, false)]
    [DataRow(PrinterState.Offline, LinkState.Degraded, false, false, DisplayName = "says so itself")]
    [DataRow(PrinterState.Idle, LinkState.Degraded, true, false, DisplayName = "silent, but its link is open")]
    [DataRow(PrinterState.Unknown, LinkState.Connecting, false, false, DisplayName = "not asked yet")]
    public void NotAnswering_LinkLostAndReportYoung_IsCountedAsSuchAndInNoState(PrinterState state, LinkState link, bool isConnected, bool expected)
    {
        PrinterSnapshot lost = new(new PrinterConfig { Id = "l" }, link);
        lost.Status.State = state;
        lost.Status.IsConnected = isConnected;
        FarmSummary summary = new([At(PrinterState.Printing), lost]);

        Assert.AreEqual(expected ? 1 : 0, summary.NotAnswering);
        Assert.AreEqual(expected, FarmSummary.IsNotAnswering(lost));
        Assert.AreEqual(2, summary.NotAnswering + summary.Count(PrinterState.Printing) + (state == PrinterState.Printing ? 0 : summary.Count(state)));
        if (expected)
        {
            Assert.IsTrue(FarmSummary.NeedsPerson(lost));
            CollectionAssert.AreEqual(new[] { 1, 0 }, summary.Order());
        }
    }

    private static PrinterSnapshot At(PrinterState state, int seconds = -1)
    {
        PrinterSnapshot snapshot = new(new PrinterConfig { Id = "p" }, LinkState.Online);
        snapshot.Status.State = state;
        snapshot.Status.RemainingTimeSeconds = seconds;
        return snapshot;
    }
}
