using System.Collections;
using Hub.Core.Tunnel;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>What the tunnel remembers of what it sent.</summary>
[TestClass]
public class TunnelSentTests
{
    [TestMethod]
    public void IsNews_SameStatus_OnlyOnceAMinute()
    {
        SentStatuses sent = new SentStatuses();
        byte[] idle = { 1, 2, 3, 4 };
        byte[] busy = { 1, 2, 3, 5 };
        Assert.IsTrue(sent.IsNews("a", idle, 4, 0));
        Assert.IsFalse(sent.IsNews("a", idle, 4, 1000));
        Assert.IsTrue(sent.IsNews("b", idle, 4, 1000), "another printer");
        Assert.IsTrue(sent.IsNews("a", busy, 4, 2000));
        Assert.IsFalse(sent.IsNews("a", busy, 4, 2000 + SentStatuses.RepeatMs - 1));
        Assert.IsTrue(sent.IsNews("a", busy, 4, 2000 + SentStatuses.RepeatMs));
        Assert.IsTrue(sent.IsNews("a", busy, 3, 70000), "a shorter one");
        sent.Clear();
        Assert.IsTrue(sent.IsNews("b", idle, 4, 3000), "a cloud that knows nothing");
    }

    [TestMethod]
    public void Due_OldestFirst_OnceItIsAMinuteOld()
    {
        SentStatuses sent = new SentStatuses();
        byte[] idle = { 1 };
        Assert.IsNull(sent.Oldest);
        Assert.IsNull(sent.Due(1000000));
        sent.Mark("a", idle, 1, 0);
        sent.Mark("b", idle, 1, 1000);
        sent.Mark("c", idle, 1, 2000);
        Assert.AreEqual("a", sent.Oldest);
        Assert.IsNull(sent.Due(SentStatuses.RepeatMs - 1));
        Assert.AreEqual("a", sent.Due(SentStatuses.RepeatMs));
        sent.Mark("a", idle, 1, SentStatuses.RepeatMs);
        Assert.AreEqual("b", sent.Oldest);
        Assert.IsFalse(sent.IsNews("b", idle, 1, 30000));
        Assert.AreEqual("b", sent.Oldest, "what is not sent stays old");
        Assert.IsTrue(sent.IsNews("b", idle, 1, 1000 + SentStatuses.RepeatMs));
        Assert.AreEqual("c", sent.Due(2000 + SentStatuses.RepeatMs));
        sent.Remove("c");
        Assert.AreEqual("a", sent.Oldest);
        sent.Clear();
        Assert.IsNull(sent.Oldest);
    }

    [TestMethod]
    public void Requeue_SentSinceThen_WaitsAgainBeforeAllElse()
    {
        SentEnds sent = new SentEnds();
        FileProgressAnswer old = End("j1");
        FileProgressAnswer second = End("j2");
        FileProgressAnswer third = End("j3");
        AckAnswer ack = new AckAnswer("c1", null);
        sent.Add(old, 1000);
        sent.Add(second, 2000);
        sent.Add(third, 3000);
        Queue waiting = new Queue();
        waiting.Enqueue(ack);
        sent.Requeue(2000, waiting);
        Assert.AreEqual(3, waiting.Count);
        Assert.IsTrue(waiting.Dequeue() == second);
        Assert.IsTrue(waiting.Dequeue() == third);
        Assert.IsTrue(waiting.Dequeue() == ack);
        sent.Requeue(0, waiting);
        Assert.AreEqual(0, waiting.Count, "once");
    }

    private static FileProgressAnswer End(string job) => new FileProgressAnswer("octo-1", job, FileProgressAnswer.Complete, 0);
}
