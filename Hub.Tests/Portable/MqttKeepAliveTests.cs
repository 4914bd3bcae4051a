using Hub.Core.Mqtt;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>When a ping is due and its answer overdue.</summary>
[TestClass]
public class MqttKeepAliveTests
{
    [TestMethod]
    public void IsPingDue_SilentClient_AtThreeQuartersOfTheTimeAndOnlyOnce()
    {
        MqttKeepAlive keepAlive = new MqttKeepAlive(60);
        Assert.IsFalse(keepAlive.IsPingDue(45999, 1000));
        Assert.IsTrue(keepAlive.IsPingDue(46000, 1000));
        keepAlive.NotePing(46000);
        Assert.IsFalse(keepAlive.IsPingDue(50000, 1000), "a pong is awaited");
        keepAlive.NotePong();
        Assert.IsTrue(keepAlive.IsPingDue(95000, 46000));
    }

    [TestMethod]
    public void IsPongOverdue_NothingArrives_AfterTenSecondsOrTheKeepAliveTime()
    {
        MqttKeepAlive slow = new MqttKeepAlive(60);
        MqttKeepAlive quick = new MqttKeepAlive(4);
        Assert.IsFalse(slow.IsPongOverdue(long.MaxValue), "no ping was sent");
        slow.NotePing(1000);
        quick.NotePing(1000);
        Assert.IsFalse(slow.IsPongOverdue(10999));
        Assert.IsTrue(slow.IsPongOverdue(11000));
        Assert.IsFalse(quick.IsPongOverdue(4999));
        Assert.IsTrue(quick.IsPongOverdue(5000));
    }

    [TestMethod]
    public void NoteBytes_WhileAPongIsAwaited_GivesItMoreTime()
    {
        MqttKeepAlive keepAlive = new MqttKeepAlive(60);
        keepAlive.NoteBytes(500);
        Assert.IsFalse(keepAlive.IsPongOverdue(long.MaxValue), "no ping was sent");
        keepAlive.NotePing(1000);
        keepAlive.NoteBytes(9000);
        Assert.IsFalse(keepAlive.IsPongOverdue(18999));
        Assert.IsTrue(keepAlive.IsPongOverdue(19000));
        keepAlive.Start();
        Assert.IsFalse(keepAlive.IsPongOverdue(long.MaxValue), "another connection");
    }

    [TestMethod]
    public void IsPingDue_KeepAliveSwitchedOff_Never() =>
        Assert.IsFalse(new MqttKeepAlive(0).IsPingDue(long.MaxValue, 0));
}
