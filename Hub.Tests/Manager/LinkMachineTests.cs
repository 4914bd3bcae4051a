using Hub.Core;
using Hub.Core.Manager;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Manager;

[TestClass]
public class LinkMachineTests
{
    private const int PollMs = 2000;

    private static LinkMachine Fresh(long nowMs = 0) => new LinkMachine(nowMs, PollMs, true);

    [TestMethod]
    public void New_Enabled_WantsToConnectAtOnce()
    {
        LinkMachine link = Fresh(500);
        Assert.AreEqual(LinkState.Waiting, link.State);
        Assert.AreEqual(500L, link.DueMs);
    }

    [TestMethod]
    public void New_Disabled_NeverWants()
    {
        LinkMachine link = new LinkMachine(0, PollMs, false);
        link.Wanted(10);
        Assert.AreEqual(LinkState.Disabled, link.State);
        Assert.AreEqual(long.MaxValue, link.DueMs);
    }

    [TestMethod]
    public void Waited_PushClient_IsDueAtOnceAndStaleByWhatWasHeard()
    {
        LinkMachine link = Fresh();
        link.Connected(100);
        link.Waited(70000, 20000);
        Assert.AreEqual(70000L, link.DueMs);
        link.Failed(70000, ErrorCode.ConnectionLost, 0, 0.5);
        Assert.IsFalse(link.IsStale(20000 + LinkMachine.StaleMs - 1));
        Assert.IsTrue(link.IsStale(20000 + LinkMachine.StaleMs));
    }

    [TestMethod]
    public void Reported_Online_PollsAfterItsInterval()
    {
        LinkMachine link = Fresh();
        link.Connected(100);
        Assert.AreEqual(100L, link.DueMs, "the first poll follows the connect");
        link.Reported(150);
        Assert.AreEqual(150L + PollMs, link.DueMs);
    }

    [TestMethod]
    [DataRow(1, 1000)]
    [DataRow(2, 2000)]
    [DataRow(3, 4000)]
    [DataRow(6, 32000)]
    [DataRow(7, 60000)]
    [DataRow(40, 60000)]
    public void Failed_SoManyTimes_WaitsUpToTheCeiling(int failures, int ceilingMs)
    {
        LinkMachine almost = Fresh();
        LinkMachine none = Fresh();
        for (int i = 0; i < failures; i++)
        {
            almost.Failed(1000, ErrorCode.ConnectFailed, 0, 0.9999999);
            none.Failed(1000, ErrorCode.ConnectFailed, 0, 0);
        }

        Assert.AreEqual(LinkState.Waiting, almost.State);
        Assert.AreEqual(1000L + ceilingMs - 1, almost.DueMs);
        Assert.AreEqual(1000L, none.DueMs, "full jitter reaches down to nothing");
    }

    [TestMethod]
    public void Failed_PeerNamedAWait_WaitsAtLeastThatLong()
    {
        LinkMachine link = Fresh();
        link.Failed(1000, ErrorCode.Throttled, 30000, 0.1);
        Assert.AreEqual(31000L, link.DueMs);
    }

    [TestMethod]
    [DataRow(ErrorCode.AuthRejected)]
    [DataRow(ErrorCode.AuthMissing)]
    [DataRow(ErrorCode.TlsUntrusted)]
    [DataRow(ErrorCode.ConfigInvalid)]
    [DataRow(ErrorCode.NotSupported)]
    public void Failed_ByRefusal_IsNeverTriedAgain(ErrorCode code)
    {
        LinkMachine link = Fresh();
        link.Failed(1000, code, 0, 0.5);
        link.Wanted(2000);
        Assert.AreEqual(LinkState.Refused, link.State);
        Assert.AreEqual(long.MaxValue, link.DueMs);
        Assert.AreEqual(code, link.LastError);
    }

    [TestMethod]
    [DataRow(ErrorCode.OutOfMemory)]
    [DataRow(ErrorCode.OutOfSockets)]
    [DataRow(ErrorCode.NotFound)]
    [DataRow(ErrorCode.Redirected)]
    [DataRow(ErrorCode.Refused)]
    [DataRow(ErrorCode.Internal)]
    public void Failed_ByAMomentsTrouble_IsTriedAgain(ErrorCode code)
    {
        LinkMachine link = Fresh();
        link.Failed(1000, code, 0, 0.5);
        Assert.AreEqual(LinkState.Waiting, link.State);
        Assert.AreEqual(1500L, link.DueMs);
    }

    [TestMethod]
    public void Failed_PeerNamesAnHour_WaitsAMinuteAndNotLessWhenWanted()
    {
        LinkMachine link = Fresh();
        link.Failed(1000, ErrorCode.Throttled, 3_500_000, 0.1);
        Assert.AreEqual(1000L + LinkMachine.MaxBackoffMs, link.DueMs);
        link.Wanted(2000);
        Assert.AreEqual(1000L + LinkMachine.MaxBackoffMs, link.DueMs, "a command does not hammer a server that asked for rest");
    }

    [TestMethod]
    public void Reported_AfterAStableMinute_StartsTheBackoffOver()
    {
        LinkMachine link = Fresh();
        for (int i = 0; i < 6; i++)
        {
            link.Failed(0, ErrorCode.Timeout, 0, 0.99);
        }

        link.Connected(1000);
        link.Reported(1000 + LinkMachine.StableMs - 1);
        link.Failed(100000, ErrorCode.Timeout, 0, 0.9999999);
        Assert.AreEqual(100000L + 59999, link.DueMs, "not yet stable");

        link.Connected(200000);
        link.Reported(200000 + LinkMachine.StableMs);
        link.Failed(300000, ErrorCode.Timeout, 0, 0.9999999);
        Assert.AreEqual(300000L + 999, link.DueMs, "stable for a minute");
    }

    [TestMethod]
    public void Wanted_WhileWaiting_TriesNow()
    {
        LinkMachine link = Fresh();
        link.Failed(1000, ErrorCode.Timeout, 0, 0.9);
        link.Wanted(1200);
        Assert.AreEqual(1200L, link.DueMs);
    }

    [TestMethod]
    public void IsStale_LinkLost_TurnsTrueAfterAMinute()
    {
        LinkMachine link = Fresh();
        Assert.IsTrue(link.IsStale(0), "nothing was ever reported");
        link.Connected(0);
        link.Reported(1000);
        Assert.IsFalse(link.IsStale(500000), "online: a poll that hangs ends in a failure first");
        link.Failed(2000, ErrorCode.Timeout, 0, 0.5);
        Assert.IsFalse(link.IsStale(1000 + LinkMachine.StaleMs - 1));
        Assert.IsTrue(link.IsStale(1000 + LinkMachine.StaleMs));
    }
}
