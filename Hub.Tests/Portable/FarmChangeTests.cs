using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Systems;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>What a listener of the manager is told.</summary>
[TestClass]
public class FarmChangeTests : ILogSink
{
    private readonly PrinterManager _manager;

    public FarmChangeTests()
    {
        ScriptedHal hal = new ScriptedHal { Machine = new SampleEntropy() };
        _manager = new PrinterManager(hal, new Log(this, hal.Clock, LogLevel.Info), new PrinterClientFactory(hal));
    }

    /// <inheritdoc/>
    public void Write(long timeMs, LogLevel level, string area, string message)
    {
        // Nobody reads it.
    }

    [TestMethod]
    public void Take_MarkedOftenAndMixed_GivesEachOnceInTheOrderOfTheFirst()
    {
        using ChangeQueue queue = _manager.Watch();
        MarkAll(queue, new string[] { "b", "a", "b", "c", "a", "b" });
        Assert.AreEqual("b", queue.Take(0));
        queue.Mark("b");
        Assert.AreEqual("a", queue.Take(0));
        Assert.AreEqual("c", queue.Take(0));
        Assert.AreEqual("b", queue.Take(0));
        Assert.IsNull(queue.Take(0));
    }

    [TestMethod]
    public void Mark_EqualTextOfAnotherObject_IsTheSamePrinter()
    {
        using ChangeQueue queue = _manager.Watch();
        queue.Mark(new string(new char[] { 'o', '1' }));
        queue.Mark(new string(new char[] { 'o', '1' }));
        Assert.AreEqual("o1", queue.Take(0));
        Assert.IsNull(queue.Take(0));
    }

    [TestMethod]
    public void Changed_TwoListeners_BothAreTold()
    {
        using ChangeQueue one = _manager.Watch();
        using ChangeQueue other = _manager.Watch();
        _manager.Changed("a");
        Assert.AreEqual("a", one.Take(0));
        one.Dispose();
        _manager.Changed("b");
        Assert.IsNull(one.Take(1000), "nothing is told after Dispose, at once");
        Assert.AreEqual("a", other.Take(0));
        Assert.AreEqual("b", other.Take(0));
    }

    [TestMethod]
    public void Mark_ListenerNeverLooks_KeepsABoundAndCountsTheRest()
    {
        // One too many; each mark looks through all that wait, so no more than needed.
        using ChangeQueue queue = _manager.Watch();
        for (int i = 0; i <= ChangeQueue.Capacity; i++)
        {
            queue.Mark("p" + i.ToString());
        }

        Assert.AreEqual(1, queue.Dropped);
        Assert.AreEqual("p1", queue.Take(0));
    }

    private static void MarkAll(ChangeQueue queue, string[] ids)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            queue.Mark(ids[i]);
        }
    }
}
