using Hub.Core.Configuration;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>The summary of all printers, computed by the board's CLR.</summary>
[TestClass]
public class FarmOrderTests
{
    [TestMethod]
    public void Order_AllStates_ProblemsThenActivityThenConfigured()
    {
        PrinterState[] states = new PrinterState[]
        {
            PrinterState.Unknown, PrinterState.Idle, PrinterState.Finished, PrinterState.Printing, PrinterState.Paused,
            PrinterState.Offline, PrinterState.Attention, PrinterState.Idle, PrinterState.Preparing, PrinterState.Error,
        };
        PrinterSnapshot[] printers = new PrinterSnapshot[states.Length];
        for (int i = 0; i < printers.Length; i++)
        {
            printers[i] = At(states[i], i == 3 ? 700 : -1);
        }

        FarmSummary summary = new FarmSummary(printers);
        int[] expected = new int[] { 6, 9, 5, 4, 3, 8, 2, 1, 7, 0 };
        int[] order = summary.Order();
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], order[i], "row " + i.ToString());
        }

        order[0] = 99;
        Assert.AreEqual(6, summary.Order()[0], "the order is the caller's copy");
        Assert.AreEqual(10, summary.Total);
        Assert.AreEqual(4, summary.Problems);
        Assert.AreEqual(2, summary.Count(PrinterState.Idle));
        Assert.AreEqual(3, summary.Next);
        Assert.AreEqual(700, summary.NextSeconds);
    }

    [TestMethod]
    public void Order_DisabledAndRefused_LastAndFirst()
    {
        PrinterSnapshot disabled = At(PrinterState.Offline, -1);
        disabled.Config.Enabled = false;
        PrinterSnapshot refused = new PrinterSnapshot(new PrinterConfig(), LinkState.Refused);
        FarmSummary summary = new FarmSummary(new PrinterSnapshot[] { disabled, At(PrinterState.Idle, 5), refused });
        int[] order = summary.Order();
        Assert.AreEqual(2, order[0]);
        Assert.AreEqual(1, order[1]);
        Assert.AreEqual(0, order[2]);
        Assert.AreEqual(1, summary.Problems);
        Assert.AreEqual(1, summary.Disabled);
        Assert.AreEqual(-1, summary.Next);
    }

    [TestMethod]
    public void Order_LinkLost_FirstAndInNoState()
    {
        PrinterSnapshot lost = new PrinterSnapshot(new PrinterConfig(), LinkState.Degraded);
        lost.Status.State = PrinterState.Idle;
        FarmSummary summary = new FarmSummary(new PrinterSnapshot[] { At(PrinterState.Idle, -1), lost });
        Assert.AreEqual(1, summary.Order()[0]);
        Assert.AreEqual(1, summary.NotAnswering);
        Assert.AreEqual(1, summary.Problems);
        Assert.AreEqual(1, summary.Count(PrinterState.Idle));
    }

    private static PrinterSnapshot At(PrinterState state, int seconds)
    {
        PrinterSnapshot snapshot = new PrinterSnapshot(new PrinterConfig(), LinkState.Online);
        snapshot.Status.State = state;
        snapshot.Status.RemainingTimeSeconds = seconds;
        return snapshot;
    }
}
